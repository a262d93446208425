"""Small runs in ``outputs/test/<name>``, as the command line would leave them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from storyvid import video
from storyvid.backends.animatic.backend import AnimaticBackend
from storyvid.record.run_folder import write_json
from storyvid.record.tracker import NoTracker
from storyvid.run import render_film
from tests.films import film, storyboard

SMALL = ("resolution.height=72", "resolution.width=128", "upscale=none", "tracking=none")
SHOTS = (
    {"duration": 0.75, "transition": {"type": "dissolve", "duration": 0.2}, "caption": "Once"},
    {"duration": 0.5, "prompt": "An old man walks through a cave."},
    {"duration": 0.5, "continuity": "continue", "transition": {"type": "fade_out", "duration": 0.2}},
)
NAME = "2026-01-01_00-00-00"


def render(folder: Path, *shots: dict[str, Any], words: tuple[str, ...] = (), name: str = NAME, **project: Any) -> Path:
    """A rendered film; returns its run folder.

    Args:
        folder: Holds ``outputs`` and, as its storyboard would, the pictures.
        shots: Of the storyboard; `SHOTS` when there are none.
        words: Settings that were typed.
        name: Of the run folder.
        project: More fields of the storyboard.
    """
    composed = [f"+{word}" if word.startswith("pick.") else word for word in words]
    overrides = (*SMALL, f"paths.outputs='{(folder / 'outputs').as_posix()}'", *composed)
    typed = tuple(word.partition("=")[0] for word in words)
    prepared = film(storyboard(*(shots or SHOTS), **project), *overrides, folder=folder, typed=typed)
    root = folder / "outputs" / "test" / name
    render_film(prepared, root, NoTracker(), overrides=[*SMALL, *words])
    return root


def stopped(folder: Path, monkeypatch: pytest.MonkeyPatch, *shots: dict[str, Any], **film: Any) -> Path:
    """A run that Ctrl-C ended in its second shot; returns its run folder. Arguments as of `render`."""
    with monkeypatch.context() as patch:
        stop_at(patch, 2)
        with pytest.raises(KeyboardInterrupt):
            render(folder, *shots, **film)
    return folder / "outputs" / "test" / NAME


def stop_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the ``number``-th chunk that is drawn (from 1) end in Ctrl-C."""
    draw, drawn = AnimaticBackend.generate_chunk, [0]

    def generate_chunk(self: AnimaticBackend, *args: Any) -> Any:
        drawn[0] += 1
        if drawn[0] == number:
            raise KeyboardInterrupt
        return draw(self, *args)

    monkeypatch.setattr(AnimaticBackend, "generate_chunk", generate_chunk)


def manifest_of(root: Path) -> dict[str, Any]:
    """What the run wrote of itself."""
    content: dict[str, Any] = json.loads((root / "metadata" / "manifest.json").read_text(encoding="utf-8"))
    return content


def change_manifest(root: Path, **values: Any) -> Path:
    """Write other values into a manifest; returns its path."""
    return write_json(root / "metadata" / "manifest.json", manifest_of(root) | values)


def film_of(root: Path) -> Path:
    """The film of a run folder."""
    return root / "assembled" / "film.mp4"


def digest(root: Path) -> str:
    """SHA-256 over the frames of a run's film, as they are shown."""
    frames = hashlib.sha256()
    for frame in video.read_frames(film_of(root)):
        frames.update(frame.tobytes())
    return frames.hexdigest()


def others(root: Path) -> list[Path]:
    """The other run folders of the project, oldest first."""
    return sorted(path for path in root.parent.iterdir() if path != root)


def reused(root: Path) -> list[bool]:
    """Of each shot of a run, whether its clip was there already."""
    return [shot["reused"] for shot in manifest_of(root)["shots"]]
