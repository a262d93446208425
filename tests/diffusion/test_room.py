"""Whether weights fit is told from the files' headers before any is read, and from what is published of a model not here yet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from storyvid.cli import machine
from storyvid.diffusion import loading, room
from storyvid.errors import RenderError
from storyvid.memory.decide import Machine
from tests.backends.pipelines import load, memory, option
from tests.diffusion.test_configs import PARAMETERS
from tests.tiny import TinyCheckpoint

LITTLE = 1e-6  # GiB


def test_the_parts_of_a_checkpoint_are_counted(tiny_checkpoint: TinyCheckpoint) -> None:
    config = option("wan_14b", model=str(tiny_checkpoint("wan_14b")))
    parts = room.parts_on_disk(config, tiny_checkpoint("wan_14b") / "text")
    assert [round(1e9 * weights) for weights in parts.denoisers] == [28_328, 28_328]
    assert min(parts.vae, parts.text_encoder) > 0
    assert (parts.unet, parts.tiles, parts.masks) == (False, True, False)
    svd = room.parts_on_disk(option("svd"), tiny_checkpoint("svd"))
    assert (len(svd.denoisers), svd.unet, svd.tiles) == (1, True, False)
    assert svd.image_encoder > 0


@pytest.mark.parametrize("name", ["wan", "wan_fast", "wan_1_3b", "wan_14b", "ltx", "ltx_13b"])
def test_an_option_says_how_many_weights_its_model_has(name: str) -> None:
    published = room.published_parts(option(name))
    assert published is not None
    assert published.denoisers == (PARAMETERS[name],) * (2 if name == "wan_14b" else 1)


def test_weights_that_are_here_are_refused_and_others_warned_about(
    tiny_checkpoint: TinyCheckpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = option("wan", model=str(tiny_checkpoint("wan")))
    (problem,) = room.machine_problems(here, memory("cpu", ram_gb=LITTLE))
    assert problem.code == "ram"
    assert room.machine_problems(here, memory("cpu")) == []
    monkeypatch.setattr(room, "find_checkpoints", lambda config: {"model": None})
    assert room.machine_problems(option("wan"), memory("cpu", ram_gb=LITTLE)) == []
    monkeypatch.setattr("storyvid.diffusion.hub.missing_weights", lambda config, typed: ["a download"])
    monkeypatch.setattr(machine, "card_warnings", lambda config: [])
    monkeypatch.setattr(machine, "this_machine", lambda: Machine(ram_gb=16.0))
    config: Any = SimpleNamespace(backend=option("wan_14b"), memory=memory("12gb"))
    download, large = machine.machine_warnings(config, ())
    assert large.what == "the model's weights take 27.1 GiB of RAM, and three quarters of the computer's 16 GiB are 12.0"
    assert machine.machine_warnings(config, ("backend.model",)) == [download]


def test_nothing_is_read_that_does_not_fit(tiny_checkpoint: TinyCheckpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load_pipeline", lambda *how, **parts: pytest.fail("weights were read"))
    backend = load("wan", tiny_checkpoint("wan"), memory("cpu", ram_gb=LITTLE))
    with pytest.raises(RenderError, match=r"memory\.ram_gb says"):
        backend.pipeline("text")


@pytest.mark.parametrize(
    ("offload", "moves"),
    [("none", []), ("model", ["cpu", "cpu"]), *((groups, ["cuda", "cpu", "cpu", "cuda"]) for groups in ("group", "group_leaf"))],
)
def test_the_vae_waits_in_ram_while_the_denoiser_works(offload: str, moves: list[str]) -> None:
    """And is on the card where it encodes before, and decodes after."""
    seen: list[str] = []
    denoiser = torch.nn.Linear(1, 1)
    vae = SimpleNamespace(to=seen.append)
    pipe = SimpleNamespace(components={"transformer": denoiser, "vae": vae}, vae=vae)
    with loading.vae_in_ram(pipe, memory("12gb", offload=offload)):
        for _ in range(2):
            denoiser(torch.zeros(1))
    denoiser(torch.zeros(1))
    assert seen == moves
