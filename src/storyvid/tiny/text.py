"""A small tokenizer and small T5 text encoders with random weights."""

from __future__ import annotations

from typing import Any

from transformers import T5Config, T5EncoderModel, T5Tokenizer, UMT5Config, UMT5EncoderModel

WIDTH = 32  # of the text embeddings; what the tiny transformers expect

WORDS = """
a the of in on at by from to with and is are man woman child person dog cat bird horse boat car train tree house hand face
walks runs stands sits turns looks opens moves slowly quickly camera shot wide medium close pans tilts follows still light dark
morning noon evening night sun moon rain snow fog wind sea beach forest mountain city street village room window door lamp
lighthouse keeper storm sky water warm cold soft golden blue red green white black style film cinematic bright blurred
overexposed static subtitles ugly low quality deformed background
"""


def make_tokenizer() -> T5Tokenizer:
    """A T5 tokenizer whose pieces are everyday words and single letters, so that other words still differ from each other.

    The pieces are listed and not trained: training in several threads would not give the same file everywhere.
    """
    letters = [chr(code) for code in range(33, 127)]
    words = [f"▁{word}" for word in WORDS.split()]
    special = [(name, 0.0) for name in ("<pad>", "</s>", "<unk>")]
    scored = [(piece, score) for pieces, score in ((["▁"], -2.0), (words, -4.0), (letters, -8.0)) for piece in pieces]
    return T5Tokenizer(vocab=special + scored, extra_ids=0)


def make_umt5(tokenizer: T5Tokenizer) -> UMT5EncoderModel:
    """The text encoder of Wan's kind, with a random state of its own.

    Args:
        tokenizer: Whose tokens it reads.
    """
    return UMT5EncoderModel(UMT5Config(**_sizes(tokenizer)))


def make_t5(tokenizer: T5Tokenizer) -> T5EncoderModel:
    """The text encoder of LTX-Video's kind; see `make_umt5`."""
    return T5EncoderModel(T5Config(**_sizes(tokenizer)))


def _sizes(tokenizer: T5Tokenizer) -> dict[str, Any]:
    """Two layers; gated GELU and the rest as in T5 v1.1, which both XXL encoders are built like."""
    return {
        "vocab_size": len(tokenizer), "d_model": WIDTH, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4,
        "feed_forward_proj": "gated-gelu", "dropout_rate": 0.0, "tie_word_embeddings": False, "pad_token_id": 0, "eos_token_id": 1,
    }  # fmt: skip
