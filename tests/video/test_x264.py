"""The same frames give the same film, whatever lies in memory that nobody has written."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import cv2
import pytest

from storyvid.video.x264 import AVX512, x264_options

# 4 and 20 macroblocks wide, no multiples of the 8 that x264's AVX-512 takes at a time; edges that move to the right.
FILMS = """
import hashlib, sys
from fractions import Fraction
from pathlib import Path
import av, cv2, numpy as np
from storyvid.video import FilmFormat, encode_preview, write_film

def frames(height, width):
    tiles = np.random.default_rng(7).integers(16, 236, (height // 4 + 1, width // 6 + 14), np.uint8)
    wide = cv2.resize(tiles, None, fx=6, fy=6, interpolation=cv2.INTER_NEAREST)[: height * 3 // 2]
    for left in range(69, -3, -3):
        yield av.VideoFrame.from_ndarray(np.ascontiguousarray(wide[:, left : left + width]), format="yuv420p")

path = Path(sys.argv[1]) / "film.mp4"
film = FilmFormat(36, 64, Fraction(24), "h264", 18, "medium", "none", {})
write_film(path, frames(36, 64), film, lambda done: None)
preview = encode_preview(frames(180, 320), 180, 320, Fraction(24))
print("film", hashlib.sha256(path.read_bytes()).hexdigest(), "preview", hashlib.sha256(preview).hexdigest())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc fills memory with a byte as it is handed out")
def test_what_lies_in_unwritten_memory_changes_no_film(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Red on processors with AVX-512 when x264 uses it."""
    assert digests(tmp_path_factory, "1") == digests(tmp_path_factory, "170")


def digests(folders: pytest.TempPathFactory, filling: str) -> str:
    environment = {**os.environ, "MALLOC_PERTURB_": filling}
    words = [sys.executable, "-c", FILMS, str(folders.mktemp("films"))]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("has_it", "params"), [(True, {"x264-params": "asm=AVX2"}), (False, {})])
def test_avx512_is_left_out_and_nothing_is_asked_of_a_processor_without_it(
    monkeypatch: pytest.MonkeyPatch, has_it: bool, params: dict[str, str]
) -> None:
    monkeypatch.setattr(cv2, "checkHardwareSupport", lambda feature: has_it and feature == AVX512)
    assert x264_options({"crf": "18"}) == {"crf": "18", **params}


def test_the_number_stands_for_avx512_in_this_opencv() -> None:
    if platform.machine().lower() in ("x86_64", "amd64"):
        assert cv2.getHardwareFeatureName(AVX512) == "AVX512-SKX"
