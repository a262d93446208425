"""The help page: verbs, groups with their options, and the owner's commands. Read from the files, without Hydra."""

from __future__ import annotations

from pathlib import Path

from storyvid import __version__

USAGE = """\
storyvid {version}: a text storyboard becomes a film, shot by shot.

Render a film        python -m storyvid storyboard=my.json
The plan, no render  python -m storyvid plan storyboard=my.json [plan.show=prompts]
Compare settings     python -m storyvid -m storyboard=my.json sampler.cfg=3,5
Go on after a stop   python -m storyvid resume outputs/lighthouse/TIME
A film once more     python -m storyvid reproduce film.mp4
Look at the runs     python -m storyvid ui [port=5001] [open=false]
Record what waits    python -m storyvid sync
Compare takes        python -m storyvid compare outputs/<project>/<time> [out=page.html]
Make room            python -m storyvid clean [older=30d] [size=20GB] [unreferenced=true] [unfinished=true] [delete=true]
Try without weights  python -m storyvid tiny backend=wan out=tiny_wan

Write settings as key=value; choose an option of a group as group=option.
"""

KEYS = """\
Often used keys (python -m storyvid --cfg job prints all of them, with their values)
  storyboard=my.json        the storyboard; templates/storyboard.template.json shows every field
  project=lighthouse        folder below outputs/; default: the storyboard's own
  seed=7                    film seed; default: the storyboard's own, else 42
  sampler.steps=30          denoising steps
  sampler.cfg=5             guidance scale
  resolution.height=704 resolution.width=1280     a size of your own, on the model's grid
  backend.max_frames=81     shorter chunks
  takes=3                   several takes of each shot, with other seeds
  pick.S02=2                the take of a shot that goes into the film
  shots=[S02,S04]           render these shots alone
  stale=keep                keep the clip of a shot when only its beginning has changed
  edit.handles=0.5          seconds rendered beyond both ends of a shot, to change joins later
  delivery.codec=h265       h264 or h265
  delivery.fit=pad          crop or pad when clips and film differ in shape

Words after a verb
  resume RUN_FOLDER         again=true (also what is done), pictures=FOLDER (where they lie now), paths.outputs=FOLDER
  reproduce film.mp4        pictures=FOLDER, backend.model=FOLDER, memory=8gb, paths.outputs=FOLDER, tracking=none
  compare RUN_FOLDER …      more folders side by side, out=page.html

Flags
  -m, --multirun            a sweep: every combination of comma-separated values
  --config-dir DIR          your own configuration files; conf/local/default.yaml is read too
  --cfg job [--resolve]     print the configuration
  hydra.verbose=true        debug messages, and a traceback with an error
  --version, --help
"""


def option_summary(path: Path) -> str:
    """What an option is, from its file's first line: ``# conf/backend/wan.yaml: Wan 2.2 …``."""
    with path.open(encoding="utf-8") as file:
        lines = [line.strip() for _, line in zip(range(3), file, strict=False)]
    first = next((line for line in lines if line.startswith("#") and ".yaml" in line), "")
    return first.partition(".yaml:")[2].strip()


def list_groups(folders: list[Path]) -> dict[str, dict[str, Path]]:
    """Every group with its options and their files, sorted by name; earlier folders win.

    Args:
        folders: Configuration folders: storyvid's own, then the user's.
    """
    groups: dict[str, dict[str, Path]] = {}
    for folder in folders:
        for path in sorted(folder.glob("*/*.yaml")):
            if path.parent.name not in ("hydra", "backend_memory", "local"):
                groups.setdefault(path.parent.name, {}).setdefault(path.stem, path)
    return dict(sorted(groups.items()))


def help_page(folders: list[Path]) -> str:
    """The text of ``python -m storyvid --help``."""
    lines = [USAGE.format(version=__version__), "Groups"]
    for group, options in list_groups(folders).items():
        lines.append(f"  {group}")
        for name in sorted(options, key=by_size):
            lines.append(f"    {name:<12} {option_summary(options[name])}")
    return "\n".join([*lines, "", KEYS])


def by_size(name: str) -> tuple[int, str]:
    """Sizes by size (180p, 1080p, 2k), words before them."""
    digits = "".join(character for character in name if character.isdigit())
    return (int(digits) * (1000 if name.endswith("k") else 1) if digits else 0, name)
