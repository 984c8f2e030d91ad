"""Binance's words on orders and fills as facts of the house: pure, exact, tolerant of words added later."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact

from connectors.errors import Malformed
from connectors.model.balance import Balance
from connectors.model.fill import Fee, Fill
from connectors.model.foreign import harmless, redact
from connectors.model.ids import AccountId, ClientOrderId, InstrumentId, TradeId, VenueListId, VenueOrderId
from connectors.model.legality import TRIGGERED
from connectors.model.order import (
    OrderReport,
    OrderStatus,
    OrderType,
    ReportSource,
    SelfTradePrevention,
    TimeInForce,
)
from connectors.model.side import Side
from connectors.venues.binance import frames, schemas
from connectors.venues.binance.constants import VENUE
from connectors.venues.binance.parse import nanos, order_type
from connectors.venues.binance.symbols import instrument_id

_READ = 2_048
"""Characters of a venue's text that are looked at at all."""
_EXACT = Context(prec=60, traps=[Inexact])
"""Price × size never needs as many digits; if it ever did, a wrong sum would be worse than a stop."""

_STATUS = {
    "NEW": OrderStatus.OPEN,
    "PENDING_NEW": OrderStatus.PENDING_TRIGGER,
    "PARTIALLY_FILLED": OrderStatus.PARTIALLY_FILLED,
    "FILLED": OrderStatus.FILLED,
    "CANCELED": OrderStatus.CANCELED,
    "PENDING_CANCEL": OrderStatus.OPEN,
    "REJECTED": OrderStatus.REJECTED,
    "EXPIRED": OrderStatus.EXPIRED,
    "EXPIRED_IN_MATCH": OrderStatus.EXPIRED,
}

_WAITING = TRIGGERED | {OrderType.TRAILING}
_TIMELESS = frozenset(
    {OrderType.MARKET, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS, OrderType.TAKE_PROFIT, OrderType.TRAILING}
)
_IN_MATCH = "EXPIRED_IN_MATCH"
"""A status that is its own reason: self-trade prevention took the rest (facts §1.4)."""


def clean(text: str, limit: int = 200) -> str:
    """The venue's text made harmless and not endless: it may end up on a terminal, and repeat what it was sent."""
    return harmless(redact(text[:_READ]), limit)


def status(word: str, kind: OrderType, *, working: bool) -> OrderStatus:
    """An order's status; UNKNOWN for a word added after this release. A stop waits off the book until it triggers."""
    found = _STATUS.get(word, OrderStatus.UNKNOWN)
    waits = found is OrderStatus.OPEN and kind in _WAITING and not working
    return OrderStatus.PENDING_TRIGGER if waits else found


def kind_of(word: str, trailing_delta: int | None) -> OrderType:
    """An order's type: a stop-loss that trails is TRAILING, as the connector writes it (facts §4.4)."""
    kind = order_type(word)
    return OrderType.TRAILING if kind is OrderType.STOP_LOSS and trailing_delta else kind


def prevention(word: str) -> SelfTradePrevention | None:
    """A self-trade prevention mode; None where the venue says none, UNKNOWN for a word added later."""
    if not word:
        return None
    return SelfTradePrevention(word) if word in SelfTradePrevention.__members__ else SelfTradePrevention.UNKNOWN


def finite(number: Decimal) -> Decimal:
    """A number of the venue's.

    Raises:
        Malformed: It is none, or not finite.
    """
    if number.is_finite():
        return number
    raise Malformed(f"{VENUE} sent {number} where a number belongs.", venue=VENUE)


def side(word: str) -> Side | None:
    """A side; None where the venue does not say."""
    return Side(word) if word in Side.__members__ else None


def time_in_force(word: str, kind: OrderType) -> TimeInForce | None:
    """A time in force; None for types that have none, UNKNOWN for a word added later."""
    if not word or kind in _TIMELESS:
        return None
    return TimeInForce(word) if word in TimeInForce.__members__ else TimeInForce.UNKNOWN


def order(row: schemas.Order, source: ReportSource) -> OrderReport:
    """An order of a REST answer.

    A cancel's answer names the order in ``origClientOrderId`` and itself in ``clientOrderId``.

    Raises:
        Malformed: A number in it is none.
    """
    kind = kind_of(row.type, row.trailing_delta)
    own_id = row.orig_client_order_id or row.client_order_id
    working = row.is_working if row.is_working is not None else row.working_time not in {None, -1}
    return OrderReport(
        instrument=instrument_id(row.symbol),
        venue_order_id=VenueOrderId(str(row.order_id)),
        client_order_id=ClientOrderId(own_id) if own_id else None,
        status=status(row.status, kind, working=working),
        source=source,
        filled=finite(row.executed_qty),
        cost=_cost(row.cummulative_quote_qty),
        time_ns=nanos(row.update_time or row.transact_time or row.time),
        side=side(row.side),
        type=kind if row.type else None,
        quantity=finite(row.orig_qty) or None,
        quote_quantity=finite(row.orig_quote_order_qty) or None,
        price=finite(row.price) or None,
        trigger_price=finite(row.stop_price) or None,
        time_in_force=time_in_force(row.time_in_force, kind),
        reason=_reason(row.expiry_reason) or _own_reason(row.status),
        fills=tuple(_ack_fill(row, entry) for entry in row.fills),
        venue_list_id=_list_id(row.order_list_id),
        trailing_delta=row.trailing_delta,
        trailing_since_ns=_since(row.trailing_time),
        iceberg_quantity=finite(row.iceberg_qty) or None,
        self_trade_prevention=prevention(row.self_trade_prevention_mode),
        prevented=finite(row.prevented_quantity),
    )


def execution(event: frames.ExecutionReport) -> OrderReport:
    """An execution report.

    ``C`` holds the order's id where ``c`` is that of a cancel; of an amend (REPLACED) ``c`` is the id the order carries
    from now on and ``C`` the one before. It is empty otherwise (facts §1.4, §4.6).

    Raises:
        Malformed: A number in it is none.
    """
    kind = kind_of(event.o, event.d)
    report_side = side(event.S)
    amended = event.x == "REPLACED"
    own_id = ClientOrderId(event.c if amended else event.C or event.c)
    instrument = instrument_id(event.s)
    return OrderReport(
        instrument=instrument,
        venue_order_id=VenueOrderId(str(event.i)),
        client_order_id=own_id,
        status=status(event.X, kind, working=event.w),
        source=ReportSource.STREAM,
        filled=finite(event.z),
        cost=_cost(event.Z),
        time_ns=nanos(event.T),
        side=report_side,
        type=kind,
        quantity=finite(event.q) or None,
        quote_quantity=finite(event.Q) or None,
        price=finite(event.p) or None,
        trigger_price=finite(event.P) or None,
        time_in_force=time_in_force(event.f, kind),
        reason=_reason(event.r) or _reason(event.eR) or _own_reason(event.X),
        fill=_stream_fill(event, instrument, report_side, own_id) if event.x == "TRADE" and event.t >= 0 else None,
        replaced_client_order_id=ClientOrderId(event.C) if amended and event.C not in {"", event.c} else None,
        venue_list_id=_list_id(event.g),
        trailing_delta=event.d,
        trailing_since_ns=_since(event.D),
        iceberg_quantity=finite(event.F) or None,
        self_trade_prevention=prevention(event.V),
        prevented=finite(event.A),
    )


def own_trade(row: schemas.OwnTrade) -> Fill:
    """One entry of ``GET /myTrades``."""
    return Fill(
        instrument=instrument_id(row.symbol),
        trade_id=TradeId(str(row.id)),
        venue_order_id=VenueOrderId(str(row.order_id)),
        side=Side.BUY if row.is_buyer else Side.SELL,
        price=finite(row.price),
        quantity=finite(row.qty),
        quote_quantity=finite(row.quote_qty),
        fee=_fee(row.commission_asset, row.commission),
        time_ns=nanos(row.time),
        maker=row.is_maker,
    )


def balances(info: schemas.AccountInfo, account: AccountId, time_ns: int) -> tuple[Balance, ...]:
    """Balances of ``GET /account`` that are not zero."""
    return tuple(
        Balance(account, row.asset, finite(row.free), finite(row.locked), time_ns)
        for row in info.balances
        if row.free or row.locked
    )


def changed_balances(event: frames.AccountPosition, account: AccountId) -> tuple[Balance, ...]:
    """Balances of an account position, zero ones too: they may have been spent."""
    return tuple(Balance(account, row.a, finite(row.f), finite(row.l), nanos(event.E)) for row in event.B)


def _cost(number: Decimal) -> Decimal | None:
    """Cumulative quote quantity; below zero it is unknown (facts §4.4)."""
    return number if finite(number) >= 0 else None


def _side(word: str) -> Side:
    found = side(word)
    if found is None:
        raise Malformed(f"{VENUE} sent a fill without a side.", venue=VENUE)
    return found


def _list_id(number: int) -> VenueListId | None:
    return VenueListId(str(number)) if number >= 0 else None


def _since(time_ms: int | None) -> int | None:
    return nanos(time_ms) if time_ms is not None and time_ms > 0 else None


def _product(price: Decimal, size: Decimal) -> Decimal:
    try:
        return _EXACT.multiply(finite(price), finite(size))
    except Inexact:
        digits = len(price.as_tuple().digits) + len(size.as_tuple().digits)
    raise Malformed(f"{VENUE} sent a price and a size of {digits} digits.", venue=VENUE)


def _own_reason(word: str) -> str:
    return word if word == _IN_MATCH else ""


def _reason(word: str) -> str:
    return "" if word in {"", "NONE"} else clean(word)


def _fee(asset: str | None, paid: Decimal | None) -> Fee | None:
    return Fee(asset, finite(paid)) if asset and paid is not None else None


def _ack_fill(row: schemas.Order, entry: schemas.AckFill) -> Fill:
    """A fill of an acknowledgement: made at once, so the order took."""
    return Fill(
        instrument=instrument_id(row.symbol),
        trade_id=TradeId(str(entry.trade_id)),
        venue_order_id=VenueOrderId(str(row.order_id)),
        side=_side(row.side),
        price=finite(entry.price),
        quantity=finite(entry.qty),
        quote_quantity=_product(entry.price, entry.qty),
        fee=_fee(entry.commission_asset, entry.commission),
        time_ns=nanos(row.transact_time),
        maker=False,
        client_order_id=ClientOrderId(row.client_order_id),
    )


def _stream_fill(
    event: frames.ExecutionReport, instrument: InstrumentId, fill_side: Side | None, own_id: ClientOrderId
) -> Fill | None:
    if fill_side is None:
        return None
    return Fill(
        instrument=instrument,
        trade_id=TradeId(str(event.t)),
        venue_order_id=VenueOrderId(str(event.i)),
        side=fill_side,
        price=finite(event.L),
        quantity=finite(event.l),
        quote_quantity=finite(event.Y) or _product(event.L, event.l),
        fee=_fee(event.N, event.n),
        time_ns=nanos(event.T),
        maker=event.m,
        client_order_id=own_id,
    )
