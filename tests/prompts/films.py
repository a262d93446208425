"""Small storyboards for the prompt tests, and the negative prompts of the models they are compiled for."""

from typing import Any

from storyvid.prompts import ShotPrompts, compile_prompts
from storyvid.storyboard.schema import Storyboard

# diffusers, docs/source/en/api/pipelines/wan.md: Wan's own, in English.
WAN_NEGATIVE = (
    "Bright tones, overexposed, static, blurred details, subtitles, style, works, paintings, images, static, overall gray, "
    "worst quality, low quality, JPEG compression residue, ugly, incomplete, extra fingers, poorly drawn hands, poorly drawn "
    "faces, deformed, disfigured, misshapen limbs, fused fingers, still picture, messy background, three legs, many people "
    "in the background, walking backwards"
)
LTX_NEGATIVE = "worst quality, inconsistent motion, blurry, jittery, distorted"

NEGATIVES = {"wan": WAN_NEGATIVE, "ltx": LTX_NEGATIVE, "svd": ""}
TOKENS = {"wan": 512, "ltx": 256, "svd": None}

IVO = {"name": "Ivo", "description": "an old man with a white beard in a yellow raincoat"}

LIGHTHOUSE = {
    "title": "Lighthouse",
    "style": "35 mm film look, muted blue-grey palette, natural light",
    "characters": {
        "keeper": IVO,
        "girl": {"name": "Mia Lund", "description": "Mia Lund is Ivo's granddaughter, red braids, green coat."},
    },
    "locations": {
        "cliff": {"description": "a grassy cliff above a rough grey sea, a white lighthouse behind", "time_of_day": "dusk"},
    },
    "shots": [
        {
            "id": "S01",
            "location": "cliff",
            "prompt": "Waves break below the lighthouse, gulls cross the frame",
            "camera": {"size": "els", "movement": "static"},
            "caption": "Norway, 1931",
            "transition": {"type": "dissolve"},
        },
        {
            "id": "S02",
            "location": "cliff",
            "characters": ["keeper"],
            "prompt": "He walks to the edge and lifts a lantern.",
            "camera": {"size": "ms", "movement": "track", "angle": "low", "speed": "slow"},
            "lighting": "soft rim light",
            "mood": "lonely",
            "weather": "light rain",
        },
        {
            "id": "S03",
            "characters": ["keeper", "girl"],
            "prompt": "Ivo turns his head;  Mia Lund runs up and takes Ivo's hand.",
            "continuity": "continue",
            "camera": {"size": "ms", "movement": "dolly_in"},
            "dialogue": [{"speaker": "keeper", "text": "There you are."}],
        },
        {
            "id": "S04",
            "prompt": "Ivo's lantern swings. Mia Lund laughs!",
            "continuation_prompt": "Mia Lund blows out the lantern of Ivo.",
            "camera": {"size": "cu", "lens": 85, "depth_of_field": "shallow"},
            "negative_prompt": "lightning, walking backwards",
        },
    ],
}

WATERCOLOUR = {
    "title": "Paper boat",
    "style": "loose watercolour illustration on rough paper",
    "negative_prompt": "text, photo, text",
    "negative_mode": "replace",
    "characters": {"boat": {"name": "Pip", "description": "A small paper boat. It has one blue stripe and a matchstick mast."}},
    "shots": [
        {"id": "gutter", "prompt": "Pip races along a gutter in the rain", "camera": {"movement": "truck_right", "speed": "fast"}},
        {
            "id": "pond",
            "first_frame_prompt": "Pip lies still on a pond between lilies",
            "location": "a park pond at noon",
            "characters": ["Pip", "two ducks"],
            "camera": {"size": "fs", "text": "the horizon stays level"},
        },
        {"id": "drain", "prompt": "Pip sinks", "continuity": {"image": "drain.png"}, "lighting": "dim, greenish", "mood": "sad"},
    ],
}

WORLD = {
    "title": "Everywhere",
    "style": "ドキュメンタリー調",
    "characters": {
        "xm": {"name": "小明", "description": "一位穿红毛衣的男孩"},
        "zoe": {"name": "Zoë", "description": "a tall woman, grey suit"},
        "una": {"name": "Una", "description": "a tall woman, red dress"},
    },
    "shots": [
        {"id": "S01", "prompt": "小明在雨中奔跑，小明笑了", "camera": {"size": "ls"}},
        {"id": "S02", "prompt": "A sign reads ${price} 🚀 and שלום", "weather": "fog"},
        {"id": "S03", "prompt": "Zoë meets Una. Zoë smiles and Una's eyes widen.", "time_of_day": "night"},
    ],
}

FILMS = {"lighthouse": LIGHTHOUSE, "watercolour": WATERCOLOUR, "world": WORLD}


def compile_film(film: dict[str, Any], family: str = "wan", **options: Any) -> dict[str, ShotPrompts]:
    """Shot id -> its prompts."""
    storyboard = Storyboard.model_validate(film)
    settings = {"default_negative": NEGATIVES.get(family, ""), "prompt_tokens": TOKENS.get(family)} | options
    return {
        shot.id: compile_prompts(storyboard, shot, family=family, where=f'my.json, shot "{shot.id}"', **settings)
        for shot in storyboard.shots
    }


def compile_shot(shot: dict[str, Any], family: str = "wan", options: dict[str, Any] | None = None, **project: Any) -> ShotPrompts:
    """The prompts of the last shot of a film with the given project fields; the film may have ``before`` it."""
    before = project.pop("before", [])
    shots = [{"id": f"B{k}", "prompt": "x"} | other for k, other in enumerate(before)] + [{"id": "S01"} | shot]
    return compile_film(project | {"shots": shots}, family, **(options or {}))["S01"]


def codes(problems: tuple[Any, ...]) -> list[str]:
    return [problem.code for problem in problems]
