"""Owners: only a process of this host that has ended is dead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from storyvid.record import owner


@pytest.fixture(scope="module")
def ended() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_this_process_lives_and_an_ended_one_does_not(ended: int) -> None:
    here = owner.describe_owner()
    assert not owner.is_dead(here)
    assert not owner.is_dead({key: str(value) for key, value in here.items()})
    assert owner.is_dead(here | {"pid": ended})
    assert owner.is_dead(here | {"process_start": here["process_start"] - 3600}), "the number was given anew"
    assert not owner.is_dead(here | {"host": "another", "pid": ended})


@pytest.mark.parametrize("counts", ["pid:[4026531999]", OSError()])
def test_a_container_or_windows_with_the_same_name_is_another_host(
    ended: int, monkeypatch: pytest.MonkeyPatch, counts: str | OSError
) -> None:
    """Process numbers of the one mean nothing to the other: what is alive there would look dead."""
    here, name = owner.describe_owner() | {"pid": ended}, owner.temporary_name().replace(f"-{os.getpid()}-", f"-{ended}-")
    assert owner.is_dead(here)
    assert owner.is_left_behind(Path(name))

    def readlink(path: str) -> str:
        if isinstance(counts, OSError):
            raise counts
        return counts

    monkeypatch.setattr(owner.os, "readlink", readlink)
    monkeypatch.setattr(owner.sys, "platform", "other")
    assert not owner.is_dead(here)
    assert not owner.is_left_behind(Path(name))


@pytest.mark.parametrize("broken", [{}, {"pid": None}, {"pid": "x"}, {"process_start": None}])
def test_what_cannot_be_told_is_left_alone(broken: dict[str, object]) -> None:
    here = owner.describe_owner()
    assert not owner.is_dead(here | broken if broken else {})


def test_a_process_that_may_not_be_looked_at_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int) -> psutil.Process:
        raise psutil.AccessDenied(pid)

    here = owner.describe_owner() | {"process_start": 0}
    assert owner.is_dead(here)
    monkeypatch.setattr(owner.psutil, "Process", refuse)
    assert not owner.is_dead(here)


def test_names_tell_their_owner(ended: int) -> None:
    mine = owner.temporary_name()
    assert mine != owner.temporary_name()
    host, pid, start, token = mine.removeprefix(".tmp-").split("-")
    left_behind = {
        mine: False,
        f"{mine}.old": False,
        f".tmp-{host}-{ended}-{start}-{token}": True,
        f".tmp-{host}-{pid}-{int(start) + 3600}-{token}": True,
        f".tmp-ffffffff-{ended}-{start}-{token}": False,
        f".tmp-{ended}-film.mp4": False,
        ".tmp-": False,
    }
    assert {name: owner.is_left_behind(Path(name)) for name in left_behind} == left_behind


def test_setting_the_clock_kills_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    here, name = owner.describe_owner(), owner.temporary_name()
    boot_time = psutil.boot_time()
    monkeypatch.setattr("time.time", lambda: boot_time + 10**9)
    if hasattr(psutil, "_pslinux"):  # elsewhere the system notes the start once
        monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: boot_time + 3600)
        assert psutil.Process().create_time() - boot_time > 3600, "psutil's start moves with the clock"
    assert not owner.is_dead(here)
    assert not owner.is_left_behind(Path(name))
