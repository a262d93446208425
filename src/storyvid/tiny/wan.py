"""Small random checkpoints of the Wan family: one model, or the two repositories of A14B with two experts each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from diffusers import AutoencoderKLWan, DiffusionPipeline, UniPCMultistepScheduler, WanImageToVideoPipeline, WanPipeline
from diffusers import WanTransformer3DModel as Transformer

from storyvid.backends.base import Published
from storyvid.diffusion.config import DiffusionConfig
from storyvid.tiny.text import WIDTH, make_tokenizer, make_umt5

CHANNELS = 16
BOUNDARY = {"text": 0.875, "image": 0.9}  # of A14B: wan/configs/wan_t2v_A14B.py and wan_i2v_A14B.py in Wan-Video/Wan2.2
TEXT_GAIN = 4.0  # tried: another prompt changes the pixels by 24 of 255 on average, and by 0.06 without
CONTRAST = 4.0  # so narrow a decoder gives nearly grey pictures


def build(config: DiffusionConfig, folder: Path) -> None:
    """Write the checkpoint of a Wan option: ``folder``, or ``folder/text`` and ``folder/image`` for one with two repositories.

    Args:
        config: The option.
        folder: Where to; made here.
    """
    if config.image_model is None:
        _one_model(config).save_pretrained(folder)
        return
    _two_experts("text", config.published).save_pretrained(folder / "text")
    _two_experts("image", config.image_published or config.published).save_pretrained(folder / "image")


def _one_model(config: DiffusionConfig) -> DiffusionPipeline:
    """Wan 2.2 5B in small where the grid is 32 (one folder for text and pictures), Wan 2.1 where it is 16."""
    new_vae = config.limits.size_multiple == 32
    vae = make_vae_2_2() if new_vae else make_vae_2_1()
    return WanPipeline(**_parts(config.published), vae=vae, transformer=make_transformer(CHANNELS), expand_timesteps=new_vae)


def _two_experts(start: str, recipe: Published) -> DiffusionPipeline:
    """One repository of A14B: the image one also reads the first frame's latents (16) and a mask (4)."""
    family = WanPipeline if start == "text" else WanImageToVideoPipeline
    channels = CHANNELS if start == "text" else 2 * CHANNELS + 4
    experts = {name: make_transformer(channels) for name in ("transformer", "transformer_2")}
    return family(**_parts(recipe), **experts, vae=make_vae_2_1(), boundary_ratio=BOUNDARY[start])


def _parts(recipe: Published) -> dict[str, Any]:
    tokenizer = make_tokenizer()
    return {"tokenizer": tokenizer, "text_encoder": make_umt5(tokenizer).eval(), "scheduler": make_scheduler(recipe)}


def make_scheduler(recipe: Published) -> UniPCMultistepScheduler:
    """As in the makers' repositories (diffusers' scripts/convert_wan_to_diffusers.py), with the recipe's shift."""
    return UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, num_train_timesteps=1000, flow_shift=recipe.flow_shift
    )


def make_transformer(in_channels: int) -> Transformer:
    """Two blocks of width 24 that look at their prompt.

    Args:
        in_channels: Of the latents and whatever is laid beside them.
    """
    transformer = Transformer(
        patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12, in_channels=in_channels, out_channels=CHANNELS,
        text_dim=WIDTH, freq_dim=256, ffn_dim=32, num_layers=2, cross_attn_norm=True, qk_norm="rms_norm_across_heads",
        rope_max_seq_len=1024,
    )  # fmt: skip
    _heed_text(transformer)
    return transformer


def _heed_text(transformer: Transformer) -> None:
    """Make the prompt count: random attention spreads over all 512 tokens, nearly all of which are padding."""
    heeding = ("text_embedder.linear_1.weight", "attn2.norm_k.weight", "attn2.to_out.0.weight")
    for name, weight in transformer.named_parameters():
        if name.endswith(heeding):
            weight.data *= TEXT_GAIN


def make_vae_2_1() -> AutoencoderKLWan:
    """Stride 4 x 8 x 8, with the published mean and spread of the latents."""
    vae = AutoencoderKLWan(
        base_dim=3, z_dim=CHANNELS, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    vae.decoder.conv_out.weight.data *= CONTRAST
    return vae


def make_vae_2_2() -> AutoencoderKLWan:
    """Stride 4 x 16 x 16: pictures are cut into patches of 2 x 2 first."""
    return AutoencoderKLWan(
        base_dim=8, decoder_base_dim=8, z_dim=CHANNELS, dim_mult=[1, 1, 1, 1], num_res_blocks=1,
        temperal_downsample=[False, True, True], is_residual=True, patch_size=2, in_channels=12, out_channels=12,
        scale_factor_spatial=16, latents_mean=[0.0] * CHANNELS, latents_std=[1.0] * CHANNELS,
    )  # fmt: skip
