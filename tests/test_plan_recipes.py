"""Samplers as the plan knows them: which value wins, the makers' recipe for pictures, and what each model refuses."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyvid.backends.base import BackendLimits
from storyvid.clips.fingerprint import fingerprint, pixel_inputs
from storyvid.commands.plan import plan_text
from storyvid.errors import PlanError
from storyvid.film import Film
from storyvid.plan.recipes import own_settings
from storyvid.record.recipe import recipe
from storyvid.replay.recipe import film_of, loaded_storyboard, read_recipe, storyboard_of
from tests.films import config, film, storyboard

PICTURE = {"continuity": {"image": "a.png"}}
FOR_PICTURES = {"cfg": 3.5, "cfg_2": 3.5, "flow_shift": 5.0}
BOTH_LORAS = "backend.loras=[{path: a.safetensors}, {path: b.safetensors, expert: 2}]"
HERE = {"paths": {"outputs": "outputs", "mlruns": "mlruns"}, "tracking": {"kind": "none", "uri": None, "wait_s": 0}}


def refusals(shot: dict[str, Any], *overrides: str, typed: tuple[str, ...] = ()) -> list[str]:
    """What the plan refuses of a film of one shot."""
    with pytest.raises(PlanError) as caught:
        film(storyboard(shot), *overrides, typed=typed)
    return [str(problem) for problem in caught.value.problems]


def warnings(shot: dict[str, Any], *overrides: str, typed: tuple[str, ...] = (), **project: Any) -> list[str]:
    """Places of the warnings about negative prompts."""
    problems = film(storyboard(shot, **project), *overrides, typed=typed).warnings
    return [problem.where for problem in problems if problem.code == "idle-negative-prompt"]


def own(prepared: Film) -> list[list[dict[str, Any]]]:
    """Settings that chunks have otherwise than their shot, by shot."""
    return [[own_settings(chunk) for chunk in request.chunks] for request in prepared.requests.values()]


@pytest.mark.parametrize(
    ("backend", "word", "scheduler"),
    [
        ("wan", "unipc", "UniPCMultistepScheduler"),
        ("wan", "euler", "FlowMatchEulerDiscreteScheduler"),
        ("wan", "dpmpp", "DPMSolverMultistepScheduler"),
        ("wan_fast", "published", "FlowMatchLCMScheduler"),
        ("ltx", "euler", "FlowMatchEulerDiscreteScheduler"),
        ("animatic", "euler", "euler"),
    ],
)
def test_one_word_is_each_familys_own_scheduler(backend: str, word: str, scheduler: str) -> None:
    (request,) = film(storyboard({}), f"backend={backend}", f"sampler={word}").requests.values()
    assert request.scheduler == scheduler


def test_a_word_and_the_schedulers_name_are_one_clip() -> None:
    films = [film(storyboard({}), "backend=wan", f"sampler={word}") for word in ("unipc", "published")]
    keys = {fingerprint(pixel_inputs(made.requests["S01"], made.config, ())) for made in films}
    assert len(keys) == 1


def test_the_diffusion_family_without_flow_has_its_own_euler() -> None:
    (request,) = film(storyboard(PICTURE), "backend=svd", "sampler=euler").requests.values()
    assert request.scheduler == "EulerDiscreteScheduler"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("backend=ltx", "sampler=unipc"), "sampler.scheduler: unipc does not fit ltx"),
        (("backend=wan", "sampler.scheduler=EulerDiscreteScheduler"), "sampler.scheduler: EulerDiscreteScheduler does not fit wan"),
        (("backend=wan", "sampler.cfg_2=3"), "sampler.cfg_2: 3 is for a second expert, and wan has one"),
        (("backend=wan_14b", "sampler.cfg_2=null"), "sampler.cfg_2: is null, and the second expert"),
        (("backend=ltx", "sampler.flow_shift=3"), "sampler.flow_shift: 3 can't be used"),
        (("backend=wan_fast", "sampler.steps=4"), "sampler.steps: 4 is not the 3 that wan_fast was distilled for"),
        (("backend=ltx_13b", "sampler.cfg=3"), "sampler.cfg: 3 is not the 1 that ltx_13b was distilled for"),
        (("backend=wan_14b", "sampler=distilled"), "sampler=distilled: a recipe of few steps needs LoRAs"),
    ],
)
def test_what_a_model_does_not_allow_is_refused_with_a_fix(words: tuple[str, ...], told: str) -> None:
    (text,) = refusals({}, *words)
    assert text.startswith(told)
    assert "\n  Fix: " in text


def warned(code: str, shots: list[dict[str, Any]], *words: str, typed: tuple[str, ...] = ()) -> list[str]:
    """Warnings of a kind about a film."""
    return [str(problem) for problem in film(storyboard(*shots), *words, typed=typed).warnings if problem.code == code]


def test_guidance_of_a_second_expert_that_the_first_turns_off_is_told() -> None:
    shots = [{}, {"overrides": {"cfg_2": 1}}, PICTURE, {"overrides": {"cfg": 1.5}}]
    words = ("backend=wan_14b", "sampler.cfg=1")
    assert warned("idle-cfg-2", shots, *words) == [
        "sampler.cfg: cfg 1 turns guidance off for both experts of wan_14b, so cfg_2 3 is not used: S01\n"
        "  Fix: set cfg_2 to 1, too; or cfg just above 1, such as 1.01, to keep the second expert's guidance",
        "sampler.cfg: cfg 1 turns guidance off for both experts of wan_14b, so cfg_2 3.5 is not used: S03\n"
        "  Fix: set cfg_2 to 1, too; or cfg just above 1, such as 1.01, to keep the second expert's guidance",
    ]
    assert not warned("idle-cfg-2", shots, *words, "sampler.cfg_2=1", typed=("sampler.cfg_2",))
    assert not warned("idle-cfg-2", [{}], "backend=wan", "sampler.cfg=1")


def test_shots_that_gguf_files_do_not_reach_are_named() -> None:
    shots, files = [{}, {"duration": 8}, PICTURE], "backend.gguf=[high.gguf, low.gguf]"
    (text,) = warned("gguf-text-alone", shots, "backend=wan_14b", files)
    assert text.startswith("backend.gguf: replaces the weights for text alone; what starts from a picture or a frame is made with")
    assert "Wan2.2-I2V-A14B-Diffusers with memory.quantization=none: S02 chunk 2, S03\n  Fix: " in text
    assert not warned("gguf-text-alone", [{}], "backend=wan_14b", files)
    assert not warned("gguf-text-alone", shots, "backend=wan_14b")


def test_everything_is_refused_at_once() -> None:
    shot = {"overrides": {"steps": 8, "cfg": 2}}
    places = [text.split(": ")[0] for text in refusals(shot, "backend=wan_fast", "sampler.cfg_2=1", "sampler.scheduler=unipc")]
    assert places == [
        'test.json, shot "S01" (1 of 1), shots[0].overrides.steps',
        'test.json, shot "S01" (1 of 1), shots[0].overrides.cfg',
        "sampler.scheduler",
        "sampler.cfg_2",
    ]


def test_an_override_that_a_typed_value_wins_over_is_not_refused() -> None:
    assert film(storyboard({"overrides": {"steps": 8}}), "backend=wan_fast", typed=("sampler.steps",))


def test_few_steps_need_loras_of_both_experts() -> None:
    (text,) = refusals({}, "backend=wan_14b", "sampler=distilled", "backend.loras=[{path: a.safetensors, only: text}]")
    assert "none for expert 2 from text, expert 1 from pictures, expert 2 from pictures" in text
    (request,) = film(storyboard(PICTURE), "backend=wan_14b", "sampler=distilled", BOTH_LORAS).requests.values()
    assert (request.num_inference_steps, request.guidance_scale, request.guidance_scale_2, request.flow_shift) == (4, 1, 1, 5)
    assert own_settings(request.chunks[0]) == {}  # the makers' recipe of many steps for pictures is not for few


def test_pictures_have_the_makers_recipe_for_pictures() -> None:
    shots = {"duration": 8}, PICTURE, {"continuity": "continue"}
    prepared = film(storyboard(*shots), "backend=wan_14b")
    assert own(prepared) == [[{}, FOR_PICTURES], [FOR_PICTURES], [FOR_PICTURES]]
    line = "From a picture, with the makers' sampler.cfg 3.5, sampler.cfg_2 3.5, sampler.flow_shift 5: S01 chunk 2, S02, S03"
    assert line in plan_text(prepared).splitlines()


@pytest.mark.parametrize(
    ("words", "typed", "overrides", "expected"),
    [
        (("sampler.cfg=4",), ("sampler.cfg",), {}, {"cfg_2": 3.5, "flow_shift": 5.0}),  # typed, though it is the published one
        (("sampler.cfg=6",), (), {}, {"cfg_2": 3.5, "flow_shift": 5.0}),  # of a file of the user's
        ((), (), {"flow_shift": 9}, {"cfg": 3.5, "cfg_2": 3.5}),
        (("sampler=published",), ("sampler",), {}, FOR_PICTURES),
        (("sampler=draft",), ("sampler",), {"cfg": 2.0}, FOR_PICTURES),
        (("sampler=unipc",), ("sampler",), {}, FOR_PICTURES),
    ],
)
def test_a_value_that_was_chosen_wins_over_it(
    words: tuple[str, ...], typed: tuple[str, ...], overrides: dict[str, float], expected: dict[str, float]
) -> None:
    assert own(film(storyboard({**PICTURE, "overrides": overrides}), "backend=wan_14b", *words, typed=typed)) == [[expected]]


def test_it_is_part_of_a_clips_key_only_where_there_is_one() -> None:
    with_recipe = film(storyboard(PICTURE), "backend=wan_14b")
    typed = film(storyboard(PICTURE), "backend=wan_14b", typed=("sampler.cfg",))
    inputs = [pixel_inputs(made.requests["S01"], made.config, ()) for made in (with_recipe, typed)]
    assert fingerprint(inputs[0]) != fingerprint(inputs[1])
    other = film(storyboard(PICTURE), "backend=wan")
    (chunk,) = pixel_inputs(other.requests["S01"], other.config, ())["chunks"]
    assert chunk.keys() == {"index", "num_frames", "seed", "dropped_frames", "surplus_frames"}


@pytest.mark.parametrize("typed", [(), ("sampler.cfg",), ("sampler.cfg", "sampler.flow_shift")])
def test_a_film_is_planned_again_as_it_was(typed: tuple[str, ...], tmp_path: Path) -> None:
    board = storyboard({"overrides": {"cfg_2": 2.5}}, {"continuity": "continue"})
    prepared = film(board, "backend=wan_14b", typed=typed)
    read = read_recipe(recipe(prepared), "film.mp4")
    loaded = loaded_storyboard(storyboard_of(read, "film.mp4"), read, tmp_path, "film.mp4")
    again = film_of(read, loaded, HERE, config("backend=wan_14b"))
    assert own(again) == own(prepared)
    assert [vars(shot) for shot in again.requests.values()] == [
        {**vars(shot), "storyboard": again.loaded.storyboard} for shot in prepared.requests.values()
    ]


@pytest.mark.parametrize(
    ("words", "shot", "project", "typed", "places"),
    [
        (("backend=wan", "sampler.cfg=1"), {}, {"negative_prompt": "fog"}, (), ["test.json, negative_prompt"]),
        (("backend=wan", "sampler.cfg=1"), {}, {}, (), []),
        (("backend=wan", "sampler.cfg=1.5"), {"negative_prompt": "fog"}, {}, (), []),
        (("backend=wan_fast",), {}, {}, ("backend.negative_prompt",), ["backend.negative_prompt"]),
        (
            ("backend=wan",),
            {"negative_prompt": "fog", "overrides": {"cfg": 0.5}},
            {},
            (),
            ['test.json, shot "S01" (1 of 1), shots[0].negative_prompt'],
        ),
        (("backend=animatic",), {"negative_prompt": "fog"}, {}, (), []),  # reads no prompt of any kind
    ],
)
def test_a_negative_prompt_that_is_not_read_is_told(
    words: tuple[str, ...], shot: dict[str, Any], project: dict[str, Any], typed: tuple[str, ...], places: list[str]
) -> None:
    assert warnings(shot, *words, typed=typed, **project) == places


@pytest.mark.parametrize(
    ("shots", "told"),
    [
        (({}, {"continuity": "continue"}), "backend=wan_1_3b can't start from a picture or a frame"),
        ((PICTURE,), "backend=wan_1_3b can't start from a picture or a frame"),
        (
            ({"duration": 6},),
            "6 s needs 2 chunks, and backend=wan_1_3b can't start a chunk from a frame\n  Fix: set it to 5 or less",
        ),
        (
            ({"duration": 5, "transition": {"type": "dissolve", "duration": 0.5}}, {}),
            "5 s and the frames for its joins need 2 chunks, and backend=wan_1_3b can't start a chunk from a frame\n"
            "  Fix: set it to 4.8 or less",
        ),
    ],
)
def test_a_model_that_reads_no_pictures_says_how_to_do_without(shots: tuple[dict[str, Any], ...], told: str) -> None:
    with pytest.raises(PlanError) as caught:
        film(storyboard(*shots), "backend=wan_1_3b")
    assert told in str(caught.value)


@settings(max_examples=25, deadline=None)
@given(duration=st.integers(52, 150), handle=st.sampled_from([0, 0.1, 0.5, 1.3]))
def test_the_length_that_is_proposed_is_taken(duration: int, handle: float) -> None:
    shots = {"duration": duration / 10, "transition": {"type": "dissolve", "duration": handle} if handle else "cut"}, {}
    with pytest.raises(PlanError) as caught:
        film(storyboard(*shots), "backend=wan_1_3b")
    proposed = float(str(caught.value).partition("Fix: set it to ")[2].partition(" ")[0])
    assert film(storyboard({**shots[0], "duration": proposed}, {}), "backend=wan_1_3b")


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from([7, 16, 24]),
    durations=st.lists(st.integers(5, 60), min_size=1, max_size=4),
    dissolve=st.sampled_from([0.0, 0.25, 0.5]),
    fps=st.sampled_from([24, 25, 30]),
)
def test_a_film_frame_shows_the_clip_frame_that_is_current_then(rate: int, durations: list[int], dissolve: float, fps: int) -> None:
    """Frame n of a shot shows clip frame floor(n * own rate / film's rate) from where programme time begins, and there is one."""
    limits = BackendLimits(fps=rate, max_frames=400, size_multiple=2, min_side=2, max_side=4096).model_dump(mode="json")
    join = {"type": "dissolve", "duration": dissolve} if dissolve else "cut"
    shots = [{"duration": tenths / 10 + 0.5, "transition": join} for tenths in durations]
    planned = film(storyboard(*shots, fps=fps), f"backend.limits={limits}".replace("None", "null").replace("'", "")).plan
    for shot in planned.shots:
        first, last = -shot.head_frames, shot.num_frames + shot.tail_frames - 1
        for position in range(first, last + 1):
            shown = shot.clip_frame(position)
            assert shown - shot.in_frame == floor(Fraction(position * rate, fps))
            assert 0 <= shown < shot.asked_frames <= shot.rendered_frames
        assert shot.clip_frame(last) == shot.asked_frames - 1  # nothing is asked for in vain


def test_a_model_without_its_checkpoint_for_pictures_renders_from_text_alone() -> None:
    both, alone = config("backend=wan_14b").backend, config("backend=wan_14b", "backend.image_model=null").backend
    assert (alone.limits.accepts_first_frame, alone.download_gb) == (False, both.download_gb / 2)
    assert type(alone).model_validate(alone.model_dump(mode="json")) == alone
    (told,) = refusals({"continuity": {"image": "a.png"}}, "backend=wan_14b", "backend.image_model=null")
    assert "backend=wan_14b can't start from a picture or a frame" in told
