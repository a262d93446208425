"""Time and memory of a film by a diffusion model, as ratios to plain scripts that call diffusers for each shot.

python tests/benchmarks/bench_diffusion.py [--steps 10] [--turns 2]   # makes a checkpoint of 0.4 GB
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from peak import peak_mib
from timing import ROOT, Cost, cost_of_programs, row

PLAIN = Path(__file__).with_name("plain_diffusers.py")
SCENES = (
    "A lighthouse keeper climbs the stairs",
    "Rain runs down a dark window",
    "A red car drives through the snow",
    "A woman opens the door of a house",
    "Birds turn over a stormy sea",
    "The lamp of the lighthouse is lit at night",
)
BASE = "one script, loads once"
RELOADING = {"one script, loads per shot": "reload", "a script per shot": "processes"}
# Each way by its name: storyvid, and how the plain script is used. Without overlap a shot waits until the one before it is encoded.
WAYS = {"storyvid": "storyvid", BASE: "once", **RELOADING, "storyvid without overlap": "storyvid alone"}
PROGRAM = ["-m", "storyvid"]
ALONE = """
from storyvid import cli
from storyvid.diffusion.config import DiffusionConfig
DiffusionConfig.overlaps = False
raise SystemExit(cli.main())
"""


class Taken(NamedTuple):
    """What one way took: seconds, and the most memory that a process of it held, MiB."""

    cost: Cost
    peak: float


def make_checkpoint(folder: Path, width: int, layers: int) -> None:
    """The checkpoint, for the option ``wan``."""
    from wide_checkpoint import make_wide_wan

    from storyvid.backends.base import Published

    option = yaml.safe_load((ROOT / "conf" / "backend" / "wan.yaml").read_text(encoding="utf-8"))
    make_wide_wan(folder, Published.model_validate(option["published"]), width=width, layers=layers)


def board_of(shots: int, num_frames: int) -> dict[str, Any]:
    """Shots that start from text, each as long as one clip."""
    seconds = max(0.5, round(num_frames / 24 - 0.01, 2))
    shots_of = [{"id": f"S{n + 1:02}", "prompt": SCENES[n % len(SCENES)], "duration": seconds} for n in range(shots)]
    return {"title": "Bench", "project": "bench", "shots": shots_of}


def film_words(model: Path, options: argparse.Namespace, how: str) -> list[str]:
    """The command of the film."""
    program = PROGRAM if how == "storyvid" else ["-c", ALONE]
    size = [f"resolution.height={options.height}", f"resolution.width={options.width}", f"sampler.steps={options.steps}"]
    film = [*program, "storyboard=film.json", "backend=wan", f"backend.model={model.as_posix()}", "memory=cpu"]
    return [*film, "tracking=none", "upscale=none", *size]


def records_of(folder: Path) -> list[dict[str, Any]]:
    """What a film's run recorded of its shots, in their order."""
    paths = sorted(folder.glob("outputs/bench/*/metadata/shots/*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def call_of(record: dict[str, Any]) -> dict[str, Any]:
    """The same shot as a script asks the pipeline for it."""
    (chunk,) = record["chunks"]
    names = ("negative_prompt", "height", "width", "num_inference_steps", "guidance_scale")
    arguments = {"prompt": chunk["prompt"], "num_frames": chunk["num_frames"], **{name: record[name] for name in names}}
    return {"id": record["id"], "seed": chunk["chunk_seed"], "fps": record["fps"], "arguments": arguments}


def take(work: Callable[[], float]) -> Taken:
    """Have programs run, and take their time and the peak that the work tells."""
    peak, cost = cost_of_programs(work)
    return Taken(cost, peak)


def render_film(folder: Path, words: Sequence[str], board: dict[str, Any]) -> Taken:
    """The film by storyvid, from an empty store."""
    folder.mkdir()
    (folder / "film.json").write_text(json.dumps(board), encoding="utf-8")
    environment = {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "STORYVID_ROOT": str(folder)}
    return take(lambda: peak_mib(words, folder, environment))


def render_plainly(folder: Path, model: Path, calls: list[dict[str, Any]], how: str) -> Taken:
    """The film's clips by a plain script: one process for all shots, or one for each."""
    folder.mkdir()
    lists = [[call] for call in calls] if how == "processes" else [calls]
    for number, some in enumerate(lists):
        (folder / f"calls{number}.json").write_text(json.dumps(some), encoding="utf-8")
    more = ["--reload"] if how == "reload" else []
    commands = [[str(PLAIN), str(model), f"calls{number}.json", ".", *more] for number in range(len(lists))]
    return take(lambda: max(peak_mib(words, folder) for words in commands))


def require_same_frames(records: list[dict[str, Any]], plain: Path) -> None:
    """Both must have made the same pictures, else there is nothing to compare."""
    for record in records:
        told = json.loads((plain / f"{record['id']}.json").read_text(encoding="utf-8"))
        if told["frames_sha256"] != record["chunks"][0]["frames_sha256"]:
            raise SystemExit(f"{record['id']}: the frames of storyvid are not those of the plain script")


def share_of_denoising(plain: Path) -> float:
    """How much of the plain script's time for one shot its denoising steps are."""
    told = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(plain.glob("S*.json"))]
    return statistics.median(shot["steps_s"] / shot["shot_s"] for shot in told)


def bench(root: Path, options: argparse.Namespace) -> tuple[dict[str, list[Taken]], float]:
    """Take turns, so that a busy moment of the machine meets all ways; reloading is done in the first turn only."""
    model, board = root / "model", board_of(options.shots, options.frames)
    make_checkpoint(model, options.model_width, options.layers)
    ways = {name: how for name, how in WAYS.items() if options.all or how in ("storyvid", "once")}
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    share = 0.0
    for turn in range(options.turns):
        for name, how in ways.items():
            folder = root / f"{how}{turn}"
            if how.startswith("storyvid"):
                taken[name].append(render_film(folder, film_words(model, options, how), board))
                records = records_of(folder)
            elif turn == 0 or how == "once":
                taken[name].append(render_plainly(folder, model, [call_of(record) for record in records], how))
                require_same_frames(records, folder)
                share = share_of_denoising(folder) if how == "once" else share
    return taken, share


def main() -> None:
    """The film by storyvid and by each kind of script; the quickest of each counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=int, default=6, help="shots of the film")
    parser.add_argument("--frames", type=int, default=17, help="frames of each, 4k + 1")
    parser.add_argument("--height", type=int, default=160, help="of the frames, a multiple of 32")
    parser.add_argument("--width", type=int, default=256, help="of the frames, a multiple of 32")
    parser.add_argument("--steps", type=int, default=10, help="denoising steps")
    parser.add_argument("--model-width", type=int, default=512, help="of the transformer, a multiple of 64")
    parser.add_argument("--layers", type=int, default=14, help="of the transformer")
    parser.add_argument("--turns", type=int, default=2, help="times that storyvid and the script that loads once are run")
    parser.add_argument("--once", dest="all", action="store_false", help="only storyvid and the script that loads once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        taken, share = bench(Path(name), options)
    best = {name: Taken(Cost(*map(min, zip(*(one.cost for one in own), strict=True))), own[-1].peak) for name, own in taken.items()}
    print(
        f"{options.shots} shots of {options.frames} frames of {options.width} x {options.height}, {options.steps} steps, "
        f"{os.cpu_count()} cores; seconds wall, processor; ratio to the script that loads once; peak MiB, its ratio"
    )
    for name, own in best.items():
        print(f"{row(name, own.cost, best[BASE].cost)}   {own.peak:6.0f} {own.peak / best[BASE].peak:5.2f}")
    for name in (name for name in RELOADING if name in best):
        print(f"  storyvid, to {name}: {best['storyvid'].cost.wall / best[name].cost.wall:.2f}")
    print(f"  denoising is {share:.0%} of the script's time for a shot")


if __name__ == "__main__":
    main()
