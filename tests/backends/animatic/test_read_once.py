"""A shot is read once for its key and its drawing, and again when it has become another."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

from storyvid.backends.animatic.words import read_shot
from storyvid.backends.animatic.words.film import FILMS_KEPT
from storyvid.storyboard.schema import Camera, Shot, Storyboard


def board(prompt: str) -> Storyboard:
    return Storyboard(shots=(Shot(id="S01", prompt=prompt), Shot(id="S02", prompt="He waits.")))


def test_a_shot_is_read_once_for_each_film_and_form() -> None:
    film, same = board("A man walks in a forest."), board("A man walks in a forest.")
    words = read_shot(film.shots[0], film)
    assert read_shot(film.shots[0].model_copy(), film) is words
    assert read_shot(same.shots[0], same) == words
    close = film.shots[0].model_copy(update={"camera": Camera(framing="establishing"), "prompt": "A kitchen."})
    assert read_shot(close, film).setting == "kitchen"
    assert read_shot(film.shots[0], film) == words


def test_another_film_with_the_same_shot_is_read_by_itself() -> None:
    forest, kitchen = board("A man walks in a forest."), board("A man cooks in a kitchen.")
    assert forest.shots[1] == kitchen.shots[1]
    assert [read_shot(one.shots[1], one).setting for one in (forest, kitchen)] == ["forest", "kitchen"]


def test_only_the_last_films_are_kept() -> None:
    first = board("A man walks in a forest.")
    gone = weakref.ref(first)
    read_shot(first.shots[0], first)
    for number in range(FILMS_KEPT):
        other = board(f"A man walks in a forest, {number}.")
        read_shot(other.shots[0], other)
    del first
    gc.collect()
    assert gone() is None


def test_threads_read_the_same() -> None:
    films = [board(f"A man number {number} walks in a forest.") for number in range(12)]
    alone = [read_shot(film.shots[0], film) for film in films]
    again = [board(f"A man number {number} walks in a forest.") for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(lambda film: read_shot(film.shots[0], film), again)] == alone
