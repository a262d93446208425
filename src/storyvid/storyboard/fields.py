"""Fields under other names, brought under their own: every alias told, nothing lost, two that differ refused."""

from __future__ import annotations

from typing import Any

from storyvid.errors import did_you_mean
from storyvid.storyboard.aliases import WEAK_SPELLINGS, Table, fold_key, spellings
from storyvid.storyboard.findings import Findings, Place, show


def rename(raw: dict[str, Any], table: Table, place: Place, findings: Findings) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of an object under their own names, and the unknown ones as they were.

    A field given as null says nothing and is left out. Where a field stands under two names with one value, one is
    kept; two values are an error, since only the writer knows which is meant.

    Args:
        raw: The object as the user wrote it.
        table: Field to aliases (`storyvid.storyboard.aliases`).
        place: Where the object stands.
        findings: Takes the warnings and errors, and where each field came from.
    """
    names = spellings(table)
    found: dict[str, list[str]] = {}
    unknown: dict[str, Any] = {}
    for key, value in raw.items():
        field = names.get(fold_key(key))
        if value is None:
            continue
        if field is None:
            unknown[key] = value
        else:
            found.setdefault(field, []).append(key)
    fields: dict[str, Any] = {}
    base = findings.path(place)
    for field, keys in found.items():
        strong = [key for key in keys if fold_key(key) not in WEAK_SPELLINGS]
        if strong and len(strong) < len(keys):
            unknown.update({key: raw[key] for key in keys if key not in strong and raw[key] != raw[strong[0]]})
        keys = sorted(strong or keys, key=lambda key: key != field)
        target = (*place, *field.split("."))
        findings.origins.setdefault(target, f"{base}.{keys[0]}" if base else keys[0])
        if any(raw[key] != raw[keys[0]] for key in keys):
            said = " and ".join(f'"{key}" ({show(raw[key], 40)})' for key in keys)
            findings.error(target, f"{said} both say what {field.strip('_')} is, and differ", "keep one of them", "alias-conflict")
            continue
        fields[field] = raw[keys[0]]
        for key in keys:
            if key != field and not field.startswith("_"):
                outer, _, inner = field.partition(".")
                fix = f'write "{outer}": {{"{inner}": …}}' if inner else f'write it as "{field}"'
                findings.warn(target, f'"{key}" is read as {field}', fix, "alias")
    return fields, unknown


def keep_unknown(
    unknown: dict[str, Any], known: tuple[str, ...], place: Place, findings: Findings, prefix: str = ""
) -> dict[str, Any]:
    """Entries for ``extra`` from fields that the format doesn't have, each with a warning.

    Args:
        unknown: Field name to value.
        known: The fields that there are, for "did you mean".
        place: Where the object stands.
        findings: Takes the warnings.
        prefix: What the entry is called in ``extra`` before the field's name.
    """
    for key in unknown:
        hint = "" if fold_key(key) in WEAK_SPELLINGS else did_you_mean(fold_key(key)[:100], known)
        findings.warn(
            (*place, key),
            f'"{key}" is not a field of a storyboard; it is kept in extra and changes nothing',
            hint or "",
            "unknown-field",
        )
    return {prefix + key: value for key, value in unknown.items()}
