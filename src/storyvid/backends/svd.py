"""Stable Video Diffusion: a picture to video. It reads no text: a shot's first frame is given, or painted as a keyframe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from loguru import logger
from pydantic import Field

from storyvid.diffusion.backend import DiffusionBackend, Start, where_of
from storyvid.diffusion.config import DiffusionConfig
from storyvid.errors import Problem, RenderError
from storyvid.plan.timing import derive_seed

if TYPE_CHECKING:
    from storyvid.backends.base import BackendConfig, ChunkRequest, Frame, Frames, Latents, Progress, ShotRequest
    from storyvid.config import Memory, Sampler
    from storyvid.diffusion.keyframes import Keyframe, Painter

KEYFRAME_ONLY = ("keyframe_steps", "keyframe_cfg")  # change a shot only when its first frame is painted


class Config(DiffusionConfig):
    """The keys of ``conf/backend/svd.yaml``."""

    keyframe: str | None = Field(
        None, description="Hub id or local folder of a text-to-picture model that paints first frames; null = shots need a picture."
    )
    keyframe_revision: str | None = Field(None, description="Branch, tag or commit of keyframe; null = main.")
    keyframe_steps: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None, description="Denoising steps of a keyframe; null = the number that diffusers has for its pipeline."
    )
    keyframe_cfg: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = Field(
        None, description="Guidance scale of a keyframe, 0 to 100; null = as diffusers has it for its pipeline."
    )
    motion_bucket_id: Annotated[int, Field(ge=1, le=255)] = Field(127, description="How much moves, 1 to 255.")
    noise_aug_strength: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = Field(
        0.02, description="Noise on the first frame, 0 to 10; more lets the film leave it further behind."
    )
    min_guidance_scale: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = Field(
        1.0, description="Guidance scale at the first frame, rising to cfg at the last one."
    )
    decode_chunk_size: Annotated[int, Field(ge=1, le=25)] | None = Field(
        8, description="Frames decoded at once: fewer take less memory and flicker more; null = all."
    )

    input_names: ClassVar[Mapping[str, str]] = {
        "motion_bucket_id": "motion",
        "noise_aug_strength": "noise on the first frame",
        "min_guidance_scale": "guidance scale at the first frame",
        "decode_chunk_size": "frames decoded at once",
        "keyframe": "text of the keyframe, or how it is painted",
    }

    @property
    def makes_first_frames(self) -> bool:
        """Whether a keyframe model is named."""
        return self.keyframe is not None

    def refused_settings(self, sampler: Sampler) -> list[tuple[str, str, str]]:
        """The guidance scale rises from the first frame to the last.

        Args:
            sampler: How the model is to denoise.
        """
        refused = super().refused_settings(sampler)
        if sampler.cfg < self.min_guidance_scale:
            refused.append(("sampler.cfg", *self._falling_guidance(sampler.cfg)))
        return refused

    def check_guidance(self, cfg: float, where: str) -> None:
        """The same of a shot that has its own guidance scale.

        Args:
            cfg: Guidance scale at the last frame.
            where: The shot and chunk.

        Raises:
            RenderError: It is below that of the first frame.
        """
        if cfg < self.min_guidance_scale:
            raise RenderError(Problem(where, *self._falling_guidance(cfg), "cfg"))

    def pixel_inputs(self, shot: ShotRequest) -> dict[str, Any]:
        """What changes pictures besides the sampler; the keyframe model does where it paints the first frame.

        Args:
            shot: The shot as the backend would get it.
        """
        inputs = super().pixel_inputs(shot)
        settings = {name: getattr(self, name) for name in self.input_names if name != "keyframe"}
        painted = shot.opening == "text"
        weights = {role: value for role, value in inputs["weights"].items() if painted or role != "keyframe"}
        how = {"prompt": shot.first_frame_prompt, **{name: getattr(self, name) for name in KEYFRAME_ONLY}}
        return {**inputs, **settings, "weights": weights, **({"keyframe": how} if painted else {})}

    def _falling_guidance(self, cfg: float) -> tuple[str, str]:
        what = f"cfg {cfg:g} at the last frame is below backend.min_guidance_scale {self.min_guidance_scale:g} at the first"
        return what, f"set it to {self.min_guidance_scale:g} or more, or lower backend.min_guidance_scale"


def load(config: Config, memory: Memory) -> SVDBackend:
    """The backend; weights are loaded when the first chunk needs them.

    Args:
        config: From the YAML.
        memory: How the model is fitted to the card.
    """
    return SVDBackend(config, memory)


class SVDBackend(DiffusionBackend):
    """`StableVideoDiffusionPipeline` of diffusers, and a text-to-picture pipeline before it where keyframes are asked for."""

    config: Config

    def use(self, config: BackendConfig) -> None:
        """What kept a keyframe of another film from being painted, full memory perhaps, need not keep this film's."""
        super().use(config)
        self._unpainted: dict[str, RenderError] = {}  # why there is no keyframe, by its key

    def pipeline_class(self, start: Start) -> Any:
        """The pipeline of diffusers."""
        import diffusers

        return diffusers.StableVideoDiffusionPipeline

    @property
    def frames_at_once(self) -> int:
        """As the option has it; ``memory.vae_slicing`` lets no more than a few be there."""
        from storyvid.memory.apply import SLICED_FRAMES

        frames = self.config.decode_chunk_size or self.limits.longest
        return min(frames, SLICED_FRAMES) if self.memory.vae_slicing else frames

    def prepare(self, shots: Sequence[ShotRequest]) -> None:
        """Paint every keyframe that is not kept yet, and free the model that did, before the video model is loaded."""
        self.step_down.begin(shots)
        wanted = {self._keyframe_key(shot): shot for shot in shots if shot.opening == "text"}
        missing = {key: shot for key, shot in wanted.items() if key not in self._unpainted and self.texts.kept().find(key) is None}
        if missing:
            self._paint(missing)

    def denoise(self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress) -> Latents:
        """Latents as the pipeline leaves them."""
        from PIL import Image

        recipe = self.recipe(shot, chunk)
        self.config.check_guidance(recipe.guidance_scale, where_of(shot, chunk))
        picture = self._painted(shot) if first_frames is None else first_frames[-1]
        pipe = self.pipeline("image")
        pipe.scheduler = self.scheduler("image", shot.scheduler)
        done = self.run(
            pipe,
            shot,
            chunk,
            progress,
            image=Image.fromarray(picture),
            height=shot.height,
            width=shot.width,
            num_frames=chunk.num_frames,
            num_inference_steps=recipe.num_inference_steps,
            min_guidance_scale=self.config.min_guidance_scale,
            max_guidance_scale=recipe.guidance_scale,
            fps=float(shot.fps),
            motion_bucket_id=self.config.motion_bucket_id,
            noise_aug_strength=self.config.noise_aug_strength,
        )
        return {"latents": done.latents.float().cpu().numpy()}

    def decode(self, shot: ShotRequest, chunk: ChunkRequest, start: Start, latents: Mapping[str, Any]) -> Any:
        """As the pipeline decodes, a few frames at once."""
        pipe = self.pipeline("image")
        tensor = latents["latents"].to(self.decode_device, pipe.vae.dtype)
        at_once = min(self.frames_at_once, chunk.num_frames)
        return pipe.decode_latents(tensor, chunk.num_frames, self.step_down.at_once(at_once))

    def _keyframe(self, shot: ShotRequest) -> Keyframe:
        """The picture that a shot without a first frame starts from; its seed is ``derive_seed(<the shot's>, "keyframe")``."""
        from storyvid.diffusion.keyframes import Keyframe

        return Keyframe(
            prompt=shot.first_frame_prompt,
            height=shot.height,
            width=shot.width,
            seed=derive_seed(shot.seed, "keyframe"),
            steps=self.config.keyframe_steps,
            cfg=self.config.keyframe_cfg,
        )

    def _keyframe_key(self, shot: ShotRequest) -> str:
        if "keyframe" not in self.model.checkpoints:
            what = f"backend={self.config.name} takes no text and no keyframe model is named, so there is nothing to start from"
            raise RenderError(
                Problem(f'shot "{shot.shot.id}"', what, "give the shot a picture, or set backend.keyframe", "keyframe")
            )
        return self._keyframe(shot).key(self.model.checkpoints["keyframe"], self.memory)

    def _paint(self, missing: Mapping[str, ShotRequest]) -> None:
        from storyvid.diffusion import keyframes
        from storyvid.memory.shortage import CardFullError

        if self.memory.device == "cuda" and self.model.pipelines:  # both models do not fit on a small card
            self.model.free()
        remaining = dict(missing)

        def paint() -> None:
            with keyframes.painter(self.model.checkpoints["keyframe"], self.memory, str(self.config.keyframe)) as painter:
                while remaining:
                    key, shot = next(iter(remaining.items()))
                    self._paint_one(painter, key, shot)
                    del remaining[key]

        while remaining:
            try:
                self.step_down.run("backend.keyframe", lambda: "paint", paint)
            except CardFullError as error:  # for this one; the next may have a lighter time, or tells the same
                key = next(iter(remaining))
                self._unpainted[key] = error
                del remaining[key]

    def _paint_one(self, painter: Painter, key: str, shot: ShotRequest) -> None:
        from storyvid.memory.shortage import is_full_card

        try:
            picture = painter.paint(self._keyframe(shot), f'shot "{shot.shot.id}"')
        except RenderError as error:  # told when it is the shot's turn; the others are painted
            if is_full_card(error):
                raise
            self._unpainted[key] = error
        else:
            self.texts.kept().keep(key, {"picture": picture})
            logger.info(f'Painted the keyframe of shot "{shot.shot.id}"')

    def _painted(self, shot: ShotRequest) -> Frame:
        """A shot's keyframe, noted for the chunk's record."""
        from storyvid.video import frames_sha256

        key = self._keyframe_key(shot)
        if key in self._unpainted:
            raise self._unpainted[key]
        kept = self.texts.kept().find(key)
        assert kept is not None, "begin_shot has it painted"
        picture: Frame = kept["picture"].numpy()
        keyframe, commit = self._keyframe(shot), self.model.checkpoints["keyframe"].commit
        said = {"model": self.config.keyframe, "commit": commit, "prompt": keyframe.prompt, "seed": keyframe.seed}
        self._chunk_facts |= {"started_from": "keyframe", "keyframe": {**said, "frames_sha256": frames_sha256([picture])}}
        return picture
