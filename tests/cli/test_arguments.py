"""Words of the command line: nasty file names reach the configuration unharmed, nonsense is named."""

from __future__ import annotations

import string

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from storyvid.cli.arguments import parse, quote, quote_path, typed_keys
from storyvid.cli.folders import conf_dir
from storyvid.config import was_typed
from storyvid.errors import ConfigError

NASTY = [
    "story (1).json",
    "a=b.json",
    "a,b.json",
    "故事.json",
    "it's.json",
    '"quoted".json',
    "50%#@&.json",
    r"C:\Users\me\my story.json",
    r"C:\films\${oc.env:HOME}\x.json",
    "${oc.env:PATH}.json",
    "ends with a backslash\\",
    "[list].json",
    "{dict: 1}.json",
    " leading space.json",
    "null",
    "🎬.json",
    "قصة.json",
]


def composed(word: str) -> str | None:
    """What Hydra makes of an override: its grammar, then OmegaConf's interpolations."""
    override = OverridesParser.create().parse_override(word)
    return OmegaConf.create({"storyboard": override.value()}).storyboard


@pytest.mark.parametrize("name", NASTY)
def test_file_names_reach_the_configuration_as_they_are(name):
    assert composed(quote_path(f"storyboard={name}")) == (None if name == "null" else name)


def test_the_shipped_configuration_takes_them_too():
    with initialize_config_dir(str(conf_dir()), version_base="1.3"):
        for name in NASTY[:-1]:
            if name != "null":
                assert compose("config", overrides=["memory=cpu", quote_path(f"storyboard={name}")]).storyboard == name


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=string.ascii_letters + "'\"\\$?{}[](),=:%#&~ é故", min_size=1, max_size=30))
def test_quoting_survives_any_name(name):
    assume(name != "???")  # OmegaConf's word for a value that is missing, which no quotes change
    assert composed(f"storyboard={quote(name)}") == name


def test_values_that_are_not_paths_are_left_to_hydra():
    assert quote_path("sampler.cfg=3,5") == "sampler.cfg=3,5"
    assert quote_path("storyboard='already quoted.json'") == "storyboard='already quoted.json'"


def test_commas_separate_storyboards_only_in_a_sweep_of_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.json", "b.json"):
        (tmp_path / name).touch()
    assert quote_path("storyboard=a.json,b.json", multirun=True) == "storyboard='a.json','b.json'"
    assert quote_path("storyboard=a.json,c.json", multirun=True) == "storyboard='a.json','c.json'"
    assert quote_path("storyboard=a.json,c", multirun=True) == "storyboard='a.json,c'"
    assert quote_path("storyboard=c.json,d.json", multirun=True) == "storyboard='c.json,d.json'"
    assert quote_path("storyboard=a.json,b.json") == "storyboard='a.json,b.json'"
    (tmp_path / "a.json,b.json").touch()
    assert quote_path("storyboard=a.json,b.json", multirun=True) == "storyboard='a.json,b.json'"


def test_a_home_folder_is_expanded(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert quote_path("paths.outputs=~/films") == f"paths.outputs='{tmp_path / 'films'}'"


@pytest.mark.parametrize("words", [["--cfg"], ["--cfg", "jobb"], ["--info", "x"]])
def test_a_flag_with_a_wrong_value(words):
    with pytest.raises(ConfigError, match=words[0]):
        parse(words)


def test_flags_and_settings_are_sorted(tmp_path):
    arguments = parse(["-m", "storyboard=x.json", "--config-dir", str(tmp_path), "sampler.cfg=3,5"])
    assert arguments.multirun
    assert arguments.config_dir == tmp_path
    assert arguments.overrides == ("storyboard='x.json'", "sampler.cfg=3,5")
    assert parse(["--cfg", "job", "--resolve"]).hydra_flags == ("--cfg", "job", "--resolve")


def test_every_wrong_word_is_named_at_once():
    with pytest.raises(ConfigError) as caught:
        parse(["--multirn", "my.json", "plan", "--config-dir", "nowhere"])
    text = str(caught.value)
    assert len(caught.value.problems) == 4
    assert "--multirn: there is no such flag" in text
    assert "--multirun" in text
    assert 'write storyboard="my.json"' in text
    assert "verbs come first" in text
    assert "'nowhere' is not a folder" in text


def test_choosing_an_option_types_the_keys_of_its_group():
    typed = typed_keys(["sampler=draft", "+seed=1", "paths@x=y", "backend.slate=true"])
    assert typed == {"sampler", "seed", "paths", "backend.slate"}
    assert [was_typed(key, typed) for key in ("sampler.steps", "seed", "backend.slate", "backend.model", "memory")] == [
        True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["storyboard", "tracking.uri"])
def test_a_name_that_no_file_system_takes_is_a_name_like_others(key: str) -> None:
    name = "a" * 5000
    assert parse(["-m", f"{key}={name},b.json"]).overrides == (f"{key}='{name},b.json'",)


def test_a_folder_with_such_a_name_is_no_folder() -> None:
    with pytest.raises(ConfigError, match="is not a folder"):
        parse(["--config-dir", "a" * 5000])


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("pick.S02=2", "++pick.S02=2"),
        ("shots=[S02, 04]", "shots=['S02','04']"),
        ("shots=[1e3]", "shots=['1e3']"),
        ("shots=null", "shots=null"),
        ("shots=S02", "shots=S02"),
        ("shots=[a b]", "shots=[a b]"),
    ],
)
def test_shots_and_picks_are_read_as_the_ids_they_are(word, expected):
    assert parse([word]).overrides == (expected,)


def test_a_pick_that_hydra_cannot_read_is_sent_to_the_picks_file():
    with pytest.raises(ConfigError, match=r"my\.picks\.json") as told:
        parse(["pick.3=2", "pick.-a=1"])
    assert '{"3": 2}' in str(told.value)
    assert len(told.value.problems) == 2
