"""From finished shots to the delivered files: film, captions, contact sheet."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.assembly.captions import caption_entries, srt
from storyvid.assembly.contact_sheet import contact_sheet
from storyvid.assembly.film import assemble
from storyvid.assembly.missing import write_missing_card
from storyvid.assembly.timeline import Segment, Timeline
from storyvid.film import Film, caption_starts
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
    progress.assembly_started(film.plan.num_frames)
    with tempfile.TemporaryDirectory(prefix=".tmp-cards-", dir=folder.root) as cards:
        timeline = build_timeline(film, shots, Path(cards))
        assemble(
            timeline,
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
        )
    progress.assembly_finished()
    entries = caption_entries(storyboard, caption_starts(film.plan), film.plan.fps)
    if entries:
        write_text(folder.captions, srt(entries))
    contact_sheet(folder.film, [_sheet_entry(planned) for planned in film.plan.shots], folder.contact_sheet)


def build_timeline(film: Film, shots: Sequence[FinishedShot], cards: Path) -> Timeline:
    """The timeline of the plan, over the clips that were really made.

    Args:
        film: The plan.
        shots: Every shot in film order.
        cards: Folder for the cards of missing shots.
    """
    plan = film.plan
    return Timeline(
        segments=tuple(_segment(shot, plan.height, plan.width, cards) for shot in shots),
        fps=plan.fps,
        height=plan.film_height,
        width=plan.film_width,
        fit=film.config.delivery.fit,
        fade_in_frames=plan.fade_in_frames,
    )


def _segment(shot: FinishedShot, height: int, width: int, cards: Path) -> Segment:
    planned = shot.planned
    path, fps, frames = (None, planned.clip_fps, planned.asked_frames)
    if shot.clip is None:
        path = cards / f"{planned.shot.id}.mp4"
        write_missing_card(path, planned.shot.id, shot.error or "", height=height, width=width, num_frames=frames, fps=fps)
    else:
        path, fps, frames = shot.clip.path, shot.clip.fps, shot.clip.num_frames
    return Segment(
        shot_id=planned.shot.id,
        path=path,
        clip_fps=fps,
        clip_frames=frames,
        in_frame=planned.in_frame,
        num_frames=planned.num_frames,
        transition=planned.transition,
        transition_frames=planned.transition_frames,
    )


def _sheet_entry(planned: ShotPlan) -> tuple[str, int, str]:
    camera = planned.shot.camera
    words = [camera.size or "", (camera.movement or "").replace("_", " "), f"{planned.shot.duration:g} s"]
    return planned.shot.id, planned.start_frame + planned.num_frames // 2, ", ".join(word for word in words if word)
