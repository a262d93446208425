from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from storyvid import video
from storyvid.record.compare.page import page, script_json
from storyvid.record.compare.preview import make_previews
from storyvid.record.compare.rows import seconds_text
from tests.record.compare.takes import HOSTILE, change_record, compared, copied


class Elements(HTMLParser):
    """Every element of a page as a browser would find it, and the text of style and scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self.shown = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._open = dict(attrs).get("id") or tag

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.inside[self._open] = self.inside.get(self._open, "") + data
        else:
            self.shown += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag and wanted.items() <= attrs.items()]

    @property
    def videos(self) -> list[dict[str, str | None]]:
        """Those of the takes; two more wait for the cut."""
        return [attrs for attrs in self.all("video") if "data-clip" in attrs]


def read(*folders: Path) -> tuple[str, Elements]:
    comparison = compared(*folders)
    text = page(comparison, make_previews(comparison))
    return text, Elements(text)


@pytest.fixture(scope="module")
def made(run: Path) -> tuple[str, Elements]:
    return read(run)


def spoil(manifest: dict[str, Any]) -> None:
    """Hostile words wherever a storyboard or a record has words."""
    manifest |= {"title": HOSTILE, "run": "&amp;'", "overrides": [f"title={HOSTILE}"]}
    manifest["storyboard"]["file"] = f"{HOSTILE.replace('/', '')}.json"
    manifest["recipe"]["shots"]["S01"]["take"] = 7
    for shot in manifest["recipe"]["storyboard"]["shots"]:
        shot["prompt"] = HOSTILE
    manifest["shots"][0]["takes"][1] |= {"status": "failed", "file": None}


def test_a_row_for_each_shot_with_a_video_for_each_take(made):
    _, elements = made
    assert len(elements.all("section")) == 2
    assert len(elements.videos) == 4
    assert [one["data-frames"] for one in elements.videos] == ["18", "18", "12", "12"]
    assert all(attrs.keys() >= {"muted", "loop", "playsinline", "poster", "aria-label"} for attrs in elements.videos)
    assert "A red boat on the sea." in elements.shown
    assert "0.75 s, from 0.00 s" in elements.shown


def test_the_videos_are_inside(made, tmp_path: Path):
    _, elements = made
    for number, frames in enumerate((18, 18, 12, 12)):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(base64.b64decode(elements.inside[f"clip-{number}"]))
        info = video.probe(path)
        assert (info.codec, info.pix_fmt, info.num_frames) == ("h264", "yuv420p", frames)
    assert [attrs["data-clip"] for attrs in elements.videos] == ["clip-0", "clip-1", "clip-2", "clip-3"]


def test_the_picked_takes_are_chosen(made):
    _, elements = made
    chosen = [attrs for attrs in elements.all("input", type="radio") if "checked" in attrs]
    assert [(one["name"], one["data-run"], one["data-take"]) for one in chosen] == [
        ("take-of-0", "0", "1"),
        ("take-of-1", "0", "2"),
    ]
    assert json.loads(elements.inside["facts"]) == {
        "runs": [{"label": "run", "picks": "test.picks.json", "storyboard": "test.json", "others": {}}],
        "shots": [{"id": "S01", "named": False}, {"id": "S02", "named": True}],
    }


def test_seeds_differ_and_what_all_takes_share_does_not(made):
    text, _ = made
    assert re.findall(r'class="differs"><dt>([^<]+)', text) == ["seed"] * 4
    assert re.findall(r'class="same"><dt>([^<]+)', text) == ["steps", "cfg", "model"] * 4


def test_the_same_runs_give_the_same_page(run: Path, made):
    assert read(run)[0] == made[0]


def test_the_page_asks_the_network_for_nothing(made):
    text, elements = made
    (policy,) = elements.all("meta", **{"http-equiv": "Content-Security-Policy"})
    rules = dict(rule.strip().split(" ", 1) for rule in str(policy["content"]).split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert (rules["img-src"], rules["media-src"]) == ("data:", "blob:")
    for rule, name in (("style-src", "style"), ("script-src", "script")):
        digest = base64.b64encode(hashlib.sha256(elements.inside[name].encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    without_clips = re.sub(r"[A-Za-z0-9+/=]{500,}", "", text)
    for word in ("http:", "https:", "fetch(", "XMLHttpRequest", "WebSocket", "@import", "url(", "<link", "innerHTML", "eval("):
        assert word not in without_clips, word
    addresses = [value for _, attrs in elements.tags for key, value in attrs.items() if key in ("src", "href", "poster", "srcset")]
    assert addresses
    assert all(str(address).startswith("data:image/jpeg;base64,") for address in addresses)


def test_no_folder_of_this_computer_is_on_the_page(run: Path, made, tmp_path: Path):
    def named(manifest: dict[str, Any]) -> None:
        manifest["overrides"][0] = f"storyboard='{tmp_path / 'other.json'}'"

    both, _ = read(run, copied(run, tmp_path / "other", named))
    assert "storyboard=other.json" in both
    for text in (made[0], both):
        assert str(run.parent) not in text
        assert str(tmp_path) not in text


def test_hostile_words_stay_words(run: Path, made, tmp_path: Path):
    hostile = copied(run, tmp_path / "hostile", spoil)
    words = dict.fromkeys(("prompt", "negative_prompt", "because", "model", "error", "scheduler"), HOSTILE)
    for name in ("S01", "S01.take2", "S02"):
        change_record(hostile, name, **words, memory={"name": HOSTILE})
    text, elements = read(hostile, run)
    assert {tag for tag, _ in elements.tags} <= {tag for tag, _ in made[1].tags} | {"ul", "li", "span", "mark"}
    assert not any(key.startswith("on") for _, attrs in elements.tags for key in attrs)
    assert HOSTILE not in text
    assert elements.shown.count(HOSTILE) > 10
    facts = json.loads(elements.inside["facts"])
    assert facts["shots"][0] == {"id": "S01", "named": True}
    assert facts["runs"][0]["label"] == "&amp;'"


def test_a_failed_take_shows_why_and_cant_be_chosen(run: Path, tmp_path: Path):
    def fail(manifest: dict[str, Any]) -> None:
        manifest["shots"][0]["takes"][1] |= {"status": "failed", "file": None}
        manifest["shots"][1]["takes"].pop(0)

    failed = copied(run, tmp_path / "failed", fail)
    change_record(failed, "S01.take2", error="CUDA out of memory")
    _, elements = read(failed)
    assert "CUDA out of memory" in elements.shown
    assert "not rendered" in elements.shown
    radios = elements.all("input", type="radio")
    assert ["disabled" in attrs for attrs in radios] == [False, True, False]


def test_several_runs_are_told_apart_by_their_own_words(run: Path, tmp_path: Path):
    other = copied(run, tmp_path / "other", lambda manifest: manifest["overrides"].append("sampler.steps=30"))
    change_record(other, "S01", num_inference_steps=30, prompt="A red boat on the calm sea.")
    _, elements = read(run, other)
    assert len(elements.videos) == 8
    assert "sampler.steps=30, take 1" in elements.shown
    assert "run, take 1" in elements.shown
    text = read(run, other)[0]
    assert '<div class="differs"><dt>steps</dt><dd dir="auto">30</dd></div>' in text
    assert "on the <mark>calm</mark> sea." in text


def test_json_in_a_script_cant_end_it():
    value = {"a": "</script><!-- &amp; \u2028"}
    assert not set("<>&\u2028") & set(script_json(value))
    assert json.loads(script_json(value)) == value


def test_times_for_people():
    assert [seconds_text(value) for value in (3.21, 119.9, 120, 4213.2)] == ["3.2 s", "119.9 s", "2 min 00 s", "70 min 13 s"]
