"""Plain: everything a shot says, in reading order, for a renderer that takes words as they are (the animatic)."""

from __future__ import annotations

from storyvid.prompts.parts import Template, action, light, looks, mood, movement, place, style, view

TEMPLATE = Template(
    full=(style, view, action, looks, place, light, mood, movement),
    change=(action, looks, movement),
    max_words=1000,
    max_change_words=1000,
)
