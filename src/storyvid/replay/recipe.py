"""A recipe read back, from anybody's file: checked as strictly as a storyboard and a configuration, before anything is done.

A film may come from a stranger. Its recipe can choose only among what storyvid does: no key that it doesn't know, no folder,
no module of its own, and no model of this computer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from storyvid import __version__
from storyvid.cli.machine import check_machine
from storyvid.clips.fingerprint import canonical_json
from storyvid.config import AnyRunConfig, validate
from storyvid.errors import ConfigError, Problem, StoryboardError, StoryvidError
from storyvid.film import Film, prepare_film
from storyvid.plan.recipes import NAMES, own_settings
from storyvid.record.recipe import OF_THIS_MACHINE, decided
from storyvid.replay.models import refuse_places
from storyvid.replay.older import fill
from storyvid.replay.recorded import complaints
from storyvid.storyboard import explain, references
from storyvid.storyboard.findings import Findings
from storyvid.storyboard.load import LoadedStoryboard, project_name
from storyvid.storyboard.picks import MOST_TAKES
from storyvid.storyboard.schema import MAX_SHOTS, MediaPath, Seed, Storyboard

HUB_ID = re.compile(r"(?!\.)[\w.-]{1,96}/(?!\.)[\w.-]{1,96}", re.ASCII)  # huggingface_hub's rule for names
RENDER_AGAIN = "render the film again from its storyboard, or give another file"

Identity = Annotated[str, Field(pattern="^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]  # of weights: the hub's commit, or a SHA-256
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
# It is printed: a control character could move the cursor, a line break or a turned direction could forge a line.
Printed = Annotated[str, Field(max_length=200, pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}\u{202a}-\u{202e}\u{2066}-\u{2069}]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Card(_Part):
    """A graphics card."""

    name: Printed = Field(description="As its maker calls it.")
    driver: Printed = Field(description="Version.")


class Environment(_Part):
    """What clips were rendered with."""

    storyvid: Printed
    git_commit: Printed | None
    python: Printed
    os: Printed
    packages: Annotated[dict[Printed, Printed | None], Field(max_length=200)]
    gpus: Annotated[tuple[Card, ...], Field(strict=False, max_length=64)]


class ChunkSettings(_Part):
    """What one chunk has otherwise than its shot."""

    steps: int | None = None
    cfg: float | None = None
    cfg_2: float | None = None
    flow_shift: float | None = None


class ShotRecipe(_Part):
    """What was decided for a shot, and what came out."""

    steps: int
    cfg: float
    cfg_2: float | None = None
    flow_shift: float | None = None
    chunks: Annotated[tuple[ChunkSettings, ...], Field(strict=False, max_length=1000)] = ()
    seed: Seed
    take: Annotated[int, Field(ge=1, le=MOST_TAKES)] = 1
    stale: Literal["kept"] | None = None
    frames_sha256: Annotated[tuple[Sha256, ...], Field(strict=False, max_length=1000)] = ()
    environment: Environment | None = None

    @property
    def decided(self) -> dict[str, Any]:
        """As `storyvid.record.recipe.decided` says it."""
        names = {*NAMES, "seed", "take", *(["chunks"] if self.chunks else [])}
        return self.model_dump(mode="json", include=names, exclude_none=True)


class Recipe(_Part):
    """All that is needed to render a film again."""

    storyvid: Printed
    seed: Seed
    storyboard: dict[str, Any]
    config: dict[str, Any]
    shots: Annotated[dict[Printed, ShotRecipe], Field(max_length=MAX_SHOTS)]
    pictures: Annotated[dict[MediaPath, Sha256 | None], Field(max_length=MAX_SHOTS)] = Field(default_factory=dict)
    environment: Environment | None = None
    weights: Annotated[dict[Printed, Identity | list[Identity] | None], Field(max_length=10)] = Field(default_factory=dict)

    @property
    def model(self) -> str:
        """The model's name; of one that lay in a folder the folder's own."""
        backend = self.config.get("backend")
        return str(backend.get("model")) if isinstance(backend, Mapping) else ""

    @property
    def needs_model_folder(self) -> bool:
        """Whether the model was a folder, of which the recipe knows no more than the name."""
        return "/" not in self.model

    @property
    def rendered(self) -> tuple[str, ...]:
        """Shots that have a clip in the recorded film; all of them where the recipe is too old to tell."""
        known = tuple(shot_id for shot_id, shot in self.shots.items() if shot.frames_sha256)
        return known or tuple(self.shots)


def recipe_sha256(values: Mapping[str, Any]) -> str:
    """One recipe's name: SHA-256 over its canonical JSON, 64 hexadecimal digits.

    Raises:
        ValueError: It holds NaN, or half characters.
    """
    return hashlib.sha256(canonical_json(values).encode()).hexdigest()


def read_recipe(values: Any, name: str) -> Recipe:
    """Check a recipe's own form; its storyboard and configuration are checked by `film_of`.

    Args:
        values: Parsed JSON.
        name: The file it came from, for messages.

    Raises:
        StoryvidError: Everything that is wrong with it.
    """
    try:
        recipe = Recipe.model_validate(values)
    except ValidationError as error:
        problems = complaints(error, f"{name}, recipe", RENDER_AGAIN)
        raise StoryvidError([_of_newer(problem, values) for problem in problems]) from None
    foreign = [key for key in OF_THIS_MACHINE if key in recipe.config]
    if foreign:
        what = f"it names {', '.join(foreign)}, which storyvid never writes into a recipe"
        raise StoryvidError(Problem(f"{name}, recipe.config", what, RENDER_AGAIN, "unknown-key"))
    _refuse_control_characters(recipe.config, name)
    if not recipe.needs_model_folder and not HUB_ID.fullmatch(recipe.model):
        what = f"{recipe.model!r} is neither a model's name nor that of a folder"
        raise StoryvidError(Problem(f"{name}, recipe.config.backend.model", what, RENDER_AGAIN, "model"))
    backend = recipe.config.get("backend")
    refuse_places(backend if isinstance(backend, Mapping) else {}, HUB_ID, name)
    return recipe


def _refuse_control_characters(config: Mapping[str, Any], name: str) -> None:
    """Values of the configuration are printed where they differ, some of them in a row of a table.

    Raises:
        StoryvidError: Every place that holds one.
    """
    findings = Findings(f"{name}, recipe.config")
    references.check_characters_of_text(config, (), findings)
    for section, key in (("backend", "revision"), ("memory", "name")):
        values = config.get(section)
        if isinstance(values, Mapping) and not str(values.get(key)).isprintable():
            findings.error((section, key), "must be one line of text", "delete the line breaks", "control-character")
    if findings.errors:
        raise StoryvidError(findings.errors)


def storyboard_of(recipe: Recipe, name: str) -> Storyboard:
    """The recipe's storyboard, in the strict form, with everything checked but its files.

    Raises:
        StoryboardError: Everything that is wrong with it.
    """
    findings = Findings(f"{name}, recipe")
    references.refuse_half_characters(recipe.storyboard, findings)
    storyboard = explain.validate(recipe.storyboard, findings)
    if storyboard is not None:
        references.check(storyboard.as_json(), None, storyboard.frame_rate, findings)
    if findings.errors or storyboard is None:
        raise StoryboardError(findings.errors)
    ids = [shot.id.casefold() for shot in storyboard.shots]
    if len(set(ids)) < len(ids):
        raise StoryboardError(Problem(f"{name}, recipe.storyboard", "two shots have one id", RENDER_AGAIN, "duplicate-id"))
    return storyboard


def film_of(recipe: Recipe, loaded: LoadedStoryboard, settings: Mapping[str, Any], here: AnyRunConfig) -> Film:
    """The film that a recipe tells of, planned as it was.

    Args:
        recipe: As read.
        loaded: Its storyboard, with the folder of its pictures.
        settings: Sections of the configuration that are this machine's: paths, tracking, perhaps memory and the model.
        here: What the configuration is here, for settings that an older storyvid did not record.

    Raises:
        StoryvidError: The recipe can't be rendered here, or contradicts itself.
    """
    name = loaded.path.name
    left_out = [shot.id for shot in loaded.storyboard.programme_shots if shot.id not in recipe.rendered]
    decided = {
        "storyboard": name,
        "seed": recipe.seed,
        "takes": 1,
        "pick": {shot_id: shot.take for shot_id, shot in recipe.shots.items() if shot.take > 1},
        "shots": list(recipe.rendered) if left_out else None,
        "stale": "rerender",
    }
    config = _checked({**fill(recipe.config, here), **decided, **settings}, recipe, name)
    typed = {"seed", *_typed(recipe, loaded.storyboard), *(["memory"] if "memory" in settings else [])}
    check_machine(config, typed | ({"memory"} if config.memory.device == "cpu" else set()))
    film = prepare_film(loaded, config, typed)
    more = _typed_for_pictures(recipe, film)
    film = prepare_film(loaded, config, typed | more) if more else film
    problems = list(_contradictions(recipe, film))
    if problems:
        raise StoryvidError(problems)
    return film


def loaded_storyboard(storyboard: Storyboard, recipe: Recipe, folder: Any, name: str) -> LoadedStoryboard:
    """A storyboard as if it had been read from a file.

    Args:
        storyboard: Of the recipe.
        recipe: For its hash.
        folder: Where its pictures lie.
        name: For messages.
    """
    sha256 = hashlib.sha256(canonical_json(recipe.storyboard).encode()).hexdigest()
    return LoadedStoryboard(storyboard, (), folder / name, sha256, project_name(storyboard))


def _checked(values: Mapping[str, Any], recipe: Recipe, name: str) -> AnyRunConfig:
    try:
        return validate(values, label=f"{name}, recipe.config.")
    except ConfigError as error:
        raise ConfigError([_of_newer(problem, {"storyvid": recipe.storyvid}) for problem in error.problems]) from None


def _of_newer(problem: Problem, values: Any) -> Problem:
    """A key that is not known, or one that is missing, is most likely another version's."""
    if problem.code not in ("unknown-key", "unknown-field", "missing") or not isinstance(values, Mapping):
        return problem
    written = str(values.get("storyvid", "another version"))[:40]
    what = "is not known to" if problem.code != "missing" else "is missing for"
    told = f"{what} this storyvid ({__version__}); the recipe was written by {written}"
    return replace(problem, what=told, fix="use the storyvid that wrote it, or a newer one")


def _typed(recipe: Recipe, storyboard: Storyboard) -> Sequence[str]:
    """Keys of the sampler that had been typed, and so won over the shots' own."""
    pairs = [(shot.overrides, recipe.shots[shot.id]) for shot in storyboard.programme_shots if shot.id in recipe.shots]
    return [
        f"sampler.{key}"
        for key in NAMES
        if any(getattr(own, key) is not None and getattr(own, key) != getattr(was, key) for own, was in pairs)
    ]


def _typed_for_pictures(recipe: Recipe, film: Film) -> set[str]:
    """Keys that had been typed, and so won over the makers' recipe for pictures: the plan has it, the recorded chunk has not."""
    pairs = [
        (own_settings(chunk), was.chunks[chunk.index].model_dump(exclude_none=True) if chunk.index < len(was.chunks) else {})
        for planned in film.plan.shots
        if (was := recipe.shots.get(planned.shot.id))
        for chunk in planned.chunks
    ]
    return {f"sampler.{key}" for now, was in pairs for key in now if key not in was}


def _contradictions(recipe: Recipe, film: Film) -> Sequence[Problem]:
    """What was decided for the shots must follow from the rest of the recipe."""
    name, problems = film.loaded.path.name, []
    planned = {shot.shot.id: decided(shot) for shot in film.plan.shots}
    for shot_id in sorted(planned.keys() | recipe.shots.keys()):
        recorded = recipe.shots[shot_id].decided if shot_id in recipe.shots else None
        if recorded != planned.get(shot_id):
            what = f"says {_said(recorded)}, and the rest of the recipe gives {_said(planned.get(shot_id))}"
            problems.append(Problem(f'{name}, recipe.shots, "{shot_id}"', what, RENDER_AGAIN, "contradiction"))
    return problems


def _said(decided: Mapping[str, Any] | None) -> str:
    return ", ".join(f"{key} {value}" for key, value in decided.items()) if decided else "nothing of it"
