"""The files in conf/backend: what they promise must be on their own grid and agree with itself."""

from __future__ import annotations

from fractions import Fraction

import pytest
import yaml

from storyvid.backends.base import BackendConfig
from storyvid.cli.arguments import parse
from storyvid.cli.compose import compose_jobs
from storyvid.cli.folders import conf_dir
from storyvid.cli.help import list_groups
from storyvid.diffusion.config import DiffusionConfig
from storyvid.errors import PlanError
from storyvid.plan.sizes import clip_size
from storyvid.storyboard.schema import parse_aspect_ratio
from tests.films import config, storyboard

RATIOS = ["16:9", "9:16", "1:1", "4:3", "3:4"]
BACKENDS = sorted(list_groups([conf_dir()])["backend"])
LARGEST_MISS = Fraction(7, 100)  # small sizes on a coarse grid; what is off the shape is cropped


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> BackendConfig:
    chosen: BackendConfig = config(f"backend={request.param}").backend
    return chosen


def test_every_size_has_every_usual_shape_and_is_on_the_grid(backend):
    assert "native" in backend.sizes
    for name, row in backend.sizes.items():
        assert list(row) == RATIOS, name
        for ratio, sides in row.items():
            height, width = sides
            assert abs(Fraction(width, height) / parse_aspect_ratio(ratio) - 1) <= LARGEST_MISS, (name, ratio)
            for side in sides:
                assert side % backend.limits.size_multiple == 0, (name, ratio)
                assert backend.limits.min_side <= side <= backend.limits.max_side, (name, ratio)


def test_upright_sizes_are_the_wide_ones_turned(backend):
    for row in backend.sizes.values():
        assert row["9:16"] == row["16:9"][::-1]
        assert row["3:4"] == row["4:3"][::-1]


def test_recipes_name_schedulers_that_fit(backend):
    recipes = [getattr(backend, key, None) for key in ("published", "image_published", "distilled")]
    schedulers = getattr(backend, "schedulers", ("none",))
    assert schedulers[0] == backend.published.scheduler
    for recipe in filter(None, recipes):
        assert recipe.scheduler in schedulers
        assert (recipe.cfg_2 is not None) == ("cfg_2" in backend.uses)
        assert recipe.timesteps is None or len(recipe.timesteps) == recipe.steps


def test_guidance_inside_needs_no_negative_prompt(backend):
    guided = backend.published.cfg > 1 and "negative_prompt" in backend.uses
    assert bool(backend.negative_prompt) == guided


def test_joins_keep_to_the_grid_of_frames(backend):
    limits = backend.chunk_limits
    if limits.frame_counts is None:
        assert limits.join_surplus % limits.frame_step == 0
        assert limits.overlap_frames % limits.frame_step == limits.frame_offset % limits.frame_step


def test_models_are_named_by_hub_id_with_licence_and_size(backend):
    if isinstance(backend, DiffusionConfig):
        assert backend.limits.needs_gpu
        assert backend.model.count("/") == 1
        assert backend.license
        assert backend.download_gb > 1


def test_a_size_that_a_model_lacks_is_refused_with_those_it_has():
    with pytest.raises(PlanError) as caught:
        clip_size(config("backend=wan", "resolution=1080p"), storyboard({}))
    assert str(caught.value) == (
        "resolution=1080p: backend=wan has no such size\n"
        "  Fix: use one of resolution=native, 180p, 360p, 480p, 720p; upscale=1080p, 2k or 4k makes the film larger"
    )


@pytest.mark.parametrize(("name", "size"), [("wan", (704, 1280)), ("wan_14b", (720, 1280)), ("ltx", (704, 1280))])
def test_720p_is_the_size_that_the_makers_name(name, size):
    assert clip_size(config(f"backend={name}", "resolution=720p"), storyboard({})) == size


PAIRS = sorted((conf_dir() / "backend_memory").glob("*.yaml"))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_a_tuned_pair_is_of_two_options_and_is_composed_with_them(path):
    backend, _, profile = path.stem.rpartition("_")
    assert path.read_text(encoding="utf-8").startswith("# @package memory\n# conf/backend_memory/" + path.name)
    (job,) = compose_jobs(parse([f"backend={backend}", f"memory={profile}"]))
    tuned = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert tuned
    assert job.config.backend.name == backend
    assert job.config.memory.name == profile
    assert job.config.memory.model_dump().items() >= tuned.items()
    usual = yaml.safe_load((conf_dir() / "memory" / f"{profile}.yaml").read_text(encoding="utf-8"))
    assert any(usual[key] != value for key, value in tuned.items()), "a pair that changes nothing"
