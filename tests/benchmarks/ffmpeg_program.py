"""The film that storyvid assembles, made by the ``ffmpeg`` program from one filter graph: what a practised user would type."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from storyvid.assembly.timeline import Timeline, xfade_name


def find_ffmpeg() -> str | None:
    """The program on the path, else the one of the package imageio-ffmpeg, else None."""
    program = shutil.which("ffmpeg")
    if program is not None:
        return program
    try:
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return None


def version_of(program: str) -> str:
    """What the program says it is."""
    printed = subprocess.run([program, "-version"], capture_output=True, encoding="utf-8", errors="replace", check=True).stdout
    return " ".join(printed.split()[:3])


def ffmpeg_words(program: str, timeline: Timeline, film: Path, *, crf: int, preset: str) -> list[str]:
    """The command line for a film of dissolves, with the encoder's settings that storyvid uses.

    Args:
        program: From `find_ffmpeg`.
        timeline: At least two shots at the film's rate, each join a transition that mixes.
        film: MP4 to write.
        crf: Constant rate factor.
        preset: x264's preset.
    """
    inputs = [word for segment in timeline.segments for word in ("-i", str(segment.path))]
    encoder = ["-c:v", "libx264", "-preset", preset, "-crf", str(crf), "-movflags", "+faststart", "-an"]
    graph = ";".join(_filters(timeline))
    return [program, "-y", "-v", "error", "-nostdin", *inputs, "-filter_complex", graph, "-map", "[film]", *encoder, str(film)]


def _filters(timeline: Timeline) -> Iterator[str]:
    """One chain per shot, one per join, and the way to 4:2:0."""
    fps = timeline.fps
    for index, segment in enumerate(timeline.segments):
        start = segment.in_frame - timeline.head_handle(index)
        end = segment.in_frame + segment.num_frames + timeline.tail_handle(index)
        size = f"scale={timeline.width}:{timeline.height}:flags=lanczos:out_color_matrix=bt709:out_range=tv,format=yuv444p"
        yield f"[{index}:v]trim=start_frame={start}:end_frame={end},settb={1 / fps},setpts=N,{size}[v{index}]"
    last, frames = "v0", 0
    for index, segment in enumerate(timeline.segments[:-1]):
        frames += segment.num_frames
        length = segment.transition_frames
        offset = (frames - length // 2) / fps
        name = f"xfade=transition={xfade_name(segment.transition)}"
        yield f"[{last}][v{index + 1}]{name}:duration={float(length / fps):.6f}:offset={float(offset):.6f}[x{index}]"
        last = f"x{index}"
    yield f"[{last}]scale=flags=area:out_color_matrix=bt709:out_range=tv,format=yuv420p[film]"
