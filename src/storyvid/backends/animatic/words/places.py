"""The setting that a shot's words name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from storyvid.backends.animatic.words.reading import mentions
from storyvid.storyboard.schema import Shot, Storyboard

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


def place_text(shot: Shot, storyboard: Storyboard) -> str:
    """The words of the shot's location: its description when ``location`` is an id, else the text itself."""
    if shot.location is None:
        return ""
    location = storyboard.locations.get(shot.location)
    return location.description if location else shot.location


def read_setting(place: str, action: str) -> str:
    """A key of `settings.SETTINGS`; "neutral" where nothing is known."""
    if re.search(INTERIOR, f"{place}\n{action}".casefold()):
        return "room"
    scores = {key: PLACE_WEIGHT * mentions(words, place) + mentions(words, action) for key, words in SETTING_WORDS.items()}
    best = max(scores.values())
    return next(key for key, score in scores.items() if score == best) if best else "neutral"
