from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from storyvid.backends.animatic import Config, casting, performance, subjects
from storyvid.backends.animatic.casting import Manner, height_of
from storyvid.backends.animatic.extras import CALM_SWAY_M
from storyvid.backends.animatic.from_above import draw_from_above
from storyvid.backends.animatic.light import PALETTES
from storyvid.backends.animatic.people import look_of
from storyvid.backends.animatic.people.gait import legs_for, stride_length
from storyvid.backends.animatic.people.skeleton import ADULT, Beat, bend
from storyvid.backends.animatic.people.stance import stance
from storyvid.backends.animatic.pieces import Prop
from storyvid.backends.animatic.scene import Scene, build_scene
from storyvid.backends.animatic.setup import Setup
from storyvid.backends.animatic.shapes import Points
from storyvid.backends.animatic.staging import Actor, place_cast, set_up_camera
from storyvid.backends.animatic.things.objects import OBJECTS
from storyvid.backends.animatic.view import View
from storyvid.backends.animatic.words import Member, read_shot
from storyvid.backends.animatic.words.acts import ACT_WORDS, HELD, MOOD_WORDS
from storyvid.backends.animatic.words.kinds import SUBJECT_WORDS, present
from storyvid.storyboard.schema import Camera, Character, Shot, Storyboard

from .shots import make_request

DAY = PALETTES["day"]


def cast_of(prompt: str, characters: dict[str, str] | None = None, **camera: Any) -> tuple[Member, ...]:
    request = make_request(prompt=prompt, characters=characters, camera=camera or {"size": "ls"}, location=None)
    return read_shot(request.shot, request.storyboard).cast


def scene_of(
    prompt: str, seed: int = 7, location: str = "a meadow", characters: dict[str, str] | None = None, **camera: Any
) -> Scene:
    return build_scene(make_request(prompt=prompt, seed=seed, location=location, characters=characters,
        camera=camera or {"size": "ls"}))  # fmt: skip


def manner(t: float = 0.6, pace: str = "still", way_m: float = 0.0, view: str = "") -> Manner:
    return Manner(t, pace, 1, 200, 1, DAY, way_m=way_m, speed_mps=1.3, view=view)


def picture(member: Member, how: Manner | None = None) -> list[tuple[Points, Any]]:
    return subjects.draw_subject(member, how or manner())


def same(one: list[tuple[Points, Any]], other: list[tuple[Points, Any]]) -> bool:
    return len(one) == len(other) and all(
        np.array_equal(a, b) and colour == tint for (a, colour), (b, tint) in zip(one, other, strict=True)
    )


@pytest.mark.parametrize(
    ("prompt", "cast"),
    [
        ("A woman and a man talk", ["woman", "man"]), ("A man, a woman and a child wait", ["man", "woman", "child"]),
        ("The keeper, an old man, climbs the stairs", ["keeper"]), ("Three soldiers march", ["soldier", "soldier 1", "soldier 2"]),
        ("A father and his daughter", ["father", "daughter"]), ("The man looks up. The man smiles.", ["man"]),
        ("A man meets another man", ["man", "man 2"]), ("She waits", ["woman"]), ("An old couple", ["old couple", "old couple 1"]),
    ],
)  # fmt: skip
def test_people_are_read_one_by_one(prompt: str, cast: list[str]) -> None:
    members = cast_of(prompt)
    assert [member.key for member in members] == cast
    assert {member.kind for member in members} == {"person"}


@pytest.mark.parametrize(
    "prompt",
    [
        "An empty street, no people", "The train station at night", "Waves roll towards the rocks", "A house of cards "
        "shape of clouds",
        "The bus stop in the rain", "A painting of an old king", "Bird's-eye view of the valley", "Without a single person",
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_subject_is_none(prompt: str) -> None:
    assert cast_of(prompt) == ()


@pytest.mark.parametrize(
    ("prompt", "kinds"),
    [
        ("A car like a bird races", ["car"]), ("They watch the sea", ["person", "person"]), ("She trains hard", ["person"]),
        ("The man hands her the letter", ["person"]), ("He leaves the house", ["person"]), ("A girl with a dog", ["person", "dog"]),
        ("A herd of cattle", ["horse"] * 3), ("Gulls over the bay", ["bird"] * 5), ("A steam train crosses the valley", ["train"]),
        ("A man stands beside his red car", ["person", "car"]), ("Mira's cat sleeps", ["cat"]),
    ],
)  # fmt: skip
def test_verbs_likenesses_and_companions(prompt: str, kinds: list[str]) -> None:
    assert [member.kind for member in cast_of(prompt)] == kinds


@pytest.mark.parametrize(
    ("prompt", "kind", "aboard"),
    [
        ("A woman rides a white horse", "horse", ["woman"]), ("A man in a rowing boat", "boat", ["man"]),
        ("He rows across the lake", "boat", ["man"]), ("A driver in a red taxi", "car", ["driver"]),
    ],
)  # fmt: skip
def test_riders_go_aboard_and_close_shots_show_them_alone(prompt: str, kind: str, aboard: list[str]) -> None:
    (carrier,) = cast_of(prompt, size="fs")
    assert carrier.kind == kind
    assert [member.key for member in carrier.aboard] == aboard
    (rider,) = cast_of(prompt, size="cu")
    assert (rider.kind, rider.legs in {"sit", "row"}) == ("person", True)


@pytest.mark.parametrize(
    ("prompt", "act", "thing"),
    [
        ("A hand holds a burning lantern.", "hold", "lantern"), ("Two hands knead dough on a table.", "knead", "bread"),
        ("A hand opens the glass of an old street lamp", "light", "lantern"), ("Her fingers play the piano", "type", "laptop"),
        ("Close-up of her hands holding a letter", "hold", "letter"), ("His hand reaches for the door", "reach", ""),
    ],
)  # fmt: skip
def test_hands_fill_close_shots(prompt: str, act: str, thing: str) -> None:
    (hand,) = cast_of(prompt, size="cu")
    assert (hand.kind, hand.variant, hand.holds) == ("hand", act, thing)
    assert all(member.kind == "person" for member in cast_of(prompt, size="ls") if member.kind != "object")


def test_a_glance_at_hands_is_no_insert_of_them() -> None:
    assert [member.kind for member in cast_of("She looks at her hands", size="cu")] == ["person"]


@pytest.mark.parametrize("act", ["run", "sleep", "kneel", "sit", "dance", "jump", "walk"])
def test_every_act_of_the_legs_is_read_and_moves_the_body(act: str) -> None:
    verb = {"run": "runs", "sleep": "sleeps", "kneel": "kneels", "sit": "sits", "dance": "dances", "jump": "jumps",
        "walk": "walks"}[act]  # fmt: skip
    (member,) = cast_of(f"A man {verb}")
    assert member.legs == act
    assert not same(
        picture(member, manner(pace=act if act in {"walk", "run"} else "still")), picture(Member("person", member.key, member.look))
    )


@pytest.mark.parametrize(
    "act", [act for act in ACT_WORDS if act not in {"run", "walk", "sleep", "kneel", "sit", "jump", "spin", "look_up", "look_down"}]
)
@pytest.mark.parametrize("view", ["front", "side"])
def test_every_act_of_the_arms_draws_another_picture(act: str, view: str) -> None:
    def hands(arms: str) -> tuple[Any, Any]:
        joints = stance(ADULT, legs_for("", ADULT, Beat(0.4, 0.2, 0.0, "still"), view == "side", 0.0), arms, Beat(0.4,
            0.2, 0.0, "still"), view == "side")  # fmt: skip
        return joints.hands

    assert math.dist(hands(act)[1], hands("")[1]) > 0.05


@pytest.mark.parametrize("mood", MOOD_WORDS)
def test_every_mood_changes_the_face(mood: str) -> None:
    calm = Member("person", "anna", "a woman")
    for view in ("front", "side"):
        assert not same(
            picture(Member("person", "anna", "a woman", mood=mood), manner(view=view)), picture(calm, manner(view=view))
        )


def test_words_give_moods_views_and_things_to_hold() -> None:
    (reader,) = cast_of("A sad old woman reads a letter by the window")
    assert (reader.arms, reader.mood, reader.holds) == ("read", "sad", "letter")
    assert cast_of("A man walks away from the camera")[0].view == "back"
    assert cast_of("A man looks out over the valley", size="ls")[0].view == "back"
    assert cast_of("A man looks out over the valley", size="cu")[0].view == ""
    assert cast_of("A man stands under a street lamp")[0].holds == ""


def test_a_character_does_what_its_own_name_is_said_to_do() -> None:
    tom, mira = cast_of("Tom sits on a bench while Mira walks with her lantern", {"tom": "a boy", "mira": "a woman"})
    assert (tom.legs, mira.legs, tom.holds, mira.holds) == ("sit", "walk", "", "lantern")


def test_who_speaks_moves_the_mouth() -> None:
    request = make_request(prompt="Anna waits", characters={"anna": "a woman"}, dialogue=[{"speaker": "anna", "text": "Hello."}])
    (anna,) = read_shot(request.shot, request.storyboard).cast
    assert anna.talks
    assert not same(picture(anna, manner(0.2)), picture(anna, manner(0.33)))


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("a woman in a green dress", "cut", "dress"), ("a man in a black suit", "cut", "suit"), ("a knight", "cut", "armour"),
        ("an astronaut", "cut", "spacesuit"), ("a silver robot", "cut", "robot"), ("a monk with a hood", "headwear", "hood"),
        ("a farmer in a straw hat", "headwear", "wide"), ("a queen", "headwear", "crown"), ("a man with a beard", "beard", "beard"),
        ("a bald man", "style", "bald"), ("a girl with a ponytail", "style", "ponytail"), ("an elderly woman", "old", True),
        ("a little boy", "child", True), ("a woman with an old lamp", "old", False), ("a woman with a little dog", "child", False),
    ],
)  # fmt: skip
def test_descriptions_dress_people(words: str, name: str, value: object) -> None:
    assert getattr(look_of(Member("person", "someone", words)), name) == value


def test_unnamed_people_differ_by_their_words_alone() -> None:
    def look(prompt: str) -> Any:
        (member,) = cast_of(prompt)
        return look_of(member)

    assert look("A man waits at the corner") == look("The man smiles and goes")
    assert len({look(f"A {noun} waits").coat for noun in ("man", "woman", "doctor", "soldier", "sailor", "farmer", "girl")}) > 3


def test_children_are_no_small_adults() -> None:
    child, adult = Member("person", "a", "a girl"), Member("person", "a", "a woman")
    assert height_of(child) < 0.8 * height_of(adult)
    widths = []
    for member in (child, adult):
        skin = DAY.shade_subject(look_of(member).skin)
        face = max((points for points, colour in picture(member, manner(view="front")) if colour == skin),
            key=lambda p: float(p[:, 1].max()))  # fmt: skip
        widths.append(float(np.ptp(face[:, 0])) / height_of(member))
    assert widths[0] > 1.25 * widths[1]


@pytest.mark.parametrize("name", [name for name in SUBJECT_WORDS if not name.startswith("object")])
def test_every_kind_and_variant_draws_and_differs(name: str) -> None:
    kind, _, variant = name.partition(" ")
    shapes = picture(Member(kind, name, "", variant))
    assert all(np.isfinite(points).all() and points.shape[1] == 2 and len(points) > 2 for points, _ in shapes)
    top = max(float(points[:, 1].max()) for points, _ in shapes)
    assert 0.4 * height_of(Member(kind, name, "", variant)) < top < 2.4 * height_of(Member(kind, name, "", variant))
    if variant:
        assert not same(shapes, picture(Member(kind, name)))


@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_draws_alone_in_a_hand_and_held_by_a_person(name: str) -> None:
    alone = picture(Member("object", name, "", name))
    assert alone
    assert f"object {name}" in SUBJECT_WORDS
    assert len(picture(Member("hand", "a", "a woman", "hold", holds=name))) > len(alone)
    assert len(picture(Member("person", "a", "a woman", holds=name))) > len(picture(Member("person", "a", "a woman")))


def test_objects_differ_and_take_the_colour_of_their_words() -> None:
    outlines = {tuple(np.round(np.concatenate([p for p, _ in picture(Member("object", "x", "", name))]).ravel()[:40],
        3)) for name in OBJECTS}  # fmt: skip
    assert len(outlines) == len(OBJECTS)
    (cup,) = cast_of("A blue cup on the table", size="cu")
    assert any(colour == DAY.shade_subject(casting.COLOUR_WORDS["blue"]) for _, colour in picture(cup))


def test_what_is_held_can_be_drawn() -> None:
    assert {*HELD} <= set(OBJECTS)
    assert {name.split()[1] for name in SUBJECT_WORDS if name.startswith("object")} == set(OBJECTS) == set(casting.OBJECT_HEIGHTS_M)


@pytest.mark.parametrize("pace", ["walk", "run"])
def test_a_foot_on_the_ground_does_not_slide(pace: str) -> None:
    height = 1.74
    stride = stride_length(pace, 1.3 if pace == "walk" else 3.2, height) / height
    ways = np.linspace(0.0, 2 * stride, 81)
    worst = 0.0
    for before, after in pairwise(ways):
        feet = [legs_for("", ADULT, Beat(0.0, 0.0, way / stride, pace), True, stride).ankles[1] for way in (before, after)]
        if max(foot[1] for foot in feet) < 0.046:  # flat on the ground at both moments
            worst = max(worst, abs(feet[1][0] + after - feet[0][0] - before))
    assert worst < 0.003


def test_steps_lengthen_with_the_speed() -> None:
    lengths = [stride_length("walk", speed, 1.74) for speed in (0.4, 0.8, 1.3)]
    assert all(slow < fast for slow, fast in pairwise(lengths))


def test_limbs_keep_their_length_and_reach_what_is_near() -> None:
    middle, end = bend((0.0, 1.0), (0.2, 0.8), 0.17, 0.16, -1.0)
    assert math.dist((0.0, 1.0), middle) == pytest.approx(0.17)
    assert math.dist(middle, end) == pytest.approx(0.16)
    assert end == pytest.approx((0.2, 0.8))
    assert math.dist((0.0, 1.0), bend((0.0, 1.0), (5.0, 1.0), 0.17, 0.16, -1.0)[1]) < 0.3301


def test_walkers_cross_the_picture_and_their_steps_go_with_it() -> None:
    scene = scene_of("A man walks along the path", size="ls")
    (actor,) = scene.cast
    xs = [performance.come(scene, actor, index) for index in (0, 12, 23)]
    assert (xs[2] - xs[0]) * actor.facing > 0.5
    assert actor.view == "side"
    ways = [performance.manner_of(scene, actor, index, 100, 0.0).way_m for index in (0, 23)]
    assert ways[1] - ways[0] == pytest.approx(abs(xs[2] - xs[0]))


def test_one_who_comes_to_the_camera_grows() -> None:
    scene = scene_of("A man walks towards the camera", size="ls")
    (actor,) = scene.cast
    assert performance.nearer(scene, actor, 23) > performance.nearer(scene, actor, 0) + 0.3


@pytest.mark.parametrize("words", ["A man talks to a woman", "Anna and Ben argue"])
def test_two_people_face_each_other(words: str) -> None:
    characters = {"anna": "a woman", "ben": "a man"} if "Anna" in words else None
    left, right = sorted(scene_of(words, characters=characters, size="ms").cast, key=lambda actor: actor.x)
    assert (left.facing, right.facing) == (1, -1)
    assert left.view == right.view == "side"


def test_the_lead_keeps_its_side_from_shot_to_shot() -> None:
    characters = {"anna": "a woman", "ben": "a man"}
    sides = {scene_of("Anna waits", seed=seed, characters={"anna": "a woman"}, size="ms").cast[0].facing for seed in range(6)}
    assert len(sides) == 1
    for seed in range(4):
        both = scene_of("Anna and Ben talk", seed=seed, characters=characters, size="ms").cast
        assert {actor.member.key: actor.facing for actor in both} == {"anna": 1, "ben": -1}
    assert scene_of("A man runs from right to left").cast[0].facing == -1
    assert scene_of("A man runs from left to right").cast[0].facing == 1


def test_people_and_things_stand_side_by_side_in_true_sizes() -> None:
    scene = scene_of("A woman stands beside a white horse", size="fs")
    woman, horse = sorted(scene.cast, key=lambda actor: actor.member.kind, reverse=True)
    assert (woman.member.kind, horse.member.kind) == ("person", "horse")
    assert horse.z > woman.z
    assert abs(woman.x - horse.x) > 0.4
    assert height_of(horse.member) > height_of(woman.member)


def test_a_crowd_is_more_than_those_in_front() -> None:
    crowd, group = scene_of("A crowd waits", size="ls"), scene_of("Five people wait", size="ls")
    assert len(crowd.cast) == 5
    assert len(crowd.behind) > len(group.behind) + 15


def test_small_things_lie_on_the_table_of_a_room() -> None:
    scene = scene_of("A letter lies on the table", location="a kitchen", size="cu", framing="insert")
    assert scene.place.surface is not None
    assert scene.cast[0].y == scene.place.surface.height_m


@pytest.mark.parametrize("kind", subjects.FIGURES)
def test_everything_has_a_look_from_above(kind: str) -> None:
    member = Member(kind, kind, "", "lantern" if kind == "object" else "")
    shapes = draw_from_above(member, manner())
    assert shapes
    assert all(np.isfinite(points).all() for points, _ in shapes)


@pytest.mark.parametrize(
    "member",
    [
        Member("person", "a", "a woman", arms="talk", talks=True), Member("dog", "rex"), Member("boat", "b"),
        Member("car", "c", aboard=(Member("person", "d"),)),
    ],
    ids=lambda member: member.kind,
)  # fmt: skip
def test_the_same_moment_gives_the_same_picture_and_another_another(member: Member) -> None:
    pace = "walk" if member.kind in {"dog", "car"} else "still"
    first, again, later = (picture(member, manner(t, pace, way)) for t, way in ((0.5, 1.0), (0.5, 1.0), (1.1, 1.7)))
    assert same(first, again)
    assert not same(first, later)


def test_absences_are_taken_out_and_the_rest_is_kept() -> None:
    assert "people" not in present("An empty square with no people but a dog")
    assert "dog" in present("An empty square with no people but a dog")
    assert present("He leaves the house").split()[0] == "he"


@pytest.mark.parametrize(
    ("prompt", "act"),
    [
        ("The person claps hands enthusiastically", "clap"), ("The person raises both arms slowly", "arms_up"),
        ("Person raises arms above head", "arms_up"), ("Person puts hands on hips", "hips"),
        ("Person gives thumbs up", "thumbs_up"),
        ("He shrugs", "shrug"),
    ],
)  # fmt: skip
def test_deeds_of_the_whole_body_are_done_by_a_person(prompt: str, act: str) -> None:
    for size in (None, "ls", "mcu"):
        (member,) = cast_of(prompt, size=size)
        assert (member.kind, member.arms) == ("person", act)


def test_somebody_who_lifts_a_hand_is_a_person_where_no_close_size_is_asked_for() -> None:
    assert [cast_of("She raises her hand", size=size)[0].kind for size in (None, "ls", "cu")] == ["person", "person", "hand"]


def test_who_spins_is_seen_from_all_sides() -> None:
    (member,) = cast_of("The person does a spin")
    first, *others = [picture(member, manner(t)) for t in (0.1, 0.5, 0.9, 1.2)]
    assert not any(same(first, other) for other in others)


def film_of(*shots: Shot, characters: dict[str, Character] | None = None) -> list[tuple[Member, ...]]:
    board = Storyboard(shots=shots, characters=characters or {})
    return [read_shot(shot, board).cast for shot in shots]


def test_a_name_means_one_person_all_film_long_who_looks_as_one_shot_tells() -> None:
    first, later, alone = film_of(
        Shot(id="S01", prompt="A 32-year-old gardener named Rowan kneels. He wears a green jacket and has a neat beard."),
        Shot(id="S02", prompt="Wind shakes the leaves while Rowan smiles. A bottle sits atop the wall."),
        Shot(id="S03", prompt="Wind bends the grass."),
    )
    assert [(member.key, member.look) for member in first] == [(member.key, member.look) for member in later]
    assert (first[0].key, first[0].legs, later[0].legs, later[0].mood) == ("rowan", "kneel", "", "smile")
    look = look_of(later[0])
    assert (look.coat, look.beard, look.old) == (casting.COLOUR_WORDS["green"], "beard", False)
    assert alone == ()


def test_a_name_that_nobody_introduces_takes_two_shots_to_be_one() -> None:
    twice = film_of(Shot(id="S01", prompt="Elena walks home."), Shot(id="S02", prompt="At night Elena looks up."))
    assert [[member.key for member in cast] for cast in twice] == [["elena"], ["elena"]]
    weather = film_of(Shot(id="S01", prompt="Rain runs down."), Shot(id="S02", prompt="Rain stops. The rain has gone."))
    assert weather == [(), ()]


def test_a_character_who_is_named_but_not_listed_is_drawn() -> None:
    mira = {"mira": Character(name="Mira", description="an old woman in a red coat")}
    ((member,),) = film_of(Shot(id="S01", prompt="Mira walks to the pier"), characters=mira)
    assert (member.key, member.look, member.legs) == ("mira", "an old woman in a red coat", "walk")


def test_others_beside_a_named_person_wear_their_own_clothes() -> None:
    ((mara, *others),) = film_of(
        Shot(id="S01", prompt="A barista named Mara in a green shirt pours coffee. Several customers stand behind her and wait.")
    )
    assert mara.key == "mara"
    assert len(others) == 4
    assert all("green" not in member.look for member in others)
    assert len({look_of(member).coat for member in others}) > 1


def test_a_clip_is_drawn_again_when_another_shot_changes_the_looks_of_whom_it_names() -> None:
    def inputs(colour: str) -> dict[str, Any]:
        shots = (
            Shot(id="S01", prompt=f"A gardener named Rowan in a {colour} jacket digs."),
            Shot(id="S02", prompt="Rowan smiles."),
        )
        request = make_request(prompt="Rowan smiles.", location=None)
        return Config.model_construct(slate=False).pixel_inputs(replace(request, shot=shots[1], storyboard=Storyboard(shots=shots)))

    assert inputs("green") == inputs("green")
    assert inputs("green") != inputs("red")


@pytest.mark.parametrize(
    ("prompt", "things"),
    [
        ("A watch tower on a hill", ["house tower"]), ("A plane tree stands by the road", ["tree "]),
        ("Sheep in a pen of wood", ["dog sheep"] * 3),
        ("The match ends", []), ("A ring of mountains", []), ("Leaves fall on the road", []), ("A palm tree sways", ["tree palm"]),
        ("The houses of the village come closer", []), ("An old house stands in the village", ["house "]),
    ],
)  # fmt: skip
def test_what_words_stand_for_beside_others(prompt: str, things: list[str]) -> None:
    assert [f"{member.kind} {member.variant}" for member in cast_of(prompt)] == things


def test_what_flies_leaves_the_room_and_is_seen_against_the_sky() -> None:
    shots = (
        Shot(id="S01", prompt="A path leads through the forest."),
        Shot(id="S02", prompt="A kitchen with a stove."),
        Shot(id="S03", prompt="A flock of birds crosses the sky.", camera=Camera(size="ls")),
        Shot(id="S04", prompt="A cat sleeps."),
    )
    board = Storyboard(shots=shots)
    assert [read_shot(shot, board).setting for shot in shots] == ["forest", "kitchen", "forest", "kitchen"]
    scene = scene_of("A flock of birds crosses the sky", size="ls")
    assert min(actor.y for actor in scene.cast) > scene.setup.eye_m  # above the horizon


def test_one_seen_over_their_own_shoulder_is_alone() -> None:
    request = make_request(
        prompt="From behind Anna's right shoulder, she looks at the sea", camera={"framing": "ots"}, characters={"anna": "a woman"}
    )
    words = read_shot(request.shot, request.storyboard)
    assert (words.shoulder, words.listener, words.cast[0].view) == (0, None, "back")


def test_people_of_a_knot_are_filled_together() -> None:
    scene = scene_of("A crowd waits", size="ls")
    knots = [piece for piece in scene.behind if isinstance(piece, Prop) and piece.sway == CALM_SWAY_M]
    assert len(knots) > 20
    assert sum(len(knot.shapes) for knot in knots) < 0.7 * sum(len(group) for knot in knots for group, _ in knot.shapes)


def face_of(actor: Actor, setup: Setup, t: float) -> tuple[float, float]:
    """Column and row of the middle of somebody's face, shares of a frame of 16:9."""
    skin = DAY.shade_subject(look_of(actor.member).skin)
    how = replace(
        manner(t, "still" if actor.member.legs not in {"walk", "run"} else actor.pace, view=actor.view), facing=actor.facing
    )
    face = max(
        (points for points, colour in picture(actor.member, how) if colour == skin), key=lambda p: float(np.ptp(p, axis=0).prod())
    )
    x, y = (face.min(axis=0) + face.max(axis=0)) / 2
    view = View(
        canvas=np.zeros((180, 320, 3), np.uint8), width=320, height=180, focal=setup.focal * 180, x=0.0, y=setup.eye_m,
        z=-setup.ground_m, middle=160.0, level=setup.level * 180, t=0.0, pitch=setup.pitch,
    )  # fmt: skip
    column, row = view.on_canvas(*view.place(actor.x + float(x), actor.y + float(y), actor.z))[:2]
    return column / 320, row / 180


@pytest.mark.parametrize(
    "deed", ["stands", "sits on a chair", "sits on the ground", "kneels", "rows", "dances", "walks", "works", "raises both arms"]
)
def test_the_face_is_in_the_frame_in_every_pose_size_and_angle(deed: str) -> None:
    for size in ("cu", "mcu", "ms", "mls", "fs"):
        for angle in ("eye_level", "low", "worm_eye", "high", "hip"):
            request = make_request(prompt=f"A bald man {deed}", location="a meadow", camera={"size": size, "angle": angle})
            words = read_shot(request.shot, request.storyboard)
            setup = set_up_camera(request, words, size)
            (actor, *_) = place_cast(request, words, size, setup, 180.0)
            if actor.member.kind != "person":  # in the boat
                continue
            column, row = face_of(actor, setup, 0.9)
            assert 0.12 < column < 0.88, (size, angle)
            assert 0.02 < row < {"cu": 0.62, "mcu": 0.55, "ms": 0.55}.get(size, 0.72), (size, angle)


@pytest.mark.parametrize(
    "prompt",
    [
        "A woman stands at the window, tears running down her cheeks", "A man stands by running water",
        "A road runs through the desert. A man waits", "Paint runs down the wall as a girl watches",
        "A pianist's fingers run over the keys", "A plane crosses the sky. A boy looks up", "A dog runs to a man",
        "A man runs his fingers through the sand",
    ],
)  # fmt: skip
def test_nobody_runs_because_something_does(prompt: str) -> None:
    assert [member.legs for member in cast_of(prompt, size="fs") if member.kind == "person"] == [""]
    assert not any(member.legs in {"run", "walk"} for member in cast_of(prompt, size="cu"))


def test_an_animal_sleeps_while_rain_runs_down() -> None:
    scene = scene_of("A cat sleeps, rain running down the glass")
    assert [actor.pace for actor in scene.cast] == ["still"]


@pytest.mark.parametrize("prompt", ["A man runs", "A man with a dog runs", "A woman and her dog run", "The river flows. He runs"])
def test_who_runs_still_runs(prompt: str) -> None:
    assert [member.legs for member in cast_of(prompt) if member.kind == "person"] == ["run"]


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        ("A deer drinks", 1), ("A fish jumps", 1), ("The fish jumps", 1), ("One small sheep", 1), ("Deer drink", 3),
        ("A herd of deer", 3), ("A shoal of fish glitters", 3), ("The sheep graze", 3), ("Boats rock", 3),
        ("Cars stuck in traffic", 3), ("A bus waits", 1), ("Castle ruins", 1), ("Two cars wait", 2),
    ],
)  # fmt: skip
def test_one_and_several_are_told_apart(prompt: str, count: int) -> None:
    assert len(cast_of(prompt)) == count


@pytest.mark.parametrize(
    ("prompt", "cast"),
    [
        ("An old photograph of a soldier lies on the desk", ["object letter"]),
        ("A drawing of a house hangs there", ["object letter"]),
        ("A star athlete trains in the gym", ["person "]), ("A boxer trains", ["person "]),
        ("A soldier trains at dawn", ["person "]),
        ("A train of camels", ["horse "] * 3), ("A train in the valley", ["train "]), ("The car park is empty", []),
    ],
)  # fmt: skip
def test_verbs_and_pictures_are_no_things(prompt: str, cast: list[str]) -> None:
    assert [f"{member.kind} {member.variant}" for member in cast_of(prompt)] == cast


@pytest.mark.parametrize("prompt", ["A girl watches", "A man watches television", "They watch", "Paint dries as a girl watches"])
def test_who_watches_holds_no_watch(prompt: str) -> None:
    assert {member.holds for member in cast_of(prompt)} == {""}
    assert {member.kind for member in cast_of(prompt)} == {"person"}


@pytest.mark.parametrize(
    ("prompt", "key", "things"),
    [
        ("A hacker types on a keyboard", "hacker", []), ("A hacker drinks coffee", "hacker", []),
        ("A diver swims above a reef among fish", "diver", ["fish"] * 3), ("A vampire smiles", "vampire", []),
        ("An alien looks around", "alien", []), ("The general looks at a map", "general", []),
        ("An old lamplighter slowly walks home", "lamplighter", []), ("A glassblower drinks", "glassblower", []),
        ("Sam looks at the sea", "sam", []), ("It is late. Alice quietly watches a train", "alice", ["train"]),
    ],
)  # fmt: skip
def test_whoever_does_what_people_do_is_somebody(prompt: str, key: str, things: list[str]) -> None:
    person, *others = sorted(cast_of(prompt, size="fs"), key=lambda member: member.kind != "person")
    assert (person.kind, person.key) == ("person", key)
    assert [member.kind for member in others] == things


@pytest.mark.parametrize(
    "prompt", ["Rain stops", "The river sleeps", "An alien planet", "Nobody smiles", "The city sleeps", "The computer waits"]
)
def test_what_ends_like_a_trade_or_begins_like_a_name_is_nobody(prompt: str) -> None:
    assert [member for member in cast_of(prompt) if member.kind == "person"] == []


@pytest.mark.parametrize(
    ("prompt", "carriers"),
    [
        ("A cowboy rides into town", ["horse"]), ("A knight rides across a field", ["horse"]),
        ("Two knights on horseback gallop", ["horse"] * 2), ("He drives through the night", ["car"]),
        ("A taxi driver drives", ["car"]), ("A man rides his bicycle along the river", ["bicycle"]),
    ],
)  # fmt: skip
def test_who_rides_or_drives_has_something_to_ride(prompt: str, carriers: list[str]) -> None:
    members = cast_of(prompt)
    assert [member.kind for member in members] == carriers
    assert all(member.aboard for member in members)


def test_of_those_who_run_nobody_gestures() -> None:
    assert {member.arms for member in cast_of("Five firefighters run")} == {""}
