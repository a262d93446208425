"""What the fields of a storyboard mean together: ids that must exist, files that must lie there, joins that must fit.

Works on the normalised data rather than on the strict model, so that its errors are told in one pass with the
schema's own; values of the wrong type are passed over here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from storyvid.errors import StoryboardError, did_you_mean
from storyvid.storyboard.aliases import fold_key
from storyvid.storyboard.findings import Findings, Place, show
from storyvid.storyboard.schema import DEFAULT_DURATION_S, DEFAULT_TRANSITION_S
from storyvid.storyboard.values import half_character, unsafe_character
from storyvid.storyboard.vocabulary import CUT_TRANSITIONS

SOUND_SUFFIXES = frozenset([".wav", ".mp3", ".flac", ".ogg", ".m4a", ".aac", ".opus", ".aif", ".aiff", ".wma"])


def check(data: dict[str, Any], folder: Path | None, rate: Fraction, findings: Findings) -> None:
    """Note every error that shows only when fields are seen together.

    Args:
        data: The storyboard in strict names and shapes.
        folder: Where its pictures and sounds are looked for; None = they are not.
        rate: Frames per second of the film.
        findings: Takes the errors.
    """
    shots = data["shots"]
    programme = [index for index, shot in enumerate(shots) if shot.get("skip") is not True]
    if not programme:
        findings.error(("shots",), "every shot is skipped, so the film is empty", "keep at least one shot", "nothing-to-show")
    for index, shot in enumerate(shots):
        check_prompt(shot, index, findings)
        check_continuity(index, shots, programme, rate, findings)
    for position, index in enumerate(programme):
        check_transitions(position, index, shots, programme, findings)
    if folder is not None:
        check_files(data, folder, findings)
    check_characters_of_text(data, (), findings)


def check_prompt(shot: dict[str, Any], index: int, findings: Findings) -> None:
    """A shot needs words for its picture."""
    place: Place = ("shots", index, "prompt")
    if findings.is_bad(place) or any(not _is_blank(shot.get(name)) for name in ("prompt", "first_frame_prompt")):
        return
    extra = shot.get("extra")
    near = [key for key in extra if did_you_mean(fold_key(key), ["prompt"])] if isinstance(extra, dict) else []
    fix = f'rename "{near[0]}" to "prompt"' if near else "say what is seen and what moves"
    for key in near:
        findings.take_back((*place[:2], key))
    findings.error(place, "the shot has neither prompt nor first_frame_prompt", fix, "prompt-missing")


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def check_continuity(index: int, shots: list[dict[str, Any]], programme: list[int], rate: Fraction, findings: Findings) -> None:
    """``continue`` needs a shot before it; ``from`` an earlier one that is in the film."""
    continuity = shots[index].get("continuity")
    place: Place = ("shots", index, "continuity")
    if continuity == "continue" and index in programme[:1]:
        findings.error(
            place, "the first shot has no shot before it to continue", 'use "cut", or start from a picture', "continue-first"
        )
    if not isinstance(continuity, dict) or not isinstance(continuity.get("from"), str | int):
        return
    wanted = continuity["from"]
    ids = [shot["id"] for shot in shots]
    here: Place = (*place, "from")
    if isinstance(wanted, int) or wanted not in ids:
        earlier = [ids[at] for at in programme if at < index]
        fix = f"name an earlier shot: {', '.join(earlier)}" if earlier else 'use "cut"'
        findings.error(here, f"there is no shot {show(wanted)}", fix, "reference-unknown")
        return
    origin = ids.index(wanted)
    if origin == index:
        findings.error(here, "a shot can't start from itself", "name an earlier shot", "reference-own")
    elif origin > index:
        findings.error(
            here, f"{show(wanted)} comes later in the film", "name an earlier shot, or change the order", "reference-later"
        )
    elif origin not in programme:
        findings.error(
            here, f"{show(wanted)} is skipped, so it has no frames", "name a shot that is not skipped", "reference-skipped"
        )
    else:
        check_frame(continuity, shots[origin], (*place, "frame"), rate, findings)


def check_frame(continuity: dict[str, Any], origin: dict[str, Any], place: Place, rate: Fraction, findings: Findings) -> None:
    """A frame number must lie inside the shot it is taken from."""
    frame, seconds = continuity.get("frame"), _seconds(origin)
    if not isinstance(frame, int) or isinstance(frame, bool) or seconds is None:
        return
    count = int(seconds * rate + Fraction(1, 2))
    if frame >= count:
        what = f"frame {frame} lies outside {origin['id']}, which has {count} frames (0 to {count - 1})"
        findings.error(place, what, f'use "last", or {count - 1} at the most', "frame-range")


def check_transitions(position: int, index: int, shots: list[dict[str, Any]], programme: list[int], findings: Findings) -> None:
    """A transition must be shorter than half of each shot it touches, so that two of them don't meet inside one."""
    leaving: Place = ("shots", index, "transition")
    _check_length(shots[index].get("transition"), leaving, [shots[at] for at in programme[position : position + 2]], findings)
    if position == 0:
        _check_length(shots[index].get("transition_in"), ("shots", index, "transition_in"), [shots[index]], findings)


def _check_length(transition: Any, place: Place, touched: list[dict[str, Any]], findings: Findings) -> None:
    if not isinstance(transition, dict) or transition.get("type", "cut") in CUT_TRANSITIONS:
        return
    length = transition.get("duration", DEFAULT_TRANSITION_S)
    if isinstance(length, bool) or not isinstance(length, int | float):
        return
    for shot in touched:
        seconds = _seconds(shot)
        if seconds is not None and seconds > 0 and Fraction(repr(length)) >= seconds / 2:
            what = f"{length:g} s is half of shot {show(shot['id'])} ({float(seconds):g} s) or more"
            fix = f"set {findings.path(place)}'s duration below {float(seconds) / 2:g}, or make the shot longer"
            findings.error((*place, "duration"), what, fix, "transition-long")
            return


def _seconds(shot: dict[str, Any]) -> Fraction | None:
    value = shot.get("duration", DEFAULT_DURATION_S)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**6:
        return None
    return Fraction(repr(value))


def check_files(data: dict[str, Any], folder: Path, findings: Findings) -> None:
    """Pictures and sounds must lie in the storyboard's folder or below it."""
    audio = data.get("audio")
    if isinstance(audio, dict):
        check_file(audio.get("music"), ("audio", "music"), folder, findings)
    characters = data.get("characters")
    for character_id, character in characters.items() if isinstance(characters, dict) else ():
        if isinstance(character, dict):
            check_file(character.get("reference_image"), ("characters", character_id, "reference_image"), folder, findings)
    for index, shot in enumerate(data["shots"]):
        continuity, sound = shot.get("continuity"), shot.get("sound")
        if isinstance(continuity, dict):
            check_file(continuity.get("image"), ("shots", index, "continuity", "image"), folder, findings)
        if isinstance(sound, str) and names_sound_file(sound):
            check_file(sound, ("shots", index, "sound"), folder, findings)


def names_sound_file(text: str) -> bool:
    """Whether a text is the path of a sound file rather than words about a sound."""
    return Path(text.strip()).suffix.casefold() in SOUND_SUFFIXES


def check_file(value: Any, place: Place, folder: Path, findings: Findings) -> None:
    """One file, named relative to the storyboard."""
    if not isinstance(value, str) or findings.is_bad(place):
        return
    try:
        root = folder.resolve()
        file = (root / value).resolve()
        inside, there = file.is_relative_to(root), file.is_file()
    except (OSError, ValueError, RuntimeError):  # RuntimeError: symbolic links that lead in a circle
        inside, there = True, False
    if not inside:
        findings.error(
            place, f"{show(value)} leads out of the storyboard's folder", "copy the file beside the storyboard", "file-outside"
        )
    elif not there:
        fix = "paths are relative to the storyboard; check the name, or delete the field"
        findings.error(place, f"there is no file {show(value)}", fix, "media-missing")


def refuse_half_characters(data: Any, findings: Findings) -> None:
    """Refuse text with half of a surrogate pair (``\\ud83d`` alone), which can be neither checked nor written.

    Args:
        data: As it stands in the file.
        findings: Takes the errors.

    Raises:
        StoryboardError: Every place that holds one.
    """
    halves = Findings(findings.name)
    check_characters_of_text(data, (), halves, half_character)
    if halves.errors:
        raise StoryboardError(halves.errors)


def check_characters_of_text(
    value: Any, place: Place, findings: Findings, find_bad: Callable[[str], str | None] = unsafe_character
) -> None:
    """Control characters come from broken copies and can't be shown, spoken or encoded."""
    if isinstance(value, dict):
        for key, part in value.items():
            here = (*place, key)
            _check_text(key, here, "the key", findings, find_bad)
            check_characters_of_text(part, here, findings, find_bad)
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            check_characters_of_text(part, (*place, index), findings, find_bad)
    elif isinstance(value, str):
        _check_text(value, place, "the text", findings, find_bad)


def _check_text(text: Any, place: Place, what: str, findings: Findings, find_bad: Callable[[str], str | None]) -> None:
    bad = find_bad(text) if isinstance(text, str) else None
    if bad is not None and not findings.is_bad(place):
        kind = "half of the character pair" if half_character(bad) else "the control character"
        findings.error(place, f"{what} holds {kind} U+{ord(bad):04X}", "delete it", "control-character")
