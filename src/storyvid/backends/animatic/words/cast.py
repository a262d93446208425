"""Who is in a shot and how fast they move, from its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from storyvid.backends.animatic.words.reading import first_match, mentions
from storyvid.storyboard.schema import Shot, Storyboard

MAX_CAST = 5
GROUP_SIZE = 5

# Whole subjects that are not people, most particular first.
SUBJECT_WORDS: Mapping[str, str] = {
    "lighthouse": "lighthouse|beacon",
    "dog": "dog|dogs|puppy|hound|retriever|wolf|fox|terrier|collie|shepherd dog|labrador",
    "cat": "cat|cats|kitten|tabby",
    "bird": "bird|birds|gulls?|seagulls?|crow|raven|eagle|hawk|owl|pigeons?|swallows?|geese|heron",
    "car": "car|taxi|van|truck|vehicle|jeep|sedan|pickup|bus",
    "boat": "boat|boats|ship|sailboat|yacht|trawler|ferry|canoe|dinghy|vessel|raft",
    "house": "house|cottage|cabin|hut|castle|tower|church|barn|building|windmill|temple",
    "tree": "tree|oak|willow",
    "lantern": "lantern|lamp|candle|letter|key|book|cup|box|phone|clock|watch|compass",
}

PERSON_WORDS = (
    "man|woman|men|women|boy|girl|child|children|kid|kids|person|people|someone|somebody|figure|he|she|they|his|her|him|"
    "mother|father|sister|brother|son|daughter|grandmother|grandfather|old man|old woman|friend|friends|couple|crowd|"
    "keeper|soldier|knight|king|queen|prince|princess|doctor|nurse|sailor|fisherman|farmer|dancer|rider|hiker|walker|"
    "traveller|traveler|stranger|detective|officer|driver|robot|astronaut|wizard|witch|hero|heroine|hand|hands|face|eyes|"
    "fingers|smile|smiles|hair|student|teacher|worker|baker|musician|artist|writer|runner|passenger|captain|guard"
)
COUPLE_WORDS = "two people|two men|two women|couple|two friends|both of them|two children|two girls|two boys|pair"
GROUP_WORDS = "crowd|group|people|villagers|soldiers|children|friends|team|family|guests|passengers|dancers|audience"
FLOCK_WORDS = "birds|gulls|seagulls|pigeons|swallows|geese|flock"
WALK_WORDS = "walks?|walking|strolls?|strolling|hikes?|hiking|wanders?|wandering|marches|marching|steps|strides?|crosses|climbs?"
RUN_WORDS = "runs?|running|sprints?|sprinting|races|racing|jogs?|jogging|flees|chases|chasing|hurries"
RIDE_WORDS = "drives?|driving|rides?|riding|sails|sailing|speeds|races|passes|cruises|rolls"

TIGHT_SIZES = frozenset({"ecu", "cu", "mcu", "ms", "mls", "fs"})


@dataclass(frozen=True)
class Member:
    """One subject of the shot.

    Attributes:
        kind: person, dog, cat, bird, car, boat, house, lighthouse, tree or lantern.
        key: What its colours are derived from: the character's id, else its own words.
        look: The character's description; colour words in it are used.
    """

    kind: str
    key: str
    look: str = ""


def read_pace(action: str) -> str:
    """Still, walk or run."""
    if mentions(RUN_WORDS, action):
        return "run"
    return "walk" if mentions(WALK_WORDS, action) else "still"


def _kind_of(text: str) -> str:
    """Person, unless the words are of something else before they are of a person."""
    person = re.search(rf"\b(?:{PERSON_WORDS})\b", text.casefold())
    kind = first_match(SUBJECT_WORDS, text)
    if kind is None:
        return "person"
    other = re.search(rf"\b(?:{SUBJECT_WORDS[kind]})\b", text.casefold())
    return kind if person is None or (other is not None and other.start() < person.start()) else "person"


def _characters(shot: Shot, storyboard: Storyboard) -> list[Member]:
    members = []
    for name in shot.characters:
        known = storyboard.characters.get(name)
        look = known.description if known else name
        members.append(Member(_kind_of(look), name, look))
    return members


def _unnamed(shot: Shot, action: str) -> list[Member]:
    """Subjects of a shot that lists no characters."""
    if mentions(PERSON_WORDS, action):
        return [Member("person", "somebody", action)]
    kind = first_match(SUBJECT_WORDS, action)
    if kind == "bird" and mentions(FLOCK_WORDS, action):
        return [Member("bird", f"bird {n}") for n in range(GROUP_SIZE)]
    if kind:
        return [Member(kind, kind, action)]
    if shot.camera.framing == "insert":
        return [Member("lantern", "lantern")]
    landscape = shot.camera.framing in {"establishing", "pov"} or (shot.camera.size or "ls") not in TIGHT_SIZES
    return [] if landscape else [Member("person", "somebody", action)]


def read_cast(shot: Shot, storyboard: Storyboard, action: str) -> tuple[Member, ...]:
    """The subjects of a shot from left to right; characters first, then what the action speaks of."""
    members = _characters(shot, storyboard) or _unnamed(shot, action)
    wanted = _cast_size(shot, action, members)
    if members and members[0].kind == "person":
        members += [Member("person", f"{members[0].key} {n}") for n in range(len(members), wanted)]
    if not members and wanted:
        members = [Member("person", f"somebody {n}") for n in range(wanted)]
    return tuple(members[:MAX_CAST])


def _cast_size(shot: Shot, action: str, members: list[Member]) -> int:
    """How many subjects the framing or, without characters, the words ask for."""
    if shot.camera.framing == "group":
        return GROUP_SIZE
    if shot.camera.framing == "two_shot":
        return 2
    if shot.camera.framing == "single":
        return 1 if members else 0
    if not shot.characters and mentions(COUPLE_WORDS, action):
        return 2
    if not shot.characters and mentions(GROUP_WORDS, action):
        return GROUP_SIZE
    return 0
