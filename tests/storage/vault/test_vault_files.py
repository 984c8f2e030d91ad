"""Whatever was placed where the vault's files belong is refused, and what it points at is untouched (T10)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.errors import TradedeskError
from storage.archive import open_archive
from storage.paths import FilesTooOpen, Home, HomeUnusable
from storage.vault.anchor import Anchor, AnchorFile
from support.vaults import Desk

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to someone else")
ANCHOR = Anchor(bytes(16), 1, bytes(32))
OPENERS: dict[str, Callable[[Path], object]] = {
    "data/tradedesk.db": open_archive,
    "state/vault.anchor": lambda path: AnchorFile(path).read(),
}


@pytest.fixture(params=[0o000, 0o022], ids=["umask 000", "umask 022"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def home(short_tmp: Path, umask: object) -> Home:
    made = Home.below(short_tmp / "h")
    made.prepare()
    return made


def place(path: Path, kind: str, target: Path) -> None:
    if kind != "dangling link":
        target.write_bytes(b"theirs")
        target.chmod(0o600)
    if kind == "pipe":
        os.mkfifo(path, 0o600)
    elif kind == "hard link":
        path.hardlink_to(target)
    elif kind == "folder":
        path.mkdir(mode=0o700)
    else:
        path.symlink_to(target)


@pytest.mark.parametrize("name", OPENERS)
@pytest.mark.parametrize("kind", ["link", "dangling link", "hard link", "pipe", "folder"])
def test_t10_what_was_placed_before_us_is_refused_and_its_target_untouched(
    name: str, kind: str, home: Home, short_tmp: Path
) -> None:
    target, path = short_tmp / "theirs", short_tmp / "h" / name
    place(path, kind, target)
    with pytest.raises(HomeUnusable) as caught:
        OPENERS[name](path)
    assert str(path) in str(caught.value)
    assert not target.exists() if kind == "dangling link" else target.read_bytes() == b"theirs"


@needs_root
@pytest.mark.parametrize("name", OPENERS)
def test_t10_a_file_of_somebody_else_is_refused(name: str, home: Home, short_tmp: Path) -> None:
    path = short_tmp / "h" / name
    path.write_bytes(b"theirs")
    path.chmod(0o600)
    os.chown(path, 12345, -1)
    with pytest.raises(HomeUnusable, match="belongs to user 12345"):
        OPENERS[name](path)
    assert path.read_bytes() == b"theirs"


@pytest.mark.parametrize("name", OPENERS)
@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604])
def test_t10_a_file_that_others_can_open_is_refused_with_the_line_that_mends_it(
    name: str, mode: int, home: Home, short_tmp: Path
) -> None:
    path = short_tmp / "h" / name
    path.touch()
    path.chmod(mode)
    with pytest.raises(FilesTooOpen, match=f"chmod 600 {path}"):
        OPENERS[name](path)
    assert path.stat().st_mode & 0o777 == mode


def test_t10_what_the_vault_writes_is_its_owners_alone_whatever_the_umask(home: Home) -> None:
    archive = open_archive(home.database)
    AnchorFile(home.vault_anchor).write(ANCHOR)
    AnchorFile(home.vault_anchor).write(ANCHOR)
    written = [path for path in (*home.data.iterdir(), *home.state.iterdir()) if path.is_file()]
    modes = {path.name: path.stat().st_mode & 0o777 for path in written}
    archive.close()
    assert set(modes.values()) == {0o600}
    assert {"tradedesk.db", "tradedesk.db-wal", "vault.anchor"} <= set(modes)


@pytest.mark.parametrize("kind", ["link", "dangling link", "hard link", "pipe"])
def test_t10_an_anchor_is_written_beside_what_was_placed_and_never_through_it(
    kind: str, home: Home, short_tmp: Path
) -> None:
    target, path = short_tmp / "theirs", home.vault_anchor
    place(path.with_name("vault.anchor.new"), kind, target)
    AnchorFile(path).write(ANCHOR)
    assert AnchorFile(path).read() == ANCHOR
    assert not path.is_symlink()
    assert not target.exists() if kind == "dangling link" else target.read_bytes() == b"theirs"


def test_t10_a_vault_below_a_folder_that_everyone_can_write_is_not_opened(short_tmp: Path, umask: object) -> None:
    shared = short_tmp / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(FilesTooOpen, match=f"chmod o-w {shared}"):
        Home.below(shared / "h").prepare()
    assert not (shared / "h").exists()


def test_t10_an_anchor_that_cannot_be_trusted_stops_an_unlock(home: Home) -> None:
    desk = Desk(anchors=AnchorFile(home.vault_anchor))
    desk.made().lock()
    home.vault_anchor.chmod(0o644)
    with pytest.raises(TradedeskError, match="Judge what may have been read"):
        desk.opened()
