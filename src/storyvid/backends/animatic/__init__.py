"""The embedded previs renderer: draws each shot from its own words as a moving flat illustration, without weights.

The way of a shot: `words` reads it, `light` chooses the palette, `settings` lays out the place, `subjects` dresses the
cast, `camera` gives the path, `scene` joins them, `draw` paints a frame, `slate` labels it, `backend` keeps the contract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from storyvid.backends.base import BackendConfig

if TYPE_CHECKING:
    from storyvid.backends.base import Backend


class Config(BackendConfig):
    """Keys of ``conf/backend/animatic.yaml``."""

    slate: bool = Field(False, description="Burn shot id, size, move, timecode and PREVIS into a strip at the bottom.")


def load(config: Config, device: str = "cpu") -> Backend:
    """The backend, ready to draw. There are no weights, so the device makes no difference.

    Args:
        config: The validated keys of the backend's YAML.
        device: Ignored: the drawing runs on the CPU.
    """
    from storyvid.backends.animatic.backend import AnimaticBackend

    return AnimaticBackend(config)
