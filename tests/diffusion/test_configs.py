"""The shipped configurations of transformers, for weights in single files that hold none."""

from __future__ import annotations

import json

import diffusers
import pytest
import torch

from storyvid.diffusion.families import SHIPPED

# Parameters in thousands of millions: of the published files, counted from the makers' own configurations.
PARAMETERS = {
    "wan": 5.000, "wan_fast": 5.000, "wan_1_3b": 1.419, "wan_14b": 14.288, "wan_14b_image": 14.289, "ltx": 1.923, "ltx_13b": 13.043,
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*/*/config.json")), ids=lambda path: "/".join(path.parts[-3:-1]))
def test_a_model_built_from_it_has_the_published_number_of_parameters(path):
    values = json.loads(path.read_text(encoding="utf-8"))
    with torch.device("meta"):
        model = getattr(diffusers, values.pop("_class_name")).from_config(values)
    count = sum(parameter.numel() for parameter in model.parameters())
    assert round(count / 1e9, 3) == PARAMETERS[path.parts[-3]]
    assert set(values) == set(model.config) - {"_use_default_values"}, "nothing is left to a version's default"


def test_there_is_one_for_every_transformer():
    names = sorted("/".join(path.parts[-3:-1]) for path in SHIPPED.glob("*/*/config.json"))
    twice = {"wan_14b", "wan_14b_image"}
    assert names == sorted(
        f"{name}/{part}" for name in PARAMETERS for part in ("transformer", *(["transformer_2"] * (name in twice)))
    )
