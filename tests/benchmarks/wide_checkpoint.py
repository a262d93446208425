"""A random checkpoint of Wan 2.2's kind that is large enough to take its time: to load, and above all to denoise with."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import WanPipeline, WanTransformer3DModel
from transformers import UMT5Config, UMT5EncoderModel

from storyvid.backends.base import Published
from storyvid.tiny.text import make_tokenizer
from storyvid.tiny.wan import CHANNELS, make_scheduler, make_vae_2_2

HEAD = 64  # width of one attention head
VOCABULARY = 64000  # as in the real encoder, most of its weights are a table of which a prompt reads a few rows


def make_wide_wan(folder: Path, recipe: Published, *, width: int, layers: int) -> None:
    """Write a checkpoint in the makers' layout, float32.

    Args:
        folder: Where to; made here.
        recipe: The option's; the scheduler has its shift.
        width: Of the transformer and of the text embeddings, a multiple of 64.
        layers: Of the transformer. The text encoder has 24 for 30 of them, as UMT5-XXL has beside Wan 2.2 5B.
    """
    torch.manual_seed(20)
    text = UMT5Config(
        vocab_size=VOCABULARY, d_model=width, d_kv=HEAD, d_ff=2 * width, num_layers=max(1, layers * 24 // 30),
        num_heads=width // HEAD, feed_forward_proj="gated-gelu", dropout_rate=0.0, tie_word_embeddings=False,
        pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    transformer = WanTransformer3DModel(
        patch_size=(1, 2, 2), num_attention_heads=width // HEAD, attention_head_dim=HEAD, in_channels=CHANNELS,
        out_channels=CHANNELS, text_dim=width, freq_dim=256, ffn_dim=4 * width, num_layers=layers, cross_attn_norm=True,
        qk_norm="rms_norm_across_heads", rope_max_seq_len=1024,
    )  # fmt: skip
    WanPipeline(
        tokenizer=make_tokenizer(),
        text_encoder=UMT5EncoderModel(text).eval(),
        transformer=transformer,
        vae=make_vae_2_2(),
        scheduler=make_scheduler(recipe),
        expand_timesteps=True,
    ).save_pretrained(folder)
