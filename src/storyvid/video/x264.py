"""x264 as it gives the same file for the same frames: without its AVX-512 instructions."""

from __future__ import annotations

from collections.abc import Mapping

import cv2

# OpenCV's CV_CPU_AVX512_SKX: the sets F, CD, BW, DQ and VL, which are those that x264 asks for.
AVX512 = 256


def x264_options(options: Mapping[str, str]) -> dict[str, str]:
    """Options of libx264 under which pictures decide the file, and nothing else.

    x264's ``mbtree_propagate_list`` for AVX-512 (seen in build 165) takes eight macroblocks at a time and does not stop at the end
    of the row: where the width is no multiple of 128 pixels it adds up what lies behind, in the end memory that nobody has
    written. One film in about twenty then differed. AVX2 gives what plain C gives, in the same time. See
    docs/decisions/x264-without-avx512.md.

    Args:
        options: FFmpeg's options of the encoder, without ``x264-params``.
    """
    limited = {"x264-params": "asm=AVX2"} if cv2.checkHardwareSupport(AVX512) else {}  # named, AVX2 is used unasked
    return {**options, **limited}
