"""How one person looks: build, clothes, hair and colours, from the id, unless the description says so."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from storyvid.backends.animatic.casting import COLOUR_WORDS, is_child, named_colour, source_of
from storyvid.backends.animatic.light import Colour
from storyvid.backends.animatic.words import Member, mentions
from storyvid.backends.animatic.words.kinds import MAN_WORDS, WOMAN_WORDS
from storyvid.backends.animatic.words.persons import identity

COATS: tuple[Colour, ...] = (
    (200, 74, 60), (234, 178, 70), (52, 110, 128), (88, 122, 82), (124, 80, 116), (56, 78, 126),
    (218, 128, 88), (228, 216, 194), (150, 162, 172), (178, 62, 88),
)  # fmt: skip
TROUSERS: tuple[Colour, ...] = ((58, 62, 80), (92, 78, 68), (74, 84, 92), (108, 96, 82), (48, 52, 62))
SKINS: tuple[Colour, ...] = ((246, 206, 176), (232, 182, 146), (202, 146, 108), (158, 106, 76), (116, 76, 56))
HAIRS: tuple[Colour, ...] = ((48, 38, 38), (92, 60, 44), (146, 92, 56), (206, 162, 96), (110, 106, 104), (74, 44, 38))
DARK_SKIN = 460  # sum of the channels; hair is dark with it unless the words say otherwise
HAIR_COLOURS: Mapping[str, Colour] = {"white": (232, 228, 220), "grey": (164, 162, 160), "gray": (164, 162, 160),
    "silver": (190, 190, 190), "red": (172, 84, 46), "ginger": (184, 96, 50), "auburn": (140, 70, 44), "blonde": (220,
    178, 106), "blond": (220, 178, 106), "golden": (220, 178, 106), "brown": (104, 68, 46), "chestnut": (112, 66, 44),
    "black": (44, 38, 42), "dark": (52, 42, 42), "pink": (226, 130, 160), "blue": (70, 110, 180), "green": (80, 140, 96),
    "purple": (130, 84, 150), "salt-and-pepper": (130, 128, 126)}  # fmt: skip
SKIN_WORDS: Mapping[str, Colour] = {
    "pale": (248, 216, 192), "fair": (246, 206, 176), "light": (244, 204, 172), "olive": (214, 168, 124), "tanned": (214, 158, 116),
    "brown": (158, 106, 76), "dark": (116, 76, 56), "black": (96, 64, 50), "bronze": (190, 132, 92), "green": (126, 168, 110),
    "blue": (120, 150, 200),
}  # fmt: skip
HAIR_NOUNS = "hair|beard|hairs|bun|braids?|curls|ponytail|moustache|mustache|haired|bob|curly hair"
OLD_AGES = "old|elderly|aged|ancient|wrinkled|white-haired|grey-haired|gray-haired|silver-haired|weathered|aging|ageing"
OLD_PEOPLE = "grandmother|grandma|grandfather|grandpa|elders?|pensioner|crone"
PEOPLE = (
    "man|woman|men|women|lady|gentleman|couple|person|keeper|fisherman|farmer|sailor|captain|monk|wizard|witch|king|queen|friends?"
)
GARMENTS = (
    "coat|raincoat|overcoat|trench coat|jacket|dress|shirt|sweater|jumper|hoodie|cloak|robe|robes|cape|parka|suit|uniform|blouse|"
    "cardigan|vest|anorak|overalls|t-shirt|tunic|gown|kimono|sari|armou?r|tuxedo|apron dress|skin of metal|body"
)
CUTS: Mapping[str, str] = {  # the garment on top, most telling first
    "spacesuit": "astronaut|cosmonaut|space ?suit",
    "robot": "robot|android|cyborg|automaton",
    "armour": "knight|armou?r|samurai",
    "robe": "robe|robes|monk|nun|wizard|witch|priest|kimono|sari|cloak|cape|ghost|pharaoh|caftan|toga|burqa",
    "dress": "dress|gown|ballerina|bride|princess|queen|tutu",
    "suit": "suit|tuxedo|blazer|businessman|businesswoman|detective|butler|waiter|groom|agent|lawyer|banker",
    "uniform": "uniform|soldier|soldiers|policeman|policewoman|officer|guard|guards|pilot|firefighter|captain|sailors?",
    "coat": "coat|raincoat|overcoat|parka|anorak|lab coat|doctor|scientist|trench",
    "overalls": "overalls|dungarees|mechanic|boiler suit|jumpsuit|worker",
    "jacket": "jacket|hoodie|vest|cardigan|windbreaker|biker",
    "skirt": "skirt",
    "sweater": "sweater|jumper|pullover|jersey|turtleneck",
    "shirt": "shirt|t-shirt|blouse|tunic|farmer|shirtless",
}  # fmt: skip
MENS, WOMENS = ("jacket", "shirt", "sweater", "coat", "jacket"), ("dress", "skirt", "jacket", "coat", "sweater")
HATS: Mapping[str, str] = {  # as HATS words are matched in order, particular ones first
    "helmet": "helmet|helmeted|knight|astronaut|cosmonaut|firefighter|hard ?hat",
    "crown": "crown|king|queen|tiara|prince|princess",
    "pointed": "witch|wizard|pointed hat|pointy hat|elf",
    "beanie": "beanie|knit(?:ted)? (?:cap|hat)|woolly hat|woolen hat|red cap",
    "veil": "headscarf|hijab|veil|nun|turban|shawl over (?:his|her) head|kerchief",
    "hood": "hood|hooded|hoodie up|cloaked",
    "chef": "chef|toque",
    "peaked": "baseball cap|peaked cap|police(?:man|woman)|officer|captain|sailor|pilot|cap|soldiers?|guards?",
    "wide": "hat|fedora|cowboy|straw hat|bonnet|detective|farmer|sombrero|top hat",
}  # fmt: skip
HAT_NOUNS = "hat|cap|beanie|hood|helmet|fedora|bonnet|headscarf|hijab|veil|turban|crown"
STYLES: Mapping[str, str] = {
    "bald": "bald|shaved head|hairless", "ponytail": "ponytail|pony tail", "bun": "bun|hair up|chignon|ballerina",
    "braid": "braid|braids|braided|plait|plaits|pigtails", "curly": "curly|curls|curled|afro|frizzy|tightly-curled",
    "bob": "bob|chin-length|shoulder-length|shoulder length|page ?boy", "long": "long(?: \\w+){0,2} hair|long-haired|"
    "flowing hair|mermaid",
    "short": "short(?: \\w+){0,2} hair|short-haired|crew cut|buzz cut",
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How one person is dressed and built.

    Attributes:
        coat: Colour of the garment on top.
        shirt: Colour of what shows at the neck.
        trousers: Colour of trousers or skirt.
        shoes: Colour.
        skin: Colour.
        hair: Colour.
        style: Hair: short, long, bun, bob, curly, braid, ponytail, bald.
        beard: beard, moustache or empty.
        cut: A key of `CUTS`.
        headwear: A key of `HATS` or empty.
        hat: Its colour; None for a bare head.
        apron: Colour, or None.
        scarf: Colour, or None.
        carries: Of glasses, bag, cane, umbrella, wings: what the description gives.
        child: Short limbs, a large head.
        old: Grey, stooped.
    """

    coat: Colour
    shirt: Colour
    trousers: Colour
    shoes: Colour
    skin: Colour
    hair: Colour
    style: str
    beard: str
    cut: str
    headwear: str
    hat: Colour | None
    apron: Colour | None
    scarf: Colour | None
    carries: frozenset[str]
    child: bool
    old: bool

    @property
    def skirted(self) -> bool:
        """Whether the garment hides the thighs."""
        return self.cut in {"dress", "robe", "skirt"}


@lru_cache(maxsize=256)
def look_of(member: Member) -> Look:
    """Colours and clothes of a person; the same for one id all film long."""
    source = source_of(member)
    coat, trousers, skin, hair = source.choice(COATS), source.choice(TROUSERS), source.choice(SKINS), source.choice(HAIRS)
    words = member.look.casefold()
    who = identity(words) or member.key.casefold()
    hair = hair if sum(skin) > DARK_SKIN or sum(hair) < 240 else HAIRS[0]
    woman = mentions(WOMAN_WORDS, who) > 0 or (not mentions(MAN_WORDS, who) and _is_her(words, source))
    old, child = is_old(words), is_child(member)
    cut = _first(CUTS, words) or source.choice(WOMENS if woman else MENS)
    style = _first(STYLES, words) or (
        "bun" if old and woman else source.choice(("long", "bob", "bun", "long", "curly")) if woman else "short"
    )
    headwear = _first(HATS, words)
    coat = named_colour(words, COLOUR_WORDS, GARMENTS) or _usual(cut, words) or coat
    return Look(coat=coat, shirt=named_colour(words, COLOUR_WORDS, "shirt|blouse|collar") or ((238, 232,
        220) if cut in {"suit", "coat"} else (226, 214, 196)), trousers=named_colour(words, COLOUR_WORDS,
        "trousers|pants|jeans|skirt|shorts|leggings") or (coat if cut == "suit" else trousers), shoes=named_colour(words,
        COLOUR_WORDS, "shoes|boots|sneakers|slippers") or (54, 46, 46), skin=named_colour(words, SKIN_WORDS,
        "skin|skinned|complexion|face") or skin, hair=named_colour(words, HAIR_COLOURS, HAIR_NOUNS) or ((214, 212,
        206) if old else hair), style=style, beard=_beard(words, who, woman, child, source), cut=cut, headwear=headwear,
        hat=(named_colour(words, COLOUR_WORDS, HAT_NOUNS) or _hat_colour(headwear, coat)) if headwear else None,
        apron=_worn(words, "apron|baker|barista|blacksmith|carpenter|gardener", (222, 206, 178)), scarf=_worn(words,
        "scarf|shawl|neckerchief|muffler", (206, 76, 60)), carries=frozenset(name for name,
        spoken in CARRIED.items() if mentions(spoken, words)), child=child, old=old)  # fmt: skip


CARRIED: Mapping[str, str] = {
    "glasses": "glasses|spectacles|eyeglasses|sunglasses|goggles|monocle", "bag": "bag|backpack|rucksack|satchel|"
    "handbag|knapsack|hiker|"
    "traveller|traveler|schoolchild", "cane": "cane|walking stick|staff|crutch(?:es)?|stick", "tie": "tie|necktie|bow ?tie",
    "umbrella": "umbrella", "stripes": "striped|stripes", "wings": "angel|fairy|wings",
}  # fmt: skip


def is_old(words: str) -> bool:
    """Whether a description is of an old person; an old lamp doesn't make one."""
    return bool(
        mentions(OLD_PEOPLE, words)
        or re.search(rf"\b(?:{OLD_AGES})\b[,\s]+(?:[\w-]+[,\s]+){{0,2}}?(?:{PEOPLE})\b", words)
        or re.search(
            r"\b(?:elderly|white-haired|grey-haired|gray-haired|[6-9]\d[- ]years?[- ]old|in (?:his|her) (?:sixties|"
            r"seventies|eighties))\b",
            words,
        )
    )


def _is_her(words: str, source: random.Random) -> bool:
    """Without a noun that says so: by the pronouns, else by the id."""
    draw = source.random() < 0.5
    hers, his = mentions("she|her|hers", words), mentions("he|his|him", words)
    return hers > his if hers != his else draw and not mentions("beard|bearded|moustache|mustache", words)


def _first(table: Mapping[str, str], words: str) -> str:
    return next((key for key, spoken in table.items() if mentions(spoken, words)), "")


def _usual(cut: str, words: str) -> Colour | None:
    """What certain clothes are usually coloured."""
    usual: Mapping[str, Colour] = {
        "spacesuit": (232, 232, 228),
        "robot": (164, 174, 182),
        "armour": (150, 156, 166),
        "suit": (62, 66, 80),
    }
    if mentions("doctor|scientist|lab coat|nurse|chef|bride|ghost|baker", words):
        return (238, 236, 228)
    if mentions("detective|trench", words):
        return (176, 146, 108)
    return usual.get(cut)


def _beard(words: str, who: str, woman: bool, child: bool, source: random.Random) -> str:
    if mentions("moustache|mustache", words):
        return "moustache"
    if mentions("beard|bearded|santa", words):
        return "beard"
    draw = source.random() < 0.22
    shaved = woman or child or not who or mentions("clean-shaven|shaved|boy", words)
    return "beard" if draw and not shaved else ""


def _hat_colour(hat: str, coat: Colour) -> Colour:
    usual: Mapping[str, Colour] = {"crown": (232, 186, 70), "chef": (244, 242, 236), "helmet": (178, 184, 192),
        "hood": coat, "veil": (92, 86, 112), "pointed": (56, 48, 76)}  # fmt: skip
    return usual.get(hat, (86, 72, 64))


def _worn(words: str, spoken: str, usual: Colour) -> Colour | None:
    if not mentions(spoken, words):
        return None
    return named_colour(words, COLOUR_WORDS, spoken) or usual
