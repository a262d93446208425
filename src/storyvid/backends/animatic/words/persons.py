"""The people that a text speaks of, one by one, each with the words that are about them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storyvid.backends.animatic.words.kinds import NUMBERS, PAIR_WORDS, PERSON_NOUNS, PERSON_WORDS, SUBJECT_WORDS, WOMAN_WORDS
from storyvid.backends.animatic.words.phrases import Phrases, folded, whole_words
from storyvid.backends.animatic.words.place_words import SETTING_WORDS
from storyvid.backends.animatic.words.reading import mentions

GROUP_SIZE = 5
SINGULARS: Mapping[str, str] = {
    "men": "man", "women": "woman", "children": "child", "people": "person", "ladies": "lady", "gentlemen": "gentleman",
    "fishermen": "fisherman", "policemen": "policeman", "thieves": "thief", "heroes": "hero",
}  # fmt: skip
NO_PLURALS = frozenset({"princess", "waitress", "actress", "boss", "someone", "somebody"})
MANY_WORDS = frozenset({"commuters", "family", "people"})
NO_DOERS = (  # what ends like somebody's trade
    "water|river|flower|paper|computer|trailer|mirror|motor|tractor|projector|elevator|escalator|butter|dinner|supper|summer|winter|"
    "weather|thunder|number|corner|counter|drawer|ladder|feather|spider|otter|colou?r|floor|door|fighter|conveyor|printer|boiler|"
    "burner|freezer|poster|banner|container|mist|wrist|fist|list|twist|snowman|speaker|silver|amber|ember|border|powder|shutter|"
    "chandelier|pier|glacier|crater|monster|rooster|hamster|beaver|panther|oyster|lobster|sensor|reactor|indoor|outdoor|other|never|"
    "over|under|ever|after|whether|per|younger|older|bigger|smaller|taller|further|latter|order|power|tower|timer|meter|roller|charger"
)
AGES = r"(?:old|elderly|aged|young|little|small|tall|teenage|blind|fat|thin|big|tiny)"
OTHER_WORDS = frozenset({"another", "other", "second"})
DEEDS = (
    "types?|looks?|smiles?|drinks?|eats?|reads?|watches|walks?|sits|swims|kneels|writes|speaks|laughs|cries|sleeps|sings|dances|"
    "waits|nods|smokes|prays|listens|salutes|shouts|runs|climbs|holds|carries"
)
_DOER = Phrases(
    rf"\b(?:an?|the|one|this)\s+(?:[\w-]+\s+){{0,2}}?([a-z]{{2,}}(?:er|or|ist|man|woman|ian)|general)\s+(?:\w+ly\s+)?(?:{DEEDS})\b"
)
_NO_DOER = re.compile("|".join((*SUBJECT_WORDS.values(), *SETTING_WORDS.values(), NO_DOERS)))
_JOINED = re.compile(r"(?:^|\s)(?:and|,)\s*(?:an?|the|his|her|their|two|three)?\s*$")
_NOUN = Phrases(rf"\b({PERSON_NOUNS})\b(?!['’]s)")


@dataclass(frozen=True)
class Mention:
    """One or more alike people where a text speaks of them.

    Attributes:
        key: Noun and age, for example "old man": the same words mean the same person in every shot.
        count: How many.
        start: Where the phrase begins.
        words: The text from the phrase to the next mention.
        deeds: The text that says what they do: in "a man and a woman dance" the man's goes on to the end.
    """

    key: str
    count: int
    start: int
    words: str
    deeds: str


def people_in(text: str) -> list[Mention]:
    """Everybody whom the text names by a noun, in order, nobody twice; by a pronoun where there is no noun.

    Args:
        text: In lower case, see `kinds.present`.
    """
    found: list[tuple[str, int, int]] = []
    last_end = 0
    for match in _NOUN.all(text):
        before = re.split(r"[,.;:|\n]|\b(?:and|with|to|of|by|for)\b", text[max(last_end, match.start() - 48) : match.start()])[-1]
        appositive = found and re.fullmatch(r"\s*,\s*(?:an?|the)\s+(?:[\w-]+\s+){0,2}", text[last_end : match.start()])
        listed = re.match(r"\s*,?\s*(?:and|or)\b|\s*,\s*an?\b[^,.]{0,30},?\s*and\b", text[match.end() :])
        if appositive and not listed and len(found) == 1:
            last_end = match.end()
            continue
        key, count = _key_and_count(match[1], before.split())
        if OTHER_WORDS & {*before.split()} and key in {known for known, _, _ in found}:
            key += " 2"
        last_end = match.end()
        if key not in {known for known, _, _ in found} or count > 1:
            found.append((key, count, match.start() - len(before)))
    return _with_words(found, text) or _by_trade(text) or _by_pronoun(text)


def _with_words(found: Sequence[tuple[str, int, int]], text: str) -> list[Mention]:
    """Cut the text at each mention; what comes before the first belongs to it."""
    starts = [0, *(start for _, _, start in found[1:]), len(text)]
    parts = [text[starts[n] : starts[n + 1]] for n in range(len(found))]
    deeds = list(parts)
    for n in range(len(parts) - 2, -1, -1):
        if _JOINED.search(parts[n]):
            deeds[n] += deeds[n + 1]
    return [Mention(key, count, start, parts[n], deeds[n]) for n, (key, count, start) in enumerate(found)]


def _by_trade(text: str) -> list[Mention]:
    """Somebody whose trade no table knows: a word that ends like one, and does what only people do."""
    found = next((match for match in _DOER.all(text) if not _NO_DOER.fullmatch(match[1])), None)
    return [Mention(found[1], 1, found.start(), text, text)] if found else []


def _by_pronoun(text: str) -> list[Mention]:
    match = whole_words(PERSON_WORDS).first(text)
    if match is None:
        return []
    if mentions("they|them|their", match[0]):
        return [Mention("person", 2, match.start(), text, text)]
    if mentions(WOMAN_WORDS, text):
        return [Mention("woman", 1, match.start(), text, text)]
    return [Mention("man" if mentions("he|his|him", text) else "person", 1, match.start(), text, text)]


def _key_and_count(noun: str, before: Sequence[str]) -> tuple[str, int]:
    single = singular(noun)
    ages = [word for word in before if re.fullmatch(AGES, word)]
    count = next((NUMBERS[word] for word in reversed(before) if word in NUMBERS), 0)
    if not count and whole_words(PAIR_WORDS).first(" ".join((*before, noun))):
        count = 2
    if not count:
        count = GROUP_SIZE if single != noun or noun in MANY_WORDS else 1
    return " ".join((*ages, single)), count


def singular(noun: str) -> str:
    """The noun for one person."""
    if noun in SINGULARS:
        return SINGULARS[noun]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") and noun not in NO_PLURALS else noun


def identity(look: str) -> str:
    """The first noun for a person in a description: who it is, whatever else it speaks of."""
    match = _NOUN.first(folded(look))
    return singular(match[1]) if match else ""
