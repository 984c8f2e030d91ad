"""Binance's words on orders and fills as facts of the house: pure, exact, tolerant of words added later."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact

from connectors.model.balance import Balance
from connectors.model.fill import Fee, Fill
from connectors.model.ids import AccountId, ClientOrderId, InstrumentId, TradeId, VenueOrderId
from connectors.model.order import OrderReport, OrderStatus, OrderType, ReportSource, TimeInForce
from connectors.model.side import Side
from connectors.venues.binance import frames, schemas
from connectors.venues.binance.parse import nanos, order_type
from connectors.venues.binance.symbols import instrument_id

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

_TRIGGERED = frozenset(
    {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}
)
_TIMELESS = frozenset({OrderType.MARKET, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS, OrderType.TAKE_PROFIT})


def clean(text: str, limit: int = 200) -> str:
    """The venue's text without control characters and not endless: it may end up on a terminal."""
    return "".join(letter for letter in text if letter.isprintable())[:limit]


def status(word: str, kind: OrderType, *, working: bool) -> OrderStatus:
    """An order's status; UNKNOWN for a word added after this release. A stop waits off the book until it triggers."""
    found = _STATUS.get(word, OrderStatus.UNKNOWN)
    waits = found is OrderStatus.OPEN and kind in _TRIGGERED and not working
    return OrderStatus.PENDING_TRIGGER if waits else found


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
    """
    kind = order_type(row.type)
    own_id = row.orig_client_order_id or row.client_order_id
    working = row.is_working if row.is_working is not None else row.working_time not in {None, -1}
    return OrderReport(
        instrument=instrument_id(row.symbol),
        venue_order_id=VenueOrderId(str(row.order_id)),
        client_order_id=ClientOrderId(own_id) if own_id else None,
        status=status(row.status, kind, working=working),
        source=source,
        filled=row.executed_qty,
        cost=row.cummulative_quote_qty if row.cummulative_quote_qty >= 0 else None,
        time_ns=nanos(row.update_time or row.transact_time or row.time),
        side=side(row.side),
        type=kind if row.type else None,
        quantity=row.orig_qty or None,
        quote_quantity=row.orig_quote_order_qty or None,
        price=row.price or None,
        trigger_price=row.stop_price or None,
        time_in_force=time_in_force(row.time_in_force, kind),
        reason=_reason(row.expiry_reason),
        fills=tuple(_ack_fill(row, entry) for entry in row.fills),
    )


def execution(event: frames.ExecutionReport) -> OrderReport:
    """An execution report.

    ``C`` holds the order's id where ``c`` is that of a cancel or an amend; it is empty otherwise (facts §1.4).
    """
    kind = order_type(event.o)
    report_side = side(event.S)
    own_id = ClientOrderId(event.C or event.c)
    instrument = instrument_id(event.s)
    return OrderReport(
        instrument=instrument,
        venue_order_id=VenueOrderId(str(event.i)),
        client_order_id=own_id,
        status=status(event.X, kind, working=event.w),
        source=ReportSource.STREAM,
        filled=event.z,
        cost=event.Z if event.Z >= 0 else None,
        time_ns=nanos(event.T),
        side=report_side,
        type=kind,
        quantity=event.q or None,
        quote_quantity=event.Q or None,
        price=event.p or None,
        trigger_price=event.P or None,
        time_in_force=time_in_force(event.f, kind),
        reason=_reason(event.r) or _reason(event.eR),
        fill=_stream_fill(event, instrument, report_side, own_id) if event.x == "TRADE" and event.t >= 0 else None,
    )


def own_trade(row: schemas.OwnTrade) -> Fill:
    """One entry of ``GET /myTrades``."""
    return Fill(
        instrument=instrument_id(row.symbol),
        trade_id=TradeId(str(row.id)),
        venue_order_id=VenueOrderId(str(row.order_id)),
        side=Side.BUY if row.is_buyer else Side.SELL,
        price=row.price,
        quantity=row.qty,
        quote_quantity=row.quote_qty,
        fee=_fee(row.commission_asset, row.commission),
        time_ns=nanos(row.time),
        maker=row.is_maker,
    )


def balances(info: schemas.AccountInfo, account: AccountId, time_ns: int) -> tuple[Balance, ...]:
    """Balances of ``GET /account`` that are not zero."""
    return tuple(
        Balance(account, row.asset, row.free, row.locked, time_ns) for row in info.balances if row.free or row.locked
    )


def changed_balances(event: frames.AccountPosition, account: AccountId) -> tuple[Balance, ...]:
    """Balances of an account position, zero ones too: they may have been spent."""
    return tuple(Balance(account, row.a, row.f, row.l, nanos(event.E)) for row in event.B)


def _reason(word: str) -> str:
    return "" if word in {"", "NONE"} else clean(word)


def _fee(asset: str | None, paid: Decimal | None) -> Fee | None:
    return Fee(asset, paid) if asset and paid is not None else None


def _ack_fill(row: schemas.Order, entry: schemas.AckFill) -> Fill:
    """A fill of an acknowledgement: made at once, so the order took."""
    return Fill(
        instrument=instrument_id(row.symbol),
        trade_id=TradeId(str(entry.trade_id)),
        venue_order_id=VenueOrderId(str(row.order_id)),
        side=Side(row.side),
        price=entry.price,
        quantity=entry.qty,
        quote_quantity=_EXACT.multiply(entry.price, entry.qty),
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
        price=event.L,
        quantity=event.l,
        quote_quantity=event.Y or _EXACT.multiply(event.L, event.l),
        fee=_fee(event.N, event.n),
        time_ns=nanos(event.T),
        maker=event.m,
        client_order_id=own_id,
    )
