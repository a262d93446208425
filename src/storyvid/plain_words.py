"""What a check says of a value, in plain words: what is wrong, with the limit, and how to mend it.

Shared by the storyboard and the configuration. Both are checked by pydantic, whose own sentences are written for
programmers ("Input should be a valid dictionary"); none of them reaches a user.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storyvid.errors import did_you_mean

WHOLE, NUMBER, SWITCH, OBJECT, LIST = "a whole number", "a number", "true or false", "an object", "a list"

# Kind of complaint -> what the value should have been.
TYPES: Mapping[str, str] = {
    "string_type": "text",
    "int_type": WHOLE,
    "int_from_float": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": "a whole number of ordinary size",
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": "a finite number",
    "bool_type": SWITCH,
    "bool_parsing": SWITCH,
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "tuple_type": LIST,
    "list_type": LIST,
}
# Kind of complaint -> pydantic's name of the limit, the limit in words, the way out in words.
BOUNDS: Mapping[str, tuple[str, str, str]] = {
    "greater_than_equal": ("ge", "at least {}", "{} or more"),
    "greater_than": ("gt", "more than {}", "more than {}"),
    "less_than_equal": ("le", "at most {}", "{} or less"),
    "less_than": ("lt", "less than {}", "less than {}"),
    "multiple_of": ("multiple_of", "a multiple of {}", "a multiple of {}"),
}
LENGTHS: Mapping[str, str] = {
    "string_too_short": "characters",
    "string_too_long": "characters",
    "too_short": "items",
    "too_long": "items",
}


class UnfitError(ValueError):
    """A value that a field can't take, told by a check of our own.

    Args:
        what: The value and the limit it breaks, one sentence.
        fix: What to change.
    """

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what, fix)
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.what}; {self.fix}"


@dataclass(frozen=True)
class Complaint:
    """One complaint about a value.

    Attributes:
        what: The value and the limit it breaks, one sentence without the place.
        fix: What to change.
        code: Short name of the kind of problem.
    """

    what: str
    fix: str
    code: str


def explain(error: Mapping[str, Any], path: str, shown: str, unit: str = "") -> Complaint:
    """One of pydantic's complaints in plain words. A kind that is not known here gets a neutral sentence.

    Args:
        error: An entry of ``ValidationError.errors()``.
        path: The field, as the user calls it.
        shown: The value, as a message quotes it.
        unit: Written behind numbers, for example ``" s"``.
    """
    kind, limits = error["type"], error.get("ctx", {})
    if kind in TYPES:
        return Complaint(f"{shown} is not {TYPES[kind]}", f"write {path} as {_as_written(TYPES[kind])}", "type")
    if kind in BOUNDS:
        return _out_of_range(kind, limits, path, shown, unit)
    if kind in LENGTHS:
        return _wrong_length(kind, limits, path, error.get("input"))
    if kind == "literal_error":
        return _no_such_choice(str(limits["expected"]), path, shown, error.get("input"))
    if kind == "missing":
        return Complaint("is missing", f"add {path}", "missing")
    if kind == "extra_forbidden":
        return Complaint("there is no such field", f"delete {path}", "unknown-field")
    if kind == "value_error":
        return _refused(limits["error"], path, f"the values of {path}" if isinstance(error.get("input"), Mapping) else path)
    return Complaint(f"{shown} can't be used here", f"give {path} another value", kind.replace("_", "-"))


def _as_written(kind: str) -> str:
    return "text in double quotes" if kind == "text" else kind


def _out_of_range(kind: str, limits: Mapping[str, Any], path: str, shown: str, unit: str) -> Complaint:
    name, limit_words, fix_words = BOUNDS[kind]
    limit = write_number(limits[name])
    what = f"{shown}{unit} is outside the range: it must be {limit_words.format(limit + unit)}"
    return Complaint(what, f"set {path} to {fix_words.format(limit)}", "range")


def _wrong_length(kind: str, limits: Mapping[str, Any], path: str, value: Any) -> Complaint:
    noun, things, code = ("the text" if LENGTHS[kind] == "characters" else "the list"), LENGTHS[kind], kind.replace("_", "-")
    length = len(value) if hasattr(value, "__len__") else limits.get("actual_length")
    if not length:
        return Complaint(f"{noun} is empty", f"write something, or leave {path} out", code)
    if kind.endswith("long"):
        return Complaint(f"{noun} has {length} {things}; the most allowed are {limits['max_length']}", f"shorten {path}", code)
    return Complaint(f"{noun} has {length} {things}; the least allowed are {limits['min_length']}", f"make {path} longer", code)


def _no_such_choice(expected: str, path: str, shown: str, value: Any) -> Complaint:
    """``expected`` is pydantic's list of the choices: ``'a', 'b' or 'c'``."""
    choices = re.findall(r"'([^']*)'", expected) or [expected]
    if len(choices) == 1:
        return Complaint(f"{shown} is not {choices[0]}, the only choice", f"set {path} to {choices[0]}", "enum-unknown")
    listed = ", ".join(choices)
    near = did_you_mean(str(value)[:100], choices)
    return Complaint(f"{shown} is not one of the choices ({listed})", near or f"use one of {listed}", "enum-unknown")


def _refused(refusal: Any, path: str, changeable: str) -> Complaint:
    """What a check of our own says."""
    if isinstance(refusal, UnfitError):
        return Complaint(refusal.what, refusal.fix, "value")
    return Complaint(str(refusal), f"change {changeable}", "value")


def write_number(value: float) -> str:
    """A number without a point where it is whole, and without an exponent where it is not huge."""
    return str(int(value)) if float(value).is_integer() else f"{value:g}"
