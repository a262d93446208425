"""Every complaint that the schemas can make is told in plain words, with the limit and a fix."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator

from storyvid.backends.base import BackendConfig
from storyvid.config import RunConfig
from storyvid.plain_words import BOUNDS, LENGTHS, TYPES, UnfitError, explain
from storyvid.storyboard.schema import Storyboard


def complaint(annotation: Any, value: Any) -> dict[str, Any]:
    """What pydantic says of a value."""
    model = create_model("Model", field=(annotation, ...))
    with pytest.raises(ValidationError) as caught:
        model.model_validate({} if value is ... else {"field": value})
    return dict(caught.value.errors()[0])


class Pair(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    low: int = 0
    high: int = 9

    @model_validator(mode="after")
    def _in_order(self) -> Pair:
        if self.low == 13:
            raise UnfitError("13 is unlucky", "use 12")
        if self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        return self


# (annotation, value, how it is quoted) -> (kind, what, fix)
TOLD: list[tuple[Any, Any, str, str, str]] = [
    (str, 5, "string_type", "VALUE is not text", "write a.b as text in double quotes"),
    (int, [], "int_type", "VALUE is not a whole number", "write a.b as a whole number"),
    (int, 2.5, "int_from_float", "VALUE is not a whole number", "write a.b as a whole number"),
    (int, "x", "int_parsing", "VALUE is not a whole number", "write a.b as a whole number"),
    (
        int,
        "9" * 5000,
        "int_parsing_size",
        "VALUE is not a whole number of ordinary size",
        "write a.b as a whole number of ordinary size",
    ),
    (float, [], "float_type", "VALUE is not a number", "write a.b as a number"),
    (float, "x", "float_parsing", "VALUE is not a number", "write a.b as a number"),
    (
        Annotated[float, Field(allow_inf_nan=False)],
        float("nan"),
        "finite_number",
        "VALUE is not a finite number",
        "write a.b as a finite number",
    ),
    (bool, [], "bool_type", "VALUE is not true or false", "write a.b as true or false"),
    (bool, "perhaps", "bool_parsing", "VALUE is not true or false", "write a.b as true or false"),
    (dict[str, int], 5, "dict_type", "VALUE is not an object", "write a.b as an object"),
    (Pair, 5, "model_type", "VALUE is not an object", "write a.b as an object"),
    (tuple[int, ...], 5, "tuple_type", "VALUE is not a list", "write a.b as a list"),
    (list[int], 5, "list_type", "VALUE is not a list", "write a.b as a list"),
    (
        Annotated[int, Field(ge=1)],
        0,
        "greater_than_equal",
        "VALUE s is outside the range: it must be at least 1 s",
        "set a.b to 1 or more",
    ),
    (
        Annotated[float, Field(gt=0)],
        0,
        "greater_than",
        "VALUE s is outside the range: it must be more than 0 s",
        "set a.b to more than 0",
    ),
    (
        Annotated[float, Field(le=0.5)],
        1,
        "less_than_equal",
        "VALUE s is outside the range: it must be at most 0.5 s",
        "set a.b to 0.5 or less",
    ),
    (
        Annotated[int, Field(lt=9)],
        9,
        "less_than",
        "VALUE s is outside the range: it must be less than 9 s",
        "set a.b to less than 9",
    ),
    (
        Annotated[int, Field(multiple_of=2)],
        3,
        "multiple_of",
        "VALUE s is outside the range: it must be a multiple of 2 s",
        "set a.b to a multiple of 2",
    ),
    (Annotated[str, Field(min_length=1)], "", "string_too_short", "the text is empty", "write something, or leave a.b out"),
    (
        Annotated[str, Field(min_length=3)],
        "ab",
        "string_too_short",
        "the text has 2 characters; the least allowed are 3",
        "make a.b longer",
    ),
    (
        Annotated[str, Field(max_length=1)],
        "ab",
        "string_too_long",
        "the text has 2 characters; the most allowed are 1",
        "shorten a.b",
    ),
    (Annotated[list[int], Field(min_length=1)], [], "too_short", "the list is empty", "write something, or leave a.b out"),
    (tuple[int, int], (1, 2, 3), "too_long", "the list has 3 items; the most allowed are 2", "shorten a.b"),
    (Literal["one", "two"], "three", "literal_error", "VALUE is not one of the choices (one, two)", "use one of one, two"),
    (Literal["seven", "two"], "sevn", "literal_error", "VALUE is not one of the choices (seven, two)", "did you mean seven?"),
    (Literal["1"], "2", "literal_error", "VALUE is not 1, the only choice", "set a.b to 1"),
    (int, ..., "missing", "is missing", "add a.b"),
    (Pair, {"mid": 1}, "extra_forbidden", "there is no such field", "delete a.b"),
    (Pair, {"low": 13}, "value_error", "13 is unlucky", "use 12"),
    (Pair, {"low": 10}, "value_error", "low 10 is above high 9", "change the values of a.b"),
    (bytes, 5, "bytes_type", "VALUE can't be used here", "give a.b another value"),
]


@pytest.mark.parametrize(("annotation", "value", "kind", "what", "fix"), TOLD, ids=[f"{row[2]}-{row[1]!r:.9}" for row in TOLD])
def test_told_in_plain_words(annotation: Any, value: Any, kind: str, what: str, fix: str) -> None:
    error = complaint(annotation, value)
    assert error["type"] == kind
    told = explain(error, "a.b", "VALUE", " s")
    assert (told.what, told.fix) == (what, fix)
    assert told.code


def test_the_table_holds_every_kind_that_has_words() -> None:
    tested = {row[2] for row in TOLD}
    assert {*TYPES, *BOUNDS, *LENGTHS} <= tested


def kinds_of(schema: Any) -> Iterator[str]:
    """The kinds of complaint that a pydantic core schema can make, as far as they follow from its nodes."""
    by_limit = {
        ("str", "min_length"): "string_too_short",
        ("str", "max_length"): "string_too_long",
        ("ge",): "greater_than_equal",
        ("gt",): "greater_than",
        ("le",): "less_than_equal",
        ("lt",): "less_than",
        ("multiple_of",): "multiple_of",
        ("min_length",): "too_short",
        ("max_length",): "too_long",
    }
    by_type = {name: f"{name}_type" for name in ("int", "float", "bool", "dict", "list", "tuple", "model")}
    by_type |= {"str": "string_type", "literal": "literal_error", "model-field": "missing"}
    if isinstance(schema, dict):
        kind = schema.get("type")
        if isinstance(kind, str) and kind in by_type:
            yield by_type[kind]
        for limit in set(schema) & {"ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length"}:
            yield by_limit.get((str(kind), limit)) or by_limit[(limit,)]
        if isinstance(kind, str) and kind.startswith("function-"):
            yield "value_error"
        for part in schema.values():
            yield from kinds_of(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from kinds_of(part)


@pytest.mark.parametrize("model", [Storyboard, RunConfig[BackendConfig]])
def test_every_kind_that_the_schemas_can_make_has_words(model: type[BaseModel]) -> None:
    made = set(kinds_of(model.__pydantic_core_schema__))
    assert len(made) > 8
    assert made <= {row[2] for row in TOLD}


def test_a_refusal_reads_as_one_sentence_and_can_be_sent_to_another_process() -> None:
    again = pickle.loads(pickle.dumps(UnfitError("a", "b")))
    assert (str(again), again.what, again.fix) == ("a; b", "a", "b")
