from decimal import Decimal
from fractions import Fraction

import pytest

from storyvid.storyboard.values import read_bool, read_number, read_seconds, read_span, slug, unsafe_character


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4s", "4"),
        ("4 sec", "4"),
        ("4.5 Seconds", "4.5"),
        ("1m", "60"),
        ("1m30s", "90"),
        ("1 min 5 s", "65"),
        ("500ms", "0.5"),
        ("0:04", "4"),
        ("00:08.150", "8.150"),
        ("1:02:03", "3723"),
        ("00:00:02:12", "2.5"),
        ("4", "4"),
        (".5", "0.5"),
    ],
)
def test_seconds(text: str, seconds: str) -> None:
    assert read_seconds(text) == Decimal(seconds)


@pytest.mark.parametrize("text", ["", "four", "4 parsecs", "3-4s", "~4s", "-4s", "0:75", "4,5s", "nan", "00:00:02:24", "1e3"])
def test_not_seconds(text: str) -> None:
    assert read_seconds(text) is None


def test_timecode_frames_need_the_rate() -> None:
    assert read_seconds("00:00:02:24", Fraction(30)) == Decimal("2.8")


@pytest.mark.parametrize(
    ("text", "span"),
    [("0:00-0:04", (0, 4)), ("0s – 4s", (0, 4)), ("[4 to 6]", (4, 6)), ("0:04", None), ("a-b", None), ("1-2-3", None)],
)
def test_span(text: str, span: tuple[int, int] | None) -> None:
    assert read_span(text) == (span and tuple(map(Decimal, span)))


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [("24", "", 24), ("24 fps", "fps", 24), ("7.5", "", 7.5), ("-1", "", -1), ("24 fps", "", None), ("x", "", None)],
)
def test_number(text: str, unit: str, number: float | None) -> None:
    got = read_number(text, unit)
    assert got == number
    assert type(got) is type(number)


def test_bool() -> None:
    assert [read_bool(text) for text in ("True", "no", "perhaps")] == [True, False, None]


@pytest.mark.parametrize(
    ("text", "plain"),
    [("The Last Lamp", "the-last-lamp"), ("Straße über Ærø's", "strasse-uber-aeros"), ("日本", ""), ("a" * 99, "a" * 48)],
)
def test_slug(text: str, plain: str) -> None:
    assert slug(text) == plain


def test_unsafe_character() -> None:
    assert unsafe_character("שלום 🎬\n\t\r ok \u200f") is None
    assert [unsafe_character(text) for text in ("a\x07", "\ud800", "\x85")] == ["\x07", "\ud800", "\x85"]
