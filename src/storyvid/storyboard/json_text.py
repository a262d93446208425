"""From the bytes of a file to JSON values, with the small sins of hand-written and model-written JSON forgiven.

Code fences, comments and commas before a closing bracket are taken out, each with a warning, by blanking them, so that
lines and columns in messages stay those of the file. Whatever could lose content (a cut-off file, a key given twice) is
an error.
"""

from __future__ import annotations

import json
import re
import stat
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from storyvid.errors import Problem, StoryboardError, did_you_mean
from storyvid.storyboard.findings import show

MAX_BYTES = 10_000_000
MAX_DEPTH = 64
MAX_TOKENS = 500_000  # texts, numbers and marks; ten thousand shots have so many
MAX_NUMBER_DIGITS = 60
MOST_REPAIRS = 10  # warnings of one kind; more are summed up in one

TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<open_comment>/\*)|(?P<open_string>")"""
    r"""|(?P<mark>[\[\]{},:])|(?P<word>[^\s"\[\]{},:/]+|/)""",
    re.DOTALL,
)
FENCE = re.compile(r"^[ \t]*```[^\n`]*\n(?P<body>.*?)(?:^[ \t]*```|\Z)", re.MULTILINE | re.DOTALL)
KEY = re.compile(r"""["'“][^"'“”\n]{1,100}["'”]\s*:""")
LONE_VALUE = re.compile(r""""(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity""")
WIDE_BOMS = {b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}

# The stdlib's words for a JSON error, and ours: what is wrong, how to mend it.
PLAIN_WORDS = {
    "Expecting ',' delimiter": ("a comma or a closing bracket is missing before this", "separate items with commas"),
    "Expecting ':' delimiter": ("a colon is missing between a key and its value", 'write "key": value'),
    "Expecting property name": ("a key must stand in double quotes here", 'write "key": value'),
    "Expecting value": (
        "a value is missing or not written as JSON",
        "write text in double quotes, or a number, true, false, null, […] or {…}",
    ),
    "Illegal trailing comma": ("there is one comma too many", "delete the comma"),
    "Extra data": ("the JSON has ended, but more text follows", "keep one JSON value in the file"),
    "Invalid control character": ("a text runs over the end of its line", "write a line break inside text as \\n"),
    "Invalid \\escape": ("this is not an escape that JSON knows", "write a backslash as \\\\"),
    "Invalid \\uXXXX": ("this is not an escape that JSON knows", "write \\u and four hexadecimal digits"),
}


def read_text(path: Path) -> tuple[str, bytes]:
    """The text of a storyboard file, and its bytes.

    Args:
        path: A UTF-8 file, with or without a byte order mark, of 10 MB at the most.

    Raises:
        StoryboardError: No such file, or not a text file that can be read.
    """
    try:
        _refuse_other_than_file(path)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # a file may have grown since it was looked at
        if len(data) > MAX_BYTES:
            _refuse_size(path, len(data))
    except FileNotFoundError:
        raise StoryboardError(Problem(str(path), "there is no such file", _near_files(path), "file-missing")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StoryboardError(
            Problem(str(path), f"the file can't be read: {reason}", "check its name and permissions", "file-unreadable")
        ) from error
    return decode(data, path.name), data


def _refuse_other_than_file(path: Path) -> None:
    """Look before reading: a pipe would wait for ever, and a device never end."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise StoryboardError(
            Problem(path.name or str(path), "this is a folder, not a storyboard file", "name the JSON file in it", "not-a-file")
        )
    if not stat.S_ISREG(status.st_mode):
        what = "this is a pipe or a device, not a file"
        raise StoryboardError(Problem(str(path), what, "save the storyboard as a file first", "not-a-file"))
    if status.st_size > MAX_BYTES:
        _refuse_size(path, status.st_size)


def _refuse_size(path: Path, size: int) -> NoReturn:
    what = f"{size / 1e6:.1f} MB is larger than a storyboard may be ({MAX_BYTES / 1e6:g} MB)"
    raise StoryboardError(Problem(path.name, what, "pictures belong in files of their own", "file-size"))


def decode(data: bytes, name: str) -> str:
    """The text of bytes that must be UTF-8.

    Raises:
        StoryboardError: Empty, UTF-16, binary, or another encoding.
    """
    for bom, encoding in WIDE_BOMS.items():
        if data.startswith(bom):
            raise StoryboardError(
                Problem(name, f"the file is {encoding}, not UTF-8", "save it again with the encoding UTF-8", "encoding")
            )
    if b"\x00" in data:
        raise StoryboardError(
            Problem(name, "the file holds zero bytes: it is binary, or UTF-16", "give a JSON text file, saved as UTF-8", "binary")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        raise StoryboardError(
            Problem(f"{name}, line {line}", what, "save the file again with the encoding UTF-8", "encoding")
        ) from None
    if not text.strip():
        raise StoryboardError(
            Problem(name, "the file is empty", "write a storyboard into it, for example the template", "file-empty")
        )
    return text


def _near_files(path: Path) -> str:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())[:1000]
    except (OSError, ValueError):
        return f"the folder {path.parent} does not exist either"
    return did_you_mean(path.name, names) or "check the path; it is relative to the current folder"


def parse_json(text: str, name: str) -> tuple[Any, tuple[Problem, ...]]:
    """The JSON value that a text holds, and a warning for everything that had to be forgiven.

    Args:
        text: JSON, perhaps inside a code fence, with comments or commas before a closing bracket.
        name: File name for messages.

    Raises:
        StoryboardError: Not JSON, cut off, keys given twice, NaN, numbers or nesting beyond reason.
    """
    scan = _Scan(text.removeprefix("\ufeff"), name)
    scan.take_out_fence()
    scan.refuse_other_formats()
    scan.take_out_comments_and_commas()
    try:
        value = json.loads(scan.text, parse_int=_read_int, parse_float=_read_float)
    except json.JSONDecodeError as error:
        scan.refuse_syntax(error)
    except _NumberError as error:
        at = max(scan.text.find(str(error)), 0)
        scan.refuse(at, f"{show(str(error))} is a number beyond reason", "write a smaller number", "json-number")
    return value, scan.warnings


class _NumberError(ValueError):
    """A number that Python would not hold as it is written; the message is the number."""


def _read_int(digits: str) -> int:
    if len(digits) > MAX_NUMBER_DIGITS:
        raise _NumberError(digits)
    return int(digits)


def _read_float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise _NumberError(digits)
    return value


@dataclass
class _Scan:
    """One text on its way to plain JSON. Blanking keeps every position."""

    text: str
    name: str
    repairs: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    @cached_property
    def line_ends(self) -> list[int]:
        """Positions of the line breaks, which blanking keeps."""
        return [match.start() for match in re.finditer("\n", self.text)]

    def where(self, position: int) -> str:
        line = bisect_right(self.line_ends, position - 1)
        return f"{self.name}, line {line + 1}, column {position - (self.line_ends[line - 1] if line else -1)}"

    def refuse(self, position: int, what: str, fix: str, code: str) -> NoReturn:
        raise StoryboardError(self.problem(position, what, fix, code))

    def problem(self, position: int, what: str, fix: str, code: str) -> Problem:
        before, after = self.text[max(0, position - 40) : position], self.text[position : position + 40]
        excerpt = (before.rpartition("\n")[2] + after.partition("\n")[0]).strip()
        return Problem(self.where(position), f"{what}: {excerpt}" if excerpt else what, fix, code)

    def repaired(self, position: int, what: str, fix: str) -> None:
        self.repairs.setdefault((what, fix), []).append(position)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What was repaired, in the order of the file; of very many repairs of one kind the first, and how many more."""
        told: list[tuple[int, Problem]] = []
        for (what, fix), positions in self.repairs.items():
            shown = positions[:MOST_REPAIRS]
            rest = f"; so are {len(positions) - len(shown)} more in the file" if len(positions) > len(shown) else ""
            for position in shown:
                more = rest if position == shown[-1] else ""
                told.append((position, Problem(self.where(position), what + more, fix, "json-repair")))
        return tuple(problem for _, problem in sorted(told, key=lambda entry: entry[0]))

    def take_out_fence(self) -> None:
        """Keep only what stands between code fences, where a text is a chat answer around JSON."""
        if self.text.lstrip()[:1] in ("{", "["):
            return
        blocks = [block for block in FENCE.finditer(self.text) if block["body"].lstrip()[:1] in ("{", "[", "/")]
        if len(blocks) > 1:
            fix = "keep the one that is the storyboard"
            self.refuse(blocks[1].start(), f"the file holds {len(blocks)} code blocks with JSON", fix, "json-fences")
        if blocks:
            body = blocks[0]
            self.repaired(
                body.start(), "the JSON stands in a code block; the text around it is left out", "keep the JSON alone in the file"
            )
            self.text = _blank(self.text[: body.start("body")]) + body["body"] + _blank(self.text[body.end("body") :])

    def refuse_other_formats(self) -> None:
        """Say so when the file is prose, a screenplay or notes, where errors about commas and quotes would mislead."""
        text = self.text.strip()
        if text.startswith(("{", "[", "//", "/*")) or KEY.search(text) or LONE_VALUE.fullmatch(text):
            return
        line = text.splitlines()[0].strip()
        what = f"this is not a JSON storyboard; it begins with {show(line)}"
        fix = "write the film as JSON, after the pattern of templates/storyboard.template.json"
        raise StoryboardError(Problem(self.name, what, fix, "not-json"))

    def take_out_comments_and_commas(self) -> None:
        """Blank comments and commas before a closing bracket; refuse what the JSON parser would let pass."""
        pieces: list[str] = []
        done = 0
        for start, end, what in self._walk():
            pieces += [self.text[done:start], _blank(self.text[start:end])]
            done = end
            self.repaired(start, f"{what} is not JSON and is left out", f"delete the {what}")
        self.text = "".join([*pieces, self.text[done:]])

    def _walk(self) -> Iterator[tuple[int, int, str]]:
        """The spans to blank, in order."""
        brackets = _Brackets(self)
        blanks: list[tuple[int, int, str]] = []
        before, last = "", ""  # the last two tokens that mean something
        last_at = 0
        for count, token in enumerate(TOKEN.finditer(self.text)):
            kind, word = token.lastgroup, token[0]
            if count > MAX_TOKENS:
                what = f"the file goes on after {MAX_TOKENS} texts, numbers and marks, far more than a storyboard has"
                self.refuse(token.start(), what, "keep what belongs to the film; 60 shots need a few thousand", "too-many-values")
            if kind == "comment":
                blanks.append((token.start(), token.end(), "comment"))
                continue
            if kind == "open_comment" or (kind == "open_string" and "\n" not in self.text[token.start() :].rstrip()):
                self.refuse(
                    token.start(),
                    "the file ends inside a comment or text: it was cut off",
                    "get the whole file again",
                    "json-truncated",
                )
            if kind == "open_string":
                break  # a text over several lines: the parser says so, at its place
            if word in ("]", "}") and last == "," and before not in ("", ",", "[", "{", ":"):
                blanks.append((last_at, last_at + 1, "comma before a closing bracket"))
            if word in ("NaN", "Infinity", "-Infinity"):
                self.refuse(
                    token.start(), f"{word} is not a number that a storyboard can use", "write an ordinary number", "json-nan"
                )
            brackets.take(token)
            before, last, last_at = last, word, token.start()
        else:
            brackets.finish()
        return iter(sorted(blanks))

    def refuse_syntax(self, error: json.JSONDecodeError) -> NoReturn:
        words = next(
            (words for start, words in PLAIN_WORDS.items() if error.msg.startswith(start)), (error.msg, "mend the JSON here")
        )
        what, fix = words
        if self.text[error.pos : error.pos + 1] in ("'", "‘", "“", "”"):
            what, fix = "texts and keys need straight double quotes", 'write " instead'
        elif KEY.search(self.text, error.pos) and not self.text[: error.pos].strip() and self.text[error.pos] not in '{["':
            what, fix = "other text stands before the JSON", "keep the JSON alone in the file"
        self.refuse(error.pos, f"not JSON: {what}", fix, "json-syntax")


@dataclass
class _Brackets:
    """The brackets open at a token, and the keys seen in each object."""

    scan: _Scan
    open: list[set[str] | None] = field(default_factory=list)  # the keys of an object; None for a list
    twice: list[Problem] = field(default_factory=list)
    expect_key: bool = False

    def take(self, token: re.Match[str]) -> None:
        word = token[0]
        if word in ("{", "["):
            self.open.append(set() if word == "{" else None)
            if len(self.open) > MAX_DEPTH:
                fix = "a storyboard needs six levels"
                self.scan.refuse(token.start(), f"the JSON is nested more than {MAX_DEPTH} levels deep", fix, "json-depth")
        elif word in ("}", "]") and self.open:
            self.open.pop()
        elif token.lastgroup == "string" and self.expect_key and self.open and self.open[-1] is not None:
            self._take_key(token, self.open[-1])
        self.expect_key = word == "{" or (word == "," and bool(self.open) and self.open[-1] is not None)

    def _take_key(self, token: re.Match[str], seen: set[str]) -> None:
        try:
            key = str(json.loads(token[0]))
        except ValueError:
            return  # a bad escape: the parser says so
        if key in seen:
            fix = "keep one of them"
            self.twice.append(
                self.scan.problem(token.start(), f"the key {show(key)} is given twice in one object", fix, "json-duplicate-key")
            )
        seen.add(key)

    def finish(self) -> None:
        if self.open:
            at = len(self.scan.text.rstrip())
            count = "a bracket is" if len(self.open) == 1 else f"{len(self.open)} brackets are"
            fix = "get the rest of the file: nothing is closed by guessing"
            self.scan.refuse(at, f"the file ends while {count} still open: it was cut off", fix, "json-truncated")
        if self.twice:
            raise StoryboardError(self.twice)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
