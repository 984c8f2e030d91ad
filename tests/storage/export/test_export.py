"""An export: digits as written, no formula, no row missed or doubled, and little memory however many rows."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import tracemalloc
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ArchiveFailed
from connectors.model.audit import AuditFact, AuditKind, AuditOutcome
from connectors.model.fill import Fee
from connectors.model.order import Order, OrderOrigin, OrderStatus
from connectors.ports.archive import Batch
from storage.archive import open_archive
from storage.export import pages as paging
from storage.export.pages import Wanted
from storage.export.tables import TABLES, Kind, iso
from storage.export.writing import export, guarded
from support.kept import ETHUSDT, T0, account, entry, fill, order, position_event


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Seven orders, three fills, two changes of a position, two rows of the chain."""
    path = tmp_path / "tradedesk.db"
    archive = open_archive(path)
    orders = [order(number) for number in range(1, 6)]
    orders.append(order(6, account=account(2), reason="=cmd()", fees=(Fee("BTC", Decimal("0.10")),)))
    orders.append(order(7, created_ns=T0 + 1, quantity=Decimal("1.2300"), price=None))
    fills = (fill("1"), fill("2", time_ns=T0 + 5), fill("3", time_ns=T0 + 5, fee=Fee("BNB", Decimal("-0.0010"))))
    facts = (
        AuditFact(T0 // 1000, AuditKind.REQUEST, "order.place", "SENT", 0, account(), "td-1", b'{"qty":"1"}'),
        AuditFact(T0 // 1000 + 9, AuditKind.DESK, "@sum", AuditOutcome.DONE, 12),
    )
    archive.journal.append(
        Batch(
            entries=tuple(entry(one) for one in orders),
            fills=fills,
            positions=(position_event(), position_event("0.00100", "-1.50", time_ns=T0 + 7)),
            audit=facts,
        )
    )
    archive.journal.settle()
    archive.close()
    return path


def written(file: Path, kind: Kind, form: str = "json", **narrowed: Any) -> str:
    out = io.BytesIO()
    export(file, Wanted(kind, **narrowed), form, out)
    return out.getvalue().decode()


def rows(file: Path, kind: Kind, **narrowed: Any) -> list[dict[str, object]]:
    found = json.loads(written(file, kind, **narrowed))
    assert isinstance(found, list)
    return found


def table(file: Path, kind: Kind, **narrowed: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(file, kind, "csv", **narrowed), newline="")))


def test_orders_are_told_as_they_were_written_oldest_first(file: Path) -> None:
    found = rows(file, Kind.ORDERS)
    assert [row["handle"] for row in found] == ["k1", "k7", "k2", "k3", "k4", "k5", "k6"]
    first, odd, last = found[0], found[1], found[-1]
    assert (first["quantity"], first["price"], first["filled"]) == ("0.01000", "61804.00", "0")
    assert (odd["quantity"], odd["price"]) == ("1.2300", None)
    assert last["fees"] == [{"asset": "BTC", "amount": "0.10"}]
    assert last["reason"] == "=cmd()", "JSON is no spreadsheet"
    assert (first["time"], first["time_ns"]) == ("2030-01-02T03:04:05.000000001Z", str(T0 + 1))
    assert (first["account"], first["account_id"]) == (None, str(account()))
    assert (first["instrument"], first["side"], first["time_in_force"]) == ("binance.spot:BTCUSDT", "BUY", "GTC")


def test_fills_positions_and_the_chain_have_their_rows(file: Path) -> None:
    fills = rows(file, Kind.FILLS)
    assert [row["trade_id"] for row in fills] == ["1", "2", "3"]
    assert [row["fee"] for row in fills] == ["0.00000400", "0.00000400", "-0.0010"]
    assert (fills[0]["maker"], fills[0]["provisional"]) == (False, False)
    positions = rows(file, Kind.POSITIONS)
    assert [(row["change"], row["delta"], row["realised"]) for row in positions] == [
        ("OPEN", "0.00400", "0"),
        ("OPEN", "0.00100", "-1.50"),
    ]
    chain = rows(file, Kind.AUDIT)
    assert [(row["seq"], row["kind"], row["detail"]) for row in chain] == [
        (1, "REQUEST", '{"qty":"1"}'),
        (2, "DESK", "{}"),
    ]
    assert chain[1]["prev"] == chain[0]["hash"]


@pytest.mark.parametrize("kind", Kind)
def test_csv_and_json_have_the_same_columns_and_rows(file: Path, kind: Kind) -> None:
    told, found = table(file, kind), rows(file, kind)
    assert len(told) == len(found) > 1
    for cells, facts in zip(told, found, strict=True):
        assert tuple(cells) == tuple(facts) == TABLES[kind].columns
        for name, value in facts.items():
            if value is None:
                assert cells[name] == ""
            elif isinstance(value, bool):
                assert cells[name] == str(value).lower()
            elif isinstance(value, str):
                assert cells[name].removeprefix("'") == value.removeprefix("'")


def test_no_cell_of_a_csv_is_a_formula_and_numbers_are_left_alone(file: Path) -> None:
    assert table(file, Kind.ORDERS)[-1]["reason"] == "'=cmd()"
    assert table(file, Kind.ORDERS)[-1]["fees"] == "0.10 BTC"
    assert table(file, Kind.AUDIT)[-1]["operation"] == "'@sum"
    assert table(file, Kind.FILLS)[-1]["fee"] == "-0.0010"
    for text in ("=1", "+1", "@x", "-x", "-1-1", "\tx", "\r=1", "-", "-1e5", "-\u0661", "-1\n"):
        assert guarded(text) == f"'{text}", text
    for text in ("-1", "-0.000001", "12", "", "x=1", "'=1"):
        assert guarded(text) == text, text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
def test_whatever_a_venue_says_a_guarded_cell_is_text_or_a_number(text: str) -> None:
    safe = guarded(text)
    if safe[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        assert Decimal(safe) <= 0
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow([safe, "x"])
    assert next(csv.reader(io.StringIO(line.getvalue(), newline=""))) == [safe, "x"]


def test_times_and_accounts_narrow_it(file: Path) -> None:
    assert [row["handle"] for row in rows(file, Kind.ORDERS, since_ns=T0 + 3, until_ns=T0 + 5)] == ["k3", "k4"]
    assert [row["handle"] for row in rows(file, Kind.ORDERS, account=str(account(2)))] == ["k6"]
    assert [row["seq"] for row in rows(file, Kind.AUDIT, since_ns=T0 + 1)] == [2], "µs do not round into the range"
    assert [row["seq"] for row in rows(file, Kind.AUDIT, until_ns=T0 + 9_000)] == [1]
    assert rows(file, Kind.FILLS, since_ns=T0 + 10) == []
    assert written(file, Kind.FILLS, "csv", since_ns=T0 + 10).count("\n") == 1


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_neither_lose_nor_double_a_row(
    file: Path, kind: Kind, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = written(file, kind)
    monkeypatch.setattr(paging, "PAGE_ROWS", size)
    assert written(file, kind) == whole


def test_what_comes_while_it_is_written_is_left_out_and_the_log_is_not_held(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_ROWS", 1)
    archive = open_archive(file)
    found = []
    for number, page in enumerate(paging.pages(file, Wanted(Kind.FILLS))):
        archive.journal.append(Batch(fills=(fill(f"late {number}", time_ns=T0 + 100 + number),)))
        with closing(sqlite3.connect(file)) as other:
            busy, log, moved = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert (busy, log, moved) == (0, 0, 0), "whoever pipes an export into a pager holds nothing"
        found += page
        assert number < 5
    archive.close()
    assert len(found) == 3


def test_a_great_many_rows_take_the_memory_of_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_ROWS", 50)
    path = tmp_path / "tradedesk.db"
    open_archive(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000)"
            " INSERT INTO position_history (account, instrument, quantity, cost, realised, fees_quote, updated_ns,"
            " change, delta, price, realised_delta, time_ns)"
            " SELECT 'a', 'binance.spot:BTCUSDT', '0.1', '1', '0', '0', i, 'OPEN', '0.1', '10', '0', i FROM n"
        )

    class Counted(io.RawIOBase):
        length = 0

        def write(self, data: object) -> int:
            self.length += len(data)  # type: ignore[arg-type]
            return len(data)  # type: ignore[arg-type]

    out = Counted()
    peaks = []
    for until_ns in (201, 2_001):
        tracemalloc.start()
        try:
            wanted = Wanted(Kind.POSITIONS, until_ns=until_ns)
            assert export(path, wanted, "csv", out) == until_ns - 1  # type: ignore[arg-type]
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


def test_an_empty_archive_is_an_empty_export(tmp_path: Path) -> None:
    path = tmp_path / "tradedesk.db"
    open_archive(path).close()
    for kind in Kind:
        assert written(path, kind) == "[]\n"
        assert written(path, kind, "csv") == ",".join(TABLES[kind].columns) + "\r\n"


def test_what_is_no_archive_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    with pytest.raises(ArchiveFailed, match="cannot be opened"):
        written(path, Kind.ORDERS)
    assert not path.exists()
    assert iso(0) == "1970-01-01T00:00:00.000000000Z"


def _executed(number: int, **changes: Any) -> Order:
    return order(
        number,
        revision=1,
        status=OrderStatus.FILLED,
        filled=Decimal("0.01"),
        cost=Decimal("618.06"),
        arrival_price=Decimal(61800),
        sent_ns=T0,
        acked_ns=T0 + 1_500_000,
        **changes,
    )


@pytest.mark.parametrize("page_rows", [1, 2, 100])
def test_what_the_checkpoint_has_not_followed_yet_is_told_in_its_place(
    file: Path, monkeypatch: pytest.MonkeyPatch, page_rows: int
) -> None:
    monkeypatch.setattr(paging, "PAGE_ROWS", page_rows)
    archive = open_archive(file)
    late = (_executed(3), order(8, created_ns=T0 + 2, handle="k8"), order(9, account=account(2)))
    archive.journal.append(Batch(entries=(*(entry(one) for one in late), entry(order(2, revision=0)))))
    archive.close()
    found = rows(file, Kind.ORDERS)
    assert [row["handle"] for row in found] == ["k1", "k7", "k2", "k8", "k3", "k4", "k5", "k6", "k9"]
    executed = next(row for row in found if row["handle"] == "k3")
    assert (executed["status"], executed["slippage_bp"], executed["ack_ms"]) == ("FILLED", "0.97", "1.500000")
    assert (found[0]["arrival_price"], found[0]["slippage_bp"], found[0]["ack_ms"]) == (None, None, None)
    assert [row["handle"] for row in rows(file, Kind.ORDERS, account=str(account(2)))] == ["k6", "k9"]
    assert [row["handle"] for row in rows(file, Kind.ORDERS, since_ns=T0 + 2, until_ns=T0 + 4)] == ["k2", "k8", "k3"]


def test_statistics_are_told_by_day_account_and_instrument(file: Path) -> None:
    day_ns = 86_400_000_000_000
    archive = open_archive(file)
    fees = (Fee("BNB", Decimal("0.10")),)
    made = (
        _executed(10, fees=fees),
        _executed(11, fees=fees, instrument=ETHUSDT),
        _executed(12, created_ns=T0 + day_ns, fees=fees),
        _executed(13, origin=OrderOrigin.EXT),
    )
    archive.journal.append(Batch(entries=tuple(entry(one) for one in made)))
    archive.close()
    found = rows(file, Kind.STATISTICS)
    assert [(row["day"], row["instrument"], row["orders"], row["filled"]) for row in found] == [
        ("2030-01-02", "binance.spot:BTCUSDT", 7, 1),
        ("2030-01-02", "binance.spot:ETHUSDT", 1, 1),
        ("2030-01-02", "binance.spot:BTCUSDT", 1, 0),
        ("2030-01-03", "binance.spot:BTCUSDT", 1, 1),
    ]
    eth = found[1]
    assert (eth["fill_rate"], eth["slippage_bp"], eth["ack_p50_ms"]) == ("1.0000", "0.97", "1.500000")
    assert (eth["volume_quote"], eth["fees"]) == ("618.06", [{"asset": "BNB", "amount": "0.10"}])
    assert [row["day"] for row in rows(file, Kind.STATISTICS, since_ns=T0 + day_ns)] == ["2030-01-03"]
