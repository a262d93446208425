"""What inputs are spoiled with: texts, numbers, keys and values that are wrong, odd, or right in the wrong place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storyvid.backends.base import BackendLimits
from storyvid.storyboard import aliases, vocabulary

TABLES: tuple[Mapping[str, tuple[str, ...]], ...] = (
    aliases.PROJECT,
    aliases.SHOT,
    aliases.SCENE,
    aliases.CAMERA,
    aliases.CHARACTER,
    aliases.LOCATION,
    aliases.TRANSITION,
    aliases.DIALOGUE,
    aliases.CONTINUITY,
    aliases.OVERRIDES,
    aliases.AUDIO,
)
# fmt: off
KEYS = tuple(
    dict.fromkeys(
        [
            *(name for table in TABLES for field, names in table.items() for name in (field, field.rpartition(".")[2], *names)),
            *aliases.SHOT_LISTS,
            *("_start", "_end", "_raw_id", "_timecode", "_cut", "__proto__", "x", "", "a.b", "a[0]", "shots[0]", "💥", "\u202e"),
        ]
    )
)
WORDS = (
    *vocabulary.MOVEMENTS,
    *vocabulary.SHOT_SIZES,
    *vocabulary.ANGLES,
    *vocabulary.FRAMINGS,
    *vocabulary.TRANSITIONS,
    *vocabulary.MOVEMENT_ALIASES,
    *vocabulary.SIZE_ALIASES,
    *aliases.CONTINUITY_WORDS,
    *aliases.NOTHING_WORDS,
)
TEXTS = (
    *("", " ", "\t", "\n", "\r\n", "0", "-1", "1e400", "4s", "0:04"),
    *("99:99:99:99", "0:00-0:04", "[0:00 to 0:04]", "1m30s", "½", "٣"),
    *("../x", "..", ".", "/", "\\", "C:\\x", "C:x", "CON", "nul.", "aux.txt", "com¹", "x.", " x", "x ", "a/b", "a" * 300, "-", "~"),
    *("${oc.env:PATH}", "${hydra:run.dir}", "???", "${", "}", "{}", "[]", "%s", "{0}", "$(id)", "`id`", "<b>", "&amp;", "'", '"'),
    *("🎬", "👩‍👩‍👧", "שלום", "مرحبا", "\u202eabc", "\u200b", "\ufeff", "e\u0301" * 50, "ﷺ" * 20, "字" * 50, "ß", "İ", "ǆ"),
    *("\x00", "\x07", "\x1b[2J", "\x7f", "\x85", "\u2028", "\ud800", "\udfff", "\ud83d", "\uffff", "\U0010ffff"),
    *("24000/1001", "1/0", "16:9", "0:0", "1:1000", "9" * 400 + ":1", "35mm", "5000mm", "xfade:", "xfade:fade", "xfade:custom"),
    *("dissolve 0.5s", "dissolve 99999s", "ANNA: Hello.", "A:B:C", "Anna (softly): hi", "S01", "s01", "true", "None", "null"),
    *("wide " * 200, "a" * 25_000, " " * 3000, "\\" * 300, "[" * 300, '"' * 300, "a," * 500, "the " * 500, "1" * 500, "." * 500),
)
NUMBERS = (
    *(0, 1, -1, 2, 7, 15, 16, 60, 61, 2**31, 2**32 - 1, 2**32, 2**53, 2**64, 10**59, -(10**59)),
    *(0.0, -0.0, 0.5, 0.1, 1.1, 3.999999, 1e-9, 1e-320, 1e21, 1e308, -1e308, 0.49999999999999994, 23.976, 29.97),
)
ODD_KEYS = (
    *("hydra", "hydra.mode", "hydra.run.dir", "hydra.sweep", "hydra.job.name", "hydra.verbose", "hydra.launcher", "hydra.runtime"),
    *("hydra/launcher", "hydra/sweeper", "hydra/output", "hydra/job_logging", "hydra.searchpath", "hydra.job", "hydra.overrides"),
    *("experiment", "local", "backend_memory", "config", "defaults"),
    *("_self_", "", ".", "a", "a.b", "sampler[0]", "sampler.", "$", "{"),
    *("storyboard", "storyboard", "paths.outputs", "--config-dir", "--cfg", "-c", "-x", "--", "-", "_target_", "backend._target_"),
)
VALUES = (
    *("", "null", "None", "true", "TRUE", "0", "-1", "1", "3", "1.5", "1e400", "-1e400", ".nan", "nan", "inf", "-inf", "9" * 400),
    *("9" * 5000, "0x1f", "1_000", "[1,2]", "[]", "{}", "{a: 1}"),
    *("{a:{b:c}}", "[[[[1]]]]", "[" * 300, "'", '"', "'x'", '"x"', "\\"),
    *("1,2", "1,2,3", "range(1,4)", "range(1,1e9)", "glob(*)", "choice(1,2)"),
    *("interval(0,1)", "sort(3,1)", "shuffle(1,2)", "str(1)"),
    *("${seed}", "${sampler.steps}", "${oc.env:HOME}", "${oc.env:NOT_SET}"),
    *("${", "${}", "${a}", "${now:%Y}", "${hydra:run.dir}", "???"),
    *("${oc.decode:${oc.env:HOME}}", "${oc.create:{a:1}}", "${storyboard}"),
    *("${.}", "${..x}", "${a${b}}", "\\${x}", "cpu", "none", "draft"),
    *("wan", "animatic", "8gb", "12gb", "24gb", "auto", "720p", "4k", "2k"),
    *("mlflow", "http://x", "sqlite:///x.db", "a b", "a=b", "a:b", "a#b"),
)
PLANNED_KEYS = (
    *(f"backend.limits.{name}" for name in BackendLimits.model_fields),
    *("backend.max_frames", "backend.prompts", "backend.negative_prompt", "backend.sizes", "backend.sizes.native", "backend.uses"),
    *("backend", "backend.limits", "backend.name", "backend.kind", "backend.published", "backend.slate"),
    *("resolution.name", "resolution.height", "resolution.width", "upscale.short_side", "upscale.name", "delivery.fit"),
    *("sampler.steps", "sampler.cfg", "seed", "project", "memory", "memory.name", "memory.budget_gb", "tracking.uri", "x"),
)
PLAUSIBLE: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 24, 25),
    *(30, 32, 49, 64, 81, 97, 100, 121, 128, 257, 512, 720, 1080, 1200),
    *(0.1, 0.5, 6.0, 7.0, 12.5, 16.0, 23.976, 25.0, 29.97, 60.0, 120.0, 1e-9, 1e-320, 1e300, -1, -0.5, 10**9, 10**30),
    *([14, 25], [25, 14], [1], [], [1000], [16, 16], [720, 1280]),
    *([10**9, 10**9], {"16:9": [720, 1280]}, {"native": {"1:1": [64, 64]}}, {}),
    *("plain", "wan", "ltx", "svd", "native", "720p", "pad", "crop", ""),
    *("CON", "../x", "text with, commas, and, text", ["steps", "cfg"]),
)
# fmt: on
