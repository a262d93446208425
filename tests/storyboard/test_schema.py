from fractions import Fraction

import pytest
from pydantic import ValidationError

from storyvid.storyboard.schema import Camera, Shot, Storyboard, check_file_name, parse_aspect_ratio, parse_fps
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
    ("fps", "rate"), [(24, 24), (23.976, Fraction(24000, 1001)), ("30000/1001", Fraction(30000, 1001)), (12.5, Fraction(25, 2))]
)
def test_fps(fps: float | str, rate: Fraction) -> None:
    assert parse_fps(fps) == rate


@pytest.mark.parametrize("fps", [0, 121, "fast", "1/0"])
def test_not_fps(fps: float | str) -> None:
    with pytest.raises(ValueError, match=r"frame rate|outside"):
        parse_fps(fps)


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


@pytest.mark.parametrize("path", ["../a.png", "/a.png", "C:a.png", "C:\\a.png", "\\\\server\\a.png", "a/../../b.png", " "])
def test_paths_that_leave_the_folder(path: str) -> None:
    with pytest.raises(ValidationError):
        Shot.model_validate({"id": "S01", "continuity": {"image": path}})
