"""The keys that every ``conf/backend/*.yaml`` of a diffusion model has. Imports no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from storyvid.backends.base import BackendConfig, Published

if TYPE_CHECKING:
    from storyvid.backends.base import ShotRequest


class Lora(BaseModel):
    """A small set of weights added to the transformer's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Annotated[str, Field(min_length=1)] = Field(description="A .safetensors file on this machine.")
    weight: Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)] = Field(1.0, description="Strength, -10 to 10.")
    expert: Annotated[int, Field(ge=1, le=2)] = Field(
        1, description="Which transformer it belongs to: 1, or 2 for the low-noise expert of a model with two."
    )


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
    distilled: Published | None = Field(None, description="A published recipe of few steps; sampler=distilled reads it.")
    fixed_recipe: bool = Field(False, description="Made for exactly its published steps and cfg; others are refused.")
    schedulers: tuple[str, ...] = Field(description="Schedulers that fit it, in diffusers' names; the makers' own first.")
    gguf: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = Field(
        (), description="Transformer weights as .gguf files on this machine: one, or the high- and low-noise experts in this order."
    )
    loras: tuple[Lora, ...] = Field((), description="Small weights added to the transformer.")
    download_gb: Annotated[float, Field(gt=0)] = Field(description="Size of the download, GB (10^9 bytes), told before it starts.")
    gated: bool = Field(False, description="The hub gives the weights only to those who accepted a licence and logged in.")

    def pixel_inputs(self, shot: ShotRequest) -> dict[str, Any]:
        """Weights by content, not by place: the same folder elsewhere is the same model. Those the shot does not need don't count.

        Args:
            shot: The shot as the backend would get it.
        """
        from storyvid.diffusion.checkpoint import weights_identity

        weights = weights_identity(self)
        if self.image_model is not None:
            from_text = shot.opening == "text"
            unused = [] if from_text and len(shot.chunks) > 1 else ["image_model"] if from_text else ["model", "gguf"]
            weights = {role: value for role, value in weights.items() if role not in unused}
        return {"weights": weights, "loras": [lora.model_dump(exclude={"path"}) for lora in self.loras]}
