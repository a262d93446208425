"""A diffusers folder, part by part: what must lie in it, before any of it is loaded.

``model_index.json`` names the pipeline and its parts, each a folder of its own: models with ``config.json`` and weights,
a tokenizer, a scheduler, an image processor.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from storyvid.diffusion.tensors import safetensors_problems
from storyvid.errors import Problem

INDEX = "model_index.json"
# Library -> name of its files of weights. The third is diffusers' own folder of the safety checker, as Stable Diffusion 1 names it.
LIBRARIES = {"diffusers": "diffusion_pytorch_model", "transformers": "model", "stable_diffusion": "model"}
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".msgpack", ".h5")
TOKENIZER_FILES = (("tokenizer.json",), ("spiece.model",), ("vocab.json", "merges.txt"), ("vocab.txt",))  # one of these
ADAPTER = "adapter_config.json"
COMFY_FOLDERS = {"checkpoints", "diffusion_models", "text_encoders", "clip", "loras", "unet", "vae"}
LOOKS = f"a diffusers folder holds {INDEX} and one folder for each part (transformer, vae, text_encoder …)"
COPY_ALL = "copy or download the whole model folder again"
MISSING = "missing"  # code of problems that a download mends


def folder_problem(folder: Path, model: str, key: str) -> Problem | None:
    """What keeps a folder from being a diffusers folder at all.

    Args:
        folder: The user's, which need not exist.
        model: As it was written.
        key: The setting.
    """
    if folder.is_file():
        what = f"{model} is a single file"
        fix = f"name a folder: {LOOKS}" if folder.suffix != ".gguf" else f"write backend.gguf={model}, and leave {key} as it was"
        return Problem(key, what, fix, "single-file")
    if not folder.is_dir():
        what = f"there is no folder {str(folder)!r}"
        return Problem(key, what, "name a folder that is there, or a hub id: owner/name", "no-folder")
    if not (folder / INDEX).is_file():
        return Problem(key, f"{model} holds no {INDEX}{_seems(folder)}", _place_of_index(folder), "no-index")
    index = read_json(folder / INDEX)
    if not isinstance(index, Mapping) or not isinstance(index.get("_class_name"), str):
        return Problem(str(folder / INDEX), "it does not name a pipeline of diffusers", COPY_ALL, "index")
    return None


def parts(folder: Path) -> dict[str, tuple[str, str]]:
    """The parts that the index names and that are there: name -> (library, class).

    Args:
        folder: With an index that can be read.
    """
    index = read_json(folder / INDEX)
    pairs = index.items() if isinstance(index, Mapping) else ()
    named = {name: value for name, value in pairs if isinstance(value, list) and len(value) == 2}
    return {name: (str(library), str(kind)) for name, (library, kind) in named.items() if library is not None and kind is not None}


def layout_problems(folder: Path, without: Collection[str] = ()) -> list[Problem]:
    """Everything that is missing in a diffusers folder, damaged, or would run code.

    Args:
        folder: With an index that can be read.
        without: Parts whose weights come from elsewhere.
    """
    problems: list[Problem] = []
    for name, (library, kind) in parts(folder).items():
        if library not in LIBRARIES:
            what = f"its part {name!r} comes with code of its own ({library}), which is never run"
            problems.append(Problem(str(folder / INDEX), what, "use a checkpoint made of diffusers' own parts", "remote-code"))
        elif name in without and not (folder / name).is_dir():
            continue
        elif not (folder / name).is_dir():
            what = f"its part {name!r} is missing: there is no folder {name}"
            problems.append(Problem(str(folder), what, COPY_ALL, MISSING))
        else:
            problems += _part_problems(folder / name, LIBRARIES[library], kind, weights=name not in without)
    return problems


def read_json(path: Path) -> Any:
    """The content of a JSON file; None where it is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _part_problems(folder: Path, stem: str, kind: str, *, weights: bool) -> Iterator[Problem]:
    if "Scheduler" in kind:
        yield from _config_problems(folder / "scheduler_config.json")
    elif "Tokenizer" in kind:
        yield from _config_problems(folder / "tokenizer_config.json")
        if not any(all((folder / name).is_file() for name in names) for names in TOKENIZER_FILES):
            yield Problem(str(folder), "the tokenizer's words are missing: tokenizer.json or spiece.model", COPY_ALL, MISSING)
    elif "Processor" in kind or "FeatureExtractor" in kind:
        yield from _config_problems(folder / "preprocessor_config.json")
    else:
        yield from _config_problems(folder / "config.json")
        if (folder / ADAPTER).exists():
            what = "it names weights that lie elsewhere (an adapter), which transformers would load instead"
            yield Problem(str(folder / ADAPTER), what, "use a checkpoint without it; LoRAs are given as backend.loras", "adapter")
        if weights:
            yield from _weights_problems(folder, stem)


def _config_problems(path: Path) -> Iterator[Problem]:
    if not path.is_file():
        yield Problem(str(path), "it is missing", COPY_ALL, MISSING)
        return
    content = read_json(path)
    if not isinstance(content, Mapping):
        yield Problem(str(path), "it can't be read as JSON", COPY_ALL, "config")
    elif "auto_map" in content:
        what = "it names code of the checkpoint's own (auto_map), which is never run"
        yield Problem(str(path), what, "use a checkpoint made of diffusers' and transformers' own parts", "remote-code")


def _weights_problems(folder: Path, stem: str) -> Iterator[Problem]:
    """Of a single file and an index with shards, diffusers reads the index, transformers the file."""
    whole, index = folder / f"{stem}.safetensors", folder / f"{stem}.safetensors.index.json"
    if index.is_file() and (stem == LIBRARIES["diffusers"] or not whole.is_file()):
        yield from _shard_problems(index)
    elif whole.is_file():
        yield from safetensors_problems(whole)
    else:
        yield _no_weights(folder, stem)


def _shard_problems(index: Path) -> Iterator[Problem]:
    content = read_json(index)
    shards = content.get("weight_map") if isinstance(content, Mapping) else None
    if not isinstance(shards, Mapping) or not shards:
        yield Problem(str(index), "it does not say which file holds which weights", COPY_ALL, "config")
        return
    names = sorted({str(name) for name in shards.values()})
    foreign = [name for name in names if Path(name).name != name or not name.endswith(".safetensors")]
    if foreign:
        yield Problem(str(index), f"it names a file that can't be part of it: {foreign[0]!r}", COPY_ALL, "config")
        return
    gone = [name for name in names if not (index.parent / name).is_file()]
    if gone:
        what = f"{len(gone)} of its {len(names)} files of weights are missing: {', '.join(gone)}"
        yield Problem(str(index.parent), what, COPY_ALL, MISSING)
    for name in names:
        if name not in gone:
            yield from safetensors_problems(index.parent / name)


def _no_weights(folder: Path, stem: str) -> Problem:
    names = sorted(path.name for path in folder.iterdir())
    pickles = [name for name in names if name.endswith(PICKLES)]
    variants = [name for name in names if name.startswith(f"{stem}.") and name.endswith(".safetensors")]
    if variants:
        what, fix = f"it holds {variants[0]}, and not {stem}.safetensors", f"rename it to {stem}.safetensors"
        return Problem(str(folder), what, fix, "variant")
    if pickles:
        what = f"its weights are in {pickles[0]}, a format that can run code when it is opened; only .safetensors is read"
        return Problem(str(folder), what, "use a version of the model with .safetensors files", "pickle")
    return Problem(str(folder), f"its weights are missing: {stem}.safetensors", COPY_ALL, MISSING)


def _seems(folder: Path) -> str:
    """What else such a folder often is."""
    names = {path.name for path in folder.iterdir()}
    files = sorted(name for name in names if name.endswith((".safetensors", ".gguf", *PICKLES)))
    if len(names & COMFY_FOLDERS) > 1 and not any((folder / name / "config.json").exists() for name in names):
        return "; it seems to be a ComfyUI folder of models, which are single files"
    return f"; it holds single files ({files[0]}), as ComfyUI uses them" if files else ""


def _place_of_index(folder: Path) -> str:
    inside = sorted(path.parent for path in folder.glob(f"*/{INDEX}"))
    if inside:
        return f"did you mean {inside[0]}?" if len(inside) == 1 else f"name one of {', '.join(path.name for path in inside)} in it"
    owner, _, name = folder.name.removeprefix("models--").partition("--")
    if folder.name.startswith("models--") and name:
        return f"this is a folder of the hub's cache: write the hub id, {owner}/{name}"
    if (folder.parent / INDEX).is_file():
        return f"did you mean {folder.parent}?"
    return f"name the model's folder: {LOOKS}"
