"""What can be exported: the query of each kind, and its columns in their order.

Names of columns are stable: a later release may add some at the end and renames none. Amounts are decimal text as it
was written; prices, cost, realised and quote quantities are in the quote currency, quantities in base units, fees in
the asset named beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from connectors.model.execution import milliseconds, slippage_bp
from connectors.model.side import Side

Cell = str | int | bool | None | list[dict[str, str]]
"""A list is that of an order's fees."""
Found = tuple[Any, ...]
Labels = Mapping[str, str]
"""Account → label of its connection; one that was removed has none."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = 1_000
_NANOS = 1_000_000_000


class Kind(StrEnum):
    """What can be exported."""

    ORDERS = "orders"
    FILLS = "fills"
    POSITIONS = "positions"
    """What made each position what it is: one row a change."""
    AUDIT = "audit"
    STATISTICS = "statistics"
    """How well orders of each day, account and instrument were executed."""


@dataclass(frozen=True, slots=True)
class Table:
    """How one kind is read, oldest first, from any place on.

    The first columns of ``select`` are those of ``key``, which is unique and which the rows are ordered by.
    """

    select: str
    key: tuple[str, ...]
    begin: tuple[int | str, ...]
    """Below every key."""
    time: str
    """Column of the time that is asked for."""
    account: str
    unit_ns: int
    """Of ``time``."""
    columns: tuple[str, ...]
    cells: Callable[[Found, Labels], tuple[Cell, ...]]


def iso(time_ns: int) -> str:
    """``2030-01-02T03:04:05.000123456Z``."""
    moment = _EPOCH + timedelta(seconds=time_ns // _NANOS)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time_ns % _NANOS:09d}Z"


def _times(time_ns: int | None) -> tuple[str | None, str | None]:
    """ISO, and whole ns as text: as a number, spreadsheets and many readers of JSON would round it."""
    return (None, None) if time_ns is None else (iso(time_ns), str(time_ns))


_ORDER_RECORD = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


def _orders(found: Found, labels: Labels) -> tuple[Cell, ...]:
    order = _ORDER_RECORD.decode(found[2])
    return (
        *_times(order["created_ns"]),
        *_times(order["updated_ns"]),
        labels.get(order["account"]),
        order["account"],
        order["epoch"],
        _instrument(order["instrument"]),
        *(order[name] for name in ("handle", "order_id")),
        order["client_order_ids"][-1] if order["client_order_ids"] else None,
        *(order.get(name) for name in _ORDER),
        *_times(order.get("sent_ns")),
        *_times(order.get("acked_ns")),
        order.get("fees", []),
        order.get("reason", ""),
        order.get("arrival_price"),
        *_executed(order),
    )


def _executed(order: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Slippage against the mid at arrival in basis points, and ms from the first byte to the answer."""
    mid, filled = order.get("arrival_price"), Decimal(order["filled"])
    average = Decimal(order["cost"]) / filled if filled else None
    slippage = slippage_bp(Side(order["side"]), average, None if mid is None else Decimal(mid))
    sent_ns, acked_ns = order.get("sent_ns"), order.get("acked_ns")
    return (
        None if slippage is None else format(slippage, "f"),
        None if sent_ns is None or acked_ns is None else format(milliseconds(acked_ns - sent_ns), "f"),
    )


def _instrument(of: Mapping[str, str]) -> str:
    return f"{of['venue']}.{of['product']}:{of['symbol']}"


_ORDER = (
    *("venue_order_id", "parent", "origin", "side", "type", "time_in_force", "reduce_only", "status", "canceling"),
    *("quantity", "quote_quantity", "price", "trigger_price", "filled", "cost", "seen_price"),
)


def _fills(found: Found, labels: Labels) -> tuple[Cell, ...]:
    time_ns, _, account, *rest, maker, provisional = found
    flags = (None if maker is None else bool(maker), bool(provisional))
    return (*_times(time_ns), labels.get(account), account, *rest, *flags)


def _positions(found: Found, labels: Labels) -> tuple[Cell, ...]:
    _, time_ns, account, *rest = found
    return (*_times(time_ns), labels.get(account), account, *rest)


def _audit(found: Found, labels: Labels) -> tuple[Cell, ...]:
    seq, time_us, kind, account, operation, outcome, latency_us, client_order_id, detail, prev, digest = found
    return (
        seq,
        *_times(time_us * _MICRO),
        kind,
        None if account is None else labels.get(account),
        account,
        operation,
        outcome,
        latency_us,
        client_order_id,
        bytes(detail).decode("utf-8", "replace"),
        bytes(prev).hex(),
        bytes(digest).hex(),
    )


TABLES: Mapping[Kind, Table] = {
    Kind.ORDERS: Table(
        select="SELECT created_ns, order_id, record FROM orders",
        key=("created_ns", "order_id"),
        begin=(-1, ""),
        time="created_ns",
        account="account",
        unit_ns=1,
        columns=(
            *("time", "time_ns", "updated", "updated_ns", "account", "account_id", "epoch", "instrument", "handle"),
            *("order_id", "client_order_id", *_ORDER, "sent", "sent_ns", "acked", "acked_ns", "fees", "reason"),
            *("arrival_price", "slippage_bp", "ack_ms"),
        ),
        cells=_orders,
    ),
    Kind.FILLS: Table(
        select="SELECT time_ns, id, account, epoch, instrument, trade_id, order_id, venue_order_id, client_order_id,"
        " side, price, quantity, quote_quantity, fee, fee_asset, maker, provisional FROM fills",
        key=("time_ns", "id"),
        begin=(-1, -1),
        time="time_ns",
        account="account",
        unit_ns=1,
        columns=(
            *("time", "time_ns", "account", "account_id", "epoch", "instrument", "trade_id", "order_id"),
            *("venue_order_id", "client_order_id", "side", "price", "quantity", "quote_quantity", "fee", "fee_asset"),
            *("maker", "provisional"),
        ),
        cells=_fills,
    ),
    Kind.POSITIONS: Table(
        select="SELECT id, time_ns, account, instrument, change, delta, price, realised_delta, quantity, cost,"
        " realised, fees_quote FROM position_history",
        key=("id",),
        begin=(-1,),
        time="time_ns",
        account="account",
        unit_ns=1,
        columns=(
            *("time", "time_ns", "account", "account_id", "instrument", "change", "delta", "price", "realised"),
            *("quantity_after", "cost_after", "realised_after", "fees_quote_after"),
        ),
        cells=_positions,
    ),
    Kind.STATISTICS: Table(
        select="SELECT created_ns, order_id, record FROM orders",
        key=("created_ns", "order_id"),
        begin=(-1, ""),
        time="created_ns",
        account="account",
        unit_ns=1,
        columns=(
            *("day", "account", "account_id", "instrument", "orders", "filled", "partly", "unfilled", "refused"),
            *("fill_rate", "slippage_bp", "ack_p50_ms", "ack_p99_ms", "volume_quote", "fees"),
        ),
        cells=_orders,
    ),
    Kind.AUDIT: Table(
        select="SELECT seq, time_us, kind, connection_id, operation, outcome, latency_us, client_order_id, detail,"
        " prev, hash FROM audit",
        key=("seq",),
        begin=(-1,),
        time="time_us",
        account="connection_id",
        unit_ns=_MICRO,
        columns=(
            *("seq", "time", "time_ns", "kind", "account", "account_id", "operation", "outcome", "latency_us"),
            *("client_order_id", "detail", "prev", "hash"),
        ),
        cells=_audit,
    ),
}
