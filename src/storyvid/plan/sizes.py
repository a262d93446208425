"""Sizes: of the clips on the model's grid, and of the film in the storyboard's shape."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from storyvid.backends.base import BackendConfig
from storyvid.config import AnyRunConfig
from storyvid.errors import PlanError, Problem
from storyvid.storyboard.schema import Storyboard, parse_aspect_ratio

SAME_SHAPE = Fraction(1, 100)


def clip_size(config: AnyRunConfig, storyboard: Storyboard) -> tuple[int, int]:
    """Height and width of the clips, on the model's grid.

    Raises:
        PlanError: Only one side is given, a side is off the grid, or the model has no such size.
    """
    backend: BackendConfig = config.backend
    height, width = config.resolution.height, config.resolution.width
    if (height is None) != (width is None):
        missing = "height" if height is None else "width"
        raise PlanError(
            Problem(f"resolution.{missing}", "is missing: a free size needs both sides", f"add resolution.{missing}=…", "size")
        )
    if height is not None and width is not None:
        return _free_size(height, width, backend)
    name, ratio = config.resolution.name, storyboard.aspect_ratio
    table = backend.sizes.get(name)
    if table is None:
        fix = f"use one of resolution={', '.join(backend.sizes)}; upscale=1080p, 2k or 4k makes the film larger"
        raise PlanError(Problem(f"resolution={name}", f"backend={backend.name} has no such size", fix, "size"))
    if ratio in table:
        return table[ratio]
    if backend.limits.any_size and table:
        usual = table.get("16:9") or next(iter(table.values()))
        return _size_of_ratio(min(usual), parse_aspect_ratio(ratio), backend.limits.size_multiple)
    raise PlanError(
        Problem(
            f"resolution={name}",
            f"backend={backend.name} has no size for aspect_ratio {ratio} (it has {', '.join(table) or 'none'})",
            "change the storyboard's aspect_ratio, or give resolution.height=… resolution.width=…",
            "size",
        )
    )


def _free_size(height: int, width: int, backend: BackendConfig) -> tuple[int, int]:
    limits = backend.limits
    problems = []
    for side, value in (("height", height), ("width", width)):
        if value % limits.size_multiple:
            below = value // limits.size_multiple * limits.size_multiple
            fix = f"set resolution.{side} to {below or limits.size_multiple} or {below + limits.size_multiple}"
            what = f"{value} is not a multiple of {limits.size_multiple}, which backend={backend.name} needs"
            problems.append(Problem(f"resolution.{side}", what, fix, "size"))
        if not limits.min_side <= value <= limits.max_side:
            what = f"{value} is outside what backend={backend.name} renders ({limits.min_side} to {limits.max_side} pixels)"
            problems.append(Problem(f"resolution.{side}", what, "choose a size within the range", "size"))
    if problems:
        raise PlanError(problems)
    return height, width


def _size_of_ratio(short_side: int, ratio: Fraction, multiple: int) -> tuple[int, int]:
    """Height and width with the given short side; the long side is rounded to the grid and assembly crops the rest."""
    long_side = max(1, floor(short_side * max(ratio, 1 / ratio) / multiple + Fraction(1, 2))) * multiple
    return (short_side, long_side) if ratio >= 1 else (long_side, short_side)


def film_size(config: AnyRunConfig, storyboard: Storyboard, clip: tuple[int, int]) -> tuple[int, int]:
    """Height and width of the delivered film, both even, in the storyboard's aspect ratio.

    ``upscale=none`` scales nothing: a clip of another shape is cropped or padded, as ``delivery.fit`` says; one within
    1 % of the shape stays whole, since grids allow no closer. Otherwise the short side is the option's.
    """
    ratio = parse_aspect_ratio(storyboard.aspect_ratio)
    if config.upscale.short_side is not None:
        return _size_of_ratio(config.upscale.short_side, ratio, 2)
    height, width = clip
    if is_shape(height, width, ratio):
        return clip
    narrow = Fraction(width, height) > ratio  # the clip is wider than the film
    if (config.delivery.fit == "crop") == narrow:
        return height, _even(height * ratio)
    return _even(width / ratio), width


def is_shape(height: int, width: int, ratio: Fraction) -> bool:
    """Whether a picture has an aspect ratio (width over height) as nearly as a model's grid allows."""
    return abs(Fraction(width, height) / ratio - 1) <= SAME_SHAPE


def _even(length: Fraction) -> int:
    return 2 * floor(length / 2 + Fraction(1, 2))
