"""What is allowed but seldom meant: advice on a strict storyboard that holds for every backend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from storyvid.errors import Problem, did_you_mean
from storyvid.prompts.characters import mentions
from storyvid.storyboard.camera_words import moves_in
from storyvid.storyboard.findings import join_ranges
from storyvid.storyboard.references import names_sound_file
from storyvid.storyboard.schema import DEFAULT_VOLUME, Shot, Storyboard
from storyvid.storyboard.vocabulary import CUT_TRANSITIONS

SHORTEST_FILM_S = 15
LONGEST_FILM_S = 30
TARGET_TOLERANCE_S = Fraction(1, 2)
SHORTEST_SHOT_S = 1
FEWEST_WORDS = 5

TIMESTAMP = re.compile(
    r"\b\d{1,2}:\d{2}\b|\b\d+(?:\.\d+)?\s*(?:-|–|to)\s*\d+(?:\.\d+)?\s*(?:s|sec|secs|seconds)\b|\[\s*\d+(?:\.\d+)?\s*s\b", re.I
)
CUT_WORDS = re.compile(
    r"\b(?:cuts? to|cutting to|smash cut|jump cut|next shot|scene change|fades? to|dissolves? to|montage)\b", re.IGNORECASE
)
# Words in quotes that the sentence says are written somewhere: models draw letters badly.
SHOWN_TEXT = re.compile(
    r"\b(?:text|title|caption|sign|words?|letters|lettering|label(?:ed|led)?|reading|reads|says|saying|written|titled)\b[^.\"“”]{0,40}[\"“][^\"“”]+[\"”]",
    re.IGNORECASE,
)


def lint(storyboard: Storyboard) -> list[Problem]:
    """Warnings about a storyboard, in reading order: the film's, then shot by shot.

    Args:
        storyboard: In its strict form. What a model family can't do well is said by `storyvid.prompts`.
    """
    problems = list(_film_length(storyboard))
    problems += _cast(storyboard)
    problems += _not_used_yet(storyboard)
    programme = storyboard.programme_shots
    before = {shot.id: earlier for earlier, shot in pairwise(programme)}
    for index, shot in enumerate(storyboard.shots):
        where = f'shot "{shot.id}" ({index + 1} of {len(storyboard.shots)}), shots[{index}]'
        problems += _prompt(shot, where)
        problems += _characters(shot, storyboard, where)
        if not shot.skip:
            problems += _length(shot, where)
            problems += _last_transition(shot, programme, where)
            problems += _continuation(shot, before.get(shot.id), storyboard, where)
    return problems


def _film_length(storyboard: Storyboard) -> Iterator[Problem]:
    total = sum((shot.duration_exact for shot in storyboard.programme_shots), Fraction(0))
    target = storyboard.target_duration
    if target is not None and abs(total - Fraction(repr(target))) > TARGET_TOLERANCE_S:
        what = f"the shots last {float(total):g} s together, the film should last {target:g} s"
        yield Problem("target_duration", what, "change the shots' durations, or target_duration", "target-duration")
    if not SHORTEST_FILM_S <= total <= LONGEST_FILM_S:
        what = f"{float(total):g} s in all is outside the usual length of a film here ({SHORTEST_FILM_S} to {LONGEST_FILM_S} s)"
        yield Problem("shots", what, "nothing need change: longer films take longer, short ones may feel hasty", "film-length")


def _length(shot: Shot, where: str) -> Iterator[Problem]:
    if shot.duration < SHORTEST_SHOT_S:
        what = f"{shot.duration:g} s is hardly seen, and short for a video model"
        yield Problem(f"{where}.duration", what, f"give it {SHORTEST_SHOT_S} s or more", "shot-short")


def _prompt(shot: Shot, where: str) -> Iterator[Problem]:
    for name in ("prompt", "first_frame_prompt", "continuation_prompt"):
        text = getattr(shot, name)
        if text:
            yield from _words_for_a_model(text, f"{where}.{name}")
    if shot.prompt and len(shot.prompt.split()) < FEWEST_WORDS:
        what = f"{len(shot.prompt.split())} words leave most of the picture to chance"
        yield Problem(f"{where}.prompt", what, "say who or what is seen, what moves, and where", "prompt-short")
    moves = list(dict.fromkeys([*([shot.camera.movement] if shot.camera.movement else []), *_camera_moves(shot.prompt)]))
    moving = [move for move in moves if move != "static"]
    if len(moving) > 1:
        what = f"more than one camera move is asked for ({', '.join(moving)}); models do one well"
        yield Problem(f"{where}.prompt", what, "keep one move, or split the shot", "camera-moves")


def _words_for_a_model(text: str, where: str) -> Iterator[Problem]:
    for pattern, what, fix, code in (
        (TIMESTAMP, "holds a time", "models don't read times; set durations, or split the shot", "prompt-timestamp"),
        (CUT_WORDS, "asks for an edit inside the shot", "make it two shots with a transition", "prompt-cut"),
        (SHOWN_TEXT, "asks for written words, which models draw badly", "use caption, which is added at assembly", "prompt-text"),
    ):
        found = pattern.search(text)
        if found:
            yield Problem(where, f'"{found[0]}" {what}', fix, code)


def _camera_moves(text: str) -> list[str]:
    """Moves that the sentences about the camera name. "She follows the track" is no camera move."""
    sentences = [
        sentence
        for sentence in re.split(r"[.;!?\n]", text)
        if re.search(r"\b(?:camera|shot|lens|zoom|pan|tilt|dolly|push-in)\b", sentence, re.I)
    ]
    return [move for sentence in sentences for move in moves_in(sentence)]


def _characters(shot: Shot, storyboard: Storyboard, where: str) -> Iterator[Problem]:
    for index, entry in enumerate(shot.characters):
        if entry not in storyboard.characters and storyboard.characters:
            hint = did_you_mean(entry, tuple(storyboard.characters)) or "define it under characters, or leave it as a description"
            yield Problem(
                f"{where}.characters[{index}]", f'"{entry}" is not a character\'s id; it is used as text', hint, "character-unknown"
            )


def _cast(storyboard: Storyboard) -> Iterator[Problem]:
    """Characters that nobody sees, and seen ones that a model can't picture: it knows no names."""
    for character_id, character in storyboard.characters.items():
        seen = [shot for shot in storyboard.shots if _shows(shot, character_id, character.name)]
        speaks = any(line.speaker in (character_id, character.name) for shot in storyboard.shots for line in shot.dialogue)
        if not seen and not speaks:
            what = f'the character "{character.name}" appears in no shot'
            fix = f'add "{character_id}" to the characters of a shot'
            yield Problem(f"characters.{character_id}", what, fix, "character-unused")
        if seen and not character.description.strip():
            what = f'"{character.name}" is seen in {_listed(seen)} but has no description; a model knows no names'
            fix = f"say how {character.name} looks in characters.{character_id}.description"
            yield Problem(f"characters.{character_id}", what, fix, "character-undescribed")


def _shows(shot: Shot, character_id: str, name: str) -> bool:
    texts = (shot.prompt, shot.first_frame_prompt, shot.continuation_prompt)
    return character_id in shot.characters or any(mentions(text or "", name) for text in texts)


def _listed(shots: list[Shot]) -> str:
    rest = f" and {len(shots) - 3} more" if len(shots) > 3 else ""
    return ", ".join(shot.id for shot in shots[:3]) + rest


def _not_used_yet(storyboard: Storyboard) -> Iterator[Problem]:
    """Files that are kept with the film but not part of it, one warning for each kind. Sound and music in words are notes."""
    audio, shots, characters = storyboard.audio, storyboard.shots, storyboard.characters
    music = ["audio.music"] if audio.music else []
    music += ["audio.volume"] if audio.volume != DEFAULT_VOLUME else []
    music += [f"shots[{index}].music" for index, shot in enumerate(shots) if names_sound_file(shot.music or "")]
    sound = [f"shots[{index}].sound" for index, shot in enumerate(shots) if names_sound_file(shot.sound or "")]
    pictures = [f"characters.{key}.reference_image" for key, character in characters.items() if character.reference_image]
    for paths, what, fix in (
        (music, "music is kept but not mixed into the film yet", "add it to the film in a video editor"),
        (sound, "sound files are kept but not mixed into the film yet", "add them to the film in a video editor"),
        (pictures, "pictures of characters are kept, but no model is shown them yet", "say how they look in description"),
    ):
        if paths:
            yield Problem(", ".join(join_ranges(paths)), what, fix, "not-used-yet")


def _last_transition(shot: Shot, programme: tuple[Shot, ...], where: str) -> Iterator[Problem]:
    if shot is programme[-1] and shot.transition.type not in (*CUT_TRANSITIONS, "fade_out"):
        what = f"{shot.transition.type} leads to nothing: this is the last shot"
        yield Problem(f"{where}.transition", what, "use fade_out, or leave it out", "transition-last")


def _continuation(shot: Shot, before: Shot | None, storyboard: Storyboard, where: str) -> Iterator[Problem]:
    if shot.continuity != "continue" or before is None:
        return
    if before.transition.type not in CUT_TRANSITIONS:
        what = f"the take goes on from {before.id}, but {before.id} leaves with a {before.transition.type}"
        yield Problem(
            f"{where}.continuity", what, f"let {before.id} end with a cut, or start this shot anew", "continue-transition"
        )
    changes = {
        "location": (storyboard.place(before), storyboard.place(shot)),
        "camera.size": (before.camera.size, shot.camera.size),
        "characters": (frozenset(before.characters), frozenset(shot.characters)),
    }
    for name, (old, new) in changes.items():
        if old and new and old != new:
            what = f"the take goes on from {before.id}, but {name} changes; the picture can't jump"
            yield Problem(f"{where}.{name}", what, 'use continuity "cut", or keep it as it was', "continue-change")
    if shot.seed is not None and shot.seed == before.seed:
        what = f"{before.id} has the seed {shot.seed} too; the same noise twice piles up the same flaws"
        yield Problem(f"{where}.seed", what, "leave one of the seeds out", "continue-seed")
