"""Schedulers by name: the checkpoint's own to the last key, others with what a flow-matching model needs."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from diffusers import EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler, UniPCMultistepScheduler

from storyvid.diffusion.schedulers import (
    FLOW_SCHEDULERS,
    FixedTimestepsScheduler,
    draw_on_processor,
    make_scheduler,
    scheduler_facts,
)
from storyvid.errors import RenderError

WAN = UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=5.0, solver_order=3)


def shifted(sigma: float, shift: float) -> float:
    """The shift of flow matching: SD3's paper, equation 23."""
    return shift * sigma / (1 + (shift - 1) * sigma)


def test_the_published_one_is_the_checkpoints_own_to_the_last_key() -> None:
    made = make_scheduler("UniPCMultistepScheduler", WAN)
    assert made is not WAN
    assert dict(made.config) == dict(WAN.config)
    changed = make_scheduler("UniPCMultistepScheduler", WAN, flow_shift=8.0)
    assert dict(changed.config) == {**WAN.config, "flow_shift": 8.0}


@pytest.mark.parametrize("name", FLOW_SCHEDULERS)
def test_each_runs_from_noise_to_the_picture_along_the_shifted_schedule(name: str) -> None:
    low, high = (make_scheduler(name, WAN, flow_shift=shift) for shift in (1.0, 8.0))
    for scheduler in (low, high):
        scheduler.set_timesteps(10)
        sigmas = [float(sigma) for sigma in scheduler.sigmas]
        assert sigmas == sorted(sigmas, reverse=True)
        assert sigmas[0] == pytest.approx(1, abs=0.01)
        assert sigmas[-1] == 0
    assert float(high.sigmas[5]) == pytest.approx(shifted(float(low.sigmas[5]), 8.0), abs=0.03)


@pytest.mark.parametrize("name", FLOW_SCHEDULERS)
def test_another_kind_keeps_the_checkpoints_shift_where_none_is_given(name: str) -> None:
    config = make_scheduler(name, WAN).config
    assert config.get("flow_shift", config.get("shift")) == 5.0


def test_a_distilled_model_gets_its_trained_timesteps_and_no_other_number_of_steps() -> None:
    scheduler = FixedTimestepsScheduler((1000, 757, 522))
    scheduler.set_timesteps(3, device="cpu")
    assert [float(t) for t in scheduler.timesteps] == pytest.approx([1000, 757, 522])
    assert [float(s) for s in scheduler.sigmas] == pytest.approx([1.0, 0.757, 0.522, 0.0])
    with pytest.raises(RenderError, match="exactly 3 steps"):
        scheduler.set_timesteps(4)


def test_noise_that_is_added_again_comes_from_the_seed_alone_drawn_on_the_processor() -> None:
    def after_a_step(seed: int, elsewhere: int) -> torch.Tensor:
        scheduler = FixedTimestepsScheduler((1000, 757, 522))
        scheduler.set_timesteps(3, device="cpu")
        draw_on_processor(scheduler, seed)
        torch.manual_seed(elsewhere)
        before = torch.random.get_rng_state()
        stepped: torch.Tensor = scheduler.step(torch.ones(1, 4), scheduler.timesteps[0], torch.ones(1, 4), return_dict=False)[0]
        assert torch.equal(torch.random.get_rng_state(), before)
        return stepped

    noise = torch.randn(1, 4, generator=torch.Generator("cpu").manual_seed(5))
    assert torch.allclose(after_a_step(5, 1), 0.757 * noise)
    assert torch.equal(after_a_step(5, 1), after_a_step(5, 2))


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("PNDMScheduler", WAN),
        ("UniPCMultistepScheduler", EulerDiscreteScheduler(prediction_type="v_prediction")),
        ("UniPCMultistepScheduler", FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True)),
    ],
)
def test_one_that_does_not_fit_is_refused_with_those_that_do(name: str, published: Any) -> None:
    with pytest.raises(RenderError, match=type(published).__name__):
        make_scheduler(name, published)


def test_records_name_class_and_configuration_in_plain_values() -> None:
    facts = scheduler_facts(FixedTimestepsScheduler((1000, 500)))
    assert facts["class"] == "FixedTimestepsScheduler"
    assert facts["config"]["fixed_timesteps"] == [1000.0, 500.0]
    assert scheduler_facts(WAN)["config"]["flow_shift"] == 5.0
