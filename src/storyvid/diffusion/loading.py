"""Pipelines from a checkpoint: safetensors only, from this machine only, each part loaded once."""

from __future__ import annotations

import gc
import inspect
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import diffusers
import torch
import transformers
from loguru import logger

from storyvid.diffusion.families import SHIPPED
from storyvid.diffusion.layout import COPY_ALL
from storyvid.diffusion.layout import parts as index_parts
from storyvid.diffusion.libraries import import_libraries
from storyvid.diffusion.prompts import TEXT_PARTS
from storyvid.errors import Problem, RenderError
from storyvid.logs import capture_standard_logging
from storyvid.memory.apply import DENOISERS, apply_to_text_encoder
from storyvid.memory.shortage import ENCODING, LOADING, shortage, shortage_told

if TYPE_CHECKING:
    from storyvid.config import Memory
    from storyvid.diffusion.checkpoint import Checkpoint

import_libraries()


def quieten() -> None:
    """Lead what the libraries say into our log, and keep their progress bars off the screen."""
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    diffusers.utils.logging.set_verbosity_warning()
    transformers.utils.logging.set_verbosity_warning()
    capture_standard_logging()


def torch_dtype(name: str) -> torch.dtype:
    """A type by its name in a memory profile."""
    dtype: torch.dtype = getattr(torch, name)
    return dtype


def load_pipeline(pipeline_class: Any, checkpoint: Checkpoint, memory: Memory, *, without: Sequence[str] = (), **parts: Any) -> Any:
    """A pipeline with its weights.

    Args:
        pipeline_class: A pipeline of diffusers.
        checkpoint: Where the weights are.
        memory: How they are fitted to the card.
        without: Parts that are not loaded.
        **parts: Parts that are loaded already.

    Raises:
        RenderError: A file of the checkpoint can't be read, or lacks a part of the weights.
    """
    quieten()
    dtypes = {"default": torch_dtype(memory.dtype), "vae": torch_dtype(memory.vae_dtype)}
    try:
        parts = _encoders(checkpoint, memory, {*without, *parts}) | parts
        pipe = pipeline_class.from_pretrained(
            checkpoint.folder,
            dtype=dtypes,
            local_files_only=True,
            use_safetensors=True,
            **{name: None for name in without if name in part_names(pipeline_class)},
            **parts,
        )
    except RenderError:
        raise
    except Exception as error:  # the libraries raise whatever their parts do: OSError, ValueError, SafetensorError, KeyError
        raise RenderError(unloaded(checkpoint.folder, error)) from error
    for name, part in pipe.components.items():
        if isinstance(part, torch.nn.Module):
            _refuse_missing(checkpoint.folder / name, [key for key, tensor in part.named_parameters() if tensor.is_meta])
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _encoders(checkpoint: Checkpoint, memory: Memory, others: Collection[str]) -> dict[str, Any]:
    """The parts that are transformers' models: it fills what their files lack with random numbers and only warns."""
    loaded: dict[str, Any] = {}
    for name, (library, kind) in index_parts(checkpoint.folder).items():
        model_class: Any = getattr(transformers, kind, None) if library == "transformers" else None
        if name in others or not _is_model(model_class):
            continue
        loaded[name], told = model_class.from_pretrained(
            checkpoint.folder / name,
            dtype=torch_dtype(memory.dtype),
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
        )
        _refuse_missing(checkpoint.folder / name, sorted(told["missing_keys"]))
    return loaded


def _is_model(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, transformers.PreTrainedModel)


def _refuse_missing(folder: Path, keys: Sequence[str]) -> None:
    if keys:
        what = f"{len(keys)} of its tensors are not in its files: {', '.join(keys[:3])}{' …' if len(keys) > 3 else ''}"
        raise RenderError(Problem(str(folder), what, COPY_ALL, "weights"))


def part_names(pipeline_class: Any) -> tuple[str, ...]:
    """What a pipeline is made of, and its settings: the arguments of its constructor."""
    return tuple(name for name in inspect.signature(pipeline_class.__init__).parameters if name != "self")


def same_parts(pipe: Any, pipeline_class: Any) -> Any:
    """Another kind of pipeline on the same parts, which are not loaded again; parts that the first one lacks are left out.

    ``from_pipe`` of diffusers would turn the weights into float32.

    Args:
        pipe: A loaded pipeline.
        pipeline_class: The other kind.
    """
    if type(pipe) is pipeline_class:
        return pipe
    known: Mapping[str, Any] = {**pipe.config, **pipe.components}
    other = pipeline_class(**{name: known.get(name) for name in part_names(pipeline_class)})
    other.set_progress_bar_config(disable=True)
    return other


@contextmanager
def text_encoder(pipeline_class: Any, checkpoint: Checkpoint, memory: Memory) -> Iterator[Any]:
    """A pipeline that holds only its tokenizer and text encoder; freed at the end.

    Args:
        pipeline_class: The pipeline whose ``encode_prompt`` is wanted.
        checkpoint: Where the weights are.
        memory: How they are fitted to the card.
    """
    started = time.perf_counter()
    logger.info("Loading the text encoder …")
    index = pipeline_class.load_config(checkpoint.folder, local_files_only=True)
    others = [name for name, value in index.items() if isinstance(value, list) and name not in TEXT_PARTS]
    pipe = load_pipeline(pipeline_class, checkpoint, memory, without=others)
    try:
        with shortage_told(f"memory.text_encoder={memory.text_encoder}", ENCODING):
            apply_to_text_encoder(pipe, memory)
            logger.info(f"Loaded the text encoder in {time.perf_counter() - started:.1f} s")
            yield pipe
    finally:
        pipe.register_modules(tokenizer=None, text_encoder=None)
        free_memory()


@contextmanager
def vae_in_ram(pipe: Any, memory: Memory) -> Iterator[None]:
    """While a pipeline denoises, its VAE waits in RAM: diffusers leaves it on the card, at least once it has encoded a first frame.

    Wan 2.2's VAE takes 2.6 GiB, and a card of 12 GB has none to spare while the transformer works on a clip of 720p. Where
    groups wait, it is in none of them: it is put on the card to encode, and to decode.

    Args:
        pipe: A pipeline.
        memory: The profile; where nothing waits in RAM, the VAE does not either.
    """
    if memory.offload == "none":
        yield
        return
    if memory.offload != "model":
        pipe.vae.to(memory.device)
    models = [model for name, model in pipe.components.items() if name in DENOISERS and model is not None]
    hooks = [model.register_forward_pre_hook(lambda *_: _send_to_ram(pipe.vae)) for model in models]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
    if memory.offload != "model":
        pipe.vae.to(memory.device)


def _send_to_ram(vae: Any) -> None:
    vae.to("cpu")


def free_memory() -> None:
    """Give back what nobody holds any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def load_gguf(checkpoint: Checkpoint, part: str, path: Path, name: str, memory: Memory) -> Any:
    """A transformer from one .gguf file; needs the package gguf.

    Such a file holds no configuration: the checkpoint's is read, or, where it has none, the one that comes with storyvid.

    Args:
        checkpoint: The other parts.
        part: ``transformer`` or ``transformer_2``.
        path: The file.
        name: Of the backend's option.
        memory: For the type of the arithmetic.

    Raises:
        RenderError: The package is missing, or the file can't be read.
    """
    quieten()
    dtype = torch_dtype(memory.dtype)
    configs = checkpoint.folder if (checkpoint.folder / part / "config.json").is_file() else SHIPPED / name
    index = diffusers.DiffusionPipeline.load_config(checkpoint.folder, local_files_only=True)
    model_class = getattr(diffusers, index[part][1])
    try:
        quantization = diffusers.GGUFQuantizationConfig(compute_dtype=dtype)
        return model_class.from_single_file(
            str(path),
            quantization_config=quantization,
            config=str(configs),
            subfolder=part,
            dtype=dtype,
            local_files_only=True,
        )
    except ImportError as error:
        fix = "pip install gguf, or leave out backend.gguf"
        raise RenderError(Problem("backend.gguf", f"{path.name} needs the package gguf, which is not installed", fix)) from error
    except Exception as error:  # as in `load_pipeline`
        raise RenderError(unloaded(path, error)) from error


def unloaded(path: Path, error: Exception) -> Problem:
    """What to tell of weights that can't be loaded.

    Args:
        path: The file or folder.
        error: What a library raised.
    """
    full = shortage(error, str(path), LOADING)
    if full is not None:
        return full
    what = f"the weights can't be loaded ({type(error).__name__}: {error})"
    return Problem(str(path), what, "fetch or copy them again: a file may be missing or broken off", "weights")
