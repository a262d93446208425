"""What the source may not do, because it fails or means something else on Windows; read from its syntax, run nowhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import storyvid

SOURCE = Path(storyvid.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
TEXT_CALLS = {"read_text", "write_text"}
POSIX_ONLY = {
    "os": {"fork", "forkpty", "getuid", "geteuid", "getgid", "getpgid", "getpgrp", "killpg", "setsid", "symlink", "mkfifo", "sync"}
    | {"chown", "wait", "uname", "getloadavg", "sched_getaffinity", "nice", "openpty", "kill"},
    "signal": {"SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "alarm", "setitimer", "pause", "sigwait"},
    "time": {"tzset", "clock_gettime"},
}
POSIX_MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    """The last word of what is called: ``open`` of ``path.open(…)``."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def keywords(call: ast.Call) -> dict[str | None, ast.expr]:
    return {keyword.arg: keyword.value for keyword in call.keywords}


def opens_text(call: ast.Call) -> bool:
    """Whether a call is ``open`` or ``path.open`` without a binary mode. Images and videos are opened by their libraries."""
    if name_of(call) != "open":
        return False
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(owner, ast.Name) and owner.id in ("av", "Image", "os", "webbrowser", "self"):
        return False
    modes = [*call.args[0 if owner else 1 :], *(value for key, value in keywords(call).items() if key == "mode")]
    return not any(isinstance(mode, ast.Constant) and "b" in str(mode.value) for mode in modes)


def mistakes(tree: ast.AST) -> Iterator[str]:
    """Everything in a file that would go wrong on Windows, with its line."""
    for call in calls(tree):
        given, name = keywords(call), name_of(call)
        if (name in TEXT_CALLS and isinstance(call.func, ast.Attribute)) or opens_text(call):
            if "encoding" not in given:
                yield f"{call.lineno}: {name} without encoding="
            if name == "write_text" and "newline" not in given:
                yield f"{call.lineno}: {name} without newline="
        if ("text" in given or "universal_newlines" in given) and "encoding" not in given:
            yield f"{call.lineno}: text= without encoding="
        shell = given.get("shell")
        if isinstance(shell, ast.Constant) and shell.value:
            yield f"{call.lineno}: shell=True"
        if name in ("strftime", "isoformat") and any(":" in str(getattr(arg, "value", "")) for arg in call.args):
            yield f"{call.lineno}: a time with colons can't be a file name"
        if name in ("imread", "imwrite", "VideoCapture", "VideoWriter"):
            yield f"{call.lineno}: OpenCV can't open names with letters that the code page lacks: read or write the bytes"
        if name in ("symlink_to", "getpreferredencoding", "NamedTemporaryFile"):
            yield f"{call.lineno}: {name}"
    for node in ast.walk(tree):
        yield from posix_uses(node)


def posix_uses(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        yield from (f"{node.lineno}: {module} is not there" for module in modules if module.split(".")[0] in POSIX_MODULES)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in POSIX_ONLY.get(node.value.id, ()):
        yield f"{node.lineno}: {node.value.id}.{node.attr} is not there, or means something else"


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(SOURCE).as_posix() for path in FILES])
def test_nothing_in_the_file_fails_on_windows(path: Path) -> None:
    assert list(mistakes(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    [
        "path.read_text()",
        "path.write_text(x, encoding='utf-8')",
        "path.open()",
        "path.open('w')",
        "open(name)",
        "open(name, mode='r')",
        "subprocess.run(words, text=True)",
        "subprocess.run(words, shell=True)",
        "time.strftime('%H:%M')",
        "path.symlink_to(other)",
        "import fcntl",
        "from resource import getrusage",
        "os.kill(pid, 9)",
        "signal.SIGKILL",
        "cv2.imwrite(str(path), frame)",
    ],
)
def test_the_check_sees(code: str) -> None:
    assert list(mistakes(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "path.read_text(encoding='utf-8')",
        "path.open('rb')",
        "open(name, 'wb')",
        "av.open(name)",
        "Image.open(path)",
        "read_text(value)",
    ],
)
def test_the_check_lets_pass(code: str) -> None:
    assert list(mistakes(ast.parse(code))) == []


def test_no_file_of_the_project_has_a_name_that_windows_refuses() -> None:
    root = Path(__file__).parents[2]
    folders = [root / name for name in ("src", "conf", "docs", "templates", "tests")]
    names = [
        path.relative_to(root).as_posix() for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts
    ]
    assert [name for name in names if re.search(r'[<>:"|?*\\]|[. ](/|$)', name)] == []
    assert len({name.casefold() for name in names}) == len(names)
    assert max(map(len, names)) < 120
