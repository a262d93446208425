"""CI does what the README tells a newcomer to do, in the same words, so that a change in one place is noticed in the other."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCRIPT = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))

# Words that CI may add: they change what is printed or measured, not what is installed or tested.
QUIET = ("--quiet", "--cov", "--cov-report=term")


def modules_run(text: str) -> list[list[str]]:
    """Each ``python -m …`` of a text, as the words after ``-m``, whichever Python it is and without the words of `QUIET`."""
    commands = re.split(r"&&|;|\n", text)
    found = [re.search(r"(?:^|[/\\\s\"])(?:python[\d.]*|py -3\.11)\"? -m (.+)$", command.strip()) for command in commands]
    return [[word for word in shlex.split(match[1]) if word not in QUIET] for match in found if match]


def readme_lines(language: str) -> list[list[list[str]]]:
    """The README's one-line commands that install, each as the modules it runs."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    lines = [modules_run(line) for block in blocks for line in block.splitlines()]
    return [line for line in lines if ["venv", ".venv"] in line]


def steps() -> list[list[str]]:
    """What the workflow's steps run, in order."""
    return [words for step in WORKFLOW["jobs"]["test"]["steps"] for words in modules_run(step.get("run", ""))]


def test_the_readme_says_the_same_on_every_system():
    assert len(readme_lines("bash")) == 2
    assert readme_lines("bash") == readme_lines("powershell")


def test_ci_installs_and_tests_with_the_readmes_own_commands():
    (_, install, render), (_, same_install, tests) = readme_lines("bash")
    assert install == same_install
    assert install[0] == "pip"
    script, workflow = modules_run(SCRIPT), steps()
    for commands in (script, workflow):
        assert install in commands
        assert tests in commands
        assert commands.index(install) < commands.index(tests)
    assert render in workflow
    installs = [words for words in (*script, *workflow) if words[:2] == ["pip", "install"] and "pip" not in words[2:]]
    assert installs == [install] * 2, "nothing is installed that the README doesn't install"


def test_the_script_and_the_workflow_check_the_same_things():
    for tool in ("ruff", "mypy"):
        script = [words for words in modules_run(SCRIPT) if words[0] == tool]
        assert script
        assert script == [words for words in steps() if words[0] == tool]


def test_the_workflow_runs_on_windows_and_linux_with_the_readmes_python():
    job = WORKFLOW["jobs"]["test"]
    assert {name.partition("-")[0] for name in job["strategy"]["matrix"]["os"]} == {"ubuntu", "windows"}
    (version,) = {step["with"]["python-version"] for step in job["steps"] if "setup-python" in step.get("uses", "")}
    assert f"python{version} -m venv" in README
    assert f"py -{version} -m venv" in README
    assert f"python{version}" in SCRIPT


def test_the_workflow_tries_windows_as_it_comes_with_its_code_pages_too():
    job = WORKFLOW["jobs"]["test"]
    matrix = job["strategy"]["matrix"]
    assert matrix["utf8"] == ["1"]
    assert {"os": "windows-latest", "utf8": "0"} in matrix["include"]
    assert job["env"] == {"PYTHONUTF8": "${{ matrix.utf8 }}"}
    (upload,) = (step["with"]["name"] for step in job["steps"] if "upload-artifact" in step.get("uses", ""))
    assert "${{ matrix.os }}" in upload
    assert "${{ matrix.utf8 }}" in upload, "two legs may not give their film the same name"
