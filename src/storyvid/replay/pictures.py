"""The pictures that a film starts from must be those it was rendered with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from storyvid.errors import Problem, StoryvidError
from storyvid.record.recipe import picture_sha256
from storyvid.storyboard.schema import StartImage, Storyboard


def opening_pictures(storyboard: Storyboard) -> tuple[str, ...]:
    """The pictures that shots of a film start from, by their names in the storyboard."""
    continuities = [shot.continuity for shot in storyboard.programme_shots]
    return tuple(dict.fromkeys(start.image for start in continuities if isinstance(start, StartImage)))


def picture_problems(folder: Path, hashes: Mapping[str, str | None], storyboard: Storyboard, fix: str) -> Iterator[Problem]:
    """Pictures that are missing, are not what was recorded, or can't be read.

    Args:
        folder: Where they should lie.
        hashes: Recorded SHA-256 by name; a picture without one only has to be there.
        storyboard: The film.
        fix: What to do.
    """
    for name in opening_pictures(storyboard):
        path = folder / name
        found, wanted = picture_sha256(path), hashes.get(name)
        if not path.resolve().is_relative_to(folder.resolve()):
            yield Problem(str(path), "leads out of the folder of pictures", "put the picture itself there", "file-outside")
        elif found is None:
            yield Problem(str(path), "this picture, which a shot starts from, is not there", fix, "media-missing")
        elif wanted is not None and found != wanted:
            what = f"is another picture than the film was rendered with (SHA-256 {found[:12]}…, recorded {wanted[:12]}…)"
            yield Problem(str(path), what, fix, "media-changed")
        else:
            yield from _unreadable(path)


def check_pictures(folder: Path, hashes: Mapping[str, str | None], storyboard: Storyboard, fix: str) -> None:
    """Raise what `picture_problems` finds; arguments as there.

    Raises:
        StoryvidError: Every picture that can't be used.
    """
    problems = list(picture_problems(folder, hashes, storyboard, fix))
    if problems:
        raise StoryvidError(problems)


def _unreadable(path: Path) -> tuple[Problem, ...]:
    from storyvid.video import read_image  # brings av and numpy

    try:
        read_image(path)
    except StoryvidError as error:
        return error.problems
    return ()
