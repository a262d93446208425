"""The keys that every ``conf/backend/*.yaml`` of a diffusion model has. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from storyvid.backends.base import BackendConfig, Published

if TYPE_CHECKING:
    from storyvid.backends.base import ShotRequest
    from storyvid.config import Sampler

# Words that mean one kind of sampler in every family -> the classes of diffusers that are it, for flow matching first.
SCHEDULERS = {
    "unipc": ("UniPCMultistepScheduler",),
    "euler": ("FlowMatchEulerDiscreteScheduler", "EulerDiscreteScheduler"),
    "dpmpp": ("DPMSolverMultistepScheduler",),
    "lcm": ("FlowMatchLCMScheduler",),
}


def _from_home(path: str) -> str:
    """``~`` is what no shell has replaced where it stands inside brackets."""
    return str(Path(path).expanduser()) if path.startswith("~") else path


FilePath = Annotated[str, Field(min_length=1), AfterValidator(_from_home)]


class Lora(BaseModel):
    """A small set of weights added to the transformer's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: FilePath = Field(description="A .safetensors file on this machine.")
    weight: Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)] = Field(1.0, description="Strength, -10 to 10.")
    expert: Annotated[int, Field(ge=1, le=2)] = Field(
        1, description="Which transformer it belongs to: 1, or 2 for the low-noise expert of a model with two."
    )
    only: Literal["text", "image"] | None = Field(
        None, description="With image_model: only for chunks that start from text, or from a picture or frame; null = both."
    )


class Parameters(BaseModel):
    """How many weights a model has, 10^9 each: what a profile comes to is told from them before anything is downloaded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    denoiser: Annotated[float, Field(gt=0)] = Field(description="Of one of its transformers, or of its UNet.")
    experts: Annotated[int, Field(ge=1, le=2)] = Field(1, description="How many of these it has.")
    text_encoder: Annotated[float, Field(ge=0)] = Field(0.0, description="0 where it reads no text.")
    image_encoder: Annotated[float, Field(ge=0)] = Field(0.0, description="0 where it has none.")
    vae: Annotated[float, Field(gt=0)] = Field(description="Encoder and decoder.")


def _scales(shot: ShotRequest) -> Iterator[tuple[float, float | None]]:
    """Guidance scales of the two experts in each chunk."""
    for chunk in shot.chunks:
        first, second = chunk.guidance_scale, chunk.guidance_scale_2
        yield shot.guidance_scale if first is None else first, shot.guidance_scale_2 if second is None else second


def _as_list(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class DiffusionConfig(BackendConfig):
    """Keys of a diffusion model's YAML; a family's own ``Config`` adds to them."""

    overlaps: ClassVar[bool] = True  # its model works while the frames of the shot before are encoded

    image_model: str | None = Field(
        None, description="Hub id or local folder of the weights that start from a picture; null = model serves both."
    )
    image_revision: str | None = Field(None, description="Branch, tag or commit of image_model.")
    image_published: Published | None = Field(
        None, description="The makers' recipe for chunks that start from a picture; null = published serves both."
    )
    distilled: Published | None = Field(
        None, description="A published recipe of few steps, for use with LoRAs that were made for it; sampler=distilled reads it."
    )
    fixed_recipe: bool = Field(False, description="Made for exactly its published steps and cfg; others are refused.")
    schedulers: tuple[str, ...] = Field(description="Schedulers that fit it, in diffusers' names; the makers' own first.")
    gguf: Annotated[tuple[FilePath, ...], BeforeValidator(_as_list)] = Field(
        (), description="Transformer weights as .gguf files on this machine: one, or the high- and low-noise experts in this order."
    )
    loras: tuple[Lora, ...] = Field((), description="Small weights added to the transformer.")
    fuse_loras: bool = Field(False, description="Add loras to the weights while they are loaded, which saves their own products.")
    parameters: Parameters | None = Field(None, description="How many weights it has; null = known once they are here.")
    download_gb: Annotated[float, Field(gt=0)] = Field(description="Size of the download, GB (10^9 bytes), told before it starts.")
    gated: bool = Field(False, description="The hub gives the weights only to those who accepted a licence and logged in.")

    @property
    def published_for_pictures(self) -> Published | None:
        """`image_published`, which the plan reads."""
        return self.image_published

    def scheduler_named(self, name: str) -> str:
        """A scheduler's class in diffusers.

        Args:
            name: That name, or a word of `SCHEDULERS`: the first of its classes that fits this model.
        """
        return next((own for own in SCHEDULERS.get(name, ()) if own in self.schedulers), name)

    def refused_settings(self, sampler: Sampler) -> list[tuple[str, str, str]]:
        """What this model can't be sampled with, as (key, what is wrong, fix).

        Args:
            sampler: How the model is to denoise.
        """
        return [
            *self._refused_scheduler(sampler.scheduler),
            *self._refused_expert(sampler.cfg_2),
            *self._refused_shift(sampler.flow_shift),
            *self._refused_ending(sampler.cfg_until),
            *(self._refused_recipe(sampler) if self.fixed_recipe else ()),
            *(self._missing_loras() if sampler.distilled else ()),
        ]

    def _refused_scheduler(self, name: str) -> Iterator[tuple[str, str, str]]:
        if self.scheduler_named(name) not in self.schedulers:
            words = [word for word, classes in SCHEDULERS.items() if any(own in self.schedulers for own in classes)]
            what = f"{name} does not fit {self.name}, which runs {', '.join(self.schedulers)}"
            yield "sampler.scheduler", what, f"use {' or '.join(f'sampler.scheduler={word}' for word in words)}"

    def _refused_expert(self, cfg_2: float | None) -> Iterator[tuple[str, str, str]]:
        two = "cfg_2" in self.uses
        if cfg_2 is not None and not two:
            yield "sampler.cfg_2", f"{cfg_2:g} is for a second expert, and {self.name} has one", "leave it out, or set it to null"
        elif cfg_2 is None and two:
            what = f"is null, and the second expert of {self.name} needs a guidance scale"
            yield "sampler.cfg_2", what, f"set it, for example to the makers' {self.published.cfg_2:g}"

    def _refused_shift(self, flow_shift: float | None) -> Iterator[tuple[str, str, str]]:
        if flow_shift is not None and "flow_shift" not in self.uses:
            what = f"{flow_shift:g} can't be used: {self.name} has a noise schedule of its own, which no shift changes"
            yield "sampler.flow_shift", what, "leave it out, or set it to null"

    def _refused_ending(self, cfg_until: float) -> Iterator[tuple[str, str, str]]:
        if cfg_until < 1 and "cfg_until" not in self.uses:
            without = "has no guidance" if self.published.cfg <= 1 else "guides all of its steps or none"
            yield "sampler.cfg_until", f"{cfg_until:g} can't be used: {self.name} {without}", "leave it out, or set it to 1"

    def _refused_recipe(self, sampler: Sampler) -> Iterator[tuple[str, str, str]]:
        for key in ("steps", "cfg"):
            value, own = getattr(sampler, key), getattr(self.published, key)
            if value != own:
                what = f"{value:g} is not the {own:g} that {self.name} was distilled for; it gives broken pictures with any other"
                yield f"sampler.{key}", what, f"leave it out, or set it to {own:g}"

    def _missing_loras(self) -> Iterator[tuple[str, str, str]]:
        """Each expert needs one, of each of the two checkpoints where pictures have one of their own."""
        experts = (1, 2) if "cfg_2" in self.uses else (1,)
        starts = {"text": "from text", "image": "from pictures"} if self.image_model is not None else {"text": ""}
        missing = [
            f"expert {expert} {words}".strip()
            for start, words in starts.items()
            for expert in experts
            if not any(lora.expert == expert and lora.only in (None, start) for lora in self.loras)
        ]
        if missing:
            files = ", ".join(f"{{path: FILE.safetensors, expert: {expert}}}" for expert in experts)
            what = f"a recipe of few steps needs LoRAs that were made for it; backend.loras has none for {', '.join(missing)}"
            yield "sampler=distilled", what, f"add backend.loras=[{files}], or use sampler=published"

    def weights_key(self) -> str:
        """Which weights are loaded, by content, since files may change while a sweep runs; and what is done while loading.

        A keyframe's model is not among them: it is loaded each time it paints.
        """
        from storyvid.diffusion.checkpoint import weights_identity

        known = weights_identity(self)
        known.pop("keyframe", None)
        loras = [lora.model_dump(exclude={"path"}) for lora in self.loras]
        return str((self.kind, self.name, sorted(known.items()), loras, bool(loras) and self.fuse_loras))

    def pixel_inputs(self, shot: ShotRequest) -> dict[str, Any]:
        """Weights by content, not by place: the same folder elsewhere is the same model. Those the shot does not need don't count.

        Args:
            shot: The shot as the backend would get it.
        """
        from storyvid.diffusion.checkpoint import weights_identity

        starts = {"text" if shot.opening == "text" else "image", *(["image"] if len(shot.chunks) > 1 else [])}
        starts = {"text", "image"} if self.image_model is None else starts
        loras = tuple(lora for lora in self.loras if lora.only is None or lora.only in starts)
        unused = [*(["model", "gguf"] if "text" not in starts else []), *(["image_model"] if "image" not in starts else [])]
        known = weights_identity(self.model_copy(update={"loras": loras}))
        weights = {role: value for role, value in known.items() if role not in unused}
        inputs: dict[str, Any] = {"weights": weights, "loras": [lora.model_dump(exclude={"path"}) for lora in loras]}
        if loras and self.fuse_loras:  # in the weights' own type, which rounds
            inputs["fuse_loras"] = True
        if shot.guidance_until < 1 and "cfg_until" in self.uses:
            inputs["cfg_until"] = shot.guidance_until
        if any(high > 1 and low == 1 for high, low in _scales(shot)):  # nearly the same as with the pass that is left out
            inputs["one_pass"] = True
        return inputs if self.published.timesteps is None else {**inputs, "timesteps": self.published.timesteps}
