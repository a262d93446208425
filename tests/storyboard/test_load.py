import hashlib
import json
import secrets
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyvid.errors import StoryboardError
from storyvid.storyboard import aliases
from storyvid.storyboard.load import load, load_data, load_text
from tests.storyboard.boards import PROMPT, codes, problems_of, read, read_shot, shot

TEMPLATE = Path(__file__).parents[2] / "templates" / "storyboard.template.json"


def test_the_template_loads_without_a_warning() -> None:
    loaded = load(TEMPLATE)
    assert loaded.warnings == ()
    assert loaded.project == "the-last-lamp"
    assert loaded.path == TEMPLATE.absolute()
    assert loaded.folder == TEMPLATE.parent
    assert loaded.sha256 == hashlib.sha256(TEMPLATE.read_bytes()).hexdigest()
    assert sum(shot.duration_exact for shot in loaded.storyboard.shots) == 20
    assert 6 <= len(loaded.storyboard.shots) <= 7


@pytest.mark.parametrize(
    "data",
    [
        json.loads(TEMPLATE.read_text(encoding="utf-8")),
        {"shots": [shot(), shot(transition_in="dissolve", duration="3s", characters=[{"name": "Anna", "description": "tall"}])]},
        {"defaults": {"continuity": "continue", "transition": "dissolve", "skip": False}, "shots": [shot(), shot(), shot()]},
        {"shots": [shot(transition="fade_in"), shot(continuity={"from": "S01"}, seed=-1), shot(mystery=[1, {"a": None}])]},
    ],
)
def test_the_strict_form_loads_again_as_itself(data: dict[str, Any]) -> None:
    first, _ = load_data(data, "my.json", TEMPLATE.parent)
    again, warnings = load_data(json.loads(json.dumps(first.as_json())), "other.json", TEMPLATE.parent)
    assert again == first
    assert warnings == ()


# Values that fit a field, where a plain text doesn't.
VALUES: dict[str, Any] = {
    "schema_version": "1",
    "fps": 25,
    "aspect_ratio": "9:16",
    "target_duration": 8,
    "seed": 5,
    "characters": {"anna": {"name": "Anna"}},
    "locations": {"sea": {"description": "the sea"}},
    "defaults": {"duration": 4},
    "duration": 3,
    "camera.size": "cu",
    "camera.angle": "low",
    "camera.movement": "dolly_in",
    "camera.framing": "pov",
    "camera.lens": 35,
    "camera.depth_of_field": "deep",
    "camera.speed": "slow",
    "transition": "cut",
    "transition_in": "dissolve",
    "dialogue": [{"text": "Hello."}],
    "overrides.steps": 30,
    "overrides.cfg": 4.5,
    "overrides.cfg_2": 3.5,
    "overrides.flow_shift": 5.0,
    "skip": True,
}


@pytest.mark.parametrize(("field", "alias"), [(f, a) for f, names in aliases.PROJECT.items() if f[0] != "_" for a in names])
def test_every_project_alias(field: str, alias: str) -> None:
    value = VALUES.get(field, "words")
    plain = read({field: value, "shots": [shot()]}).storyboard
    loaded = read({alias: value, "shots": [shot()]})
    assert loaded.storyboard == plain
    assert [(warning.code, warning.where) for warning in loaded.warnings] == [("alias", f"my.json, {alias}")]
    assert f'"{alias}" is read as {field}' in loaded.warnings[0].what


@pytest.mark.parametrize(("field", "alias"), [(f, a) for f, names in aliases.SHOT.items() if f[0] != "_" for a in names])
def test_every_shot_alias(field: str, alias: str) -> None:
    value: Any = ["words"] if field == "characters" else VALUES.get(field, "words")
    written: dict[str, Any] = {}
    inner = written
    *outer, last = field.split(".")
    for name in outer:
        inner = inner.setdefault(name, {})
    inner[last] = value
    base = {} if field == "prompt" else {"prompt": PROMPT}
    plain, said = read_shot({**base, **written})
    got, warnings = read_shot({**base, alias: value})
    assert got == plain
    told = [warning for warning in warnings if warning not in said and warning.code == "alias"]
    assert len(told) == 1
    assert f"shots[1].{alias}" in told[0].where
    assert f'"{alias}" is read as {field}' in told[0].what


@pytest.mark.parametrize("name", [name for name in aliases.SHOT_LISTS if name != "shots"])
def test_shots_under_another_name(name: str) -> None:
    loaded = read({name: [shot(), shot()]})
    assert [shot.id for shot in loaded.storyboard.shots] == ["S01", "S02"]
    assert codes(loaded.warnings) == ["alias"]


def test_bare_list_texts_and_a_wrapped_storyboard() -> None:
    assert codes(read([shot(), shot()]).warnings) == ["alias"]
    beats = read({"summary": "A day.", "storyline": ["A panda wakes up slowly.", "It walks to school."]})
    assert [shot.prompt for shot in beats.storyboard.shots] == ["A panda wakes up slowly.", "It walks to school."]
    assert codes(beats.warnings) == ["alias", "alias", "shot-text"]
    wrapped = read({"storyboard": {"title": "Sea", "shots": [shot()]}})
    assert wrapped.storyboard.title == "Sea"
    problem = problems_of({"storyboard": {"shots": [shot(duration=99)]}})[0]
    assert "storyboard.shots[0].duration" in problem.where


def nested(*ids: Any) -> dict[str, Any]:
    return {
        "story_overview": "A day.",
        "scenes": [
            {"scene_num": 1, "shots": [{"shot_id": ids[0], "first_frame": "A shop.", "video_prompt": PROMPT}]},
            {"scene_num": 2, "mood": "calm", "shots": [{"shot_id": ids[1], "video_prompt": PROMPT, "duration_seconds": "5 sec"}]},
        ],
    }


def test_nested_scenes() -> None:
    loaded = read(nested(1, 2))
    first, second = loaded.storyboard.shots
    assert (first.id, first.scene, first.first_frame_prompt, first.mood) == ("S01", "1", "A shop.", None)
    assert (second.id, second.scene, second.duration, second.mood) == ("S02", "2", 5, "calm")
    assert loaded.storyboard.logline == "A day."
    by_code = {warning.code: warning for warning in loaded.warnings}
    assert by_code["number-id"].what == "1 is read as S01, 2 is read as S02"
    assert by_code["unit"].where == 'my.json, shot "S02" (2 of 2), scenes[1].shots[0].duration_seconds'
    assert by_code["scene-field"].where == "my.json, scenes[1].mood"


def test_ids_that_begin_anew_in_each_scene() -> None:
    loaded = read(nested(1, 1))
    assert [shot.id for shot in loaded.storyboard.shots] == ["1-1", "2-1"]
    assert "scene-ids" in codes(loaded.warnings)


def test_one_warning_for_many_shots() -> None:
    loaded = read({"shots": [{"video_prompt": PROMPT} for _ in range(7)]})
    assert [warning.where for warning in loaded.warnings] == ["my.json, shots[0-6].video_prompt"]


# raw fields of a shot -> (field, value meant, codes of the warnings)
READ_AS: list[tuple[dict[str, Any], str, Any, list[str]]] = [
    ({"duration": "4s"}, "duration", 4, ["unit"]),
    ({"duration": "00:08.150"}, "duration", 8.15, ["unit"]),
    ({"duration": None}, "duration", 4, []),
    ({"timecode": "0:04-0:06.5"}, "duration", 2.5, ["time-code"]),
    ({"start": 1.1, "end": 4.3}, "duration", 3.2, ["time-code"]),
    ({"start_time": "0:04", "end_time": "0:06"}, "duration", 2, ["time-code"]),
    ({"time": "0:04-0:06"}, "duration", 2, ["alias", "time-code"]),
    ({"time": "dusk"}, "time_of_day", "dusk", ["alias"]),
    ({"camera": "slow push-in, wide shot"}, "camera.movement", "dolly_in", ["camera-text"]),
    ({"camera": ["wide shot", "static"]}, "camera.size", "ls", ["camera-text"]),
    ({"camera": {"size": "MEDIUM"}}, "camera.size", "ms", ["enum"]),
    ({"camera": {"size": "medium_shot"}}, "camera.size", "ms", ["enum"]),
    ({"camera": {"size": "ms"}}, "camera.size", "ms", []),
    ({"camera": {"size": "OTS"}}, "camera.framing", "ots", ["camera-moved"]),
    ({"shot_type": "POV"}, "camera.framing", "pov", ["alias", "camera-moved"]),
    ({"camera": {"movement": "tilt left"}}, "camera.movement", "pan_left", ["camera-doubt"]),
    ({"camera": {"movement": "pan"}}, "camera.movement", "pan_right", ["camera-doubt"]),
    ({"camera": {"movement": "pan left, zoom in"}}, "camera.text", "pan left, zoom in", ["camera-text", "camera-doubt"]),
    ({"camera": {"movement": "slow push-in to her"}}, "camera.text", "to her", ["camera-text"]),
    ({"camera": {"lens": "50mm"}}, "camera.lens", 50, ["unit"]),
    ({"camera": {"lens": 50.0}}, "camera.lens", 50, []),
    ({"camera": "wide shot", "camera_angle": "low"}, "camera.angle", "low", ["alias", "camera-text"]),
    ({"transition": "CUT TO:"}, "transition.type", "cut", ["enum"]),
    ({"transition": "cross-fade 1s"}, "transition.duration", 1, ["enum", "unit"]),
    ({"transition": "dissolve"}, "transition.type", "dissolve", []),
    ({"transition": {"type": "dissolve", "duration": "0.8s"}}, "transition.duration", 0.8, ["unit"]),
    ({"transition": "xfade:radial"}, "transition.type", "xfade:radial", []),
    ({"continuity": True}, "continuity", "continue", ["enum"]),
    ({"continuity": "Same take"}, "continuity", "continue", ["enum"]),
    ({"cut": False}, "continuity", "continue", ["alias"]),
    ({"cut": True}, "continuity", "cut", ["alias"]),
    ({"cut": "False"}, "continuity", "continue", ["boolean-text", "alias"]),
    ({"use_last_frame": True}, "continuity", "continue", ["alias"]),
    ({"continue_from": "S01"}, "continuity.from_", "S01", ["alias"]),
    ({"continue_from": 1}, "continuity.from_", "S01", ["alias", "reference"]),
    ({"continuity": {"from": "s01", "frame": "12"}}, "continuity.frame", 12, ["unit", "reference"]),
    ({"continuity": {"from": "S01", "frame": "FIRST"}}, "continuity.frame", "first", ["enum"]),
    ({"dialogue": "ANNA (softly): Hello."}, "dialogue.0.speaker", "ANNA", ["dialogue-text"]),
    ({"dialogue": "It is 12:30 now."}, "dialogue.0.text", "It is 12:30 now.", ["dialogue-text"]),
    ({"dialogue": [{"character": "ANNA", "line": "Hi.", "at": "1s"}]}, "dialogue.0.at", 1, ["alias", "alias", "unit"]),
    ({"dialogue": "None"}, "dialogue", (), ["nothing-word"]),
    ({"dialogue": ""}, "dialogue", (), []),
    ({"caption": "n/a"}, "caption", None, ["nothing-word"]),
    ({"characters": "a tall man, a dog"}, "characters", ("a tall man, a dog",), ["list"]),
    ({"characters": [{"name": "Bob", "description": "tall"}]}, "characters", ("bob",), ["character-object"]),
    ({"lighting": ["soft", "warm"]}, "lighting", "soft, warm", ["text-joined"]),
    (
        {"lighting": "soft", "color_palette": ["teal", "red"]},
        "lighting",
        "soft, color palette: teal, red",
        ["text-joined", "alias"],
    ),
    ({"audio": "waves"}, "sound", "waves", ["alias"]),
    ({"audio": {"bgm": "cello"}}, "music", "cello", ["alias", "alias"]),
    ({"scene": 2}, "scene", "2", ["number-as-text"]),
    ({"seed": "42"}, "seed", 42, ["unit"]),
    ({"seed": 42.0}, "seed", 42, []),
    ({"cfg": "7.5"}, "overrides.cfg", 7.5, ["alias", "unit"]),
    ({"skip": "true"}, "skip", True, ["boolean-text"]),
    ({"id": 7}, "id", "S07", ["number-id"]),
    ({"id": "harbour", "name": "The harbour"}, "extra.name", "The harbour", ["unknown-field"]),
    ({"mystery": 5}, "extra.mystery", 5, ["unknown-field"]),
    ({"shotType": "wide"}, "camera.size", "ls", ["alias", "enum"]),
    ({"prompt": "Use ${oc.env:PATH} and ??? 🎬 שלום"}, "prompt", "Use ${oc.env:PATH} and ??? 🎬 שלום", []),
    ({"prompt": "", "first_frame_prompt": "A boat at dawn."}, "first_frame_prompt", "A boat at dawn.", []),
]


@pytest.mark.parametrize(("raw", "field", "value", "warned"), READ_AS, ids=[json.dumps(row[0]) for row in READ_AS])
def test_value_read_with_a_warning(raw: dict[str, Any], field: str, value: Any, warned: list[str]) -> None:
    got, warnings = read_shot({"prompt": PROMPT, **raw})
    found: Any = got
    for name in field.split("."):
        found = found[int(name)] if name.isdigit() else found[name] if isinstance(found, dict) else getattr(found, name)
    assert found == value
    assert type(found) is type(value) or isinstance(found, float)
    assert sorted(codes(warnings)) == sorted(warned)
    assert all("shots[1]" in warning.where for warning in warnings)


PROJECT_READ_AS: list[tuple[dict[str, Any], str, Any, list[str]]] = [
    ({"fps": "24 fps"}, "fps", 24, ["unit"]),
    ({"fps": "24000/1001"}, "fps", 23.976, ["unit"]),
    ({"fps": "48000/1001"}, "fps", 47.952, ["unit"]),
    ({"aspect_ratio": "vertical"}, "aspect_ratio", "9:16", ["enum"]),
    ({"aspect_ratio": 1.7778}, "aspect_ratio", "16:9", ["enum"]),
    ({"target_duration": "4s"}, "target_duration", 4, ["unit"]),
    ({"schema_version": 1}, "schema_version", "1", ["enum"]),
    ({"title": 1984}, "title", "1984", ["number-as-text"]),
    ({"style": "ink", "color_palette": "teal"}, "style", "ink, color palette: teal", ["alias"]),
    ({"negative_mode": "Replace"}, "negative_mode", "replace", ["enum"]),
    ({"audio": {"temp": "silent"}}, "audio.temp", "silence", ["enum"]),
    ({"$schema": "storyboard.schema.json"}, "title", "my", []),
    ({"metadata": {"a": 1}}, "extra.metadata", {"a": 1}, ["unknown-field"]),
    ({"characters": ["Anna Lee"]}, "characters.anna-lee.name", "Anna Lee", ["list-as-map"]),
    ({"characters": {"anna": "tall"}}, "characters.anna.description", "tall", ["description-text"]),
    ({"characters": [{"name": "Anna", "appearance": "tall"}]}, "characters.anna.description", "tall", ["alias", "list-as-map"]),
    ({"characters": {"a": {"name": "A", "age": 9}}}, "extra.characters*a*age", 9, ["unknown-field"]),
    ({"locations": [{"id": "sea", "description": "the sea"}]}, "locations.sea.description", "the sea", ["list-as-map"]),
]


@pytest.mark.parametrize(("raw", "field", "value", "warned"), PROJECT_READ_AS, ids=[json.dumps(row[0]) for row in PROJECT_READ_AS])
def test_project_value_read_with_a_warning(raw: dict[str, Any], field: str, value: Any, warned: list[str]) -> None:
    loaded = read({**raw, "shots": [shot()]})
    found: Any = loaded.storyboard
    for name in field.split("."):
        found = found[name.replace("*", ".")] if isinstance(found, dict) else getattr(found, name)
    assert found == value
    assert sorted(codes(loaded.warnings)) == sorted(warned)


def test_names_of_characters_become_ids() -> None:
    film = {
        "characters": {"anna": {"name": "Anna Lee"}},
        "shots": [shot(characters=["anna lee", "ANNA"], dialogue="ANNA LEE: Hi.")],
    }
    loaded = read(film)
    assert loaded.storyboard.shots[0].characters == ("anna",)
    assert loaded.storyboard.shots[0].dialogue[0].speaker == "anna"
    assert codes(loaded.warnings) == ["character-name", "character-name", "dialogue-text"]


def test_random_seed_is_drawn_once_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([111, 222])
    monkeypatch.setattr(secrets, "randbelow", lambda limit: next(drawn) if limit == 2**32 else -1)
    loaded = read({"seed": -1, "shots": [shot(seed=-1)]})
    assert (loaded.storyboard.seed, loaded.storyboard.shots[0].seed) == (111, 222)
    assert ["111" in loaded.warnings[0].what, "222" in loaded.warnings[1].what] == [True, True]


def test_defaults_fill_what_a_shot_leaves_out() -> None:
    defaults = {"length": "3s", "camera": {"size": "wide", "lens": 35}, "continuity": "continue", "transition": "dissolve"}
    loaded = read(
        {"defaults": defaults, "shots": [shot(), shot(camera={"lens": 50}, duration=5, continuity="cut"), shot(continuity="auto")]}
    )
    first, second, third = loaded.storyboard.shots
    assert (first.duration, first.camera.size, first.continuity, first.transition.type) == (3, "ls", "auto", "dissolve")
    assert (second.duration, second.camera.size, second.camera.lens, second.continuity) == (5, "ls", 50, "cut")
    assert (third.continuity, third.transition.type) == ("continue", "cut")
    assert all("defaults" in warning.where for warning in loaded.warnings)
    assert loaded.storyboard.defaults["duration"] == 3


def test_transitions_move_to_the_shot_before() -> None:
    loaded = read({"shots": [shot(transition_in="FADE IN:"), shot(skip=True), shot(transition_from_previous="dissolve")]})
    first, _, last = loaded.storyboard.shots
    assert first.transition_in is not None
    assert (first.transition_in.type, first.transition.type, last.transition_in) == ("fade_in", "dissolve", None)
    assert "transition-moved" in codes(loaded.warnings)
    opening = read({"shots": [shot(transition="fade_in"), shot()]}).storyboard.shots[0]
    assert opening.transition_in is not None
    assert (opening.transition_in.type, opening.transition.type) == ("fade_in", "cut")


# raw film -> [(code, place), …] of all problems
REFUSED: list[tuple[Any, list[tuple[str, str]]]] = [
    (5, [("shape", "my.json")]),
    ({}, [("shots-missing", "my.json")]),
    ({"title": "x"}, [("shots-missing", "my.json")]),
    ({"shots": {}}, [("shots-type", "my.json")]),
    ({"shots": "x"}, [("shots-type", "my.json")]),
    ({"shots": []}, [("shots-empty", "my.json")]),
    ({"shots": [shot()] * 61}, [("shots-too-many", "my.json")]),
    ({"shots": [shot()], "clips": [shot(duration=3)]}, [("alias-conflict", "my.json")]),
    ({"shots": [shot(), 5, None]}, [("type", "shots[1]"), ("type", "shots[2]")]),
    ({"shots": [{}, {"prompt": " "}, {"promt": "x"}]}, [("prompt-missing", f"shots[{index}].prompt") for index in range(3)]),
    ({"shots": [{"prompt": 5}]}, [("type", "shots[0].prompt")]),
    ({"shots": [{"prompt": "x" * 20_001}]}, [("string-too-long", "shots[0].prompt")]),
    (
        {"shots": [shot(duration=value) for value in (0, -1, 15.5)]},
        [("duration-range", f"shots[{index}].duration") for index in range(3)],
    ),
    ({"shots": [shot(duration=True), shot(duration=[4])]}, [("type", "shots[0].duration"), ("type", "shots[1].duration")]),
    ({"shots": [shot(length="3-4s")]}, [("duration-text", "shots[0].length")]),
    ({"shots": [shot(duration=3, dur=4)]}, [("alias-conflict", "shots[0].duration")]),
    ({"shots": [shot(description="other")]}, [("alias-conflict", "shots[0].prompt")]),
    ({"shots": [shot(start=4, end=4)]}, [("time-order", "shots[0].end")]),
    ({"shots": [shot(end=4)]}, [("time-order", "shots[0].end")]),
    ({"shots": [shot(start=0, end=4), shot(start=5, end=8)]}, [("time-gap", "shots[1].end")]),
    ({"shots": [shot(start=0, end=4), shot(start=3, end=8)]}, [("time-gap", "shots[1].end")]),
    ({"shots": [shot(start=0, end=4, duration=5)]}, [("alias-conflict", "shots[0].duration")]),
    ({"shots": [shot(timecode="soon")]}, [("duration-text", "shots[0].timecode")]),
    ({"shots": [shot(id="a"), shot(id="A")]}, [("duplicate-id", "shots[1].id")]),
    ({"shots": [shot(id="S02"), shot()]}, [("duplicate-id", "shots[1].id")]),
    (
        {"shots": [shot(id=value) for value in ("../a", "CON", "a.", "x" * 33, 1.5)]},
        [("id", f"shots[{index}].id") for index in range(5)],
    ),
    ({"shots": [shot(camera={"size": "hugee"})]}, [("enum-unknown", "shots[0].camera.size")]),
    ({"shots": [shot(camera={"lens": 2})]}, [("range", "shots[0].camera.lens")]),
    ({"shots": [shot(camera=5)]}, [("type", "shots[0].camera")]),
    ({"shots": [shot(camera="wide shot", shot_type="close-up")]}, [("alias-conflict", "shots[0].shot_type")]),
    ({"shots": [shot(transition="disolve")]}, [("enum-unknown", "shots[0].transition")]),
    ({"shots": [shot(transition="xfade:nope")]}, [("enum-unknown", "shots[0].transition")]),
    ({"shots": [shot(transition_in="dissolve")]}, [("transition-in-first", "shots[0].transition_in")]),
    ({"shots": [shot(transition="cut"), shot(transition_in="dissolve")]}, [("alias-conflict", "shots[1].transition_in")]),
    (
        {"shots": [shot(duration=2, transition={"type": "dissolve", "duration": 1}), shot()]},
        [("transition-long", "shots[0].transition.duration")],
    ),
    ({"shots": [shot(transition="dissolve"), shot(duration=1)]}, [("transition-long", "shots[0].transition.duration")]),
    ({"shots": [shot(duration=1, transition_in="fade_in")]}, [("transition-long", "shots[0].transition_in.duration")]),
    ({"shots": [shot(continuity="continue")]}, [("continue-first", "shots[0].continuity")]),
    ({"shots": [shot(skip=True), shot(cut=False)]}, [("continue-first", "shots[1].cut")]),
    ({"shots": [shot(), shot(continuity="flow")]}, [("enum-unknown", "shots[1].continuity")]),
    ({"shots": [shot(), shot(continuity={})]}, [("continuity-shape", "shots[1].continuity")]),
    ({"shots": [shot(), shot(continuity=5)]}, [("continuity-shape", "shots[1].continuity")]),
    ({"shots": [shot(), shot(continuity={"from": "S09"})]}, [("reference-unknown", "shots[1].continuity.from")]),
    ({"shots": [shot(), shot(continue_from=9)]}, [("reference-unknown", "shots[1].continue_from")]),
    ({"shots": [shot(), shot(continuity={"from": "S02"})]}, [("reference-own", "shots[1].continuity.from")]),
    ({"shots": [shot(continuity={"from": "S02"}), shot()]}, [("reference-later", "shots[0].continuity.from")]),
    ({"shots": [shot(), shot(skip=True), shot(continuity={"from": "S02"})]}, [("reference-skipped", "shots[2].continuity.from")]),
    ({"shots": [shot(), shot(continuity={"from": "S01", "frame": 96})]}, [("frame-range", "shots[1].continuity.frame")]),
    ({"shots": [shot(), shot(continuity={"from": "S01", "frame": -2})]}, [("range", "shots[1].continuity.frame")]),
    ({"shots": [shot(), shot(continuity={"from": ["S01"]})]}, [("type", "shots[1].continuity.from")]),
    ({"shots": [shot(continuity={"image": "missing.png"})]}, [("media-missing", "shots[0].continuity.image")]),
    ({"shots": [shot(continuity={"image": "../out.png"})]}, [("file-outside", "shots[0].continuity.image")]),
    ({"shots": [shot(continuity={"image": 7})]}, [("type", "shots[0].continuity.image")]),
    ({"shots": [shot(sound="rain.wav")]}, [("media-missing", "shots[0].sound")]),
    ({"audio": {"music": "song.mp3"}, "shots": [shot()]}, [("media-missing", "audio.music")]),
    ({"audio": {"volume": 2}, "shots": [shot()]}, [("range", "audio.volume")]),
    ({"characters": {"a": {"reference_image": "a.png"}}, "shots": [shot()]}, [("media-missing", "characters.a.reference_image")]),
    ({"characters": [{"name": "A"}, {"name": "a"}], "shots": [shot()]}, [("duplicate-id", "characters[1]")]),
    ({"shots": [shot(skip=True)]}, [("nothing-to-show", "shots")]),
    ({"shots": [shot(skip="perhaps")]}, [("type", "shots[0].skip")]),
    ({"shots": [shot(cut="perhaps")]}, [("type", "shots[0].cut")]),
    ({"shots": [shot(seed=2**32)]}, [("range", "shots[0].seed")]),
    ({"shots": [shot(overrides={"stepz": 3})]}, [("override-unknown", "shots[0].overrides.stepz")]),
    ({"shots": [shot(dialogue=[{"speaker": "A"}])]}, [("missing", "shots[0].dialogue[0].text")]),
    ({"shots": [shot(notes="a\x07b")]}, [("control-character", "shots[0].notes")]),
    ({"shots": [{"prompt": "half \ud800 pair"}]}, [("control-character", "shots[0].prompt")]),
    ({"project": "a/b", "shots": [shot()]}, [("value", "project")]),
    ({"project": "NUL", "shots": [shot()]}, [("value", "project")]),
    ({"fps": 23.9761, "shots": [shot()]}, [("value", "fps")]),
    ({"fps": "25/2", "shots": [shot()]}, [("value", "fps")]),
    ({"project": ".clips", "shots": [shot()]}, [("value", "project")]),
    ({"fps": 0, "aspect_ratio": "wide-ish", "shots": [shot()]}, [("value", "fps"), ("value", "aspect_ratio")]),
    ({"schema_version": "2", "shots": [shot()]}, [("enum-unknown", "schema_version")]),
    (
        {"defaults": {"duration": 99, "id": "x"}, "shots": [shot(), shot()]},
        [("defaults-field", "defaults.id"), ("duration-range", "defaults.duration")],
    ),
    ({"defaults": 5, "extra": 5, "shots": [shot()]}, [("type", "extra"), ("type", "defaults")]),
    ([{"summary": "A", "storyline": ["x"]}, {"summary": "B", "storyline": ["y"]}], [("several-stories", "my.json")]),
]


@pytest.mark.parametrize(("data", "expected"), REFUSED, ids=[f"{row[1][0][0]}-{number}" for number, row in enumerate(REFUSED)])
def test_refused(data: Any, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    problems = problems_of(data, tmp_path)
    assert sorted((problem.code, problem.where.split(", ")[-1]) for problem in problems) == sorted(expected)
    for problem in problems:
        assert problem.where.startswith("my.json")
        assert problem.fix
        assert "pydantic" not in str(problem)
        assert "Input should" not in str(problem)


def test_an_error_reads_as_a_sentence() -> None:
    shots = [shot(), shot(), shot(id="harbour", duration=40), *[shot() for _ in range(4)]]
    [problem] = problems_of({"shots": shots})
    assert str(problem) == (
        'my.json, shot "harbour" (3 of 7), shots[2].duration: 40 s is longer than one shot may be (15 s)\n'
        "  Fix: split the shot, or set shots[2].duration to 15 or less"
    )


def test_paths_are_those_of_the_file() -> None:
    data = nested(1, 2)
    data["scenes"][1]["shots"][0]["duration_seconds"] = 40
    [problem] = problems_of(data)
    assert problem.where == 'my.json, shot "S02" (2 of 2), scenes[1].shots[0].duration_seconds'


def test_all_problems_at_once_film_first_then_shot_by_shot() -> None:
    problems = problems_of(
        {"fps": 0, "shots": [shot(duration=40), {"camera": {"size": "hugee"}}, shot(continuity={"from": "S09"})]}
    )
    assert problems[0].where == "my.json, fps"
    assert codes(problems)[1:] == ["duration-range", *sorted(["enum-unknown", "prompt-missing"]), "reference-unknown"]


def test_a_near_field_is_named() -> None:
    assert problems_of({"shots": [{"promt": "x"}]})[0].fix == 'rename "promt" to "prompt"'
    assert problems_of({"shots": [shot(transition="disolve")]})[0].fix.startswith("did you mean")
    assert problems_of({"shosts": [shot()]})[0].fix == 'rename "shosts" to "shots"'


def test_misspelt_fields_are_told_with_the_errors() -> None:
    shots = [shot(durration=3), {"promt": "x"}, shot(dialogue=[{"speaker": "A", "texxt": "Hi."}], mystery=1)]
    told = [(problem.code, problem.where.split(", ")[-1], problem.fix) for problem in problems_of({"shots": shots})]
    assert told == [
        ("prompt-missing", "shots[1].prompt", 'rename "promt" to "prompt"'),
        ("missing", "shots[2].dialogue[0].text", "add shots[2].dialogue[0].text"),
        ("unknown-field", "shots[0].durration", "did you mean duration?"),
        ("unknown-field", "shots[2].dialogue[0].texxt", "did you mean text?"),
    ]


def test_an_unknown_shot_is_answered_with_the_earlier_ones() -> None:
    shots = [shot(), shot(skip=True), shot(id="harbour"), shot(continuity={"from": "S09"}), shot()]
    assert problems_of({"shots": shots})[0].fix == "name an earlier shot: S01, harbour"
    assert problems_of({"shots": [shot(continuity={"from": "S09"})]})[0].fix == 'use "cut"'


def test_a_list_of_stories_says_what_to_change() -> None:
    [problem] = problems_of([{"summary": "A", "storyline": ["x"]}, {"summary": "B", "storyline": ["y"]}])
    assert "a list of 2 stories" in problem.what
    assert "save one item" in problem.fix


def test_ten_thousand_shots_are_one_short_error_fast() -> None:
    text = json.dumps({"shots": [{"id": "same", "duration": "x"}] * 10_000})
    start = time.perf_counter()
    with pytest.raises(StoryboardError) as caught:
        load_text(text, "my.json", Path())
    assert time.perf_counter() - start < 5
    assert codes(caught.value.problems) == ["shots-too-many"]
    assert len(str(caught.value)) < 200


def test_files_beside_the_storyboard(tmp_path: Path) -> None:
    (tmp_path / "art").mkdir()
    for name in ("art/start.png", "rain.wav", "song.mp3"):
        (tmp_path / name).write_bytes(b"x")
    film = {"audio": {"music": "song.mp3"}, "shots": [shot(sound="rain.wav", continuity={"image": "art\\start.png"})]}
    loaded = read(film, tmp_path)
    assert codes(loaded.warnings) == ["path-slashes"]
    assert loaded.storyboard.as_json()["shots"][0]["continuity"] == {"image": "art/start.png"}


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside, folder = tmp_path / "out.png", tmp_path / "film"
    outside.write_bytes(b"x")
    folder.mkdir()
    try:
        (folder / "in.png").symlink_to(outside)
    except OSError:
        pytest.skip("this system lets us make no symbolic links")
    assert codes(problems_of({"shots": [shot(continuity={"image": "in.png"})]}, folder)) == ["file-outside"]


@pytest.mark.parametrize(
    ("film", "project"),
    [
        ({"project": "Harbour 2"}, "Harbour 2"),
        ({"title": "The Straße: a/b"}, "the-strasse-a-b"),
        ({}, "my"),
        ({"title": "日本"}, "film-" + hashlib.sha256("日本".encode()).hexdigest()[:8]),
        ({"title": "Con"}, "con-film"),
    ],
)
def test_project_is_a_safe_ascii_folder_name(film: dict[str, Any], project: str) -> None:
    assert read({**film, "shots": [shot()]}).project == project


def test_load_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "story (1).json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"shots": [shot()]}).encode())
    loaded = load(path)
    assert loaded.storyboard.title == "story (1)"
    assert loaded.project == "story-1"
    with pytest.raises(StoryboardError, match="empty"):
        load_text(" ", "my.json", tmp_path)


def test_a_leading_tilde_is_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "x.json").write_text(json.dumps({"shots": [shot()]}), encoding="utf-8")
    assert load(Path("~/x.json")).path == tmp_path / "x.json"
    monkeypatch.chdir(tmp_path)
    Path("~x.json").write_text(json.dumps({"shots": [shot()]}), encoding="utf-8")
    assert load(Path("~x.json")).path == tmp_path / "~x.json"


KEYS = st.sampled_from(
    [
        *(
            "shots",
            "scenes",
            "title",
            "id",
            "scene",
            "duration",
            "prompt",
            "camera",
            "size",
            "movement",
            "lens",
            "continuity",
            "from",
        ),
        *("image", "frame", "transition", "transition_in", "type", "characters", "locations", "name", "description", "dialogue"),
        *("text", "at", "start", "end", "timecode", "time", "cut", "continue_from", "seed", "overrides", "steps", "skip", "extra"),
        *(
            "defaults",
            "audio",
            "music",
            "fps",
            "aspect_ratio",
            "target_duration",
            "schema_version",
            "project",
            "color_palette",
            "x",
        ),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["4s", "0:04", "wide shot", "pan left, zoom in", "dissolve 1s", "S01", "ANNA: hi", "a\\b", "none", PROMPT]),
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 70), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS
)
JSON = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=6)), max_leaves=25
)
SHOTS = st.lists(st.dictionaries(KEYS, JSON, max_size=6).map(lambda raw: {"prompt": PROMPT, **raw}), min_size=1, max_size=4)
QUICK = settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def only_storyboard_errors(text: str) -> None:
    """The text loads, and its strict form loads again; or it is refused with problems that can be printed."""
    try:
        loaded = load_text(text, "my.json", Path("no-such-folder"))
    except StoryboardError as error:
        told = [str(problem) for problem in error.problems]
    else:
        again, warnings = load_data(loaded.storyboard.as_json(), "other.json", Path("no-such-folder"))
        told = ["loaded"] if (again, warnings) == (loaded.storyboard, ()) else []
    assert told
    assert all(told)


@QUICK
@given(JSON)
def test_any_json_loads_or_is_refused(value: Any) -> None:
    only_storyboard_errors(json.dumps(value))


@QUICK
@given(SHOTS, st.dictionaries(KEYS, JSON, max_size=4))
def test_any_shots_load_or_are_refused(shots: list[dict[str, Any]], film: dict[str, Any]) -> None:
    only_storyboard_errors(json.dumps({**film, "shots": shots}))


@QUICK
@given(st.text(alphabet='{}[],:"\\/*` \nab1-.eNt', max_size=40))
def test_any_text_loads_or_is_refused(text: str) -> None:
    only_storyboard_errors(text)
