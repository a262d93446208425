"""README and docs: every command is run or checked, every message is what the program says, every table is generated.

``python -m pytest tests/test_docs.py --regenerate-goldens`` writes the tables between ``<!-- table: … -->`` and
``<!-- end -->`` again from the code.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from storyvid.backends.animatic.people import look
from storyvid.backends.animatic.words import acts, atmosphere, kinds, place_words
from storyvid.cli.folders import conf_dir
from storyvid.cli.help import list_groups, option_summary
from storyvid.commands import ui
from storyvid.diffusion.config import DiffusionConfig
from storyvid.diffusion.room import published_parts
from storyvid.memory.decide import Machine, decide
from storyvid.storyboard import vocabulary as words
from storyvid.storyboard.load import load
from storyvid.storyboard.schema import Storyboard
from tests.films import config
from tests.one_process import run_all

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHELLS = ("bash", "powershell", "console")
SMALL = {"resolution.height": "72", "resolution.width": "128", "upscale": "none", "tracking": "none"}
SIZE_KEYS = ("resolution", "resolution.height", "resolution.width", "upscale", "tracking", "delivery.codec")

# Commands that no test runs, by their beginning, and why. What can be checked of them is checked below.
NOT_RUN = {
    "python -m venv": "makes an environment; CI does it before the tests",
    "python -m pip install": "needs the network; CI runs it before the tests",
    "python -m pytest": "would run this test inside itself",
    "python -m ruff": "CI runs it",
    "python -m mypy": "CI runs it",
    "python -m storyvid resume": "needs a run that was stopped; tests/commands/test_resume.py has some",
    "python -m storyvid reproduce": "needs a film; tests/commands/test_reproduce.py has some",
    "python -m storyvid tiny": "tests/commands/test_tiny.py runs it for every model",
    "python -m storyvid ui": "serves until Ctrl-C; tests/commands/test_ui.py starts it",
    "python -m storyvid compare": "names runs by their time; test_the_page_of_takes_is_made calls it with real ones",
    "python tests/benchmarks/": "takes minutes, by design",
    "python tests/fuzz/": "takes minutes, by design; tests/fuzz/test_fuzz.py runs it for seconds",
    "python tests/stress/": "takes minutes, by design; tests/stress/test_stress.py runs each in small with -m stress",
    "python docs/images/refresh.py": "writes into the docs; test_the_picture_can_be_refreshed calls it",
    "bash .ci/run": "installs everything and runs this test inside itself",
    "conda ": "needs conda and the network",
    "setx ": "changes the user's Windows account",
    "New-ItemProperty ": "changes Windows for everybody on the computer",
    "export STORYVID_ROOT": "changes only the shell it is typed in",
    "git ": "changes the checkout",
    "pre-commit install": "changes the checkout",
}

# Of these, at least the files they name must exist.
CHECKED_BY_THEIR_FILES = (
    "python -m pip install",
    "python -m pytest",
    "python tests/benchmarks/",
    "python tests/fuzz/",
    "python tests/stress/",
    "python docs/images/refresh.py",
    "conda ",
    "bash .ci/run",
)


@dataclass(frozen=True)
class Block:
    """A fenced block: the page, the line of its fence, the language, the text."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Command:
    """One storyvid command line, and, in a console block, what it should print."""

    block: Block
    line: str
    printed: tuple[str, ...] = ()

    @property
    def argv(self) -> list[str]:
        return shlex.split(self.line)[3:]

    @property
    def renders(self) -> bool:
        return bool(self.argv) and ("=" in self.argv[0] or self.argv[0] == "-m") and not self.printed

    def __str__(self) -> str:
        return f"{self.block} {' '.join(self.argv)}"


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    inside: list[str] | None = None
    language, start = "", 0
    for number, line in enumerate(lines, start=1):
        fence = re.fullmatch(r"\s*```(\w*)", line)
        if fence and inside is None:
            inside, language, start = [], fence[1], number
        elif fence and inside is not None:
            yield Block(page.relative_to(ROOT).as_posix(), start, language, "\n".join(inside))
            inside = None
        elif inside is not None:
            inside.append(line)
    assert inside is None, f"{page.name}: a fence is never closed"


BLOCKS = [block for page in PAGES for block in blocks(page)]
SHELL_BLOCKS = [block for block in BLOCKS if block.language in SHELLS]


def pieces(line: str) -> list[str]:
    """The commands of a line, with the interpreter of an environment written as ``python``."""
    parts = [part.strip() for part in re.split(r"&&|;", re.split(r"\s#\s", line)[0])]
    python = r"^(\.venv/bin/python|\.\\?\.?venv\\Scripts\\python|\.\\\.venv\\Scripts\\python|python3\.11|py -3\.11)(?= )"
    return [re.sub(python, "python", part) for part in parts if part and not part.startswith("#")]


def command_lines(block: Block) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every command of a block with the output that the block shows below it."""
    if block.language != "console":
        yield from ((piece, ()) for line in block.text.splitlines() for piece in pieces(line))
        return
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, *printed = part.splitlines()
        yield line, tuple(text for text in printed if text.strip())


def excuse(line: str) -> str | None:
    """The beginning under which a command stands in `NOT_RUN`."""
    return next((start for start in NOT_RUN if f"{line} ".startswith(start)), None)


def small(argv: list[str]) -> list[str]:
    """A render's words at the smallest size."""
    kept = [word for word in argv if word.partition("=")[0] not in SIZE_KEYS]
    return [*kept, *(f"{key}={value}" for key, value in SMALL.items())]


LINES = [(block, line, printed) for block in SHELL_BLOCKS for line, printed in command_lines(block)]
COMMANDS = [
    Command(block, line, printed) for block, line, printed in LINES if line.startswith("python -m storyvid") and not excuse(line)
]
RENDERS = list(dict.fromkeys(tuple(small(command.argv)) for command in COMMANDS if command.renders))


def shorten(source: Path, target: Path) -> None:
    """A copy of a storyboard whose shots last 0.6 s, at 12 frames per second: drawing takes most of the time."""
    data = json.loads(source.read_text(encoding="utf-8")) | {"fps": 12}
    data.pop("target_duration", None)
    for shot in data["shots"]:
        shot["duration"] = 0.6
        shot["dialogue"] = []
        for key in ("transition", "transition_in"):
            if isinstance(shot.get(key), dict):
                shot[key]["duration"] = 0.2
            elif key in shot:
                shot[key] = {"type": shot[key], "duration": 0.2}
    target.write_text(json.dumps(data), encoding="utf-8")


def write_files(folder: Path) -> None:
    """What the commands need: the template, and each ``json`` or ``yaml`` block whose first words name a file."""
    (folder / "templates").mkdir(parents=True)
    for path in (ROOT / "templates").iterdir():
        (folder / "templates" / path.name).write_bytes(path.read_bytes())
    for block in BLOCKS:
        if name := named_file(block):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    (folder / "lighthouse.json").write_bytes((folder / "my.json").read_bytes())


def named_file(block: Block) -> str | None:
    """The file that a block shows: a comment on its first line in YAML, the line above its fence elsewhere."""
    lines = (ROOT / block.page).read_text(encoding="utf-8").splitlines()
    if block.language not in ("json", "yaml", "text"):
        return None
    above = next((line for line in reversed(lines[: block.line - 1]) if line.strip()), "")
    match = re.search(r"`([\w./-]+\.(?:json|yaml))`:$", above)
    return match[1] if match else None


@cache
def work(folder: Path) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Every command as it is written, renders being planned; then every render, small, in a second folder.

    Args:
        folder: Empty.
    """
    written, tiny = folder / "written", folder / "small"
    for place in (written, tiny):
        write_files(place)
    for path in (tiny / "my.json", tiny / "lighthouse.json", tiny / "templates" / "storyboard.template.json"):
        shorten(path, path)
    planned = [["plan", *command.argv] if command.renders else command.argv for command in COMMANDS]
    return said(planned, written), said([list(argv) for argv in RENDERS], tiny)


def said(lines: list[list[str]], folder: Path) -> list[tuple[int, str]]:
    """Exit code and all that is printed by each command line; one that stands in several places is run once."""
    distinct = list(dict.fromkeys(map(tuple, lines)))
    told = dict(zip(distinct, run_all(distinct, folder), strict=True))
    return [(code, out + err) for code, out, err in (told[tuple(line)] for line in lines)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("docs")


@pytest.mark.parametrize("block", SHELL_BLOCKS, ids=str)
def test_every_command_is_run_or_has_a_reason_not_to_be(block):
    for line, _ in command_lines(block):
        assert excuse(line) or line.startswith("python -m storyvid"), f"{block}: {line!r} is neither run nor in NOT_RUN"


def test_every_reason_is_still_needed():
    used = {excuse(line) for _, line, _ in LINES}
    assert set(NOT_RUN) <= used, f"no page has a command for {set(NOT_RUN) - used}"


@pytest.mark.parametrize("index", range(len(COMMANDS)), ids=[str(command) for command in COMMANDS])
def test_the_command_works_as_it_is_written(index, folder):
    command = COMMANDS[index]
    code, printed = work(folder)[0][index]
    assert "Traceback" not in printed
    if not command.printed:
        assert code == 0, printed
    for line in command.printed:
        wanted = ".*".join(re.escape(part.strip()) for part in line.split("…"))
        assert any(re.search(wanted, text) for text in printed.splitlines()), (
            f"{command.block} shows {line!r}, but it says:\n{printed}"
        )


@pytest.mark.parametrize("index", range(len(RENDERS)), ids=[" ".join(argv) for argv in RENDERS])
def test_the_render_gives_a_film(index, folder):
    code, printed = work(folder)[1][index]
    assert code == 0, printed
    films = [Path(text) for text in re.findall(r"Film: (.+film\.mp4)", printed)]
    assert films, printed
    assert all(film.stat().st_size > 1000 for film in films)


def test_the_page_of_takes_is_made(folder):
    work(folder)
    runs = sorted(str(path.parents[1]) for path in (folder / "small" / "outputs" / "lighthouse").glob("2*/metadata/manifest.json"))
    sweeps = sorted(str(path) for path in (folder / "small" / "outputs" / "lighthouse" / "sweeps").iterdir())
    lines = [shlex.split(line)[3:] for _, line, _ in LINES if line.startswith("python -m storyvid compare")]
    assert len(lines) >= 3
    real_lines = []
    for argv in lines:
        real = {word: (sweeps if "/sweeps/" in word else runs) for word in argv if word.startswith("outputs/")}
        found = {word: choices[number] for number, (word, choices) in enumerate(real.items())}
        real_lines.append([found.get(word, word) for word in argv])
    for code, printed in said(real_lines, folder / "small"):
        assert code == 0, printed
        assert "Open it with a double-click" in printed


def test_the_commands_are_what_a_new_process_runs(folder):
    """The other tests call storyvid in one process; this one starts it as a user does."""
    work(folder)
    argv = small(["storyboard=templates/storyboard.template.json"])
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "storyvid", *argv],
        cwd=folder / "small",
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "reused" in done.stderr


def test_the_readme_installs_renders_and_tests_in_one_line_each():
    readme = [block for block in SHELL_BLOCKS if block.page == "README.md"]
    for language in ("bash", "powershell"):
        lines = [pieces(line) for block in readme if block.language == language for line in block.text.splitlines()]
        install = "python -m pip install -r requirements.txt"
        render = "python -m storyvid storyboard=templates/storyboard.template.json"
        assert ["python -m venv .venv", install, render] in lines
        assert ["python -m venv .venv", install, "python -m pytest -n auto"] in lines


def test_files_named_by_commands_that_are_not_run_exist():
    for block, line, _ in LINES:
        start = excuse(line)
        if start in CHECKED_BY_THEIR_FILES:
            for word in shlex.split(line):
                if re.search(r"\.(txt|yml|py)$|^tests/|^\.ci/run$", word):
                    assert (ROOT / word).exists(), f"{block}: {word}"
        if start == "python -m storyvid ui":
            ui.parse(shlex.split(line)[4:])


def test_storyboards_in_the_docs_load_without_a_warning(tmp_path):
    found = 0
    for block in BLOCKS:
        if block.language == "json" and not (named_file(block) or "").startswith("bad"):
            value = json.loads(block.text)
            shots = [{"id": "A1", "prompt": "A white cat walks along a wet wall."}, {"id": "A2", **value}]
            shots[1].setdefault("prompt", "The cat jumps down into the dark garden.")
            data = value if "shots" in value else {"characters": {"keeper": {"name": "Ivo", "description": "old"}}, "shots": shots}
            for name in re.findall(r'"(?:image|reference_image|music)": "([^"]+\.\w+)"', block.text):
                (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / name).write_bytes(b"")
            (tmp_path / "board.json").write_text(json.dumps(data), encoding="utf-8")
            assert load(tmp_path / "board.json").warnings == (), str(block)
            found += 1
    assert found >= 2


# The tables.


def table(headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [headers, tuple("---" for _ in headers), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def field_table(name: str) -> str:
    """The fields of one object of the storyboard, from the schema."""
    schema = Storyboard.model_json_schema()
    model = schema if name == "Storyboard" else schema["$defs"][name]
    needed = set(model.get("required", ()))
    rows = [
        (f"`{field}`", value_words(value), "needed" if field in needed else default_words(value), value.get("description", ""))
        for field, value in model["properties"].items()
    ]
    return table(("field", "value", "default", "what it is"), rows)


def default_words(value: Mapping[str, Any]) -> str:
    default = value.get("default")
    return f"`{json.dumps(default)}`" if default not in (None, "", [], {}) and not isinstance(default, dict) else ""


def value_words(value: Mapping[str, Any]) -> str:
    """What a field takes, in a word or two."""
    options = [option for option in value.get("anyOf", [value]) if option.get("type") != "null"]
    return " or ".join(dict.fromkeys(option_words(option) for option in options))


def option_words(option: Mapping[str, Any]) -> str:
    if "enum" in option:
        return ", ".join(f"`{word}`" for word in option["enum"]) if len(option["enum"]) <= 4 else "one of the words below"
    if "const" in option:
        return f"`{option['const']}`"
    if "$ref" in option:
        return f"[{option['$ref'].rpartition('/')[2]}](#{option['$ref'].rpartition('/')[2].lower()})"
    kind = {
        "string": "text",
        "number": "number",
        "integer": "whole number",
        "array": "list",
        "object": "object",
        "boolean": "true, false",
    }
    low, high = option.get("minimum"), option.get("maximum")
    limits = f", {low:g} to {high:g}" if low is not None and high is not None and high < 2**31 else ""
    return kind.get(option["type"], option["type"]) + limits


def word_table(ids: tuple[str, ...], aliases: Mapping[str, str], *, extra: Mapping[str, str] | None = None) -> str:
    """The ids of one vocabulary with the spellings that are read as them."""
    rows = []
    for name in ids:
        spellings = ", ".join(alias for alias, meant in aliases.items() if meant == name)
        rows.append((f"`{name}`", *([extra.get(name, "")] if extra is not None else []), spellings))
    return table(("write", *(["a model reads"] if extra is not None else []), "also read"), rows)


def drawn_table(patterns: Mapping[str, str]) -> str:
    """What the animatic draws, with the words that ask for it, from the patterns it reads by."""
    return table(("it draws", "words"), [(key.replace("_", " "), plain_words(pattern)) for key, pattern in patterns.items()])


def subject_name(name: str) -> str:
    """A kind of subject or its variant as one says it: "bird dark" is a dark bird, "object cup" a cup."""
    kind, _, variant = name.partition(" ")
    return f"{variant} {kind}" if variant in {"dark", "modern", "motor", "rowing", "space"} else variant or kind


def plain_words(pattern: str) -> str:
    """The alternatives of a pattern as a reader would write them; each optional or alternative part in one spelling."""
    one = re.sub(r"\(\?:([^|()]*)[^()]*\)\??", r"\1", pattern).replace("-?", "-").replace(" ?", " ").replace("\\w*", "")
    return ", ".join(dict.fromkeys(re.sub(r"[a-z]\?", "", word).strip() for word in one.split("|")))


def group_table() -> str:
    """The configuration groups and their options, from the files themselves."""
    rows = []
    for group, options in list_groups([conf_dir()]).items():
        rows += [(f"`{group}={name}`", option_summary(path)) for name, path in options.items()]
    return table(("option", "what it is"), rows)


def model_table() -> str:
    """What each diffusion model can do, from its option: most of it is in `BackendLimits`."""
    rows = []
    for name in sorted(list_groups([conf_dir()])["backend"]):
        option = config(f"backend={name}").backend
        if not isinstance(option, DiffusionConfig):
            continue
        limits, (height, width) = option.chunk_limits, option.sizes["native"]["16:9"]
        starts = [word for word, can in (("text", limits.takes_text), ("a picture", limits.accepts_first_frame)) if can]
        longest = f"{limits.longest} frames, {limits.longest / (limits.fps or 24):.1f} s"
        steps = f"{option.published.steps}{' (fixed)' if option.fixed_recipe else ''}"
        rows.append(
            (
                f"`{name}`",
                " or ".join(starts),
                f"{width}x{height}, {limits.fps:g} fps",
                longest,
                steps,
                f"{option.download_gb:g} GB",
                option.license,
            )
        )
    return table(("backend", "starts from", "native size and rate", "longest clip", "steps", "download", "licence"), rows)


def card_table() -> str:
    """How each model is held on each card, with its tuned pair, on a computer with 32 GB."""
    held = {"none": "16 bit", "fp8": "8 bit", "int8": "8 bit", "sdnq_uint4": "4 bit"}
    rows = []
    for name in sorted(list_groups([conf_dir()])["backend"]):
        cells, ram = [], []
        for profile in ("8gb", "12gb", "16gb", "24gb"):
            chosen = config(f"backend={name}", f"memory={profile}")
            parts = published_parts(chosen.backend) if isinstance(chosen.backend, DiffusionConfig) else None
            if parts is not None:
                told = decide(chosen.memory, parts, Machine(ram_gb=32.0))
                where = "blocks" if chosen.memory.offload.startswith("group") else f"{told.card_gb:.1f}"
                cells.append(f"{held[chosen.memory.quantization]}, {where}{'; too much RAM' if told.problems else ''}")
                ram.append(told.ram_gb)
        if cells:
            rows.append((f"`{name}`", *cells, " to ".join(dict.fromkeys((f"{min(ram):.0f}", f"{max(ram):.0f}")))))
    return table(("GiB of weights", "8 GB", "12 GB", "16 GB", "24 GB", "RAM"), rows)


TABLES = {
    **{f"fields {name}": name for name in ("Storyboard", "Shot", "Camera", "Character", "Location", "Transition")},
    **{f"fields {name}": name for name in ("ContinueFrom", "StartImage", "DialogueLine", "Overrides", "Audio")},
}


def make_table(name: str) -> str:
    """The table that a marker asks for."""
    if name in TABLES:
        return field_table(TABLES[name])
    makers = {
        "words sizes": lambda: word_table(words.SHOT_SIZES, words.SIZE_ALIASES, extra=words.SIZE_WORDS),
        "words angles": lambda: word_table(words.ANGLES, words.ANGLE_ALIASES),
        "words movements": lambda: word_table(words.MOVEMENTS, words.MOVEMENT_ALIASES),
        "words framings": lambda: word_table(words.FRAMINGS, words.FRAMING_ALIASES),
        "words transitions": lambda: word_table(words.TRANSITIONS, words.TRANSITION_ALIASES),
        "drawn places": lambda: drawn_table(place_words.SETTING_WORDS),
        "drawn times": lambda: drawn_table(atmosphere.TIME_WORDS),
        "drawn weathers": lambda: drawn_table(atmosphere.WEATHER_WORDS),
        "drawn looks": lambda: drawn_table(atmosphere.LOOK_WORDS),
        "drawn subjects": lambda: drawn_table({subject_name(name): said for name, said in kinds.SUBJECT_WORDS.items()}),
        "drawn moods": lambda: drawn_table(acts.MOOD_WORDS),
        "drawn clothes": lambda: drawn_table(look.CUTS),
        "groups": group_table,
        "models": model_table,
        "cards": card_table,
    }
    return makers[name]()


MARKER = re.compile(r"<!-- table: (?P<name>[\w ]+) -->\n.*?<!-- end -->", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_tables_are_what_the_code_says(page, request):
    text = page.read_text(encoding="utf-8")
    fresh = MARKER.sub(lambda found: f"<!-- table: {found['name']} -->\n\n{make_table(found['name'])}\n\n<!-- end -->", text)
    if request.config.getoption("--regenerate-goldens"):
        page.write_text(fresh, encoding="utf-8", newline="\n")
    assert page.read_text(encoding="utf-8") == fresh, "run: python -m pytest tests/test_docs.py --regenerate-goldens"


def test_every_object_of_the_storyboard_has_its_table():
    text = (ROOT / "docs" / "user.md").read_text(encoding="utf-8")
    objects = {"Storyboard", *Storyboard.model_json_schema()["$defs"]} - {"JsonValue"}
    assert objects == set(TABLES.values())
    assert objects == {found["name"].partition(" ")[2] for found in MARKER.finditer(text) if found["name"].startswith("fields")}


# What the pages point at.


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_and_anchors_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_source_files_named_in_the_text_exist(page):
    for name in re.findall(r"`((?:src|tests|conf|templates|docs|\.ci)/[\w./-]+)`", page.read_text(encoding="utf-8")):
        if not name.startswith("conf/local"):
            assert (ROOT / name).exists(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_modules_named_in_the_text_exist(page):
    for name in set(re.findall(r"`((?:storyvid/)?(?:[a-z_]+/)*[a-z_]+\.py)`", page.read_text(encoding="utf-8"))):
        assert (ROOT / "src" / "storyvid" / name).exists() or (ROOT / name).exists() or "wan" in name, name


def test_the_contact_sheet_is_small():
    assert (ROOT / "docs" / "images" / "contact_sheet.png").stat().st_size < 400_000


def test_the_picture_can_be_refreshed(tmp_path):
    script, target = tmp_path / "refresh.py", tmp_path / "contact_sheet.png"
    script.write_bytes((ROOT / "docs" / "images" / "refresh.py").read_bytes())
    subprocess.run(
        [sys.executable, str(script), str(ROOT / "docs" / "images" / "contact_sheet.png")], check=True, capture_output=True
    )
    assert 1000 < target.stat().st_size < 400_000
