"""FFmpeg's filters: every frame in gives one out, in order."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from storyvid.video import FilterGraph, RgbReader, read_yuv_frames, write_clip

from .pictures import FPS, counted, number_of


def test_frames_come_out_in_order_through_every_step(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", counted(9), FPS)
    frames = list(read_yuv_frames(tmp_path / "clip.mp4"))
    graph = FilterGraph(frames[:1], FPS, [("vflip", ""), ("scale", "128:72:flags=neighbor"), ("format", "yuv444p")])
    got = []
    for position, frame in enumerate(frames):
        graph.push([frame], position)
        got += list(graph.pull())
    assert [(frame.height, frame.width, frame.format.name) for frame in got] == [(72, 128, "yuv444p")] * 9
    to_rgb = RgbReader()
    assert [number_of(to_rgb(frame)[::2, ::2]) for frame in got] == list(range(9))


def test_two_inputs_are_mixed(tmp_path: Path) -> None:
    for name, value in (("a", 40), ("b", 200)):
        write_clip(tmp_path / f"{name}.mp4", [np.full((36, 64, 3), value, np.uint8)] * 2, FPS)
    pairs = list(zip(*(read_yuv_frames(tmp_path / f"{name}.mp4") for name in "ab"), strict=True))
    graph = FilterGraph(pairs[0], FPS, [("blend", "all_mode=average")])
    mixed = []
    for position, pair in enumerate(pairs):
        graph.push(pair, position)
        mixed += list(graph.pull())
    assert len(mixed) == 2
    assert np.abs(RgbReader()(mixed[0]).astype(int) - 120).max() <= 2
