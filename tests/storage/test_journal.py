"""The journal: numbered without a hole, one transaction a batch, the newest revision at hand."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from connectors.errors import ArchiveFailed
from connectors.model.balance import Balance
from connectors.model.order import OrderStatus
from connectors.ports.archive import Batch
from storage.archive import Archive, Limits, open_archive
from storage.repositories.checkpoint import handle_number
from storage.repositories.records import decode_order, encode
from support.kept import T0, account, entry, fill, order, position_event


def test_entries_are_numbered_without_a_hole_over_batches_and_restarts(file: Path) -> None:
    archive = open_archive(file)
    assert archive.journal.last_number() == 0
    assert archive.journal.append(Batch(entries=(entry(order(1)), entry(order(2))))) == 2
    archive.close()
    again = open_archive(file)
    assert again.journal.append(Batch(entries=(entry(order(3)),))) == 3
    assert again.journal.append(Batch(fills=(fill(),))) == 3
    assert [found.number for found in again.journal.events(order(3).order_id)] == [3]
    again.close()


def test_two_writers_share_the_numbers_between_them(file: Path) -> None:
    each = 40
    writers = [open_archive(file), open_archive(file)]

    def write(turn: int) -> list[int]:
        start = turn * each
        return [
            writers[turn].journal.append(Batch(entries=(entry(order(number)),)))
            for number in range(start + 1, start + each + 1)
        ]

    with ThreadPoolExecutor(2) as pool:
        numbers = [number for told in pool.map(write, range(2)) for number in told]
    assert sorted(numbers) == list(range(1, 2 * each + 1))
    for writer in writers:
        writer.close()


def test_a_record_of_a_release_that_knew_more_and_less_is_still_read() -> None:
    text = encode(order())
    more = text.replace('"handle":', '"invented_later":{"x":1},"handle":')
    less = text.replace(',"reduce_only":false', "")
    assert more != text
    assert less != text
    assert decode_order(more) == decode_order(less) == order()


def test_the_checkpoint_holds_the_newest_revision_and_the_journal_holds_all(archive: Archive) -> None:
    first, second = order(1), order(1, revision=1, status=OrderStatus.OPEN)
    archive.journal.append(Batch(entries=(entry(first), entry(second, "ACK"))))
    archive.journal.append(Batch(entries=(entry(first, "LATE"),)))
    assert archive.journal.order(first.order_id) == second
    events = archive.journal.events(first.order_id)
    assert [(found.number, found.kind, found.order) for found in events] == [
        (1, "INTENT", first),
        (2, "ACK", second),
        (3, "LATE", first),
    ]


def test_orders_come_newest_first_and_working_ones_alone_when_asked(archive: Archive) -> None:
    states = [OrderStatus.OPEN, OrderStatus.FILLED, OrderStatus.UNKNOWN, OrderStatus.REJECTED, OrderStatus.SUBMITTING]
    kept = [order(number, status=status) for number, status in enumerate(states, 1)]
    archive.journal.append(Batch(entries=tuple(entry(one) for one in kept)))
    assert [one.handle for one in archive.journal.orders()] == ["k5", "k4", "k3", "k2", "k1"]
    assert [one.handle for one in archive.journal.orders(working_only=True)] == ["k5", "k3", "k1"]
    assert [one.handle for one in archive.journal.orders(limit=2)] == ["k5", "k4"]
    archive.journal.append(Batch(entries=(entry(replace(kept[0], status=OrderStatus.CANCELED, revision=1)),)))
    assert [one.handle for one in archive.journal.orders(working_only=True)] == ["k5", "k3"]


def test_a_life_begins_with_every_order_that_works_and_the_newest_others(archive: Archive) -> None:
    for number in range(1, 9):
        status = OrderStatus.OPEN if number in {1, 4} else OrderStatus.FILLED
        archive.journal.append(Batch(entries=(entry(order(number, status=status)),)))
        if number == 6:
            archive.journal.settle()
    begun = archive.journal.beginning(3)
    assert [known.handle for known in begun.orders] == ["k8", "k7", "k6", "k4", "k1"]
    assert (begun.next_handle, begun.whole) == (9, False)
    assert archive.journal.beginning(9).whole


def test_orders_that_work_are_found_by_their_own_index(archive: Archive) -> None:
    """Read without it, a million entries cost a start a second."""
    with archive.journal._database.read("test") as connection:  # noqa: SLF001  # what it runs is to be seen
        told: list[str] = []

        def explained(_connection: object, cursor: sqlite3.Cursor, statement: str, parameters: Any, *_: object) -> None:
            if "orders.working" in statement:
                plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                told.extend(str(row[-1]) for row in plan)

        event.listen(connection.engine, "before_cursor_execute", explained)
        connection_engine = connection.engine
    archive.journal.orders(working_only=True)
    event.remove(connection_engine, "before_cursor_execute", explained)
    assert any("ix_orders_working" in line for line in told), told


def test_an_order_nobody_placed_is_none(archive: Archive) -> None:
    assert archive.journal.order(order().order_id) is None


def test_handles_are_counted_over_the_life_of_the_archive(archive: Archive) -> None:
    assert archive.journal.next_handle() == 1
    archive.journal.append(Batch(entries=(entry(order(1, handle="k41", status=OrderStatus.FILLED)),)))
    archive.journal.append(Batch(entries=(entry(order(2, handle="k9")),)))
    assert archive.journal.next_handle() == 42


@pytest.mark.parametrize(("handle", "number"), [("k3", 3), ("e12", 12), ("k", 0), ("k3a", 0), ("٣", 0), ("", 0)])
def test_the_number_of_a_handle_is_its_digits(handle: str, number: int) -> None:
    assert handle_number(handle) == number


def test_a_batch_is_kept_whole_or_not_at_all(archive: Archive) -> None:
    broken = fill(price=Decimal("NaN"))
    with pytest.raises(ArchiveFailed):
        archive.journal.append(Batch(entries=(entry(order()),), positions=(position_event(),), fills=(broken,)))
    assert archive.journal.last_number() == 0
    assert archive.journal.orders() == []
    assert archive.fills.positions() == []
    assert archive.journal.append(Batch(entries=(entry(order()),))) == 1


def test_balances_keep_the_newest_statement(archive: Archive) -> None:
    first = Balance(account(), "USDT", Decimal("10.50"), Decimal(0), T0)
    archive.journal.append(Batch(balances=(first, Balance(account(2), "BTC", Decimal(1), Decimal(2), T0))))
    newer = replace(first, free=Decimal("9.00"), time_ns=T0 + 1)
    archive.journal.append(Batch(balances=(newer,)))
    assert archive.fills.balances(account()) == [newer]
    assert len(archive.fills.balances()) == 2


@pytest.mark.parametrize(("table", "settled"), [("order_events", False), ("orders", True)])
def test_a_damaged_record_is_an_archive_that_failed(archive: Archive, file: Path, table: str, settled: bool) -> None:
    archive.journal.append(Batch(entries=(entry(order()),)))
    if settled:
        archive.journal.settle()
    with sqlite3.connect(file) as connection:
        connection.execute(f"UPDATE {table} SET record = '{{\"order_id\": 3}}'")  # noqa: S608  # names of ours
    connection.close()
    with pytest.raises(ArchiveFailed, match="damaged"):
        archive.journal.orders()


revisions = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 3), st.sampled_from([OrderStatus.OPEN, OrderStatus.FILLED])),
    min_size=1,
    max_size=12,
)


@given(revisions, st.sets(st.integers(0, 11)), st.booleans())
def test_who_reads_orders_sees_the_same_wherever_the_checkpoint_stands(
    tmp_path_factory: pytest.TempPathFactory,
    written: list[tuple[int, int, OrderStatus]],
    settled_after: set[int],
    working_only: bool,
) -> None:
    empty = tmp_path_factory.getbasetemp() / "empty.db"
    if not empty.exists():
        open_archive(empty).close()
    seen = []
    for settles in (set(), settled_after, set(range(12))):
        folder = tmp_path_factory.mktemp("archive")
        folder.chmod(0o700)
        archive = open_archive(Path(shutil.copy(empty, folder / "tradedesk.db")))
        for turn, (number, revision, status) in enumerate(written):
            archive.journal.append(Batch(entries=(entry(order(number, revision=revision, status=status)),)))
            if turn in settles:
                archive.journal.settle()
        journal = archive.journal
        seen.append(
            (
                journal.orders(working_only=working_only, limit=3),
                [journal.order(order(number).order_id) for number in range(1, 5)],
                journal.next_handle(),
                archive.fills.instruments_touched(account()),
            )
        )
        archive.close()
    assert seen[0] == seen[1] == seen[2]
    newest: dict[int, tuple[int, OrderStatus]] = {}
    for number, revision, status in written:
        if number not in newest or newest[number][0] <= revision:
            newest[number] = (revision, status)
    assert [found.revision for found in seen[0][1] if found] == [newest[number][0] for number in sorted(newest)]


def test_the_journal_waits_for_the_disk_at_every_commit(archive: Archive, file: Path) -> None:
    archive.journal.append(Batch(entries=(entry(order(1)),)))
    with archive.journal._database.read("test") as connection:  # noqa: SLF001  # of the connection it writes over
        said = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "journal_mode")}
    assert said == {"synchronous": 2, "journal_mode": "wal"}
    # Committed means visible to whoever else opens the file, without a word of ours.
    assert _rows(file, "order_events") == 1


def test_an_intent_is_one_row_and_the_checkpoint_follows_when_asked(archive: Archive, file: Path) -> None:
    archive.journal.append(Batch(entries=(entry(order(1)), entry(order(2)))))
    assert archive.journal.behind == 2
    assert _rows(file, "orders") == 0
    assert len(archive.journal.orders()) == 2
    archive.journal.settle()
    assert archive.journal.behind == 0
    assert _rows(file, "orders") == 2


def test_a_checkpoint_that_cannot_follow_hides_no_order(file: Path) -> None:
    archive = open_archive(file, Limits(busy_timeout_ms=20))
    archive.journal.append(Batch(entries=(entry(order(1)),)))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ArchiveFailed, match="locked"):
        archive.journal.settle()
    assert [found.handle for found in archive.journal.orders()] == ["k1"]
    other.execute("ROLLBACK")
    other.close()
    archive.close()
    again = open_archive(file)
    assert [found.handle for found in again.journal.orders(working_only=True)] == ["k1"]
    again.close()


def _rows(file: Path, table: str) -> int:
    connection = sqlite3.connect(file)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  # names of ours
    finally:
        connection.close()
