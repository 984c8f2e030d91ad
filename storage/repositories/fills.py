"""Own fills, and what they made of positions. Money is added in Python, never in SQL."""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import RowMapping, func, select, union

from connectors.model.balance import Balance
from connectors.model.fill import Fee, Fill, RecordedFill
from connectors.model.ids import AccountId, ClientOrderId, Epoch, InstrumentId, OrderId, TradeId, VenueOrderId
from connectors.model.position import Position, PositionChange, PositionEvent
from connectors.model.side import Side
from storage.database.engine import Database
from storage.database.tables import BALANCES, FILLS, ORDERS, POSITION_HISTORY, POSITIONS
from storage.repositories import checkpoint

_EXACT = decimal.Context(prec=1_000, traps=[decimal.Inexact, decimal.InvalidOperation])
"""Adds money without rounding; a sum that needed more digits would be refused, not rounded."""


class FillsRepository:
    """`connectors.ports.archive.Fills` over the archive's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fills(self, *, account: AccountId | None = None, limit: int = 500) -> Sequence[RecordedFill]:
        """Newest first."""
        query = select(FILLS).order_by(FILLS.c.time_ns.desc(), FILLS.c.id.desc()).limit(limit)
        if account is not None:
            query = query.where(FILLS.c.account == str(account))
        with self._database.read("fills.fills") as connection:
            return [_fill(row) for row in connection.execute(query).mappings()]

    def of_epoch(self, account: AccountId, epoch: Epoch) -> Sequence[RecordedFill]:
        """Every fill of one life of an account, in the order in which they were booked."""
        query = select(FILLS).where(FILLS.c.account == str(account), FILLS.c.epoch == epoch).order_by(FILLS.c.id)
        with self._database.read("fills.of_epoch") as connection:
            return [_fill(row) for row in connection.execute(query).mappings()]

    def last_trade_id(self, account: AccountId, epoch: Epoch, instrument: InstrumentId) -> str | None:
        """Trade id of the newest real fill, to ask the venue for what came after."""
        fills = FILLS.c
        query = (
            select(fills.trade_id)
            .where(fills.account == str(account), fills.epoch == epoch, fills.instrument == str(instrument))
            .where(~fills.provisional)
            # Several fills of one order share a time, and "99" comes before "100".
            .order_by(fills.time_ns.desc(), func.length(fills.trade_id).desc(), fills.trade_id.desc())
            .limit(1)
        )
        with self._database.read("fills.last_trade_id") as connection:
            return connection.scalar(query)

    def instruments_touched(self, account: AccountId) -> Sequence[InstrumentId]:
        """Instruments with an order or a fill of this account, in alphabetical order."""
        query = union(
            select(ORDERS.c.instrument).where(ORDERS.c.account == str(account)),
            select(FILLS.c.instrument).where(FILLS.c.account == str(account)),
        )
        with self._database.read("fills.instruments_touched") as connection:
            touched = {InstrumentId.parse(text) for text in connection.scalars(query)}
            tail = checkpoint.tail(connection)
        return sorted(touched.union(order.instrument for order, _ in tail.values() if order.account == account))

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


def _fill(row: RowMapping) -> RecordedFill:
    client_order_id = row["client_order_id"]
    return RecordedFill(
        account=AccountId(UUID(row["account"])),
        epoch=Epoch(row["epoch"]),
        order_id=OrderId(UUID(row["order_id"])),
        fill=Fill(
            instrument=InstrumentId.parse(row["instrument"]),
            trade_id=TradeId(row["trade_id"]),
            venue_order_id=VenueOrderId(row["venue_order_id"]),
            side=Side(row["side"]),
            price=row["price"],
            quantity=row["quantity"],
            quote_quantity=row["quote_quantity"],
            fee=None if row["fee_asset"] is None else Fee(row["fee_asset"], row["fee"]),
            time_ns=row["time_ns"],
            maker=row["maker"],
            client_order_id=None if client_order_id is None else ClientOrderId(client_order_id),
            provisional=row["provisional"],
        ),
    )


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
