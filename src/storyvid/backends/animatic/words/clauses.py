"""Verbs of motion that a thing does, not somebody: tears run down a cheek, a plane crosses the sky."""

from __future__ import annotations

import re
from functools import lru_cache

from storyvid.backends.animatic.words.kinds import SUBJECT_WORDS
from storyvid.backends.animatic.words.phrases import Phrases, whole_words

RUNS = r"(?:runs?|running)"
FLOWING = (
    r"tears?|water|rain|raindrops?|drops?|droplets?|paint|ink|blood|sweat|make-?up|mascara|wax|sand|honey|wine|oil|"
    r"roads?|rivers?|streams?|brooks?|paths?|tracks?|trails?|rails?|walls?|fences?|lines?|cracks?|cables?|wires?|pipes?|stairs|"
    r"fingers?|hands?|fingertips|engines?|motors?|machines?|taps?|faucets?|time|clocks?|noses?|shivers?|film|cameras?|videos?"
)
FLOWS = Phrases(
    rf"\b(?P<thing>{FLOWING})(?P<between>\s+(?:(?:are|is|were|was|still|slowly|silently|quickly|gently)\s+){{0,2}}){RUNS}\b"
)
RUNNING_THING = Phrases(
    r"\b(?:running (?=(?:water|taps?|engines?|late|low|out|shoes?|commentary|jokes?|time|gags?|lights?)\b)|"
    r"(?:runs?|running) (?=(?:out of|late|low|a (?:shop|finger|hand|comb|bath)|(?:his|her|their) (?:hands?|fingers?))\b))"
)
THINGS = "|".join(words for name, words in SUBJECT_WORDS.items() if not name.startswith("object"))
MOVES = (
    "runs?|running|races|gallops?|hurries|rushes|chases?|cross(?:es)?|crossing|climbs?|climbing|approach(?:es)?|enters|walks?|"
    "jumps?|leaps?|hops?|sleeps?|sleeping|lies|sits?|sitting|wanders?"
)
MOVING_THING = re.compile(
    r"(?P<start>(?:^|[.;,|\n]|\b(?:as|while|when|where)\b)\s*(?:(?:an?|the|his|her|their|two|three|some|one)\s+)?"
    r"(?:(?!(?:with|and|of|behind|beside|on|in|to|by|from|at)\b)[\w-]+\s+){0,2}?)"
    rf"(?P<thing>{THINGS})\s+(?:(?:slowly|quickly|silently|quietly|suddenly|is|are)\s+)?(?:{MOVES})\b"
)


def without_flows(text: str) -> str:
    """The text, where running water, roads and fingers flow, so that nobody runs who is not said to.

    Args:
        text: In lower case.
    """
    return RUNNING_THING.replaced(FLOWS.replaced(text, lambda match: f"{match['thing']}{match['between']}flow"), "flowing ")


@lru_cache(maxsize=128)  # a text is asked for each person in it
def without_things_that_move(text: str) -> str:
    """The text without the verbs of clauses that begin with an animal or a vehicle: what it says that people do.

    Args:
        text: In lower case, see `kinds.present`.
    """
    if whole_words(THINGS).first(text) is None or whole_words(MOVES).first(text) is None:
        return text
    return MOVING_THING.sub(r"\g<start>\g<thing>", text)
