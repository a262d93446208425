"""Each diffusion model's YAML, by the command line: a film of chunks, of a shot that goes on and of one from a picture, twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storyvid import video
from storyvid.backends.base import close_backends
from storyvid.cli import main
from tests.backends.pipelines import option
from tests.tiny import TinyCheckpoint

SIDE = 64  # pixels: the least that every model's grid allows
TEXT = {"id": "S01", "prompt": "A red boat on the calm grey sea."}
LATER = [
    {"id": "S02", "prompt": "The boat nears a stone pier.", "duration": 0.5, "continuity": "continue"},
    {"id": "S03", "prompt": "An old man waits on the pier.", "duration": 0.5, "continuity": {"image": "start.png"}},
]


@dataclass(frozen=True)
class Expected:
    """A film on a tiny checkpoint.

    Attributes:
        first_s: Length of the first shot, seconds: it takes two calls where the model can go on from a frame.
        max_frames: ``backend.max_frames``.
        fps: Of the clips.
        calls: Frames of every call, by shot.
        opens: What the first shot starts from, as it is recorded; the others start from frames.
    """

    first_s: float
    max_frames: int
    fps: int
    calls: tuple[tuple[int, ...], ...]
    opens: str = "text"


FILMS = {
    "wan": Expected(0.6, 13, 24, ((13, 9), (13,), (13,))),
    "wan_fast": Expected(0.6, 13, 24, ((13, 9), (13,), (13,))),
    "wan_1_3b": Expected(0.6, 13, 16, ((9,),)),
    "wan_14b": Expected(0.9, 13, 16, ((13, 9), (9,), (9,))),
    "ltx": Expected(1.4, 33, 24, ((33, 33), (25,), (17,))),
    "ltx_13b": Expected(1.4, 33, 24, ((33, 33), (25,), (17,))),
    "svd": Expected(2.2, 14, 7, ((14, 14), (14,), (14,)), "keyframe"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, with a picture; the model is let go of at the end."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STORYVID_ROOT", raising=False)
    picture = np.random.default_rng(0).integers(0, 255, (SIDE, SIDE, 3), dtype=np.uint8)
    video.write_image(tmp_path / "start.png", picture)
    yield tmp_path
    close_backends()


def words(name: str, checkpoint: Path, shots: list[dict[str, Any]]) -> list[str]:
    """A command line, after writing its storyboard."""
    board = {"title": "Test", "project": "test", "aspect_ratio": "1:1", "shots": shots}
    story = Path("my.json").absolute()  # a process reads each path once
    story.write_text(json.dumps(board), encoding="utf-8")
    size = [f"resolution.height={SIDE}", f"resolution.width={SIDE}", "upscale=none", "tracking=none"]
    steps = [] if option(name).fixed_recipe else ["sampler.steps=1"]
    painter = [f"backend.keyframe={checkpoint / 'keyframe'}", "backend.keyframe_steps=1"] if name == "svd" else []
    model = [f"backend={name}", f"backend.model={checkpoint}", f"backend.max_frames={FILMS[name].max_frames}", "memory=cpu"]
    return [f"storyboard={story}", *model, *size, *steps, *painter]


def render(line: list[str], outputs: str) -> tuple[Path, list[dict[str, Any]]]:
    """The run folder and the records of the shots."""
    assert main([*line, f"paths.outputs={outputs}"]) == 0
    (run,) = (Path(outputs) / "test").iterdir()
    records = sorted((run / "metadata" / "shots").iterdir())
    return run, [json.loads(path.read_text(encoding="utf-8")) for path in records]


@pytest.mark.parametrize("name", FILMS)
def test_a_film_of_every_option_is_as_planned_and_repeats(name: str, tiny_checkpoint: TinyCheckpoint) -> None:
    expected, limits = FILMS[name], option(name).limits
    shots = [{**TEXT, "duration": expected.first_s}, *LATER[: len(expected.calls) - 1]]
    line = words(name, tiny_checkpoint(name), shots)
    (run, records), (_, again) = (render(line, outputs) for outputs in ("once", "twice"))

    for record, calls in zip(records, expected.calls, strict=True):
        chunks = record["chunks"]
        assert tuple(chunk["num_frames"] for chunk in chunks) == calls
        goes_on = [record["id"] == "S02", *[True] * (len(calls) - 1)]
        assert [chunk["dropped_frames"] for chunk in chunks] == [limits.overlap_frames if repeats else 0 for repeats in goes_on]
        starts = [expected.opens if record["id"] == "S01" else "image", *["image"] * (len(calls) - 1)]
        assert [chunk["facts"]["started_from"] for chunk in chunks] == starts
        spared = sum(calls) - limits.overlap_frames * sum(goes_on) - record["num_frames"]
        assert 0 <= spared <= limits.join_surplus * (len(calls) - 1)
        assert record["num_frames"] >= record["programme"]["asked_frames"]
        clip = video.probe(run / record["file"])
        assert (clip.num_frames, clip.height, clip.width, clip.fps) == (record["num_frames"], SIDE, SIDE, expected.fps)
    film = video.probe(run / "assembled" / "film.mp4")
    num_frames = floor(sum(Fraction(str(shot["duration"])) for shot in shots) * 24 + Fraction(1, 2))
    assert (film.num_frames, film.height, film.width, film.fps) == (num_frames, SIDE, SIDE, 24)

    assert fingerprints(records) == fingerprints(again)
    assert not any(record["reused"] for record in (*records, *again))
    pictures = [chunk["frames_sha256"] for record in records for chunk in record["chunks"]]
    assert len(set(pictures)) == len(pictures)


def test_a_model_that_reads_no_picture_is_asked_for_none(
    tiny_checkpoint: TinyCheckpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    line = words("wan_1_3b", tiny_checkpoint("wan_1_3b"), [{**TEXT, "duration": 1.5}, *LATER])
    assert main(line) == 1
    told = capsys.readouterr().err
    assert "3 problems; nothing was made" in told
    for problem in ("shots[0].duration: 1.5 s needs 3 chunks", "shots[1].continuity: backend=wan_1_3b", "shots[2].continuity"):
        assert problem in told
    assert not Path("outputs").exists()


def fingerprints(records: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Of each clip, and of the frames of its calls."""
    return [(record["fingerprint"], [chunk["frames_sha256"] for chunk in record["chunks"]]) for record in records]
