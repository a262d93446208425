"""The embedded previs renderer: draws each shot from its own words as a moving flat illustration, without weights.

The way of a shot: `words` reads it, `light` and `grading` choose the palette, `settings` lays out the place, `setup` and `staging`
put the camera and the cast, `extras` fills the background, `framing` adds what stands before the lens, `weather` what is in the
air, `camera` gives the path, `scene` joins them. For each frame `performance` moves the cast that `subjects` draws, `view`
projects, `draw` paints with `lens` and `grading`; `slate` labels it, `backend` keeps the contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from storyvid.backends.base import BackendConfig, ShotRequest

if TYPE_CHECKING:
    from storyvid.backends.base import Backend
    from storyvid.config import Memory

NOT_DRAWN = {"text", "lens_type"}  # of the camera


class Config(BackendConfig):
    """Keys of ``conf/backend/animatic.yaml``."""

    slate: bool = Field(False, description="Burn shot id, size, move, timecode and PREVIS into a strip at the bottom.")

    input_names: ClassVar[Mapping[str, str]] = {"words": "what is drawn", "programme": "place of programme time", "slate": "slate"}

    def pixel_inputs(self, shot: ShotRequest) -> dict[str, Any]:
        """What it reads from the words, rather than the words themselves or the compiled prompts; programme time; the slate's text.

        Everything outside `words` draws from these values, so none can be forgotten here. What is read may come from other shots,
        which say where this one takes place or how somebody in it looks.

        Args:
            shot: The shot as it would be drawn.
        """
        from storyvid.backends.animatic.words import read_shot, with_spoken_camera

        words = with_spoken_camera(shot).shot
        return {
            "words": read_shot(words, shot.storyboard).as_values(),
            "camera": {key: value for key, value in vars(words.camera).items() if value is not None and key not in NOT_DRAWN},
            "programme": [shot.programme_start, shot.programme_frames or shot.num_frames],
            "slate": [words.id, words.scene, words.prompt, words.first_frame_prompt] if self.slate else None,
        }


def load(config: Config, memory: Memory) -> Backend:
    """The backend, ready to draw. There are no weights to fit, so the memory profile makes no difference.

    Args:
        config: The validated keys of the backend's YAML.
        memory: Not used: the drawing runs on the CPU in a few hundred megabytes.
    """
    from storyvid.backends.animatic.backend import AnimaticBackend

    return AnimaticBackend(config)
