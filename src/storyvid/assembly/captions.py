"""Subtitles from the storyboard's captions, dialogue and narration, placed by the frames of the film."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from storyvid.errors import Problem, RenderError
from storyvid.storyboard.schema import DialogueLine, Shot, Storyboard


@dataclass(frozen=True)
class Caption:
    """Text on screen for a time of the film.

    Attributes:
        start: Seconds from the film's first frame, exact.
        end: Seconds; the text is gone at this time.
        text: Lines separated by newlines, none of them empty.
    """

    start: Fraction
    end: Fraction
    text: str


def caption_entries(storyboard: Storyboard, starts: Mapping[str, tuple[int, int]], fps: Fraction) -> list[Caption]:
    """The subtitles of the film, in order of time, never overlapping: what is said at once is stacked.

    A caption or narration stays for its whole shot. A line of dialogue stays until a later one starts or the shot ends;
    lines without ``at`` share the time between their neighbours equally.

    Args:
        storyboard: The film in words.
        starts: Shot id to (first film frame, programme frames); shots that are not in it are left out.
        fps: Delivery rate.

    Raises:
        RenderError: Lines of dialogue that start after their shot ends.
    """
    spoken: list[Caption] = []
    problems: list[Problem] = []
    for index, shot in enumerate(storyboard.shots):
        if shot.id not in starts:
            continue
        start_frame, num_frames = starts[shot.id]
        start, length = start_frame / fps, num_frames / fps
        whole = [text for text in (shot.caption, shot.narration) if text]
        spoken += [Caption(start, start + length, cleaned(text)) for text in whole if cleaned(text)]
        times = _line_times(shot, length)
        problems += _line_problems(shot, index, times, length)
        for line, begin in zip(shot.dialogue, times, strict=True):
            end = min((time for time in times if time > begin), default=length)
            spoken.append(Caption(start + begin, start + end, _spoken_line(line, storyboard)))
    if problems:
        raise RenderError(problems)
    return stack(spoken)


def _spoken_line(line: DialogueLine, storyboard: Storyboard) -> str:
    character = storyboard.characters.get(line.speaker)
    speaker = cleaned(character.name if character else line.speaker).replace("\n", " ")
    text = cleaned(line.text)
    return f"{speaker}: {text}" if speaker and text else text


def _line_times(shot: Shot, length: Fraction) -> list[Fraction]:
    """When each line of dialogue starts, seconds after the shot's first frame."""
    given = [None if line.at is None else Fraction(repr(line.at)) for line in shot.dialogue]
    if given and given[0] is None:
        given[0] = Fraction(0)
    times: list[Fraction] = []
    for index, at in enumerate(given):
        if at is None:
            following = next((i for i in range(index, len(given)) if given[i] is not None), len(given))
            until = given[following] if following < len(given) else length
            assert until is not None
            at = times[-1] + (until - times[-1]) / (following - index + 1)
        times.append(at)
    return times


def _line_problems(shot: Shot, index: int, times: Sequence[Fraction], length: Fraction) -> Iterator[Problem]:
    for number, at in enumerate(times):
        if at >= length:
            where = f'shot "{shot.id}", shots[{index}].dialogue[{number}].at'
            what = f"{float(at):g} s is not before the shot's end ({float(length):g} s)"
            yield Problem(where, what, "start the line earlier, or lengthen the shot", "dialogue-at")


def cleaned(text: str) -> str:
    """Text without blank lines or stray spaces: a blank line would end an SRT entry."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def stack(captions: Sequence[Caption]) -> list[Caption]:
    """The same texts without overlap in time: where several are on screen they become one, in the order given."""
    shown = [caption for caption in captions if caption.text and caption.start < caption.end]
    edges = sorted({edge for caption in shown for edge in (caption.start, caption.end)})
    stacked = []
    for start, end in pairwise(edges):
        text = "\n".join(caption.text for caption in shown if caption.start <= start and end <= caption.end)
        if text:
            stacked.append(Caption(start, end, text))
    return stacked


def srt(entries: Sequence[Caption]) -> str:
    """The captions as a SubRip file: UTF-8 text, times to the nearest millisecond."""
    blocks = []
    for number, entry in enumerate(stack(entries), 1):
        blocks.append(f"{number}\n{_clock(entry.start)} --> {_clock(entry.end)}\n{cleaned(entry.text)}\n")
    return "\n".join(blocks)


def _clock(seconds: Fraction) -> str:
    milliseconds = int(seconds * 1000 + Fraction(1, 2))
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02},{milliseconds % 1000:03}"
