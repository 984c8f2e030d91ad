"""An archive as it looks after years: a million events of 200,000 orders, their fills, and 200 orders still at work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from pathlib import Path
from uuid import UUID

from connectors.model.connection import Connection
from connectors.model.ids import ClientOrderId, Mode, OrderId, VenueOrderId
from connectors.model.order import Evidence, EvidenceKind, OrderStatus
from storage.archive import open_archive
from storage.repositories.records import encode
from support.kept import EPOCH, account, order

EVENTS = 1_000_000
EVENTS_AN_ORDER = 5
WORKING = 200
INSTRUMENTS = tuple(f"binance.spot:X{number}USDT" for number in range(20))
BEHIND = 4_096
"""Newest entries that the checkpoint lacks: as many as a worker leaves behind that is killed at the worst moment."""

_BORN = 0x018F_0000_0000_7000_8000_0000_0000_0000
_FIRST_NS = 1_700_000_000_000_000_000
_STEP_NS = 300_000_000_000
_STAGES = (
    ("INTENT", OrderStatus.SUBMITTING, "0", EvidenceKind.INTENT, "intent written to the journal"),
    ("SENT", OrderStatus.SUBMITTING, "0", EvidenceKind.SENT, "request sent"),
    ("ACK", OrderStatus.OPEN, "0", EvidenceKind.ACK, "OPEN, said by the answer"),
    ("FILL", OrderStatus.PARTIALLY_FILLED, "0.004", EvidenceKind.STREAM, "PARTIALLY_FILLED, said by the stream"),
    ("FILL", OrderStatus.FILLED, "0.01", EvidenceKind.STREAM, "FILLED, said by the stream"),
)
_PARTS = (("0.004", "247.216"), ("0.006", "370.824"))
"""Quantity and worth of each fill."""
_BATCH = 20_000

_Row = tuple[object, ...]


def make(path: Path, events: int = EVENTS, working: int = WORKING, behind: int = BEHIND) -> None:
    """Write such an archive; what its records say is what the engine would have written.

    Args:
        path: Where; in a private folder.
        events: How many entries its journal has.
        working: How many orders are open, spread evenly over its life.
        behind: How many of the newest entries the checkpoint lacks.
    """
    archive = open_archive(path)
    registered = Connection(account(), "binance", "years", Mode.TESTNET, keyed=True, active=False)
    archive.connections.add(registered)
    archive.connections.set_epoch(account(), EPOCH)
    archive.close()
    orders = events // EVENTS_AN_ORDER
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "secure_delete=OFF", "cache_size=-200000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    open_ones = set(range(orders // working // 2, orders, orders // working)) if working else set()
    followed = events - behind
    stages = _templates()
    _write(connection, "order_events", _events(orders, open_ones, stages))
    _write(connection, "orders", _checkpoint(orders, open_ones, stages, followed))
    _write(connection, "fills", _fills(orders, open_ones))
    _write(connection, "position_history", _history(orders))
    _write(connection, "positions", (_position(each) for each in INSTRUMENTS))
    connection.execute("INSERT OR REPLACE INTO journal_checkpoint (id, number) VALUES (1, ?)", (followed,))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _write(connection: sqlite3.Connection, table: str, rows: Iterator[_Row]) -> None:
    while chunk := list(islice(rows, _BATCH)):
        marks = ",".join("?" * len(chunk[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", chunk)  # noqa: S608  # names of ours


def _templates() -> tuple[tuple[str, ...], ...]:
    """The record of one order in each stage, cut at what differs from order to order."""
    made: list[tuple[str, ...]] = []
    base = order(1, client_order_ids=(ClientOrderId("\0hex\0"),), handle="\0handle\0")
    lines: tuple[Evidence, ...] = ()
    for kind, status, filled, witness, text in _STAGES:
        lines = (*lines, replace(base.evidence[0], kind=witness, text=text))
        acked = kind not in {"INTENT", "SENT"}
        now = replace(
            base,
            status=status,
            filled=Decimal(filled),
            cost=Decimal(filled) * 61804,
            evidence=lines,
            revision=77_777,
            venue_order_id=VenueOrderId("\0venue\0") if acked else None,
            sent_ns=base.created_ns if kind != "INTENT" else None,
            acked_ns=base.created_ns if acked else None,
        )
        record = encode(now).replace(str(base.order_id), "\0id\0").replace(base.instrument.symbol, "\0symbol\0")
        record = record.replace(str(base.created_ns), "\0ns\0").replace("77777", "\0turn\0")
        made.append(tuple(record.replace("\\u0000", "\0").split("\0")))
    return tuple(made)


def _id(number: int) -> OrderId:
    return OrderId(UUID(int=_BORN + number))


def _born_ns(number: int) -> int:
    return _FIRST_NS + number * _STEP_NS


def _instrument(number: int) -> str:
    return INSTRUMENTS[number % len(INSTRUMENTS)]


def _record(template: tuple[str, ...], number: int, turn: int) -> str:
    order_id = _id(number)
    values = {
        "id": str(order_id),
        "hex": order_id.hex,
        "handle": f"k{number + 1}",
        "ns": str(_born_ns(number)),
        "venue": str(10_000_000 + number),
        "symbol": _instrument(number).rpartition(":")[2],
        "turn": str(turn),
    }
    return "".join([text if place % 2 == 0 else values[text] for place, text in enumerate(template)])


def _stage(turn: int, number: int, open_ones: set[int]) -> int:
    return min(turn, 3) if number in open_ones else turn


def _events(orders: int, open_ones: set[int], stages: tuple[tuple[str, ...], ...]) -> Iterator[_Row]:
    entry = 0
    for number in range(orders):
        for turn in range(EVENTS_AN_ORDER):
            entry += 1
            stage = _stage(turn, number, open_ones)
            yield (
                entry,
                _born_ns(number) + turn,
                _STAGES[stage][0],
                str(_id(number)),
                turn,
                _record(stages[stage], number, turn),
            )


def _checkpoint(orders: int, open_ones: set[int], stages: tuple[tuple[str, ...], ...], followed: int) -> Iterator[_Row]:
    for number in range(orders):
        last = min((number + 1) * EVENTS_AN_ORDER, followed)
        turn = last - number * EVENTS_AN_ORDER - 1
        if turn < 0:
            return
        stage = _stage(turn, number, open_ones)
        status = _STAGES[stage][1]
        record = _record(stages[stage], number, turn)
        yield (
            str(_id(number)),
            str(account()),
            _instrument(number),
            number + 1,
            status is not OrderStatus.FILLED,
            _born_ns(number),
            turn,
            last,
            record,
        )


def _fills(orders: int, open_ones: set[int]) -> Iterator[_Row]:
    row = 0
    for number in range(orders):
        for part, (quantity, worth) in enumerate(_PARTS[:1] if number in open_ones else _PARTS):
            row += 1
            order_id = _id(number)
            yield (
                row,
                str(account()),
                EPOCH,
                _instrument(number),
                str(1_000_000 + row),
                str(order_id),
                str(10_000_000 + number),
                order_id.hex,
                "BUY",
                "61804",
                quantity,
                worth,
                "BNB",
                "0.00001",
                0,
                0,
                _born_ns(number) + part,
            )


def _position(instrument: str) -> _Row:
    return (str(account()), instrument, "0.01", "618.04", "0", "0", _FIRST_NS)


def _history(orders: int) -> Iterator[_Row]:
    for number in range(orders):
        at = _born_ns(number)
        yield (number + 1, *_position(_instrument(number))[:-1], at, "INCREASE", "0.01", "61804", "0", at)
