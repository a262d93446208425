"""storyvid: a text storyboard becomes a film, shot by shot, with video diffusion models on a consumer card."""

__version__ = "0.1.0"
