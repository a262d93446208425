"""Characters by their looks: a text encoder doesn't know "Ivo", it knows "an old man in a yellow raincoat".

The first mention of a name becomes the description, later ones its noun ("the old man"). Nothing is guessed: no
pronouns, no gender, and a character without a description keeps its name, with a warning.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from storyvid.prompts.parts import capitalised, is_ideographic, tidy
from storyvid.storyboard.schema import Shot, Storyboard

# Where the noun of a description ends: "an old man | with a white beard in a yellow raincoat".
HEAD_END = re.compile(r"[,，、;；:：(（。！？]|[.!?](?=\s|$)|\s[-–—]\s|\s(?:in|with|wearing|who|dressed)\s")
SEVERAL_SENTENCES = re.compile(r"[.!?;:]\s|[。！？；：]")
SENTENCE_ENDS = ".!?…。！？"
OPENING_MARKS = "\"'“‘«("
WORD_AFTER = re.compile(r"\s+\w")


@dataclass(frozen=True)
class Look:
    """One character as a model is told of it.

    Attributes:
        id: Key in the storyboard's characters.
        name: What the storyboard calls it.
        description: How it looks, without its name; empty when the storyboard doesn't say.
        reference: Short form for later mentions, such as ``the old man``.
    """

    id: str
    name: str
    description: str
    reference: str

    @property
    def is_phrase(self) -> bool:
        """Whether the description can stand in a sentence where the name stood."""
        return not SEVERAL_SENTENCES.search(self.description)


@dataclass(frozen=True)
class NamedText:
    """A text whose names are replaced.

    Attributes:
        text: The text for the model.
        undescribed: Looks that are mentioned by their reference but not described in the text.
    """

    text: str
    undescribed: tuple[Look, ...]


def find_cast(storyboard: Storyboard, shot: Shot) -> tuple[Look, ...]:
    """Looks of the characters that a shot lists or names, the listed ones first.

    Two characters whose nouns are the same ("the woman") are referred to by their whole descriptions.
    """
    listed = [id_ for entry in shot.characters if (id_ := character_id(storyboard, entry))]
    said = _everything_said(storyboard, shot)
    named = [id_ for id_ in storyboard.characters if mentions(said, storyboard.characters[id_].name)]
    ids = tuple(dict.fromkeys([*listed, *named]))
    everyone = _everyone(storyboard)
    noun_of = {id_: _noun(text) for id_, _, text in everyone}
    nouns = Counter(noun_of[id_] for id_ in ids)
    return tuple(_look(everyone, id_, shared=nouns[noun_of[id_]] > 1) for id_ in ids)


def _everything_said(storyboard: Storyboard, shot: Shot) -> str:
    """All text that may reach a model, one paragraph per field."""
    location = storyboard.locations.get(shot.location or "")
    texts = (
        *(shot.prompt, shot.first_frame_prompt, shot.continuation_prompt, shot.negative_prompt, shot.camera.text),
        *(shot.lighting, shot.mood, shot.weather, shot.time_of_day, storyboard.style, storyboard.negative_prompt),
        *(entry for entry in shot.characters if character_id(storyboard, entry) is None),
        *((location.description, location.lighting, location.time_of_day) if location else (shot.location,)),
    )
    return "\n".join(text for text in texts if text)


def character_id(storyboard: Storyboard, entry: str) -> str | None:
    """The id that an entry of ``shot.characters`` means: an id or a name; None for text of its own."""
    if entry in storyboard.characters:
        return entry
    return next((id_ for id_, character in storyboard.characters.items() if character.name == entry), None)


def mentions(text: str, name: str) -> bool:
    """Whether a text contains a name as a whole word, in the same case."""
    return _may_mention(text, name) and re.search(_name_pattern([name]), text) is not None


def _may_mention(text: str, name: str) -> bool:
    """Whether the first word of a name is in a text. Spares a film of many names most of its patterns."""
    return any(form.split()[0] in text for form in _forms(name))


def replace_names(text: str, cast: Iterable[Look], known: Collection[str]) -> NamedText:
    """Put looks in the place of names.

    Args:
        text: What the storyboard says.
        cast: The characters that may be named; those without a description keep their names.
        known: Ids of characters already described or already in the picture: only referred to.
    """
    text = tidy(text)
    by_name = {_plain(look.name): look for look in reversed([*cast]) if look.description and _may_mention(text, look.name)}
    if not by_name:
        return NamedText(text, ())
    seen, undescribed = set(known), []

    def put_look(match: re.Match[str]) -> str:
        look = by_name[_plain(match["name"])]
        words = look.reference
        if look.id not in seen:
            seen.add(look.id)
            if look.is_phrase and (not match["owns"] or not HEAD_END.search(look.description)):
                words = look.description
            else:
                undescribed.append(look)
        words += _possessive(words, match["owns"]) or _closing_comma(words, match)
        return capitalised(words) if _starts_sentence(match.string, match.start()) else words

    return NamedText(re.sub(_name_pattern([look.name for look in by_name.values()]), put_look, text), tuple(undescribed))


Cast = tuple[tuple[str, str, str], ...]


def _everyone(storyboard: Storyboard) -> Cast:
    """Id, name and description without the name of every character of the film."""
    return tuple((id_, who.name, _own_description(who.name, who.description)) for id_, who in storyboard.characters.items())


@lru_cache(maxsize=512)
def _look(everyone: Cast, id_: str, *, shared: bool) -> Look:
    """One of the film's characters; every shot that shows it asks again."""
    (name, description), *_ = ((name, text) for other, name, text in everyone if other == id_)
    noun = _noun(description)
    others = {other_name: _definite(_noun(text)) for other, other_name, text in everyone if other != id_ and text}
    description = noun + _swap(description[len(noun) :], others | {name: _definite(noun)})
    noun, description = _small_article(_swap(noun, others)), _small_article(_swap(description, others))
    return Look(id_, name, description, _definite(_first_sentence(description) if shared else noun))


@lru_cache(maxsize=512)
def _own_description(name: str, description: str) -> str:
    """The description without a leading "Ivo, " or "Ivo is ", its article in small letters and no full stop."""
    text = re.sub(rf"^{_one_name(name)}(?:\s+(?:is|are)|\s*[,:–—-])\s+", "", tidy(description))
    return _small_article(text).rstrip(" .,;。，；")


def _noun(description: str) -> str:
    """The description up to what qualifies it; all of it where it has no such place."""
    end = HEAD_END.search(description)
    return description[: end.start()].rstrip() if end and end.start() else description


def _first_sentence(description: str) -> str:
    return re.split(r"(?<=[.!?])\s|[。！？]", description)[0].rstrip(" .!?")


def _small_article(text: str) -> str:
    return re.sub(r"^(?:An?|The)(?=\s)", lambda article: article[0].lower(), text)


def _definite(phrase: str) -> str:
    return re.sub(r"^an?(?=\s)", "the", phrase)


def _closing_comma(words: str, match: re.Match[str]) -> str:
    """A description with commas in the middle of a sentence ends with one: "a woman, red hair, smiles"."""
    return "," if "," in words and WORD_AFTER.match(match.string, match.end()) else ""


def _starts_sentence(text: str, at: int) -> bool:
    """Whether nothing but spaces and opening marks stand between a place and the start of its sentence."""
    while at and (text[at - 1].isspace() or text[at - 1] in OPENING_MARKS):
        at -= 1
    return not at or text[at - 1] in SENTENCE_ENDS


def _possessive(words: str, owns: str | None) -> str:
    if not owns:
        return ""
    return owns[0] if re.search(r"[^s]s$", words) else f"{owns[0]}s"


def _swap(text: str, references: Mapping[str, str]) -> str:
    """The text with names replaced by short references."""
    looks = [Look(name, name, reference, reference) for name, reference in references.items() if reference]
    return text[: len(text) - len(text.lstrip())] + replace_names(text, looks, [look.id for look in looks]).text if text else ""


def _plain(name: str) -> str:
    """One spelling per name: composed letters, single spaces, no leading article."""
    return re.sub(r"^(?:The|the)\s+", "", unicodedata.normalize("NFC", tidy(name)))


def _name_pattern(names: Iterable[str]) -> str:
    """Matches any of the names, the longest first, with an article before it and a possessive after it."""
    longest_first = "|".join(_one_name(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    article = r"(?:\b(?:[Tt]he|[Aa]n?)\s+)?"
    possessive = r"(?P<owns>['’]s(?!\w)|(?<=s)['’](?=\s\w))?"
    return f"{article}(?P<name>{longest_first}){possessive}"


@lru_cache(maxsize=512)
def _forms(name: str) -> tuple[str, ...]:
    """The name's spellings: composed letters, and letters with their accents apart."""
    plain = _plain(name)
    return tuple(dict.fromkeys([plain, unicodedata.normalize("NFD", plain)]))


@lru_cache(maxsize=512)
def _one_name(name: str) -> str:
    plain, *_ = forms = _forms(name)
    words = "|".join(r"\s+".join(re.escape(word) for word in form.split()) for form in forms)
    # Chinese and Japanese put no spaces between words, Korean none before a particle: there a name ends where it ends.
    before = "" if len(plain) > 1 and is_ideographic(plain[0]) else r"(?<!\w)"
    after = "" if len(plain) > 1 and _joins_next(plain[-1]) else r"(?![\w\u0300-\u036f])"
    return f"{before}(?:{words}){after}"


def _joins_next(char: str) -> bool:
    return is_ideographic(char) or unicodedata.name(char, "").startswith("HANGUL")
