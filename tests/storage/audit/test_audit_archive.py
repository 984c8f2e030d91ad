"""The chain in the archive: one commit with the intent, one writer, nothing changed by accident."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import ArchiveFailed
from connectors.model.audit import AuditFact, AuditKind
from connectors.model.secret import SecretBytes
from connectors.ports.archive import Batch
from storage.archive import Archive, Limits, open_archive
from storage.audit.chain import Head, chained, genesis, mac_of
from storage.audit.head import KeptHead
from storage.audit.head_file import HeadFile
from storage.database.engine import Database
from storage.repositories.audit import AuditRepository
from support.kept import T0, account, entry, order


def fact(number: int = 1, **changes: object) -> AuditFact:
    facts: dict[str, object] = {
        "time_us": T0 // 1_000 + number,
        "kind": AuditKind.REQUEST,
        "operation": "order.place",
        "outcome": "SENT",
        "connection": account(),
        "client_order_id": f"td-{number}",
        "detail": b'{"qty":"%d"}' % number,
    }
    return AuditFact(**{**facts, **changes})  # type: ignore[arg-type]  # facts of mixed types


def key() -> SecretBytes:
    return SecretBytes(bytearray(range(32)))


@pytest.fixture
def archive(file: Path) -> Archive:
    return open_archive(file)


def rows(
    file: Path, query: str = "SELECT seq, prev, hash, client_order_id FROM audit ORDER BY seq"
) -> list[tuple[Any, ...]]:
    with sqlite3.connect(file) as connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


def test_rows_are_chained_from_the_archives_own_beginning(archive: Archive, file: Path) -> None:
    archive.journal.append(Batch(audit=(fact(1), fact(2))))
    archive.journal.append(Batch(entries=(entry(order()),), audit=(fact(3),)))
    head = Head(0, genesis(archive.audit.archive_id()))
    for number, found in enumerate(rows(file), 1):
        row = chained(head, fact(number))
        assert found == (number, head.digest, row.digest, f"td-{number}")
        head = Head(row.seq, row.digest)
    assert archive.audit.head() == head
    assert head.seq == 3


def test_an_archive_keeps_its_name_over_a_restart(archive: Archive, file: Path) -> None:
    name = archive.audit.archive_id()
    archive.close()
    again = open_archive(file)
    again.journal.append(Batch(audit=(fact(),)))
    assert again.audit.archive_id() == name
    assert len(name) == 16
    again.close()


def test_an_intent_and_its_request_are_written_together_or_not_at_all(archive: Archive, file: Path) -> None:
    broken = fact(2, client_order_id="\ud800")  # cannot be written as UTF-8
    with pytest.raises(ArchiveFailed):
        archive.journal.append(Batch(entries=(entry(order(2)),), audit=(fact(1), broken)))
    assert rows(file) == []
    assert archive.journal.last_number() == 0
    archive.journal.append(Batch(entries=(entry(order(2)),), audit=(fact(2),)))
    assert (len(rows(file)), archive.journal.last_number()) == (1, 1)


CHANGES: dict[str, str] = {
    "update": "UPDATE audit SET outcome = 'DONE'",
    "delete": "DELETE FROM audit",
    "another archive": "UPDATE audit_archive SET archive_id = x'00'",
    "no archive": "DELETE FROM audit_archive",
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_accident_is_refused(name: str, archive: Archive, file: Path) -> None:
    archive.journal.append(Batch(audit=(fact(1), fact(2))))
    archive.close()
    before = rows(file)
    with sqlite3.connect(file) as connection, pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
        connection.execute(CHANGES[name])
    connection.close()
    assert rows(file) == before


def test_of_two_writers_one_fails_and_the_chain_does_not_fork(archive: Archive, file: Path) -> None:
    archive.journal.append(Batch(audit=(fact(1),)))
    other = Database.open(file, Limits(busy_timeout_ms=1))
    second = AuditRepository(other)
    with other.write("test") as connection:
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(ArchiveFailed, match="locked"):
            open_archive(file, Limits(busy_timeout_ms=1)).journal.append(Batch(audit=(fact(2),)))
    second.append((fact(3),))
    archive.journal.append(Batch(audit=(fact(4),)))
    other.dispose()
    assert [row[3] for row in rows(file)] == ["td-1", "td-3", "td-4"]
    assert [row[1] for row in rows(file)][1:] == [row[2] for row in rows(file)][:-1]


def test_an_anchor_signs_the_newest_row_once(archive: Archive, file: Path) -> None:
    key = bytes(range(32))
    assert not archive.audit.anchor(1)
    archive.audit.hold(SecretBytes(bytearray(key)))
    assert archive.audit.anchor(1)
    assert not archive.audit.anchor(2)
    archive.journal.append(Batch(audit=(fact(1), fact(2))))
    assert archive.audit.anchor(3)
    found = rows(
        file, "SELECT seq, hash, first_kept_seq, hash_before_first, time_us, mac FROM audit_anchor ORDER BY id"
    )
    assert [row[0] for row in found] == [0, 2]
    before = genesis(archive.audit.archive_id())
    assert found[1][1:5] == (archive.audit.head().digest, 1, before, 3)
    messages = [
        b"tradedesk/audit/anchor/1\0" + archive.audit.archive_id() + seq.to_bytes(8, "big") + digest
        + first.to_bytes(8, "big") + prior + time_us.to_bytes(8, "big")
        for seq, digest, first, prior, time_us, _mac in found
    ]  # fmt: skip
    macs = [row[5] for row in found]
    assert macs == [mac_of(key, message) for message in messages]
    pairs = tuple(zip(messages, macs, strict=True))
    assert archive.audit.genuine(pairs) == (True, True)
    assert archive.audit.genuine(((messages[0], macs[1]),)) == (False,)
    archive.audit.drop_key()
    assert archive.audit.genuine(pairs) is None


def test_a_row_costs_a_commit_little(archive: Archive) -> None:
    """Counted in statements, not in time: `make bench` times it."""
    seen: list[str] = []
    trace: Callable[[str], None] = seen.append
    archive.journal.append(Batch(audit=(fact(1),)))
    driver = archive.journal._database._connected().connection.driver_connection  # noqa: SLF001
    assert isinstance(driver, sqlite3.Connection)
    driver.set_trace_callback(trace)
    archive.journal.append(Batch(audit=(fact(2),)))
    driver.set_trace_callback(None)
    assert sum("audit" in statement for statement in seen) == 2


def test_a_head_goes_to_the_file_elsewhere_with_each_anchor(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "heads.txt"
    archive = open_archive(file, audit_heads=elsewhere)
    archive.audit.hold(key())
    archive.journal.append(Batch(audit=(fact(1), fact(2))))
    assert archive.audit.anchor(T0 // 1_000)
    first = KeptHead(archive.audit.archive_id(), archive.audit.head())
    assert HeadFile(elsewhere).furthest() == first
    assert elsewhere.stat().st_mode & 0o777 == 0o600
    assert not archive.audit.anchor(T0 // 1_000 + 1), "nothing new to sign"
    archive.journal.append(Batch(audit=(fact(3),)))
    assert archive.audit.anchor(T0 // 1_000 + 2)
    newest = HeadFile(elsewhere).furthest()
    assert newest is not None
    assert newest.head == archive.audit.head()
    assert [line.split()[2] for line in elsewhere.read_text().splitlines()] == ["2", "3"]


def test_a_head_written_after_a_cut_does_not_stand_for_the_one_before_it(tmp_path: Path) -> None:
    """Whoever opens the vault after a cut signs the next row, which is a lower one than the file knows."""
    heads = HeadFile(tmp_path / "heads.txt")
    before, after = (KeptHead(b"a" * 16, Head(seq, bytes([seq]) * 32)) for seq in (19, 11))
    heads.add(before, T0 // 1_000)
    heads.add(after, T0 // 1_000 + 1)
    assert heads.furthest() == before


def test_a_line_that_was_cut_off_swallows_no_other(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "heads.txt"
    archive = open_archive(file, audit_heads=elsewhere)
    archive.audit.hold(key())
    elsewhere.write_text("2026-11-21T15:00:00Z row 1 0011")
    archive.journal.append(Batch(audit=(fact(1),)))
    assert archive.audit.anchor(T0 // 1_000)
    newest = HeadFile(elsewhere).furthest()
    assert newest is not None
    assert newest.head == archive.audit.head()


def test_a_disk_that_is_away_is_told_and_the_anchor_stands(file: Path, tmp_path: Path) -> None:
    archive = open_archive(file, audit_heads=tmp_path / "away" / "heads.txt")
    archive.audit.hold(key())
    archive.journal.append(Batch(audit=(fact(1),)))
    with pytest.raises(ArchiveFailed, match=r"could not be written to .*No such file .*audit_anchor_file"):
        archive.audit.anchor(T0 // 1_000)
    assert rows(file, "SELECT seq FROM audit_anchor") == [(1,)]


def test_a_link_in_the_place_of_the_file_is_not_written_through(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "other.txt"
    target.write_text("mine\n")
    (tmp_path / "heads.txt").symlink_to(target)
    archive = open_archive(file, audit_heads=tmp_path / "heads.txt")
    archive.audit.hold(key())
    archive.journal.append(Batch(audit=(fact(1),)))
    with pytest.raises(ArchiveFailed, match="could not be written"):
        archive.audit.anchor(T0 // 1_000)
    assert target.read_text() == "mine\n"
