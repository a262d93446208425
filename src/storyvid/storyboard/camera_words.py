"""A camera written as a sentence, read into the vocabulary: "slow push-in, medium-wide shot with a 35mm lens".

Words are matched longest phrase first. A word that means other things too ("long", "medium", "ground") counts only
before "shot" or when it stands alone between commas. Whatever is left over is kept as text, never dropped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from storyvid.storyboard import vocabulary

# Alone these name something else as often: a long street, high grass, one lamp.
# fmt: off
NEED_CONTEXT = frozenset([
    "close", "medium", "mid", "full", "long", "wide", "detail", "macro", "american", "cowboy", "3/4", "waist",
    "low", "high", "top", "ground", "neutral", "tilted", "oblique", "shoulder", "hip", "knee",
    "one", "two", "2", "single", "group", "crowd", "insert", "subjective",
    "still", "none", "fixed", "locked", "circle", "lateral", "slide", "track", "follow", "roll", "push", "whip", "boom", "truck",
])
# fmt: on
SHOT_WORDS = frozenset(["shot", "view", "framing", "frame", "angle", "level", "move", "movement", "camera"])
# Words that only join others; EDGE_FILLER is also taken off the ends of what is kept.
EDGE_FILLER = frozenset(
    ["a", "an", "the", "with", "and", "shot", "lens", "camera", "is", "using", "framing", "frame", "movement", "move"]
)
FILLER = EDGE_FILLER | {"at", "in", "on", "of", "view", "angle", "through", "then", "while"}

# What a verb of a sentence is called in the vocabulary.
STEMS: Mapping[str, str] = {
    "pushes": "push", "pushing": "push", "pans": "pan", "panning": "pan", "tilts": "tilt", "tilting": "tilt", "zooms": "zoom",
    "zooming": "zoom", "dollies": "dolly", "dollying": "dolly", "orbits": "orbit", "tracks": "track", "tracking": "track",
    "follows": "follow", "following": "follow", "cranes": "crane", "craning": "crane", "pulls": "pull", "pulling": "pull",
    "trucks": "truck", "trucking": "truck", "slides": "slide", "sliding": "slide", "booms": "boom", "booming": "boom",
    "arcs": "arc", "arcing": "arc", "circles": "circle", "circling": "circle", "rolls": "roll", "upward": "up", "upwards": "up",
    "downward": "down", "downwards": "down", "leftward": "left", "rightward": "right", "forwards": "forward",
    "backwards": "backward", "inward": "in", "outward": "out",
}  # fmt: skip

EXTRA_PHRASES: Mapping[str, tuple[str, str]] = {
    "slow motion": ("", ""),  # speed of the action, not of the camera
    "slow mo": ("", ""),
    "fast motion": ("", ""),
    "wide angle": ("", ""),
    "long lens": ("", ""),
    "medium speed": ("speed", "medium"),
    "normal speed": ("speed", "medium"),
    "macro lens": ("lens_type", "macro"),
    "anamorphic": ("lens_type", "anamorphic"),
    "fisheye": ("lens_type", "fisheye"),
    "fish eye": ("lens_type", "fisheye"),
    "shallow depth of field": ("depth_of_field", "shallow"),
    "shallow focus": ("depth_of_field", "shallow"),
    "shallow dof": ("depth_of_field", "shallow"),
    "deep depth of field": ("depth_of_field", "deep"),
    "deep focus": ("depth_of_field", "deep"),
    "deep dof": ("depth_of_field", "deep"),
    "at eye level": ("angle", "eye_level"),
}

WORD = re.compile(r"[^\W_]+(?:['’/.][^\W_]+)*")
LENS = re.compile(r"(?<![\d.\-–])(\d{1,4})\s*-?mm\b(?!\s*film)", re.IGNORECASE)


def _phrases() -> dict[tuple[str, ...], tuple[str, str]]:
    """Words of a phrase to the camera field and the id it means. The first entry of a phrase stays."""
    table: dict[tuple[str, ...], tuple[str, str]] = {}

    def add(phrase: str, name: str, value: str) -> None:
        table.setdefault(tuple(STEMS.get(word, word) for word in phrase.replace("_", " ").replace("-", " ").split()), (name, value))

    for phrase, (name, value) in EXTRA_PHRASES.items():
        add(phrase, name, value)
    for phrase, value in vocabulary.MOVEMENT_MIXUPS.items():
        add(phrase, "movement", value)
    for verb, ids in {"pan": "pan", "tilt": "pan", "truck": "truck", "slide": "truck", "dolly": "truck", "track": "truck"}.items():
        for side, other in (("left", "right"), ("right", "left")):
            for phrase in (f"{verb} to the {side}", f"{verb} {other} to {side}", f"{verb} from {other} to {side}"):
                add(phrase, "movement", f"{ids}_{side}")
    # "detail", "macro" and "establishing" are sizes and more; framing goes first, so that a sentence keeps the finer word.
    for name, words, aliases in (
        ("movement", vocabulary.MOVEMENTS, vocabulary.MOVEMENT_ALIASES),
        ("framing", vocabulary.FRAMINGS, vocabulary.FRAMING_ALIASES),
        ("size", vocabulary.SHOT_SIZES, vocabulary.SIZE_ALIASES),
        ("angle", vocabulary.ANGLES, vocabulary.ANGLE_ALIASES),
        ("speed", tuple(word for word in vocabulary.SPEEDS if word != "medium"), vocabulary.SPEED_ALIASES),
    ):
        for word in words:
            add(word, name, word)
        for phrase, value in aliases.items():
            if phrase not in ("normal", "moderate"):
                add(phrase, name, value)
    return table


PHRASES = _phrases()
LONGEST: dict[str, int] = {}  # first word of a phrase -> words of the longest that begins so
for _phrase in PHRASES:
    LONGEST[_phrase[0]] = max(len(_phrase), LONGEST.get(_phrase[0], 0))


@dataclass
class CameraWords:
    """What a sentence about the camera says.

    Attributes:
        fields: Fields of `storyvid.storyboard.schema.Camera`; ``text`` holds what is left over.
        doubts: Sentences for the reader: what was taken of several, mixed up, or without a direction.
    """

    fields: dict[str, str | int] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int


def read_camera(sentence: str) -> CameraWords:
    """The camera fields that a sentence names, what is left of it, and what was doubtful.

    Args:
        sentence: For example ``"slow push-in, medium-wide shot with a 35mm lens at eye level"``.
    """
    found = CameraWords()
    leftovers: list[str] = []
    several = False
    for segment in re.split(r"[,;|\n]|\.\s|\.$|\s/\s", sentence):
        lens, rest = _take_lens(segment, found)
        several |= lens
        for name, value, phrase in _matches(rest, leftovers):
            several |= _take(found, name, value, phrase)
    if found.fields.get("framing") == "establishing":
        found.fields.setdefault("size", "els")
    text = sentence.strip() if several else ", ".join(leftovers)
    if text:
        found.fields["text"] = text
    return found


def moves_in(sentence: str) -> tuple[str, ...]:
    """The camera moves that a sentence names outright, each once, in order. "static" is not a move."""
    found: list[str] = []
    for name, value, _ in _matches(sentence, []):
        if name == "movement" and value != "static" and value not in found:
            found.append(value)
    return tuple(found)


def _take(found: CameraWords, name: str, value: str, phrase: str) -> bool:
    """Put a field in place. True when another value was there already."""
    if name in found.fields:
        if found.fields[name] == value:
            return False
        label = "camera moves" if name == "movement" else f"words for camera.{name}"
        found.doubts.append(f"names several {label}; {found.fields[name]} is taken and the whole text is kept in camera.text")
        return True
    found.fields[name] = value
    if name == "movement" and phrase in vocabulary.MOVEMENT_MIXUPS:
        found.doubts.append(f'"{phrase}" is called {value} (a pan turns sideways, a tilt up and down, a dolly moves)')
    if name == "movement" and phrase in vocabulary.MOVEMENT_UNDIRECTED:
        found.doubts.append(f'"{phrase}" names no direction; {value} is taken')
    return False


def _take_lens(segment: str, found: CameraWords) -> tuple[bool, str]:
    """Take "35mm" out of a segment. True when a second lens is named."""
    several = False
    for match in LENS.finditer(segment):
        if not 4 <= int(match[1]) <= 1200:
            return several, segment
        if found.fields.setdefault("lens", int(match[1])) != int(match[1]):
            found.doubts.append(
                f"names several lenses; {found.fields['lens']} mm is taken and the whole text is kept in camera.text"
            )
            several = True
    return several, LENS.sub(" lens ", segment)


def _matches(segment: str, leftovers: list[str]) -> Iterator[tuple[str, str, str]]:
    """(field, id, phrase) of every phrase in a segment; the runs of words between them go to ``leftovers``."""
    words = [
        _Word(STEMS.get(m[0].casefold(), m[0].casefold().replace("’", "'")), m.start(), m.end()) for m in WORD.finditer(segment)
    ]
    run: list[_Word] = []
    at = 0
    while at < len(words):
        length, name, value = _longest(words, at)
        if name:
            yield name, value, " ".join(word.text for word in words[at : at + length])
            _keep(segment, run, leftovers)
            run = []
        else:
            run += words[at : at + length]
        at += length
    _keep(segment, run, leftovers)


def _longest(words: list[_Word], at: int) -> tuple[int, str, str]:
    for length in range(min(LONGEST.get(words[at].text, 0), len(words) - at), 0, -1):
        phrase = tuple(word.text for word in words[at : at + length])
        meaning = PHRASES.get(phrase)
        if meaning and (length > 1 or phrase[0] not in NEED_CONTEXT or _has_context(words, at)):
            return length, *meaning
    return 1, "", ""


def _has_context(words: list[_Word], at: int) -> bool:
    """Whether a word of many meanings is about the camera: "shot" follows soon, or nothing else is said."""
    if any(word.text in SHOT_WORDS for word in words[at + 1 : at + 3]):
        return True
    # Two words with a meaning settle it: the one at ``at`` and another. A long text is not looked through to its end.
    telling = itertools.islice((index for index, word in enumerate(words) if not _is_filler(word.text)), 2)
    return all(index == at for index in telling)


def _is_filler(word: str) -> bool:
    return word in FILLER or word in vocabulary.SPEED_ALIASES or word in vocabulary.SPEEDS


def _keep(segment: str, run: list[_Word], leftovers: list[str]) -> None:
    """Keep a run of unread words, unless it only joins others ("with a … lens")."""
    if all(word.text in FILLER for word in run):
        return
    while run[0].text in EDGE_FILLER:
        run = run[1:]
    while run[-1].text in EDGE_FILLER:
        run = run[:-1]
    leftovers.append(segment[run[0].start : run[-1].end])
