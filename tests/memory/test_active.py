"""Every setting that runs without a card is active on the modules of real, tiny models, and the film stays near the plain one.

The tolerances are for random weights of a few layers, which err less and more than trained ones: they show that a setting does
its work and nothing else, not what it costs a picture.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from storyvid.backends.base import ShotRequest
from storyvid.memory import apply
from storyvid.memory.apply import apply_memory, denoisers
from storyvid.memory.decide import Machine, Parts, decide
from storyvid.memory.smaller import held_types
from tests.backends.pipelines import ask, load, memory, picture, render
from tests.benchmarks.wide_checkpoint import make_wide_wan
from tests.tiny import TinyCheckpoint

MODELS = ("wan", "wan_14b", "ltx", "svd")
TRANSFORMERS = MODELS[:3]


@dataclass(frozen=True)
class Plain:
    """A model as it is without any setting.

    Attributes:
        backend: Loaded with `memory=cpu`.
        request: A short shot.
        first: The frame that it starts from, where the model needs one.
        frames: What it gives.
    """

    backend: Any
    request: ShotRequest
    first: NDArray[np.uint8] | None
    frames: NDArray[np.uint8]


PlainOf = Callable[[str], Plain]


@pytest.fixture(scope="module")
def plain(tiny_checkpoint: TinyCheckpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainOf]:
    """Models by name, loaded once; ``wide`` is a Wan whose layers are wide enough for 4 bit."""
    made: dict[str, Plain] = {}

    def get(name: str) -> Plain:
        if name not in made:
            made[name] = _plain(name, tiny_checkpoint, tmp_path_factory)
        return made[name]

    yield get
    for one in made.values():
        one.backend.close()


def _plain(name: str, tiny_checkpoint: TinyCheckpoint, tmp_path_factory: pytest.TempPathFactory) -> Plain:
    if name == "wide":
        folder = tmp_path_factory.mktemp("wide") / "wan"
        make_wide_wan(folder, load("wan", tiny_checkpoint("wan")).config.published, width=128, layers=2)
        backend = load("wan", folder)
    else:
        backend = load(name, tiny_checkpoint(name))
    picky = name == "svd"
    request = ask(
        backend, opening="image" if picky else "text", num_frames=14 if picky else 9, num_inference_steps=2 if picky else 4
    )
    first = picture() if picky else None
    return Plain(backend, request, first, render(backend, request, first))


@contextmanager
def with_memory(one: Plain, files: Path | None = None, **asked: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The model held by a profile: a copy of its pipeline, and what was applied to it."""
    backend, profile = one.backend, memory("cpu", **asked)
    role = backend.model.role("image" if one.first is not None else "text")
    kept = backend.model.pipelines[role]
    pipe = copy.deepcopy(kept[0])
    backend.model.pipelines[role], backend.memory = [pipe], profile
    try:
        yield pipe, apply_memory(pipe, profile, files=files)
    finally:
        backend.model.pipelines[role], backend.memory = kept, memory("cpu")


def again(one: Plain) -> NDArray[np.uint8]:
    return render(one.backend, one.request, one.first)


def psnr(frames: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio, dB; infinite where they are equal."""
    error = float(np.mean((frames.astype(float) - other) ** 2))
    return float("inf") if error == 0 else 10 * np.log10(255**2 / error)


def hooks_of(module: Any) -> set[str]:
    """Names of diffusers' hooks anywhere in a model."""
    return {name for part in module.modules() if hasattr(part, "_diffusers_hook") for name in part._diffusers_hook.hooks}


@dataclass(frozen=True)
class Case:
    """A setting on a model.

    Attributes:
        model: Name of the option, or ``wide``.
        asked: Keys of the profile.
        hooks: Diffusers' hooks that carry it out.
        held: Type in which most weights of each denoiser are held then.
        least_db: PSNR against the plain film, at least.
    """

    model: str
    asked: dict[str, Any]
    hooks: frozenset[str] = frozenset()
    held: str = "float32"
    least_db: float = float("inf")

    def __str__(self) -> str:
        return f"{self.model}-{'-'.join(f'{name}={value}' for name, value in self.asked.items())}"


WAITS, CASTS = frozenset({"group_offloading"}), frozenset({"layerwise_casting"})
DISK = {"offload": "group_leaf", "offload_disk": True}
FP8, INT8 = "float8_e4m3fn", "Int8Tensor"
CASES = [
    *(Case(model, {"offload": "group"}, WAITS) for model in TRANSFORMERS),
    *(Case(model, {"offload": "group_leaf"}, WAITS) for model in MODELS),
    Case("ltx", {"offload": "group", "offload_disk": True}, WAITS),
    *(Case(model, {"vae_slicing": True}) for model in ("wan", "ltx")),
    Case("wan", {"quantization": "fp8"}, CASTS, FP8, 30),
    Case("wan_14b", {"quantization": "fp8"}, CASTS, FP8, 25),
    Case("ltx", {"quantization": "fp8"}, CASTS, FP8, 20),
    Case("wide", {"quantization": "fp8", **DISK}, WAITS | CASTS, FP8, 50),
    *(Case(model, {"quantization": "int8"}, held=INT8, least_db=30) for model in TRANSFORMERS),
    Case("wide", {"quantization": "sdnq_uint4"}, least_db=50),
    Case("wide", {"quantization": "sdnq_uint4", **DISK}, WAITS, least_db=50),
    Case("wan", {"vae_dtype": "bfloat16"}, least_db=45),
    Case("wan_14b", {"vae_dtype": "bfloat16"}, least_db=30),
    Case("ltx", {"vae_dtype": "bfloat16"}, least_db=40),
    Case("svd", {"vae_dtype": "bfloat16"}, least_db=45),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_setting_is_on_the_modules_and_the_film_stays_near(case: Case, plain: PlainOf, tmp_path: Path) -> None:
    for package in {"int8": ["torchao"], "sdnq_uint4": ["sdnq"]}.get(str(case.asked.get("quantization")), []):
        pytest.importorskip(package, reason="an optional package; see docs/developer.md")
    one = plain(case.model)
    with with_memory(one, tmp_path, **case.asked) as (pipe, applied):
        assert {name: applied[name] for name in case.asked} == case.asked
        for model in denoisers(pipe).values():
            assert hooks_of(model) == case.hooks
        types = {name: counts for name, counts in held_types(pipe).items() if name in denoisers(pipe)}
        assert {max(counts, key=lambda kind: counts[kind]) for counts in types.values()} <= {case.held, "float32"}
        assert all(case.held in counts for counts in types.values())
        assert str(pipe.vae.dtype) == f"torch.{case.asked.get('vae_dtype', 'float32')}"
        frames = again(one)
    difference = psnr(frames, one.frames)
    assert difference >= case.least_db
    assert (case.least_db == float("inf")) == (difference == float("inf")), "what changes nothing is not active"


def test_four_bit_weights_are_on_the_modules(plain: PlainOf) -> None:
    pytest.importorskip("sdnq", reason="an optional package; see docs/developer.md")
    with with_memory(plain("wide"), quantization="sdnq_uint4") as (pipe, applied):
        assert applied["weights"]["transformer"]["uint8"] == 262_144, "two weights in each, of 524,288 in linear layers"
        once = pipe.transformer.state_dict()
    with with_memory(plain("wide"), quantization="sdnq_uint4") as (pipe, _):
        other = pipe.transformer.state_dict()
    assert all(torch.equal(once[name], other[name]) for name in once), "SDNQ draws random numbers on its way"


@pytest.mark.parametrize(
    ("model", "least_db"), [("wan", 25.0), ("wan_14b", 25.0), ("ltx", 15.0)]
)  # of LTX a tile is 4 latents wide
def test_tiles_have_the_size_that_is_asked_for(plain: PlainOf, model: str, least_db: float) -> None:
    one = plain(model)
    wide = replace(one, request=replace(one.request, height=96, width=256, num_frames=9))
    whole = again(wide)
    with with_memory(wide, vae_tiling=True, vae_tile=128) as (pipe, applied):
        sizes = {name: applied["vae_tiling"][f"tile_sample_{name}_width"] for name in ("min", "stride")}
        assert sizes == {"min": 128, "stride": 96}
        assert pipe.vae.use_tiling
        tiled = again(wide)
    difference = psnr(tiled, whole)
    assert least_db <= difference < float("inf"), difference


def test_slices_of_stable_video_diffusion_are_two_frames(plain: PlainOf) -> None:
    """It decodes a few frames with their neighbours: the same as with ``backend.decode_chunk_size=2``, but for layers in pieces."""
    one = plain("svd")
    asked: list[int] = []
    with with_memory(one, vae_slicing=True) as (pipe, applied):
        assert applied["vae_slicing"] == {"decode_chunk_size": 2, "forward_chunking": True}
        assert {part._chunk_size for part in pipe.unet.modules() if hasattr(part, "_chunk_size")} == {1}
        decode = pipe.decode_latents
        pipe.decode_latents = lambda latents, frames, at_once: asked.append(at_once) or decode(latents, frames, at_once)
        sliced = again(one)
    one.backend.use(one.backend.config.model_copy(update={"decode_chunk_size": 2}))
    assert psnr(sliced, again(one)) >= 60
    assert asked == [2]


def test_weights_on_disk_have_a_folder_of_their_own_which_goes_with_them(
    plain: PlainOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two experts have layers of the same names, and so has the next model that is loaded."""
    one = plain("wan_14b")
    backend = load("wan_14b", Path(one.backend.config.model), memory("cpu", **DISK))
    backend.cache = tmp_path / ".embeddings"
    monkeypatch.setattr("storyvid.diffusion.loaded.is_left_behind", lambda path: path.name == ".tmp-dead")
    (tmp_path / ".offload" / ".tmp-dead" / "transformer").mkdir(parents=True)
    for _ in range(2):
        assert np.array_equal(render(backend, one.request), one.frames)
        (folder,) = (tmp_path / ".offload").iterdir()
        assert sorted(path.name for path in folder.iterdir()) == ["transformer", "transformer_2"]
        backend.close()
        assert not list((tmp_path / ".offload").iterdir())


def test_another_attention_is_on_every_block(plain: PlainOf) -> None:
    one = plain("wan")
    pipe = copy.deepcopy(one.backend.pipeline("text"))
    for name in ("_native_math", "native"):  # the choice holds for the whole process: put back at the end
        profile = memory("cpu").model_copy(update={"attention": name})
        apply._attend(pipe, profile, decide(profile, Parts((1.0,), 0.1), Machine(64.0)), None)
        assert {str(block.attn1.processor._attention_backend.value) for block in pipe.transformer.blocks} == {name}
