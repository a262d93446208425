"""What a profile comes to is decided from sizes: for every model and profile as a golden table, and rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from storyvid.cli.folders import conf_dir
from storyvid.diffusion.config import DiffusionConfig
from storyvid.diffusion.room import published_parts
from storyvid.memory import profiles, settings
from storyvid.memory.decide import CARRIED_OUT, Decision, Machine, Parts, decide
from storyvid.memory.settings import refused_settings
from tests.backends.pipelines import memory, option

BACKENDS = sorted(path.stem for path in (conf_dir() / "backend").glob("*.yaml"))
CARDS = {"8gb": 8.0, "12gb": 11.94, "16gb": 15.9, "24gb": 23.9, "cpu": None}  # GiB that cards of that size tell
RAM_GB = 32.0
SMALL = Parts(denoisers=(1.0,), vae=0.1)


def profile_of(backend: str, name: str, **typed: Any) -> Any:
    """A profile with its tuned pair, as the configuration composes them."""
    pair = conf_dir() / "backend_memory" / f"{backend}_{name}.yaml"
    tuned = yaml.safe_load(pair.read_text(encoding="utf-8")) if pair.is_file() else {}
    return memory(name, **{**tuned, **typed})


def decided(backend: str, name: str, card_gb: float | None, **typed: Any) -> tuple[Any, Decision]:
    config = option(backend)
    assert isinstance(config, DiffusionConfig)
    parts, profile = published_parts(config), profile_of(backend, name, **typed)
    assert parts is not None, "an option of storyvid's has them"
    return profile, decide(profile, parts, Machine(RAM_GB, card_gb))


def row(backend: str, name: str, card_gb: float | None) -> Iterator[str]:
    """One model on one card."""
    profile, told = decided(backend, name, card_gb)
    values = {key: "off" if value in (False, None) else "on" if value is True else value for key, value in told.values.items()}
    waits = [str(values["offload"]), *(word for word in ("stream", "disk") if values[f"offload_{word}"] != "off")]
    tiles = values["vae_tiling"] if profile.vae_tile is None else profile.vae_tile
    sizes = f"card {told.card_gb:4.1f} of {profile.budget_gb or 0:4.1f}, RAM {told.ram_gb:4.1f}, pinned {told.pinned_gb:3.1f}"
    how = f"{values['quantization']} {profile.dtype}, {'+'.join(waits)}; text {profile.text_encoder}"
    yield f"{backend} {name}: {how}; vae {profile.vae_dtype}, tiles {tiles}, slices {values['vae_slicing']}; {sizes}"
    yield from (f"  not there: {key}: {why}" for key, why in told.not_there.items())
    yield from (f"  refused: {problem}" for problem in (*refused_settings(profile), *told.problems))


def on_the_processor(backend: str, name: str) -> Iterator[str]:
    """The same with ``memory.device=cpu`` typed."""
    profile, told = decided(backend, name, None, device="cpu")
    refused = [*refused_settings(profile), *told.problems]
    yield f"{backend} {name} memory.device=cpu: {'refused' if refused else 'runs'}"
    yield from (f"  {problem.where}: {problem.what}" for problem in refused)


def test_every_model_with_every_profile(golden: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option of ``backend`` x every option of ``memory``, `auto` on the card that storyvid is made for and on none."""
    monkeypatch.setattr(settings, "find_spec", lambda package: object())  # whatever is installed here
    monkeypatch.setattr(settings, "_version", lambda package: None)
    lines = [f"Computer with {RAM_GB:g} GiB of RAM. GiB of weights; beside them a group that is at work is on the card.", ""]
    for backend in BACKENDS:
        if not isinstance(option(backend), DiffusionConfig):
            lines += [f"{backend}: has no weights, so that no profile changes anything", ""]
            continue
        for name, card_gb in CARDS.items():
            lines += row(backend, name, card_gb)
        for card_gb in (CARDS["12gb"], None):
            monkeypatch.setattr(profiles, "card_memory_gb", lambda gb=card_gb: gb)
            chosen = profiles.choose_profile(needs_gpu=True)
            lines.append(f"{backend} auto, {'no card' if card_gb is None else f'card of {card_gb:g} GiB'}: as {chosen}")
        for name in CARDS:
            lines += on_the_processor(backend, name)
        lines.append("")
    golden("memory/decisions.txt", "\n".join(lines))


@pytest.mark.parametrize("name", ["8gb", "12gb", "16gb", "24gb"])
@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "animatic"])
def test_the_weights_of_a_pair_leave_room_on_the_card(backend: str, name: str) -> None:
    profile, told = decided(backend, name, CARDS[name])
    assert told.card_gb <= 0.85 * profile.budget_gb


def test_what_waits_in_pinned_ram_is_a_share_of_it() -> None:
    groups = {"offload_stream": True, "offload": "group"}
    gib = 2 * 1e9 / 2**30  # of 10^9 weights in 16 bit
    plenty, just = Machine(gib / 0.4 + 0.01), Machine(gib / 0.4 - 0.01)
    profile = memory("8gb", quantization="none", ram_gb=100.0, **groups)
    assert (decide(profile, SMALL, plenty).values["offload_stream"], decide(profile, SMALL, plenty).pinned_gb) == (True, gib)
    without = decide(profile, SMALL, just)
    assert (without.values["offload_stream"], without.pinned_gb) == (None, 0.0)
    assert "more than 40 % of the RAM" in without.not_there["offload_stream"]
    leaves = decide(profile.model_copy(update={"offload": "group_leaf"}), SMALL, just)
    assert leaves.values["offload_stream"] == {"low_cpu_mem_usage": True}


def test_weights_that_ram_does_not_hold_are_refused_with_every_way_out() -> None:
    large = Parts(denoisers=(14.0, 14.0), vae=0.1)
    (problem,) = decide(memory("8gb"), large, Machine(16.0)).problems
    assert problem.what == "the model's weights take 26.3 GiB of RAM, and three quarters of the computer's 16 GiB are 12.0"
    assert problem.fix == (
        "take memory.quantization=sdnq_uint4, backend.gguf with a small file, memory.offload_disk=true, "
        "or memory.ram_gb=27 to try it all the same"
    )
    assert decide(memory("8gb", ram_gb=27.0), large, Machine(16.0)).problems == ()
    (typed,) = decide(memory("8gb", ram_gb=20.0), large, Machine(64.0)).problems
    assert typed.what == "the model's weights take 26.3 GiB of RAM, and memory.ram_gb says 20.0"


def test_weights_that_come_small_are_counted_as_they_come() -> None:
    told = decide(memory("12gb"), Parts(denoisers=(14.0, 14.0), vae=0.1, comes_as="gguf", comes_gb=17.0), Machine(RAM_GB))
    assert told.not_there == {"quantization": "the weights come quantised (gguf)"}
    assert (told.card_gb, round(told.ram_gb, 1)) == (8.5, 17.4)


@pytest.mark.parametrize(
    ("parts", "asked", "said"),
    [
        (Parts(denoisers=(1.0,), vae=0.1, masks=True), {"attention": "sage"}, "SageAttention takes no mask"),
        (SMALL, {"cap_gb": 13.0}, "is 13 GiB, and the card has 12.0"),
    ],
)
def test_what_a_model_or_a_card_can_not_do_is_refused(parts: Parts, asked: dict[str, Any], said: str) -> None:
    (problem,) = decide(memory("12gb", **asked), parts, Machine(RAM_GB, 12.0)).problems
    assert said in problem.what


def test_every_setting_of_a_profile_is_decided_or_named_elsewhere() -> None:
    """A new key can't be forgotten."""
    elsewhere = {"name", "device", "budget_gb", "cap_gb", "dtype", "text_encoder", "ram_gb", "step_down", "vae_tile"}
    elsewhere |= {"cache_threshold", "cache_interval", "cache_warmup"}
    assert set(memory("12gb").model_dump()) == elsewhere | set(CARRIED_OUT)
