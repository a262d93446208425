"""What the diffusion families share: where the weights are, how they are loaded, and the way from a prompt to frames.

A family (`storyvid.backends.wan` and its neighbours) says which pipeline to call and with what. This package finds its
checkpoint, encodes every prompt once, denoises with progress, keeps latents and decodes them. ``config`` and ``checkpoint``
import no torch, so that plans stay light.
"""

import os

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # read when the libraries are imported
