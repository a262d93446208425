"""Embeddings that are kept: exactly, and never taken for another's."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from storyvid.diffusion.prompts import EmbeddingCache, embedding_key, lost_words
from storyvid.tiny.text import make_tokenizer

EMBEDDING = {"prompt_embeds": torch.randn(1, 6, 4, generator=torch.Generator().manual_seed(1))}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_what_is_kept_comes_back_to_the_last_bit(tmp_path: Path, dtype: torch.dtype) -> None:
    embedding = {name: tensor.to(dtype) for name, tensor in EMBEDDING.items()}
    EmbeddingCache(tmp_path).keep("key", embedding)
    found = EmbeddingCache(tmp_path).find("key")
    assert found is not None
    assert found["prompt_embeds"].dtype == dtype
    assert torch.equal(found["prompt_embeds"], embedding["prompt_embeds"])
    assert EmbeddingCache(tmp_path).find("other") is None


def test_a_kept_one_may_be_read_by_whoever_may_read_other_files(tmp_path: Path) -> None:
    EmbeddingCache(tmp_path / "kept").keep("key", EMBEDDING)
    (tmp_path / "other").touch()
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.stat().st_mode == (tmp_path / "other").stat().st_mode


def test_without_a_folder_they_are_kept_as_long_as_the_cache_lives() -> None:
    cache = EmbeddingCache(None)
    cache.keep("key", EMBEDDING)
    assert cache.find("key") is not None
    assert EmbeddingCache(None).find("key") is None


@pytest.mark.parametrize("how", ["flipped", "short", "empty"])
def test_a_damaged_one_counts_as_none(tmp_path: Path, how: str) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.keep("key", EMBEDDING)
    path = next(tmp_path.iterdir())
    whole = path.read_bytes()
    path.write_bytes({"flipped": whole[:-1] + bytes([whole[-1] ^ 1]), "short": whole[:-9], "empty": b""}[how])
    assert cache.find("key") is None
    cache.keep("key", EMBEDDING)
    assert cache.find("key") is not None


def test_a_key_is_of_the_text_and_of_everything_else() -> None:
    keys = {embedding_key(text=text, dtype=dtype) for text in ("a", "b") for dtype in ("float32", "bfloat16")}
    assert len(keys) == 4


def test_the_words_that_would_be_cut_off_are_known() -> None:
    tokenizer = make_tokenizer()
    assert lost_words(tokenizer, "a woman walks", 4) == ""
    assert lost_words(tokenizer, "a woman walks slowly", 4) == "slowly"
    assert lost_words(tokenizer, "", 4) == ""
