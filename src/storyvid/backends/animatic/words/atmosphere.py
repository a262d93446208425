"""The light, the weather and the look that a shot's words name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from storyvid.backends.animatic.words.phrases import Phrases, Table, folded, parts_with
from storyvid.backends.animatic.words.places import prompt_text
from storyvid.backends.animatic.words.reading import mentions
from storyvid.storyboard.schema import Shot, Storyboard

TIME_WORDS: Mapping[str, str] = {
    "moonlight": "moonlight|moonlit|full moon|by the moon",
    "neon": "neon|neon-?lit|neon signs?",
    "firelight": "firelight|fire-?lit|campfire|bonfire|candle-?light|candle-?lit|candles?|torch-?light|torches|lantern-?light|"
    "by (?:the )?fire|lamp-?light|lamp-?lit|oil lamps?",
    "night": "night|nighttime|midnight|starry|stars|moon",
    "dawn": "dawn|sunrise|daybreak|first light|early morning",
    "blue_hour": "blue hour|after sunset|before sunrise|blue dusk",
    "golden": "golden hour|golden light|sunset|magic hour|late afternoon|low sun|setting sun|golden",
    "dusk": "dusk|twilight|evening|nightfall",
    "overcast": "overcast|cloudy|grey sky|gray sky|grey day|gray day|gloomy|dull light|soft grey light",
    "day": "day|daytime|morning|noon|midday|afternoon|daylight|sunny|sunlight|bright sun",
}
# Words that name the hour in its own field, and something else in a text: a golden ring, the evening news.
ONLY_AS_TIME = Phrases(
    r"\bgolden\b(?! (?:hour|light|sun|glow|rays?|afternoon|evening|morning|sky|dusk|haze))|"
    r"\bevening (?:news|papers?|dress(?:es)?|gowns?|wear|class(?:es)?|star|suits?)\b|"
    r"\bnight ?(?:gowns?|shirts?|stands?|dress|cap)\b"
)
OLD_PHOTOGRAPH = Phrases(r"(?<!like an )(?<!as an )\bold photographs?\b(?! (?:look|style|tones?|feel))")  # that lies there
DARK_PLACE = (
    r"dark (?:rooms?|cellars?|basements?|corridors?|hallways?|caves?|tunnels?|house|attic|background)|"
    r"in (?:the|total) dark(?:ness)?"
)
DARK = frozenset({"night", "moonlight", "dusk", "blue_hour", "neon", "firelight"})

WEATHER_WORDS: Mapping[str, str] = {
    "storm": "storm|stormy|thunder|thunderstorm|lightning|tempest|gale|hurricane",
    "dust": "dust storms?|sandstorms?|dust devils?|haboob|dust|sand blows|(?:blowing|swirling|flying|drifting) sand",
    "snow": "snow|snowy|snowing|snowfall|snowflakes|blizzard|snowstorm|sleet|flurr(?:y|ies)",
    "rain": "rain|rains|rainy|raining|drizzle|drizzly|downpour|showers?|rainfall|rainstorm",
    "fog": "fog|foggy|mist|misty|haze|hazy|smog",
    "wind": "wind|windy|gusts?|gusty|breeze|breezy|windswept",
    "clear": "clear|sunny|fair|cloudless|dry",
}
# Words that speak of weather in its own field, and of other things in a text: "a clear glass", "snowy peaks", "to dust a shelf".
ONLY_AS_WEATHER = Phrases(
    r"\b(?:clear(?! sk)|fair|dry|snowy|dust(?!y? ?(?:storm|devil|cloud)| (?:blows|swirls|drifts|hangs|flies))|"
    r"wind(?= ?(?:turbines?|mills?|chimes?|farms?|instruments?|socks?)\b)|"
    r"(?:bathroom|hot|cold|the|a|in the|takes? a) shower|second wind|wind(?:s|ing)? up|"
    r"snow(?:-| )?(?:capped|covered|fields?|drifts?|peaks?|man|white))\b"
)
DUST_TEXT = Phrases(r"\b(?:blowing|swirling|flying|drifting|cloud of|clouds of|wall of|veil of|day of|haze of) (dust|sand)\b")
NOT_NOW = Phrases(
    r"\b(?:no|without|no more|after(?: the)?|before(?: the)?)\s+(?:\w+\s+)?(?:rain|storm|snow|wind|fog|mist|dust|lightning)\b|"
    r"\b(?:rain|storm|snow|wind|fog|mist)\s+(?:has |had )?(?:stopped|stops|passed|lifted|lifts|cleared|died|is over)\b"
)
# Dark shapes that are not the subject: it keeps its colours.
OTHERS_DARK = Phrases(
    r"\b(?:background|distant|far|passing|other|blurred|tree|city|building) silhouettes?\b|"
    r"\bsilhouettes? (?:drifts?|pass(?:es)?|moves?|walks?|in the (?:background|distance)|"
    r"of (?:the )?(?:\w+ )?(?:trees?|mountains?|hills|houses|buildings|city|skyline))\b|\b(?:background|distance) as silhouettes\b"
)
GREY_WEATHER = frozenset({"rain", "snow", "fog", "storm"})

# Looks: what mood, lighting and style words do to colour and contrast. Most particular first; a shot may have several.
LOOK_WORDS: Mapping[str, str] = {
    "monochrome": "black and white|black-and-white|b&w|monochrome|grayscale|greyscale",
    "noir": "noir|film noir|expressionist",
    "sepia": "sepia|daguerreotype|old photograph",
    "silhouette": "silhouettes?|silhouetted|contre-?jour|against the light",
    "backlit": "back-?lit|back-?light|back-?lighting|lit from behind|light from behind",
    "rim": "rim light|rim-?lit|edge light|halo of light|hair light",
    "teal_orange": "teal and orange|orange and teal|teal-orange|teal/orange",
    "fluorescent": "fluorescent|strip lights?|office light|clinical|sterile|hospital light",
    "low_key": "low-?key|chiaroscuro|dramatic shadows?|deep shadows?|hard shadows?|single lamp|spotlight|dim|dimly|dark",
    "high_key": "high-?key|bright and airy|airy|overexposed|washed in light|bright white",
    "tense": "tense|tension|ominous|threatening|menacing|fear|fearful|horror|dread|uneasy|sinister|suspense|suspenseful|danger",
    "melancholy": "melanchol(?:y|ic)|sad|sadness|lonely|loneliness|grief|sorrow|sorrowful|bleak|desolate|mournful|wistful|somber|"
    "sombre|desaturated|muted|faded",
    "joyful": "joyful|joy|happy|happiness|cheerful|playful|triumphant|exuberant|festive|vibrant|vivid|colou?rful|lively",
    "dreamy": "dreamy|dreamlike|soft focus|soft light|diffused?|ethereal|magical|nostalgic|tender|gentle|romantic|hazy light",
    "warm": "warm|cosy|cozy|amber|honeyed|homely|hopeful|intimate",
    "cool": "cool|cold|icy|steel|blue tones?|bluish|chilly|frosty|clinical blue",
    "watercolour": "watercolou?r|pastel|gouache|storybook|picture book|children's book",
    "shafts": "shafts? of (?:sun|light)\\w*|light shafts?|god rays|sunbeams?|beams? of (?:sun)?light|rays of (?:sun|light)\\w*|"
    "volumetric",
}
OF_LIGHT = Phrases(r"\b(?:light|lighting|lit|tones?|colou?rs?|palette|look)\b")
CLAUSE_ENDS = re.compile(r"[.;,\n]")
LOOKS_OF_LIGHT = frozenset({"monochrome", "noir", "sepia", "silhouette", "backlit", "rim", "shafts"})  # said in the prompt too

_TIMES, _WEATHERS, _LOOKS = Table(TIME_WORDS), Table(WEATHER_WORDS), Table(LOOK_WORDS)


def read_time(shot: Shot, storyboard: Storyboard, place: str, action: str) -> str | None:
    """A key of `light.PALETTES`, None where none is named: the shot's own fields win over the location's, those over the text.

    Neon and firelight are lights of the dark: they win over a plain "night" or "evening" wherever they are named.
    """
    location = storyboard.locations.get(shot.location or "")
    fields = [shot.time_of_day, shot.lighting, location and location.time_of_day, location and location.lighting]
    fields += [ONLY_AS_TIME.replaced(folded(text), " ") for text in (action, place)]
    told = [times for text in fields if text and (times := _times_in(text))]
    if not told:
        return None
    first = [times[0] for times in told]
    if first[0] in DARK:
        made = next((light for light in ("neon", "firelight") if any(light in times for times in told)), None)
        return made or ("moonlight" if "moonlight" in first else first[0])
    return first[0]


def read_weather(shot: Shot, place: str, action: str) -> str | None:
    """The weather of a shot, None where none is named: its field, then the action, then the place."""
    if shot.weather:
        weather = _WEATHERS.earliest(shot.weather)
        if weather:
            return weather
    for text in (action, place):
        spoken = DUST_TEXT.replaced(NOT_NOW.replaced(folded(text), " "), "sandstorm")
        weather = _WEATHERS.earliest(ONLY_AS_WEATHER.replaced(spoken, " "))
        if weather:
            return weather
    return None


def read_looks(shot: Shot, storyboard: Storyboard) -> tuple[str, ...]:
    """Keys of `grading.LOOKS`, from the words for lighting, mood and style; the prompt is asked for its light alone."""
    location = storyboard.locations.get(shot.location or "")
    text = folded(prompt_text(shot))
    lit = [*OF_LIGHT.pattern.finditer(shot.prompt)] if OF_LIGHT.spots(text) else []
    spoken = " ".join(parts_with(lit, shot.prompt, CLAUSE_ENDS))
    seen = OLD_PHOTOGRAPH.replaced(text, " ")
    fields = [shot.lighting, shot.mood, location and location.lighting, storyboard.style]
    said = {look for text in (*fields, spoken) if text for look in _looks_in(text)}
    said |= LOOKS_OF_LIGHT & _looks_in(OTHERS_DARK.replaced(seen, " "))
    said |= {"low_key"} if mentions(DARK_PLACE, seen) else set()
    return tuple(look for look in LOOK_WORDS if look in said)


@lru_cache(maxsize=256)  # a film's style, and the light of its places, are asked in every shot
def _looks_in(text: str) -> frozenset[str]:
    return frozenset(_LOOKS.mentioned(text))


@lru_cache(maxsize=256)
def _times_in(text: str) -> list[str]:
    return _TIMES.in_order(text)
