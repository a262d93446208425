"""The setting that a shot's words name.

A word counts more in the location than in the prompt, more before the first "with" or "of" than after it, and hardly at
all when it is only looked at, dreamt of or painted. Where phrases overlap, the longer one is meant: a kitchen garden is
no kitchen, and a train of thought no train.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from storyvid.backends.animatic.words.phrases import Phrases, Table, folded, phrases
from storyvid.backends.animatic.words.place_words import HINT_WORDS, INDOOR_WORDS, NO_PLACE, OUTDOOR_WORDS, SETTING_WORDS
from storyvid.storyboard.schema import Shot, Storyboard

WORDS_BETWEEN = r"(?:\s+[\w'’-]+){0,3}\s+$"  # an article and adjectives may stand between
SEEN = Phrases(
    r"\b(?:(?:looks?|looking|gaz(?:es|ing)|star(?:es|ing)|peers?|glances?|points?|pointing) (?:out |back |up |down |away )?"
    r"(?:at|to|towards?|over|across|into|onto)|watch(?:es|ing)?|(?:dream|think)(?:s|ing)? of|remembers?|talks? about|"
    r"(?:painting|photo|photograph|picture|postcard|map|poster|model|drawing|smell|sound|memory) of|like|overlooking|outside)"
    + WORDS_BETWEEN
)
ENTERED = Phrases(r"\b(?:in|inside|into|through|across|along|on|at|down|around|within|under|beneath|over)" + WORDS_BETWEEN)
TAIL = re.compile(
    r"[,.;:\n]|\b(?:with|of|beside|near|above|below|beneath|behind|overlooking|by|under|full|at|in|on|beyond|where|and)\b"
)
# How scripts head a scene, at the beginning of a line; outdoor words are decoration in an indoor one.
INTERIOR = re.compile(r"\W*(?:interior\b|int\b(?:[.\s]|$))")
EXTERIOR = re.compile(r"\W*(?:exterior\b|ext\b(?:[.\s]|$))")

PLACE_WEIGHT = 4.0  # of a word in the location against one in the prompt
HEAD_FACTOR = 2.0  # before the first "with", "of" …
DESCRIBING_FACTOR = 0.4  # of a word that only describes the next: a city rooftop
NOUN_BONUS = 0.5  # the last of a phrase is its noun: a harbour town is a town
MOST_CHARS = 3000  # of each text: what matters stands at the beginning, and a prompt may be a megabyte
BEFORE_CHARS = 80  # how far back the verb of a place may be
VAGUE = {
    "skyline": 0.4,
    "interior": 0.3,
    "inside": 0.3,
    "indoors": 0.3,
    "room": 0.5,
    "rooms": 0.5,
    "bed": 0.4,  # of a gardener
}  # such words yield to any that says more
OPEN_AIR = (  # never in a room
    r"\b(?:across|in|into|through|fills?|over|cross(?:es)?) the sky\b|\b(?:lands|takes off|lifts off|touches down)\b"
)
ENTERED_FACTOR = 2.0  # in the prompt: in the forest, through the city
SEEN_FACTOR = 0.2  # looks at the sea


class Mention(NamedTuple):
    """A setting's word in a text: which setting, from which to which character, and how much it says."""

    key: str
    start: int
    stop: int
    weight: float


def place_text(shot: Shot, storyboard: Storyboard) -> str:
    """The words of the shot's location: its description when ``location`` is an id, else the text itself."""
    if shot.location is None:
        return ""
    location = storyboard.locations.get(shot.location)
    return location.description if location else shot.location


def action_text(shot: Shot) -> str:
    """The words of what is seen: the prompt and the first frame's, as far as they are read."""
    return f"{shot.prompt[:MOST_CHARS]}\n{(shot.first_frame_prompt or '')[:MOST_CHARS]}"


def prompt_text(shot: Shot) -> str:
    """The words of the prompt, where the first frame's don't count: the same text as `action_text` if it has none of those.

    Each text that is asked for phrases is gone through once; this saves going through nearly the same one twice.
    """
    return shot.prompt[:MOST_CHARS] if shot.first_frame_prompt else action_text(shot)


def names_place(shot: Shot) -> bool:
    """Whether a shot says where it takes place: by its location, or by a setting's word in its prompt."""
    return shot.location is not None or read_setting("", action_text(shot)) != "neutral"


def place_source(shot: Shot, storyboard: Storyboard) -> Shot:
    """The shot whose words say where this one takes place.

    That is the shot itself. One that names no place stays where the film is, as a reader would take it: in the place of the
    nearest shot before it that names one, unless a new ``scene`` has begun since; what flies is never inside.

    Args:
        shot: One of the film's shots; told by its id, since its camera may have been filled in.
        storyboard: The film.
    """
    if names_place(shot):
        return shot
    open_air = phrases(OPEN_AIR).first(action_text(shot).casefold()) is not None
    before = storyboard.shots[: next((n for n, one in enumerate(storyboard.shots) if one.id == shot.id), 0)]
    for earlier in reversed(before):
        if shot.scene and earlier.scene and earlier.scene != shot.scene:
            break
        if names_place(earlier) and not (open_air and read_setting(*_texts(earlier, storyboard)) in INDOOR_WORDS):
            return earlier
    return shot


def _texts(shot: Shot, storyboard: Storyboard) -> tuple[str, str]:
    return place_text(shot, storyboard), action_text(shot)


@lru_cache(maxsize=256)  # a shot is asked for its place, and those after it ask again
def read_setting(place: str, action: str) -> str:
    """A key of `settings.SETTINGS`; "neutral" where nothing is known.

    Args:
        place: The location's words.
        action: The prompt's.
    """
    place, action = folded(place[:MOST_CHARS]), folded(action[: 2 * MOST_CHARS + 1])
    both = f"{place}\n{action}"
    keys, unknown = tuple(SETTING_WORDS), "neutral"
    lines = both.split("\n")
    if any(map(INTERIOR.match, lines)):
        keys, unknown = tuple(INDOOR_WORDS), "room"
    elif any(map(EXTERIOR.match, lines)):
        keys = tuple(OUTDOOR_WORDS)
    scores = {**_scores_of_place(place, keys)}
    _score_action(action, scores)
    best = max(scores.values())
    if best:
        return next(key for key in keys if scores[key] == best)
    if unknown == "neutral":
        return _HINTS[keys].earliest(place) or _HINTS[keys].earliest(action) or unknown
    return unknown


@lru_cache(maxsize=128)  # many shots share a location
def _scores_of_place(text: str, keys: tuple[str, ...]) -> Mapping[str, float]:
    """Count the location's words: those of its first phrase more, and the noun at that phrase's end most."""
    scores = dict.fromkeys(keys, 0.0)
    tail = TAIL.search(text)
    head = tail.start() if tail and tail.start() > 0 else len(text)
    found = find_places(text, scores)
    inside = [mention for mention in found if mention.stop <= head]
    for mention in found:
        scores[mention.key] += PLACE_WEIGHT * mention.weight * (HEAD_FACTOR if mention in inside else 1.0)
    if inside:
        scores[inside[-1].key] += NOUN_BONUS
    return scores


def _score_action(text: str, scores: dict[str, float]) -> None:
    """Count the prompt's words: what somebody is in counts more than what somebody looks at."""
    for mention in find_places(text, scores):
        scores[mention.key] += _verb_factor(text, mention.start) * mention.weight


def _verb_factor(text: str, start: int) -> float:
    if SEEN.leads_to(text, start, BEFORE_CHARS):
        return SEEN_FACTOR
    return ENTERED_FACTOR if ENTERED.leads_to(text, start, BEFORE_CHARS) else 1.0


def find_places(text: str, keys: Collection[str]) -> list[Mention]:
    """The words of settings in a lower-case text, in order; the longest wins where several overlap.

    Args:
        text: Lower case.
        keys: Settings to look for.
    """
    found = [
        Mention(key, match.start(), match.end(), VAGUE.get(match[0], 1.0))
        for key, match in _PLACES.alls(text)
        if key in keys or key in _NO_PLACES
    ]
    kept: list[Mention] = []
    taken = bytearray(len(text))
    for mention in sorted(found, key=lambda one: (one.start - one.stop, one.start)):
        if not any(taken[mention.start : mention.stop]):
            taken[mention.start : mention.stop] = b"\1" * (mention.stop - mention.start)
            kept.append(mention)
    return _nouns_first([mention for mention in sorted(kept, key=lambda one: one.start) if mention.key in keys], text)


def _nouns_first(found: list[Mention], text: str) -> list[Mention]:
    """Words right before another place's word only describe it and count less: a city rooftop is a rooftop."""
    kept = []
    for mention, after in zip_longest(found, found[1:]):
        describes = after is not None and mention.key != after.key and text[mention.stop : after.start] in {" ", "-"}
        kept.append(mention._replace(weight=mention.weight * DESCRIBING_FACTOR) if describes else mention)
    return kept


def _longest_first(pattern: str) -> str:
    """The alternatives of a pattern, long ones first: an expression takes the first alternative that fits, not the longest."""
    return "|".join(sorted(_alternatives(pattern), key=len, reverse=True))


def _alternatives(pattern: str) -> list[str]:
    alternatives = [""]
    depth = 0
    for letter in pattern:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "|" and not depth:
            alternatives.append("")
        else:
            alternatives[-1] += letter
    return alternatives


# Each phrase that means no place by itself, its own name: they begin with a hundred words, and few are ever tried.
_NO_PLACES = {words: words for words in _alternatives(NO_PLACE)}
_PLACES = Table(_NO_PLACES | {key: _longest_first(words) for key, words in SETTING_WORDS.items()})
_HINTS = {  # of the settings that may be asked for where no word says more
    settings: Table({key: HINT_WORDS[key] for key in settings if key in HINT_WORDS})
    for settings in (tuple(SETTING_WORDS), tuple(OUTDOOR_WORDS))
}
