"""A small random checkpoint of LTX-Video from 0.9.5 on, with the VAE's real strides: 8 frames, 32 pixels."""

from __future__ import annotations

from pathlib import Path

from diffusers import AutoencoderKLLTXVideo, FlowMatchEulerDiscreteScheduler, LTXConditionPipeline, LTXPipeline
from diffusers import LTXVideoTransformer3DModel as Transformer

from storyvid.diffusion.config import DiffusionConfig
from storyvid.tiny.text import WIDTH, make_t5, make_tokenizer

CHANNELS = 8
TEXT_GAIN = 4.0
TOKENIZER_MAX_LENGTH = 128  # of the makers' repositories; pipelines read 256 tokens all the same


def build(config: DiffusionConfig, folder: Path) -> None:
    """Write the checkpoint of an LTX option.

    Args:
        config: The option. The repositories from 0.9.7 on name `LTXConditionPipeline`, that of 0.9.5 `LTXPipeline`.
        folder: Where to; made here.
    """
    family = LTXPipeline if config.model.endswith("0.9.5") else LTXConditionPipeline
    tokenizer = make_tokenizer()
    tokenizer.model_max_length = TOKENIZER_MAX_LENGTH
    pipe = family(
        tokenizer=tokenizer,
        text_encoder=make_t5(tokenizer).eval(),
        transformer=make_transformer(),
        vae=make_vae(),
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=False),
    )
    pipe.save_pretrained(folder)


def make_transformer() -> Transformer:
    """Two blocks of width 32 that look at their prompt."""
    transformer = Transformer(
        in_channels=CHANNELS, out_channels=CHANNELS, patch_size=1, patch_size_t=1, num_attention_heads=4, attention_head_dim=8,
        cross_attention_dim=32, num_layers=2, caption_channels=WIDTH,
    )  # fmt: skip
    for name, weight in transformer.named_parameters():
        if name.endswith(("caption_projection.linear_1.weight", "attn2.norm_k.weight", "attn2.to_out.0.weight")):
            weight.data *= TEXT_GAIN
    return transformer


def make_vae() -> AutoencoderKLLTXVideo:
    """Built like that of 0.9.5 (diffusers' scripts/convert_ltx_to_diffusers.py), its decoder told how noisy the latents are."""
    return AutoencoderKLLTXVideo(
        latent_channels=CHANNELS, block_out_channels=(8, 8, 8, 8, 8), layers_per_block=(1, 1, 1, 1, 1),
        down_block_types=("LTXVideo095DownBlock3D",) * 4, decoder_block_out_channels=(8, 16, 32),
        decoder_layers_per_block=(1, 1, 1, 1), spatio_temporal_scaling=(True,) * 4, decoder_spatio_temporal_scaling=(True,) * 3,
        decoder_inject_noise=(False,) * 4, downsample_type=("spatial", "temporal", "spatiotemporal", "spatiotemporal"),
        upsample_residual=(True,) * 3, upsample_factor=(2,) * 3, timestep_conditioning=True, patch_size=4, patch_size_t=1,
        encoder_causal=True, decoder_causal=False, spatial_compression_ratio=32, temporal_compression_ratio=8,
    )  # fmt: skip
