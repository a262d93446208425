"""Finding words in a text, and numbers that follow from it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping


def stable_seed(*parts: object) -> int:
    """A 64-bit number that depends only on the parts: the same on every machine and in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")


def mentions(pattern: str, text: str) -> int:
    """How often the alternatives of ``pattern`` occur in ``text`` as whole words, ignoring case."""
    return len(re.findall(rf"\b(?:{pattern})\b", text.casefold()))


def first_match(table: Mapping[str, str], text: str) -> str | None:
    """The key whose words occur earliest in ``text``; the longer match wins at the same place."""
    found: list[tuple[int, int, int, str]] = []
    for order, (key, pattern) in enumerate(table.items()):
        match = re.search(rf"\b(?:{pattern})\b", text.casefold())
        if match:
            found.append((match.start(), -len(match[0]), order, key))
    return min(found)[3] if found else None
