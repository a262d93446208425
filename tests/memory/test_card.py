"""Cards and builds of torch that fit, and each pair that does not, in the words that are printed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from storyvid.errors import ConfigError
from storyvid.memory import card as card_module
from storyvid.memory import profiles
from storyvid.memory.card import Card, TorchBuild, find_card, find_torch, install_command, torch_fault, why_unusable

RTX_5070 = Card("NVIDIA GeForce RTX 5070", (12, 0), "581.57", (13, 0), 11.94)
RTX_3060 = Card("NVIDIA GeForce RTX 3060", (8, 6), "551.86", (12, 4), 12.0)
GTX_1080 = Card("NVIDIA GeForce GTX 1080", (6, 1), "581.57", (13, 0), 8.0)
CPU, CU124, CU126, CU128, CU130 = (
    TorchBuild(version, cuda)
    for version, cuda in [
        ("2.13.0+cpu", None),
        ("2.6.0+cu124", (12, 4)),
        ("2.7.1+cu126", (12, 6)),
        ("2.11.0+cu128", (12, 8)),
        ("2.13.0+cu130", (13, 0)),
    ]
)
ON_WINDOWS = "python -m pip install torch==2.11.0+cu128 --index-url https://download.pytorch.org/whl/cu128"


@pytest.mark.parametrize(
    ("card", "torch"), [(RTX_5070, CU128), (RTX_5070, CU130), (RTX_3060, CU124), (RTX_3060, CU128), (GTX_1080, CU126)]
)
def test_pairs_that_work(card, torch):
    assert why_unusable(card, torch, "win32") is None


@pytest.mark.parametrize(
    ("card", "torch", "says"),
    [
        (None, CU128, "no NVIDIA card can be read (no card, no driver, or a driver that does not answer)"),
        (RTX_5070, None, "torch is not installed"),
        (RTX_5070, CPU, "this torch can't use the card"),
        (RTX_5070, CU124, "this torch holds no code for the card (compute capability 12.0)"),
        (RTX_5070, CU126, "this torch holds no code for the card (compute capability 12.0)"),
        (GTX_1080, CU130, "this torch holds no code for the card (compute capability 6.1)"),
        (GTX_1080, CU128, "this torch holds no code for the card (compute capability 6.1)"),
        (RTX_3060, CU130, "the driver is too old for CUDA 13.0 (it runs CUDA 12.4 at most)"),
    ],
)
def test_pairs_that_do_not(card, torch, says):
    reason = why_unusable(card, torch, "win32")
    assert reason is not None
    what, fix = reason
    assert says in what
    assert "memory=cpu" in fix
    if torch is not None:
        assert torch.version in what
    if card is not None:
        assert f"{card.name} with driver {card.driver}" in what
        assert "python -m pip install torch==2.1" in fix


def test_the_install_command_fits_the_card_and_the_system():
    assert install_command(RTX_5070, "win32") == ON_WINDOWS
    assert install_command(RTX_5070, "linux").endswith("whl/cu130")
    assert install_command(RTX_3060, "linux").endswith("whl/cu128")
    assert install_command(GTX_1080, "win32").endswith("whl/cu126")


def test_a_card_of_which_little_is_known_is_not_refused_for_it():
    assert why_unusable(Card("an NVIDIA card", None, "of an unknown version", None, 12.0), CU130) is None


@pytest.mark.parametrize(
    ("version", "faulty"), [("2.8.0+cu128", True), ("2.9.1", True), ("2.11.0+cu128", False), ("2.13.0", False)]
)
def test_versions_of_torch_with_known_faults(version, faulty):
    assert (torch_fault(TorchBuild(version, (12, 8))) is not None) is faulty
    assert torch_fault(None) is None


@pytest.mark.parametrize(
    ("lines", "build"),
    [
        ("__version__ = '2.11.0+cu128'\ncuda: Optional[str] = '12.8'\nhip: Optional[str] = None\n", CU128),
        ("__version__ = '2.13.0+cpu'\ncuda: Optional[str] = None\n", CPU),
        ("", TorchBuild("of an unknown version", None)),
    ],
)
def test_torch_is_read_without_being_imported(tmp_path, monkeypatch, lines, build):
    (tmp_path / "version.py").write_text(f"from typing import Optional\n{lines}", encoding="utf-8")
    monkeypatch.setattr(card_module, "find_spec", lambda name: SimpleNamespace(origin=str(tmp_path / "__init__.py")))
    assert find_torch() == build
    (tmp_path / "version.py").unlink()
    assert find_torch() is None


def test_the_torch_of_this_environment_is_read_right():
    import torch

    found = find_torch()
    assert found is not None
    assert found.version == torch.__version__
    assert (found.cuda is None) == (torch.version.cuda is None)


def nvml(**more: object) -> SimpleNamespace:
    return SimpleNamespace(
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(total=12 * 2**30),
        **more,
    )


def test_a_card_is_asked_what_it_is(monkeypatch):
    answers = nvml(
        nvmlDeviceGetName=lambda handle: b"NVIDIA GeForce RTX 5070",
        nvmlSystemGetDriverVersion=lambda: "581.57",
        nvmlDeviceGetCudaComputeCapability=lambda handle: [12, 0],
        nvmlSystemGetCudaDriverVersion_v2=lambda: 12080,
    )
    monkeypatch.setitem(sys.modules, "pynvml", answers)
    assert find_card() == Card("NVIDIA GeForce RTX 5070", (12, 0), "581.57", (12, 8), 12.0)
    monkeypatch.setitem(sys.modules, "pynvml", nvml())
    assert find_card() == Card("an NVIDIA card", None, "of an unknown version", None, 12.0)
    for hidden in ("", "-1"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
        assert find_card() is None


def config(*, needs_gpu: bool = True, device: str = "cuda") -> SimpleNamespace:
    backend = SimpleNamespace(name="wan", limits=SimpleNamespace(needs_gpu=needs_gpu))
    return SimpleNamespace(backend=backend, memory=SimpleNamespace(device=device, name="12gb", budget_gb=9.8))


def test_the_processor_is_used_only_when_it_is_typed(monkeypatch):
    monkeypatch.setattr(profiles, "find_card", lambda: RTX_5070)
    monkeypatch.setattr(profiles, "find_torch", lambda: CU128)
    profiles.check_card(config(), ())
    monkeypatch.setattr(profiles, "find_torch", lambda: CPU)
    profiles.check_card(config(device="cpu"), {"memory"})
    profiles.check_card(config(needs_gpu=False), ())
    for wrong, typed in ((config(), {"memory"}), (config(device="cpu"), ())):
        with pytest.raises(ConfigError) as caught:
            profiles.check_card(wrong, typed)
        (problem,) = caught.value.problems
        assert problem.where == "backend=wan"
        assert problem.what.startswith("needs an NVIDIA card: this torch can't use the card; found are NVIDIA GeForce RTX 5070")


def test_a_faulty_torch_is_warned_of_where_it_runs_on_the_card(monkeypatch):
    monkeypatch.setattr(profiles, "find_torch", lambda: TorchBuild("2.9.0+cu128", (12, 8)))
    (problem,) = profiles.card_warnings(config())
    assert str(problem).startswith("torch 2.9.0+cu128: has a known fault")
    assert profiles.card_warnings(config(device="cpu")) == []
    monkeypatch.setattr(profiles, "find_torch", lambda: CU128)
    assert profiles.card_warnings(config()) == []


def test_the_table_of_builds_knows_what_the_installation_asks_for():
    """environment.yml installs the CUDA 12.8 build for exactly this card."""
    root = Path(__file__).parents[2]
    assert "whl/cu128" in (root / "environment.yml").read_text(encoding="utf-8")
    assert "torch==2.11.0; sys_platform == 'win32'" in (root / "requirements.txt").read_text(encoding="utf-8")
    assert "torch==2.11.0+cu128" in install_command(RTX_5070, "win32")


def test_a_card_that_other_programs_fill_is_told(monkeypatch):
    monkeypatch.setattr(profiles, "find_torch", lambda: CU128)
    monkeypatch.setattr(profiles, "find_card", lambda: replace(RTX_5070, free_gb=8.5))
    (problem,) = profiles.card_warnings(config())
    assert str(problem).startswith("memory=12gb: 3.4 of 11.9 GiB of the card are taken by other programs, and 9.8 are planned with")
    assert profiles.card_warnings(config(device="cpu")) == []
    monkeypatch.setattr(profiles, "find_card", lambda: replace(RTX_5070, free_gb=11.0))
    assert profiles.card_warnings(config()) == []


def test_auto_takes_a_smaller_profile_where_ram_does_not_hold_the_weights(monkeypatch):
    monkeypatch.setattr(profiles, "card_memory_gb", lambda: 23.9)
    assert profiles.choose_profile(needs_gpu=True, fits=lambda name: name in ("16gb", "12gb")) == "16gb"
    assert profiles.choose_profile(needs_gpu=True, fits=lambda name: False) == "24gb"
