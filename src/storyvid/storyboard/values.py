"""Single values as people write them: "4s", "0:04", "24 fps", "true", "35mm".

Every reader returns the value meant, or None where the text can't be read safely. Decimals keep "1.1" exact.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction

LONGEST_VALUE = 100  # characters; longer texts are prose, and trying patterns on them takes the square of their length
NUMBER = r"(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})"
LONGEST_NAME = 1000  # characters that a slug is made from; names may have 200
UNIT_S: dict[str, Decimal] = {
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], Decimal(1)),
    **dict.fromkeys(["m", "min", "mins", "minute", "minutes"], Decimal(60)),
    **dict.fromkeys(["ms", "msec", "millisecond", "milliseconds"], Decimal("0.001")),
}
UNITS = "|".join(sorted(UNIT_S, key=len, reverse=True))
# NFKD leaves these letters as they are.
PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "ı": "i"}
)


def read_seconds(text: str, fps: Fraction = Fraction(24)) -> Decimal | None:
    """Seconds from "4s", "4 sec", "1m30s", "0:04", "00:08.150", "500ms", "4" or the timecode "00:00:02:12".

    Args:
        text: What the storyboard says.
        fps: Frames per second, for the frames of a timecode with four parts.
    """
    if len(text) > LONGEST_VALUE:
        return None
    text = text.strip().casefold()
    if re.fullmatch(NUMBER, text):
        return Decimal(text)
    if re.fullmatch(rf"(?:{NUMBER}\s*(?:{UNITS})\s*)+", text):
        parts = re.findall(rf"{NUMBER}\s*({UNITS})", text)
        return sum((Decimal(number) * UNIT_S[unit] for number, unit in parts), Decimal(0))
    clock = re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,9})?)", text)
    if clock and Decimal(clock[3]) < 60:
        return Decimal(clock[1] or 0) * 3600 + Decimal(clock[2]) * 60 + Decimal(clock[3])
    frames = re.fullmatch(r"(\d{1,2}):(\d{1,2}):(\d{1,2})[:;](\d{1,3})", text)
    if frames and Fraction(frames[4]) < fps:
        part = Fraction(frames[4]) / fps
        return Decimal(int(frames[1]) * 3600 + int(frames[2]) * 60 + int(frames[3])) + Decimal(part.numerator) / Decimal(
            part.denominator
        )
    return None


def read_span(text: str, fps: Fraction = Fraction(24)) -> tuple[Decimal, Decimal] | None:
    """Start and end in seconds from "0:00-0:04", "0s – 4s" or "[0:00 to 0:04]"."""
    if len(text) > LONGEST_VALUE:
        return None
    parts = re.split(r"\s*(?:-|–|—|\bto\b|→)\s*", text.strip().strip("[]()"))
    ends = [read_seconds(part, fps) for part in parts]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    return ends[0], ends[1]


def read_number(text: str, unit: str = "") -> float | int | None:
    """A number in quotes, perhaps with a unit behind it. Whole numbers come back as int.

    Args:
        text: For example ``"24 fps"``.
        unit: Pattern of the units allowed, for example ``"fps"``.
    """
    match = re.fullmatch(rf"([-+]?{NUMBER})\s*(?:{unit})?", text[: LONGEST_VALUE + 1].strip(), re.IGNORECASE)
    if not match or len(text) > LONGEST_VALUE:
        return None
    try:
        value = Decimal(match[1])
    except InvalidOperation:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def read_bool(text: str) -> bool | None:
    """True or False from "true"/"false", "yes"/"no", in any case."""
    return {"true": True, "yes": True, "false": False, "no": False}.get(text.strip().casefold())


def slug(text: str, longest: int = 48) -> str:
    """Lower case ASCII words joined by hyphens, "" where no letter or digit has an ASCII form.

    Args:
        text: A title or a name.
        longest: Characters at the most.
    """
    plain = unicodedata.normalize("NFKD", text[:LONGEST_NAME].translate(PLAIN_LETTERS)).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", plain.lower())).strip("-")[:longest].strip("-")


def unsafe_character(text: str) -> str | None:
    """The first character that text may not hold: a control character (but line breaks and tabs) or half a surrogate pair."""
    match = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", text)
    return match[0] if match else None


def half_character(text: str) -> str | None:
    """The first half of a surrogate pair without its other half. JSON can write one; UTF-8 can't."""
    match = re.search(r"[\ud800-\udfff]", text)
    return match[0] if match else None
