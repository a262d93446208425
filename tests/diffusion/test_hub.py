"""Downloads, with a hub that is played here: what is told first, what is fetched, and what is refused."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import errors

from storyvid.diffusion import checkpoint as checkpoint_module
from storyvid.diffusion import hub
from storyvid.diffusion.checkpoint import find_checkpoint
from storyvid.errors import ConfigError
from tests.diffusion.folders import backend, into_cache, write_checkpoint

MODEL = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
SIZES = {"transformer/diffusion_pytorch_model.safetensors": 20 * 10**9}  # told instead of the small files' own


class FakeHub:
    """A repository on the hub, and what was asked of it."""

    def __init__(self, cache: Path, name: str = "wan", more: tuple[str, ...] = ()) -> None:
        self.cache, self.name, self.more = cache, name, more
        self.asked: list[tuple[str, Any]] = []
        self.fail: Callable[[], Exception] | None = None
        self.fail_later: Callable[[], Exception] | None = None

    def model_info(self, model: str, *, revision: str | None, files_metadata: bool) -> SimpleNamespace:
        self.asked.append(("info", revision))
        if self.fail is not None:
            raise self.fail()
        folder = write_checkpoint(self.cache.parent / "on the hub", self.name)
        names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()] + list(self.more)
        files = [SimpleNamespace(rfilename=name, size=SIZES.get(name, 100)) for name in names]
        return SimpleNamespace(siblings=files, card_data=SimpleNamespace(license="apache-2.0", license_name=None))

    def snapshot_download(self, model: str, *, revision: str | None, allow_patterns: list[str]) -> str:
        self.asked.append(("download", sorted(allow_patterns)))
        if self.fail_later is not None:
            raise self.fail_later()
        return str(into_cache(self.cache, model, self.name))


@pytest.fixture
def fake(tmp_path, monkeypatch):
    cache = tmp_path / "cache" / "hub"
    made = FakeHub(cache)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(huggingface_hub, "is_offline_mode", lambda: False)
    monkeypatch.setattr(huggingface_hub, "HfApi", lambda: made)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", made.snapshot_download)
    monkeypatch.setattr(checkpoint_module, "_whole", set())
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**12))
    return made


def told(config: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        hub.fetch_missing(config)
    return "\n".join(str(problem) for problem in caught.value.problems)


def http(kind: type[Exception]) -> Callable[[], Exception]:
    response = SimpleNamespace(status_code=401, headers={}, request=None)
    return lambda: kind("no", response=response)  # as huggingface_hub makes them


def test_the_plan_tells_and_asks_nobody(fake):
    (problem,) = hub.missing_weights(backend("wan"))
    assert f"{MODEL} is not on this machine" in problem.what
    assert f"downloads it into {fake.cache} first: about 34 GB in all, licence Apache-2.0" in problem.what
    assert "about" not in hub.missing_weights(backend("wan", model="me/mine"), typed={"backend.model"})[0].what
    assert "accept the licence" in hub.missing_weights(backend("svd"))[0].fix
    assert fake.asked == []
    assert not fake.cache.exists()


def test_size_licence_and_place_are_told_before_the_download(fake, capsys):
    hub.fetch_missing(backend("wan"))
    assert f"Downloading {MODEL}: 20.0 GB, licence apache-2.0, into {fake.cache}" in capsys.readouterr().err
    assert find_checkpoint(MODEL, "main") is not None
    hub.fetch_missing(backend("wan"))
    assert [what for what, _ in fake.asked] == ["info", "download"]


def test_only_safe_files_that_are_loaded_are_fetched(fake):
    fake.more = (
        "README.md",
        "wan_all_in_one.safetensors",
        "transformer/diffusion_pytorch_model.bin",
        "transformer/diffusion_pytorch_model.fp16.safetensors",
        "transformer/modeling.py",
        "assets/film.mp4",
        "a/b/c.safetensors",
    )
    hub.fetch_missing(backend("wan"))
    (_, fetched) = fake.asked[-1]
    assert not set(fake.more) & set(fetched)
    assert {"model_index.json", "vae/config.json", "tokenizer/tokenizer.json", *SIZES} <= set(fetched)


def test_what_a_gguf_file_replaces_is_not_fetched(fake, tmp_path):
    gguf = tmp_path / "q4.gguf"
    gguf.write_bytes(b"GGUF")
    hub.fetch_missing(backend("wan", gguf=str(gguf)))
    assert not set(SIZES) & set(fake.asked[-1][1])


def test_offline_is_respected(fake, monkeypatch):
    monkeypatch.setattr(huggingface_hub, "is_offline_mode", lambda: True)
    text = told(backend("wan"))
    assert f"{MODEL}: is not on this machine (or not all of it), and HF_HUB_OFFLINE=1 forbids downloads" in text
    assert "backend.model=FOLDER" in text
    assert fake.asked == []


def test_too_little_room_is_told_before_anything_is_fetched(fake, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=21 * 10**9))
    text = told(backend("wan"))
    assert f"the download needs 22.0 GB, and {fake.cache} has 21.0 GB free" in text
    assert "set HF_HOME" in text
    assert [what for what, _ in fake.asked] == ["info"]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (http(errors.GatedRepoError), "given only to those who accepted its licence\n  Fix: log in on https://huggingface.co/"),
        (http(errors.RepositoryNotFoundError), "there is no folder 'Wan-AI/Wan2.2-TI2V-5B-Diffusers' here, and no public model"),
        (http(errors.RevisionNotFoundError), "has no branch or tag 'main'"),
        (lambda: ConnectionError("no route"), "it can't be downloaded (ConnectionError: no route)\n  Fix: check the connection"),
        (http(errors.HfHubHTTPError), "it can't be downloaded (HfHubHTTPError"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_hub_refuses_is_explained(fake, error, says):
    fake.fail = error
    assert says in told(backend("wan"))
    assert not fake.cache.exists()


def test_a_full_disk_and_a_lost_connection_on_the_way(fake):
    fake.fail_later = lambda: OSError(errno.ENOSPC, "No space left on device", "/cache/blob")
    assert "into /cache/blob: the disk is full" in told(backend("wan"))
    fake.fail_later = lambda: TimeoutError("slow")
    assert "give the command again, which goes on where it was" in told(backend("wan"))


def test_a_repository_of_another_layout(fake, monkeypatch):
    info = SimpleNamespace(siblings=[SimpleNamespace(rfilename="wan.safetensors", size=1)], card_data=None)
    monkeypatch.setattr(fake, "model_info", lambda *args, **kwargs: info)
    assert "is no diffusers checkpoint: it holds no model_index.json" in told(backend("wan"))
    info.siblings = [SimpleNamespace(rfilename=name, size=1) for name in ("model_index.json", "transformer/pytorch_model.bin")]
    assert "only .safetensors is read" in told(backend("wan"))


def test_what_was_fetched_is_looked_through(fake):
    fake.name = "ltx"
    assert "did you mean backend=ltx?" in told(backend("wan"))
