"""The shots of a film one after another: what is rendered again, what is found, and what each of them cost."""

from __future__ import annotations

import pytest

from storyvid.backends.animatic.backend import AnimaticBackend
from storyvid.backends.base import close_backends
from storyvid.clips.shots import render_shots
from storyvid.clips.store import ClipStore
from storyvid.progress import FilmProgress
from tests.films import film, storyboard

SMALL = ("resolution.height=72", "resolution.width=128")


@pytest.fixture(autouse=True)
def _fresh_backend():
    close_backends()
    yield
    close_backends()


def render(tmp_path, *shots, overrides=(), **project):
    prepared = film(storyboard(*shots, **project), *SMALL, *overrides, folder=tmp_path)
    with FilmProgress(1, 1) as progress:
        return list(render_shots(prepared, ClipStore(tmp_path / ".clips"), progress))


def test_a_next_shot_that_comes_to_continue_leaves_the_one_before_it_alone(tmp_path):
    shots = {"duration": 0.5}, {"duration": 0.5, "prompt": "A man walks in a cave."}
    render(tmp_path, *shots)
    again = render(tmp_path, shots[0], {**shots[1], "continuity": "continue"})
    assert [shot.reused for shot in again] == [True, False]


def test_several_frames_handed_over_are_all_kept(tmp_path):
    overrides = ("backend.limits.overlap_frames=3",)
    shots = {"duration": 0.5}, {"duration": 0.5, "prompt": "A man walks in a cave."}
    render(tmp_path, *shots, overrides=overrides)
    again = render(tmp_path, shots[0], {**shots[1], "continuity": "continue"}, overrides=overrides)
    assert [shot.reused for shot in again] == [True, False]
    assert again[1].clip.chunks[0].dropped_frames == 3


def test_another_prompt_template_draws_nothing_again(tmp_path):
    render(tmp_path, {"duration": 0.5})
    assert render(tmp_path, {"duration": 0.5}, overrides=("backend.prompts=wan",))[0].reused


def test_a_new_character_redraws_only_the_shots_with_it(tmp_path):
    ivo, mia = {"name": "Ivo", "description": "an old man"}, {"name": "Mia", "description": "a girl"}
    shots = {"duration": 0.5, "characters": ["ivo"], "prompt": "Ivo waits in a cave."}, {"duration": 0.5}
    render(tmp_path, *shots, characters={"ivo": ivo})
    joined = shots[0], {"duration": 0.5, "characters": ["mia"], "prompt": "Mia runs through a cave."}
    again = render(tmp_path, *joined, characters={"ivo": ivo, "mia": mia})
    assert [shot.reused for shot in again] == [True, False]


def test_memory_is_told_of_the_shot_that_took_it(tmp_path, monkeypatch):
    draw = AnimaticBackend.generate_chunk

    def generate_chunk(self, shot, *args):
        block = bytearray(300 * 2**20 if shot.shot.id == "S01" else 0)
        block[::4096] = b"x" * len(block[::4096])
        yield from draw(self, shot, *args)

    monkeypatch.setattr(AnimaticBackend, "generate_chunk", generate_chunk)
    hungry, frugal = render(tmp_path, {"duration": 0.5}, {"duration": 0.5, "prompt": "A man walks in a cave."})
    assert hungry.clip.peak_ram_gb - frugal.clip.peak_ram_gb > 0.2
    assert frugal.clip.peak_ram_gb > 0.01
