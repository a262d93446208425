"""What a memory profile can't ask for on this computer is told with a way out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from storyvid.cli import machine
from storyvid.errors import ConfigError
from storyvid.memory import settings
from storyvid.memory.settings import refused_settings
from tests.backends.pipelines import memory, option


@pytest.mark.parametrize("name", ["cpu", "8gb", "12gb", "16gb", "24gb"])
def test_the_profiles_need_no_package_besides(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda package: None)
    assert refused_settings(memory(name)) == []


@pytest.mark.parametrize(
    ("asked", "fix"),
    [
        ({"quantization": "int8"}, "pip install torchao, or use memory.quantization=fp8"),
        ({"quantization": "sdnq_uint4"}, "pip install sdnq, or use memory.quantization=fp8"),
        ({"text_encoder": "int8"}, "pip install torchao, or use memory.text_encoder=cpu"),
        ({"attention": "sage"}, "pip install sageattention, or use memory.attention=native"),
        ({"attention": "xformers"}, "pip install xformers, or use memory.attention=native"),
        ({"offload_disk": True}, "set memory.offload=group, or memory.offload_disk=false"),
        ({"compile": True}, "pip install triton, on Windows triton-windows, or use memory.compile=false"),
        ({"step_cache": "magcache"}, "use memory.step_cache=first_block or taylorseer"),
        ({"compile": True, "step_cache": "first_block", "device": "cpu", "offload": "none"}, "use one of the two"),
        ({"offload_stream": True}, "set memory.offload_stream=false"),
        ({"device": "cpu"}, "use memory.offload=none"),
    ],
)
def test_what_is_missing_is_refused_with_a_fix(asked: dict[str, Any], fix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda package: None)
    (problem,) = refused_settings(memory("12gb", **asked))
    assert problem.fix == fix


def test_a_package_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda package: object())
    monkeypatch.setattr(settings.metadata, "version", lambda package: "1.0.6")
    (problem,) = refused_settings(memory("12gb", attention="sage"))
    assert problem.what == "it needs sageattention 2.1.1 or later, and 1.0.6 is installed"
    assert problem.fix == 'pip install "sageattention>=2.1.1", or use memory.attention=native'
    assert refused_settings(memory("12gb", attention="xformers")) == []


@pytest.mark.parametrize(
    ("asked", "where"),
    [({"cap_gb": 8.0}, "memory.cap_gb"), ({"attention": "xformers"}, "memory.attention=xformers")],
)
def test_what_only_a_card_can_do_is_refused_on_the_processor(
    asked: dict[str, Any], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda package: object())
    monkeypatch.setattr(settings, "_version", lambda package: None)
    assert [problem.where for problem in refused_settings(memory("cpu", **asked))] == [where]


def test_weights_of_torchao_can_not_wait_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda package: object())
    (problem,) = refused_settings(memory("cpu", offload="group", offload_disk=True, quantization="int8"))
    assert problem.fix == "use memory.quantization=fp8 or sdnq_uint4"


def test_what_is_installed_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda package: object())
    assert refused_settings(memory("12gb", quantization="int8", text_encoder="int8", attention="sage", compile=True)) == []


def test_a_film_is_refused_before_anything_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "check_card", lambda config, typed: None)
    monkeypatch.setattr(machine, "_check_weights", lambda config: None)
    config: Any = SimpleNamespace(backend=option("wan"), memory=memory("cpu", offload="model"))
    with pytest.raises(ConfigError, match=r"memory\.offload=model"):
        machine.check_machine(config, ())
