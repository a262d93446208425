"""The page's rows as HTML: a shot with its words and controls, and its takes beside it. Every text is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from storyvid.record.compare.facts import Setting, marked_words, shown_settings
from storyvid.record.compare.preview import Previews, base64_text
from storyvid.record.compare.read import Column, Comparison, Row, Take


class RowWriter:
    """Writes the rows of one page.

    Args:
        comparison: What is shown.
        previews: The small videos by the excerpts' keys.
        names: Ids of the elements that hold the videos, by the same keys.
    """

    def __init__(self, comparison: Comparison, previews: Previews, names: Mapping[tuple[Any, ...], str]) -> None:
        self._comparison, self._previews, self._names = comparison, previews, names

    def html(self, index: int, row: Row) -> str:
        """One shot.

        Args:
            index: Of the row, from 0.
            row: The shot.
        """
        name = escape(row.shot_id)
        return f"""<section class="shot" aria-labelledby="shot-{index}">
<div class="info">
<h2 id="shot-{index}">{name}</h2>
<p class="when">{float(row.duration_s):.2f} s, from {float(row.start_s):.2f} s</p>
<p class="prompt" dir="auto" tabindex="0" aria-label="What {name} shows">{escape(row.prompt)}</p>
{self._controls(row)}
</div>
<div class="takes" role="radiogroup" aria-label="Take of {name} to use">
{self._takes(index, row)}
</div>
</section>"""

    def _controls(self, row: Row) -> str:
        shown = [self._previews[take.excerpt.key].num_frames for take in row.takes if take and take.excerpt]
        name, off, count = escape(row.shot_id), "" if shown else " disabled", max(shown, default=1)
        return f"""<div class="controls" role="group" aria-label="Play {name}">
<button type="button" class="play" aria-pressed="false"{off}>Play</button>
<button type="button" class="back" aria-label="One frame back"{off}>‹</button>
<button type="button" class="forth" aria-label="One frame on"{off}>›</button>
<input type="range" min="0" max="{count - 1}" value="0" step="1" aria-label="Frame of {name}"{off}>
<output>{f"{count} frames" if shown else ""}</output>
</div>"""

    def _takes(self, index: int, row: Row) -> str:
        settings = shown_settings([take.settings if take else None for take in row.takes])
        prompts = list(own_prompts(row.takes))
        chosen = next((take for take in row.takes if take and take.picked), None)
        cells = []
        for number, (column, take) in enumerate(zip(self._comparison.columns, row.takes, strict=True)):
            label = escape(column_label(column, self._comparison, take))
            if take is None:
                head, body = f'<p class="choose"><b>{label}</b></p>', '<div class="picture none"><p>not rendered</p></div>'
            else:
                head = choice_html(index, column, take, label, checked=take is chosen)
                picture = self._picture(take, f"{escape(row.shot_id)}, {label}")
                body = f"{picture}\n{tags_html(take)}\n{facts_html(take, settings[number], prompts[number])}"
            cells.append(f'<div class="take">\n{head}\n{body}\n</div>')
        return "\n".join(cells)

    def _picture(self, take: Take, label: str) -> str:
        if take.excerpt is None:
            kind = "failed" if take.status == "failed" else "none"
            told = escape(take.error or f"{take.status}: there is no clip")
            return f'<div class="picture {kind}" tabindex="0"><p>{told}</p></div>'
        preview = self._previews[take.excerpt.key]
        size = f'width="{preview.width}" height="{preview.height}"'
        data = f'data-clip="{self._names[take.excerpt.key]}" data-frames="{preview.num_frames}" data-fps="{float(preview.fps)!r}"'
        poster = f'poster="data:image/jpeg;base64,{base64_text(preview.poster)}"'
        video = f'<video muted playsinline loop preload="none" {size} {data} aria-label="{label}" {poster}></video>'
        return f'<div class="picture">{video}</div>'


def choice_html(index: int, column: Column, take: Take, label: str, *, checked: bool) -> str:
    """The label of a take, with the button that chooses it; one that has no clip can't be chosen.

    Args:
        index: Of the row.
        column: Where the take stands.
        take: The take.
        label: Escaped.
        checked: It is the one in the film.
    """
    state = f"{' checked' if checked else ''}{'' if take.excerpt else ' disabled'}"
    data = f'data-run="{column.run}" data-take="{take.number}" data-label="{label}"'
    radio = f'<input type="radio" name="take-of-{index}" {data}{state}>'
    return f'<label class="choose">{radio}<b>{label}</b><span class="use" aria-hidden="true">chosen</span></label>'


def column_label(column: Column, comparison: Comparison, take: Take | None) -> str:
    """What a take is called on the page.

    Args:
        column: Where it stands.
        comparison: For what tells the runs apart.
        take: The take there, if there is one.
    """
    number = take.number if take else column.number
    words = "no take" if number is None else f"take {number}"
    if len(comparison.runs) == 1:
        return words.capitalize()
    run = comparison.runs[column.run]
    own = " ".join(run.settings) or run.label
    return own if column.number is None else f"{own}, {words}"


def tags_html(take: Take) -> str:
    """How the take came about, in a few words."""
    tags = [("how", "reused")] if take.reused else []
    if take.stale:
        tags.append(("warn", "kept, though the shot it continues from has changed"))
    if take.status != "done":
        tags.append(("bad" if take.status == "failed" else "warn", take.status))
    items = "".join(f'<li class="{kind}">{escape(text)}</li>' for kind, text in tags)
    return f'<ul class="tags">{items}</ul>'


def facts_html(take: Take, settings: Sequence[Setting], prompt: str) -> str:
    """What the take was made with.

    Args:
        take: For the time it took.
        settings: What is shown of its settings.
        prompt: HTML of its prompt, or nothing.
    """
    lines = []
    for one in settings:
        kind = "differs" if one.differs else "same"
        lines.append(f'<div class="{kind}"><dt>{escape(one.name)}</dt><dd dir="auto">{escape(one.value)}</dd></div>')
    if take.seconds is not None:
        lines.append(f"<div><dt>rendered in</dt><dd>{seconds_text(take.seconds)}</dd></div>")
    if take.because:
        lines.append(f"<div><dt>because</dt><dd>{escape(take.because)}</dd></div>")
    if prompt:
        lines.append(f'<div class="long" tabindex="0"><dt>reads</dt><dd dir="auto">{prompt}</dd></div>')
    return f'<dl class="facts">{"".join(lines)}</dl>'


def seconds_text(seconds: float) -> str:
    """A time for people: seconds, from two minutes on with minutes."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{seconds:.1f} s" if seconds < 120 else f"{minutes} min {rest:02} s"


def own_prompts(takes: Sequence[Take | None]) -> Iterator[str]:
    """HTML of each take's prompt as the model read it, its own words marked; nothing where all takes have the same."""
    prompts = [take.prompt for take in takes if take is not None and take.prompt]
    for take in takes:
        other = next((prompt for prompt in prompts if take is not None and prompt != take.prompt), None)
        if take is None or other is None:
            yield ""
            continue
        pieces = marked_words(take.prompt, other)
        yield " ".join(f"<mark>{escape(text)}</mark>" if own else escape(text) for text, own in pieces)
