from pathlib import Path

import pytest

from storyvid.errors import StoryboardError
from storyvid.storyboard.json_text import MAX_BYTES, parse_json, read_text


def refused(text: str) -> str:
    with pytest.raises(StoryboardError) as caught:
        parse_json(text, "my.json")
    assert len(caught.value.problems) == 1
    return f"{caught.value.problems[0].code}: {caught.value}"


@pytest.mark.parametrize(
    ("text", "value", "warnings"),
    [
        ('{"a": 1}', {"a": 1}, []),
        ('\ufeff{"a": 1}', {"a": 1}, []),
        ('{"a": [1, 2,],}', {"a": [1, 2]}, ["line 1, column 12", "line 1, column 14"]),
        ('{"a": 1, // one\n "b": 2 /* two\n lines */ }', {"a": 1, "b": 2}, ["line 1, column 10", "line 2, column 9"]),
        ('{"a": "no // comment, /* here */,]"}', {"a": "no // comment, /* here */,]"}, []),
        ('Here it is:\n```json\n{"a": 1}\n```\nEnjoy!', {"a": 1}, ["line 2, column 1"]),
        ("```\n[1]", [1], ["line 1, column 1"]),
        ('{"a": "```\\n{}\\n```"}', {"a": "```\n{}\n```"}, []),
        ('{"a": "\\"quoted\\", \\\\"}', {"a": '"quoted", \\'}, []),
        ('{"a": 1 /* x */ , /* y */ }', {"a": 1}, ["line 1, column 9", "line 1, column 17", "line 1, column 19"]),
    ],
)
def test_forgiven_with_a_warning_at_its_place(text: str, value: object, warnings: list[str]) -> None:
    got, problems = parse_json(text, "my.json")
    assert got == value
    assert [problem.where for problem in problems] == [f"my.json, {place}" for place in warnings]
    assert {problem.code for problem in problems} <= {"json-repair"}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('{"a": [1, 2', "json-truncated", "line 1, column 12"),
        ('{"a": "cut of', "json-truncated", "line 1, column 7"),
        ('{"a": 1} /* cut', "json-truncated", "line 1, column 10"),
        ('```json\n{"a": [1,\n', "json-truncated", "line 2"),
        ('{"a": 1,\n "b": 2, "a": 3}', "json-duplicate-key", "line 2, column 10"),
        ('{"a": {"b": 1, "\\u0062": 2}}', "json-duplicate-key", "line 1, column 16"),
        ('{"a": NaN}', "json-nan", "line 1, column 7"),
        ('{"a": -Infinity}', "json-nan", "line 1, column 7"),
        ('{"a": 1e999}', "json-number", "line 1, column 7"),
        (f'{{"a": {"9" * 5000}}}', "json-number", "line 1, column 7"),
        ("[" * 100_000, "json-depth", "line 1, column 65"),
        ('{"a": 1 "b": 2}', "json-syntax", "line 1, column 9"),
        ("{'a': 1}", "json-syntax", "double quotes"),
        ('{"a": “x”}', "json-syntax", "double quotes"),
        ('{"a": tru}', "json-syntax", "line 1, column 7"),
        ('{"a": "x\ny"}', "json-syntax", "line break"),
        ('{"a": "\\x"}', "json-syntax", "escape"),
        ('{"a": 1} {"b": 2}', "json-syntax", "more text follows"),
        ("[1,,]", "json-syntax", "line 1"),
        ("[,]", "json-syntax", "line 1, column 2"),
        ('Sure!\n{"a": 1}', "json-syntax", "line 1, column 1: not JSON: other text stands before the JSON"),
        ('"title": "x"', "json-syntax", "more text follows"),
        ('```\n{"a": 1}\n```\n```\n{"b": 1}\n```\n', "json-fences", "2 code blocks"),
    ],
)
def test_refused_in_plain_words(text: str, code: str, place: str) -> None:
    message = refused(text)
    assert message.startswith(f"{code}: my.json, line ")
    assert place in message
    assert "Fix: " in message


@pytest.mark.parametrize(
    "text",
    [
        "once upon a time",
        "# The Harbour\n\n- A boat [far out\n",
        'INT. HARBOUR - DAY\n\nANNA\n"Hello," she says: NaN',
        "```\ntitle: x\n```",
        "title: The Harbour\nshots:\n  - prompt: A boat\n",
        '"Hello," she said.',
    ],
)
def test_a_file_of_another_kind_is_named_so(text: str) -> None:
    message = refused(text)
    assert message.startswith("not-json: my.json: this is not a JSON storyboard; it begins with ")
    assert "templates/storyboard.template.json" in message
    assert "double quotes" not in message


def test_the_pattern_exists() -> None:
    assert (Path(__file__).parents[2] / "templates" / "storyboard.template.json").is_file()


def test_all_duplicate_keys_at_once() -> None:
    with pytest.raises(StoryboardError) as caught:
        parse_json('{"a": 1, "a": 2, "b": {"c": 1, "c": 1}}', "my.json")
    assert [problem.code for problem in caught.value.problems] == ["json-duplicate-key"] * 2


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "file-empty", "empty"),
        (b" \n", "file-empty", "empty"),
        ("{}".encode("utf-16"), "encoding", "UTF-16"),
        ("{}".encode("utf-16-le"), "binary", "zero bytes"),
        ("{}".encode("utf-32"), "encoding", "UTF-32"),
        ('{"a":\n"é"}'.encode("latin-1"), "encoding", "line 2: the byte 0xe9"),
        (b"\x89PNG\r\n\x00", "binary", "binary"),
    ],
)
def test_files_that_are_no_utf8_text(tmp_path: Path, data: bytes, code: str, words: str) -> None:
    path = tmp_path / "my.json"
    path.write_bytes(data)
    with pytest.raises(StoryboardError) as caught:
        read_text(path)
    assert caught.value.problems[0].code == code
    assert words in str(caught.value)


def test_missing_file_folder_and_size(tmp_path: Path) -> None:
    (tmp_path / "storyboard.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StoryboardError, match=r"no such file\n  Fix: did you mean storyboard\.json\?"):
        read_text(tmp_path / "storybord.json")
    with pytest.raises(StoryboardError, match="does not exist either"):
        read_text(tmp_path / "nowhere" / "my.json")
    with pytest.raises(StoryboardError, match="this is a folder"):
        read_text(tmp_path)
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(StoryboardError, match="larger than a storyboard may be"):
        read_text(large)


def test_byte_order_mark_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "my.json"
    path.write_bytes('\ufeff{"title": "Träume"}'.encode())
    assert read_text(path)[0] == '{"title": "Träume"}'
