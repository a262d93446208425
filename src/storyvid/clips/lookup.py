"""What becomes of every shot: its clip is in the store, or it is rendered, and why. The same rules for the plan and the render."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from storyvid.clips.changes import UNKNOWN, differing, is_of, is_unknown, nearest, reason
from storyvid.clips.fingerprint import as_recorded, fingerprint, pixel_inputs
from storyvid.clips.record import MadeFor, file_sha256, kept_frames
from storyvid.clips.store import ClipStore
from storyvid.film import Film
from storyvid.plan import ShotPlan

Action = Literal["reuse", "keep", "render", "leave out"]


@dataclass(frozen=True)
class Wanted:
    """A clip that a film needs.

    Attributes:
        planned: The shot, or another take of it.
        inputs: Everything that decides its pixels.
        handoff: Clip frames that later shots start from.
        made_for: For the clip's record.
    """

    planned: ShotPlan
    inputs: Mapping[str, Any]
    handoff: tuple[int, ...]
    made_for: MadeFor

    @cached_property
    def key(self) -> str:
        """Its fingerprint."""
        return fingerprint(self.inputs)


@dataclass(frozen=True)
class Choice:
    """What becomes of a shot.

    Attributes:
        action: ``reuse`` its clip; ``keep`` the clip it had although the shot it continues from has changed; ``render``;
            ``leave out`` what ``shots=`` doesn't name and the store doesn't hold.
        key: Fingerprint of the clip that is used; empty where it is not known before another shot is rendered.
        because: Why, in words; None for a clip that is there.
    """

    action: Action
    key: str
    because: str | None = None


class Lookup:
    """Finds what the store holds for the shots of a film.

    Args:
        film: Prepared.
        store: Where its clips are kept.
    """

    def __init__(self, film: Film, store: ClipStore) -> None:
        self.film, self.store = film, store
        self._needed = _needed_shots(film)
        self._words: dict[tuple[str, int], str] = {}

    @cached_property
    def _earlier(self) -> list[dict[str, Any]]:
        """Clips rendered before, oldest first; read when one is missing."""
        return [record for record in self.store.records() if record["inputs"]["kind"] == self.film.config.backend.kind]

    @cached_property
    def _handoff(self) -> Mapping[str, set[int]]:
        """Clip frames that later shots start from, by what the clip is made from: two shots may be one clip."""
        frames = handoff_frames(self.film)
        wanted: dict[str, set[int]] = {}
        for planned in (*self.film.plan.shots, *self.film.other_takes):  # another take may be picked later
            wanted.setdefault(self._words_of(planned), set()).update(frames[planned.shot.id])
        return wanted

    def _words_of(self, planned: ShotPlan) -> str:
        """A key of what a take is made from, whatever it starts from; it is asked for the whole film, then for each clip."""
        take = planned.shot.id, planned.take
        if take not in self._words:
            self._words[take] = fingerprint(pixel_inputs(self.film.request(planned), self.film.config, (UNKNOWN,)))
        return self._words[take]

    def wanted(self, planned: ShotPlan, opening: Sequence[str]) -> Wanted:
        """The clip that a shot needs.

        Args:
            planned: The shot, or another take of it.
            opening: Content hashes of what it starts from.
        """
        film, source = self.film, planned.opening
        inputs = as_recorded(pixel_inputs(film.request(planned), film.config, opening))
        length = planned.programme_frames, planned.asked_frames
        made_for = MadeFor(film.project, planned.shot.id, planned.take, *length, source.shot_id, source.clip_frame)
        return Wanted(planned, inputs, tuple(sorted(self._handoff[self._words_of(planned)])), made_for)

    def choose(self, wanted: Wanted, damaged: Collection[str] = (), coming: Mapping[str, set[int]] | None = None) -> Choice:
        """Look at the store's records; whether a clip's file is intact is seen when it is used.

        Args:
            wanted: The clip.
            damaged: Fingerprints of clips that were found damaged.
            coming: Clips that are rendered before this one is, with the frames kept of each.
        """
        planned, is_known = wanted.planned, not is_unknown(wanted.inputs["opening"])
        key = wanted.key if is_known else ""
        if is_known and key not in damaged and self.store.recorded(key, wanted.handoff):
            return Choice("reuse", key)
        if coming and coming.get(wanted.key, set()).issuperset(wanted.handoff) and wanted.key in coming:
            return Choice("reuse", key, "another shot or job before it renders the same clip")
        source = planned.opening.shot_id
        had = self._before_the_change(wanted, damaged) if source is not None and self.film.config.stale == "keep" else None
        if had is not None:
            return Choice("keep", had, f"it is kept although {source}, which it continues from, has changed")
        if planned.shot.id not in self._needed:
            return Choice("leave out", "", "it is not in shots=, and there is no clip of it")
        if key in damaged:
            return Choice("render", key, "its stored clip is damaged")
        return Choice("render", key, self._reason(wanted))

    def opening_of(self, planned: ShotPlan, records: Mapping[str, Mapping[str, Any] | str]) -> tuple[str, ...]:
        """Content hashes of what a shot starts from.

        Args:
            planned: The shot.
            records: What was written of the clips of earlier shots, by shot id; a name for one that is only going to be rendered.

        Raises:
            OSError: Its picture can't be read.
        """
        opening = planned.opening
        if opening.kind == "image" and opening.image is not None:
            return (file_sha256(self.film.loaded.folder / opening.image),)
        if opening.shot_id is None:
            return ()
        record, frames = records[opening.shot_id], opening_frames(planned, self.film)
        if isinstance(record, str):
            return tuple(f"{UNKNOWN}{record}:{number}" for number in frames)
        kept = kept_frames(record)
        return tuple(kept[number] for number in frames)

    def _reason(self, wanted: Wanted) -> str:
        names = type(self.film.config.backend).input_names
        record = nearest(self._earlier, wanted.inputs, wanted.made_for)
        return reason(record, wanted.inputs, wanted.made_for, names, wanted.planned.opening.shot_id)

    def _before_the_change(self, wanted: Wanted, damaged: Collection[str]) -> str | None:
        """The newest clip of this shot that differs only in what the same frame of the same shot looked like."""
        made_for = wanted.made_for
        place = (made_for.source, made_for.source_frame)
        own = [record for record in self._earlier if is_of(record, made_for) and record["key"] not in damaged]
        own = [record for record in own if (record["made_for"]["source"], record["made_for"]["source_frame"]) == place]
        keys = [str(record["key"]) for record in reversed(own) if differing(record["inputs"], wanted.inputs) == ("opening",)]
        return next((key for key in keys if self.store.recorded(key, wanted.handoff)), None)


def plan_clips(film: Film, store: ClipStore, coming: dict[str, set[int]]) -> list[tuple[ShotPlan, Choice]]:
    """What a render would do for every shot and every other take, without rendering or writing anything.

    Args:
        film: Prepared.
        store: Where its clips are kept.
        coming: Clips that are rendered before this film is, by earlier jobs of a sweep, with the frames kept of each; its own
            are added. One that starts from a frame that is not rendered yet goes by what that frame will be made from.

    Raises:
        OSError: A picture can't be read.
    """
    lookup = Lookup(film, store)
    records: dict[str, Mapping[str, Any] | str] = {}
    choices = []
    for planned in (*film.plan.shots, *film.other_takes):
        wanted = lookup.wanted(planned, lookup.opening_of(planned, records))
        choice = lookup.choose(wanted, coming=coming)
        if choice.action == "render":
            coming.setdefault(wanted.key, set()).update(wanted.handoff)
        if planned is film.plan.by_id[planned.shot.id]:
            records[planned.shot.id] = (store.recorded(choice.key, wanted.handoff) if choice.key else None) or wanted.key
        choices.append((planned, choice))
    return choices


def handoff_frames(film: Film) -> Mapping[str, tuple[int, ...]]:
    """Clip frames that later shots start from, by the id of the shot that hands them over."""
    wanted: dict[str, set[int]] = {planned.shot.id: set() for planned in film.plan.shots}
    for planned in film.plan.shots:
        if planned.opening.shot_id is not None:
            wanted[planned.opening.shot_id].update(opening_frames(planned, film))
    return {shot_id: tuple(sorted(frames)) for shot_id, frames in wanted.items()}


def opening_frames(planned: ShotPlan, film: Film) -> range:
    """Frames of another shot's clip that a shot starts from, the last of them the one it continues."""
    last = planned.opening.clip_frame or 0
    return range(last + 1 - planned.opening.handed_frames(film.config.backend.limits.overlap_frames), last + 1)


def _needed_shots(film: Film) -> set[str]:
    """The chosen shots, and those that they continue from."""
    needed: set[str] = set()
    for planned in reversed(film.plan.shots):  # a shot continues from an earlier one
        if planned.shot.id in needed or film.is_chosen(planned.shot.id):
            needed.update({planned.shot.id, *filter(None, [planned.opening.shot_id])})
    return needed
