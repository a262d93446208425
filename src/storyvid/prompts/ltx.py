"""LTX-Video: one literal paragraph in the present tense: the action, looks, background, camera, light and colour.

Order and length: Lightricks/LTX-Video README, section Prompt Engineering. Beside a picture, only what changes: an
inexact description of the picture may cause a scene cut (LTX-2's image-to-video guide).
"""

from __future__ import annotations

from storyvid.prompts.parts import Template, action, light, looks, mood, movement, place, style, view

TEMPLATE = Template(
    full=(action, looks, place, view, movement, light, mood, style),
    change=(action, looks, movement),
    max_words=200,
    max_change_words=200,
)
