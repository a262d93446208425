"""Whom the film calls by a name without listing them: "a gardener named Rowan", and in later shots only "Rowan".

A name means one person all film long, who looks as the shot describes them that says most about their looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from storyvid.backends.animatic.words.acts import ACT_WORDS
from storyvid.backends.animatic.words.kinds import PERSON_NOUNS, PERSON_WORDS, SUBJECT_WORDS
from storyvid.backends.animatic.words.place_words import SETTING_WORDS
from storyvid.backends.animatic.words.places import action_text
from storyvid.backends.animatic.words.reading import mentions
from storyvid.storyboard.schema import Shot, Storyboard

SHOTS_NAMED = 2  # a capitalised word that nobody introduces is a name when it does something in so many shots
STANDS = "looks|turns|smiles|nods|stands|waits|watches|stops|pauses|takes|picks|puts|sets|wipes|checks|rinses|stirs|slides|listens"
DEEDS = "|".join((*ACT_WORDS.values(), STANDS))
WORN = (
    r"wears?|wearing|dressed|outfit|coat|raincoat|jacket|shirt|sweater|dress|apron|trousers|pants|boots|shoes|hat|cap|beanie|scarf|"
    r"gloves?|hair|haired|beard|bearded|moustache|skin|eyes|glasses|braid|ponytail|uniform|suit|[\w-]*year-old|tall|old|young"
)
NAME = r"[^\W\d_]{3,}"
INTRODUCED = re.compile(rf"\b(?:{PERSON_NOUNS})\s+(?:named|called)\s+({NAME})", re.IGNORECASE)
SAME = re.compile(rf"\b[Tt]he same ({NAME})\b(?=\s*[(,])")
ACTS = re.compile(rf"\b({NAME})\b(?:\s+(?:\w+ly|then|and))?\s+(?:{DEEDS})\b")
ALONE = re.compile(
    rf"(?:^|[.!?]\s+)({NAME})\s+(?:\w+ly\s+)?(?:looks (?:at|up|down|out|over|back|away|around|into|through)|smiles|"
    r"watches|walks|reads|drinks|eats|writes|kneels|nods|laughs|cries|listens|opens|picks|waves (?:at|to))\b",
    re.MULTILINE,
)
PRONOUN = re.compile(r"^\W*(?:he|she|they|his|her|their)\b", re.IGNORECASE)
AGE = re.compile(r"\b[1-5]?\d-years?-old\b")


def named_in(shot: Shot, storyboard: Storyboard) -> dict[str, tuple[str, str]]:
    """Those whom a shot's text names: the character's id, or the name in lower case -> the name, and how the person looks.

    Args:
        shot: The shot. Of one that lists its characters, only those without a description are of interest.
        storyboard: The film, all of whose shots may tell how somebody looks.
    """
    known = {id_: (one.name or id_, one.description) for id_, one in storyboard.characters.items()}
    taken = {word.casefold() for id_, (name, _) in known.items() for word in (id_, name)}
    told = _told(tuple(action_text(one) for one in storyboard.shots))
    others = {name: (name, look) for name, look in told.items() if name not in taken}
    if shot.characters:
        return {name: others[name] for name in (one.casefold() for one in shot.characters) if name in others}
    text = action_text(shot).casefold()
    people = known | others
    spoken = {key: re.search(rf"\b{re.escape(name.casefold())}\b", text) for key, (name, _) in people.items()}
    order = sorted((match.start(), key) for key, match in spoken.items() if match)
    return {key: people[key] for _, key in order}


def lone_name(action: str, text: str) -> str | None:
    """The name that begins a sentence and does what only people do, in lower case; for a shot that speaks of nobody else.

    Args:
        action: As written.
        text: The same after `kinds.present`.
    """
    for match in ALONE.finditer(action):
        name = match[1].casefold()
        if match[1].istitle() and mentions(re.escape(name), text) and not _is_common(name, (action,)):
            return name
    return None


@lru_cache(maxsize=8)
def _told(texts: tuple[str, ...]) -> dict[str, str]:
    """Name in lower case -> what the film says of this person's looks."""
    return {name: _look(name, texts) for name in _names(texts)}


def _names(texts: tuple[str, ...]) -> list[str]:
    """The names of people, in lower case and alphabetical order."""
    introduced: set[str] = set()
    again: set[str] = set()
    acting: dict[str, int] = {}
    for text in texts:
        introduced |= {name.casefold() for name in INTRODUCED.findall(text) if name[0].isupper()}
        again |= {name.casefold() for name in SAME.findall(text) if name[0].isupper()}
        for name in {name.casefold() for name in ACTS.findall(text) if name[0].isupper() and name[1:].islower()}:
            acting[name] = acting.get(name, 0) + 1
    frequent = {name for name, count in acting.items() if count >= SHOTS_NAMED or name in again}
    return sorted(name for name in introduced | frequent if not _is_common(name, texts))


def _is_common(name: str, texts: Iterable[str]) -> bool:
    """Whether a word that looks like a name is an ordinary one: known to the renderer, or written small somewhere."""
    known = "|".join((PERSON_WORDS, *SUBJECT_WORDS.values(), *SETTING_WORDS.values(), DEEDS))
    return re.fullmatch(known, name) is not None or any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts)


def _look(name: str, texts: Iterable[str]) -> str:
    """The sentences about somebody's looks, from the shot that says most about them."""
    best, most = name, 0
    for text in texts:
        if not re.search(rf"\b{re.escape(name)}\b", text.casefold()):
            continue
        about = [one for one in re.split(r"(?<=[.!?;])\s+|\n", text) if _is_about(one, name) and mentions(WORN, one)]
        said = sum(mentions(WORN, one) for one in about)
        if said > most:
            best, most = AGE.sub("", " ".join(about)), said
    return best


def _is_about(sentence: str, name: str) -> bool:
    low = sentence.casefold()
    return (
        name in low
        or PRONOUN.match(sentence) is not None
        or mentions(rf"(?:an?|the) (?:[\w-]+ ){{0,4}}(?:{PERSON_NOUNS})", low) > 0
    )
