"""Verbs of motion that a thing does, not somebody: tears run down a cheek, a plane crosses the sky."""

from __future__ import annotations

import re

from storyvid.backends.animatic.words.kinds import SUBJECT_WORDS

RUNS = r"(?:runs?|running)"
FLOWING = (
    r"tears?|water|rain|raindrops?|drops?|droplets?|paint|ink|blood|sweat|make-?up|mascara|wax|sand|honey|wine|oil|"
    r"roads?|rivers?|streams?|brooks?|paths?|tracks?|trails?|rails?|walls?|fences?|lines?|cracks?|cables?|wires?|pipes?|stairs|"
    r"fingers?|hands?|fingertips|engines?|motors?|machines?|taps?|faucets?|time|clocks?|noses?|shivers?|film|cameras?|videos?"
)
FLOWS = re.compile(
    rf"\b(?P<thing>{FLOWING})(?P<between>\s+(?:(?:are|is|were|was|still|slowly|silently|quickly|gently)\s+){{0,2}}){RUNS}\b"
)
RUNNING_THING = re.compile(
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
    return RUNNING_THING.sub("flowing ", FLOWS.sub(r"\g<thing>\g<between>flow", text))


def without_things_that_move(text: str) -> str:
    """The text without the verbs of clauses that begin with an animal or a vehicle: what it says that people do.

    Args:
        text: In lower case, see `kinds.present`.
    """
    return MOVING_THING.sub(r"\g<start>\g<thing>", text)
