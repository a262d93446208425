"""What step caches, less guidance, LoRAs and smaller weights save and change, as ratios to a plain call of the same model.

python tests/benchmarks/bench_speed.py [--steps 20] [--turns 3]   # makes random checkpoints, some 100 MB
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from loguru import logger
from numpy.typing import NDArray
from timing import ROOT, Cost, cost, row

from storyvid.backends.base import ChunkRequest, ShotRequest, module_of
from storyvid.config import Memory
from storyvid.storyboard.schema import Shot, Storyboard

PLAIN, LORA = "plain", "a LoRA, unfused"


@dataclass(frozen=True)
class Way:
    """One way to make the same shot.

    Attributes:
        memory: Keys of the memory profile.
        backend: Keys of the backend.
        shot: Of the request.
        base: The way whose picture it is compared with.
    """

    memory: Mapping[str, Any] = field(default_factory=dict)
    backend: Mapping[str, Any] = field(default_factory=dict)
    shot: Mapping[str, Any] = field(default_factory=dict)
    base: str = PLAIN


@dataclass
class Result:
    """What a way took and gave.

    Attributes:
        costs: Of denoising, one of each turn.
        computed: How often the blocks of the transformer were computed.
        frames: (num_frames, height, width, 3).
    """

    costs: list[Cost]
    computed: int
    frames: NDArray[np.uint8]

    @property
    def best(self) -> Cost:
        """The quickest."""
        return Cost(*map(min, zip(*self.costs, strict=True)))


def ways_of(lora: Path) -> dict[str, Way]:
    """What is compared, by name."""
    loras = [{"path": str(lora)}]
    found = {PLAIN: Way()}
    found |= {f"first_block, threshold {at}": Way({"step_cache": "first_block", "cache_threshold": at}) for at in (0.03, 0.05, 0.1)}
    found |= {f"taylorseer, interval {every}": Way({"step_cache": "taylorseer", "cache_interval": every}) for every in (2, 3, 5)}
    found |= {f"cfg_until {until}": Way(shot={"guidance_until": until}) for until in (0.75, 0.5)}
    found |= {"no guidance (cfg 1)": Way(shot={"guidance_scale": 1.0})}
    found |= {LORA: Way(backend={"loras": loras}), "the LoRA, fused": Way(backend={"loras": loras, "fuse_loras": True}, base=LORA)}
    found |= {"weights in fp8": Way({"quantization": "fp8"})}
    return found | ({"weights in int8": Way({"quantization": "int8"})} if find_spec("torchao") else {})


def make_models(folder: Path, options: argparse.Namespace) -> tuple[Path, Path]:
    """A random checkpoint of Wan's kind, and a LoRA of rank 16 on all of its attention layers."""
    from safetensors.torch import save_file
    from wide_checkpoint import make_wide_wan

    from storyvid.diffusion.lora_layers import linear_layers
    from storyvid.diffusion.loras import transformer_config

    model, lora = folder / "model", folder / "lora.safetensors"
    make_wide_wan(model, option({}).published, width=options.model_width, layers=options.layers)
    generator, tensors = torch.Generator().manual_seed(1), {}
    for name, (takes, gives) in linear_layers(transformer_config(model / "transformer")).items():
        if ".attn" in name:
            for half, shape in (("A", (16, takes)), ("B", (gives, 16))):
                tensors[f"transformer.{name}.lora_{half}.weight"] = 0.02 * torch.randn(shape, generator=generator)
    save_file(tensors, lora)
    return model, lora


def option(keys: Mapping[str, Any]) -> Any:
    """The backend ``wan`` with keys of its own."""
    values = yaml.safe_load((ROOT / "conf" / "backend" / "wan.yaml").read_text(encoding="utf-8")) | dict(keys)
    return module_of(values["kind"]).Config.model_validate(values)


def profile(keys: Mapping[str, Any]) -> Memory:
    """``memory=cpu`` with keys of its own."""
    values = yaml.safe_load((ROOT / "conf" / "memory" / "cpu.yaml").read_text(encoding="utf-8"))
    return Memory.model_validate(values | dict(keys))


def shot_of(options: argparse.Namespace, published: Any) -> ShotRequest:
    """One shot from text, of one chunk."""
    shot = Shot(id="S01", prompt="A red boat on a stormy sea at night")
    chunk = ChunkRequest(0, options.frames, 7, shot.prompt)
    return ShotRequest(
        shot=shot, storyboard=Storyboard(shots=(shot,)), height=options.height, width=options.width, fps=Fraction(24),
        num_frames=options.frames, seed=7, negative_prompt="blurred, dark", num_inference_steps=options.steps,
        guidance_scale=published.cfg, scheduler=published.scheduler, chunks=(chunk,), flow_shift=published.flow_shift,
        programme_frames=options.frames,
    )  # fmt: skip


@contextmanager
def counted(model: Any) -> Iterator[list[int]]:
    """A list that grows by one each time the blocks of a transformer are computed."""
    calls: list[int] = []
    hook = model.blocks[-1].attn1.to_q.register_forward_pre_hook(lambda *_: calls.append(1))
    yield calls
    hook.remove()


def turn_of(backend: Any, request: ShotRequest) -> tuple[Cost, int, Callable[[], NDArray[np.uint8]]]:
    """One turn: what denoising takes, how often blocks are computed, and what decodes the frames."""
    (chunk,), latents = request.chunks, {}
    with counted(backend.pipeline("text").transformer) as calls:
        taken = cost(lambda: latents.update(backend.denoise_chunk(request, chunk, None, lambda step, steps: None)))
    return taken, len(calls), lambda: np.stack(list(backend.decode_chunk(request, chunk, None, latents)))


def bench(folder: Path, options: argparse.Namespace) -> tuple[dict[str, Result], dict[str, Way], float]:
    """All ways in turn, so that a busy moment of the machine meets all. The last is denoising's share of the plain shot."""
    model, lora = make_models(folder, options)
    ways = ways_of(lora)
    backends = {name: load(model, way) for name, way in ways.items()}
    request = shot_of(options, backends[PLAIN].config.published)
    results: dict[str, Result] = {}
    share = 0.0
    for turn in range(options.turns + 1):
        for name, way in ways.items():
            taken, computed, decoded = turn_of(backends[name], replace(request, **way.shot))
            if turn == 0:  # what is made at the first call is not counted
                results[name] = Result([], computed, decoded())
                stages = backends[name].chunk_facts()["stages"]
                share = stages["denoise_s"] / (stages["denoise_s"] + stages["decode_s"]) if name == PLAIN else share
            else:
                results[name].costs.append(taken)
    return results, ways, share


def load(model: Path, way: Way) -> Any:
    """A backend with its weights; the shot's texts are encoded at its first call."""
    config = option({"model": str(model), **way.backend})
    backend = module_of(config.kind).load(config, profile(way.memory))
    backend.pipeline("text")
    return backend


def difference(frames: NDArray[np.uint8], base: NDArray[np.uint8]) -> str:
    """PSNR in dB and the mean difference of a value in 255."""
    error = frames.astype(float) - base
    squared = float(np.mean(error**2))
    return f"{10 * np.log10(255**2 / squared) if squared else float('inf'):6.1f} {float(np.mean(abs(error))):6.2f}"


def main() -> None:
    """Every way; the quickest turn of each counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=17, help="frames of the shot, 4k + 1")
    parser.add_argument("--height", type=int, default=160, help="of the frames, a multiple of 32")
    parser.add_argument("--width", type=int, default=256, help="of the frames, a multiple of 32")
    parser.add_argument("--steps", type=int, default=20, help="denoising steps")
    parser.add_argument("--model-width", type=int, default=256, help="of the transformer, a multiple of 64")
    parser.add_argument("--layers", type=int, default=10, help="of the transformer")
    parser.add_argument("--turns", type=int, default=3, help="turns that count")
    options = parser.parse_args()
    logger.disable("storyvid")
    with tempfile.TemporaryDirectory() as name:
        results, ways, share = bench(Path(name), options)
    print(
        f"{options.frames} frames of {options.width} x {options.height}, {options.steps} steps, {os.cpu_count()} cores; seconds of "
        "denoising wall, processor; ratio to plain; blocks computed, of plain; PSNR dB, mean difference of 255"
    )
    plain = results[PLAIN]
    for name, own in results.items():
        changed = difference(own.frames, results[ways[name].base].frames) if name != PLAIN else ""
        print(f"{row(name, own.best, plain.best)}   {own.computed:4d} {own.computed / plain.computed:5.2f}  {changed}")
    print(f"  denoising is {share:.0%} of the plain shot; the fused LoRA is compared with the unfused one's picture")


if __name__ == "__main__":
    main()
