"""The still picture at a shot's first frame, for a text-to-image step: as a full prompt, but nothing moves."""

from __future__ import annotations

from storyvid.prompts.parts import action, light, looks, place, style, view

PARTS = (style, view, light, looks, place, action)
