"""Everything that one shot's words ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from storyvid.backends.animatic.words.atmosphere import GREY_WEATHER, read_looks, read_time, read_weather
from storyvid.backends.animatic.words.cast import RIDE_WORDS, Member, read_cast, read_pace
from storyvid.backends.animatic.words.film import once_per_film
from storyvid.backends.animatic.words.phrases import folded, phrases
from storyvid.backends.animatic.words.places import MOST_CHARS, action_text, place_source, place_text, prompt_text, read_setting
from storyvid.backends.animatic.words.reading import mentions, stable_seed
from storyvid.backends.base import ShotRequest
from storyvid.storyboard.camera_words import read_camera
from storyvid.storyboard.schema import Camera, Shot, Storyboard

FOCUS_AWAY = (
    r"\b(?:focus|focuses|rack|racks|pull|pulls|shift|shifts)\b[^.]*?\bto (?:the |what is )?"
    r"(?:\w+ )?(?:background|distance|behind|horizon|window|mountains?|hills?|houses?|doors?|doorway|street|city|sea|sky|"
    r"trees?|forest|lighthouse|wall)\b"
)


LEFTWARD = "from right to left|to the left|leftwards?|exits? (?:frame )?left|facing left|looks? left|towards the left"
RIGHTWARD = "from left to right|to the right|rightwards?|exits? (?:frame )?right|facing right|looks? right|towards the right"
BUILT_OF = {"village": "house", "city": "house", "forest": "tree", "park": "tree"}
SINGLED_OUT = (
    r"\b(?:an?|one|this|that|the (?:old|lonely|last|single|only|tall|great|red|white|abandoned|burning)) (?:[\w-]+ ){0,3}?"
    r"(?:house|cottage|cabin|hut|building|barn|mansion|villa|skyscraper|tree|oak|willow|pine|fir|birch|maple)\b"
)


@dataclass(frozen=True)
class ShotWords:
    """What is to be drawn.

    Attributes:
        setting: A key of `settings.SETTINGS`.
        place: Text that seeds the layout, the same for every shot of one location.
        surroundings: Lower-case words that choose a setting's variant: the location's, or the prompt's where there is none.
        time: A key of `light.PALETTES`.
        weather: One of `weather.WEATHERS`.
        cast: Subjects from left to right; empty for a landscape.
        listener: Over whose shoulder the subject is seen, where the shot names them.
        shoulder: Side of the frame that the listener's shoulder takes: 1 right, -1 left, 0 for other framings.
        focus_away: A focus pull goes from the subject to the background.
        looks: Keys of `grading.LOOKS`, from the words for mood, lighting and style.
        pace: still, walk or run.
        rides: A vehicle is under way.
        heading: Where the words send the subject: 1 to the right of the frame, -1 to the left, 0 where nothing is said.
        sides: The film's characters in the cast, by turns: 1 stands at the left and looks right, -1 the other way.
    """

    setting: str
    place: str
    surroundings: str
    time: str
    weather: str
    cast: tuple[Member, ...]
    pace: str
    rides: bool
    listener: Member | None = None
    shoulder: int = 0
    focus_away: bool = False
    looks: tuple[str, ...] = ()
    heading: int = 0
    sides: tuple[tuple[str, int], ...] = ()

    def as_values(self) -> dict[str, Any]:
        """The same in plain values."""
        values = {**vars(self), "cast": [member.as_values() for member in self.cast]}
        return values | {"listener": self.listener.as_values() if self.listener else None}

    def side_of(self, member: Member) -> int:
        """1 for somebody who stands at the left and looks right, -1 for the other side; the same in every shot of a place."""
        if self.shoulder or self.heading:
            return self.shoulder or self.heading
        turn = stable_seed("side", member.key, self.place) % 2
        return dict(self.sides).get(member.key, 1 if turn == 0 else -1)


def read_shot(shot: Shot, storyboard: Storyboard) -> ShotWords:
    """What one shot asks to be drawn; read once for its key and its drawing.

    Args:
        shot: The shot.
        storyboard: The film, for its locations and characters.
    """
    read = _words_read(storyboard)
    kept = read.get(shot.id)
    if kept is None or kept[0] != shot:
        kept = read[shot.id] = (shot, _read(shot, storyboard))
    return kept[1]


@once_per_film
def _words_read(storyboard: Storyboard) -> dict[str, tuple[Shot, ShotWords]]:
    """The shots of a film that were read; one that is other than before, its camera filled in, is read again."""
    return {}


def _read(shot: Shot, storyboard: Storyboard) -> ShotWords:
    if len(shot.prompt) > MOST_CHARS:
        shot = shot.model_copy(update={"prompt": shot.prompt[:MOST_CHARS]})
    action = action_text(shot)
    source = place_source(shot, storyboard)
    place, there = place_text(source, storyboard), action_text(source)
    setting = read_setting(place, there)
    weather, time = read_weather(shot, place, action), read_time(shot, storyboard, place, action)
    if source is not shot:
        weather = weather or read_weather(source, place, there)
        time = time or read_time(source, storyboard, place, there)
    cast, listener, shoulder = _seen_over(shot, storyboard, _without_scenery(read_cast(shot, storyboard, action), setting, action))
    return ShotWords(
        setting=setting,
        surroundings=(place or there).casefold(),
        place=" ".join(place.casefold().split()) or setting,
        time=time or ("overcast" if weather in GREY_WEATHER else "day"),
        weather=weather or "clear",
        cast=cast,
        listener=listener,
        shoulder=shoulder,
        focus_away=phrases(FOCUS_AWAY).first(folded(action)) is not None,
        looks=read_looks(shot, storyboard),
        pace=read_pace(action),
        rides=mentions(RIDE_WORDS, action) > 0,
        heading=-1 if mentions(LEFTWARD, prompt_text(shot)) else 1 if mentions(RIGHTWARD, prompt_text(shot)) else 0,
        sides=_sides(cast, storyboard),
    )


def _sides(cast: tuple[Member, ...], storyboard: Storyboard) -> tuple[tuple[str, int], ...]:
    names = [*storyboard.characters]
    turns = [(member.key, names.index(member.key)) for member in cast if member.key in storyboard.characters]
    return tuple((key, 1 if turn % 2 == 0 else -1) for key, turn in turns)


def _without_scenery(cast: tuple[Member, ...], setting: str, action: str) -> tuple[Member, ...]:
    """The houses of a village and the trees of a forest are the place itself, unless the words single one out."""
    kind = BUILT_OF.get(setting, "")
    if not kind or phrases(SINGLED_OUT).first(folded(action)):
        return cast
    return tuple(member for member in cast if member.kind != kind or member.variant not in {"", "skyscraper", "pine"})


def _seen_over(shot: Shot, storyboard: Storyboard, cast: tuple[Member, ...]) -> tuple[tuple[Member, ...], Member | None, int]:
    """Over a shoulder, one of two people stands with their back to the camera: whom the words name so, else the second.

    The third value is the side of the frame that the shoulder takes. It goes by the order of the film's characters, so
    that a shot and its reverse are on opposite sides and the eyelines meet (the 180-degree rule).
    """
    if shot.camera.framing != "ots":
        return cast, None, 0
    people = [member for member in cast if member.kind == "person"]
    if len(people) == 1 and _has_shoulder(people[0], shot.prompt, storyboard):
        return cast, None, 0  # seen from behind: nobody else's shoulder is in the way
    if len(people) < 2:
        return cast, None, 1 if stable_seed("shoulder", shot.location, *(member.key for member in people)) % 2 else -1
    listener = next((member for member in people if _has_shoulder(member, shot.prompt, storyboard)), people[1])
    seen = next(member for member in people if member is not listener)
    order = [*storyboard.characters, *(member.key for member in people)]
    return (seen,), listener, 1 if order.index(seen.key) < order.index(listener.key) else -1


def _has_shoulder(member: Member, prompt: str, storyboard: Storyboard) -> bool:
    known = storyboard.characters.get(member.key)
    names = [member.key, known.name] if known and known.name else [member.key]
    return any(
        re.search(rf"(?:over|behind)\s+(?:\w+\s+)?{re.escape(name.casefold())}\W{{0,2}}s?\s+(?:\w+\s+)?shoulder", prompt.casefold())
        for name in names
    )


def with_spoken_camera(request: ShotRequest) -> ShotRequest:
    """The request with the camera that the prompt speaks of, in the fields that the storyboard leaves open.

    Many storyboards say "low-angle close-up with a 28mm lens" in the prompt alone. A model reads it there; so does this
    renderer. Only a sentence that names a shot size is taken to speak of the camera.

    Args:
        request: As planned.
    """
    shot = request.shot
    spoken = _spoken_camera(re.split(r"(?<=[.!?])\s", shot.prompt.strip(), maxsplit=1)[0])
    if "size" not in spoken:
        return request
    written = shot.camera.model_dump(exclude_none=True)
    if not spoken.keys() - written.keys():
        return request
    return replace(request, shot=shot.model_copy(update={"camera": Camera.model_validate({**spoken, **written})}))


@lru_cache(maxsize=128)  # for a shot's key, and for each chunk that is drawn
def _spoken_camera(sentence: str) -> Mapping[str, str | int]:
    return {key: value for key, value in read_camera(sentence).fields.items() if key != "text"}
