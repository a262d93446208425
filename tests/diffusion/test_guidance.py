"""Steps without guidance are one pass of the model, and the first steps keep theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from storyvid.backends.base import ShotRequest
from storyvid.clips.fingerprint import fingerprint, pixel_inputs
from storyvid.diffusion.guidance import guided_steps
from storyvid.errors import PlanError
from storyvid.memory.apply import denoisers
from tests import films
from tests.backends.pipelines import ask, direct_wan, load, render
from tests.tiny import TinyCheckpoint
from tests.video.pictures import psnr

STEPS = 10


@pytest.mark.parametrize(
    ("cfg", "cfg_2", "until", "guided"),
    [
        (5.0, None, 1.0, 10),
        (5.0, None, 0.5, 5),
        (5.0, None, 0.7, 7),
        (5.0, None, 0.01, 1),
        (1.0, None, 1.0, 0),
        (0.0, 3.0, 1.0, 0),
        (4.0, 3.0, 1.0, 10),
        (4.0, 1.0, 1.0, 6),
        (4.0, 1.0, 0.3, 3),
        (4.0, 0.5, 1.0, 10),
    ],
)
def test_guided_are_the_first_steps_in_which_it_matters(cfg: float, cfg_2: float | None, until: float, guided: int) -> None:
    assert guided_steps(STEPS, 10 if cfg_2 is None else 6, cfg, cfg_2, until) == guided


@given(
    steps=st.integers(1, 60),
    share=st.floats(0, 1),
    until=st.floats(0, 1, exclude_min=True),
    cfg=st.floats(0, 10),
    cfg_2=st.sampled_from([None, 1.0, 3.0]),
)
def test_never_more_than_asked_for(steps: int, share: float, until: float, cfg: float, cfg_2: float | None) -> None:
    high = round(share * steps)
    found = guided_steps(steps, high, cfg, cfg_2, until)
    assert 0 <= found <= steps
    assert found or cfg <= 1 or (cfg_2 == 1 and not high)
    assert found <= guided_steps(steps, high, cfg, cfg_2, 1.0)
    assert found - 1 < until * steps + 1e-6


def passes(backend: Any, request: ShotRequest) -> tuple[NDArray[np.uint8], int]:
    """What a shot gives, and how often a transformer was called for it."""
    calls: list[int] = []
    hooks = [model.register_forward_pre_hook(lambda *_: calls.append(1)) for model in denoisers(backend.pipeline("text")).values()]
    frames = render(backend, request)
    for hook in hooks:
        hook.remove()
    return frames, len(calls)


def test_one_expert(tiny_checkpoint: TinyCheckpoint) -> None:
    backend = load("wan", tiny_checkpoint("wan"))
    request = ask(backend, num_inference_steps=STEPS)
    frames = {until: passes(backend, replace(request, guidance_until=until)) for until in (1.0, 0.6, 0.01)}
    assert {until: count for until, (_, count) in frames.items()} == {1.0: 20, 0.6: 16, 0.01: 11}
    assert np.array_equal(frames[1.0][0], direct_wan(tiny_checkpoint("wan"), request)), "all of it is the plain call"
    unguided, _ = passes(backend, replace(request, guidance_scale=1.0))
    assert psnr(frames[0.6][0], frames[1.0][0]) > psnr(unguided, frames[1.0][0]), "the first steps count most"
    assert np.array_equal(passes(backend, request)[0], frames[1.0][0]), "the next shot is guided to its end again"
    assert backend.chunk_facts()["guided_steps"] == STEPS
    backend.close()


def test_a_second_expert_without_guidance_costs_one_pass(tiny_checkpoint: TinyCheckpoint) -> None:
    backend = load("wan_14b", tiny_checkpoint("wan_14b"))
    request = ask(backend, num_inference_steps=STEPS, guidance_scale=4.0, guidance_scale_2=1.0)
    frames, count = passes(backend, request)
    high = backend.chunk_facts()["guided_steps"]
    assert 0 < high < STEPS
    assert count == STEPS + high
    plain = direct_wan(tiny_checkpoint("wan_14b") / "text", request)  # with two passes at every step
    assert np.abs(frames.astype(int) - plain).max() <= 1, "a scale of 1 adds nothing but rounding"
    assert passes(backend, replace(request, guidance_scale_2=3.0))[1] == 2 * STEPS
    assert passes(backend, replace(request, guidance_scale=1.0))[1] == STEPS
    backend.close()


def key(*words: str) -> str:
    prepared = films.film(films.storyboard({}), *words)
    return fingerprint(pixel_inputs(prepared.requests["S01"], prepared.config, ()))


def test_it_is_part_of_the_picture_where_it_changes_one() -> None:
    assert len({key("backend=wan", *words) for words in ((), ("sampler.cfg_until=0.5",), ("sampler.cfg_until=0.8",))}) == 3
    assert key("backend=animatic") == key("backend=animatic", "sampler.cfg_until=0.5")
    assert key("backend=wan_14b", "sampler.cfg_2=1") != key("backend=wan_14b")


@pytest.mark.parametrize(
    ("backend", "why"), [("ltx", "guides all of its steps or none"), ("svd", "guides all"), ("wan_fast", "no guidance")]
)
def test_what_can_not_end_it_refuses_it(backend: str, why: str) -> None:
    with pytest.raises(PlanError, match=f"sampler.cfg_until: 0.5 can't be used: {backend} .*{why}"):
        films.film(films.storyboard({"continuity": {"image": "a.png"}}), f"backend={backend}", "sampler.cfg_until=0.5")
