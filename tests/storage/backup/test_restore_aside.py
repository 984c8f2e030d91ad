"""What a restore puts out of the way, and what it takes over from the archive it replaces."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import ArchiveFailed
from connectors.ports.archive import Batch
from connectors.ports.upkeep import Touched
from storage.backup import restoring
from storage.backup.copying import back_up
from storage.backup.restoring import restore
from support.copies import House
from support.kept import BTCUSDT, ETHUSDT, T0, account, entry, fill, order

LATER = T0 + 3_600_000_000_000


@pytest.fixture
def backup(house: House, tmp_path: Path) -> Path:
    """A backup with keys."""
    target = tmp_path / "desk.backup"
    back_up(house.archive, target, T0)
    return target


def rescue_of(house: House) -> Path:
    return house.archive.with_name("rescue.log")


def test_what_the_archive_could_not_take_is_never_replayed_into_an_older_one(house: House, backup: Path) -> None:
    for number, suffix in enumerate(("", "-2"), start=1):
        rescue_of(house).write_bytes(b"of run %d" % number)
        said = restore(backup, house.archive, house.anchor, LATER)
        assert not rescue_of(house).exists()
        assert said.kept_rescue == f"{rescue_of(house)}.before-restore{suffix}"
        assert Path(said.kept_rescue).read_bytes() == b"of run %d" % number
    assert restore(backup, house.archive, house.anchor, LATER).kept_rescue is None


def test_the_anchor_and_the_rescue_log_are_out_of_the_way_before_the_archive_changes(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "bare"
    back_up(house.archive, bare, T0, keys=False)
    rescue_of(house).write_bytes(b"rescued")
    memory = house.anchor.read_bytes()
    seen: list[bool] = []

    def fails(_part: Path, _archive: Path) -> None:
        seen.extend((house.anchor.exists(), rescue_of(house).exists()))
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(restoring, "_put_in_place", fails)
    with pytest.raises(ArchiveFailed, match="Nothing was changed"):
        restore(bare, house.archive, house.anchor, LATER, give_up_keys=True)
    assert seen == [False, False]
    assert (house.anchor.read_bytes(), rescue_of(house).read_bytes()) == (memory, b"rescued"), "and back again"


def test_what_the_replaced_archive_had_traded_is_asked_for_of_its_venue(house: House, backup: Path) -> None:
    with house.opened() as archive:
        bought = replace(fill("2"), fill=replace(fill("2").fill, instrument=ETHUSDT))
        other = order(9, account=account(2), instrument=ETHUSDT)
        archive.journal.append(Batch(entries=(entry(other),), fills=(bought,)))
    restore(backup, house.archive, house.anchor, LATER)
    wanted = (Touched(account(1), (BTCUSDT, ETHUSDT)), Touched(account(2), (ETHUSDT,)))
    with house.opened() as archive:
        mark = archive.upkeep.restored()
        assert mark is not None
        assert mark.touched == wanted
        assert mark.touched_by(account(2)) == (ETHUSDT,)
        assert mark.touched_by(account(3)) == ()
    restore(backup, house.archive, house.anchor, LATER)
    with house.opened() as archive:
        mark = archive.upkeep.restored()
        assert mark is not None
        assert mark.touched == wanted, "carried on from a restore that nobody was asked about"
        left = archive.upkeep.reconciled(account(2))
        assert left is not None
        assert left.touched == wanted[:1]


def test_whoever_has_a_key_or_a_working_order_waits_switched_on_or_not(house: House, tmp_path: Path) -> None:
    with closing(sqlite3.connect(house.archive)) as file, file:
        ids = [row[0] for row in file.execute("SELECT id FROM exchange_connections ORDER BY label")]
        file.execute("UPDATE exchange_connections SET active = 0")
    with house.opened() as archive:
        working = archive.journal.orders(working_only=True)
        assert working
        connections = {connection.account for connection in archive.connections.all()}
        last = sorted(connections, key=lambda one: ids.index(str(one)))[-1]
        archive.journal.append(Batch(entries=(entry(order(9, account=last)),)))
    back_up(house.archive, tmp_path / "keys", T0)
    back_up(house.archive, tmp_path / "bare", T0, keys=False)
    assert restore(tmp_path / "keys", house.archive, house.anchor, LATER).waiting == 3
    said = restore(tmp_path / "bare", house.archive, house.anchor, LATER, give_up_keys=True)
    assert (said.keys, said.waiting) == (0, 1)
    with house.opened() as archive:
        mark = archive.upkeep.restored()
        assert mark is not None
        assert mark.waiting == (last,)
