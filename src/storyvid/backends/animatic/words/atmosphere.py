"""The light and the weather that a shot's words name."""

from __future__ import annotations

from collections.abc import Mapping

from storyvid.backends.animatic.words.reading import first_match
from storyvid.storyboard.schema import Shot, Storyboard

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

GREY_WEATHER = frozenset({"rain", "snow", "fog", "storm"})


def read_time(shot: Shot, storyboard: Storyboard, place: str, action: str, weather: str) -> str:
    """A key of `light.PALETTES`: the shot's own fields win over the location's, those over the text."""
    location = storyboard.locations.get(shot.location or "")
    fields = [shot.time_of_day, shot.lighting, location and location.time_of_day, location and location.lighting, action, place]
    for text in fields:
        time = first_match(TIME_WORDS, text) if text else None
        if time:
            return time
    return "overcast" if weather in GREY_WEATHER else "day"


def read_weather(shot: Shot, place: str, action: str) -> str:
    """The weather of a shot: its field, then the action, then the place."""
    for text in (shot.weather, action, place):
        weather = first_match(WEATHER_WORDS, text) if text else None
        if weather:
            return weather
    return "clear"
