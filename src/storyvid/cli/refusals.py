"""What Hydra and OmegaConf say of a word or a file, in plain words. Their own sentences are written for programmers."""

from __future__ import annotations

import re
from pathlib import Path

from yaml import MarkedYAMLError, YAMLError

from storyvid.errors import Problem

# Pattern of their sentence -> what is wrong, how to mend it; both may use the pattern's groups.
PLAIN_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        r"Environment variable '(?P<name>.*?)' not found",
        "the environment variable {name} is not set",
        "set it, or write the value itself",
    ),
    (r"Interpolation key '(?P<name>.*?)' not found", "${{{name}}} leads nowhere: there is no such key", "write the value itself"),
    (r"Interpolation to resolve|interpolation|Recursive", "the part in ${{…}} can't be worked out", "write the value itself"),
    (r"Could not append .*? already at '(?P<name>.*?)'", "{name} is there already", "write {name}=… without +"),
    (r"Could not delete from config\. The value", "takes away a value that the setting does not have", "leave this word out"),
    (r"Could not delete", "takes away something that is not there", "leave this word out"),
    (
        r"must be a string|must be an? (?:string|list)",
        "the value is not the name of an option",
        "python -m storyvid --help lists them",
    ),
    (r"Could not (?:find|load) '(?P<name>.*?)'", "there is no {name}", "python -m storyvid --help lists the options"),
    (r"force-add of config groups", "++ can't choose an option of a group", "write it without ++"),
    (r"Could not override '(?P<name>.*?)'", "there is no {name} to set", "python -m storyvid --cfg job prints every key"),
    (r"Multiple values for (?P<name>\S+?)\.", "the group {name} has an option already", "write {name}=… without +"),
    (r"Error merging override", "the value does not fit there", "python -m storyvid --cfg job shows what it looks like now"),
    (r"maximum recursion depth", "it leads to itself, or is nested too deep", "take out the circle"),
    (r"Exceeds the limit .* for integer string", "the number has thousands of digits", "write a smaller number"),
)


def refusal(error: Exception, where: str) -> Problem:
    """A problem out of whatever Hydra raised.

    Args:
        error: From composing or resolving.
        where: The word or the job that it is about; a file's own error names the file.
    """
    if isinstance(error, YAMLError):
        return _yaml_refusal(error, where)
    lines = [line.strip() for line in str(error).strip().splitlines()] or [type(error).__name__]
    said = " ".join(lines[:3])
    for pattern, what, fix in PLAIN_WORDS:
        found = re.search(pattern, said)
        if found:
            names = found.groupdict()
            return Problem(where, what.format(**names), fix.format(**names), "compose")
    return Problem(where, said, code="compose")


def _yaml_refusal(error: YAMLError, where: str) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    if mark is None:
        return Problem(where, f"this is not YAML: {' '.join(str(error).split())}", "mend the file", "yaml")
    said = str(getattr(error, "problem", "") or "it can't be read")
    tab = "'\\t'" in said
    fix = "indent with spaces; YAML allows no tabs there" if tab else "mend the file there; an editor that knows YAML shows it"
    place = f"{Path(mark.name).as_posix()}, line {mark.line + 1}, column {mark.column + 1}"
    return Problem(place, f"this is not YAML: {said}", fix, "yaml")
