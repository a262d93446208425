"""Tiny checkpoints: every backend's weights in small and random, in the layout of the real ones, made without a download.

Films made with them show noise; what they prove is that the whole way works, in seconds and on any computer.
"""

from storyvid.tiny.make import make_tiny

__all__ = ["make_tiny"]
