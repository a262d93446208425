"""What a shot's words ask for: the place, the light, the weather and who is there.

Reading is by whole words in a fixed order of fields, most specific first. Words nobody knows change nothing: the shot
is then drawn with the defaults.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from storyvid.backends.base import ShotRequest
from storyvid.storyboard.camera_words import read_camera
from storyvid.storyboard.schema import Camera, Shot, Storyboard

MAX_CAST = 5
GROUP_SIZE = 5
PLACE_WEIGHT = 3  # a word in the location counts as much as three in the prompt

SETTING_WORDS: Mapping[str, str] = {
    "room": "room|rooms|interior|kitchen|bedroom|living room|office|apartment|flat|hallway|corridor|studio|library|indoors?|"
    "inside|coffee shop|lounge|lodge|counter|attic|cellar|basement|classroom|cafe|café|bar|restaurant|workshop|hotel|hospital|desk|"
    "sofa|fireplace|cabin interior",
    "sea": "sea|ocean|beach|shore|coast|waves?|harbou?r|bay|surf|tide|island|lighthouse|pier|dock|lake|river|boat|ship|sail|water",
    "city": "city|street|streets|downtown|skyscrapers?|alley|avenue|rooftops?|urban|neon|traffic|subway|metro|sidewalk|pavement|"
    "crosswalk|office tower|skyline",
    "village": "village|hamlet|market stall|open-air market|cottages?|farmhouse|market square|town|church|houses|barn|farm|"
    "courtyard|windmill",
    "forest": "forest|woods|woodland|jungle|trees|pines?|grove|trail|clearing|birch|undergrowth|redwoods?",
    "mountains": "mountains?|peaks?|cliffs?|alps|alpine|valley|ridge|summit|glacier|canyon|gorge|highlands?|volcano",
    "desert": "desert|dunes?|sahara|wasteland|mesa|cactus|mars|arid|badlands",
    "road": "road|highway|motorway|asphalt|roadside|lane|freeway|route|petrol station|gas station",
    "field": "fields?|meadow|grass|grassland|prairie|wheat|pasture|steppe|plain|plains|garden|park|lawn|hill|hills|cornfield",
}

INTERIOR = r"(?:^|\n)\W*(?:interior\b|int[.\s])"  # how scripts head an indoor scene; outdoor words there are decoration

TIME_WORDS: Mapping[str, str] = {
    "night": "night|nighttime|midnight|moonlight|moonlit|starry|stars|moon",
    "dawn": "dawn|sunrise|daybreak|first light|early morning",
    "golden": "golden hour|golden light|sunset|magic hour|late afternoon|low sun|setting sun|golden",
    "dusk": "dusk|twilight|blue hour|evening|nightfall|after sunset",
    "overcast": "overcast|cloudy|grey sky|gray sky|grey day|gloomy|dull light",
    "day": "day|daytime|morning|noon|midday|afternoon|daylight|sunny|sunlight|bright sun",
}

WEATHER_WORDS: Mapping[str, str] = {
    "storm": "storm|stormy|thunder|thunderstorm|lightning|tempest|gale|hurricane",
    "snow": "snow|snowy|snowing|snowfall|snowflakes|blizzard|snowstorm|sleet",
    "rain": "rain|rainy|raining|drizzle|downpour|shower|rainfall",
    "fog": "fog|foggy|mist|misty|haze|hazy",
    "wind": "wind|windy|gusts?|breeze|breezy",
    "clear": "clear|sunny|fair|cloudless",
}

# Whole subjects that are not people, most particular first.
SUBJECT_WORDS: Mapping[str, str] = {
    "lighthouse": "lighthouse|beacon",
    "dog": "dog|dogs|puppy|hound|retriever|wolf|fox|terrier|collie|shepherd dog|labrador",
    "cat": "cat|cats|kitten|tabby",
    "bird": "bird|birds|gulls?|seagulls?|crow|raven|eagle|hawk|owl|pigeons?|swallows?|geese|heron",
    "car": "car|taxi|van|truck|vehicle|jeep|sedan|pickup|bus",
    "boat": "boat|boats|ship|sailboat|yacht|trawler|ferry|canoe|dinghy|vessel|raft",
    "house": "house|cottage|cabin|hut|castle|tower|church|barn|building|windmill|temple",
    "tree": "tree|oak|willow",
    "lantern": "lantern|lamp|candle|letter|key|book|cup|box|phone|clock|watch|compass",
}

PERSON_WORDS = (
    "man|woman|men|women|boy|girl|child|children|kid|kids|person|people|someone|somebody|figure|he|she|they|his|her|him|"
    "mother|father|sister|brother|son|daughter|grandmother|grandfather|old man|old woman|friend|friends|couple|crowd|"
    "keeper|soldier|knight|king|queen|prince|princess|doctor|nurse|sailor|fisherman|farmer|dancer|rider|hiker|walker|"
    "traveller|traveler|stranger|detective|officer|driver|robot|astronaut|wizard|witch|hero|heroine|hand|hands|face|eyes|"
    "fingers|smile|smiles|hair|student|teacher|worker|baker|musician|artist|writer|runner|passenger|captain|guard"
)
COUPLE_WORDS = "two people|two men|two women|couple|two friends|both of them|two children|two girls|two boys|pair"
GROUP_WORDS = "crowd|group|people|villagers|soldiers|children|friends|team|family|guests|passengers|dancers|audience"
FLOCK_WORDS = "birds|gulls|seagulls|pigeons|swallows|geese|flock"
WALK_WORDS = "walks?|walking|strolls?|strolling|hikes?|hiking|wanders?|wandering|marches|marching|steps|strides?|crosses|climbs?"
RUN_WORDS = "runs?|running|sprints?|sprinting|races|racing|jogs?|jogging|flees|chases|chasing|hurries"
RIDE_WORDS = "drives?|driving|rides?|riding|sails|sailing|speeds|races|passes|cruises|rolls"

TIGHT_SIZES = frozenset({"ecu", "cu", "mcu", "ms", "mls", "fs"})
GREY_WEATHER = frozenset({"rain", "snow", "fog", "storm"})


@dataclass(frozen=True)
class Member:
    """One subject of the shot.

    Attributes:
        kind: person, dog, cat, bird, car, boat, house, lighthouse, tree or lantern.
        key: What its colours are derived from: the character's id, else its own words.
        look: The character's description; colour words in it are used.
    """

    kind: str
    key: str
    look: str = ""


@dataclass(frozen=True)
class ShotWords:
    """What is to be drawn.

    Attributes:
        setting: A key of `settings.SETTINGS`.
        place: Text that seeds the layout, the same for every shot of one location.
        time: A key of `light.PALETTES`.
        weather: clear, rain, snow, fog, wind or storm.
        cast: Subjects from left to right; empty for a landscape.
        pace: still, walk or run.
        rides: A vehicle is under way.
    """

    setting: str
    place: str
    time: str
    weather: str
    cast: tuple[Member, ...]
    pace: str
    rides: bool


def stable_seed(*parts: object) -> int:
    """A 64-bit number that depends only on the parts: the same on every machine and in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")


def mentions(pattern: str, text: str) -> int:
    """How often the alternatives of ``pattern`` occur in ``text`` as whole words, ignoring case."""
    return len(re.findall(rf"\b(?:{pattern})\b", text.casefold()))


def first_match(table: Mapping[str, str], text: str) -> str | None:
    """The key whose words occur earliest in ``text``; the longer match wins at the same place."""
    found: list[tuple[int, int, int, str]] = []
    for order, (key, pattern) in enumerate(table.items()):
        match = re.search(rf"\b(?:{pattern})\b", text.casefold())
        if match:
            found.append((match.start(), -len(match[0]), order, key))
    return min(found)[3] if found else None


def place_text(shot: Shot, storyboard: Storyboard) -> str:
    """The words of the shot's location: its description when ``location`` is an id, else the text itself."""
    if shot.location is None:
        return ""
    location = storyboard.locations.get(shot.location)
    return location.description if location else shot.location


def read_shot(shot: Shot, storyboard: Storyboard) -> ShotWords:
    """What one shot asks to be drawn.

    Args:
        shot: The shot.
        storyboard: The film, for its locations and characters.
    """
    place = place_text(shot, storyboard)
    action = f"{shot.prompt}\n{shot.first_frame_prompt or ''}"
    setting = _setting(place, action)
    weather = _weather(shot, place, action)
    return ShotWords(
        setting=setting,
        place=" ".join(place.casefold().split()) or setting,
        time=_time(shot, storyboard, place, action, weather),
        weather=weather,
        cast=_cast(shot, storyboard, action),
        pace=_pace(action),
        rides=mentions(RIDE_WORDS, action) > 0,
    )


def with_spoken_camera(request: ShotRequest) -> ShotRequest:
    """The request with the camera that the prompt speaks of, in the fields that the storyboard leaves open.

    Many storyboards say "low-angle close-up with a 28mm lens" in the prompt alone. A model reads it there; so does this
    renderer. Only a sentence that names a shot size is taken to speak of the camera.

    Args:
        request: As planned.
    """
    shot = request.shot
    first_sentence = re.split(r"(?<=[.!?])\s", shot.prompt.strip(), maxsplit=1)[0]
    spoken = {key: value for key, value in read_camera(first_sentence).fields.items() if key != "text"}
    written = shot.camera.model_dump(exclude_none=True)
    if "size" not in spoken or not spoken.keys() - written.keys():
        return request
    return replace(request, shot=shot.model_copy(update={"camera": Camera.model_validate({**spoken, **written})}))


def _setting(place: str, action: str) -> str:
    if re.search(INTERIOR, f"{place}\n{action}".casefold()):
        return "room"
    scores = {key: PLACE_WEIGHT * mentions(words, place) + mentions(words, action) for key, words in SETTING_WORDS.items()}
    best = max(scores.values())
    return next(key for key, score in scores.items() if score == best) if best else "neutral"


def _time(shot: Shot, storyboard: Storyboard, place: str, action: str, weather: str) -> str:
    location = storyboard.locations.get(shot.location or "")
    fields = [shot.time_of_day, shot.lighting, location and location.time_of_day, location and location.lighting, action, place]
    for text in fields:
        time = first_match(TIME_WORDS, text) if text else None
        if time:
            return time
    return "overcast" if weather in GREY_WEATHER else "day"


def _weather(shot: Shot, place: str, action: str) -> str:
    for text in (shot.weather, action, place):
        weather = first_match(WEATHER_WORDS, text) if text else None
        if weather:
            return weather
    return "clear"


def _pace(action: str) -> str:
    if mentions(RUN_WORDS, action):
        return "run"
    return "walk" if mentions(WALK_WORDS, action) else "still"


def _kind_of(text: str) -> str:
    """Person, unless the words are of something else before they are of a person."""
    person = re.search(rf"\b(?:{PERSON_WORDS})\b", text.casefold())
    kind = first_match(SUBJECT_WORDS, text)
    if kind is None:
        return "person"
    other = re.search(rf"\b(?:{SUBJECT_WORDS[kind]})\b", text.casefold())
    return kind if person is None or (other is not None and other.start() < person.start()) else "person"


def _characters(shot: Shot, storyboard: Storyboard) -> list[Member]:
    members = []
    for name in shot.characters:
        known = storyboard.characters.get(name)
        look = known.description if known else name
        members.append(Member(_kind_of(look), name, look))
    return members


def _unnamed(shot: Shot, action: str) -> list[Member]:
    """Subjects of a shot that lists no characters."""
    if mentions(PERSON_WORDS, action):
        return [Member("person", "somebody", action)]
    kind = first_match(SUBJECT_WORDS, action)
    if kind == "bird" and mentions(FLOCK_WORDS, action):
        return [Member("bird", f"bird {n}") for n in range(GROUP_SIZE)]
    if kind:
        return [Member(kind, kind, action)]
    if shot.camera.framing == "insert":
        return [Member("lantern", "lantern")]
    landscape = shot.camera.framing in {"establishing", "pov"} or (shot.camera.size or "ls") not in TIGHT_SIZES
    return [] if landscape else [Member("person", "somebody", action)]


def _cast(shot: Shot, storyboard: Storyboard, action: str) -> tuple[Member, ...]:
    members = _characters(shot, storyboard) or _unnamed(shot, action)
    wanted = _cast_size(shot, action, members)
    if members and members[0].kind == "person":
        members += [Member("person", f"{members[0].key} {n}") for n in range(len(members), wanted)]
    if not members and wanted:
        members = [Member("person", f"somebody {n}") for n in range(wanted)]
    return tuple(members[:MAX_CAST])


def _cast_size(shot: Shot, action: str, members: list[Member]) -> int:
    """How many subjects the framing or, without characters, the words ask for."""
    if shot.camera.framing == "group":
        return GROUP_SIZE
    if shot.camera.framing == "two_shot":
        return 2
    if shot.camera.framing == "single":
        return 1 if members else 0
    if not shot.characters and mentions(COUPLE_WORDS, action):
        return 2
    if not shot.characters and mentions(GROUP_WORDS, action):
        return GROUP_SIZE
    return 0
