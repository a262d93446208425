"""Step caches on real, tiny models: seen on their modules during a call, counted, recorded, and gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from storyvid.backends.base import ShotRequest
from storyvid.diffusion.schedulers import make_scheduler
from storyvid.diffusion.step_cache import cache_settings, cached, expert_steps
from storyvid.memory.apply import denoisers
from tests import films
from tests.backends.pipelines import ask, load, memory, render
from tests.memory.test_active import hooks_of
from tests.tiny import TinyCheckpoint
from tests.video.pictures import psnr

STEPS = 12
HOOKS = {"first_block": {"fbc_leader_block_hook", "fbc_block_hook"}, "taylorseer": {"taylorseer_cache"}}
# Random weights of two layers, whose steps differ far more than those of a trained model; another seed is below 12 dB.
LEAST_DB = {("wan", "taylorseer"): 24.0, ("ltx", "taylorseer"): 19.0}


class Model:
    """A tiny model, its plain frames, and what is on its modules at each step."""

    def __init__(self, name: str, tiny_checkpoint: TinyCheckpoint) -> None:
        self.backend = load(name, tiny_checkpoint(name))
        self.request: ShotRequest = ask(self.backend, num_inference_steps=STEPS, flow_shift=3.0 if "wan" in name else None)
        self.plain = self.frames()
        self.models = list(denoisers(self.backend.pipeline("text")).values())

    def frames(self, **asked: Any) -> NDArray[np.uint8]:
        self.backend.memory = memory(**asked)
        return render(self.backend, self.request)

    def seen(self, **asked: Any) -> tuple[NDArray[np.uint8], list[set[str]]]:
        """Frames, and the hooks on each transformer at each step."""
        found: list[set[str]] = []
        self.backend.memory = memory(**asked)
        self.backend.begin_shot(self.request, None)
        chunk = self.request.chunks[0]
        frames = self.backend.generate_chunk(
            self.request, chunk, None, lambda step, steps: found.extend(hooks_of(model) for model in self.models)
        )
        return np.stack(list(frames)), found


ModelOf = Callable[[str], Model]


@pytest.fixture(scope="module")
def model(tiny_checkpoint: TinyCheckpoint) -> Iterator[ModelOf]:
    made: dict[str, Model] = {}

    def get(name: str) -> Model:
        if name not in made:
            made[name] = Model(name, tiny_checkpoint)
        return made[name]

    yield get
    for one in made.values():
        one.backend.close()


@pytest.mark.parametrize("step_cache", ["first_block", "taylorseer"])
@pytest.mark.parametrize("name", ["wan", "wan_14b", "ltx"])
def test_a_cache_skips_work_near_the_plain_picture_and_is_gone_afterwards(model: ModelOf, name: str, step_cache: str) -> None:
    one = model(name)
    frames, seen = one.seen(step_cache=step_cache)
    assert all(hooks & HOOKS[step_cache] for hooks in seen), "on every transformer, at every step"
    facts = one.backend.chunk_facts()["step_cache"]
    assert facts["name"] == step_cache
    assert facts["settings"].keys() == ({"transformer", "transformer_2"} if name == "wan_14b" else {"transformer"})
    assert facts["passes"] == (STEPS if name == "ltx" else 2 * STEPS), "LTX has both texts in one pass"
    assert 0 < facts["computed"] < facts["passes"]
    assert psnr(frames, one.plain) >= LEAST_DB.get((name, step_cache), 27.0)
    assert not np.array_equal(frames, one.plain)
    assert np.array_equal(one.frames(step_cache=step_cache), frames), "nothing is left of the call before"
    assert not any(hooks_of(part) for part in one.models)
    assert np.array_equal(one.frames(), one.plain)
    assert "step_cache" not in one.backend.chunk_facts()


def test_its_keys_say_how_much_is_skipped(model: ModelOf) -> None:
    one = model("wan")

    def computed(**asked: Any) -> int:
        one.frames(**asked)
        number: int = one.backend.chunk_facts()["step_cache"]["computed"]
        return number

    some, none = (computed(step_cache="first_block", cache_threshold=threshold) for threshold in (0.05, 0.0))
    assert some < none == 2 * STEPS, "a threshold of 0 skips nothing"
    assert computed(step_cache="first_block", cache_threshold=1.0) < some
    assert computed(step_cache="taylorseer", cache_interval=2) > computed(step_cache="taylorseer", cache_interval=5)
    assert computed(step_cache="taylorseer", cache_warmup=1.0) == 2 * STEPS


@pytest.mark.parametrize("offload", ["group", "group_leaf"])
@pytest.mark.parametrize("step_cache", ["first_block", "taylorseer"])
def test_groups_that_wait_change_no_bit_of_it(
    model: ModelOf, tiny_checkpoint: TinyCheckpoint, step_cache: str, offload: str
) -> None:
    expected = model("wan").frames(step_cache=step_cache)
    backend = load("wan", tiny_checkpoint("wan"), memory(step_cache=step_cache, offload=offload))
    assert np.array_equal(render(backend, model("wan").request), expected)
    backend.close()


def test_a_call_that_breaks_off_leaves_nothing(model: ModelOf) -> None:
    one = model("wan")
    one.backend.memory = memory(step_cache="first_block")
    one.backend.begin_shot(one.request, None)

    def stop(step: int, steps: int) -> None:
        if step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(one.backend.generate_chunk(one.request, one.request.chunks[0], None, stop))
    assert np.array_equal(one.frames(), one.plain)


def test_each_expert_counts_its_own_steps(model: ModelOf) -> None:
    pipe = model("wan_14b").backend.pipeline("text")
    scheduler = make_scheduler("UniPCMultistepScheduler", pipe.scheduler, flow_shift=12.0)
    asked = SimpleNamespace(config=pipe.config, scheduler=scheduler)
    assert expert_steps(asked, 10) == {"transformer": 7, "transformer_2": 3}
    assert scheduler.num_inference_steps is None, "the call's own is left as it is"
    assert expert_steps(SimpleNamespace(config={}, scheduler=None), 10) == {"transformer": 10}
    model("wan_14b").frames(step_cache="taylorseer", cache_warmup=0.5)
    settings = model("wan_14b").backend.chunk_facts()["step_cache"]["settings"]
    own = expert_steps(SimpleNamespace(config=pipe.config, scheduler=pipe.scheduler), STEPS)
    expected = {part: max(2, -(-steps // 2)) for part, steps in own.items()}
    assert {part: values["disable_cache_before_step"] for part, values in settings.items()} == expected


def test_what_diffusers_is_told() -> None:
    assert cache_settings(memory(step_cache="first_block"), 20) == {"threshold": 0.05}
    assert cache_settings(memory(step_cache="first_block", cache_threshold=0.0), 20) == {"threshold": 0.0}
    taylor = {"cache_interval": 5, "disable_cache_before_step": 4, "max_order": 1, "use_lite_mode": True}
    assert cache_settings(memory(step_cache="taylorseer"), 20) == taylor
    assert cache_settings(memory(step_cache="taylorseer", cache_warmup=0.0), 20)["disable_cache_before_step"] == 2


def test_a_unet_has_none() -> None:
    pipe: Any = SimpleNamespace(components={"unet": object()})
    with cached(pipe, memory(step_cache="first_block"), 10) as count:
        assert count is None


def test_what_a_cache_reads_is_part_of_the_picture_and_nothing_else_is() -> None:
    plain = memory().for_pixels()
    assert not any(name.startswith("cache_") for name in plain), "clips from before are the same pictures"
    assert memory(cache_threshold=0.1, cache_interval=3, cache_warmup=0.5).for_pixels() == plain
    first = memory(step_cache="first_block", cache_threshold=0.1, cache_interval=3).for_pixels()
    assert (first["cache_threshold"], "cache_interval" in first) == (0.1, False)
    assert memory(step_cache="first_block").for_pixels().keys() == plain.keys()
    taylor = memory(step_cache="taylorseer", cache_threshold=0.1).for_pixels()
    assert taylor.keys() - plain.keys() == {"cache_interval", "cache_warmup"}
    assert "cache_threshold" not in taylor


@pytest.mark.parametrize(
    ("words", "told"), [(("backend=wan_fast",), True), (("backend=wan",), False), (("backend=animatic",), False)]
)
def test_few_steps_gain_nothing_by_it(words: tuple[str, ...], told: bool) -> None:
    warnings = films.film(films.storyboard({}), *words, "memory.step_cache=first_block").warnings
    assert any(problem.code == "idle-step-cache" for problem in warnings) is told
