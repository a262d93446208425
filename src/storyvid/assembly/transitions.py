"""The pictures of a transition: FFmpeg's xfade over the handles of two shots, dips, and fades to and from black.

xfade works on 4:4:4 only. Effects that paint black run in RGB: in YUV xfade takes black to be luma 0 and chroma 127,
which is below video black and slightly green, where limited range needs 16 and 128. Dips are made here: xfade's
``fadeblack`` has lost the first shot after a fifth of its length, while an editor's dip is black in the middle.
xfade's first frame, where nothing has happened yet, is not used: slides and reveals read a row beyond the picture there,
so that it shows whatever lies in memory, another picture at every run (seen with FFmpeg 8.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np

from storyvid.assembly.timeline import xfade_name
from storyvid.errors import Problem, RenderError
from storyvid.video import FilterGraph, YuvFrame, halve_chroma, yuv_frame_like

PAINTS_BLACK_OR_WHITE = frozenset({"fadeblack", "fadewhite", "circlecrop", "rectcrop"})
BLACK_LUMA = 16
WHITE_LUMA = 235
NEUTRAL_CHROMA = 128
FROM_RGB = [("scale", "flags=area:out_color_matrix=bt709:out_range=tv"), ("format", "yuv420p")]
DIP_LUMA = {"dip_to_black": BLACK_LUMA, "dip_to_white": WHITE_LUMA}


def mix(
    transition: str, outgoing: Iterable[YuvFrame], incoming: Iterable[YuvFrame], num_frames: int, fps: Fraction
) -> Iterator[YuvFrame]:
    """The frames of a transition, yuv420p; the first shows the outgoing shot alone, as FFmpeg counts.

    Holds a few frames at a time, whatever the length.

    Args:
        transition: Transition id that mixes two shots, or ``xfade:NAME``.
        outgoing: ``num_frames`` frames from the end of one shot, in the format of `mix_pix_fmt`.
        incoming: As many from the start of the next.
        num_frames: Length of the transition, even.
        fps: Frames per second.

    Raises:
        RenderError: There is no such transition, or FFmpeg gives another number of frames.
    """
    if transition in DIP_LUMA:
        return _dip(DIP_LUMA[transition], outgoing, incoming, num_frames)
    return _xfade(xfade_name(transition) or "", outgoing, incoming, num_frames, fps)


def mix_pix_fmt(transition: str) -> str:
    """The pixel format in which `mix` takes its frames: yuv420p for dips, else yuv444p, or gbrp for effects that paint black."""
    if transition in DIP_LUMA:
        return "yuv420p"
    return "gbrp" if xfade_name(transition) in PAINTS_BLACK_OR_WHITE else "yuv444p"


def _dip(luma: int, outgoing: Iterable[YuvFrame], incoming: Iterable[YuvFrame], num_frames: int) -> Iterator[YuvFrame]:
    half = num_frames // 2
    for position, (before, after) in enumerate(zip(outgoing, incoming, strict=True)):
        yield fade(before if position < half else after, abs(Fraction(half - position, half)), luma)


def _xfade(
    name: str, outgoing: Iterable[YuvFrame], incoming: Iterable[YuvFrame], num_frames: int, fps: Fraction
) -> Iterator[YuvFrame]:
    given = 0
    for frame in _xfade_graph(name, outgoing, incoming, num_frames, fps):
        given += 1
        yield frame
    if given != num_frames:
        what = f"FFmpeg's xfade gave {given} of {num_frames} frames"
        raise RenderError(Problem(f"transition {name}", what, "use a dissolve", "xfade"))


def _xfade_graph(
    name: str, outgoing: Iterable[YuvFrame], incoming: Iterable[YuvFrame], num_frames: int, fps: Fraction
) -> Iterator[YuvFrame]:
    """What xfade gives, its first frame replaced by the outgoing shot's."""
    # Time options are whole microseconds; xfade turns them back into frames by rounding, which is exact.
    effect = ("xfade", f"transition={name}:offset=0:duration={round(num_frames / fps * 1_000_000)}us")
    mixer: FilterGraph | None = None
    for position, pair in enumerate(zip(outgoing, incoming, strict=True)):
        mixer = mixer or FilterGraph(pair, fps, [effect, *_colour_steps(pair[0])])
        if position == 0:
            yield _alone(pair[0], fps)
        mixer.push(pair, position)
        yield from _all_but_the_first(mixer.pull())
    if mixer is not None:
        mixer.push((None, None), num_frames)
        yield from _all_but_the_first(mixer.pull())


def _colour_steps(frame: YuvFrame) -> list[tuple[str, str]]:
    """The filters that bring a frame from RGB to delivery; 4:4:4 is brought there without filters, five times as fast."""
    return [] if frame.format.name == "yuv444p" else FROM_RGB


def _all_but_the_first(frames: Iterable[YuvFrame]) -> Iterator[YuvFrame]:
    return (_halved(frame) for frame in frames if frame.pts != 0)


def _halved(frame: YuvFrame) -> YuvFrame:
    return halve_chroma(frame) if frame.format.name == "yuv444p" else frame


def _alone(frame: YuvFrame, fps: Fraction) -> YuvFrame:
    """One frame as xfade would have passed it on."""
    steps = _colour_steps(frame)
    if not steps:
        return _halved(frame)
    graph = FilterGraph((frame,), fps, steps)
    graph.push((frame,), 0)
    graph.push((None,), 1)
    (passed,) = graph.pull()
    return passed


def fade(frame: YuvFrame, amount: Fraction, luma: int = BLACK_LUMA) -> YuvFrame:
    """A yuv420p frame mixed with black or white.

    Args:
        frame: BT.709 limited range.
        amount: How much of the frame is left: 0 (none) to 1 (untouched).
        luma: Luma of what it is mixed with, 16 (black) to 235 (white).
    """
    if amount >= 1:
        return frame
    planes = frame.to_ndarray().astype(np.int32)  # height luma rows, then the chroma planes
    plain = np.full((planes.shape[0], 1), NEUTRAL_CHROMA, np.int32)
    plain[: frame.height] = luma
    numerator, denominator = amount.numerator, amount.denominator
    mixed = plain + ((planes - plain) * numerator * 2 + denominator) // (2 * denominator)
    return yuv_frame_like(frame, np.clip(mixed, 0, 255).astype(np.uint8))


def fade_brightness(position: int, num_frames: int, fade_in: int, fade_out: int) -> Fraction:
    """How much of a frame of a shot is left by its fades: the first of a fade in and the last of a fade out are black.

    Args:
        position: Programme frame of the shot, from 0.
        num_frames: Programme frames of the shot.
        fade_in: Frames that come up from black.
        fade_out: Frames that go to black.
    """
    up = Fraction(position, fade_in) if position < fade_in else Fraction(1)
    left = num_frames - 1 - position
    down = Fraction(left, fade_out) if left < fade_out else Fraction(1)
    return min(up, down)
