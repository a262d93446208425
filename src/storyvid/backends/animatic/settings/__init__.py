"""The places: one small function each, which lays out layers from far to near. `SETTINGS` is the table.

A layout depends on the location's words alone, so that two shots of one location show one place, by day as by night: what an
hour, a weather or a boat in frame adds is decided by numbers drawn in any case, or laid out by `Site.apart`. The subject stands at
x = 0, z = 0; the strip in front of and around it is kept free. Distances are metres. To add a setting, write a function
and name it in `SETTINGS`, and give its words to `words.place_words`.
"""

from collections.abc import Callable, Mapping

from storyvid.backends.animatic.settings.city import city
from storyvid.backends.animatic.settings.desert import desert
from storyvid.backends.animatic.settings.fields import field, park
from storyvid.backends.animatic.settings.nature import mountains, neutral
from storyvid.backends.animatic.settings.rails import station
from storyvid.backends.animatic.settings.river import river
from storyvid.backends.animatic.settings.road import road
from storyvid.backends.animatic.settings.rooftop import rooftop
from storyvid.backends.animatic.settings.rooms.bar import bar
from storyvid.backends.animatic.settings.rooms.craft import spaceship, vehicle
from storyvid.backends.animatic.settings.rooms.greenhouse import greenhouse
from storyvid.backends.animatic.settings.rooms.halls import corridor, hall
from storyvid.backends.animatic.settings.rooms.hospital import hospital
from storyvid.backends.animatic.settings.rooms.kitchen import kitchen
from storyvid.backends.animatic.settings.rooms.living import bedroom, library, living_room
from storyvid.backends.animatic.settings.rooms.public import classroom, office, shop
from storyvid.backends.animatic.settings.rooms.working import cellar, workshop
from storyvid.backends.animatic.settings.site import Place, Site, Surface
from storyvid.backends.animatic.settings.space import planet, space, underwater
from storyvid.backends.animatic.settings.under import cave
from storyvid.backends.animatic.settings.village import village
from storyvid.backends.animatic.settings.water import harbour, lake, sea
from storyvid.backends.animatic.settings.winter import snowfield
from storyvid.backends.animatic.settings.woods import forest

__all__ = ["SETTINGS", "WATERS", "Place", "Site", "Surface"]

SETTINGS: Mapping[str, Callable[[Site], Place]] = {
    "room": living_room,
    "kitchen": kitchen,
    "bedroom": bedroom,
    "office": office,
    "library": library,
    "hospital": hospital,
    "bar": bar,
    "classroom": classroom,
    "corridor": corridor,
    "cellar": cellar,
    "workshop": workshop,
    "church": hall,
    "shop": shop,
    "greenhouse": greenhouse,
    "spaceship": spaceship,
    "vehicle": vehicle,
    "sea": sea,
    "harbour": harbour,
    "lake": lake,
    "river": river,
    "city": city,
    "rooftop": rooftop,
    "station": station,
    "village": village,
    "forest": forest,
    "mountains": mountains,
    "cave": cave,
    "desert": desert,
    "snow": snowfield,
    "road": road,
    "field": field,
    "park": park,
    "space": space,
    "planet": planet,
    "underwater": underwater,
    "neutral": neutral,
}
WATERS = frozenset({"sea", "harbour", "lake", "river"})  # where a boat floats
