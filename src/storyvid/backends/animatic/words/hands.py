"""Whether a shot is of hands rather than of somebody, and what they do."""

from __future__ import annotations

import re

from storyvid.backends.animatic.words.acts import (
    ACT_WORDS,
    read_held,
)  # fmt: skip
from storyvid.backends.animatic.words.kinds import (
    HAND_WORDS,
    PERSON_NOUNS,
)  # fmt: skip
from storyvid.backends.animatic.words.member import Member, things_in
from storyvid.backends.animatic.words.phrases import Table, whole_words
from storyvid.backends.animatic.words.reading import mentions
from storyvid.storyboard.schema import Shot

SENTENCE_ENDS = re.compile(r"[.;\n]")
HAND_SIZES = frozenset({"ecu", "cu", "mcu"})


def read_hand(shot: Shot, text: str, people: list[Member]) -> Member | None:
    """The hand, where a close shot or an insert speaks of hands before it speaks of anything else of a person."""
    tight = shot.camera.size in HAND_SIZES or shot.camera.framing == "insert"
    if tight and shot.camera.angle == "overhead" and any(member.arms in HAND_DEEDS for member in people):
        return _hands_of(people[0], text, both=True)  # straight above somebody at work: what the hands do
    match = whole_words(HAND_WORDS).first(text)
    if match is None or mentions("face|eyes|portrait", text[: match.start()]) or mentions(BODY_ACTS, text):
        return None
    sentence = SENTENCE_ENDS.split(text[: match.start()])[-1]
    if len(sentence.split()) > 4 or mentions(PERSON_VERBS, sentence):
        return None
    if not tight and (shot.camera.size is not None or shot.characters or mentions(OWNERS, sentence)):
        return None
    both = match[0] in {"hands", "fingers"} or mentions("both hands|two hands", text) > 0
    return _hands_of(people[0] if people else Member("person", "person"), text, both)


def _hands_of(owner: Member, text: str, both: bool) -> Member:
    """The hands of somebody and what they do."""
    act = next(_ACTS.mentioned(text), "hold" if read_held(text) else "reach")
    thing = _hand_thing(text)
    return Member("hand", owner.key, owner.look, variant=act, holds=thing, arms="both" if both else "")


HAND_DEEDS = frozenset({"work", "hold", "give", "lift", "read", "drink"})


BODY_ACTS = "|".join(ACT_WORDS[act] for act in ("clap", "arms_up", "hips", "thumbs_up", "wave"))


PERSON_VERBS = "walks|sits|stands|looks|turns|smiles|waits|runs|his face|her face"


OWNERS = f"{PERSON_NOUNS}|he|she|they"


HAND_ACTS = (
    ("knead", "kneads?|kneading|dough|moulds?|molds?|shapes?|clay|massag\\w+"),
    ("write", "writes?|writing|draws?|drawing|paints?|painting|signs?|signing|sketch\\w*"),
    ("type", "types?|typing|plays?|playing|piano|keyboard"),
    ("light", "lights|lighting|ignites?|strikes|(?:street )?lamp|candle"),
    ("clasp", "holding hands|hold hands|hold each other|clasp\\w*|shak(?:es?|ing) hands|handshake|folded|interlock\\w*|"
    "touch(?:es)? (?:her|his) hand"),
    ("cut", "cuts?|cutting|chops?|chopping|slices?|slicing|carves?|carving"),
    ("hold", "holds?|holding|grips?|clutch\\w*|lifts?|raises?|turns?|carries|picks|shows?|offers|gives|with"),
    ("reach", "reach\\w*|touch\\w*|opens?|opening|push\\w*|press\\w*|knocks?|grabs?|pulls?|points?"),
)  # fmt: skip


_ACTS = Table(dict(HAND_ACTS))


def _hand_thing(text: str) -> str:
    """The first object of the text."""
    objects = [variant for _, kind, variant, _ in things_in(text) if kind == "object"]
    return objects[0] if objects else ""
