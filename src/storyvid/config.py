"""The configuration of one film: the single place where its values are checked.

Values and their defaults live in ``conf/``; this module says which keys there are and what each may be. OmegaConf's
containers end here: everything after this module works with frozen pydantic models.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from storyvid import plain_words
from storyvid.backends.base import BackendConfig, module_of
from storyvid.errors import ConfigError, Problem, did_you_mean
from storyvid.storyboard.findings import show
from storyvid.storyboard.picks import MOST_TAKES
from storyvid.storyboard.schema import check_file_name

DEFAULT_SEED = 42
AS_TYPED = {"shots": "write the ids in brackets: shots=[S02,S04]", "pick": "name the shot: pick.S02=2"}  # not as others are


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


UNSEEN = {
    "name", "budget_gb", "cap_gb", "ram_gb", "step_down", "offload", "offload_stream", "offload_disk", "vae_tile", "vae_slicing",
    "cache_threshold", "cache_interval", "cache_warmup",
}  # fmt: skip
CACHE_KEYS = {"first_block": ("cache_threshold",), "taylorseer": ("cache_interval", "cache_warmup")}


class Memory(_Section):
    """How a model is fitted to the card, in diffusers' terms."""

    name: str = Field(description="The profile.")
    device: Literal["cuda", "cpu"] = Field(description="Where the model runs.")
    budget_gb: Annotated[float, Field(gt=0, le=1024)] | None = Field(description="VRAM that may be planned for, GiB.")
    dtype: Literal["bfloat16", "float16", "float32"] = Field(description="Type of weights and arithmetic.")
    quantization: Literal["none", "fp8", "int8", "sdnq_uint4"] = Field(description="Smaller weights of the transformer.")
    text_encoder: Literal["cpu", "int8", "full"] = Field(description="Where and how prompts are encoded.")
    offload: Literal["none", "model", "group", "group_leaf"] = Field(
        description="What waits in RAM while it is not needed: nothing, whole models, their blocks, or their layers."
    )
    offload_stream: bool = Field(description="Copy ahead through pinned RAM.")
    vae_tiling: bool = Field(description="Decode pictures in tiles.")
    vae_dtype: Literal["bfloat16", "float16", "float32"] = Field(description="Type of the VAE's arithmetic.")
    cap_gb: Annotated[float, Field(gt=0, le=1024)] | None = Field(
        None, description="VRAM that this process may take, GiB: more is refused at once; null = no cap."
    )
    ram_gb: Annotated[float, Field(gt=0, le=4096)] | None = Field(
        None, description="RAM that a model's weights may take, GiB; null = three quarters of the computer's."
    )
    step_down: bool = Field(
        True, description="Where the card is full, try what takes less of it: smaller tiles, the processor, more that waits in RAM."
    )
    offload_disk: bool = Field(False, description="Groups wait in files instead of RAM.")
    vae_tile: Annotated[int, Field(ge=64, le=2048, multiple_of=32)] | None = Field(
        None, description="Side of a tile, pixels, 64 to 2048, a multiple of 32; null = the model's own."
    )
    vae_slicing: bool = Field(False, description="Fewer pictures at once through the VAE, and SVD's layers in pieces.")
    attention: Literal["native", "sage", "xformers"] = Field(description="Attention backend.")
    step_cache: Literal["none", "first_block", "taylorseer", "magcache"] = Field(description="Skips repeated work between steps.")
    cache_threshold: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = Field(
        None, description="Of step_cache=first_block: how much may change between steps, 0 to 1; null = 0.05."
    )
    cache_interval: Annotated[int, Field(ge=2, le=20)] = Field(
        5, description="Of step_cache=taylorseer: every so many steps one is computed, 2 to 20."
    )
    cache_warmup: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        0.2, description="Of step_cache=taylorseer: share of the steps at the start that are all computed, 0 to 1."
    )
    compile: bool = Field(description="torch.compile of the transformer's blocks.")

    def for_pixels(self) -> dict[str, Any]:
        """What of it counts as part of a picture: not its name, nor where weights wait, which changes no bit.

        Settings that came later than clips did count where they are used: clips from before are the same pictures.
        """
        told = self.model_dump(exclude=UNSEEN)
        later = {"vae_tile": self.vae_tile if self.vae_tiling else None, "vae_slicing": self.vae_slicing or None}
        later |= {name: getattr(self, name) for name in CACHE_KEYS.get(self.step_cache, ())}
        return told | {name: value for name, value in later.items() if value is not None}


class Resolution(_Section):
    """Size of the clips a model renders."""

    name: str = Field(description="Row of the backend's size table.")
    height: Annotated[int, Field(ge=16, le=8192)] | None = Field(description="Pixels; given together with width.")
    width: Annotated[int, Field(ge=16, le=8192)] | None = Field(description="Pixels; given together with height.")


class Sampler(_Section):
    """How the model denoises."""

    steps: Annotated[int, Field(ge=1, le=1000)] = Field(description="Denoising steps (num_inference_steps), 1 to 1000.")
    cfg: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = Field(description="Guidance scale, 0 to 100.")
    cfg_2: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = Field(
        None, description="Guidance scale of the second, low-noise expert, 0 to 100; null for models with one expert."
    )
    cfg_until: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = Field(
        1.0, description="Share of the steps, from the first on, that are guided, above 0 to 1."
    )
    flow_shift: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = Field(
        None, description="Shift of the noise schedule, above 0 to 100; null = the model's own rule."
    )
    scheduler: str = Field(description="unipc, euler, dpmpp or lcm; or the name of a scheduler in diffusers.")
    distilled: bool = Field(False, description="Whether this is a recipe of few steps, which needs weights made for it.")

    @model_validator(mode="before")
    @classmethod
    def _recipe_exists(cls, values: Any) -> Any:
        """``sampler=distilled`` finds nothing in a backend whose makers publish no such recipe."""
        missing = isinstance(values, Mapping) and [key for key in ("steps", "cfg", "scheduler") if values.get(key) is None]
        if missing and values.get("distilled") is True:
            raise plain_words.UnfitError(
                "this backend has no recipe of few steps",
                "use sampler=published; that of backend=wan_fast and backend=ltx_13b has few steps",
            )
        return values


class Upscale(_Section):
    """Size of the film."""

    name: str = Field(description="The option.")
    short_side: Annotated[int, Field(ge=16, le=4320, multiple_of=2)] | None = Field(
        description="Pixels; null = the clips' own size."
    )
    method: Literal["lanczos"] = Field(description="How pictures are enlarged.")


def _check_uri(uri: str) -> str:
    if not uri.startswith(("http://", "https://", "sqlite:///", "postgresql://", "mysql://", "mssql://", "databricks")):
        raise ValueError(
            f"{uri!r} is no address of MLflow: write http://host:5000 for a server, or sqlite:///file.db for a database"
        )
    return uri


class Tracking(_Section):
    """Where runs are recorded besides the run folder."""

    kind: Literal["mlflow", "none"] = Field(description="mlflow, or none.")
    uri: Annotated[str, AfterValidator(_check_uri)] | None = Field(
        description="MLflow server or database; null = mlruns/mlflow.db."
    )
    wait_s: Annotated[float, Field(ge=0, le=3600)] = Field(description="How long the end of a film waits for MLflow, seconds.")


def _check_folder(path: str) -> str:
    if "${" in path:
        raise plain_words.UnfitError(f"{show(path)} holds ${{, which Hydra would fill in", "choose a folder without it")
    return path


Folder = Annotated[str, Field(min_length=1), AfterValidator(_check_folder)]


class Paths(_Section):
    """Where films and tracking go."""

    outputs: Folder = Field(description="Folder of the run folders and the clip store.")
    mlruns: Folder = Field(description="Folder of the MLflow database and its artifacts.")


class Delivery(_Section):
    """The film file."""

    codec: Literal["h264", "h265"] = Field(description="Video codec.")
    crf: Annotated[int, Field(ge=0, le=51)] = Field(description="Constant quality, 0 (best) to 51.")
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"] = Field(
        description="Effort of the encoder."
    )
    fit: Literal["crop", "pad"] = Field(description="What to do when clips and film differ in shape.")


class Continuity(_Section):
    """How chunks and shots that go on from one another are kept alike."""

    colour_match: Literal["mkl", "reinhard", "none"] = Field(
        description="How the colours of a chunk are led back to those of the frame it goes on from."
    )
    strength: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        description="Which part of the way colours are led back, 0 (none) to 1."
    )
    told_delta_e: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = Field(
        description="Difference of colours from which a jump or a drift is told, delta E, 0 to 100."
    )


class Edit(_Section):
    """How much room the cutting has."""

    handles: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] = Field(
        description="Seconds rendered to spare before and after every shot, so that its joins can be changed later, 0 to 5."
    )


class PlanView(_Section):
    """What ``python -m storyvid plan`` prints."""

    show: Literal["table", "prompts"] = Field(description="The table of shots, or also every prompt.")


B = TypeVar("B", bound=BackendConfig)


ShotId = Annotated[str, Field(strict=False, coerce_numbers_to_str=True)]  # in a file of the user's, 1 is written without quotes


class RunConfig(_Section, Generic[B]):
    """Everything that decides one film besides its storyboard."""

    storyboard: str | None = Field(description="The storyboard file.")
    project: Annotated[str, AfterValidator(check_file_name)] | None = Field(description="Folder below outputs/.")
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] | None = Field(description="Film seed, 0 to 4294967295.")
    backend: B = Field(description="The model.")
    memory: Memory
    resolution: Resolution
    sampler: Sampler
    upscale: Upscale
    tracking: Tracking
    paths: Paths
    delivery: Delivery
    continuity: Continuity
    edit: Edit
    takes: Annotated[int, Field(ge=1, le=MOST_TAKES)] = Field(description="Takes rendered of every shot, which differ in the seed.")
    pick: dict[str, Annotated[int, Field(ge=1, le=MOST_TAKES)]] = Field(
        description="The take of each shot that is in the film; 1 where none is named."
    )
    shots: Annotated[tuple[ShotId, ...], Field(min_length=1, strict=False)] | None = Field(
        description="Ids of the shots to render; null = all."
    )
    stale: Literal["rerender", "keep"] = Field(description="What becomes of a shot when the shot it continues from has changed.")
    plan: PlanView

    @property
    def outputs(self) -> Path:
        """Folder of the run folders, absolute."""
        return Path(self.paths.outputs).absolute()

    @property
    def clips(self) -> Path:
        """Folder of the clip store, absolute."""
        return self.outputs / ".clips"

    @property
    def mlruns(self) -> Path:
        """Folder of the tracking database, absolute."""
        return Path(self.paths.mlruns).absolute()


AnyRunConfig = RunConfig[Any]


def was_typed(key: str, typed: Collection[str]) -> bool:
    """Whether a value comes from the command line: ``sampler=draft`` types its steps, too.

    Args:
        key: With its section.
        typed: From `storyvid.cli.arguments.typed_keys`.
    """
    return key in typed or key.partition(".")[0] in typed


def validate(values: Mapping[str, Any], *, label: str = "") -> AnyRunConfig:
    """A checked configuration from composed values.

    Args:
        values: The composed configuration as plain dicts, lists and scalars.
        label: Names the job in messages when there are several.

    Raises:
        ConfigError: Every value that is missing, unknown, of the wrong type or out of range.
    """
    backend = values.get("backend")
    kind = backend.get("kind") if isinstance(backend, Mapping) else None
    if not isinstance(kind, str):
        raise ConfigError(
            Problem("backend.kind", f"{kind!r} must name a module of storyvid.backends", "add kind: to the backend's file")
        )
    try:
        family: Any = RunConfig  # the backend's own keys are known only now, so no type checker can follow
        config: AnyRunConfig = family[module_of(kind).Config].model_validate(dict(values))
    except ValidationError as error:
        raise ConfigError([_problem(details, label) for details in error.errors(include_url=False)]) from None
    return config


def _problem(details: Any, label: str) -> Problem:
    """One of pydantic's findings in plain words."""
    key = ".".join(str(part) for part in details["loc"])
    if details["type"] in ("extra_forbidden", "invalid_key"):
        return Problem(f"{label}{key}", "there is no such key", _nearest_key(details["loc"]), "unknown-key")
    value = details["input"]
    said = plain_words.explain(details, key, repr(value) if isinstance(value, str) else show(value))
    return Problem(f"{label}{key}", said.what, AS_TYPED.get(key, said.fix), said.code)


def _nearest_key(location: Sequence[str | int]) -> str:
    """The key that a misspelt one may have meant: among its own neighbours first."""
    section: Any = RunConfig
    for part in location[:-1]:
        annotation = section.model_fields[str(part)].annotation if str(part) in getattr(section, "model_fields", {}) else None
        section = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else BackendConfig
    known = list(section.model_fields)
    return did_you_mean(str(location[-1]), known) or f"the keys here are {', '.join(known)}"
