"""The JSON of every command. Field names are stable: a later release may add some and renames none.

Amounts and prices are decimal strings with every digit the venue sent, in the units of the field's name: ``price``,
``cost``, ``quote_quantity``, ``realised`` in the quote currency; ``quantity``, ``filled``, ``size``, ``volume`` in base
units; fees in ``fee_asset``. Times are ISO 8601, UTC. What nobody knows is ``null``.
"""

from __future__ import annotations

from decimal import Decimal

from connectors.model.balance import Balance
from connectors.model.book import BookLevel, BookTop, BookView
from connectors.model.candle import Candle
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.fill import RecordedFill
from connectors.model.instrument import Instrument
from connectors.model.order import Order
from connectors.model.position import Position
from connectors.model.rights import KeyRights
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from tui.cli.output import Json
from tui.format.times import moment

_NANOS = 1_000_000_000


def digits(value: Decimal) -> str:
    """Every digit, no exponent."""
    return format(value, "f")


def known(value: Decimal | None) -> str | None:
    """Every digit, or null."""
    return None if value is None else digits(value)


def iso(time_ns: int) -> str | None:
    """``2030-01-02T03:04:05.000123456Z``: milliseconds at least, as many digits more as there are; null for none."""
    at = moment(time_ns) if time_ns else None
    if at is None:
        return None
    fraction = f"{time_ns % _NANOS:09d}"
    while len(fraction) > 3 and fraction.endswith("000"):  # noqa: PLR2004  # milliseconds always stand
        fraction = fraction[:-3]
    return f"{at:%Y-%m-%dT%H:%M:%S}.{fraction}Z"


def ticker(label: str, fact: Ticker) -> dict[str, Json]:
    """24-hour statistics."""
    return {
        "venue": label,
        "symbol": fact.instrument.symbol,
        "last": digits(fact.last),
        "bid": known(fact.bid),
        "ask": known(fact.ask),
        "open": digits(fact.open),
        "high": digits(fact.high),
        "low": digits(fact.low),
        "volume": digits(fact.volume),
        "quote_volume": digits(fact.quote_volume),
        "change": digits(fact.change),
        "change_percent": digits(fact.change_percent),
        "time": iso(fact.time_ns),
    }


def book(label: str, view: BookView) -> dict[str, Json]:
    """A book; each level is ``[price, size]``, best first."""
    return {
        "venue": label,
        "symbol": view.instrument.symbol,
        "update_id": view.update_id,
        "state": view.state.value,
        "bids": [[digits(level.price), digits(level.size)] for level in view.bids],
        "asks": [[digits(level.price), digits(level.size)] for level in view.asks],
        "time": iso(view.received_ns),
    }


def top(fact: BookTop) -> dict[str, Json]:
    """One line of ``watch book``."""
    return {
        "update_id": fact.update_id,
        **_level("bid", fact.bid),
        **_level("ask", fact.ask),
        "state": fact.state.value,
    }


def _level(side: str, level: BookLevel | None) -> dict[str, Json]:
    return {
        f"{side}_price": None if level is None else digits(level.price),
        f"{side}_size": None if level is None else digits(level.size),
    }


def trade(fact: Trade) -> dict[str, Json]:
    """A public trade; ``side`` is the taker's."""
    return {
        "trade_id": fact.trade_id,
        "price": digits(fact.price),
        "size": digits(fact.quantity),
        "side": fact.aggressor.value,
        "time": iso(fact.time_ns),
    }


def gap(fact: Gap) -> dict[str, Json]:
    """A line of ``watch`` that is no item: what happened in between was not seen."""
    return {"gap": True, "from": iso(fact.from_ns), "to": iso(fact.to_ns)}


def candle(fact: Candle) -> dict[str, Json]:
    """A bar; ``time`` is its opening."""
    return {
        "time": iso(fact.open_ns),
        "interval": fact.interval.value,
        "open": digits(fact.open),
        "high": digits(fact.high),
        "low": digits(fact.low),
        "close": digits(fact.close),
        "volume": digits(fact.volume),
        "quote_volume": digits(fact.quote_volume),
        "trades": fact.trades,
        "closed": fact.closed,
    }


def instrument(fact: Instrument) -> dict[str, Json]:
    """An instrument and the venue's bounds on orders; "0" for a bound that is off."""
    bounds = fact.filters
    return {
        "symbol": fact.symbol,
        "product": fact.id.product.value,
        "base": fact.base,
        "quote": fact.quote,
        "status": fact.status.value,
        "tick_size": digits(bounds.tick_size),
        "step_size": digits(bounds.step_size),
        "min_quantity": digits(bounds.min_quantity),
        "max_quantity": digits(bounds.max_quantity),
        "min_notional": digits(bounds.min_notional),
        "max_notional": digits(bounds.max_notional),
        "order_types": sorted(kind.value for kind in fact.order_types),
    }


def balance(label: str, fact: Balance, external: Decimal | None = None) -> dict[str, Json]:
    """One asset; ``external`` is what of it the desk's own fills did not make, as far as it is known."""
    return {
        "venue": label,
        "asset": fact.asset,
        "free": digits(fact.free),
        "locked": digits(fact.locked),
        "total": digits(fact.total),
        "external": known(external),
        "time": iso(fact.time_ns),
    }


def position(label: str, fact: Position, mark: Decimal | None) -> dict[str, Json]:
    """A position from fills; ``mark`` is the last price it is valued at."""
    return {
        "venue": label,
        "symbol": fact.instrument.symbol,
        "quantity": digits(fact.quantity),
        "cost": digits(fact.cost),
        "average_entry": known(fact.average_entry),
        "mark": known(mark),
        "unrealised": None if mark is None else digits(fact.unrealised(mark)),
        "realised": digits(fact.realised),
        "fees_quote": digits(fact.fees_quote),
        "time": iso(fact.updated_ns),
    }


def order(label: str, fact: Order) -> dict[str, Json]:
    """An order's newest record."""
    return {
        "handle": fact.handle,
        "order_id": str(fact.order_id),
        "client_order_id": fact.client_order_id,
        "venue_order_id": fact.venue_order_id,
        "venue": label,
        "symbol": fact.instrument.symbol,
        "side": fact.side.value,
        "type": fact.type.value,
        "time_in_force": None if fact.time_in_force is None else fact.time_in_force.value,
        "status": fact.status.value,
        "canceling": fact.canceling,
        "quantity": known(fact.quantity),
        "quote_quantity": known(fact.quote_quantity),
        "price": known(fact.price),
        "trigger_price": known(fact.trigger_price),
        "trailing_bp": fact.trailing_delta,
        "iceberg_quantity": known(fact.iceberg_quantity),
        "expires": None if fact.expire_time_ns is None else iso(fact.expire_time_ns),
        "expires_here": fact.emulated_expiry,
        "amending": fact.amending is not None,
        "parent": None if fact.parent is None else str(fact.parent),
        "replacement": None if fact.replacement is None else str(fact.replacement),
        "list": fact.list_id,
        "list_role": None if fact.list_role is None else fact.list_role.value,
        "filled": digits(fact.filled),
        "remaining": known(fact.remaining),
        "average_price": known(fact.average_price),
        "cost": digits(fact.cost),
        "fees": [{"asset": fee.asset, "amount": digits(fee.amount)} for fee in fact.fees],
        "origin": fact.origin.value,
        "reason": fact.reason,
        "created": iso(fact.created_ns),
        "updated": iso(fact.updated_ns),
    }


def order_with_evidence(label: str, fact: Order) -> dict[str, Json]:
    """An order and what happened around it."""
    evidence: list[Json] = [
        {"time": iso(line.time_ns), "kind": line.kind.value, "text": line.text} for line in fact.evidence
    ]
    return {**order(label, fact), "evidence": evidence}


def fill(label: str, recorded: RecordedFill) -> dict[str, Json]:
    """One execution of ours; ``fee`` is negative for a rebate."""
    fact = recorded.fill
    return {
        "venue": label,
        "symbol": fact.instrument.symbol,
        "trade_id": fact.trade_id,
        "order_id": str(recorded.order_id),
        "venue_order_id": fact.venue_order_id,
        "side": fact.side.value,
        "price": digits(fact.price),
        "quantity": digits(fact.quantity),
        "quote_quantity": digits(fact.quote_quantity),
        "fee": None if fact.fee is None else digits(fact.fee.amount),
        "fee_asset": None if fact.fee is None else fact.fee.asset,
        "maker": fact.maker,
        "time": iso(fact.time_ns),
    }


def connection(fact: Connection, status: ConnectionStatus | None) -> dict[str, Json]:
    """A registered connection and its state; ``OFF`` for one that was not opened. Hosts only where they were given."""
    return {
        "label": fact.label,
        "account": str(fact.account),
        "venue": fact.venue,
        "mode": fact.mode.value,
        "products": [product.value for product in fact.products],
        "keyed": fact.keyed,
        "active": fact.active,
        "signs_with": None if fact.key_kind is None else fact.key_kind.value,
        "key_tail": fact.key_tail or None,
        "accepted": [one.value for one in fact.accepted],
        "rights": None if status is None or status.rights is None else rights(status.rights),
        "last_connected": None if fact.last_connected_ns is None else iso(fact.last_connected_ns),
        "embedded": fact.embedded,
        "rest_url": fact.hosts.rest[0] if fact.hosts.rest and not fact.embedded else None,
        "stream_url": fact.hosts.stream if fact.hosts.stream and not fact.embedded else None,
        "ws_api_url": fact.hosts.ws_api if fact.hosts.ws_api and not fact.embedded else None,
        "state": "OFF" if status is None else status.state.value,
        "trading": False if status is None else status.trading,
        "round_trip_ms": None if status is None else status.round_trip_ms,
        "clock_offset_ms": None if status is None else status.clock_offset_ms,
        "reason": "" if status is None else status.reason,
    }


def rights(fact: KeyRights) -> dict[str, Json]:
    """What a key may do; ``null`` is unknown, never no."""
    return {
        "trade": fact.trade,
        "withdraw": fact.withdraw,
        "transfer": fact.transfer,
        "ip_restricted": fact.ip_restricted,
        "source": fact.source,
        "time": iso(fact.time_ns),
    }
