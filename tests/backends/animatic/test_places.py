from __future__ import annotations

import random
import time
from collections import Counter
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from storyvid.backends.animatic.draw import Painter
from storyvid.backends.animatic.facets import Solid, block, flank, front, level
from storyvid.backends.animatic.light import PALETTES, palette_for
from storyvid.backends.animatic.motions import Blinker, Flame, Pane, Smoke
from storyvid.backends.animatic.pieces import Ground, Prop, Ridge
from storyvid.backends.animatic.scene import build_scene
from storyvid.backends.animatic.settings import SETTINGS, WATERS, Site
from storyvid.backends.animatic.settings.landmarks import Jets, landmarks
from storyvid.backends.animatic.settings.rooms.fittings import SUNLIT
from storyvid.backends.animatic.sky import Stars
from storyvid.backends.animatic.view import View
from storyvid.backends.animatic.waters import Current, Fall, Streak, Swell, Wash
from storyvid.backends.animatic.words.place_words import INDOOR_WORDS, OUTDOOR_WORDS
from storyvid.backends.animatic.words.places import MOST_CHARS, find_places, read_setting
from storyvid.storyboard.vocabulary import ANGLES, MOVEMENTS, SHOT_SIZES

from .shots import make_request

Picture = NDArray[np.uint8]


def draw(*indices: int, **fields: Any) -> list[Picture]:
    fields.setdefault("prompt", "nobody is here")
    fields.setdefault("camera", {"size": "els"})
    painter = Painter(build_scene(make_request(**fields)))
    return [painter.frame(index) for index in indices or (12,)]


def difference(one: Picture, other: Picture) -> float:
    return float(np.abs(one.astype(int) - other).mean())


def site(words: str = "", time_of_day: str = "day", **fields: Any) -> Site:
    return Site(random.Random(5), PALETTES[time_of_day], words, **fields)


def a_view(height: int = 180, width: int = 320, **fields: Any) -> View:
    fields = {"x": 0.0, "y": 1.5, "z": -4.0, "t": 0.0, **fields}
    return View(
        canvas=np.zeros((height, width, 3), np.uint8), width=width, height=height, focal=float(height), middle=width / 2,
        level=height / 2, **fields,
    )  # fmt: skip


# Reading


@pytest.mark.parametrize(
    ("place", "setting"),
    [
        ("the lamp room of the lighthouse", "room"), ("a lamp room with brass, glass and a small window", "room"),
        ("the kitchen garden", "park"), ("a harbour town", "village"), ("a cabin in the forest", "forest"), ("hotel bar", "bar"),
        ("a narrow village street with stone houses and crooked chimneys", "village"), ("mountain lake", "lake"),
        ("a small harbor with a wooden pier and a single tall lamp post", "harbour"), ("frozen lake", "snow"),
        ("a grey sea below a steep rocky coast", "sea"), ("a grassy cliff above the sea", "sea"), ("fields of snow", "snow"),
        ("interior of a spaceship", "spaceship"), ("the deck of the space station orbiting Earth", "spaceship"),
        ("on the surface of the moon", "planet"), ("a rooftop above the city", "rooftop"), ("a desert road", "road"),
        ("the alley behind the restaurant", "city"), ("train platform in rain", "station"), ("a lighthouse workshop", "workshop"),
        ("a city rooftop with a skyline", "rooftop"), ("greenhouse interior", "greenhouse"),
        ("a room overlooking the sea", "room"), ("a beach below the mountains", "sea"), ("a city by the sea", "city"),
        ("underwater coral reef", "underwater"), ("classroom", "classroom"), ("wine cellar", "cellar"), ("snowy forest", "forest"),
    ],
)  # fmt: skip
def test_the_head_of_a_location_names_the_setting(place: str, setting: str) -> None:
    assert read_setting(place, "") == setting


@pytest.mark.parametrize(
    ("prompt", "setting"),
    [
        ("She watches the sea from the kitchen window.", "kitchen"), ("A man looks out over the sea.", "sea"),
        ("A bar of light falls across the bedroom floor.", "bedroom"), ("Lost in a train of thought, she sits in a café.", "bar"),
        ("He stands in a small space between two parked cars on the street.", "city"), ("She waves at him in the park.", "park"),
        ("A tray of fine sand on a low table in a room.", "room"), ("The deserted office is quiet.", "office"),
        ("Inside a moving train, she reads.", "vehicle"), ("The train arrives at the station.", "station"),
        ("An astronaut drifts in space above the earth.", "space"), ("A dog runs through the grass.", "field"),
        ("He studies a map on the workbench.", "workshop"), ("Waves crash on the rocks.", "sea"),
        ("EXT. KITCHEN GARDEN - DAY", "park"), ("INT. OFFICE. She looks at the sea and the beach in a picture.", "office"),
        ("She wears a forest-green coat in the kitchen.", "kitchen"), ("He kneels beside a raised bed in the garden.", "park"),
        ("In a garden he smiles at the bed of soil.", "park"), ("She lies in bed and hears the garden.", "bedroom"),
        ("A boat drifts.", "sea"), ("A car drives by.", "road"), ("A hand lies on a table.", "room"), ("She smiles.", "neutral"),
        ("A field of view, a plain white background, a school of fish.", "neutral"),
    ],
)  # fmt: skip
def test_a_prompt_is_read_for_where_somebody_is_rather_than_what_is_looked_at(prompt: str, setting: str) -> None:
    assert read_setting("", prompt) == setting


def test_the_location_outweighs_the_prompt() -> None:
    assert read_setting("a forest", "She thinks of the city, its streets, its alleys and its skyscrapers.") == "forest"


def test_the_longest_phrase_is_meant() -> None:
    found = find_places("a train station, a kitchen garden and a train of thought", [*INDOOR_WORDS, *OUTDOOR_WORDS])
    assert [mention.key for mention in found] == ["station", "park"]


def test_a_huge_prompt_is_read_in_no_time() -> None:
    start = time.perf_counter()
    assert read_setting("", "in the kitchen by the sea " * 40_000) == "kitchen"
    assert time.perf_counter() - start < 2
    assert read_setting("", "x" * (2 * MOST_CHARS) + " kitchen") == "neutral"


# Layout


@pytest.mark.parametrize("place", ["a village square{}", "a city square{}", "a park{}"])
def test_a_fountain_stands_and_runs_where_the_place_has_one(place: str) -> None:
    for words, runs in (("", False), (" with a fountain", True)):
        scene = build_scene(make_request(location=place.format(words), camera={"size": "ls"}))
        assert any(isinstance(piece, Jets) for piece in scene.behind) is runs
    assert [type(piece) for piece in landmarks(site("a square with a fountain"))] == [Solid, Prop, Jets, Solid]


@pytest.mark.parametrize(("words", "count"), [("a village with a stone well", 3), ("a well kept garden, as well as a barn", 0)])
def test_a_well_is_no_adverb(words: str, count: int) -> None:
    assert len(landmarks(site(words))) == count


def test_what_stands_in_a_square_is_painted_at_any_distance_and_not_behind_the_lens() -> None:
    for z in (-40.0, 0.0, 7.0):
        for piece in landmarks(site("a fountain")):
            view = a_view(z=z)
            piece.paint(view)
            assert bool(view.canvas.any()) is (z < 6)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_the_same_twice_and_differs_with_its_words(setting: str) -> None:
    def pieces(seed: int) -> str:
        source = random.Random(seed)
        place = SETTINGS[setting](Site(source, PALETTES["day"]))
        return str([(type(piece).__name__, round(piece.z, 3)) for piece in place.pieces]) + str(source.random())

    first = pieces(1)
    assert first == pieces(1)
    assert first != pieces(2)


Thing = tuple[str, float, float, tuple[float, ...]]
EXAMPLES = {
    **{setting: (setting, setting) for setting in SETTINGS},
    "an alley": ("city", "a narrow city alley"), "a village street": ("village", "a narrow village street"),
    "a metro": ("station", "metro station"), "a campfire": ("forest", "a forest with a campfire and a path"),
    "a birch wood": ("forest", "a birch forest"), "a jungle": ("forest", "a jungle"),
    "cliffs": ("sea", "a rocky beach below cliffs"),
    "a canyon": ("mountains", "a canyon"), "a cabin": ("mountains", "mountains with a cabin"), "a fall": ("river", "a waterfall"),
    "a graveyard": ("park", "a graveyard"), "the moon": ("planet", "the moon"), "a crystal cave": ("cave", "a crystal cave"),
    "a petrol station": ("road", "a road with a petrol station"), "a roof garden": ("rooftop", "a rooftop garden"),
}  # fmt: skip


def things(setting: str, words: str, time_of_day: str = "overcast", weather: str = "clear", afloat: bool = False) -> Counter[Thing]:
    """What stands in a place: kind, x, depth, and the least and the greatest of each coordinate of its outline.

    But for the patches of sunlight on a floor, which go with the sun.
    """
    there = Site(random.Random(5), palette_for(time_of_day, weather), words, weather, afloat)
    found: Counter[Thing] = Counter()
    for piece in SETTINGS[setting](there).pieces:
        if isinstance(piece, Prop | Solid | Ground) and piece.z != SUNLIT:
            rim = piece.outline if isinstance(piece, Prop) else piece.points if isinstance(piece, Ground) else piece.corners
            size = (*rim.min(axis=0).round(3), *rim.max(axis=0).round(3))
        elif isinstance(piece, Ridge):
            size = (*piece.ys.round(3),)
        else:
            continue
        found[type(piece).__name__, round(getattr(piece, "x", 0.0), 3), round(piece.z, 3), size] += 1
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_place_stands_where_it_stands_at_every_hour_and_in_every_weather(example: str) -> None:
    """Against an overcast day without lamps, sunbeams, snow or puddles: those may only be added."""
    plain = things(*EXAMPLES[example])
    for time_of_day in ("day", "golden", "night"):
        for weather in ("clear", "rain", "snow"):
            gone = plain - things(*EXAMPLES[example], time_of_day, weather)
            assert not gone, f"{time_of_day}, {weather}: {len(gone)} of {plain.total()} things have moved, {list(gone)[:2]}"


@pytest.mark.parametrize("setting", sorted(WATERS))
def test_a_boat_in_frame_takes_no_random_numbers_from_the_shore(setting: str) -> None:
    ashore, afloat = site(setting), site(setting, afloat=True)
    for one in (ashore, afloat):
        SETTINGS[setting](one)
    assert ashore.source.random() == afloat.source.random()


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_place_has_layers_in_depth_and_lets_the_subject_be_seen(setting: str) -> None:
    place = SETTINGS[setting](site())
    depths = [piece.z for piece in place.pieces if 0.6 <= piece.z < 500]
    assert len({round(depth) for depth in depths}) >= (1 if setting == "vehicle" else 2)
    if setting in INDOOR_WORDS:
        assert not place.outdoors
        assert place.surface is not None
        assert place.half_width_m < 50
        assert place.ceiling_m < 10
        assert place.light is not None


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("a beach", "a rocky beach below cliffs"), ("a city street", "a narrow city alley"), ("a forest", "a birch forest"),
        ("a living room", "a living room with a fireplace"), ("a bar", "a café"), ("a field", "a field of lavender"),
        ("a park", "a park, a graveyard"), ("a hospital", "a hospital laboratory"), ("mountains", "mountains, a canyon"),
        ("a road", "a desert road"), ("a river", "a river with a waterfall"), ("a cave", "a crystal cave"),
        ("a desert", "a desert with pyramids"), ("a library", "a museum library gallery"), ("a station", "a metro station"),
    ],
)  # fmt: skip
def test_words_choose_variants(plain: str, other: str) -> None:
    assert read_setting(plain, "") == read_setting(other, "")
    one, another = (draw(location=words, camera={"size": "ls"})[0] for words in (plain, other))
    assert difference(one, another) > 4


def test_interiors_are_told_apart_behind_a_face() -> None:
    words = {"church": "cathedral", "vehicle": "inside a car"}
    fields = {"camera": {"size": "mcu", "depth_of_field": "deep"}, "prompt": "a man", "height": 90, "width": 160}
    pictures = [draw(location=words.get(setting, setting), **fields)[0] for setting in INDOOR_WORDS]
    for n, one in enumerate(pictures):
        assert all(difference(one, other) > 5 for other in pictures[n + 1 :])


# Weather and light


@pytest.mark.parametrize("location", ["city street", "narrow village street", "harbour"])
def test_lamps_are_lit_at_night_and_mirrored_on_wet_ground(location: str) -> None:
    dark = SETTINGS[read_setting(location, "")](site(location, "night", weather="rain"))
    day = SETTINGS[read_setting(location, "")](site(location, "day"))
    assert any(isinstance(piece, Streak) for piece in dark.pieces)
    assert not any(isinstance(piece, Streak) for piece in day.pieces)


def test_rain_wets_a_street_and_snow_whitens_a_field() -> None:
    (dry,) = [SETTINGS["city"](site("a city street"))]
    wet = SETTINGS["city"](site("a city street", weather="rain"))
    assert wet.near != dry.near
    bare, snowy = SETTINGS["field"](site("a field")), SETTINGS["field"](site("a field", weather="snow"))
    assert min(snowy.near) > min(bare.near) + 30


def test_windows_show_the_hour_and_the_weather() -> None:
    def panes(**fields: Any) -> list[Pane]:
        return [piece for piece in SETTINGS["room"](site("a room", **fields)).pieces if isinstance(piece, Pane)]

    day, night, rain = panes(), panes(time_of_day="night"), panes(weather="rain")
    assert sum(day[0].sky[0]) > sum(night[0].sky[0]) + 100
    assert rain[0].weather == "rain"
    view, later = a_view(), a_view(t=0.4)
    still, still_later = a_view(), a_view(t=0.4)
    for pane, canvases in ((rain[0], (view, later)), (day[0], (still, still_later))):
        for canvas in canvases:
            pane.paint(canvas)
    assert difference(view.canvas, later.canvas) > 0.05
    assert difference(still.canvas, still_later.canvas) == 0


def test_a_room_at_night_lights_its_cast_warmly() -> None:
    scene = build_scene(make_request(location="a living room", time_of_day="night"))
    outside = build_scene(make_request(location="a field", time_of_day="night"))
    assert scene.palette.light[0] > scene.palette.light[2]
    assert outside.palette.light[2] > outside.palette.light[0]


# Motion

GREY = (120.0, 120.0, 120.0)
WHITE = (250.0, 250.0, 250.0)


@pytest.mark.parametrize("piece", [
    Flame(0, 0.5, 0, 1.0), Smoke(0, 0.5, 0, 1.5, 0.3, WHITE, GREY), Swell(60.0, 1.0, 0.8, GREY, WHITE, 1.0),
    Wash(np.array([(-9.0, 2.0), (0.0, 2.2), (9.0, 2.0), (9.0, -3.0), (-9.0, -3.0)]), WHITE, 800.0),
    Current(np.array([(-2.0, 3.0, 2.0, 0.1), (1.0, 5.0, 2.0, 0.7)]), WHITE, 800.0), Fall(0, 2, 2.0, 0.0, 2.5, GREY, WHITE),
    Streak(0.0, 2.0, 1.5, 0.6, WHITE), Blinker(0, 1.0, 0, 0.3, WHITE, GREY, 1.0),
], ids=lambda piece: type(piece).__name__)  # fmt: skip
def test_what_moves_moves_and_is_the_same_at_the_same_time(piece: Any) -> None:
    frames = []
    for t in (0.0, 0.6, 0.6):
        view = a_view(t=t)
        piece.paint(view)
        frames.append(view.canvas)
    assert frames[0].max() > 100
    assert not np.array_equal(frames[0], frames[1])
    assert np.array_equal(frames[1], frames[2])


@pytest.mark.parametrize("location", ["beach", "river", "harbour", "village", "underwater", "inside a train"])
def test_a_place_is_alive_while_the_camera_rests(location: str) -> None:
    first, last = draw(0, 20, location=location, camera={"size": "ls", "movement": "static"}, time_of_day="overcast")
    moved = np.abs(first.astype(int) - last).max(axis=2) > 6
    assert moved.mean() > 0.0005


# Faces in space


def white_of(view: View) -> int:
    return int((view.canvas.max(axis=2) > 128).sum())


def paint_face(face: Any, **fields: Any) -> View:
    view = a_view(**fields)
    Solid([(face, WHITE)], 1.0).paint(view)
    return view


def test_faces_are_seen_from_their_own_side_only() -> None:
    assert white_of(paint_face(front(-1, 1, 0, 2, 2.0))) > 500
    for face, inside, outside in (
        (flank(-1, 0, 2, 0, 6, "right"), {}, {"x": -2.0}), (flank(1, 0, 2, 0, 6, "left"), {}, {"x": 2.0}),
        (level(-1, 1, 0, 0, 6), {}, {"y": -0.5}), (level(-1, 1, 2.5, 0, 6, "down"), {}, {"y": 3.5}),
    ):  # fmt: skip
        assert white_of(paint_face(face, **inside)) > 100
        assert white_of(paint_face(face, **outside)) == 0


def test_a_wall_that_passes_the_lens_is_cut_there() -> None:
    view = paint_face(flank(2, 0, 3, -20, 6, "left"))
    assert view.canvas[90, -1].max() == 250  # up to the frame's edge
    assert view.canvas[:, :160].max() == 0
    assert white_of(paint_face(flank(2, 0, 3, -20, -5, "left"))) == 0


def test_a_nearer_block_hides_what_is_behind_and_shows_its_top_from_above() -> None:
    sides = {face.side for face, _ in block(0, 1, 1, 1, 0, 1, GREY)}
    assert sides == {"front", "left", "right", "up", "down"}
    low, high = a_view(y=0.5), a_view(y=2.5)
    for view in (low, high):
        Solid([block(0, 1, 2, 2, 0, 1, WHITE)[0]], 1.0).paint(view)
    assert white_of(low) == 0 < white_of(high)


# Everything at every size


@pytest.mark.parametrize(("order", "setting"), [*enumerate(SETTINGS)])
def test_every_place_at_sizes_angles_and_moves_in_turn(order: int, setting: str) -> None:
    words = {"church": "cathedral", "vehicle": "inside a car", "planet": "mars", "snow": "snowfield", "neutral": "xyzzy"}
    for n in range(order, order + 3):
        camera = {"size": SHOT_SIZES[n % 8], "angle": ANGLES[n % len(ANGLES)], "movement": MOVEMENTS[n % len(MOVEMENTS)]}
        hour = ("day", "night", "dawn")[n % 3]
        (frame,) = draw(20, location=words.get(setting, setting), camera=camera, height=36, width=64, time_of_day=hour)
        assert frame.shape == (36, 64, 3)
        assert frame.std() > 1, camera


@pytest.mark.parametrize(("height", "width"), [(36, 36), (64, 36), (540, 304)])
def test_upright_and_square_frames(height: int, width: int) -> None:
    for location in ("kitchen", "city street", "space"):
        (frame,) = draw(location=location, height=height, width=width, camera={"size": "ls"})
        assert frame.std() > 6


@pytest.mark.parametrize("setting", sorted(WATERS))
def test_what_floats_has_water_under_it(setting: str) -> None:
    place = SETTINGS[setting](site(afloat=True))
    under = place.underfoot or place.near
    assert under[2] > under[0] + 20  # blue rather than sand, planks or grass


def test_stars_of_an_airless_sky_stay_above_the_ground() -> None:
    place = SETTINGS["planet"](site("on the moon"))
    (stars,) = [piece for piece in place.pieces if isinstance(piece, Stars)]
    assert min(elevation for _, elevation, _, _ in stars.places) > 0
    (around,) = [piece for piece in SETTINGS["space"](site("space")).pieces if isinstance(piece, Stars)]
    assert min(elevation for _, elevation, _, _ in around.places) < -1


def test_space_has_no_ground() -> None:
    place = SETTINGS["space"](site("space"))
    assert place.weightless
    (frame,) = draw(location="outer space", time_of_day="day", camera={"size": "els"})
    assert abs(float(frame[10:40].mean()) - float(frame[-40:-10].mean())) < 30
