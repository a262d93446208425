"""The embedded previs renderer: draws each shot from its own words as a moving flat illustration, without weights.

The way of a shot: `words` reads it, `light` chooses the palette, `settings` lays out the place, `subjects` dresses the
cast, `camera` gives the path, `scene` joins them, `draw` paints a frame, `slate` labels it, `backend` keeps the contract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from storyvid.backends.base import BackendConfig, ShotRequest

if TYPE_CHECKING:
    from storyvid.backends.base import Backend
    from storyvid.config import Memory

DRAWN_FIELDS = {
    "prompt",
    "first_frame_prompt",
    "camera",
    "lighting",
    "location",
    "time_of_day",
    "weather",
    "characters",
}
PLACE_FIELDS = {"prompt", "first_frame_prompt", "location", "lighting", "time_of_day", "weather"}  # of the shot that says where


class Config(BackendConfig):
    """Keys of ``conf/backend/animatic.yaml``."""

    slate: bool = Field(False, description="Burn shot id, size, move, timecode and PREVIS into a strip at the bottom.")

    def pixel_inputs(self, shot: ShotRequest) -> dict[str, Any]:
        """The words it draws from, rather than the compiled prompts; looks of mood and style; programme time; the slate's words.

        Of the cast, that is the descriptions of the characters that the shot lists; where it lists none, of those whom its
        text names, which other shots may give.

        Args:
            shot: The shot as it would be drawn.
        """
        from storyvid.backends.animatic.words.atmosphere import read_looks
        from storyvid.backends.animatic.words.named import named_in
        from storyvid.backends.animatic.words.places import place_source

        board, words = shot.storyboard, shot.shot
        source = place_source(words, board)
        location = board.locations.get(source.location or "")
        looks = {id_: board.characters[id_].description for id_ in words.characters if id_ in board.characters}
        inputs: dict[str, Any] = {
            "words": words.model_dump(mode="json", include=DRAWN_FIELDS),
            "place_from": source.model_dump(mode="json", include=PLACE_FIELDS) if source.id != words.id else None,
            "looks": read_looks(words, board),
            "location": location.model_dump(mode="json") if location else None,
            "cast": looks,
            "named": named_in(words, board),
            "names": {id_: board.characters[id_].name for id_ in looks} if words.camera.framing == "ots" else None,
            "programme": [shot.programme_start, shot.programme_frames or shot.num_frames],
            "slate": [words.id, words.scene] if self.slate else None,
        }
        return inputs


def load(config: Config, memory: Memory) -> Backend:
    """The backend, ready to draw. There are no weights to fit, so the memory profile makes no difference.

    Args:
        config: The validated keys of the backend's YAML.
        memory: Not used: the drawing runs on the CPU in a few hundred megabytes.
    """
    from storyvid.backends.animatic.backend import AnimaticBackend

    return AnimaticBackend(config)
