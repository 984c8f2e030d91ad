"""Rows of fills as the driver hands them over: a start reads thousands, and SQLAlchemy's types triple the cost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from connectors.model.fill import Fee, Fill, RecordedFill
from connectors.model.ids import AccountId, ClientOrderId, Epoch, InstrumentId, OrderId, TradeId, VenueOrderId
from connectors.model.side import Side

COLUMNS = (
    "account, epoch, order_id, instrument, trade_id, venue_order_id, client_order_id, side, price, quantity,"
    " quote_quantity, fee_asset, fee, maker, provisional, time_ns"
)
"""In the order in which `fill_of` takes them."""


def fills_of(connection: Connection, statement: str, values: Sequence[str | int]) -> list[RecordedFill]:
    """Run a statement that selects `COLUMNS`, and read its rows."""
    return [fill_of(row) for row in connection.exec_driver_sql(statement, tuple(values))]


def fill_of(row: Sequence[Any]) -> RecordedFill:
    """One row of `COLUMNS`.

    Raises:
        ValueError: It is no fill.
        ArithmeticError: An amount of it is none.
    """
    (
        account,
        epoch,
        order_id,
        instrument,
        trade_id,
        venue_order_id,
        client_order_id,
        side,
        price,
        quantity,
        quote_quantity,
        fee_asset,
        fee,
        maker,
        provisional,
        time_ns,
    ) = row
    return RecordedFill(
        _account(account),
        Epoch(epoch),
        _order(order_id),
        Fill(
            instrument=_instrument(instrument),
            trade_id=TradeId(trade_id),
            venue_order_id=VenueOrderId(venue_order_id),
            side=Side(side),
            price=Decimal(price),
            quantity=Decimal(quantity),
            quote_quantity=Decimal(quote_quantity),
            fee=None if fee_asset is None else Fee(fee_asset, Decimal(fee)),
            time_ns=time_ns,
            maker=None if maker is None else bool(maker),
            client_order_id=None if client_order_id is None else ClientOrderId(client_order_id),
            provisional=bool(provisional),
        ),
    )


@lru_cache(64)
def _account(text: str) -> AccountId:
    return AccountId(UUID(text))


@lru_cache(64)
def _order(text: str) -> OrderId:
    """The fills of one order stand together."""
    return OrderId(UUID(text))


@lru_cache(1024)
def _instrument(text: str) -> InstrumentId:
    return InstrumentId.parse(text)
