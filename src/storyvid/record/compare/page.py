"""The page: one HTML file with its style, its program, its pictures and its videos. Nothing in it asks the network.

Whatever comes from storyboards and records is untrusted: it is escaped, and the page's Content-Security-Policy runs and
loads nothing but what these templates put there.
"""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from storyvid.record.compare.preview import Previews, base64_text
from storyvid.record.compare.read import Comparison, Row
from storyvid.record.compare.rows import RowWriter
from storyvid.record.compare.runs import Run

HERE = Path(__file__).parent


def page(comparison: Comparison, previews: Previews) -> str:
    """The whole page as HTML. The same inputs give the same text.

    Args:
        comparison: What is shown.
        previews: The small videos by the excerpts' keys.
    """
    names = {key: f"clip-{number}" for number, key in enumerate(previews)}
    rows = RowWriter(comparison, previews, names)
    film = comparison.runs[0].manifest.film
    shape = round(film.width / film.height, 4)
    css = f"{_template('page.css')}:root {{ --columns: {len(comparison.columns)}; --shape: {shape}; }}\n"
    script = _template("page.js")
    clips = (f'<script type="text/plain" id="{names[key]}">{base64_text(one.video)}</script>' for key, one in previews.items())
    return Template(_template("page.html")).substitute(
        policy=_policy(css, script),
        title=escape(comparison.title),
        summary=escape(_summary(comparison)),
        css=css,
        js=script,
        runs=_runs_html(comparison.runs) if len(comparison.runs) > 1 else "",
        rows="\n".join(rows.html(index, row) for index, row in enumerate(comparison.rows)),
        facts=script_json(_facts(comparison)),
        clips="\n".join(clips),
    )


def script_json(value: Any) -> str:
    """JSON that can stand inside a script element: no text in it ends the element or begins a comment."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _template(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _policy(css: str, script: str) -> str:
    """The Content-Security-Policy: this style and this script by their hashes, pictures and videos that the page carries."""
    style_hash, script_hash = (f"'sha256-{base64_text(hashlib.sha256(text.encode()).digest())}'" for text in (css, script))
    carried = "default-src 'none'; img-src data:; media-src blob:"
    return f"{carried}; style-src {style_hash}; script-src {script_hash}; base-uri 'none'; form-action 'none'"


def _facts(comparison: Comparison) -> dict[str, Any]:
    """What the page's program needs to know."""
    shown = {row.shot_id for row in comparison.rows}
    return {
        "runs": [
            {
                "label": run.label,
                "picks": run.picks_file,
                "storyboard": run.manifest.storyboard.file,
                "others": {shot: take for shot, take in run.picks.items() if shot not in shown and take != 1},
            }
            for run in comparison.runs
        ],
        "shots": [{"id": row.shot_id, "named": _is_named(row, comparison.runs)} for row in comparison.rows],
    }


def _is_named(row: Row, runs: tuple[Run, ...]) -> bool:
    """Whether a pick of the shot must be said even when it is take 1: a run was told of another, or was told in words."""
    word = f"pick.{row.shot_id}="
    return any(
        run.picks.get(row.shot_id, 1) != 1 or any(said.lstrip("+").startswith(word) for said in run.manifest.overrides)
        for run in runs
    )


def _summary(comparison: Comparison) -> str:
    runs, takes = comparison.runs, {column.number for column in comparison.columns}
    shots = count_of(len(comparison.rows), "shot")
    if len(runs) > 1:
        return f"{shots}, {len(runs)} runs"
    status = runs[0].manifest.status
    told = "" if status == "done" else f" ({status})"
    return f"{shots}, {count_of(len(takes), 'take')}, run {runs[0].label}{told}"


def _runs_html(runs: tuple[Run, ...]) -> str:
    lines = []
    for run in runs:
        status = run.manifest.status
        words = " ".join(run.settings) or "nothing of its own"
        told = words if status == "done" else f"{words} ({status})"
        lines.append(f"<li><b>{escape(run.label)}</b><span>{escape(told)}</span></li>")
    return '<ul class="runs" aria-label="Runs, and the words that only they have">\n' + "\n".join(lines) + "\n</ul>"


def count_of(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
