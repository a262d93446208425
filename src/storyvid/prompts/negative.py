"""The negative prompt, and where it fights what the shot asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from storyvid.errors import Problem
from storyvid.prompts.parts import tidy
from storyvid.storyboard.schema import Camera, Storyboard


@dataclass(frozen=True)
class Conflict:
    """Something a shot may ask for that usual negative prompts forbid.

    Attributes:
        wish: What is asked for, as a noun.
        asked: Pattern of the words that ask for it.
        forbidden: Items of a negative prompt that work against it, folded.
    """

    wish: str
    asked: re.Pattern[str]
    forbidden: frozenset[str]


def _conflict(wish: str, asked: str, *forbidden: str) -> Conflict:
    return Conflict(wish, re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), frozenset(forbidden))


STILLNESS = "stillness"

# The Chinese items are those of Wan's own negative prompt (wan/configs/shared_config.py in Wan-Video/Wan2.2).
CONFLICTS = (
    _conflict(
        "a painted, drawn or named style",
        r"paint(?:ed|ings?|erly)|watercolou?rs?|gouache|oil on canvas|illustrat(?:ed|ions?)|drawings?|sketch(?:es)?|"
        r"cartoons?|anime|comics?|pixel art|claymation|woodcut|ink wash|stylised|stylized|style",
        *("style", "works", "work", "painting", "paintings", "drawing", "illustration", "cartoon", "anime"),
        *("风格", "作品", "画作", "画面"),
    ),
    _conflict(
        STILLNESS,
        r"static (?:shot|camera|frame)|locked[- ]off|fixed camera|tripod|motionless|perfectly still|still life|"
        r"(?:stands?|standing|sits?|sitting|lies|lying) still|freezes?|frozen in place",
        *("static", "still", "still picture", "still image", "motionless", "静态", "静止", "静止不动的画面"),
    ),
    _conflict(
        "a crowd",
        r"crowds?|crowded|spectators|audience|throngs?|parade|procession|packed",
        *("many people in the background", "many people", "crowd", "crowds", "crowded", "背景人很多"),
    ),
    _conflict(
        "moving backwards",
        r"(?:walk|step|run|move|mov|stepp|runn)(?:s|ing)? backwards?|moonwalk(?:s|ing)?|back(?:s|ing)? away|in reverse",
        *("walking backwards", "walking backward", "倒着走"),
    ),
    _conflict(
        "text in the picture",
        r"subtitles?|title card|lettering|written words",
        *("subtitles", "subtitle", "text", "字幕"),
    ),
    _conflict(
        "strong colours",
        r"(?:bright|vivid|vibrant|saturated) (?:\w+ )?(?:colou?rs?|tones?|palette|hues)|colou?rful|technicolou?r",
        *("bright tones", "bright colors", "bright colours", "saturated colors", "色调艳丽"),
    ),
    _conflict(
        "a picture without colour",
        r"black[- ]and[- ]white|monochrome|gr[ae]yscale|desaturated",
        *("overall gray", "overall grey", "gray", "grey", "monochrome", "整体发灰"),
    ),
    _conflict(
        "blur",
        r"soft focus|out of focus|blurred|blurry|motion blur",
        *("blurred details", "blurry", "blurred", "blur", "细节模糊不清"),
    ),
    _conflict("a cluttered place", r"messy|cluttered|littered|chaotic", "messy background", "cluttered background", "杂乱的背景"),
    _conflict(
        "a strange body",
        r"ugly|deformed|disfigured|misshapen|three[- ]legged|mutants?",
        *("ugly", "deformed", "disfigured", "misshapen limbs", "three legs", "丑陋的", "畸形的", "毁容的", "三条腿"),
    ),
)


def compile_negative(storyboard: Storyboard, own: Iterable[str], default: str) -> str:
    """The negative prompt as sent.

    Args:
        storyboard: Says whether its negative prompt adds to the default or replaces it.
        own: The storyboard's and the shot's negative prompts, in that order.
        default: The backend's. Kept letter by letter, repeated items too: it is the makers' recipe.
    """
    base = tidy(default) if storyboard.negative_mode == "append" else ""
    seen = {_fold(item) for item in split_items(base)}
    added = []
    for item in (item for text in own for item in split_items(text)):
        if _fold(item) not in seen:
            seen.add(_fold(item))
            added.append(item)
    return ", ".join(filter(None, [base.rstrip(" .,;，。") if added else base, *added]))


def split_items(text: str) -> list[str]:
    """The items between the commas, tidied; empty ones are left out."""
    items = (tidy(item).strip(" .;。") for item in re.split(r"[,，、]", text))
    return [item for item in items if item]


def find_conflicts(text: str, camera: Camera, negative_prompt: str, own: Iterable[str], where: str) -> list[Problem]:
    """Warnings where the negative prompt works against the prompt.

    Args:
        text: What the storyboard asks for: style, and what is seen and moves.
        camera: A static camera asks for stillness without words.
        negative_prompt: As sent.
        own: The parts of it that the storyboard wrote: each of its items may not stand in the text.
        where: Message prefix.
    """
    items = {_fold(item): item for item in reversed(split_items(negative_prompt))}
    problems = []
    for conflict in CONFLICTS:
        word = _asks(conflict, text, camera)
        against = [items[item] for item in sorted(items.keys() & conflict.forbidden)]
        if word and against:
            problems.append(_fight(conflict.wish, word, against, where))
    known = {item for conflict in CONFLICTS for item in conflict.forbidden}
    written = {_fold(item) for part in own for item in split_items(part)}
    said = _fold(text)
    literal = [items[item] for item in sorted(written & items.keys() - known) if _says(said, item)]
    return problems + [_fight("the same thing", item, [item], where) for item in literal]


def _asks(conflict: Conflict, text: str, camera: Camera) -> str:
    """The words that ask for what the conflict is about, or nothing."""
    asked = conflict.asked.search(text)
    if asked:
        return asked[0]
    return "camera.movement: static" if conflict.wish == STILLNESS and camera.movement == "static" else ""


def _fight(wish: str, word: str, against: list[str], where: str) -> Problem:
    forbidden = ", ".join(f'"{item}"' for item in against)
    what = f'the shot asks for {wish} ("{word}"), but its negative prompt forbids {forbidden}'
    fix = f'reword the shot, or write out the negative prompt without {forbidden} and set "negative_mode": "replace"'
    return Problem(f"{where}, negative_prompt", what, fix, "negative-conflict")


def _says(folded: str, item: str) -> bool:
    return item in folded and re.search(rf"(?<!\w){re.escape(item)}(?!\w)", folded) is not None


def _fold(item: str) -> str:
    return tidy(item).casefold()
