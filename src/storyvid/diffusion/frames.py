"""What a VAE decodes, as pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch

from storyvid.errors import Problem, RenderError

if TYPE_CHECKING:
    from storyvid.backends.base import Frame

BLACK = "Encoded as they are, such frames would be black."


def as_frames(video: torch.Tensor, where: str) -> Iterator[Frame]:
    """The frames of one clip as uint8: round(255 x) of what the pipeline's ``output_type="np"`` would give.

    All frames are converted before the first is given, so that the card lets go of the floats, and so that a clip which
    breaks off in NaN gives no frame at all.

    Args:
        video: (1, 3, num_frames, height, width) in -1 … 1, as ``vae.decode`` gives it.
        where: The shot and chunk, for messages.

    Raises:
        RenderError: A value that is no number.
    """
    _, channels, num_frames, height, width = video.shape
    frames = torch.empty((num_frames, height, width, channels), dtype=torch.uint8)
    for index in range(num_frames):
        picture = video[0, :, index]
        if not torch.isfinite(picture).all():
            raise RenderError(_no_numbers(where, index, num_frames))
        shown = (picture * 0.5 + 0.5).clamp(0, 1).float()  # in the VAE's own type, as diffusers does
        frames[index] = (shown * 255).round().to(torch.uint8).permute(1, 2, 0).cpu()
    del video
    yield from frames.numpy()


def _no_numbers(where: str, index: int, num_frames: int) -> Problem:
    what = f"the VAE gave values that are no numbers (NaN or infinity) in frame {index + 1} of {num_frames}. {BLACK}"
    fix = "set memory.vae_dtype=float32, or try another seed for the shot; where nothing helps the weights are damaged"
    return Problem(where, what, f"{fix}: copy or download them again", "nan-frames")
