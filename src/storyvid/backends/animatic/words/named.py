"""Whom the film calls by a name without listing them: "a gardener named Rowan", and in later shots only "Rowan".

A name means one person all film long, who looks as the shot describes them that says most about their looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from storyvid.backends.animatic.words.acts import ACT_WORDS
from storyvid.backends.animatic.words.film import once_per_film
from storyvid.backends.animatic.words.kinds import PERSON_NOUNS, PERSON_WORDS, SUBJECT_WORDS
from storyvid.backends.animatic.words.phrases import folded, spoken, whole_words, words_of
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
WORN_BUT_AGE = WORN.replace(r"[\w-]*year-old|", "")  # quick to look for, since it begins with certain words
A_PERSON = rf"(?:an?|the) (?:[\w-]+ ){{0,4}}(?:{PERSON_NOUNS})"
NAME = r"[^\W\d_]{3,}"
INTRODUCED = re.compile(rf"\b(?:{PERSON_NOUNS})\s+(?:named|called)\s+({NAME})", re.IGNORECASE)
SAME = re.compile(rf"\b[Tt]he same ({NAME})\b(?=\s*[(,])")
ACTS = re.compile(rf"\b({NAME})\b(?:\s+(?:\w+ly|then|and))?\s+(?:{DEEDS})\b")
NEAR = 2  # words after the name, within which its deed begins
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
    known, others = _listed(storyboard), _told(storyboard)
    if shot.characters:
        return {name: others[name] for name in (one.casefold() for one in shot.characters) if name in others}
    text = folded(action_text(shot))
    people = known | others
    found = {key: spoken(name.casefold(), text) for key, (name, _) in people.items()}
    order = sorted((match.start(), key) for key, match in found.items() if match)
    return {key: people[key] for _, key in order}


def lone_name(action: str, text: str) -> str | None:
    """The name that begins a sentence and does what only people do, in lower case; for a shot that speaks of nobody else.

    Args:
        action: As written.
        text: The same after `kinds.present`.
    """
    for match in ALONE.finditer(action):
        name = match[1].casefold()
        if match[1].istitle() and spoken(name, folded(text)) and not _is_common(name, (action,)):
            return name
    return None


@once_per_film
def _listed(storyboard: Storyboard) -> dict[str, tuple[str, str]]:
    """The film's characters: id -> the name, and how the character looks."""
    return {id_: (one.name or id_, one.description) for id_, one in storyboard.characters.items()}


@once_per_film
def _told(storyboard: Storyboard) -> dict[str, tuple[str, str]]:
    """The others: name in lower case -> the same, and what the film says of this person's looks."""
    texts = tuple(action_text(shot) for shot in storyboard.shots)
    taken = {word.casefold() for id_, (name, _) in _listed(storyboard).items() for word in (id_, name)}
    return {name: (name, _look(name, texts)) for name in _names(texts) if name not in taken}


def _names(texts: tuple[str, ...]) -> list[str]:
    """The names of people, in lower case and alphabetical order."""
    introduced: set[str] = set()
    again: set[str] = set()
    acting: dict[str, int] = {}
    for text in texts:
        if mentions("named|called", text):
            introduced |= {name.casefold() for name in INTRODUCED.findall(text) if name[0].isupper()}
        if "he same " in text:
            again |= {name.casefold() for name in SAME.findall(text) if name[0].isupper()}
        for name in {name.casefold() for name in _acting(text) if _like_a_name(name)}:
            acting[name] = acting.get(name, 0) + 1
    frequent = {name for name, count in acting.items() if count >= SHOTS_NAMED or name in again}
    return sorted(name for name in introduced | frequent if not _is_common(name, texts))


def _acting(text: str) -> Iterator[str]:
    """The capitalised words before deeds; the expression is only tried where a deed may follow a name."""
    low, deeds = folded(text), whole_words(DEEDS).words
    words = words_of(low if len(low) == len(text) else text)  # as a rule a letter folds to one letter: the words were found then
    told = [number for number, (_, word) in enumerate(words) if word in deeds]
    places = sorted({words[number - back][0] for number in told for back in range(1, NEAR + 1) if number >= back})
    end = 0
    for start in places:
        if start >= end and text[start].isupper() and (match := ACTS.match(text, start)):
            end = match.end()
            yield match[1]


def _like_a_name(word: str) -> bool:
    return word[0].isupper() and word[1:].islower()


@cache
def _known_words() -> re.Pattern[str]:
    return re.compile("|".join((PERSON_WORDS, *SUBJECT_WORDS.values(), *SETTING_WORDS.values(), DEEDS)))


def _is_common(name: str, texts: Iterable[str]) -> bool:
    """Whether a word that looks like a name is an ordinary one: known to the renderer, or written small somewhere."""
    return _known_words().fullmatch(name) is not None or any(spoken(name, text) for text in texts)


def _look(name: str, texts: Iterable[str]) -> str:
    """The sentences about somebody's looks, from the shot that says most about them."""
    best, most = name, 0
    for text in texts:
        if _worn(text) <= most or spoken(name, folded(text)) is None:
            continue
        about = [one for one in re.split(r"(?<=[.!?;])\s+|\n", text) if _worn(one) and _is_about(one, name)]
        said = sum(_worn(one) for one in about)
        if said > most:
            best, most = AGE.sub("", " ".join(about)), said
    return best


def _is_about(sentence: str, name: str) -> bool:
    low = folded(sentence)
    return (
        name in low
        or PRONOUN.match(sentence) is not None
        or (whole_words(PERSON_NOUNS).first(low) is not None and mentions(A_PERSON, low) > 0)
    )


def _worn(sentence: str) -> int:
    """How often a sentence speaks of looks."""
    return mentions(WORN if "year-old" in folded(sentence) else WORN_BUT_AGE, sentence)
