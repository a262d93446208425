"""Composition: every shipped option is valid, every mistake is told at once with its fix, no file can run code."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from storyvid.backends.base import kinds
from storyvid.cli import compose as compose_module
from storyvid.cli import composition
from storyvid.cli.arguments import parse
from storyvid.cli.compose import compose_jobs, sweep_words
from storyvid.cli.folders import conf_dir
from storyvid.cli.help import list_groups
from storyvid.config import RunConfig, was_typed
from storyvid.errors import ConfigError
from storyvid.memory import profiles
from storyvid.memory.decide import Machine

GROUPS = list_groups([conf_dir()])
NEEDED_BY = {"sampler=distilled": ("backend=wan_14b",)}  # options that not every backend has the numbers for
# Options of backend and memory are composed in pairs, below.
OPTIONS = [f"{group}={name}" for group, options in GROUPS.items() if group not in ("backend", "memory") for name in options]


def jobs(*words):
    return compose_jobs(parse(words))


def problems(*words):
    with pytest.raises(ConfigError) as caught:
        jobs(*words)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_composes_and_validates(option):
    assert jobs(option, *NEEDED_BY.get(option, ()))


@pytest.mark.parametrize("backend", ["animatic", "wan"])
def test_a_recipe_of_few_steps_is_refused_where_there_is_none(backend):
    (text,) = problems("sampler=distilled", f"backend={backend}")
    assert text.startswith("sampler: this backend has no recipe of few steps\n  Fix: use sampler=published")


@pytest.mark.parametrize("backend", GROUPS["backend"])
@pytest.mark.parametrize("memory", GROUPS["memory"])
def test_every_backend_with_every_memory(backend, memory, monkeypatch):
    monkeypatch.setattr(profiles, "card_memory_gb", lambda: None)
    (job,) = jobs(f"backend={backend}", f"memory={memory}")
    without_a_card = "8gb" if job.config.backend.limits.needs_gpu else "cpu"  # refused later, never run on the processor unasked
    assert job.config.memory.name == (without_a_card if memory == "auto" else memory)


def test_keys_of_the_files_and_of_the_models_are_the_same():
    (job,) = jobs()
    top = OmegaConf.load(conf_dir() / "config.yaml")
    written = {str(key) for key in top if key not in ("defaults", "hydra")} | (set(GROUPS) - {"experiment"})
    assert written == set(RunConfig.model_fields)
    for group in ("memory", "resolution", "sampler", "upscale", "tracking", "paths"):
        fields = set(getattr(job.config, group).model_fields_set)
        for path in GROUPS[group].values():
            keys = {str(key) for key in OmegaConf.load(path)}
            assert keys in (fields, {"defaults"}), path


def test_every_option_file_says_what_it_is_and_how_it_is_used():
    for path in sorted(conf_dir().rglob("*.yaml")):
        if "local" not in path.parts:
            head = path.read_text(encoding="utf-8").splitlines()[:3]
            assert any(line.startswith(f"# conf/{path.relative_to(conf_dir()).parts[0]}") for line in head), path


def test_all_mistakes_are_told_at_once():
    text = problems("backend=wann", "samplr.steps=3", "sampler.stepz=3", "sampler.cfg=abc", "seed=true", "memory=12g", "upscale=8k")
    assert text == [
        "backend=wann: there is no such option; there are animatic, ltx, svd, wan, wan_fast, ltx_13b, wan_1_3b, wan_14b\n"
        "  Fix: did you mean wan?",
        "memory=12g: there is no such option; there are auto, cpu, 8gb, 12gb, 16gb, 24gb\n  Fix: did you mean 12gb?",
        "upscale=8k: there is no such option; there are none, 1080p, 2k, 4k\n  Fix: choose one of them",
        "samplr.steps: there is no such key\n  Fix: did you mean sampler.steps?",
        "sampler.stepz: there is no such key\n  Fix: did you mean sampler.steps?",
        "seed: true is not a whole number\n  Fix: write seed as a whole number",
        "sampler.cfg: 'abc' is not a number\n  Fix: write sampler.cfg as a number",
    ]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("sampler.steps=0", "0 is outside the range: it must be at least 1"),
        ("sampler.steps=2.5", "2.5 is not a whole number"),
        ("sampler.cfg=.nan", "is not a"),
        ("seed=4294967296", "must be at most 4294967295"),
        ("delivery.codec=h256", "did you mean one of h264, h265?"),
        ("delivery.crf=52", "must be at most 51"),
        ("project=../x", "can't be a file name"),
        ("project=CON", "Windows reserves"),
        ("project=.clips", "begins with a dot"),
        ("paths.outputs=''", "the text is empty\n  Fix: write something"),
        ("backend.limits.max_frames=many", "'many' is not a whole number"),
        ("backend.limits=5", "5 is not an object\n  Fix: write backend.limits as an object"),
        ("tracking.wait_s=-1", "-1 is outside the range: it must be at least 0\n  Fix: set tracking.wait_s to 0 or more"),
        ("sampler.steps=null", "null is not a whole number"),
        ("backend.max_frames=5000", "renders at once (1200)\n  Fix: set backend.max_frames to 1200 or less"),
        ("backend.kind=os", "is not a kind of backend"),
        ("backend.kind=base", "is not a kind of backend"),
        ("upscale.short_side=1081", "1081 is outside the range: it must be a multiple of 2"),
        ("~sampler.steps", "sampler.steps: is missing"),
        ("+foo=1", "foo: there is no such key"),
        ("slate=true", "did you mean backend.slate?"),
        ("sampler.cfg=3,5", "add -m"),
        ("sampler.cfg=[", "can't be read as key=value"),
        ("hydra.mode=MULTIRUN", "use -m for a sweep"),
        ("sampler=null", "there is no such option"),
        ("fps=30", 'write "fps": … there'),
        ("hydra/job_logging=default", "is set by storyvid itself"),
        ("tracking.uri=foo", "'foo' is no address of MLflow"),
        ("hydra.foo=1", "hydra.foo: there is no such key"),
        ("hydra.run.dir=/tmp/x", "set paths.outputs"),
        ("hydra.searchpath=[file:///tmp]", "use --config-dir"),
        ("sampler.steps=${oc.env:STORYVID_NOT_SET}", "STORYVID_NOT_SET"),
    ],
)
def test_one_mistake(word, said):
    assert any(said in text for text in problems(word)), problems(word)
    assert not any("Input should" in text or "String should" in text or "validation error" in text for text in problems(word))


@pytest.mark.parametrize(("name", "count", "shortest"), [("wan", 3, 5), ("svd", 7, 14)])
def test_chunks_shorter_than_a_model_renders(name, count, shortest):
    (said,) = problems(f"backend={name}", "memory=cpu", f"backend.max_frames={count}")
    assert f"below the shortest clip that {name} renders ({shortest} frames)" in said
    assert f"Fix: set backend.max_frames to {shortest} or more" in said


def test_every_job_of_a_sweep_is_checked_and_a_shared_mistake_is_told_once():
    text = problems("-m", "sampler.cfg=3,500", "sampler.steps=10,20", "delivery.crf=99")
    assert sorted(line.splitlines()[0] for line in text) == [
        "delivery.crf: 99 is outside the range: it must be at most 51",
        "sampler.cfg: 500 is outside the range: it must be at most 100",
    ]


def test_a_mistake_of_one_job_names_the_job():
    (text,) = problems("-m", "sampler.cfg=3,500")
    assert text.startswith("[job 1: sampler.cfg=500] sampler.cfg: 500 is outside the range")


def test_jobs_of_a_sweep_come_in_hydras_order_with_slow_keys_first():
    words = ["sampler.cfg=3,5", "memory=cpu,12gb"]
    assert sweep_words(parse(["-m", *words])) == ["memory=cpu,12gb", "sampler.cfg=3,5"]
    made = [(job.config.memory.name, job.config.sampler.cfg) for job in jobs("-m", *words)]
    assert made == [("cpu", 3), ("cpu", 5), ("12gb", 3), ("12gb", 5)]


def test_no_experiment_can_be_said():
    assert jobs("experiment=null")[0].config == jobs()[0].config


def test_a_sweep_needs_values_and_not_too_many():
    (line,) = problems("-m", "sampler.cfg=interval(1,2)")
    assert "write the values: sampler.cfg=1,1.5,2" in line
    (line,) = problems("-m", "seed=range(0,100000)")
    assert "more than 1000 films" in line


def test_a_broken_file_of_the_users_is_named_with_its_line(tmp_path):
    (tmp_path / "sampler").mkdir()
    (tmp_path / "sampler" / "mine.yaml").write_text("steps: [3\ncfg: : 4\n", encoding="utf-8")
    (line,) = problems("--config-dir", str(tmp_path), "sampler=mine")
    assert "mine.yaml, line 2" in line


def test_a_backend_file_that_lacks_nearly_everything_is_told_all_of_it(tmp_path):
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "mine.yaml").write_text("kind: animatic\n", encoding="utf-8")
    text = problems("--config-dir", str(tmp_path), "backend=mine", "sampler.steps=1", "sampler.cfg=1", "sampler.scheduler=none")
    assert any("backend.limits: is missing" in line for line in text)


@pytest.mark.parametrize(
    ("words", "preset"),
    [
        (["delivery.preset=fast", "delivery={preset: slow}"], "slow"),
        (["delivery={preset: slow}", "delivery.preset=fast"], "fast"),
        (["delivery.preset=fast", "experiment=draft"], "fast"),
        (["delivery.preset=${stale}", "stale=slower"], "slower"),
    ],
)
def test_values_are_set_in_hydras_order(words, preset):
    with initialize_config_dir(str(conf_dir()), version_base="1.3"):
        assert compose("config", words).delivery.preset == preset
        assert composition.compose_words(tuple(words), conf_dir()).plain()["delivery"]["preset"] == preset


def test_jobs_that_differ_in_values_are_composed_from_files_once(monkeypatch):
    composition.compose_words.cache_clear()
    composed = []
    monkeypatch.setattr(composition, "compose", lambda *words, **kept: composed.append(words) or compose(*words, **kept))
    made = jobs("-m", "storyboard=my.json", "seed=1,2,3", "backend.limits.max_frames=40,80")
    assert [(job.config.seed, job.config.backend.limits.max_frames) for job in made] == [
        (s, f) for f in (40, 80) for s in (1, 2, 3)
    ]
    assert composed == [("config", [])]


def test_hydras_own_section_is_composed_for_comparison_only_where_a_file_of_the_users_may_be_in_it(tmp_path, monkeypatch):
    compared = []
    monkeypatch.setattr(
        compose_module, "shipped_hydra", lambda folder: compared.append(folder) or composition.shipped_hydra(folder)
    )
    jobs("backend=wan", "memory=12gb", "experiment=draft", "sampler.steps=3")
    assert compared == []
    for words in (["hydra.verbose=true"], ["--config-dir", str(tmp_path)]):
        jobs("memory=cpu", *words)
        assert compared.pop() == conf_dir()


def test_ranges_and_globs_are_sweeps():
    assert [job.config.sampler.steps for job in jobs("-m", "sampler.steps=range(10,31,10)")] == [10, 20, 30]
    assert [job.config.upscale.name for job in jobs("-m", "upscale=glob(*k)")] == ["2k", "4k"]


def test_a_storyboard_name_with_an_interpolation_stays_a_name():
    (job,) = jobs("storyboard=${oc.env:HOME}.json")
    assert job.config.storyboard == "${oc.env:HOME}.json"


def test_the_users_own_folder_adds_options(tmp_path):
    (tmp_path / "sampler").mkdir()
    (tmp_path / "sampler" / "mine.yaml").write_text("steps: 3\ncfg: 2.0\nscheduler: none\n", encoding="utf-8")
    (job,) = jobs("--config-dir", str(tmp_path), "sampler=mine")
    assert job.config.sampler.steps == 3
    assert was_typed("sampler.steps", job.typed)


def test_an_experiment_changes_values_and_groups_but_a_typed_value_wins():
    (job,) = jobs("experiment=draft", "delivery.crf=20")
    assert (job.config.resolution.name, job.config.delivery.preset, job.config.delivery.crf) == ("360p", "veryfast", 20)


@pytest.mark.parametrize(
    "body",
    [
        "hydra:\n  callbacks:\n    x:\n      _target_: os.system\n",
        "hydra:\n  job_logging:\n    handlers:\n      x:\n        class: os.system\n",
        "hydra:\n  launcher:\n    _target_: os.system\n",
        "hydra:\n  sweeper:\n    _target_: subprocess.run\n",
        "hydra:\n  launcher:\n    x:\n      _target_: pathlib.Path.touch\n",
        "hydra:\n  launcher:\n    _target_: hydra._internal.utils._locate\n",
        "hydra:\n  job:\n    env_set:\n      PYTHONPATH: evil\n",
        "hydra:\n  job:\n    chdir: true\n",
        "hydra:\n  output_subdir: ../../escaped\n",
        "hydra:\n  run:\n    dir: /tmp/escaped\n",
        "hydra:\n  sweep:\n    dir: /tmp/escaped\n",
    ],
)
def test_a_configuration_file_cannot_run_code(tmp_path, body):
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "evil.yaml").write_text("# @package _global_\n" + body, encoding="utf-8")
    text = problems("--config-dir", str(tmp_path), "experiment=evil")
    assert any("hydra" in line for line in text)
    (tmp_path / "local").mkdir()
    (tmp_path / "experiment" / "evil.yaml").rename(tmp_path / "local" / "default.yaml")  # which is read without being chosen
    assert any("hydra" in line for line in problems("--config-dir", str(tmp_path)))


def test_a_launcher_file_cannot_carry_another_target(tmp_path):
    (tmp_path / "hydra" / "launcher").mkdir(parents=True)
    basic = "_target_: hydra._internal.core_plugins.basic_launcher.BasicLauncher\n"
    (tmp_path / "hydra" / "launcher" / "evil.yaml").write_text(f"{basic}x:\n  _target_: pathlib.Path.touch\n", encoding="utf-8")
    (line,) = problems("--config-dir", str(tmp_path), "hydra/launcher=evil")
    assert "pathlib.Path.touch" in line


@pytest.mark.parametrize("group", ["experiment", "local"])
def test_a_file_without_its_package_line_is_told_so(tmp_path, group):
    (tmp_path / group).mkdir()
    (tmp_path / group / ("default.yaml" if group == "local" else "mine.yaml")).write_text("seed: 7\n", encoding="utf-8")
    words = [] if group == "local" else ["experiment=mine"]
    (line,) = problems("--config-dir", str(tmp_path), *words)
    assert "# @package _global_" in line


def test_the_users_local_file_is_read(tmp_path):
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "default.yaml").write_text("# @package _global_\nseed: 7\n", encoding="utf-8")
    (job,) = jobs("--config-dir", str(tmp_path))
    assert (job.config.seed, job.typed) == (7, frozenset())


def test_a_target_in_a_configuration_is_just_an_unknown_key(tmp_path):
    (tmp_path / "sampler").mkdir()
    (tmp_path / "sampler" / "evil.yaml").write_text("_target_: os.system\nsteps: 3\ncfg: 2.0\nscheduler: none\n", encoding="utf-8")
    assert any("sampler._target_: there is no such key" in line for line in problems("--config-dir", str(tmp_path), "sampler=evil"))


@pytest.mark.parametrize(
    ("memory_gb", "profile"),
    [(None, "8gb"), (6, "8gb"), (8.0, "8gb"), (11.9, "12gb"), (15.9, "16gb"), (23.9, "24gb"), (80, "24gb")],
)
def test_auto_takes_the_largest_profile_the_card_holds(monkeypatch, memory_gb, profile):
    monkeypatch.setattr(profiles, "card_memory_gb", lambda: memory_gb)
    assert profiles.choose_profile(needs_gpu=True) == profile
    assert profiles.choose_profile(needs_gpu=False) == "cpu"


def test_auto_is_resolved_before_composing(monkeypatch):
    monkeypatch.setattr("storyvid.cli.compose.choose_profile", lambda *, needs_gpu, fits: "16gb" if needs_gpu else "8gb")
    assert jobs("memory=auto")[0].config.memory.name == "8gb"
    assert jobs("backend.limits.needs_gpu=true")[0].config.memory.name == "16gb"
    assert "memory" not in jobs()[0].typed


@pytest.mark.parametrize(("ram_gb", "profile"), [(64, "24gb"), (32, "16gb"), (8, "24gb")])  # with 8 GB none will do
def test_auto_looks_at_the_ram_too(monkeypatch, ram_gb, profile):
    monkeypatch.setattr(profiles, "card_memory_gb", lambda: 23.9)
    monkeypatch.setattr(compose_module, "this_machine", lambda: Machine(ram_gb, 23.9))
    assert jobs("backend=wan_14b", "memory=auto")[0].config.memory.name == profile


def test_a_card_that_can_be_read_is_read(monkeypatch):
    fake = SimpleNamespace(
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(total=12 * 2**30),
    )
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    assert profiles.card_memory_gb() == 12.0


def test_backend_kinds_are_the_modules_of_the_package():
    assert "animatic" in kinds()
    assert "base" not in kinds()


def test_ctrl_c_that_omegaconf_loses_is_still_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise AttributeError("'NoneType' object has no attribute '_invalidate_flags_cache'")  # as its clean-up does

    composition.compose_words.cache_clear()
    monkeypatch.setattr(composition, "compose", interrupted)
    with pytest.raises(KeyboardInterrupt):
        compose_jobs(parse(["sampler.steps=7"]))
