"""The names that people and language models give to the fields of a storyboard.

Collected from public storyboards and shot lists. Each table maps a field to the other names it is seen under; a dot
leads into an object (``camera.size``), and names that start with an underscore are read by a rule of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

Table = Mapping[str, tuple[str, ...]]

# Where the list of shots may stand. `scenes` also holds shots of its own (scenes[].shots[]).
SHOT_LISTS = ("shots", "scenes", "clips", "segments", "stages", "storyboard", "frames", "panels", "shot_list", "storyline", "beats")

PROJECT: Table = {
    "schema_version": ("version",),
    "title": ("film_title", "movie_title", "video_title", "name"),
    "logline": ("story_overview", "summary", "synopsis", "overview", "premise", "story", "description"),
    "project": ("project_name",),
    "fps": ("frame_rate", "framerate", "frames_per_second"),
    "aspect_ratio": ("aspect", "ratio", "format"),
    "target_duration": (
        "total_duration",
        "target_length",
        "total_length",
        "duration",
        "duration_seconds",
        "total_duration_seconds",
        "target_duration_seconds",
    ),
    "style": ("visual_style", "aesthetic", "look", "art_style", "global_style"),
    "negative_prompt": ("negative", "neg_prompt", "avoid", "global_negative_prompt"),
    "negative_mode": (),
    "seed": ("film_seed", "global_seed"),
    "characters": ("cast", "subjects"),
    "locations": ("places", "settings", "environments"),
    "defaults": ("shot_defaults", "default"),
    "audio": (),
    "extra": (),
    "_color_palette": ("color_palette", "colour_palette", "palette"),
    "_schema": ("$schema",),
}

SHOT: Table = {
    "id": ("shot_id", "shot_number", "shot_no", "shot", "segment_id", "number", "index", "name"),
    "scene": ("scene_id", "scene_number", "scene_num", "scene_no", "slugline", "scene_heading"),
    "duration": (
        "duration_seconds",
        "duration_sec",
        "duration_secs",
        "duration_s",
        "dur",
        "length",
        "seconds",
        "estimated_duration",
        "estimated_duration_seconds",
        "length_seconds",
    ),
    "prompt": (
        "video_prompt",
        "visual_prompt",
        "motion_prompt",
        "visual_desc",
        "visual_description",
        "visual",
        "visuals",
        "description",
        "action",
        "scene_description",
        "shot_description",
    ),
    "first_frame_prompt": ("first_frame", "ff_desc", "image_prompt", "keyframe_prompt", "start_frame_prompt", "static_description"),
    "continuation_prompt": ("continue_prompt", "change_prompt"),
    "negative_prompt": ("negative", "neg_prompt", "avoid"),
    "camera": (),
    "camera.size": ("shot_type", "shot_size", "size"),
    "camera.angle": ("camera_angle", "angle"),
    "camera.movement": ("camera_movement", "camera_motion", "camera_move", "movement"),
    "camera.framing": ("framing",),
    "camera.lens": ("lens", "focal_length_mm", "focal_length"),
    "camera.depth_of_field": ("depth_of_field", "dof"),
    "camera.speed": ("camera_speed",),
    "lighting": ("light",),
    "mood": ("tone", "emotion", "atmosphere"),
    "location": ("setting", "environment", "place"),
    "time_of_day": ("daytime",),
    "weather": (),
    "characters": ("subjects", "cast", "characters_present", "character", "subject"),
    "continuity": (),
    "transition": ("transition_to_next", "transition_out"),
    "transition_in": ("transition_from_previous",),
    "dialogue": ("lines", "dialog", "speech"),
    "narration": ("voiceover", "voice_over", "vo", "narrator"),
    "sound": ("sfx", "sound_effects", "ambience", "sound_effect", "sound_design"),
    "music": ("bgm", "background_music", "score"),
    "caption": ("subtitle", "text_overlay", "on_screen_text", "title"),
    "seed": (),
    "overrides": (),
    "overrides.steps": ("steps", "num_inference_steps"),
    "overrides.cfg": ("cfg", "guidance_scale", "cfg_scale"),
    "overrides.cfg_2": ("cfg_2", "guidance_scale_2"),
    "overrides.flow_shift": ("flow_shift",),
    "skip": ("skipped",),
    "notes": ("comment", "director_notes", "remarks", "note", "comments"),
    "extra": (),
    "_start": ("start", "start_time", "start_s", "start_seconds", "time_start"),
    "_end": ("end", "end_time", "end_s", "end_seconds", "time_end"),
    "_timecode": ("timecode", "time_range", "timestamp"),
    "_time": ("time",),
    "_cut": ("cut",),
    "_continue_from": ("continue_from", "prev_shot_ref", "chained_from"),
    "_use_last_frame": ("use_last_frame",),
    "_color_palette": ("color_palette", "colour_palette", "palette"),
    "_audio": ("audio",),
}

# These stand beside an id as often as for one ("name": "The harbour at dawn"); with a better name present they are kept in extra.
WEAK_SPELLINGS = frozenset(["name", "index", "number", "shot", "title"])

SCENE: Table = {
    "scene": ("scene_number", "scene_num", "scene_no", "scene_id", "id", "number", "index", "name", "heading", "slugline"),
    "location": SHOT["location"],
    "time_of_day": SHOT["time_of_day"],
    "weather": SHOT["weather"],
    "lighting": SHOT["lighting"],
    "mood": SHOT["mood"],
}

CAMERA: Table = {
    "size": ("shot_size", "shot_type", "type", "shot"),
    "angle": ("camera_angle",),
    "movement": ("move", "motion", "camera_movement", "camera_motion"),
    "framing": ("composition",),
    "lens": ("focal_length", "focal_length_mm", "lens_mm"),
    "depth_of_field": ("dof", "focus"),
    "lens_type": (),
    "speed": ("movement_speed",),
    "text": ("description", "notes"),
}

CHARACTER: Table = {
    "id": ("character_id",),
    "name": ("character_name", "character"),
    "description": ("appearance", "look", "visual_description", "physical_description", "desc", "prompt"),
    "reference_image": ("image", "reference", "image_path"),
}

LOCATION: Table = {
    "id": ("location_id",),
    "name": ("location_name", "title"),
    "description": ("look", "visual_description", "desc", "prompt", "setting"),
    "time_of_day": ("time",),
    "lighting": ("light",),
}

TRANSITION: Table = {"type": ("kind", "name", "style"), "duration": SHOT["duration"]}

DIALOGUE: Table = {
    "speaker": ("character", "name", "who", "character_id"),
    "text": ("line", "words", "dialogue", "content"),
    "at": ("start", "time", "at_seconds", "start_time"),
}

CONTINUITY: Table = {"from": ("shot", "shot_id", "id", "continue_from"), "frame": (), "image": ("path", "file", "image_path")}

OVERRIDES: Table = {
    "steps": ("num_inference_steps",),
    "cfg": ("guidance_scale", "cfg_scale"),
    "cfg_2": ("guidance_scale_2",),
    "flow_shift": (),
}

AUDIO: Table = {"music": ("bgm", "music_file", "background_music"), "volume": ("music_volume",), "temp": ("placeholder",)}

# Parts of a shot's `audio` object.
SHOT_AUDIO: Table = {name: SHOT[name] for name in ("dialogue", "narration", "sound", "music")}

CONTINUITY_WORDS: Mapping[str, str] = {
    "auto": "auto",
    "default": "auto",
    "cut": "cut",
    "none": "cut",
    "new": "cut",
    "hard cut": "cut",
    "continue": "continue",
    "continuous": "continue",
    "continues": "continue",
    "continued": "continue",
    "last frame": "continue",
    "use last frame": "continue",
    "previous": "continue",
    "previous shot": "continue",
    "same take": "continue",
}

ASPECT_WORDS: Mapping[str, str] = {
    "widescreen": "16:9",
    "landscape": "16:9",
    "horizontal": "16:9",
    "vertical": "9:16",
    "portrait": "9:16",
    "square": "1:1",
    "cinemascope": "2.39:1",
}

# How models write "nothing".
NOTHING_WORDS = frozenset(["none", "n/a", "na", "null", "nil", "-", "–", "—", "nothing"])


def fold_key(key: str) -> str:
    """A field name in lower case with underscores: ``startFramePrompt`` and ``Start Frame Prompt`` become one."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)
    return re.sub(r"[\s\-_.#/]+", "_", spaced).strip("_").casefold()


def spellings(table: Table) -> dict[str, str]:
    """Folded spelling to field, the fields' own names first."""
    names = {_fold_known(field): field for field in table if "." not in field and not field.startswith("_")}
    for field, aliases in table.items():
        for alias in aliases:
            names.setdefault(_fold_known(alias), field)
    return names


@cache
def _fold_known(key: str) -> str:
    """A key of the tables, folded once; the user's own are not kept."""
    return fold_key(key)
