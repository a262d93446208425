"""Every distinct prompt is encoded once, and what came of it is kept on disk: the encoder is larger than most transformers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from loguru import logger
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from storyvid.clips.fingerprint import canonical_json
from storyvid.diffusion.hashes import file_sha256, loaded_files
from storyvid.errors import Problem, RenderError
from storyvid.video import temporary_beside

if TYPE_CHECKING:
    from storyvid.diffusion.checkpoint import Checkpoint

TEXT_PARTS = ("tokenizer", "text_encoder")
Embedding = dict[str, torch.Tensor]


def embedding_key(**inputs: Any) -> str:
    """SHA-256 over everything that changes an embedding: the text, the encoder and how it is run."""
    return hashlib.sha256(canonical_json(inputs).encode()).hexdigest()


def encoder_identity(checkpoint: Checkpoint) -> str:
    """Which tokenizer and text encoder these are: several checkpoints of a family hold the same.

    By content for a folder of the user's. The hub's cache names files by content where links can be made; elsewhere the commit
    must do, since reading them would take as long as encoding.

    Args:
        checkpoint: Holds ``tokenizer`` and ``text_encoder``.
    """
    files = [path for path in loaded_files(checkpoint.folder) if path.parent.name in TEXT_PARTS]
    if checkpoint.commit is None:
        names = {path: file_sha256(path) for path in files}
    elif all(path.is_symlink() for path in files):
        names = {path: path.readlink().name for path in files}
    else:
        return checkpoint.commit
    told = (f"{path.relative_to(checkpoint.folder).as_posix()} {name}\n" for path, name in names.items())
    return hashlib.sha256("".join(told).encode()).hexdigest()


class EmbeddingCache:
    """Embeddings by key: files of a folder, or the process's memory where there is none.

    Args:
        folder: ``outputs/.embeddings``, or None.

    Attributes:
        folder: The same.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._held: dict[str, Embedding] = {}

    def find(self, key: str) -> Embedding | None:
        """An embedding that was kept, or None; one whose bytes are not what was written is told and counts as none."""
        if self.folder is None:
            return self._held.get(key)
        path = self._path(key)
        if not path.exists():
            return None
        try:
            with safe_open(path, framework="pt") as file:
                embedding = {name: file.get_tensor(name) for name in file.offset_keys()}
                said = (file.metadata() or {}).get("sha256")
            if said != _hash_of(embedding):
                raise ValueError("it is not what was written")
            return embedding
        except (OSError, ValueError, SafetensorError) as error:
            logger.warning(f"The kept embedding {path.name} is damaged ({error}); the prompt is encoded again")
            return None

    def keep(self, key: str, embedding: Mapping[str, torch.Tensor]) -> None:
        """Keep an embedding.

        Args:
            key: From `embedding_key`.
            embedding: Tensors by name, in the type they were computed in.
        """
        whole = {name: tensor.detach().cpu().contiguous() for name, tensor in embedding.items()}
        if self.folder is None:
            self._held[key] = whole
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with temporary_beside(self._path(key)) as temporary:
            # Not by `save_file`, whose files nobody else may read, whatever the system's rule for new files is.
            temporary.write_bytes(save(whole, metadata={"sha256": _hash_of(whole)}))

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{key}.safetensors"


def checked(embedding: Embedding, text: str) -> Embedding:
    """An embedding that may be kept.

    Args:
        embedding: Tensors by name.
        text: What it was made of.

    Raises:
        RenderError: It holds values that are no numbers: kept, it would spoil every later film with this text.
    """
    if not all(torch.isfinite(tensor).all() for tensor in embedding.values()):
        what = f"the text encoder gave values that are no numbers (NaN or infinity) for {text!r}"
        fix = "set memory.dtype=bfloat16 or float32; where nothing helps the weights are damaged: copy or download them again"
        raise RenderError(Problem("memory.dtype", what, fix, "nan-embedding"))
    return embedding


def lost_words(tokenizer: Any, text: str, longest: int) -> str:
    """The end of a prompt that the encoder would not read; empty when all fits.

    Args:
        tokenizer: Of the checkpoint.
        text: As the pipeline hands it to the tokenizer.
        longest: Tokens the encoder reads, the end mark included.
    """
    ids = tokenizer(text, truncation=False, add_special_tokens=True).input_ids
    if len(ids) <= longest:
        return ""
    words: str = tokenizer.decode(ids[longest - 1 :], skip_special_tokens=True)
    return words.strip()


def _hash_of(embedding: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 over names, types, shapes and bytes; bfloat16 has no numpy type, so bytes are taken by view."""
    digest = hashlib.sha256()
    for name in sorted(embedding):
        tensor = embedding[name].contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
