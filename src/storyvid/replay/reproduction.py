"""What came of rendering a film again: per shot, whether the model gave the same frames and the film shows the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from storyvid.errors import StoryvidError
from storyvid.film import Film
from storyvid.record.run_folder import RunFolder, write_json
from storyvid.replay.differences import Difference
from storyvid.replay.original import Original
from storyvid.replay.recorded import read_json
from storyvid.tables import columns

if TYPE_CHECKING:
    from storyvid.replay.comparison import ShotDifference

ModelFrames = Literal["identical", "different", "not recorded", "missing", "left out", "kept from before"]
NO_ORIGINAL = "the recorded film is not there, so there is no original to compare with"


@dataclass(frozen=True)
class Reproduction:
    """The outcome, as ``metadata/reproduction.json`` holds it.

    Attributes:
        original: File name of what was given.
        recipe_sha256: Of its recipe.
        differences: What differs on this machine.
        model_frames: By shot id: whether the model gave the same frames.
        film_frames: By shot id: how far the films are apart; empty when they can't be compared.
        not_compared: Why the films were not compared; None when they were.
    """

    original: str
    recipe_sha256: str
    differences: Sequence[Difference]
    model_frames: Mapping[str, ModelFrames]
    film_frames: Mapping[str, ShotDifference]
    not_compared: str | None

    @property
    def is_identical(self) -> bool:
        """Every frame of the film is the recorded one."""
        return bool(self.film_frames) and not any(shot.different_frames for shot in self.film_frames.values())

    def write(self, folder: RunFolder) -> None:
        """Write it beside the manifest."""
        content = asdict(self) | {"reproduction_version": "1", "identical": self.is_identical}
        write_json(folder.manifest.with_name("reproduction.json"), content)

    def lines(self) -> list[str]:
        """It as text for people."""
        rows = [("shot", "model's frames", "film's frames")]
        rows += [(shot_id, said, self._film_words(shot_id)) for shot_id, said in self.model_frames.items()]
        return ["", *columns(rows), "", self._verdict()]

    def _film_words(self, shot_id: str) -> str:
        shot = self.film_frames.get(shot_id)
        if shot is None:
            return "not compared"
        if shot.psnr_mean_db is None or shot.psnr_min_db is None:
            return "identical"
        count = f"{shot.different_frames} of {shot.num_frames} differ"
        return f"PSNR {shot.psnr_mean_db:.1f} dB, worst frame {shot.psnr_min_db:.1f} dB ({count})"

    def _verdict(self) -> str:
        if self.not_compared:
            return f"Films not compared: {self.not_compared}."
        if self.is_identical:
            return "Reproduced: every frame of the film is identical to the recorded one."
        return "The film differs from the recorded one. From about 40 dB on nobody sees it."


def why_not_compared(original: Original) -> str | None:
    """Why there will be nothing to compare a film with, told before it is rendered; None when it will be compared."""
    from storyvid.replay.comparison import why_broken  # brings av and cv2

    if original.film is None:
        return NO_ORIGINAL
    try:
        return why_broken(original.film)
    except StoryvidError as error:  # its recipe may be in a manifest beside it
        return error.problems[0].what


def compare(original: Original, film: Film, folder: RunFolder, found: Sequence[Difference], reason: str | None) -> Reproduction:
    """Compare a film that was rendered again with the recorded one.

    Args:
        original: What was recorded.
        film: As it was rendered now.
        folder: Its run folder; a film lies in it.
        found: What differs on this machine.
        reason: From `why_not_compared`.
    """
    from storyvid.replay.comparison import compare_films, why_not_comparable  # brings av and cv2

    shots: Mapping[str, ShotDifference] = {}
    try:
        if reason is None and original.film is not None:
            reason = why_not_comparable(original.film, folder.film)
            shots = {} if reason else compare_films(original.film, folder.film, film.plan.shots)
    except StoryvidError as error:  # it went away while its copy was rendered
        reason = error.problems[0].what
    return Reproduction(original.name, original.key, found, _model_frames(original, film, folder), shots, reason)


def _model_frames(original: Original, film: Film, folder: RunFolder) -> dict[str, ModelFrames]:
    made: Mapping[str, Any] = read_json(folder.manifest)["recipe"]["shots"]
    recipe = original.recipe
    told: dict[str, ModelFrames] = {}
    for shot_id, shot in recipe.shots.items():
        now = tuple(made[shot_id].get("frames_sha256", ()))
        if not film.is_chosen(shot_id):
            told[shot_id] = "left out"
        elif not now:
            told[shot_id] = "missing"
        elif not shot.frames_sha256:
            told[shot_id] = "not recorded"
        elif shot.stale == "kept" and now != shot.frames_sha256:
            told[shot_id] = "kept from before"
        else:
            told[shot_id] = "identical" if now == shot.frames_sha256 else "different"
    return told
