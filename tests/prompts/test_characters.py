import unicodedata

import pytest

from .films import IVO, compile_shot

LIN = {"name": "Lin", "description": "a girl"}


def full(prompt: str, *described: dict[str, str], **shot: object) -> str:
    return compile_shot({"prompt": prompt} | shot, characters={f"c{k}": character for k, character in enumerate(described)}).prompt


LONG = "an old man with a white beard in a yellow raincoat"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Ivo walks.", f"{LONG.capitalize()} walks."),
        ("Then Ivo walks, Ivo stops.", f"Then {LONG} walks, the old man stops."),
        ("Rain. Ivo walks. Ivo stops.", f"Rain. {LONG.capitalize()} walks. The old man stops."),
        ("Rain on Ivo's hat.", f"{LONG.capitalize()}. Rain on the old man's hat."),
        ("Rain on Ivo’s hat.", f"{LONG.capitalize()}. Rain on the old man’s hat."),
        ("The Ivo we know.", f"{LONG.capitalize()} we know."),
        ("ivo and IVO and Ivory.", "ivo and IVO and Ivory."),
        ("“Ivo” waves.", f"“{LONG.capitalize()}” waves."),
    ],
)
def test_names_become_looks(prompt: str, expected: str) -> None:
    assert full(prompt, IVO) == expected


@pytest.mark.parametrize(
    ("description", "first", "later"),
    [
        ("a girl", "a girl", "the girl"),
        ("An otter, wet fur", "an otter, wet fur,", "the otter"),
        ("the captain who limps", "the captain who limps", "the captain"),
        ("young woman wearing a scarf", "young woman wearing a scarf", "young woman"),
        ("Lin Yu: a 3.5 metre robot.", "a 3.5 metre robot", "the 3.5 metre robot"),
        ("Lin Yu is a nurse dressed in white", "a nurse dressed in white", "the nurse"),
        ("twin boys with caps", "twin boys with caps", "twin boys"),
        ("ein alter Mann", "ein alter Mann", "ein alter Mann"),
    ],
)
def test_the_short_form_is_the_noun(description: str, first: str, later: str) -> None:
    text = full("See Lin Yu run and  Lin\nYu fall.", {"name": "Lin Yu", "description": description})
    assert text == f"See {first} run and {later} fall."


def test_possessive_of_a_plural_has_no_second_s() -> None:
    assert full("See Ax's hats.", {"name": "Ax", "description": "twin boys"}) == "See twin boys' hats."
    assert full("See Ax's hats.", {"name": "Ax", "description": "a boss"}) == "See a boss's hats."
    assert full("See Jonas' hat.", {"name": "Jonas", "description": "a boy"}) == "See a boy's hat."


def test_a_description_in_sentences_is_not_squeezed_into_the_action() -> None:
    pip = {"name": "Pip", "description": "A paper boat. Pip has a blue stripe."}
    assert full("Look, Pip sails.", pip) == "A paper boat. The paper boat has a blue stripe. Look, the paper boat sails."


def test_longer_names_win() -> None:
    anna = {"name": "Anna", "description": "a nurse"}
    assert full("See Anna Maria and Anna.", anna, {"name": "Anna Maria", "description": "a nun"}) == "See a nun and a nurse."


def test_two_of_a_kind_keep_what_tells_them_apart() -> None:
    red, blue = {"name": "Una", "description": "a woman in red"}, {"name": "Zoe", "description": "a woman in blue"}
    assert full("Una sees Zoe. Zoe nods.", red, blue) == "A woman in red sees a woman in blue. The woman in blue nods."


def test_a_character_elsewhere_does_not_change_how_this_one_is_called() -> None:
    red, blue = {"name": "Una", "description": "a woman in red"}, {"name": "Zoe", "description": "a woman in blue"}
    assert full("Una runs. Una falls.", red, blue) == "A woman in red runs. The woman falls."


def test_names_in_descriptions_are_replaced_too() -> None:
    mia = {"name": "Mia", "description": "Mia, Ivo's granddaughter, red braids"}
    assert full("See Mia run.", IVO, mia) == "See the old man's granddaughter, red braids, run."


def test_names_beside_the_action_are_short() -> None:
    text = full("Ivo runs.", IVO, location="Ivo's cabin", lighting="a lamp behind Ivo", camera={"text": "close to Ivo"})
    assert text == f"A lamp behind the old man. The old man's cabin. {LONG.capitalize()} runs. Close to the old man."


def test_listed_but_unnamed_characters_are_described() -> None:
    for listed in ("c0", "Ivo"):
        assert full("He walks.", IVO, characters=[listed]) == f"{LONG.capitalize()}. He walks."
    assert full("Ivo walks.", IVO, characters=["c0"]) == f"{LONG.capitalize()} walks."


def test_free_characters_are_text_and_said_once() -> None:
    assert full("They wait.", characters=["two ducks"]) == "Two ducks. They wait."
    assert full("Two ducks wait.", characters=["two ducks"]) == "Two ducks wait."


def test_a_character_without_description_keeps_its_name_and_the_storyboards_advice_says_so() -> None:
    prompts = compile_shot({"prompt": "Ivo walks."}, characters={"k": {"name": "Ivo"}})
    assert prompts.prompt == "Ivo walks."
    assert prompts.warnings == ()


def test_scripts_without_spaces_and_decomposed_letters() -> None:
    assert full("小明跑了。", {"name": "小明", "description": "一个男孩"}) == "一个男孩跑了。"
    assert full("민수가 뛴다.", {"name": "민수", "description": "한 소년"}) == "한 소년가 뛴다."
    zoe = {"name": unicodedata.normalize("NFC", "Zoë"), "description": "a girl"}
    assert full(unicodedata.normalize("NFD", "See Zoë run."), zoe) == "See a girl run."
    assert full(unicodedata.normalize("NFD", "See Zoë run."), {"name": "Zoe", "description": "a boy"}) != "See a boy run."


def test_regex_signs_in_names_are_letters() -> None:
    assert full("See R2.D2 (old) run.", {"name": "R2.D2 (old)", "description": "a robot"}) == "See a robot run."


def test_who_is_in_the_picture_is_not_described_again() -> None:
    cast = {"k": IVO, "l": LIN}
    shot = {"prompt": "Then Ivo meets Lin.", "continuity": "continue"}
    before = [{"characters": ["k"]}, {"prompt": "Lin sleeps.", "skip": True}]
    assert compile_shot(shot, characters=cast, before=before).opening_prompt == "Then the old man meets a girl."
    chosen = compile_shot(shot | {"continuity": {"from": "B1"}}, characters=cast, before=before).opening_prompt
    assert chosen == f"Then {LONG} meets the girl."
    picture = compile_shot(shot | {"continuity": {"image": "a.png"}}, characters=cast, before=before)
    assert picture.opening_prompt == f"Then {LONG} meets a girl."
    assert picture.continuation_prompt == "Then the old man meets the girl."


def test_somebody_new_in_a_later_chunk_is_described() -> None:
    shot = {"prompt": "Ivo waits.", "continuation_prompt": "Then Lin joins Ivo."}
    assert compile_shot(shot, characters={"k": IVO, "l": LIN}).continuation_prompt == "Then a girl joins the old man."
