"""Finding words in a text, and numbers that follow from it."""

from __future__ import annotations

import hashlib

from storyvid.backends.animatic.words.phrases import folded, whole_words


def stable_seed(*parts: object) -> int:
    """A 64-bit number that depends only on the parts: the same on every machine and in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")


def mentions(pattern: str, text: str) -> int:
    """How often the alternatives of ``pattern`` occur in ``text`` as whole words, ignoring case."""
    return whole_words(pattern).count(folded(text))
