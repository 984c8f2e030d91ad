"""Who may look at the desk's files (SECURITY-SPEC §10, T10)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from storage.paths import FilesTooOpen, Home, HomeUnusable, private_directory, private_file

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.fixture(params=[0o000, 0o022], ids=["umask 000", "umask 022"])
def umask(request: pytest.FixtureRequest) -> object:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_the_five_folders_lie_below_the_named_home(short_tmp: Path) -> None:
    home = Home.find({"TRADEDESK_HOME": str(short_tmp / "h")})
    assert [folder.relative_to(short_tmp / "h").as_posix() for folder in home.folders] == [
        "config",
        "data",
        "state",
        "run",
        "sim",
    ]
    assert home.database == short_tmp / "h" / "data" / "tradedesk.db"


def test_without_a_named_home_the_socket_lies_beside_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = Home.find({})
    assert home.run.parent == home.data, "another run folder would allow a second worker on this archive"
    assert home.data != home.config


def test_naming_the_folders_touches_no_disk(short_tmp: Path) -> None:
    Home.below(short_tmp / "h")
    assert not (short_tmp / "h").exists()


def test_every_folder_is_made_for_its_owner_alone(short_tmp: Path, umask: object) -> None:
    home = Home.below(short_tmp / "deep" / "h")
    home.prepare()
    assert {mode(folder) for folder in (*home.folders, short_tmp / "deep", short_tmp / "deep" / "h")} == {0o700}
    home.prepare()


def test_a_new_file_is_made_for_its_owner_alone(short_tmp: Path, umask: object) -> None:
    private_file(short_tmp / "f")
    assert mode(short_tmp / "f") == 0o600
    private_file(short_tmp / "f")


def test_a_folder_open_to_others_is_named_with_the_line_that_mends_it_and_not_mended(short_tmp: Path) -> None:
    home = Home.below(short_tmp)
    home.prepare()
    home.data.chmod(0o750)
    with pytest.raises(FilesTooOpen, match=rf"mode 0750, wanted 0700.*chmod 700 {home.data}"):
        home.prepare()
    assert mode(home.data) == 0o750


def test_a_file_open_to_others_is_named_with_the_line_that_mends_it_and_not_mended(short_tmp: Path) -> None:
    path = short_tmp / "f"
    private_file(path)
    path.chmod(0o644)
    with pytest.raises(FilesTooOpen, match=rf"mode 0644, wanted 0600.*chmod 600 {path}"):
        private_file(path)
    assert mode(path) == 0o644


def test_a_folder_below_one_that_everyone_can_write_is_refused(short_tmp: Path) -> None:
    shared = short_tmp / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(FilesTooOpen, match=f"chmod o-w {shared}"):
        private_directory(shared / "mine")


def test_a_folder_below_a_sticky_one_is_allowed_as_in_tmp(short_tmp: Path) -> None:
    shared = short_tmp / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    private_directory(shared / "mine")
    assert mode(shared / "mine") == 0o700


@pytest.mark.parametrize("name", ["config", "data", "state", "run", "sim"])
@pytest.mark.parametrize("kind", ["link", "dangling link", "file", "pipe"])
def test_whatever_was_placed_where_a_folder_belongs_is_refused_and_untouched(
    short_tmp: Path, name: str, kind: str
) -> None:
    target = short_tmp / "elsewhere"
    (short_tmp / "h").mkdir()
    _place(short_tmp / "h" / name, kind, target, folder=True)
    with pytest.raises(HomeUnusable):
        Home.below(short_tmp / "h").prepare()
    assert not target.exists() or not list(target.iterdir())
    assert kind != "dangling link" or not target.exists()


@pytest.mark.parametrize("kind", ["link", "dangling link", "hard link", "pipe", "folder"])
def test_whatever_was_placed_where_a_file_belongs_is_refused_and_untouched(short_tmp: Path, kind: str) -> None:
    target = short_tmp / "elsewhere"
    _place(short_tmp / "f", kind, target, folder=False)
    with pytest.raises(HomeUnusable):
        private_file(short_tmp / "f")
    assert kind != "dangling link" or not target.exists()
    assert not target.is_file() or target.read_text() == "theirs"


@needs_root
def test_what_belongs_to_someone_else_is_refused(short_tmp: Path) -> None:
    private_directory(short_tmp / "d")
    private_file(short_tmp / "f")
    os.chown(short_tmp / "d", 12345, -1)
    os.chown(short_tmp / "f", 12345, -1)
    with pytest.raises(HomeUnusable, match="belongs to user 12345"):
        private_directory(short_tmp / "d")
    with pytest.raises(HomeUnusable, match="belongs to user 12345"):
        private_file(short_tmp / "f")


def test_a_home_whose_socket_would_not_fit_is_refused_before_anything_is_made(short_tmp: Path) -> None:
    deep = short_tmp / ("x" * 100)
    with pytest.raises(HomeUnusable, match="107 fit"):
        Home.below(deep)
    assert not deep.exists()


def _place(path: Path, kind: str, target: Path, *, folder: bool) -> None:
    if kind == "pipe":
        os.mkfifo(path, 0o600)
        return
    if kind == "folder":
        path.mkdir(mode=0o700)
        return
    if kind == "file":
        path.write_text("theirs")
        return
    if kind != "dangling link":
        if folder:
            target.mkdir(mode=0o700)
        else:
            target.write_text("theirs")
            target.chmod(0o600)
    if kind == "hard link":
        path.hardlink_to(target)
    else:
        path.symlink_to(target)
