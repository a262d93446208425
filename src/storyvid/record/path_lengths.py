"""Windows refuses paths of 260 characters and more unless long paths are switched on: told before anything is made."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from storyvid.errors import Problem

# https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation: 260 with the zero that ends the text.
LONGEST = 259
FIX = "set STORYVID_ROOT to a shorter folder, for example C:\\films, or switch long paths on (docs/user.md, On Windows)"


def paths_are_limited() -> bool:
    """Whether this system refuses long paths: Windows, where neither a policy nor the registry allows them."""
    if sys.platform == "win32":
        import ctypes

        ask = getattr(ctypes.WinDLL("ntdll"), "RtlAreLongPathsEnabled", None)  # missing before Windows 10
        if ask is None:
            return True
        ask.restype = ctypes.c_ubyte
        return not ask()
    return False


def output_problems(outputs: Path, project: str, shot_ids: Iterable[str]) -> list[Problem]:
    """The problem of files below ``outputs`` whose paths would be too long, if there are any.

    Args:
        outputs: Absolute.
        project: Folder of the film.
        shot_ids: Of the film.
    """
    return _too_long(output_paths(outputs, project, shot_ids)) if paths_are_limited() else []


def store_problems(store: Path) -> list[Problem]:
    """Likewise for the files of a clip store.

    Args:
        store: Its folder, absolute.
    """
    return _too_long(store_paths(store)) if paths_are_limited() else []


def _too_long(paths: Iterable[Path]) -> list[Problem]:
    longest = max(paths, key=length)
    if length(longest) <= LONGEST:
        return []
    what = f"files would have paths of {length(longest)} characters, and Windows allows {LONGEST}: {longest}"
    return [Problem("paths.outputs", what, FIX, "path-long")]


def tracking_warnings(mlruns: Path, project: str) -> list[Problem]:
    """A warning that MLflow can't keep its pictures, where their paths would be too long: the film is whole without them.

    Args:
        mlruns: Absolute.
        project: Folder of the film.
    """
    if not paths_are_limited():
        return []
    picture = tracked_picture(mlruns, project)
    if length(picture) <= LONGEST:
        return []
    what = f"MLflow's pictures would have paths of {length(picture)} characters, and Windows allows {LONGEST}; they are not tracked"
    return [Problem("paths.mlruns", what, FIX, "path-long")]


def output_paths(outputs: Path, project: str, shot_ids: Iterable[str]) -> Iterator[Path]:
    """The longest paths that a film makes, those of a sweep and of files that are only being written among them."""
    from storyvid.record.owner import temporary_name
    from storyvid.record.run_folder import RunFolder

    folder = RunFolder(outputs / project / "sweeps" / "2026-11-22_10-30-00-999" / "999")
    record = folder.shot_record(max(shot_ids, key=len, default=""))
    yield record
    yield record.with_name(temporary_name())
    yield folder.contact_sheet.with_name(f".tmp-9999999-{folder.contact_sheet.name}")
    yield from store_paths(outputs / ".clips")


def store_paths(root: Path) -> Iterator[Path]:
    """The longest paths that a clip store makes."""
    from storyvid.clips.record import frame_path
    from storyvid.clips.store import ClipStore

    latents = ClipStore(root).workplace("0" * 64) / "chunk-000.latents.safetensors"
    yield latents.with_name(f".tmp-9999999-{latents.name}")
    yield frame_path(ClipStore(root).folder("0" * 64), 0)


def tracked_picture(mlruns: Path, project: str) -> Path:
    """The longest path that MLflow (3.17) makes for a film: a picture of its image grid."""
    run, picture = "0" * 32, "00000000-0000-0000-0000-000000000000"
    name = f"frames~middle+step+99+timestamp+1795356460922+{picture}+compressed.webp"
    return mlruns / "artifacts" / project / run / "artifacts" / "images" / name


def length(path: Path) -> int:
    """Characters as Windows counts them: UTF-16 code units."""
    return len(str(path).encode("utf-16-le", "surrogatepass")) // 2
