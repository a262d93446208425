"""Pictures of transitions, looked at frame by frame."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from storyvid.assembly.transitions import fade, fade_brightness, mix, mix_pix_fmt
from storyvid.errors import RenderError
from storyvid.storyboard.vocabulary import XFADE_NAMES, XFADE_OF
from storyvid.video import RgbReader, YuvFrame

FPS = Fraction(24)
RED, BLUE = (200, 30, 30), (30, 30, 200)


def flat(colour: tuple[int, int, int], pix_fmt: str) -> YuvFrame:
    rgb = av.VideoFrame.from_ndarray(np.full((36, 64, 3), colour, np.uint8), format="rgb24")
    return rgb.reformat(format=pix_fmt, dst_colorspace=1, src_color_range=2, dst_color_range=0 if pix_fmt == "gbrp" else 1)


def pictures(transition: str, count: int = 8, fps: Fraction = FPS) -> list[np.ndarray]:
    pix_fmt = mix_pix_fmt(transition)
    outgoing, incoming = (iter([flat(colour, pix_fmt) for _ in range(count)]) for colour in (RED, BLUE))
    frames = list(mix(transition, outgoing, incoming, count, fps))
    assert {frame.format.name for frame in frames} == {"yuv420p"}
    reader = RgbReader()
    return [reader(frame).astype(int) for frame in frames]


@pytest.mark.parametrize("transition", [*XFADE_OF, *(f"xfade:{name}" for name in XFADE_NAMES)])
def test_every_transition_starts_with_the_outgoing_shot_and_moves_on(transition: str) -> None:
    frames = pictures(transition)
    assert len(frames) == 8
    assert np.abs(frames[0] - RED).max() <= 3
    assert np.abs(frames[-1] - RED).mean() > 15


@pytest.mark.parametrize("count", [2, 14, 120])
@pytest.mark.parametrize("fps", [FPS, Fraction(24000, 1001), Fraction(60)])
def test_count_is_exact_at_any_rate(count: int, fps: Fraction) -> None:
    assert len(pictures("dissolve", count, fps)) == count


def test_dissolve_is_linear() -> None:
    for position, frame in enumerate(pictures("dissolve")):
        expected = np.array(RED) + (np.array(BLUE) - RED) * position / 8
        assert np.abs(frame - expected).max() <= 3


def test_wipe_goes_the_way_it_says() -> None:
    middle = pictures("wipe_left")[4]
    assert middle[18, 4, 0] > 150  # the edge moves left: the new shot comes from the right
    assert middle[18, 60, 2] > 150


@pytest.mark.parametrize(("transition", "level"), [("dip_to_black", 0), ("dip_to_white", 255)])
def test_dips_are_plain_in_the_middle_and_even_on_both_sides(transition: str, level: int) -> None:
    frames = pictures(transition)
    assert np.abs(frames[4] - level).max() <= 1
    assert np.abs(frames[2] - (np.array(RED) + level) / 2).max() <= 3
    assert np.abs(frames[6] - (np.array(BLUE) + level) / 2).max() <= 3


@pytest.mark.parametrize("transition", ["xfade:fadeblack", "xfade:circlecrop", "xfade:rectcrop"])
def test_painted_black_is_video_black(transition: str) -> None:
    pix_fmt = mix_pix_fmt(transition)
    frames = list(mix(transition, [flat(RED, pix_fmt)] * 8, [flat(BLUE, pix_fmt)] * 8, 8, FPS))
    planes = frames[4].to_ndarray()
    assert planes[:36].min() >= 16
    if transition != "xfade:fadeblack":
        assert (planes[0, 0], planes[36, 0], planes[-1, -1]) == (16, 128, 128)


def test_handles_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        list(mix("dissolve", [flat(RED, "yuv444p")] * 4, [flat(BLUE, "yuv444p")] * 3, 4, FPS))
    with pytest.raises(RenderError, match="is not a transition"):
        mix("morph", [], [], 4, FPS)


def test_fade_goes_to_video_black_and_back() -> None:
    frame = flat((200, 100, 50), "yuv420p")
    black = fade(frame, Fraction(0)).to_ndarray()
    assert (black[:36] == 16).all()
    assert (black[36:] == 128).all()
    assert fade(frame, Fraction(1)) is frame
    half = RgbReader()(fade(frame, Fraction(1, 2))).astype(int)
    assert np.abs(half - (100, 50, 25)).max() <= 2


def test_fades_begin_and_end_in_black() -> None:
    brightness = [fade_brightness(position, 8, 4, 2) for position in range(8)]
    assert brightness == [0, Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), 1, 1, Fraction(1, 2), 0]
    assert {fade_brightness(position, 8, 0, 0) for position in range(8)} == {1}
