"""Tables as text, for the console."""

from __future__ import annotations

from collections.abc import Container, Sequence


def columns(rows: Sequence[Sequence[str]], right: Container[int] = ()) -> list[str]:
    """Rows as lines whose cells stand below each other.

    Args:
        rows: The headings first; all of one length. Without any there are no lines.
        right: Columns that end below each other instead, by number: those of sizes.
    """
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    aligned = [[cell.rjust(widths[n]) if n in right else cell.ljust(widths[n]) for n, cell in enumerate(row)] for row in rows]
    return ["  ".join(cells).rstrip() for cells in aligned]
