"""Bad input, through the command line: each ends in its plain error, exit code 1 and nothing left on disk; or it works.

The commands run in this process, which is quick; `tests/test_cli.py` has the same for real processes.
"""

from __future__ import annotations

import json
import os
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from storyvid.cli import main, storyboards
from storyvid.errors import MOST_TOLD
from storyvid.storyboard.schema import MAX_SHOTS
from tests.one_process import run_all

GOOD = {"title": "Sea", "shots": [{"prompt": "A red boat drifts on a calm sea at dawn.", "duration": 0.5}]}
SMALL = ("resolution.height=72", "resolution.width=128", "upscale=none", "tracking=none")
WINDOWS = os.name == "nt"
LONGEST_MESSAGE = 8000  # characters on stderr, however bad the input


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty current folder, and no storyboard remembered from another test."""
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(storyboards, "_read", {})
    return tmp_path


@pytest.fixture
def refused(folder, capsys):
    """Run a command that must fail; what it printed."""

    def run(*words: str) -> str:
        before = tree(folder)
        code = main(words)
        said = capsys.readouterr()
        assert code == 1, said.out
        assert tree(folder) == before
        assert said.err.startswith("storyvid: ")
        assert "Traceback" not in said.err
        assert len(said.err) < LONGEST_MESSAGE
        return said.err

    return run


@pytest.fixture
def planned(folder, capsys):
    """Run a command that must print a plan; the plan."""

    def run(*words: str) -> str:
        before = tree(folder)
        code = main(["plan", *words])
        said = capsys.readouterr()
        assert code == 0, said.err
        assert tree(folder) == before
        return said.out

    return run


def tree(folder: Path) -> list[tuple[str, int]]:
    return sorted((path.relative_to(folder).as_posix(), path.lstat().st_size) for path in folder.rglob("*"))


def write(folder: Path, content: object, name: str = "my.json") -> str:
    data = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else json.dumps(content).encode()
    (folder / name).write_bytes(data)
    return f"storyboard={name}"


def with_shot(**fields: object) -> dict[str, object]:
    return {**GOOD, "shots": [{**GOOD["shots"][0], **fields}]}


TEXT = json.dumps(GOOD, indent=2)

FILES: list[tuple[str, bytes | str, str]] = [
    ("empty", b"", "the file is empty"),
    ("blank", b" \n\t", "the file is empty"),
    ("binary", b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
    ("random bytes", bytes(range(1, 256)) * 20, "is not UTF-8"),
    ("UTF-16 with its mark", TEXT.encode("utf-16"), "the file is UTF-16, not UTF-8"),
    ("UTF-16 LE", TEXT.encode("utf-16-le"), "binary, or UTF-16"),
    ("UTF-16 BE", TEXT.encode("utf-16-be"), "binary, or UTF-16"),
    ("UTF-16 BE with its mark", b"\xfe\xff" + TEXT.encode("utf-16-be"), "the file is UTF-16, not UTF-8"),
    ("UTF-32", TEXT.encode("utf-32"), "the file is UTF-32, not UTF-8"),
    ("Latin-1", '{"title": "Träume"}'.encode("latin-1"), "the byte 0xe4 is not UTF-8"),
    ("nested deep", b"[" * 100_000, "nested more than 64 levels deep"),
    ("nested objects", b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested more than 64 levels deep"),
    ("truncated", TEXT[:-20], "it was cut off"),
    ("truncated in a text", TEXT[: TEXT.index("drifts")], "it was cut off"),
    ("unclosed comment", TEXT + "/* the end", "it was cut off"),
    ("duplicate keys", '{"title": "a", "title": "b", "shots": []}', 'the key "title" is given twice'),
    ("NaN", '{"shots": [{"prompt": "A boat.", "duration": NaN}]}', "NaN is not a number that a storyboard can use"),
    ("Infinity", '{"fps": -Infinity, "shots": []}', "-Infinity is not a number"),
    ("1e400", '{"fps": 1e400, "shots": []}', "is a number beyond reason"),
    ("10**400", f'{{"seed": 1{"0" * 400}, "shots": []}}', "is a number beyond reason"),
    ("half a character", '{"shots": [{"prompt": "A boat \\ud800."}]}', "holds half of the character pair U+D800"),
    ("half a character in a key", '{"\\udc00": 1, "shots": ["A boat."]}', "the key holds half of the character pair U+DC00"),
    ("NUL", '{"shots": [{"prompt": "A boat \\u0000."}]}', "holds the control character U+0000"),
    ("escape sequence", '{"title": "\\u001b[2J", "shots": ["A boat."]}', "holds the control character U+001B"),
    ("single quotes", TEXT.replace('"', "'"), "straight double quotes"),
    ("two values", TEXT + TEXT, "more text follows"),
    ("two fences", f"```json\n{TEXT}\n```\n```json\n{TEXT}\n```\n", "2 code blocks"),
    ("prose", "A boat drifts on the sea.", "this is not a JSON storyboard"),
    ("YAML", "title: Sea\nshots:\n  - prompt: A boat\n", "this is not a JSON storyboard"),
    ("no shots", "{}", "there is no list of shots"),
    ("a number", "42", "a storyboard is an object"),
    ("many zeros", b"[" + b"0," * 60_000 + b"0]", "60002 values, more than a storyboard may (20000)"),
    ("a million zeros", b"[" + b"0," * 1_000_000 + b"0]", "far more than a storyboard has"),
    ("many comments", b"{" + b"//\n" * 100_000 + b'"shots": []}', "shots holds no shots"),
    ("many duplicates", b"{" + b'"a":1,' * 50_000 + b'"a":1}', 'the key "a" is given twice'),
    ("many unknown keys", json.dumps({f"k{n}": 1 for n in range(50_000)}), "more than a storyboard may"),
]


@pytest.mark.parametrize(("content", "said"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_file_that_is_no_storyboard(folder, refused, content, said):
    started = time.process_time()
    text = refused(write(folder, content))
    assert said in text
    assert "my.json" in text
    assert "Fix: " in text
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        f"Here is your storyboard:\n```json\n{TEXT}\n```\nEnjoy!",
        TEXT.replace("}", ",}").replace("]", ",]"),
        TEXT.replace("{", "{ // a comment\n/* and\nanother */", 1),
    ],
    ids=["byte order mark", "CRLF", "CR", "fence", "trailing commas", "comments"],
)
def test_a_file_that_is_forgiven(folder, planned, content):
    assert planned(write(folder, content), *SMALL).startswith("Sea: 1 shot")


def test_a_file_of_100_mb_is_refused_by_its_size_alone(folder, refused):
    with (folder / "my.json").open("wb") as file:
        file.truncate(100_000_000)
    refused("storyboard=none.json")  # what is imported first shall not be measured
    tracemalloc.start()
    try:
        assert "100.0 MB is larger than a storyboard may be (10 MB)" in refused("storyboard=my.json")
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def test_a_file_that_grows_while_it_is_read(folder, refused, monkeypatch):
    with (folder / "my.json").open("wb") as file:
        file.truncate(100_000_000)
    small = (folder / "small.json").write_bytes(b"{}") and (folder / "small.json").stat()
    stat = Path.stat
    monkeypatch.setattr(Path, "stat", lambda self, **how: small if self.name == "my.json" else stat(self, **how))
    assert "larger than a storyboard may be" in refused("storyboard=my.json")


def test_a_file_that_goes_away_while_it_is_read(folder, refused, monkeypatch):
    word = write(folder, GOOD)
    monkeypatch.setattr(Path, "open", lambda self, *how, **more: (_ for _ in ()).throw(FileNotFoundError(2, "gone")))
    assert "there is no such file" in refused(word)


def test_no_file_a_folder_and_a_place_that_is_none(folder, refused):
    (folder / "storyboard.json").mkdir()
    assert "my.json: there is no such file" in refused("storyboard=my.json")
    assert "does not exist either" in refused("storyboard=no/such/my.json")
    assert "this is a folder" in refused("storyboard=storyboard.json")
    assert "this is a folder" in refused("storyboard=.")
    assert "add storyboard=my.json" in refused("storyboard=")
    assert "add storyboard=my.json" in refused("storyboard=null")
    assert "can't be read" in refused(f"storyboard={'x' * 5000}.json")


@pytest.mark.skipif(WINDOWS, reason="POSIX file kinds")
def test_pipes_devices_links_in_a_circle_and_locked_files(folder, refused):
    os.mkfifo(folder / "pipe.json")
    (folder / "circle.json").symlink_to("circle.json")
    assert "a pipe or a device" in refused("storyboard=pipe.json")
    assert "a pipe or a device" in refused("storyboard=/dev/zero")
    assert "a pipe or a device" in refused("storyboard=/dev/stdin") or sys.stdin.isatty()
    assert "can't be read: Too many levels of symbolic links" in refused("storyboard=circle.json")
    write(folder, GOOD, "locked.json")
    (folder / "locked.json").chmod(0)
    if not os.access(folder / "locked.json", os.R_OK):  # root may read everything
        assert "Permission denied" in refused("storyboard=locked.json")


@pytest.mark.skipif(WINDOWS, reason="links need rights there")
def test_pictures_behind_links_in_a_circle(folder, refused):
    (folder / "circle.png").symlink_to("circle.png")
    said = refused(write(folder, with_shot(continuity={"image": "circle.png"})))
    assert 'there is no file "circle.png"' in said


@pytest.mark.skipif(WINDOWS or sys.platform == "darwin", reason="file names are text there")
def test_a_file_name_in_another_encoding(folder, refused):
    name = os.fsdecode(b"caf\xe9.json")
    (folder / name).write_text(json.dumps(GOOD), encoding="utf-8")
    said = refused(f"storyboard={name}")
    assert "caf\\udce9.json: holds bytes or control characters that are no text" in said
    assert "rename the file" in said


PATHS = [
    *(
        "story (1).json",
        "a=b.json",
        "a,b.json",
        "it's.json",
        "[x]{a}.json",
        "50%.json",
        "a&b;c.json",
        "#1.json",
        "-rf.json",
        "~x.json",
    ),
    *(
        "故事.json",
        "🎬 قصة.json",
        " x  y.json",
        "${oc.env:PATH}.json",
        "$HOME`id`!.json",
        "@^+.JSON",
        "e\u0301.json",
        "???x",
        "true",
    ),
]
POSIX_PATHS = ["'quoted'", "a:b*c?<d|e>.json", "ends\\", "CON.json "]


@pytest.mark.parametrize(("number", "name"), list(enumerate([*PATHS, *([] if WINDOWS else POSIX_PATHS)])))
def test_a_storyboard_of_an_awkward_name(folder, planned, number, name):
    write(folder, GOOD, name)
    path = (name, f"./{name}", str(folder / name))[number % 3]
    assert planned(f"storyboard={path}").startswith("Sea: 1 shot")


def test_a_storyboard_behind_a_long_path(folder, planned):
    deep = folder / Path(*["a folder with a long name"] * 12)
    deep.mkdir(parents=True)
    write(deep, GOOD)
    assert len(str(deep)) > 260
    assert planned(f"storyboard={deep / 'my.json'}", *SMALL).startswith("Sea: 1 shot")


def test_settings_given_twice(folder, refused):
    write(folder, GOOD)
    assert "storyboard: is given 2 times" in refused("storyboard=my.json", "storyboard=other.json")
    assert "sampler.steps: is given 2 times" in refused("storyboard=my.json", "sampler.steps=3", "sampler.steps=4")
    assert "upscale: is given 2 times" in refused("storyboard=my.json", "upscale=4k", "upscale=2k")


BAD_NAMES = [
    *(
        "../x",
        "..",
        ".",
        "",
        "a/b",
        "/x",
        "C:\\x",
        "C:x",
        "\\\\server\\x",
        "CON",
        "con",
        "nul.",
        "aux.txt",
        "COM1",
        "lpt¹",
        "x.",
        " x",
        "x ",
    ),
    *("x\ty", "a:b", "a*b", 'a"b', "a|b", "x" * 300, ".hidden", "~", "a\u0000b")[2:],
]


@pytest.mark.parametrize("name", [name for name in BAD_NAMES if name not in ("", "~")])
def test_a_project_name_that_is_no_folder(folder, refused, name):
    said = refused(write(folder, {**GOOD, "project": name}))
    assert "my.json, project: " in said
    assert "\n  Fix: " in said


@pytest.mark.parametrize("name", ["../x", "C:\\x", "/x", "CON", "x" * 300])
def test_a_project_name_that_is_no_folder_on_the_command_line(folder, refused, name):
    write(folder, GOOD)
    assert "project: " in refused("storyboard=my.json", f"project='{name}'")


@pytest.mark.parametrize("name", [name for name in BAD_NAMES if name])
def test_a_shot_id_that_is_no_file_name(folder, refused, name):
    said = refused(write(folder, with_shot(id=name)))
    assert "shots[0].id: " in said


@pytest.mark.parametrize("path", ["../x.png", "/etc/passwd", "C:\\x.png", "a/../../x.png", "", " ", "x" * 5000, "con\u0000.png"])
def test_a_picture_outside_the_folder(folder, refused, path):
    said = refused(write(folder, with_shot(continuity={"image": path})))
    assert "shots[0].continuity" in said


def test_ten_thousand_shots_are_one_problem(folder, refused):
    shots = [
        {"id": f"S{n}", "prompt": "A boat.", "duration": 99, "camera": {"size": "huge"}, "x": [1, 2, 3]} for n in range(10_000)
    ]
    started = time.process_time()
    said = refused(write(folder, {"title": "Long", "shots": shots}))
    assert time.process_time() - started < 10
    assert f"10000 shots are more than a storyboard may have ({MAX_SHOTS})" in said
    assert len(said.splitlines()) == 3


def test_of_very_many_problems_the_first_are_told(folder, refused):
    said = refused(write(folder, {"shots": [{"prompt": 5, "duration": 99, "camera": {"size": "huge"}}] * MAX_SHOTS}))
    assert f"storyvid: {3 * MAX_SHOTS} problems; nothing was made" in said
    assert f"\nand {3 * MAX_SHOTS - MOST_TOLD} more; mend these first\n" in said
    assert len(said.splitlines()) == 2 * MOST_TOLD + 2


@pytest.mark.parametrize(
    "field", ["prompt", "id", "project", "title", "transition", "duration", "camera", "aspect_ratio", "fps", "x" * 1_000_000]
)
def test_a_megabyte_of_text_is_not_printed(folder, refused, field):
    on_film = {"project", "title", "aspect_ratio", "fps"}
    text = "wide 1" * 170_000
    said = refused(write(folder, {**GOOD, field: text} if field in on_film else with_shot(**{field: text, "duration": 99})))
    assert len(said) < 4000


WORDS = "A sign reads ${oc.env:PATH}, ${hydra:run.dir} and ??? by a 🎬 and a 👩‍👩‍👧; שלום, مرحبا, 北京."


def test_words_that_mean_something_to_a_program_stay_words(folder, capsys):
    dialogue = [{"speaker": "${seed}", "text": "??? שלום 🎬"}]
    film = {"title": "${oc.env:PATH} ???", **with_shot(prompt=WORDS, caption="مرحبا 🎬", dialogue=dialogue)}
    assert main([write(folder, film), "project=words", *SMALL]) == 0
    (run,) = (folder / "outputs" / "words").iterdir()
    record = json.loads((run / "metadata" / "shots" / "S01.json").read_text(encoding="utf-8"))
    kept = json.loads((run / "metadata" / "storyboard.json").read_text(encoding="utf-8"))
    captions = (run / "assembled" / "film.srt").read_text(encoding="utf-8")
    assert WORDS in record["prompt"]
    assert kept["shots"][0]["prompt"] == WORDS
    assert "مرحبا 🎬" in captions
    assert "${seed}: ??? שלום 🎬" in captions


@pytest.mark.parametrize("value", [10**59, -5, 1.5, "x", [], {}, True, 2**32])
def test_a_seed_that_is_none(folder, refused, value):
    assert "my.json, seed: " in refused(write(folder, {**GOOD, "seed": value}))


def test_as_a_process_of_its_own(tmp_path):
    with (tmp_path / "my.json").open("wb") as file:
        file.truncate(100_000_000)
    write(tmp_path, '{"shots": [NaN, "\\ud800"]}', "nan.json")
    before = tree(tmp_path)
    lines = (["storyboard=my.json"], ["storyboard=none.json"], ["plan", "storyboard=/dev/zero"], ["storyboard=nan.json"])
    for words, (code, _, told) in zip(lines, run_all(lines, tmp_path), strict=True):
        assert code == 1, words
        assert told.startswith("storyvid: one problem; nothing was made\n"), words
        assert "Fix: " in told, words
        assert "Traceback" not in told, words
    assert tree(tmp_path) == before
