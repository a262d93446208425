"""From finished shots to the delivered files: film, captions, contact sheet."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.assembly.captions import caption_entries, srt
from storyvid.assembly.contact_sheet import ContactSheet
from storyvid.assembly.film import assemble
from storyvid.assembly.missing import write_missing_card
from storyvid.film import Film, caption_starts, planned_timeline
from storyvid.plan import ShotPlan
from storyvid.record.run_folder import RunFolder, write_text

if TYPE_CHECKING:
    from storyvid.clips.shots import FinishedShot
    from storyvid.progress import FilmProgress


def deliver_film(
    film: Film, shots: Sequence[FinishedShot], folder: RunFolder, recipe: Mapping[str, Any], progress: FilmProgress
) -> None:
    """Assemble the film and what goes with it.

    Args:
        film: The plan and the delivery settings.
        shots: Every shot in film order; a card stands in for one that failed.
        folder: Where the files go.
        recipe: Written into the MP4, so that the film can be rendered again from itself.
        progress: Told of every frame.

    Raises:
        RenderError: A clip is shorter than the plan needs.
    """
    delivery, storyboard = film.config.delivery, film.loaded.storyboard
    sheet = ContactSheet([_sheet_entry(planned) for planned in film.plan.shots])
    progress.assembly_started(film.plan.num_frames)
    # A virus scanner that still reads a card must not undo the film.
    with tempfile.TemporaryDirectory(prefix=f".tmp-{os.getpid()}-cards-", dir=folder.root, ignore_cleanup_errors=True) as cards:
        clips = {shot.planned.shot.id: _clip_of(shot, film, folder, Path(cards)) for shot in shots}
        assemble(
            planned_timeline(film.plan, film.config, clips),
            folder.film,
            codec=delivery.codec,
            crf=delivery.crf,
            preset=delivery.preset,
            tags={
                "title": storyboard.title,
                "comment": storyboard.logline or "",
                "storyvid_recipe": json.dumps(recipe, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            },
            audio=storyboard.audio.temp,
            progress=progress.advance,
            watch=sheet.take,
        )
    progress.assembly_finished()
    entries = caption_entries(storyboard, caption_starts(film.plan), film.plan.fps)
    if entries:
        write_text(folder.captions, srt(entries))
    sheet.write(folder.contact_sheet)


def _clip_of(shot: FinishedShot, film: Film, folder: RunFolder, cards: Path) -> tuple[Path, Fraction, int]:
    """File, frames per second and frames of a shot's clip; of a card where the shot is missing.

    The run folder's own link is read, not the store's file, which another process may replace meanwhile.
    """
    planned, clip = shot.planned, shot.clip
    if clip is not None:
        return folder.shot_clip(planned.shot.id), clip.fps, clip.num_frames
    path = cards / f"{planned.shot.id}.mp4"
    size = {"height": film.plan.height, "width": film.plan.width}
    write_missing_card(path, planned.shot.id, shot.error or "", **size, num_frames=planned.asked_frames, fps=planned.clip_fps)
    return path, planned.clip_fps, planned.asked_frames


def _sheet_entry(planned: ShotPlan) -> tuple[str, int, str]:
    camera = planned.shot.camera
    words = [camera.size or "", (camera.movement or "").replace("_", " "), f"{planned.shot.duration:g} s"]
    return planned.shot.id, planned.start_frame + planned.num_frames // 2, ", ".join(word for word in words if word)
