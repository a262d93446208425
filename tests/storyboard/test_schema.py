from fractions import Fraction

import pytest
from pydantic import ValidationError

from storyvid.storyboard.schema import (
    MIN_DURATION_S,
    MIN_FPS,
    Camera,
    Shot,
    Storyboard,
    check_file_name,
    parse_aspect_ratio,
    parse_fps,
)
from tests.storyboard.boards import PROMPT, read, shot


def test_what_a_shot_takes_from_its_location() -> None:
    sea = {"description": "a grey sea", "time_of_day": "dusk", "lighting": "low sun"}
    film = read(
        {
            "locations": {"sea": sea},
            "shots": [shot(location="sea"), shot(location="sea", time_of_day="night"), shot(location="a hall"), shot()],
        }
    )
    board = film.storyboard
    assert [board.place(one) for one in board.shots] == ["a grey sea", "a grey sea", "a hall", ""]
    assert [board.time_of_day(one) for one in board.shots] == ["dusk", "night", "", ""]
    assert [board.lighting(one) for one in board.shots] == ["low sun", "low sun", "", ""]


def test_camera_and_transition_may_be_text() -> None:
    one = Shot.model_validate({"id": "S01", "prompt": PROMPT, "camera": "wide shot, 35mm", "transition": "dissolve"})
    assert one.camera == Camera(size="ls", lens=35)
    assert one.transition.type == "dissolve"


def test_durations_are_exact() -> None:
    assert Shot(id="S01", duration=4.1).duration_exact == Fraction(41, 10)


def test_programme_shots_leave_out_the_skipped() -> None:
    board = Storyboard.model_validate({"shots": [{"id": "a"}, {"id": "b", "skip": True}]})
    assert [one.id for one in board.programme_shots] == ["a"]


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (5, 5),
        (24, 24),
        (120, 120),
        ("25/1", 25),
        (23.976, Fraction(24000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (47.952, Fraction(48000, 1001)),
        (119.88, Fraction(120000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
    ],
)
def test_fps(fps: float | str, rate: Fraction) -> None:
    assert parse_fps(fps) == rate


@pytest.mark.parametrize("fps", [0, 1, 4, 12.5, 23.9761, 121, "fast", "1/0", "10000/1001", "25/2", float("inf")])
def test_not_fps(fps: float | str) -> None:
    with pytest.raises(
        ValueError, match=r"is not a frame rate that films have; use a whole number from 5 to 120, or 23\.976, .*59\.94"
    ):
        parse_fps(fps)


def test_the_shortest_shot_has_frames_at_every_rate() -> None:
    assert MIN_DURATION_S * MIN_FPS >= 1.5


def test_aspect_ratio() -> None:
    assert parse_aspect_ratio("16:9") == Fraction(16, 9)
    assert parse_aspect_ratio("2.39:1") == Fraction(239, 100)
    for text in ("wide", "0:9", "9:1", "1:5"):
        with pytest.raises(ValueError, match=r"aspect ratio|narrower"):
            parse_aspect_ratio(text)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a.", " a", "CON", "com1.txt", "a:b", "x" * 65])
def test_names_that_are_not_safe(name: str) -> None:
    with pytest.raises(ValueError, match=r"file name|reserves"):
        check_file_name(name)


@pytest.mark.parametrize("name", [".clips", ".tmp-x", ".gitignore"])
def test_hidden_names_are_storyvids_own(name: str) -> None:
    with pytest.raises(ValueError, match="begins with a dot; begin it with a letter or a digit"):
        check_file_name(name)


@pytest.mark.parametrize("path", ["../a.png", "/a.png", "C:a.png", "C:\\a.png", "\\\\server\\a.png", "a/../../b.png", " "])
def test_paths_that_leave_the_folder(path: str) -> None:
    with pytest.raises(ValidationError):
        Shot.model_validate({"id": "S01", "continuity": {"image": path}})
