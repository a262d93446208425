from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from storyvid.backends.animatic import Config
from storyvid.backends.animatic.settings import SETTINGS
from storyvid.backends.animatic.subjects import FIGURES
from storyvid.backends.animatic.words import ShotWords, read_shot, stable_seed, with_spoken_camera
from storyvid.backends.animatic.words.atmosphere import WEATHER_WORDS
from storyvid.backends.animatic.words.kinds import SUBJECT_WORDS
from storyvid.backends.animatic.words.place_words import SETTING_WORDS
from storyvid.storyboard.schema import Shot, Storyboard

from .shots import make_request


def words_of(**fields: object):
    request = make_request(**fields)
    return read_shot(request.shot, request.storyboard)


@pytest.mark.parametrize(
    ("location", "setting"),
    [
        ("a dark pine forest", "forest"), ("snowy alps", "mountains"), ("a rough grey sea", "sea"), ("a neon city street", "city"),
        ("a small village", "village"), ("a wheat field", "field"), ("a long highway", "road"), ("Sahara dunes", "desert"),
        ("the kitchen", "kitchen"), ("qwxyz", "neutral"),
    ],
)  # fmt: skip
def test_the_location_names_the_setting(location: str, setting: str) -> None:
    assert words_of(location=location).setting == setting


@pytest.mark.parametrize(
    ("words", "setting"),
    [
        ("Interior, a coffee shop at sunrise. A light-oak counter, polished wood, plants like a forest.", "bar"),
        ("INT. KITCHEN. She looks at the sea and the beach in a picture.", "kitchen"),
        ("He walks through the woods.", "forest"),
        ("A tray of fine sand on a low table in a room.", "room"),
    ],
)
def test_an_indoor_heading_and_materials_are_no_landscape(words: str, setting: str) -> None:
    assert words_of(prompt=words, location=None).setting == setting


def test_a_camera_spoken_of_in_the_prompt_fills_what_the_fields_leave_open() -> None:
    prompt = "Low-angle close-up with a 28mm lens. She reads a letter."
    spoken = with_spoken_camera(make_request(prompt=prompt)).shot.camera
    assert (spoken.size, spoken.angle, spoken.lens) == ("cu", "low", 28)
    written = with_spoken_camera(make_request(prompt=prompt, camera={"size": "els"})).shot.camera
    assert (written.size, written.angle, written.lens) == ("els", "low", 28)
    silent = make_request(prompt="She reads a letter. Close-up of her hands.")
    assert with_spoken_camera(silent) is silent


def test_every_setting_and_subject_that_can_be_read_can_be_drawn() -> None:
    assert {*SETTING_WORDS, "neutral"} == set(SETTINGS)
    assert {*(name.split()[0] for name in SUBJECT_WORDS), "person", "hand"} == set(FIGURES)


@pytest.mark.parametrize(
    ("fields", "time"),
    [
        ({"time_of_day": "Golden Hour"}, "golden"), ({"time_of_day": "sunrise"}, "dawn"),
        ({"lighting": "cold moonlight"}, "moonlight"),
        ({"prompt": "He walks home at dusk"}, "dusk"), ({"weather": "heavy rain"}, "overcast"), ({}, "day"),
        ({"time_of_day": "noon", "prompt": "she remembers the night"}, "day"),
    ],
)  # fmt: skip
def test_time_of_day(fields: dict[str, str], time: str) -> None:
    assert words_of(**fields).time == time


@pytest.mark.parametrize("weather", [*WEATHER_WORDS])
def test_weather_is_read_from_its_field_or_the_prompt(weather: str) -> None:
    assert words_of(weather=weather).weather == weather
    assert words_of(prompt=f"a day of {weather}").weather == weather


def test_a_location_id_reads_its_description() -> None:
    by_id = words_of(location="cliff", locations={"cliff": "a grassy cliff above the sea"})
    assert by_id.setting == "sea"
    assert by_id.place == "a grassy cliff above the sea"


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"prompt": "a red car drives past"}, ["car"]), ({"prompt": "a dog runs to a man"}, ["dog", "person"]),
        ({"prompt": "a dog sleeps"}, ["dog"]),
        ({"prompt": "empty hills", "camera": {"size": "els"}}, []), ({"prompt": "quiet", "camera": {"size": "cu"}}, ["person"]),
        ({"prompt": "she talks", "camera": {"framing": "two_shot"}}, ["person"] * 2),
        ({"prompt": "a crowd waits"}, ["person"] * 5 + ["crowd"]),
        ({"characters": {"rex": "a brown dog", "ivo": "an old man"}}, ["dog", "person"]), ({"prompt": "a glow",
        "camera": {"framing": "insert"}}, ["object"]),
    ],
)  # fmt: skip
def test_cast(fields: dict[str, object], kinds: list[str]) -> None:
    assert [member.kind for member in words_of(**fields).cast] == kinds


def test_seeds_are_the_same_in_every_process() -> None:
    code = "from storyvid.backends.animatic.words import stable_seed; print(stable_seed('place', 'forest', 7))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert int(other.stdout) == stable_seed("place", "forest", 7)


def in_a_row(*prompts: str, **fields: str) -> list[ShotWords]:
    shots = tuple(Shot(id=f"S{n}", prompt=prompt, **fields) for n, prompt in enumerate(prompts))
    board = Storyboard(shots=shots)
    return [read_shot(shot, board) for shot in shots]


def test_a_shot_that_names_no_place_stays_where_the_film_is() -> None:
    kitchen, still_there, outside = in_a_row("At night a woman bakes in the kitchen.", "She smiles.", "A man crosses the desert.")
    assert (kitchen.setting, still_there.setting, outside.setting) == ("kitchen", "kitchen", "desert")
    assert (still_there.time, outside.time) == ("night", "day")
    assert still_there.surroundings == kitchen.surroundings


def test_an_unknown_location_and_a_new_scene_are_elsewhere() -> None:
    bakes, smiles = Shot(id="A", prompt="She bakes in the kitchen.", scene="1"), Shot(id="B", prompt="She smiles.", scene="2")
    assert read_shot(smiles, Storyboard(shots=(bakes, smiles))).setting == "neutral"
    smiles = Shot(id="B", prompt="She smiles.", location="qwxyz")
    assert read_shot(smiles, Storyboard(shots=(bakes, smiles))).setting == "neutral"


def test_a_clip_is_drawn_again_when_the_shot_that_names_its_place_changes() -> None:
    def inputs(first: str) -> object:
        request = make_request(prompt="She smiles.", location=None, shot_id="B")
        shots = (Shot(id="A", prompt=first), request.shot)
        return Config.model_construct(slate=False).pixel_inputs(replace(request, storyboard=Storyboard(shots=shots)))

    assert inputs("She bakes in the kitchen.") == inputs("She bakes in the kitchen.")
    assert inputs("She bakes in the kitchen.") != inputs("She walks through a forest.")


@pytest.mark.parametrize(
    ("prompt", "time"),
    [
        ("A golden retriever waits", "day"), ("He lifts a golden ring", "day"), ("A girl with golden hair", "day"),
        ("He walks in golden light", "golden"), ("He reads the evening news", "day"), ("He walks home in the evening", "dusk"),
    ],
)  # fmt: skip
def test_a_colour_is_no_hour(prompt: str, time: str) -> None:
    assert words_of(prompt=prompt).time == time
    assert words_of(prompt=prompt, lighting="golden").time == "golden"


@pytest.mark.parametrize(
    ("prompt", "look", "is_read"),
    [
        ("An old photograph of a soldier lies on the desk", "sepia", False), ("A street like an old photograph", "sepia", True),
        ("A man waits in a dark room", "low_key", True), ("A man in a dark coat", "low_key", False),
    ],
)  # fmt: skip
def test_a_thing_in_the_prompt_is_no_look(prompt: str, look: str, is_read: bool) -> None:
    assert (look in words_of(prompt=prompt).looks) is is_read


def test_wind_turbines_are_no_weather() -> None:
    assert words_of(prompt="Wind turbines stand on a hill").weather == "clear"
    assert words_of(prompt="Wind bends the grass").weather == "wind"


@pytest.mark.parametrize("unit", ["a ", "the x ", "Rowan runs and ", "red "])
def test_a_long_prompt_is_read_in_time(unit: str) -> None:
    shot = Shot(id="A", prompt=(unit * 20_000)[:20_000])
    began = time.thread_time()
    read_shot(shot, Storyboard(shots=(shot,)))
    assert time.thread_time() - began < 5, "what is read of a text is limited"
