"""``python -m storyvid tiny backend=wan out=FOLDER``: a tiny random checkpoint, to try a backend without its weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from storyvid.backends.base import BackendConfig
from storyvid.cli.arguments import command_line, plain_path
from storyvid.cli.arguments import parse as parse_settings
from storyvid.cli.compose import compose_jobs
from storyvid.diffusion.config import DiffusionConfig
from storyvid.errors import ConfigError, Problem, StoryvidError, did_you_mean
from storyvid.record.disk import disk_problem

TEMPLATE = "templates/storyboard.template.json"
KEYS = ("backend", "out")


def run(words: list[str]) -> int:
    """Write the checkpoint and print the command that tries it.

    Args:
        words: What follows ``tiny``.

    Raises:
        ConfigError: A word is not understood, the backend has no weights, or the folder holds something.
    """
    backend, out = parse(words)
    from storyvid.diffusion import loading  # with torch: not before the words are right
    from storyvid.tiny import make_tiny

    loading.quieten()
    try:
        make_tiny(backend, out)
    except OSError as error:
        raise StoryvidError(disk_problem(error, out)) from error
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"Wrote a tiny checkpoint of {backend.name} to {out} ({size / 1e6:.1f} MB). Its weights are random: films show noise.")
    print(f"Try it:  {command(backend, out)}")
    return 0


def parse(words: Sequence[str]) -> tuple[DiffusionConfig, Path]:
    """The backend's option and the folder.

    Raises:
        ConfigError: With every word that is not understood.
    """
    options, problems = {}, []
    for word in words:
        key, _, value = word.partition("=")
        if key in KEYS:
            options[key] = value
        else:
            problems.append(
                Problem("tiny", f"{word!r} is not an option", did_you_mean(key, KEYS) or "use backend=… and out=FOLDER")
            )
    for key, fix in zip(KEYS, ("name the model: backend=wan", "name the folder to write: out=tiny_wan"), strict=True):
        if not options.get(key):
            problems.append(Problem(f"tiny, {key}", "is missing", fix))
    if problems:
        raise ConfigError(problems)
    backend: BackendConfig = compose_jobs(parse_settings([f"backend={options['backend']}", "memory=cpu"]))[0].config.backend
    if not isinstance(backend, DiffusionConfig):
        raise ConfigError(Problem("tiny, backend", f"backend={backend.name} has no weights", "use it as it is, or name a model"))
    return backend, free_folder(Path(plain_path(options["out"])))


def free_folder(out: Path) -> Path:
    """A folder that is not there yet, or empty.

    Raises:
        ConfigError: Something is in its place.
    """
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        what = "there is a file of this name" if out.is_file() else "the folder is not empty"
        raise ConfigError(Problem(f"tiny, out={out}", what, "name a folder that is not there yet"))
    return out


def command(backend: DiffusionConfig, out: Path) -> str:
    """What renders a small film with the checkpoint, on the processor.

    Args:
        backend: The option.
        out: The checkpoint.
    """
    grid = backend.limits.size_multiple
    height, width = (-(-side // grid) * grid for side in (64, 96))
    words = [f"storyboard={TEMPLATE}", f"backend={backend.name}", f"backend.model={out}", "memory=cpu"]
    if backend.limits.needs_first_frame:
        words.append(f"backend.keyframe={out / 'keyframe'}")
    words += [f"resolution.height={height}", f"resolution.width={width}"]
    if not backend.fixed_recipe:
        words.append("sampler.steps=2")
    words.append("upscale=none")  # to enlarge its noise would take longer than to render it
    return command_line("", *words)
