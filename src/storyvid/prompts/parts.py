"""The parts a prompt is put together from, and how they become sentences.

A template is a tuple of parts in the order a model's makers publish. Each part gives its text, or nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from storyvid.errors import Problem
from storyvid.prompts.camera import describe_movement, describe_view
from storyvid.storyboard.schema import Camera

SENTENCE_END = re.compile(r"[.!?…。！？．؟।۔][\"'”’»)\]」』）]*$")
DANGLING = " ,;:，、；：-–—"


@dataclass(frozen=True)
class ShotWords:
    """What the storyboard says of a shot, names of characters already replaced.

    Attributes:
        action: What is seen and moves; or, for text beside a picture, what changes.
        looks: One text per character that the action does not describe itself.
        style: Look of the whole film.
        place: Where it is.
        time_of_day: As written.
        weather: As written.
        lighting: As written.
        mood: As written.
        camera: The fields with a vocabulary.
        camera_text: What else was said of the camera.
    """

    action: str
    looks: tuple[str, ...] = ()
    style: str = ""
    place: str = ""
    time_of_day: str = ""
    weather: str = ""
    lighting: str = ""
    mood: str = ""
    camera: Camera = field(default_factory=Camera)
    camera_text: str = ""


@dataclass(frozen=True)
class ShotPrompts:
    """Every text that a model may read of one shot.

    Attributes:
        prompt: Full text, for a first chunk made from text alone. Empty when the family reads no text.
        opening_prompt: Only what changes, for a first chunk that starts from a picture or a frame of another shot.
        continuation_prompt: Only what changes, for the second and later chunks.
        negative_prompt: As sent to the model. Empty when the family takes none.
        first_frame_prompt: The still picture at the first frame, for a text-to-image step.
        warnings: What is left out, too long for the makers' advice, or at odds with the negative prompt.
        errors: What makes the texts unusable, such as a tail that the encoder would cut.
    """

    prompt: str
    opening_prompt: str
    continuation_prompt: str
    negative_prompt: str
    first_frame_prompt: str
    warnings: tuple[Problem, ...] = ()
    errors: tuple[Problem, ...] = ()

    def of_chunk(self, index: int, *, from_text: bool) -> str:
        """The text of one chunk.

        Args:
            index: Position within the shot, from 0.
            from_text: The shot's first chunk has no picture or frame to start from.
        """
        if index:
            return self.continuation_prompt
        return self.prompt if from_text else self.opening_prompt


Part = Callable[[ShotWords], str]


@dataclass(frozen=True)
class Template:
    """How one model family likes its text.

    Attributes:
        full: Parts of the text that a clip is made from when there is no picture.
        change: Parts of the text beside a picture or a handed-over frame.
        max_words: Longest full text the makers advise, words.
        max_change_words: Longest change text the makers advise, words.
        advise: Warnings about what of the shot this family leaves out; called with the words and the message prefix.
            Not needed where every field is sent.
    """

    full: tuple[Part, ...]
    change: tuple[Part, ...]
    max_words: int
    max_change_words: int
    advise: Callable[[ShotWords, str], list[Problem]] = lambda words, where: []

    @property
    def takes_text(self) -> bool:
        """Whether the model reads a prompt at all."""
        return bool(self.full)


def action(words: ShotWords) -> str:
    """What is seen and what moves, as written."""
    return sentence(words.action)


def looks(words: ShotWords) -> str:
    """Characters that the action does not describe, a sentence each."""
    return join_sentences(*(capitalised(look) for look in words.looks))


def style(words: ShotWords) -> str:
    """Look of the whole film."""
    return sentence(capitalised(words.style))


def place(words: ShotWords) -> str:
    """Where and when: the location, then time of day and weather."""
    when = ", ".join(text.rstrip(" .,;") for text in (words.time_of_day, words.weather) if text)
    return join_sentences(capitalised(words.place), capitalised(when))


def view(words: ShotWords) -> str:
    """Size, framing, angle and lens."""
    return sentence(capitalised(", ".join(describe_view(words.camera).values())))


def light(words: ShotWords) -> str:
    """Light, as written."""
    return sentence(capitalised(words.lighting))


def mood(words: ShotWords) -> str:
    """Feeling of the shot, as written."""
    return sentence(f"The mood is {words.mood}") if words.mood else ""


def movement(words: ShotWords) -> str:
    """The camera move, and what else was said of the camera."""
    return join_sentences(describe_movement(words.camera), capitalised(words.camera_text))


def compose(template: tuple[Part, ...], words: ShotWords) -> str:
    """One paragraph from the parts that have something to say."""
    return join_sentences(*(part(words) for part in template))


def tidy(text: str | None) -> str:
    """The text with every run of white space as one space."""
    return " ".join((text or "").split())


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends like a sentence already."""
    text = tidy(text)
    if not text or SENTENCE_END.search(text):
        return text
    text = text.rstrip(DANGLING)
    return text + ("。" if text and is_ideographic(text[-1]) else "." if text else "")


def join_sentences(*texts: str) -> str:
    """Sentences in a row; empty ones are left out."""
    return " ".join(filter(None, (sentence(text) for text in texts)))


def capitalised(text: str) -> str:
    """The text with a capital first letter, unless its first word has capitals of its own (iPhone)."""
    text = tidy(text)
    first_word = re.match(r"\w*", text)
    if first_word and first_word[0].islower():
        return text[0].upper() + text[1:]
    return text


def is_ideographic(char: str) -> bool:
    """Whether the character belongs to Chinese or Japanese writing, which puts no spaces between words."""
    if char.isascii():  # nearly always, and asked of every letter of every prompt
        return False
    name = unicodedata.name(char, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC"))
