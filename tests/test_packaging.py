"""requirements.txt, environment.yml and pyproject.toml agree; the wheel holds what it needs; nothing heavy comes along."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINES = [line.strip() for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()]
PINS = [Requirement(line) for line in LINES if line and not line.startswith(("#", "-"))]
EXTRAS = PROJECT["project"]["optional-dependencies"]
TESTED = ("dev", "gguf", "lora")  # the extras that requirements.txt pins, since the tests run them
RANGES = {
    canonicalize_name(requirement.name): requirement
    for requirement in map(
        Requirement, [*PROJECT["project"]["dependencies"], *(line for extra in TESTED for line in EXTRAS[extra])]
    )
}


@pytest.mark.parametrize("pin", PINS, ids=str)
def test_every_pin_is_exact_and_inside_the_range_of_pyproject(pin):
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    assert RANGES[canonicalize_name(pin.name)].specifier.contains(specifier.version)


def test_every_dependency_is_pinned_and_the_project_is_installed_editable():
    assert {canonicalize_name(pin.name) for pin in PINS} == set(RANGES)
    assert "-e ." in LINES


def test_every_range_has_a_floor_and_a_ceiling():
    for name, requirement in RANGES.items():
        operators = {specifier.operator for specifier in requirement.specifier}
        assert {">=", "<"} <= operators, name


@pytest.mark.parametrize(("platform", "version"), [("win32", "2.11.0"), ("linux", "2.13.0"), ("darwin", "2.13.0")])
def test_torch_by_platform(platform, version):
    chosen = [pin for pin in PINS if pin.name == "torch" and pin.marker and pin.marker.evaluate({"sys_platform": platform})]
    assert [str(pin.specifier) for pin in chosen] == [f"=={version}"]


@pytest.mark.parametrize("broken", ["2.8.0", "2.8.1", "2.9.0", "2.9.1"])
def test_torch_versions_with_known_faults_are_excluded(broken):
    assert not RANGES["torch"].specifier.contains(broken)


def test_the_conda_environment_takes_the_same_pins_and_the_cuda_12_8_wheels():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pip = next(item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    assert pip == ["--extra-index-url https://download.pytorch.org/whl/cu128", "-r requirements.txt"]
    assert "python=3.11" in environment["dependencies"]


def test_the_wheel_holds_configuration_and_templates():
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"conf": "storyvid/conf", "templates": "storyvid/templates"}
    for folder in included:
        assert (ROOT / folder).is_dir()


def test_the_top_level_is_what_the_owner_asked_for():
    wanted = {"conf", "src", "tests", "docs", "templates", "outputs", "mlruns", "requirements.txt", "environment.yml", "README.md"}
    assert wanted <= {path.name for path in ROOT.iterdir()}
