from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storyvid.cli import main
from storyvid.commands import compare
from storyvid.commands.compare import Options
from storyvid.errors import ConfigError, StoryvidError
from storyvid.record.compare import preview
from tests.record.compare.takes import render_takes


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render_takes(tmp_path_factory.mktemp("takes"), "2026-11-22_10-30-00")


@pytest.fixture
def run(rendered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(rendered, tmp_path / "läufe %20" / rendered.name))


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_the_page_lies_in_the_run_and_its_path_is_told(run: Path, capsys: pytest.CaptureFixture[str]):
    before = files_of(run)
    assert main(["compare", str(run)]) == 0
    made = run / "assembled" / "compare.html"
    assert files_of(run) - before == {"assembled/compare.html"}
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        f"{made}  ({made.stat().st_size / 1e6:.1f} MB)",
        "Open it with a double-click; it needs no network and no other file.",
    ]
    assert "S02 take 2 (4 of 4)" in said.err
    text = made.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert text.count("data-clip=") == 4
    assert b"\r" not in made.read_bytes()


def test_out_names_another_file_and_an_old_page_is_replaced(run: Path, tmp_path: Path):
    out = tmp_path / "pages" / "my takes.html"
    out.parent.mkdir()
    for _ in range(2):
        assert main(["compare", f"{run}/", f"out={out}"]) == 0
    assert files_of(out.parent) == {"my takes.html"}
    assert not (run / "assembled" / "compare.html").exists()


def test_ctrl_c_leaves_no_half_page(run: Path, monkeypatch: pytest.MonkeyPatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(preview, "encode_preview", stop)
    before = files_of(run)
    assert main(["compare", str(run)]) == 130
    assert files_of(run) == before


def test_a_clip_that_is_gone_or_too_short_makes_no_page(run: Path, capsys: pytest.CaptureFixture[str]):
    clip = run / "shots" / "S01.take2.mp4"
    clip.unlink()
    assert main(["compare", str(run)]) == 1
    assert 'the clip of S01, take 2, is gone\n  Fix: make it again: python -m storyvid resume "' in capsys.readouterr().err
    shutil.copyfile(run / "shots" / "S02.mp4", clip)
    assert main(["compare", str(run)]) == 1
    assert "the clip ends after 15 frames" in capsys.readouterr().err
    assert not (run / "assembled" / "compare.html").exists()


def test_a_page_that_cant_be_written_is_told_in_words(run: Path):
    shutil.rmtree(run / "assembled")
    (run / "assembled").write_text("a file", encoding="utf-8")
    with pytest.raises(StoryvidError, match="a file is in the way of a folder"):
        compare.run([str(run)])


def test_no_folder_is_made_for_the_page(tmp_path: Path):
    with pytest.raises(ConfigError, match="there is no folder"):
        compare.run([str(tmp_path), f"out={tmp_path / 'none' / 'page.html'}"])
    assert files_of(tmp_path) == set()


def test_the_users_own_folder_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert compare.parse(["~/run", "out=~/x.html"]) == Options((tmp_path / "run",), tmp_path / "x.html")


def test_a_wrong_folder_is_told_before_anything_large_is_imported(tmp_path: Path):
    code = (
        "import sys\nfrom storyvid.cli import main\nstatus = main(sys.argv[1:])\n"
        "heavy = [name for name in ('numpy', 'av', 'cv2') if name in sys.modules]\nsys.exit(f'{status} {heavy}')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "compare", "nosuch"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert done.stderr.splitlines()[-1] == "1 []", done.stderr


def test_words():
    assert compare.parse(["a", "b c", "out=x.HTML"]) == Options((Path("a"), Path("b c")), Path("x.HTML"))
    assert compare.parse(["outputs/project=2/x"]).folders == (Path("outputs/project=2/x"),)


def test_words_that_are_not_understood_are_told_together(tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        compare.parse(["run", "outt=a.html", "--open", "out=page.pdf", f"out={tmp_path}.html"])
    said = str(caught.value)
    assert "'outt=a.html' is not an option\n  Fix: did you mean out?" in said
    assert "'--open' is not an option\n  Fix: name run folders; the one option is out=FILE.html" in said
    assert "'page.pdf' doesn't end in .html" in said
    assert "is given twice" in said
    with pytest.raises(ConfigError, match=r"no run folder is named\n  Fix: write python -m storyvid compare outputs/"):
        compare.parse([])
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(ConfigError, match="is a folder"):
        compare.parse(["run", f"out={tmp_path / 'folder.html'}"])
