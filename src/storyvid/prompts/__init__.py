"""Prompts: what a model reads of a shot. One file per model family, each a list of parts in the makers' order.

`compile_prompts` gives the texts of one shot; the wording of the parts is in `parts` and `camera`, the characters'
names in `characters`, the negative prompt in `negative`, the limits on length in `budget`.
"""

from storyvid.prompts.budget import count_words, estimate_tokens
from storyvid.prompts.compile import compile_prompts
from storyvid.prompts.parts import ShotPrompts

__all__ = ["ShotPrompts", "compile_prompts", "count_words", "estimate_tokens"]
