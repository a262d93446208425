"""Where every shot lies in the film, in frames.

Programme time never overlaps: a transition of t frames between two shots is made from t/2 frames beyond the end of the
first and t/2 frames before the start of the second (its handles), so the film is exactly the sum of its shots.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from storyvid.errors import Problem, RenderError
from storyvid.storyboard.vocabulary import CUT_TRANSITIONS, FADE_TRANSITIONS, XFADE_NAMES, XFADE_OF


@dataclass(frozen=True)
class Segment:
    """One shot on the timeline.

    Attributes:
        shot_id: The shot, for messages.
        path: Its clip.
        clip_fps: Frames per second of the clip.
        clip_frames: Frames the clip holds.
        in_frame: Clip frame (at the clip's own rate) where programme time begins.
        num_frames: Programme frames at the delivery rate.
        transition: How the edit goes into the next shot: a transition id or ``xfade:NAME``.
        transition_frames: Its length in delivery frames, even; 0 for cuts.
    """

    shot_id: str
    path: Path
    clip_fps: Fraction
    clip_frames: int
    in_frame: int
    num_frames: int
    transition: str = "cut"
    transition_frames: int = 0

    def clip_frame(self, position: int, fps: Fraction) -> int:
        """The clip frame shown at a delivery frame of the shot.

        Args:
            position: Delivery frame counted from the shot's first programme frame; negative in the head handle.
            fps: Delivery rate.
        """
        return self.in_frame + math.floor(position * self.clip_fps / fps)

    @property
    def mixes(self) -> bool:
        """Whether the transition mixes pictures of both shots, and so needs handles; cuts and fades don't."""
        return self.transition_frames > 0 and self.transition not in CUT_TRANSITIONS + FADE_TRANSITIONS


@dataclass(frozen=True)
class Timeline:
    """The whole film, ready to be assembled.

    Attributes:
        segments: The shots in order.
        fps: Delivery rate, frames per second.
        height: Pixels, even.
        width: Pixels, even.
        fit: How a clip of another shape fills the picture: crop its edges, or pad with black.
        fade_in_frames: Frames over which the film fades in from black.
    """

    segments: tuple[Segment, ...]
    fps: Fraction
    height: int
    width: int
    fit: Literal["crop", "pad"]
    fade_in_frames: int = 0

    @property
    def num_frames(self) -> int:
        """Frames of the film: the sum of its shots."""
        return sum(segment.num_frames for segment in self.segments)

    @property
    def starts(self) -> tuple[int, ...]:
        """Film frame at which each shot's programme time begins."""
        return tuple(sum(segment.num_frames for segment in self.segments[:index]) for index in range(len(self.segments)))

    def head_handle(self, index: int) -> int:
        """Delivery frames that the transition before a shot needs from before its in_frame."""
        before = self.segments[index - 1] if index else None
        return before.transition_frames // 2 if before and before.mixes else 0

    def tail_handle(self, index: int) -> int:
        """Delivery frames that the transition after a shot needs from beyond its programme end."""
        segment = self.segments[index]
        return segment.transition_frames // 2 if segment.mixes else 0

    def fade_in(self, index: int) -> int:
        """Programme frames at the start of a shot that come up from black.

        On a later shot ``fade_in`` is a dip to black whose first half is nothing, so half its length is seen.
        """
        if not index:
            return self.fade_in_frames
        before = self.segments[index - 1]
        return before.transition_frames // 2 if before.transition == "fade_in" else 0

    def fade_out(self, index: int) -> int:
        """Programme frames at the end of a shot that go to black."""
        segment = self.segments[index]
        return segment.transition_frames if segment.transition == "fade_out" else 0


def xfade_name(transition: str) -> str | None:
    """FFmpeg's xfade name of a transition id or ``xfade:NAME``; None for cuts and fades.

    Raises:
        RenderError: There is no such transition.
    """
    if transition in CUT_TRANSITIONS or transition in FADE_TRANSITIONS:
        return None
    name = XFADE_OF.get(transition) or (transition[6:] if transition.startswith("xfade:") else None)
    if name not in XFADE_NAMES:
        raise RenderError(Problem("transition", f"{transition!r} is not a transition", "use an id of the vocabulary", "transition"))
    return name


def check_timeline(timeline: Timeline) -> None:
    """Refuse a timeline that can't be assembled exactly.

    Raises:
        RenderError: No shots, an odd size, unknown or odd transitions, missing handles, transitions that overlap inside a
            shot. All problems at once, each with its shot and the frames that are missing.
    """
    problems = list(_film_problems(timeline))
    for index, segment in enumerate(timeline.segments):
        transition_problems = list(_transition_problems(timeline.segments, index))
        problems += transition_problems
        if not transition_problems and segment.num_frames > 0:
            problems += _frame_problems(timeline, index)
    if problems:
        raise RenderError(problems)


def _film_problems(timeline: Timeline) -> Iterator[Problem]:
    if not timeline.segments:
        yield Problem("timeline", "there are no shots", "keep at least one shot", "no-shots")
    if timeline.height % 2 or timeline.width % 2 or min(timeline.height, timeline.width) < 2:
        what = f"height {timeline.height}, width {timeline.width}: both must be even"
        yield Problem("timeline", what, "choose an even size", "odd-size")
    if timeline.fps <= 0:
        yield Problem("timeline", f"{timeline.fps} frames per second must be above 0", "set fps", "fps")
    if timeline.fade_in_frames < 0:
        yield Problem("timeline", f"fade_in_frames {timeline.fade_in_frames} is below 0", "set 0 or more", "fade-in")


def _where(segment: Segment) -> str:
    return f'shot "{segment.shot_id}"'


def _transition_problems(segments: Sequence[Segment], index: int) -> Iterator[Problem]:
    segment = segments[index]
    where, frames = f"{_where(segment)}, transition {segment.transition}", segment.transition_frames
    if segment.num_frames < 1 or segment.clip_fps <= 0:
        what = f"{segment.num_frames} frames from a clip of {segment.clip_fps} frames per second"
        yield Problem(_where(segment), what, "both must be above 0", "segment")
    try:
        xfade = xfade_name(segment.transition)
    except RenderError:
        yield Problem(where, "there is no such transition", "use an id of the vocabulary, or xfade:NAME", "transition")
        return
    if frames < 0 or (frames % 2 and segment.transition != "fade_out"):
        yield Problem(where, f"{frames} frames can't be split between two shots", "use an even number of frames", "odd-transition")
    if frames and segment.transition in CUT_TRANSITIONS:
        yield Problem(where, f"a cut has no length, but {frames} frames are asked for", "set 0 frames", "cut-length")
    if index == len(segments) - 1 and frames and (xfade or segment.transition == "fade_in"):
        yield Problem(where, "the last shot has nothing to go into", "use cut or fade_out", "last-transition")


def _frame_problems(timeline: Timeline, index: int) -> Iterator[Problem]:
    """Frames that the clip lacks, and transitions that meet inside the shot."""
    segment, fps = timeline.segments[index], timeline.fps
    head, tail = timeline.head_handle(index), timeline.tail_handle(index)
    missing_before = -segment.clip_frame(-head, fps)
    missing_after = segment.clip_frame(segment.num_frames + tail - 1, fps) - (segment.clip_frames - 1)
    clip = f"its clip ({segment.path.name}, {segment.clip_frames} frames, programme from frame {segment.in_frame})"
    fix = "render the shot again with longer handles, or shorten the transition"
    if missing_before > 0:
        need = f"the transition into it needs {head} frames before it" if head else "programme time starts before the clip"
        yield Problem(_where(segment), f"{need}; {clip} lacks {_frames(missing_before)} at the start", fix, "handle")
    if missing_after > 0:
        need = f"the transition out of it needs {tail} frames after it" if tail else f"it needs {segment.num_frames} frames"
        yield Problem(_where(segment), f"{need}; {clip} lacks {_frames(missing_after)} at the end", fix, "handle")
    opening, ending = head + timeline.fade_in(index), tail + timeline.fade_out(index)
    if opening + ending > segment.num_frames:
        sides = f"at its start ({_frames(opening)}) and end ({_frames(ending)})"
        what = f"the transitions {sides} overlap: it has {_frames(segment.num_frames)}"
        yield Problem(_where(segment), what, "shorten a transition or lengthen the shot", "transitions-overlap")


def _frames(count: int) -> str:
    return f"{count} frame" if count == 1 else f"{count} frames"
