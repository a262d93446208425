from __future__ import annotations

from storyvid.record.compare.facts import Setting, marked_words, shown_settings


def shown(*takes: dict[str, str] | None) -> list[dict[str, tuple[str, bool]]]:
    return [{one.name: (one.value, one.differs) for one in take} for take in shown_settings(takes)]


def test_what_all_takes_share_is_shown_only_where_it_is_always_wanted():
    usual = {"seed": "1", "steps": "20", "cfg": "5", "model": "m (1)", "size": "64x64"}
    assert shown_settings([usual]) == [
        [Setting("seed", "1", False), Setting("steps", "20", False), Setting("cfg", "5", False), Setting("model", "m (1)", False)]
    ]
    assert shown(usual, usual | {"size": "32x32"})[0]["size"] == ("64x64", True)


def test_the_one_that_is_unlike_the_others_differs():
    first, second, third = shown({"steps": "20"}, {"steps": "30"}, {"steps": "20"})
    assert (first["steps"], second["steps"], third["steps"]) == (("20", False), ("30", True), ("20", False))


def test_where_no_two_agree_all_differ():
    assert [take["seed"] for take in shown({"seed": "1"}, {"seed": "2"}, {"seed": "3"})] == [("1", True), ("2", True), ("3", True)]


def test_a_value_that_some_lack_and_a_column_without_a_take():
    first, missing, third = shown({"seed": "1", "without": "text"}, None, {"seed": "1"})
    assert first["without"] == ("text", True)
    assert third["without"] == ("none", True)
    assert missing == {}


def test_words_of_ones_own_are_marked():
    assert list(marked_words("a red boat sails", "a boat sails")) == [("a", False), ("red", True), ("boat sails", False)]
    assert list(marked_words("same words", "same words")) == [("same words", False)]
    long = "word " * 1000
    assert list(marked_words(long, "other")) == [(long, True)]
