"""Own fills, and what they made of positions. Money is added in Python, never in SQL."""

from __future__ import annotations

import decimal
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, RowMapping, select

from connectors.model.balance import Balance
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, Epoch, InstrumentId, OrderId
from connectors.model.position import Position, PositionChange, PositionEvent
from storage.database.engine import Database
from storage.database.tables import BALANCES, POSITION_HISTORY, POSITIONS
from storage.repositories import checkpoint
from storage.repositories.fill_rows import COLUMNS, fill_of, fills_of
from storage.repositories.other_fees import other_fees
from storage.repositories.touched import touched

_EXACT = decimal.Context(prec=1_000, traps=[decimal.Inexact, decimal.InvalidOperation])
"""Adds money without rounding; a sum that needed more digits would be refused, not rounded."""

_BOOKED_LAST = "id DESC"
_TRADED_LAST = "length(trade_id) DESC, trade_id DESC"
"""Several fills of one order share a time, and "99" comes before "100"."""
_LOOKED_THROUGH = 2_000
"""Newest fills that are looked through before all of an account's are sorted."""
_ASKED_AT_ONCE = 500
_OLDEST_OF_NEWEST = "SELECT min(time_ns) FROM (SELECT time_ns FROM fills ORDER BY time_ns DESC LIMIT ?)"
_OF_EPOCH = f"SELECT {COLUMNS} FROM fills WHERE account = ? AND epoch = ? ORDER BY id"  # noqa: S608  # names of ours


class FillsRepository:
    """`connectors.ports.archive.Fills` over the archive's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fills(
        self,
        *,
        account: AccountId | None = None,
        instrument: InstrumentId | None = None,
        since_ns: int = 0,
        limit: int = 500,
    ) -> Sequence[RecordedFill]:
        """Newest first."""
        wanted = {"account": account, "instrument": instrument}
        named: dict[str, str | int] = {name: str(value) for name, value in wanted.items() if value is not None}
        with self._database.read("fills.fills") as connection:
            return _newest(connection, named, since_ns, limit)

    def recent(
        self, account: AccountId, epoch: Epoch, *, span_ns: int, at_least: int, at_most: int
    ) -> Sequence[RecordedFill]:
        """Newest first of one life: those of ``span_ns`` before its newest, but never fewer or more than so many."""
        named: dict[str, str | int] = {"account": str(account), "epoch": epoch}
        with self._database.read("fills.recent") as connection:
            found = _newest(connection, named, 0, at_least)
            if not found or found[-1].fill.time_ns < found[0].fill.time_ns - span_ns:
                return found
            within = _newest(connection, named, found[0].fill.time_ns - span_ns, at_most)
        return max(found, within, key=len)

    def of_orders(self, orders: Sequence[OrderId]) -> Sequence[RecordedFill]:
        """Every fill of some orders, in the order in which they were booked."""
        found: list[tuple[int, RecordedFill]] = []
        with self._database.read("fills.of_orders") as connection:
            for start in range(0, len(orders), _ASKED_AT_ONCE):
                asked = [str(order_id) for order_id in orders[start : start + _ASKED_AT_ONCE]]
                marks = ",".join("?" * len(asked))
                statement = f"SELECT id, {COLUMNS} FROM fills WHERE order_id IN ({marks})"  # noqa: S608  # of ours
                found += [(row[0], fill_of(row[1:])) for row in connection.exec_driver_sql(statement, tuple(asked))]
        return [recorded for _, recorded in sorted(found, key=lambda each: each[0])]

    def of_epoch(self, account: AccountId, epoch: Epoch) -> Sequence[RecordedFill]:
        """Every fill of one life of an account, in the order in which they were booked."""
        with self._database.read("fills.of_epoch") as connection:
            return fills_of(connection, _OF_EPOCH, (str(account), epoch))

    def newest(self, account: AccountId, epoch: Epoch, instrument: InstrumentId) -> RecordedFill | None:
        """The newest real fill of an instrument, to ask the venue for what came after."""
        named: dict[str, str | int] = {
            "account": str(account),
            "epoch": epoch,
            "instrument": str(instrument),
            "provisional": 0,
        }
        with self._database.read("fills.newest") as connection:
            found = _newest(connection, named, 0, 1, _TRADED_LAST)
        return found[0] if found else None

    def last_trade_id(self, account: AccountId, epoch: Epoch, instrument: InstrumentId) -> str | None:
        """Trade id of the newest real fill."""
        found = self.newest(account, epoch, instrument)
        return found.fill.trade_id if found else None

    def instruments_touched(self, account: AccountId) -> Sequence[InstrumentId]:
        """Instruments with an order or a fill of this account, in alphabetical order."""
        with self._database.read("fills.instruments_touched") as connection:
            found = touched(connection, account)
            tail = checkpoint.tail(connection)
        return sorted(found.union(order.instrument for order, _ in tail.values() if order.account == account))

    def other_fees(
        self, account: AccountId, epoch: Epoch, pairs: Mapping[InstrumentId, tuple[str, str]], after: int = 0
    ) -> tuple[Mapping[tuple[InstrumentId, str], Decimal], int]:
        """Fees of one life by instrument and asset, but for those in base or quote; and how far was read."""
        with self._database.read("fills.other_fees") as connection:
            return other_fees(connection, account, epoch, pairs, after)

    def positions(self, account: AccountId | None = None) -> Sequence[Position]:
        """Newest position of each (account, instrument)."""
        query = select(POSITIONS).order_by(POSITIONS.c.account, POSITIONS.c.instrument)
        if account is not None:
            query = query.where(POSITIONS.c.account == str(account))
        with self._database.read("fills.positions") as connection:
            return [_position(row) for row in connection.execute(query).mappings()]

    def history(self, account: AccountId, instrument: InstrumentId, limit: int = 200) -> Sequence[PositionEvent]:
        """Newest first."""
        rows = POSITION_HISTORY.c
        query = (
            select(POSITION_HISTORY)
            .where(rows.account == str(account), rows.instrument == str(instrument))
            .order_by(rows.time_ns.desc(), rows.id.desc())
            .limit(limit)
        )
        with self._database.read("fills.history") as connection:
            return [
                PositionEvent(
                    position=_position(row),
                    change=PositionChange(row["change"]),
                    delta=row["delta"],
                    price=row["price"],
                    realised=row["realised_delta"],
                    time_ns=row["time_ns"],
                )
                for row in connection.execute(query).mappings()
            ]

    def realised_since(self, account: AccountId, since_ns: int) -> Decimal:
        """Realised P&L in quote over the position events since ``since_ns``, summed exactly."""
        rows = POSITION_HISTORY.c
        query = select(rows.realised_delta).where(rows.account == str(account), rows.time_ns >= since_ns)
        with self._database.read("fills.realised_since") as connection:
            total = Decimal(0)
            for realised in connection.scalars(query):
                total = _EXACT.add(total, realised)
        return total

    def balances(self, account: AccountId | None = None) -> Sequence[Balance]:
        """Newest balances as they were last stated, by account and asset."""
        query = select(BALANCES).order_by(BALANCES.c.account, BALANCES.c.asset)
        if account is not None:
            query = query.where(BALANCES.c.account == str(account))
        with self._database.read("fills.balances") as connection:
            return [
                Balance(
                    account=AccountId(UUID(row["account"])),
                    asset=row["asset"],
                    free=row["free"],
                    locked=row["locked"],
                    time_ns=row["time_ns"],
                )
                for row in connection.execute(query).mappings()
            ]


def _newest(
    connection: Connection, named: Mapping[str, str | int], since_ns: int, limit: int, order: str = _BOOKED_LAST
) -> list[RecordedFill]:
    """Newest first.

    SQLite would sort every fill of an account that has years of them. What is asked for mostly stands among the
    newest of all, so these are looked through first.
    """
    conditions = "".join(f" AND {name} = ?" for name in named)
    end = f"ORDER BY time_ns DESC, {order} LIMIT ?"
    if named:
        count = max(_LOOKED_THROUGH, 2 * limit)
        looked = f"SELECT id, {COLUMNS} FROM fills WHERE time_ns >= ? ORDER BY time_ns DESC LIMIT ?"  # noqa: S608
        among = f"SELECT {COLUMNS} FROM ({looked}) WHERE 1{conditions} {end}"  # noqa: S608  # names of ours
        found = fills_of(connection, among, (since_ns, count, *named.values(), limit))
        oldest_ns = connection.exec_driver_sql(_OLDEST_OF_NEWEST, (count,)).scalar() or 0
        # Of those that share the oldest time, some may not have been looked at.
        if len(found) == limit and found[-1].fill.time_ns > oldest_ns:
            return found
    statement = f"SELECT {COLUMNS} FROM fills WHERE time_ns >= ?{conditions} {end}"  # noqa: S608  # names of ours
    return fills_of(connection, statement, (since_ns, *named.values(), limit))


def _position(row: RowMapping) -> Position:
    return Position(
        account=AccountId(UUID(row["account"])),
        instrument=InstrumentId.parse(row["instrument"]),
        quantity=row["quantity"],
        cost=row["cost"],
        realised=row["realised"],
        fees_quote=row["fees_quote"],
        updated_ns=row["updated_ns"],
    )
