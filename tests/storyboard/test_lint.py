from pathlib import Path
from typing import Any

import pytest

from storyvid.storyboard.lint import lint
from storyvid.storyboard.load import load
from tests.storyboard.boards import PROMPT, codes, read, shot

TEMPLATE = Path(__file__).parents[2] / "templates" / "storyboard.template.json"
ANNA = {"anna": {"name": "Anna", "description": "a tall woman"}}


def found(*shots: dict[str, Any], **film: Any) -> list[tuple[str, str]]:
    """(code, place) of what lint says of a film that is otherwise fine: filled up to 16 s."""
    rest = [shot(id=f"rest{index}") for index in range(4)]
    loaded = read({**film, "shots": [*shots, *rest] if len(shots) < 4 else list(shots)})
    return [(problem.code, problem.where.split(", ")[-1]) for problem in lint(loaded.storyboard)]


def test_the_template_needs_no_advice() -> None:
    assert lint(load(TEMPLATE).storyboard) == []


def test_a_plain_film_needs_no_advice() -> None:
    assert found(shot()) == []


@pytest.mark.parametrize(
    ("shots", "film", "expected"),
    [
        ([shot()], {"target_duration": 20.5}, []),
        ([shot()], {"target_duration": 20.6}, [("target-duration", "target_duration")]),
        ([shot(duration=0.9)], {}, [("shot-short", "shots[0].duration")]),
        ([shot(duration=0.9, skip=True)], {}, []),
        ([{"prompt": "A man walks on"}], {}, [("prompt-short", "shots[0].prompt")]),
        ([shot(camera={"movement": "pan_left"}, notes="x")], {}, []),
        ([{"prompt": PROMPT + ", the camera pans left and zooms in."}], {}, [("camera-moves", "shots[0].prompt")]),
        (
            [{"prompt": PROMPT + ", the camera pans left.", "camera": {"movement": "dolly_in"}}],
            {},
            [("camera-moves", "shots[0].prompt")],
        ),
        ([{"prompt": PROMPT + ", the camera pans left.", "camera": {"movement": "pan_left"}}], {}, []),
        ([{"prompt": "She follows the track into the deep forest"}], {}, []),
        ([{"prompt": PROMPT + " at 0:04"}], {}, [("prompt-timestamp", "shots[0].prompt")]),
        ([{"prompt": "[0-3 s] " + PROMPT}], {}, [("prompt-timestamp", "shots[0].prompt")]),
        ([{"prompt": PROMPT + ", cut to a gull"}], {}, [("prompt-cut", "shots[0].prompt")]),
        ([{"prompt": PROMPT + ' past a sign that says "Harbour"'}], {}, [("prompt-text", "shots[0].prompt")]),
        ([shot(continuation_prompt='The sign reads "Open"')], {}, [("prompt-text", "shots[0].continuation_prompt")]),
        ([shot(characters=["anna"])], {"characters": ANNA}, []),
        ([shot()], {"characters": ANNA}, [("character-unused", "characters.anna")]),
        ([{"prompt": "Anna walks along the beach"}], {"characters": ANNA}, []),
        (
            [{"prompt": "Anna walks along the beach"}],
            {"characters": {"anna": {"name": "Anna"}}},
            [("character-undescribed", "characters.anna")],
        ),
        ([shot(characters=["anna"])], {"characters": {"anna": {"name": "Anna"}}}, [("character-undescribed", "characters.anna")]),
        ([shot(dialogue="Anna: Hello.")], {"characters": {"anna": {"name": "Anna"}}}, []),
        ([{"prompt": "小明 小明跑了 一 二 三 四"}], {"characters": {"m": {"name": "小明", "description": "一个男孩"}}}, []),
        ([shot(sound="rain on roofs", music="a low cello. slow")], {"audio": {"temp": "tone", "volume": 0.2}}, []),
        ([shot(music="cello.MP3")], {}, [("not-used-yet", "shots[0].music")]),
        ([shot()], {"audio": {"volume": 0.5}}, [("not-used-yet", "audio.volume")]),
        ([shot(characters=["anna", "anne"])], {"characters": ANNA}, [("character-unknown", "shots[0].characters[1]")]),
        ([shot(characters=["a tall man"])], {}, []),
        ([shot(transition="dissolve"), shot(continuity="continue")], {}, [("continue-transition", "shots[1].continuity")]),
        (
            [shot(camera={"size": "ms"}), shot(continuity="continue", camera={"size": "cu"})],
            {},
            [("continue-change", "shots[1].camera.size")],
        ),
        ([shot(location="sea"), shot(continuity="continue", location="wood")], {}, [("continue-change", "shots[1].location")]),
        ([shot(characters=["a"]), shot(continuity="continue", characters=["b"])], {}, [("continue-change", "shots[1].characters")]),
        ([shot(camera={"size": "ms"}), shot(camera={"size": "cu"})], {}, []),
        ([shot(seed=1), shot(continuity="continue", seed=1)], {}, [("continue-seed", "shots[1].seed")]),
        ([shot(seed=1), shot(seed=1)], {}, []),
        ([*[shot() for _ in range(4)], shot(transition="dissolve")], {}, [("transition-last", "shots[4].transition")]),
        ([*[shot() for _ in range(4)], shot(transition="fade_out")], {}, []),
        ([*[shot() for _ in range(4)], shot(transition="smash_cut")], {}, []),
        ([*[shot() for _ in range(4)], shot(transition="match_cut")], {}, []),
        (
            [*[shot() for _ in range(4)], shot(transition="dissolve"), shot(skip=True)],
            {},
            [("transition-last", "shots[4].transition")],
        ),
        ([shot(duration=3) for _ in range(4)], {}, [("film-length", "shots")]),
        ([shot() for _ in range(8)], {}, [("film-length", "shots")]),
    ],
)
def test_advice(shots: list[dict[str, Any]], film: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(*shots, **film) == expected


def test_an_undescribed_character_is_told_once_for_the_film() -> None:
    shots = [shot(characters=["anna"]), {"prompt": "Rain falls on Anna in the garden"}, *[shot(characters=["anna"])] * 2]
    [problem] = lint(read({"characters": {"anna": {"name": "Anna"}}, "shots": shots}).storyboard)
    assert problem.what.startswith('"Anna" is seen in S01, S02, S03 and 1 more but has no description')
    assert problem.fix == "say how Anna looks in characters.anna.description"


def test_files_that_the_film_does_not_use_yet_are_told_by_kind(tmp_path: Path) -> None:
    for name in ("song.mp3", "rain.wav", "anna.png"):
        (tmp_path / name).write_bytes(b"x")
    film = {
        "audio": {"music": "song.mp3", "volume": 0.5},
        "characters": {"anna": {**ANNA["anna"], "reference_image": "anna.png"}},
        "shots": [shot(sound="rain.wav", characters=["anna"]), shot(sound="rain.wav"), shot(sound="rain"), shot()],
    }
    told = lint(read(film, tmp_path).storyboard)
    assert [(problem.code, problem.where) for problem in told] == [
        ("not-used-yet", "audio.music, audio.volume"),
        ("not-used-yet", "shots[0-1].sound"),
        ("not-used-yet", "characters.anna.reference_image"),
    ]
    assert all(problem.fix for problem in told)


def test_advice_names_the_shot_and_a_fix() -> None:
    [problem] = lint(read({"shots": [shot(), shot(id="harbour", duration=0.5), *[shot() for _ in range(4)]]}).storyboard)
    assert problem.where == 'shot "harbour" (2 of 6), shots[1].duration'
    assert codes([problem]) == ["shot-short"]
    assert problem.fix
