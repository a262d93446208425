"""Pictures in and out: exact counts, exact colours, and nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from storyvid import video
from storyvid.errors import RenderError
from storyvid.video import FrameHasher, frames_sha256, probe, read_frames, read_image, read_yuv_frames, write_clip, write_image

HEIGHT, WIDTH = 90, 160
FPS = Fraction(24)
NTSC = Fraction(24000, 1001)
SATURATED = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255), (255, 255, 255), (0, 0, 0)]


def noise(count: int, seed: int = 0, height: int = HEIGHT, width: int = WIDTH) -> list[video.Frame]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, (height, width, 3), dtype=np.uint8) for _ in range(count)]


def moving_blocks(count: int) -> list[video.Frame]:
    """Flat saturated blocks with hard edges at odd positions."""
    colours = np.array(SATURATED, np.uint8)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return [colours[((x + 3 * i) // 7 + (y + i) // 5 * 3) % 8] for i in range(count)]


def counted(count: int) -> list[video.Frame]:
    """Frames that carry their number as eight black or white bars."""
    bits = (np.arange(count)[:, None] >> np.arange(8)) & 1
    rows = np.repeat(bits * 255, 8, axis=1).astype(np.uint8)
    return [np.ascontiguousarray(np.broadcast_to(row[None, :, None], (36, 64, 3))) for row in rows]


def number_of(frame: video.Frame) -> int:
    return int(((frame[18, 4::8, 1] > 127) << np.arange(8)).sum())


def psnr(a: video.Frame, b: video.Frame) -> float:
    return float(10 * np.log10(255**2 / max(np.mean((a.astype(float) - b) ** 2), 1e-9)))


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("frames", [noise(6), moving_blocks(30)], ids=["noise", "saturated edges"])
def test_clip_is_visually_lossless_on_any_content(tmp_path: Path, frames: list[video.Frame]) -> None:
    assert write_clip(tmp_path / "clip.mp4", frames, FPS) == len(frames)
    back = list(read_frames(tmp_path / "clip.mp4"))
    assert len(back) == len(frames)
    assert min(psnr(a, b) for a, b in zip(frames, back, strict=True)) >= 45


@pytest.mark.parametrize("colour", SATURATED)
def test_colours_come_back_by_our_reader_and_by_a_naive_one(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    path = tmp_path / "clip.mp4"
    write_clip(path, [np.full((36, 64, 3), colour, np.uint8)] * 2, FPS)
    with av.open(str(path)) as container:
        naive = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    for frame in [*naive, *read_frames(path)]:
        assert np.abs(frame.astype(int) - colour).max() <= 3


def test_clip_is_tagged_bt709_limited(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", noise(1), FPS)
    with av.open(str(tmp_path / "clip.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert context.pix_fmt == "yuv444p"


def test_same_frames_give_the_same_file(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write_clip(tmp_path / name, noise(20), FPS)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("fps", [FPS, NTSC, Fraction(16), Fraction(30), Fraction(1), Fraction(120)])
@pytest.mark.parametrize("count", [1, 2, 25])
def test_probe_is_exact(tmp_path: Path, fps: Fraction, count: int) -> None:
    write_clip(tmp_path / "clip.mp4", counted(count), fps)
    info = probe(tmp_path / "clip.mp4")
    assert (info.num_frames, info.fps, info.height, info.width) == (count, fps, 36, 64)
    assert info.duration == count / fps
    assert (info.codec, info.pix_fmt, info.audio_s) == ("h264", "yuv444p", None)


def test_probe_counts_where_the_container_does_not_say(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "clip.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=24)
        stream.height, stream.width, stream.pix_fmt = 36, 64, "yuv444p"
        for frame in counted(7):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    assert probe(tmp_path / "clip.mkv").num_frames == 7


@pytest.mark.parametrize(("start", "stop"), [(0, None), (0, 1), (7, 9), (119, 123), (120, None), (0, 0), (124, 400), (130, None)])
def test_read_frames_gives_just_the_frames_asked_for(tmp_path: Path, start: int, stop: int | None) -> None:
    write_clip(tmp_path / "clip.mp4", counted(126), FPS)
    got = [number_of(frame) for frame in read_frames(tmp_path / "clip.mp4", start, stop)]
    assert got == list(range(126))[start:stop]


def test_yuv_frames_stay_as_decoded(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", counted(3), FPS)
    assert [frame.format.name for frame in read_yuv_frames(tmp_path / "clip.mp4", 1)] == ["yuv444p"] * 2


def test_untagged_video_is_taken_as_bt709(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", [np.full((36, 64, 3), (0, 200, 0), np.uint8)], FPS)
    frame = next(read_yuv_frames(tmp_path / "clip.mp4"))
    frame.colorspace = 2
    assert np.abs(video.RgbReader()(frame).astype(int) - (0, 200, 0)).max() <= 3


@pytest.mark.parametrize("error", [ValueError("drawing failed"), KeyboardInterrupt()])
def test_nothing_is_left_behind_on_failure(tmp_path: Path, error: BaseException) -> None:
    def frames() -> Iterator[video.Frame]:
        yield from noise(3)
        assert leftovers(tmp_path)[0].startswith(".tmp-")
        assert not (tmp_path / "clip.mp4").exists()
        raise error

    with pytest.raises(type(error)):
        write_clip(tmp_path / "clip.mp4", frames(), FPS)
    assert leftovers(tmp_path) == []


def test_a_failed_rewrite_keeps_the_old_file(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", counted(3), FPS)
    with pytest.raises(ValueError, match="one size"):
        write_clip(tmp_path / "clip.mp4", [*counted(2), *noise(1)], FPS)
    assert probe(tmp_path / "clip.mp4").num_frames == 3
    assert leftovers(tmp_path) == ["clip.mp4"]


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([], "at least one frame"),
        ([np.zeros((35, 64, 3), np.uint8)], "even, not 35x64"),
        ([np.zeros((36, 63, 3), np.uint8)], "even, not 36x63"),
        ([np.zeros((36, 64, 3), np.float32)], "float32"),
        ([np.zeros((36, 64), np.uint8)], "height, width, 3"),
    ],
)
def test_frames_that_are_no_clip_are_refused(tmp_path: Path, frames: list[video.Frame], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        write_clip(tmp_path / "clip.mp4", frames, FPS)
    assert leftovers(tmp_path) == []


def test_frames_need_not_be_contiguous(tmp_path: Path) -> None:
    frames = [frame[::-1, ::-1] for frame in moving_blocks(3)]
    write_clip(tmp_path / "clip.mp4", frames, FPS)
    assert min(psnr(a, b) for a, b in zip(frames, read_frames(tmp_path / "clip.mp4"), strict=True)) > 45


@pytest.mark.parametrize("content", [None, b"", b"not a video at all"])
def test_what_is_no_video_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    for read in (lambda: probe(path), lambda: list(read_frames(path))):
        with pytest.raises(RenderError, match=r"clip\.mp4.*(no such file|not a video)"):
            read()


def test_hash_is_over_raw_rgb_bytes() -> None:
    import hashlib

    frames = noise(3)
    expected = hashlib.sha256(b"".join(frame.tobytes() for frame in frames)).hexdigest()
    assert frames_sha256(frames) == expected
    assert frames_sha256([frame[:, ::-1][:, ::-1] for frame in frames]) == expected
    hasher = FrameHasher()
    hasher.update(frames[0])
    assert hasher.hexdigest() == frames_sha256(frames[:1]) != expected
    with pytest.raises(ValueError, match="float64"):
        hasher.update(frames[0] / 255)


def test_image_is_lossless(tmp_path: Path) -> None:
    (frame,) = noise(1, height=35, width=63)
    write_image(tmp_path / "new" / "frame.png", frame)
    assert np.array_equal(read_image(tmp_path / "new" / "frame.png"), frame)
    assert leftovers(tmp_path / "new") == ["frame.png"]


def test_image_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    frame = np.zeros((20, 40, 3), np.uint8)
    frame[:, :20] = (255, 0, 0)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to view
    Image.fromarray(frame).save(tmp_path / "turned.png", exif=exif)
    turned = read_image(tmp_path / "turned.png")
    assert turned.shape == (40, 20, 3)
    assert turned[0, 0, 0] == 255
    assert turned[-1, 0, 0] == 0


def test_other_kinds_of_pictures_become_rgb(tmp_path: Path) -> None:
    Image.new("L", (4, 2), 77).save(tmp_path / "gray.png")
    assert (read_image(tmp_path / "gray.png") == 77).all()
    Image.new("RGBA", (4, 2), (200, 100, 50, 0)).save(tmp_path / "clear.png")
    assert (read_image(tmp_path / "clear.png") == 0).all()
    Image.fromarray(np.full((2, 4), 257 * 90, np.uint16)).save(tmp_path / "deep.png")
    assert (read_image(tmp_path / "deep.png") == 90).all()
    Image.new("F", (4, 2), 0.5).save(tmp_path / "float.tiff")
    with pytest.raises(RenderError, match="no 8-bit meaning"):
        read_image(tmp_path / "float.tiff")


def test_unreadable_pictures_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RenderError, match=r"missing\.png.*no such picture"):
        read_image(tmp_path / "missing.png")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(RenderError, match=r"broken\.png.*can't be read"):
        read_image(tmp_path / "broken.png")
    write_image(tmp_path / "large.png", noise(1)[0])
    whole = (tmp_path / "large.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RenderError, match=r"cut\.png.*can't be read"):
        read_image(tmp_path / "cut.png")
    monkeypatch.setattr(video, "MAX_IMAGE_PIXELS", HEIGHT * WIDTH - 1)
    with pytest.raises(RenderError, match=r"large\.png: 160x90 has more than"):
        read_image(tmp_path / "large.png")
