"""A film from end to end with the embedded backend, small: files, records, reuse, failures, interruption."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import yaml

from storyvid import run as run_module
from storyvid import video
from storyvid.backends.animatic.backend import AnimaticBackend
from storyvid.backends.base import close_backends
from storyvid.record.run_folder import RunFolder
from storyvid.record.tracker import NoTracker, TrackingResult
from storyvid.run import render_film
from tests.films import film, storyboard

SMALL = ("resolution.height=72", "resolution.width=128", "upscale=none", "tracking=none")
SHOTS = (
    {"duration": 0.75, "transition": {"type": "dissolve", "duration": 0.2}, "caption": "Once", "transition_in": "fade_in"},
    {"duration": 0.5, "prompt": "An old man walks through a cave.", "camera": {"movement": "pan_left", "size": "ls"}},
    {"duration": 0.5, "continuity": "continue", "transition": "fade_out", "dialogue": [{"text": "There."}]},
)


class RecordingTracker(NoTracker):
    """Keeps what it is told."""

    def __init__(self):
        super().__init__()
        self.films, self.shots, self.ends, self.roots = [], [], [], []

    def start_film(self, film, root=None):
        self.films.append(film)
        self.roots.append(root)

    def log_shot(self, shot, middle_frame):
        self.shots.append((shot, middle_frame))

    def finish(self, status, metrics):
        self.ends.append((status, [path.name for path in RunFolder(self.roots[-1]).tracked], dict(metrics)))
        return TrackingResult(run_id="r", experiment_id="1", link="http://127.0.0.1:5000/#", warnings=())


def render(tmp_path, *shots, name="run", overrides=(), tracker=None, **project):
    prepared = film(
        storyboard(*(shots or SHOTS), **project), *SMALL, f"paths.outputs={tmp_path.as_posix()}", *overrides, folder=tmp_path
    )
    root = tmp_path / name
    code = render_film(prepared, root, tracker or RecordingTracker(), overrides=["seed=1"])
    manifest = json.loads((root / "metadata" / "manifest.json").read_text(encoding="utf-8"))
    return code, root, manifest


def frames(path: Path) -> np.ndarray:
    return np.stack(list(video.read_frames(path)))


@pytest.fixture(autouse=True)
def _fresh_backend():
    close_backends()
    yield
    close_backends()


def test_a_film_and_all_its_records(tmp_path):
    tracker = RecordingTracker()
    code, root, manifest = render(tmp_path, tracker=tracker)
    assert code == 0
    info = video.probe(root / "assembled" / "film.mp4")
    assert (info.num_frames, info.height, info.width, info.fps) == (42, 72, 128, Fraction(24))
    made = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert made == {
        "assembled/contact_sheet.png",
        "assembled/film.mp4",
        "assembled/film.srt",
        "metadata/config.yaml",
        "metadata/manifest.json",
        "metadata/prompts.txt",
        "metadata/run.log",
        "metadata/shots/S01.json",
        "metadata/shots/S02.json",
        "metadata/shots/S03.json",
        "metadata/storyboard.json",
        "shots/S01.mp4",
        "shots/S02.mp4",
        "shots/S03.mp4",
    }
    assert (manifest["status"], manifest["exit_code"], manifest["overrides"]) == ("done", 0, ["seed=1"])
    assert [shot["id"] for shot in manifest["shots"]] == ["S01", "S02", "S03"]
    assert tracker.roots == [root]
    assert tracker.ends[0][0] == "FINISHED"
    seconds = {name: tracker.ends[0][2][f"seconds.{name}"] for name in ("shots", "assembly", "total")}
    assert 0 < seconds["shots"] + seconds["assembly"] <= seconds["total"]
    assert manifest["seconds"] == {name: round(value, 3) for name, value in seconds.items()}
    assert {"film.mp4", "contact_sheet.png", "manifest.json"} <= set(tracker.ends[0][1])
    assert tracker.films[0].choices["sampler"]["steps"] == 1
    assert [shot["id"] for shot, _ in tracker.shots] == ["S01", "S02", "S03"]
    assert all(video.read_image(preview).shape == (72, 128, 3) for _, preview in tracker.shots)


def test_films_are_tracked_with_the_settings_of_the_models_own(tmp_path):
    small = "resolution.height=64", "resolution.width=128", "memory=cpu", "backend=svd"
    own = "backend.keyframe=some/painter", "backend.motion_bucket_id=60"
    asked = film(storyboard({"duration": 1}), *small, *own)
    told = run_module._film_record(asked, tmp_path, None, {}).choices["backend"]
    assert (told["name"], told["keyframe"], told["motion_bucket_id"], told["loras"]) == ("svd", "some/painter", 60, [])
    assert not {"sizes", "limits", "license"} & told.keys(), "what is the same in every film with a model"


def test_the_record_of_a_shot_holds_what_the_owner_lists(tmp_path):
    _, root, _ = render(tmp_path, overrides=("sampler.cfg=3",))
    record = json.loads((root / "metadata" / "shots" / "S02.json").read_text(encoding="utf-8"))
    assert record["prompt"].startswith("Wide shot.")
    assert (record["height"], record["width"], record["fps"], record["num_frames"]) == (72, 128, 24.0, 14)
    assert (record["num_inference_steps"], record["guidance_scale"], record["scheduler"]) == (1, 3.0, "none")
    assert (record["model"], record["revision"], record["reused"]) == ("storyvid/animatic", "2", False)
    assert record["negative_prompt"] == ""
    assert record["seed"] >= 0
    assert record["seconds"] > 0
    assert record["peak_ram_gb"] > 0
    assert record["peak_vram_gb"] == 0
    assert record["environment"]["packages"]["av"]
    assert "git_commit" in record
    (chunk,) = record["chunks"]
    assert len(chunk["frames_sha256"]) == 64
    assert chunk["chunk_seed"] >= 0
    clip = video.probe(root / record["file"])
    assert (clip.num_frames, clip.height, clip.width) == (14, 72, 128)


def test_configuration_storyboard_and_recipe_are_kept(tmp_path):
    _, root, manifest = render(tmp_path, title="Ein Märchen")
    config = yaml.safe_load((root / "metadata" / "config.yaml").read_text(encoding="utf-8"))
    assert config["sampler"]["steps"] == 1
    board = json.loads((root / "metadata" / "storyboard.json").read_text(encoding="utf-8"))
    assert board["title"] == "Ein Märchen"
    info = video.probe(root / "assembled" / "film.mp4")
    recipe = json.loads(info.tags["storyvid_recipe"])
    assert recipe == manifest["recipe"]
    assert recipe["storyboard"] == board
    assert info.tags["title"] == "Ein Märchen"
    assert str(tmp_path) not in info.tags["storyvid_recipe"]


def test_a_rerun_draws_nothing_and_gives_the_same_film(tmp_path, monkeypatch):
    _, first, _ = render(tmp_path)
    monkeypatch.setattr(AnimaticBackend, "generate_chunk", lambda *args: pytest.fail("a frame was drawn again"))
    code, second, manifest = render(tmp_path, name="again")
    assert code == 0
    assert all(shot["reused"] for shot in manifest["shots"])
    assert np.array_equal(frames(first / "assembled" / "film.mp4"), frames(second / "assembled" / "film.mp4"))
    record = json.loads((second / "metadata" / "shots" / "S01.json").read_text(encoding="utf-8"))
    assert record["seconds"] > 0, "what the first render took"


def test_two_renders_from_nothing_give_identical_frames(tmp_path):
    _, first, one = render(tmp_path / "a")
    _, second, two = render(tmp_path / "b")
    assert np.array_equal(frames(first / "assembled" / "film.mp4"), frames(second / "assembled" / "film.mp4"))
    assert [shot["fingerprint"] for shot in one["shots"]] == [shot["fingerprint"] for shot in two["shots"]]


def test_a_changed_shot_is_drawn_again_with_those_that_continue_from_it(tmp_path):
    render(tmp_path)
    changed = ({**SHOTS[0]}, {**SHOTS[1], "prompt": "A girl runs through a cave."}, SHOTS[2])
    _, _, manifest = render(tmp_path, *changed, name="again")
    assert [shot["reused"] for shot in manifest["shots"]] == [True, False, False]


def test_a_continued_shot_starts_from_the_last_frame_before_it(tmp_path):
    _, root, _ = render(tmp_path)
    before, after = frames(root / "shots" / "S02.mp4"), frames(root / "shots" / "S03.mp4")
    step = np.abs(before[-1].astype(int) - after[0]).mean()
    assert step < 4
    assert np.abs(before[-1].astype(int) - frames(root / "shots" / "S01.mp4")[-1]).mean() > 4 * step


def test_chunks_make_the_same_film_as_one_piece(tmp_path):
    _, whole, _ = render(tmp_path / "a", {"duration": 2})
    _, pieces, manifest = render(tmp_path / "b", {"duration": 2}, overrides=("backend.max_frames=23",))
    record = json.loads((pieces / manifest["shots"][0]["record"]).read_text(encoding="utf-8"))
    assert len(record["chunks"]) == 3
    assert len({chunk["chunk_seed"] for chunk in record["chunks"]}) == 3
    difference = np.abs(frames(whole / "assembled" / "film.mp4").astype(int) - frames(pieces / "assembled" / "film.mp4"))
    assert difference.mean() < 1


def fail_on(monkeypatch, prompt, error):
    draw = AnimaticBackend.generate_chunk

    def generate_chunk(self, shot, *args):
        if shot.shot.prompt.startswith(prompt):
            raise error
        return draw(self, shot, *args)

    monkeypatch.setattr(AnimaticBackend, "generate_chunk", generate_chunk)


def test_a_failing_shot_stops_no_other_and_a_card_stands_in(tmp_path, monkeypatch, caplog):
    fail_on(monkeypatch, "An old man", RuntimeError("out of ink"))
    tracker = RecordingTracker()
    code, root, manifest = render(tmp_path, *SHOTS, {"duration": 0.5}, tracker=tracker)
    assert code == 2
    assert (manifest["status"], manifest["exit_code"]) == ("partial", 2)
    assert [shot["status"] for shot in manifest["shots"]] == ["done", "failed", "failed", "done"]
    assert video.probe(root / "assembled" / "film.mp4").num_frames == 54
    assert not (root / "shots" / "S02.mp4").exists()
    failed = json.loads((root / "metadata" / "shots" / "S02.json").read_text(encoding="utf-8"))
    assert failed["error"] == "RuntimeError: out of ink"
    follower = json.loads((root / "metadata" / "shots" / "S03.json").read_text(encoding="utf-8"))
    assert 'continues from shot "S02", which failed' in follower["error"]
    assert "Traceback" in (root / "metadata" / "run.log").read_text(encoding="utf-8")
    assert tracker.ends[0][0] == "FINISHED"
    monkeypatch.undo()
    code, _, manifest = render(tmp_path, *SHOTS, {"duration": 0.5}, name="again")
    assert code == 0
    assert [shot["reused"] for shot in manifest["shots"]] == [True, False, False, True]


def test_no_shot_at_all_is_nothing_usable(tmp_path, monkeypatch):
    fail_on(monkeypatch, "", RuntimeError("out of ink"))
    tracker = RecordingTracker()
    code, root, manifest = render(tmp_path, tracker=tracker)
    assert (code, manifest["status"]) == (1, "failed")
    assert not (root / "assembled" / "film.mp4").exists()
    assert tracker.ends[0][0] == "FAILED"


def test_ctrl_c_keeps_what_is_finished(tmp_path, monkeypatch):
    fail_on(monkeypatch, "An old man", KeyboardInterrupt())
    tracker = RecordingTracker()
    with pytest.raises(KeyboardInterrupt):
        render(tmp_path, tracker=tracker)
    manifest = json.loads((tmp_path / "run" / "metadata" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["exit_code"]) == ("stopped", 130)
    assert [shot["id"] for shot in manifest["shots"]] == ["S01"]
    assert tracker.ends[0][0] == "KILLED"
    monkeypatch.undo()
    _, _, manifest = render(tmp_path, name="again")
    assert [shot["reused"] for shot in manifest["shots"]] == [True, False, False]


def test_a_failing_assembly_keeps_the_clips(tmp_path, monkeypatch):
    def refuse(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(run_module, "deliver_film", refuse)
    code, root, manifest = render(tmp_path)
    assert (code, manifest["status"]) == (2, "partial")
    assert len(list((root / "shots").iterdir())) == 3
    assert "No space left on device" in (root / "metadata" / "run.log").read_text(encoding="utf-8")


def test_a_disk_that_fills_up_is_told_without_a_traceback(tmp_path, monkeypatch):
    write, calls = run_module.write_manifest, []

    def fill_up(folder, content):
        calls.append(content["status"])
        if content["status"] != "running":
            raise OSError(28, "No space left on device")
        return write(folder, content)

    monkeypatch.setattr(run_module, "write_manifest", fill_up)
    code, root, manifest = render(tmp_path)
    assert (code, manifest["status"], calls[-1]) == (0, "running", "done")
    assert "the disk is full" in (root / "metadata" / "run.log").read_text(encoding="utf-8")


def test_a_picture_opens_a_shot(tmp_path):
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[:, 80:] = (200, 40, 40)
    video.write_image(tmp_path / "start.png", picture)
    _, root, _ = render(tmp_path, {"duration": 0.5, "continuity": {"image": "start.png"}})
    first = frames(root / "shots" / "S01.mp4")[0].astype(int)
    assert first.shape == (72, 128, 3)
    assert np.abs(first[:, 70:] - (200, 40, 40)).mean() < 6
    assert first[:, :58].mean() < 6


def test_another_size_rate_and_codec(tmp_path):
    code, root, _ = render(
        tmp_path,
        {"duration": 1},
        overrides=("upscale=1080p", "upscale.short_side=144", "delivery.codec=h265"),
        fps=25,
        aspect_ratio="1:1",
    )
    info = video.probe(root / "assembled" / "film.mp4")
    assert code == 0
    assert (info.num_frames, info.height, info.width, info.fps, info.codec) == (25, 144, 144, Fraction(25), "hevc")


def test_a_slower_model_is_delivered_at_the_films_rate(tmp_path):
    overrides = ("backend.limits.fps=16", "backend.limits.frame_step=4", "backend.limits.frame_offset=1")
    _, root, manifest = render(tmp_path, {"duration": 1.5}, overrides=overrides)
    assert video.probe(root / "shots" / "S01.mp4").num_frames == 25
    assert video.probe(root / "assembled" / "film.mp4").num_frames == manifest["film"]["num_frames"] == 36
