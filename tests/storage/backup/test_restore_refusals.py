"""What is not put back, and that nothing was touched then."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from connectors.errors import ArchiveFailed, Refused, VaultDamaged
from storage.backup.copying import back_up
from storage.backup.presence import Present
from storage.backup.restoring import restore
from storage.database.migrate import HEAD
from storage.paths import FilesTooOpen, HomeUnusable
from support.copies import House
from support.kept import T0, order

LATER = T0 + 3_600_000_000_000


@pytest.fixture
def backup(house: House, tmp_path: Path) -> Path:
    """A backup, and an archive that went on after it."""
    target = tmp_path / "desk.backup"
    back_up(house.archive, target, T0)
    house.trade(4, 5)
    return target


def put_back(house: House, source: Path, *, give_up_keys: bool = False) -> str | None:
    return restore(source, house.archive, house.anchor, LATER, give_up_keys=give_up_keys).kept


def unchanged(house: House) -> bool:
    """Whether the archive is the one that went on, with nothing left beside it."""
    names = {path.name for path in house.archive.parent.iterdir()}
    return house.handles() == {"k1", "k2", "k3", "k4", "k5"} and names <= {
        "tradedesk.db",
        "tradedesk.db-wal",
        "tradedesk.db-shm",
    }


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606])
def test_t6_a_backup_others_can_read_is_refused(house: House, backup: Path, mode: int) -> None:
    backup.chmod(mode)
    with pytest.raises(FilesTooOpen, match=f"chmod 600 {backup}"):
        put_back(house, backup)
    assert unchanged(house)


def test_t6_a_link_a_second_name_and_a_pipe_are_refused(house: House, backup: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(backup)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for source, words in ((link, "is a link"), (pipe, "not a regular file")):
        with pytest.raises(HomeUnusable, match=words):
            put_back(house, source)
    os.link(backup, tmp_path / "second")
    with pytest.raises(HomeUnusable, match="2 names"):
        put_back(house, backup)
    assert unchanged(house)


def test_a_backup_that_is_not_there_is_called_that(house: House, backup: Path) -> None:
    with pytest.raises(Refused, match=r"There is no file .*/none. Give the path of a backup. Nothing was changed."):
        put_back(house, backup.with_name("none"))
    assert unchanged(house)


def test_what_is_no_backup_is_refused(house: House, backup: Path, tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("no database " * 400)
    text.chmod(0o600)
    with pytest.raises(ArchiveFailed, match=r"^.*text is damaged or is no backup"):
        put_back(house, text)
    empty = tmp_path / "empty"
    empty.touch(0o600)
    with pytest.raises(Refused, match="no backup of Tradedesk's"):
        put_back(house, empty)
    other = tmp_path / "other"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (x)")
    other.chmod(0o600)
    with pytest.raises(Refused, match="no backup of Tradedesk's"):
        put_back(house, other)
    with pytest.raises(Refused, match="the archive itself"):
        put_back(house, house.archive)
    assert unchanged(house)


def test_a_damaged_backup_is_refused_though_its_first_pages_are_whole(house: House, tmp_path: Path) -> None:
    house.trade(*range(6, 36), 80)
    target = tmp_path / "b"
    back_up(house.archive, target, T0)
    with closing(sqlite3.connect(target)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_order_events_order_id'"
        ).fetchone()
    # The page is whole, and its newest entry names an order that is in no table: only a comparison finds that.
    raw, begin, newest = target.read_bytes(), (page - 1) * 4096, str(order(80).order_id).encode()
    index = raw[begin : begin + 4096]
    assert newest in index
    target.write_bytes(raw[:begin] + index.replace(newest, newest[:-1] + b"f") + raw[begin + 4096 :])
    with pytest.raises(ArchiveFailed, match="damaged"):
        put_back(house, target)
    assert len(house.handles()) == 34


def test_a_backup_of_a_newer_release_is_refused(house: House, backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refused, match=rf"newer Tradedesk \(schema 9999, this one knows up to {HEAD}\)"):
        put_back(house, backup)
    assert unchanged(house)


def test_a_backup_whose_vault_cannot_be_parsed_is_refused(house: House, backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE vault_slot SET body = x'00'")
    with pytest.raises(VaultDamaged, match=r"slot .* in .*desk.backup cannot be read"):
        put_back(house, backup)
    assert unchanged(house)


def test_a_copy_of_an_archive_in_use_is_no_backup(house: House, tmp_path: Path) -> None:
    torn = tmp_path / "torn.db"
    with house.opened() as archive:
        archive.settings.set("a", "b")
        torn.write_bytes(house.archive.read_bytes())
        torn.with_name("torn.db-wal").write_bytes(house.archive.with_name("tradedesk.db-wal").read_bytes())
    torn.chmod(0o600)
    with pytest.raises(Refused, match="a copy of an archive in use"):
        put_back(house, torn)


def test_an_archive_that_somebody_reads_is_not_replaced_under_him(house: House, backup: Path) -> None:
    with closing(sqlite3.connect(house.archive)) as reader:
        reader.execute("SELECT count(*) FROM orders").fetchone()
        with pytest.raises(Refused, match=r"Another program has .* open"):
            put_back(house, backup)
    assert unchanged(house)


def test_nobody_opens_the_archive_while_it_is_replaced(
    house: House, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[str] = []
    real = Present.set_aside

    def watched(present: Present) -> str | None:
        kept = real(present)
        with closing(sqlite3.connect(house.archive, timeout=0)) as other:
            try:
                other.execute("SELECT * FROM orders").fetchone()
            except sqlite3.OperationalError as problem:
                refused.append(str(problem))
        return kept

    monkeypatch.setattr(Present, "set_aside", watched)
    put_back(house, backup)
    assert refused == ["database is locked"]
