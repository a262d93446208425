"""The places: one small function each, which lays out layers from far to near. `SETTINGS` is the table.

A layout depends on the location's words alone, so that two shots of one location show one place. The subject stands at
x = 0, z = 0; the strip in front of and around it is kept free. Distances are metres. To add a setting, write a function
and name it in `SETTINGS`, and give its words to `words.SETTING_WORDS`.
"""

from collections.abc import Callable, Mapping

from storyvid.backends.animatic.settings.built import city, road, village
from storyvid.backends.animatic.settings.nature import desert, forest, meadow, mountains, neutral
from storyvid.backends.animatic.settings.room import room
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.settings.water import sea

__all__ = ["SETTINGS", "Place", "Site"]

SETTINGS: Mapping[str, Callable[[Site], Place]] = {
    "forest": forest,
    "mountains": mountains,
    "sea": sea,
    "city": city,
    "village": village,
    "field": meadow,
    "road": road,
    "desert": desert,
    "room": room,
    "neutral": neutral,
}
