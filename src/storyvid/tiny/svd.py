"""A small random checkpoint of Stable Video Diffusion, and in its folder ``keyframe`` one that paints first frames from text."""

from __future__ import annotations

from pathlib import Path

from diffusers import AutoencoderKLTemporalDecoder, EulerDiscreteScheduler, StableVideoDiffusionPipeline
from diffusers import UNetSpatioTemporalConditionModel as UNet
from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

from storyvid.diffusion.config import DiffusionConfig
from storyvid.tiny import keyframe

WIDTH = 32  # of the picture's embedding, and of the narrowest layers: their normalisation makes 32 groups


def build(config: DiffusionConfig, folder: Path) -> None:
    """Write the checkpoint of an SVD option, and a keyframe model beside it.

    Args:
        config: The option; every one gets the same.
        folder: Where to; made here.
    """
    del config
    StableVideoDiffusionPipeline(
        vae=make_vae(),
        image_encoder=make_image_encoder(),
        unet=make_unet(),
        scheduler=make_scheduler(),
        feature_extractor=CLIPImageProcessor(),
    ).save_pretrained(folder)
    _name_usual_processor(folder / "model_index.json")
    keyframe.build(folder / "keyframe")


def _name_usual_processor(index: Path) -> None:
    """Without torchvision, transformers writes the name of its replacement; the repository's name loads with both."""
    text = index.read_text(encoding="utf-8").replace("CLIPImageProcessorPil", "CLIPImageProcessor")
    index.write_text(text, encoding="utf-8", newline="\n")


def make_scheduler() -> EulerDiscreteScheduler:
    """As in the makers' repository."""
    return EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", interpolation_type="linear",
        num_train_timesteps=1000, prediction_type="v_prediction", sigma_max=700.0, sigma_min=0.002, steps_offset=1,
        timestep_spacing="leading", timestep_type="continuous", use_karras_sigmas=True,
    )  # fmt: skip


def make_unet() -> UNet:
    """Two levels instead of four."""
    return UNet(
        block_out_channels=(WIDTH, 2 * WIDTH), layers_per_block=1, sample_size=32, in_channels=8, out_channels=4,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=WIDTH, num_attention_heads=(4, 4), projection_class_embeddings_input_dim=96, addition_time_embed_dim=32,
    )  # fmt: skip


def make_vae() -> AutoencoderKLTemporalDecoder:
    """Stride 8, as the real one."""
    return AutoencoderKLTemporalDecoder(
        block_out_channels=(WIDTH,) * 4, down_block_types=("DownEncoderBlock2D",) * 4, layers_per_block=1, latent_channels=4,
        force_upcast=True,
    )  # fmt: skip


def make_image_encoder() -> CLIPVisionModelWithProjection:
    """Reads 224 x 224: the pipeline resizes to that, whatever the configuration says."""
    sizes = CLIPVisionConfig(
        hidden_size=32, projection_dim=WIDTH, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, image_size=224,
        patch_size=32,
    )  # fmt: skip
    return CLIPVisionModelWithProjection(sizes).eval()
