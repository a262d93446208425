"""Films are reopened: exact frames in the right order, exact length, tags, sound, and nothing left behind."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from storyvid.ahead import ahead
from storyvid.assembly.film import assemble, film_frames, fit_steps
from storyvid.assembly.timeline import Segment, Timeline
from storyvid.errors import RenderError
from storyvid.film import planned_timeline
from storyvid.video import Frame, RgbReader, probe, read_frames, read_yuv_frames, write_clip
from tests.films import film as planned_film
from tests.films import storyboard

FPS = Fraction(24)
NTSC = Fraction(24000, 1001)
HEIGHT, WIDTH = 72, 128
QUICK = {"codec": "h264", "crf": 12, "preset": "ultrafast", "tags": {}}


def numbered(number: int, height: int = HEIGHT, width: int = WIDTH) -> Frame:
    """A picture that carries a number as eight bars across its middle."""
    bits = (number >> np.arange(8)) & 1
    row = np.repeat(bits * 255, width // 8).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (height, width, 3)))


def number_of(frame: Frame) -> int:
    height, width = frame.shape[:2]
    return int(((frame[height // 2, width // 16 :: width // 8, 1] > 127) << np.arange(8)).sum())


def clip(folder: Path, shot_id: str, numbers: range, fps: Fraction = FPS) -> Segment:
    """A clip of numbered frames, all of it programme time."""
    path = folder / f"{shot_id}.mp4"
    write_clip(path, map(numbered, numbers), fps)
    return Segment(shot_id, path, fps, len(numbers), 0, len(numbers))


def plain(folder: Path, name: str, colour: tuple[int, int, int], count: int, height: int = HEIGHT, width: int = WIDTH) -> Segment:
    path = folder / f"{name}.mp4"
    write_clip(path, [np.full((height, width, 3), colour, np.uint8)] * count, FPS)
    return Segment(name, path, FPS, count, 0, count)


def timeline(*segments: Segment, **fields: Any) -> Timeline:
    return replace(Timeline(segments, FPS, HEIGHT, WIDTH, "crop"), **fields)


def film_numbers(line: Timeline, path: Path) -> list[int]:
    info = assemble(line, path, **QUICK)
    assert probe(path).num_frames == info.num_frames == line.num_frames
    return [number_of(frame) for frame in read_frames(path)]


def test_cuts_show_every_programme_frame_once(tmp_path: Path) -> None:
    first = replace(clip(tmp_path, "A", range(0, 30)), in_frame=5, num_frames=20)
    second = replace(clip(tmp_path, "B", range(100, 130)), in_frame=0, num_frames=12)
    assert film_numbers(timeline(first, second), tmp_path / "film.mp4") == [*range(5, 25), *range(100, 112)]


def test_transition_keeps_the_length_and_the_positions(tmp_path: Path) -> None:
    first = replace(clip(tmp_path, "A", range(0, 40)), in_frame=4, num_frames=24, transition="wipe_left", transition_frames=8)
    second = replace(clip(tmp_path, "B", range(100, 140)), in_frame=10, num_frames=12)
    numbers = film_numbers(timeline(first, second), tmp_path / "film.mp4")
    assert len(numbers) == 36
    assert numbers[:21] == list(range(4, 25))  # the wipe's first frame still shows the whole first shot
    assert numbers[28:] == list(range(114, 122))


def test_transition_mixes_the_right_pair_of_frames(tmp_path: Path) -> None:
    first = replace(clip(tmp_path, "A", range(0, 40)), in_frame=4, num_frames=24, transition="dissolve", transition_frames=8)
    second = replace(clip(tmp_path, "B", range(100, 140)), in_frame=10, num_frames=12)
    assemble(timeline(first, second), tmp_path / "film.mp4", **QUICK)
    middle = list(read_frames(tmp_path / "film.mp4"))[24].astype(float)  # the cut: half of each
    expected = (numbered(28).astype(float) + numbered(110)) / 2
    assert np.abs(middle - expected).mean() < 8


def test_several_transitions_in_a_row(tmp_path: Path) -> None:
    parts = [
        replace(
            clip(tmp_path, f"S{i}", range(40 * i, 40 * i + 30)), in_frame=6, num_frames=12, transition=kind, transition_frames=12
        )
        for i, kind in enumerate(["dissolve", "dip_to_black", "xfade:circlecrop", "cover_left", "cut"])
    ]
    parts[-1] = replace(parts[-1], transition_frames=0)
    numbers = film_numbers(timeline(*parts), tmp_path / "film.mp4")
    assert len(numbers) == 60
    assert numbers[:7] == list(range(6, 13))
    assert numbers[-6:] == list(range(172, 178))


@pytest.mark.parametrize(
    ("clip_fps", "expected"),
    [
        (Fraction(7), [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3]),
        (Fraction(16), [0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7]),
        (Fraction(48), [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]),
    ],
)
def test_rates_differ_by_repeating_or_leaving_out(tmp_path: Path, clip_fps: Fraction, expected: list[int]) -> None:
    segment = replace(clip(tmp_path, "A", range(24), clip_fps), num_frames=12)
    assert film_numbers(timeline(segment), tmp_path / "film.mp4") == expected


@pytest.mark.parametrize("rate", [7, 16])
def test_a_slower_models_clips_are_shown_as_they_were_planned(tmp_path: Path, rate: int) -> None:
    shots = {"duration": 1.3, "transition": {"type": "dissolve", "duration": 0.5}}, {"duration": 0.9, "continuity": "continue"}
    words = [f"backend.limits.fps={rate}", "resolution.height=72", "resolution.width=128", "upscale=none"]
    prepared = planned_film(storyboard(*shots), *words)
    clips = {}
    for number, shot in enumerate(prepared.plan.shots):
        made = clip(tmp_path, shot.shot.id, range(100 * number, 100 * number + shot.asked_frames), Fraction(rate))
        clips[shot.shot.id] = made.path, made.clip_fps, made.clip_frames
    shown = film_numbers(planned_timeline(prepared.plan, prepared.config, clips), tmp_path / "film.mp4")
    first, second = prepared.plan.shots
    assert shown[: 31 - 6] == [n * rate // 24 for n in range(31 - 6)]  # the other 6 are the dissolve's
    start = second.in_frame + 100
    assert shown[31 + 6 :] == [start + n * rate // 24 for n in range(6, second.num_frames)]
    assert (first.num_frames, len(shown), second.opening.clip_frame) == (31, 53, 30 * rate // 24)


def test_sixty_shots_of_twelve_frames(tmp_path: Path) -> None:
    whole = clip(tmp_path, "A", range(24))
    parts = [replace(whole, in_frame=6, num_frames=12, transition="dissolve", transition_frames=4) for _ in range(60)]
    parts[-1] = replace(parts[-1], transition="cut", transition_frames=0)
    before = threading.active_count()
    assert film_numbers(timeline(*parts), tmp_path / "film.mp4")[4:8] == [10, 11, 12, 13]
    assert threading.active_count() <= before


def test_fades_are_black_at_the_ends(tmp_path: Path) -> None:
    white = plain(tmp_path, "W", (255, 255, 255), 24)
    fading = [
        replace(white, transition="fade_out", transition_frames=6),
        replace(white, transition="fade_in", transition_frames=8),
        white,
    ]
    assemble(timeline(*fading, fade_in_frames=4), tmp_path / "film.mp4", **QUICK)
    light = [round(float(frame.mean())) for frame in read_frames(tmp_path / "film.mp4")]
    assert light[0] <= 2
    assert light[4] >= 253
    assert light[17] >= 253
    assert light[23] <= 2
    assert light[24] >= 253  # in the middle of the film, a hard cut follows
    assert light[47] >= 253
    assert light[48] <= 2
    assert light[52] >= 253


def test_colours_survive_the_whole_way(tmp_path: Path) -> None:
    for name, colour in {"red": (230, 20, 20), "teal": (10, 160, 150), "skin": (224, 172, 140), "gray": (128, 128, 128)}.items():
        small = plain(tmp_path, name, colour, 3, HEIGHT // 2, WIDTH // 2)
        assemble(timeline(small), tmp_path / "film.mp4", **QUICK)
        with av.open(str(tmp_path / "film.mp4")) as container:
            naive = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
        assert np.abs(naive[-1] - colour).max() <= 3


@pytest.mark.parametrize(("height", "width"), [(100, 60), (60, 160), (72, 130)])
def test_crop_fills_and_pad_keeps(tmp_path: Path, height: int, width: int) -> None:
    frame = np.full((height, width, 3), (200, 200, 200), np.uint8)
    frame[height // 2 - 10 : height // 2 + 10, width // 2 - 10 : width // 2 + 10] = (200, 0, 0)
    write_clip(tmp_path / "A.mp4", [frame] * 2, FPS)
    segment = Segment("A", tmp_path / "A.mp4", FPS, 2, 0, 2)
    pictures = {}
    for fit in ("crop", "pad"):
        assemble(timeline(segment, fit=fit), tmp_path / "film.mp4", **QUICK)
        pictures[fit] = next(read_frames(tmp_path / "film.mp4"))
        y, x = np.nonzero((pictures[fit][:, :, 0] > 128) & (pictures[fit][:, :, 1] < 100))  # the red square
        assert abs(y.mean() - (HEIGHT - 1) / 2) <= (0.6 if fit == "crop" else 1)
        assert abs(x.mean() - (WIDTH - 1) / 2) <= (0.6 if fit == "crop" else 1)
        assert abs(np.ptp(y) - np.ptp(x)) <= 2
    assert pictures["crop"].min(axis=2)[[0, 0, -1, -1], [0, -1, 0, -1]].min() > 180
    if (height, width) != (72, 130):
        assert pictures["pad"][[0, 0, -1, -1], [0, -1, 0, -1]].max() < 20


def test_a_picture_of_the_films_size_is_not_touched() -> None:
    line = timeline()
    assert [name for name, _ in fit_steps(HEIGHT, WIDTH, line, "yuv420p")] == ["scale", "format"]
    assert "area" in fit_steps(HEIGHT, WIDTH, line, "yuv420p")[0][1]
    assert fit_steps(704, 1280, Timeline((), FPS, 1080, 1920, "crop"), "yuv420p")[0] == ("crop", "1252:704:14:0:exact=1")


@pytest.mark.parametrize(("codec", "name", "tag"), [("h264", "h264", "avc1"), ("h265", "hevc", "hvc1")])
@pytest.mark.parametrize("fps", [FPS, NTSC])
def test_file_says_what_it_is(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], codec: str, name: str, tag: str, fps: Fraction
) -> None:
    recipe = json.dumps({"prompt": "naïve – 雨", "filler": "x" * 100_000}, ensure_ascii=False)
    tags = {"title": "The Keeper", "comment": "a film; with = signs", "storyvid_recipe": recipe}
    segment = clip(tmp_path, "A", range(25), fps)
    info = assemble(timeline(segment, fps=fps), tmp_path / "film.mp4", **(QUICK | {"codec": codec, "tags": tags}))
    assert (info.num_frames, info.duration, info.size_bytes) == (25, 25 / fps, (tmp_path / "film.mp4").stat().st_size)
    found = probe(tmp_path / "film.mp4")
    assert (found.codec, found.pix_fmt, found.num_frames, found.fps, found.audio_s) == (name, "yuv420p", 25, fps, None)
    assert {key: found.tags[key] for key in tags} == tags
    with av.open(str(tmp_path / "film.mp4")) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert context.codec_tag == tag
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        times = sorted(packet.pts * packet.time_base for packet in container.demux(stream) if packet.pts is not None)
    assert times == [n / fps for n in range(25)]
    data = (tmp_path / "film.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert "x265" not in capfd.readouterr().err


@pytest.mark.parametrize("fps", [FPS, NTSC, Fraction(30000, 1001)])
@pytest.mark.parametrize("audio", ["silence", "tone"])
def test_sound_is_just_as_long_as_the_film(tmp_path: Path, fps: Fraction, audio: str) -> None:
    segment = clip(tmp_path, "A", range(37), fps)
    assemble(timeline(segment, fps=fps), tmp_path / "film.mp4", **QUICK, audio=audio)
    found = probe(tmp_path / "film.mp4")
    assert found.audio_s is not None
    assert abs(found.audio_s - found.duration) <= Fraction(1, 48000)
    with av.open(str(tmp_path / "film.mp4")) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.layout.name, stream.codec_context.name) == (48000, "stereo", "aac")
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert 0 <= sound.shape[1] - round(found.duration * 48000) < 1024  # AAC comes in whole blocks; the file says where to stop
    loudness = float(np.sqrt(np.mean(sound**2)))
    assert loudness < 1e-4 if audio == "silence" else 0.004 < loudness < 0.01


def test_same_timeline_gives_the_same_frames(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    write_clip(tmp_path / "N.mp4", [rng.integers(0, 256, (72, 128, 3), dtype=np.uint8) for _ in range(30)], FPS)
    first = Segment("N", tmp_path / "N.mp4", FPS, 30, 4, 20, "dissolve", 8)
    line = timeline(first, replace(first, transition="cut", transition_frames=0))
    for name in ("a.mp4", "b.mp4"):
        assemble(line, tmp_path / name, codec="h264", crf=20, preset="medium", tags={})
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_clip_that_runs_dry_is_named_and_leaves_no_film(tmp_path: Path) -> None:
    segment = replace(clip(tmp_path, "A", range(10)), clip_frames=24, num_frames=24)
    before = threading.active_count()
    with pytest.raises(RenderError, match=r'shot "A".*ends after 10 frames; frame 10 is needed'):
        assemble(timeline(segment), tmp_path / "film.mp4", **QUICK)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A.mp4"]
    assert threading.active_count() == before


def test_a_missing_clip_is_named(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"gone\.mp4: there is no such file"):
        assemble(timeline(Segment("A", tmp_path / "gone.mp4", FPS, 24, 0, 24)), tmp_path / "film.mp4", **QUICK)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_no_film_and_keeps_the_old_one(tmp_path: Path) -> None:
    segment = clip(tmp_path, "A", range(30))
    (tmp_path / "film.mp4").write_bytes(b"old")

    def stop(done: int, total: int) -> None:
        assert total == 30
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assemble(timeline(segment), tmp_path / "film.mp4", **QUICK, progress=stop)
    assert (tmp_path / "film.mp4").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A.mp4", "film.mp4"]


def test_unknown_encoder_setting_is_an_error_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"film\.mp4: the file can't be written"):
        assemble(timeline(clip(tmp_path, "A", range(2))), tmp_path / "film.mp4", **(QUICK | {"preset": "warp"}))
    assert not list(tmp_path.glob(".tmp-*"))


def test_every_frame_is_shown_by_its_number_before_it_is_encoded(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    to_rgb = RgbReader()
    first, second = clip(tmp_path, "A", range(5)), clip(tmp_path, "B", range(70, 74))
    assemble(
        timeline(first, second), tmp_path / "film.mp4", **QUICK, watch=lambda n, frame: seen.append((n, number_of(to_rgb(frame))))
    )
    assert seen == list(enumerate([*range(5), *range(70, 74)]))


def test_progress_counts_every_frame(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    assemble(timeline(clip(tmp_path, "A", range(5))), tmp_path / "film.mp4", **QUICK, progress=lambda *done: seen.append(done))
    assert seen == [(n, 5) for n in range(1, 6)]


def test_few_frames_are_held_at_a_time(tmp_path: Path) -> None:
    whole = clip(tmp_path, "A", range(120))
    frames = ahead(film_frames(timeline(whole)), 4)
    seen = [next(frames) for _ in range(10)]
    assert sys.getrefcount(seen[0]) <= 3  # nobody else keeps what was given out
    frames.close()
    (tmp_path / "A.mp4").unlink()  # the reader let go of the clip, which Windows insists on


def test_reading_ahead_closes_its_source(tmp_path: Path) -> None:
    source = read_yuv_frames(clip(tmp_path, "A", range(9)).path)
    frames = ahead(source, 3)
    next(frames)
    frames.close()
    assert source.gi_frame is None  # an open clip could not be replaced or deleted on Windows


@pytest.mark.parametrize("transition", ["dissolve", "xfade:circlecrop"])
def test_a_mixed_picture_has_the_colours_of_a_plain_one(tmp_path: Path, transition: str) -> None:
    """Before, within and after a transition a picture is brought to 4:2:0 in ways of its own; none may be seen."""
    rng = np.random.default_rng(3)
    write_clip(tmp_path / "A.mp4", [rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)] * 30, FPS)
    first = Segment("A", tmp_path / "A.mp4", FPS, 30, 4, 20, transition, 8)
    frames = [frame.to_ndarray() for frame in film_frames(timeline(first, replace(first, transition="cut", transition_frames=0)))]
    start = 20 - 8 // 2
    assert np.abs(frames[start].astype(int) - frames[start - 1]).max() <= 2


def test_encoder_chooses_its_own_frame_types(tmp_path: Path) -> None:
    segment = clip(tmp_path, "A", range(24))
    assemble(timeline(segment), tmp_path / "film.mp4", codec="h264", crf=18, preset="medium", tags={})
    assert 3 in {frame.pict_type for frame in read_yuv_frames(tmp_path / "film.mp4")}  # B, which clips never have
