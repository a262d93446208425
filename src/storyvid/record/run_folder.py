"""The run folder ``outputs/<project>/<timestamp>/``: its names, and writing into it whole files only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from storyvid.record.owner import temporary_name
from storyvid.record.renaming import discard, rename

Status = Literal["running", "done", "partial", "failed", "stopped"]  # of a run


def write_text(path: Path, text: str) -> Path:
    """Write a UTF-8 file under a temporary name and rename it, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(temporary_name())
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        rename(temporary, path)
    finally:
        discard(temporary)
    return path


def write_json(path: Path, value: Any) -> Path:
    """Write JSON for people: indented, characters as they are."""
    return write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class RunFolder:
    """The names inside one run folder.

    Attributes:
        root: ``outputs/<project>/<timestamp>``, or a job's folder of a sweep.
    """

    root: Path

    @property
    def shots(self) -> Path:
        """One MP4 a shot, untrimmed, at the model's size and rate."""
        return self.root / "shots"

    @property
    def film(self) -> Path:
        """The film."""
        return self.root / "assembled" / "film.mp4"

    @property
    def contact_sheet(self) -> Path:
        """One frame a shot, on one picture."""
        return self.root / "assembled" / "contact_sheet.png"

    @property
    def captions(self) -> Path:
        """Captions and dialogue as SubRip text."""
        return self.root / "assembled" / "film.srt"

    @property
    def manifest(self) -> Path:
        """What was made, from what, and how it ended."""
        return self.root / "metadata" / "manifest.json"

    @property
    def tracking(self) -> Path:
        """What became of the run in MLflow; written when that is known, perhaps after the run has ended."""
        return self.root / "metadata" / "tracking.json"

    @property
    def storyboard(self) -> Path:
        """The storyboard as it was understood."""
        return self.root / "metadata" / "storyboard.json"

    @property
    def config(self) -> Path:
        """The configuration, resolved."""
        return self.root / "metadata" / "config.yaml"

    @property
    def prompts(self) -> Path:
        """Every prompt as sent, for reading."""
        return self.root / "metadata" / "prompts.txt"

    @property
    def log(self) -> Path:
        """Everything that was logged, with tracebacks."""
        return self.root / "metadata" / "run.log"

    @property
    def tracked(self) -> list[Path]:
        """The files that MLflow keeps besides, as far as there are; links out of the folder don't count."""
        files = (self.film, self.contact_sheet, self.captions, self.manifest, self.prompts)
        return [file for file in files if file.is_file() and file.resolve().is_relative_to(self.root.resolve())]

    def shot_clip(self, shot_id: str, other_take: int | None = None) -> Path:
        """The clip of a shot.

        Args:
            shot_id: Of the storyboard.
            other_take: A take that is not in the film; None = the one that is.
        """
        return self.shots / f"{_take_name(shot_id, other_take)}.mp4"

    def shot_record(self, shot_id: str, other_take: int | None = None) -> Path:
        """Everything recorded of a shot; arguments as of `shot_clip`."""
        return self.root / "metadata" / "shots" / f"{_take_name(shot_id, other_take)}.json"

    def make(self) -> None:
        """Make the folders shots, assembled and metadata."""
        for folder in (self.shots, self.film.parent, self.manifest.parent / "shots"):
            folder.mkdir(parents=True, exist_ok=True)

    def relative(self, path: Path) -> str:
        """A path inside the run folder as it is written in records: relative, with forward slashes."""
        return path.relative_to(self.root).as_posix()


def _take_name(shot_id: str, other_take: int | None) -> str:
    return shot_id if other_take is None else f"{shot_id}.take{other_take}"  # ids hold no dot
