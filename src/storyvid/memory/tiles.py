"""Decoding in tiles: how large they are, and how far apart."""

from __future__ import annotations

from typing import Any

GRID = 32  # pixels; a latent of LTX-Video is 32 wide, one of Wan 2.2 is 16
STRIDE_SHARE = 0.75  # of a tile's side, as diffusers has it for Wan: neighbours overlap by the rest, and are blended there


def lay_tiles(vae: Any, side: int | None = None) -> dict[str, Any]:
    """Let a VAE decode in tiles.

    Args:
        vae: Of diffusers, one that can.
        side: Of a tile, pixels, a multiple of 32, at least 64; None leaves the sizes as they are: at first the model's own.

    Returns:
        The sizes, by diffusers' names.
    """
    if side is not None:
        _resize(vae, side)
    vae.enable_tiling()
    if hasattr(vae, "use_framewise_decoding"):
        vae.use_framewise_decoding = True
    return tiles_of(vae)


def tiles_of(vae: Any) -> dict[str, Any]:
    """The sizes of a VAE's tiles, by diffusers' names.

    Args:
        vae: Of diffusers, one that can decode in tiles.
    """
    names = [name for name in sorted(vars(vae)) if name.startswith("tile_sample_") or name == "use_framewise_decoding"]
    return {name: getattr(vae, name) for name in names}


def _resize(vae: Any, side: int) -> None:
    """Distances lie on the grid, where tiles begin with a whole latent."""
    if hasattr(vae, "tile_sample_min_size"):  # AutoencoderKL, of models of pictures: overlap is a share there
        vae.tile_sample_min_size = side
        vae.tile_latent_min_size = side // 2 ** (len(vae.config.block_out_channels) - 1)
        return
    stride = max(GRID, int(STRIDE_SHARE * side) // GRID * GRID)
    for name in ("height", "width"):
        setattr(vae, f"tile_sample_min_{name}", side)
        setattr(vae, f"tile_sample_stride_{name}", stride)
