"""Whether an order can be said at a venue at all: its form against what the venue declares. Pure.

Every connector asks this before it sends; filters, balances and limits are judged elsewhere. What is refused names the
rule; what the desk would have to emulate is labelled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from connectors.model.capabilities import Capabilities, Support
from connectors.model.order import OrderRequest, OrderType, SelfTradePrevention, TimeInForce
from connectors.model.order_list import ListKind, OrderListRequest
from connectors.model.side import Side

PRICED = frozenset({OrderType.LIMIT, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT})
"""Types with a price."""
TIMED = PRICED - {OrderType.LIMIT_MAKER}
"""Types with a time in force."""
TRIGGERED = frozenset(
    {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}
)
"""Types that wait for a trigger price; a trailing order may have one."""

TARGETS = frozenset({OrderType.LIMIT_MAKER, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT})
STOPS = frozenset({OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TRAILING})
ENTRIES = frozenset({OrderType.LIMIT, OrderType.LIMIT_MAKER})

_NEEDS_WORKER = "is kept by the desk, not by the venue: it needs the worker alive"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the question.

    Attributes:
        rule: Name of the broken rule, such as ``TIME_IN_FORCE``; empty when the order can be sent.
        reason: One sentence for the trader.
        emulated: One label for each part that the desk has to emulate.
    """

    rule: str = ""
    reason: str = ""
    emulated: tuple[str, ...] = ()


Broken = tuple[str, str] | None
Rule = Callable[[OrderRequest, Capabilities, int], Broken]


def judge(order: OrderRequest, can: Capabilities, now_ns: int) -> Verdict:
    """Judge the form of one order.

    Args:
        order: What is asked.
        can: What the venue declares.
        now_ns: The venue's time, for orders that expire.
    """
    for rule in _RULES:
        broken = rule(order, can, now_ns)
        if broken is not None:
            return Verdict(*broken)
    labels = [
        f"{name} {_NEEDS_WORKER}"
        for name, support in (
            (order.type.value, can.order_type(order.type)),
            (order.time_in_force or "", _force(order, can)),
            ("the iceberg", can.iceberg if order.iceberg_quantity is not None else Support.NATIVE),
        )
        if support is Support.EMULATED
    ]
    return Verdict(emulated=tuple(labels))


def judge_list(request: OrderListRequest, can: Capabilities, now_ns: int) -> Verdict:
    """Judge the form of an order list and of each of its orders."""
    support = can.list_kind(request.kind) if can.order_lists is not Support.MISSING else Support.MISSING
    if support is Support.MISSING:
        return Verdict("LIST", f"{can.venue} has no {request.kind} lists.")
    broken = _whole(request) or _matched(request)
    if broken is not None:
        return Verdict(*broken)
    labels: tuple[str, ...] = (f"{request.kind} {_NEEDS_WORKER}",) if support is Support.EMULATED else ()
    for order in request.orders:
        verdict = judge(order, can, now_ns)
        if verdict.rule:
            return verdict
        labels += verdict.emulated
    return Verdict(emulated=labels)


# --- one order


def _known(order: OrderRequest, can: Capabilities, _now_ns: int) -> Broken:
    if can.order_type(order.type) is Support.MISSING:
        return "TYPE", f"{can.venue} has no {order.type} orders here."
    return None


def _force(order: OrderRequest, can: Capabilities) -> Support:
    return Support.NATIVE if order.time_in_force is None else can.time_in_force(order.time_in_force)


def _timed(order: OrderRequest, can: Capabilities, _now_ns: int) -> Broken:
    force = order.time_in_force
    if order.type not in TIMED:
        return None if force is None else ("TIME_IN_FORCE", f"A {order.type} order has no time in force.")
    if force is None:
        return "TIME_IN_FORCE", f"A {order.type} order needs a time in force."
    if _force(order, can) is Support.MISSING:
        return "TIME_IN_FORCE", f"{can.venue} has no time in force {force} here."
    return None


def _expiring(order: OrderRequest, _can: Capabilities, now_ns: int) -> Broken:
    if order.time_in_force is not TimeInForce.GTD:
        return None if order.expire_time_ns is None else ("EXPIRY", "Only a GTD order has an expiry time.")
    if order.expire_time_ns is None:
        return "EXPIRY", "A GTD order needs an expiry time."
    if order.expire_time_ns <= now_ns:
        return "EXPIRY", "The expiry time of a GTD order must lie in the future."
    return None


def _sized(order: OrderRequest, _can: Capabilities, _now_ns: int) -> Broken:
    if (order.quantity is None) == (order.quote_quantity is None):
        return "SIZE", "An order needs a size, either in base or in quote."
    if not _positive(order.quantity) or not _positive(order.quote_quantity):
        return "SIZE", "The size of an order must be a number above zero."
    return None


def _sized_in(order: OrderRequest, can: Capabilities, _now_ns: int) -> Broken:
    buy = order.side is Side.BUY
    if order.quote_quantity is None:
        if can.quote_sized_market_only and order.type is OrderType.MARKET and buy:
            return "QUOTE_SIZE", f"{can.venue} wants a market buy sized in quote."
        return None
    if order.type is not OrderType.MARKET:
        return "QUOTE_SIZE", "Only a market order can be sized in quote."
    if not ((can.quote_sized_market_buy or can.quote_sized_market_only) if buy else can.quote_sized_market_sell):
        return "QUOTE_SIZE", f"{can.venue} takes no market {order.side.value.lower()} sized in quote."
    return None


def _priced(order: OrderRequest, _can: Capabilities, _now_ns: int) -> Broken:
    if (order.price is not None) is not (order.type in PRICED):
        return "PRICE", f"A {order.type} order {'needs a' if order.type in PRICED else 'has no'} price."
    return None if _positive(order.price) else ("PRICE", "The price of an order must be a number above zero.")


def _trailing(order: OrderRequest, can: Capabilities, _now_ns: int) -> Broken:
    delta = order.trailing_delta
    if order.type is OrderType.TRAILING:
        return None if delta is not None and delta > 0 else ("TRAILING", "A TRAILING order needs a delta above zero.")
    if delta is None:
        return None
    if order.type not in can.trailing_types:
        return "TRAILING", f"{can.venue} trails no {order.type} order; a stop-loss that trails is TRAILING."
    return None if delta > 0 else ("TRAILING", "A trailing delta must be above zero.")


def _triggered(order: OrderRequest, _can: Capabilities, _now_ns: int) -> Broken:
    if order.trigger_price is None:
        if order.type in TRIGGERED and order.trailing_delta is None:
            return "TRIGGER", f"A {order.type} order needs a trigger price."
        return None
    if order.type not in TRIGGERED | {OrderType.TRAILING}:
        return "TRIGGER", f"A {order.type} order has no trigger price."
    return None if _positive(order.trigger_price) else ("TRIGGER", "The trigger price must be a number above zero.")


def _iceberg(order: OrderRequest, can: Capabilities, _now_ns: int) -> Broken:
    shown = order.iceberg_quantity
    if shown is None:
        return None
    if can.iceberg is Support.MISSING:
        return "ICEBERG", f"{can.venue} has no iceberg orders here."
    if order.type not in PRICED:
        return "ICEBERG", f"A {order.type} order has no visible part."
    if order.time_in_force not in {None, TimeInForce.GTC}:
        return "ICEBERG", "An iceberg order stays: its time in force is GTC."
    if not _positive(shown) or order.quantity is None or shown > order.quantity:
        return "ICEBERG", "The visible part of an order lies above zero and not above the order."
    return None


def _prevented(order: OrderRequest, can: Capabilities, _now_ns: int) -> Broken:
    mode = order.self_trade_prevention
    if mode is SelfTradePrevention.VENUE_DEFAULT or mode in can.self_trade_prevention:
        return None
    return "SELF_TRADE_PREVENTION", f"{can.venue} has no self-trade prevention mode {mode} here."


_RULES: tuple[Rule, ...] = (
    _known,
    _timed,
    _expiring,
    _sized,
    _sized_in,
    _priced,
    _trailing,
    _triggered,
    _iceberg,
    _prevented,
)


def _positive(number: Decimal | None) -> bool:
    """Whether a number that is there is finite and above zero."""
    return number is None or (number.is_finite() and number > 0)


# --- lists

_PARTS = {
    ListKind.OCO: ("take_profit", "stop_loss"),
    ListKind.OTO: ("entry", "exit"),
    ListKind.OTOCO: ("entry", "take_profit", "stop_loss"),
}


def _whole(request: OrderListRequest) -> Broken:
    parts = _PARTS[request.kind]
    for name in ("entry", "exit", "take_profit", "stop_loss"):
        if (getattr(request, name) is not None) is not (name in parts):
            needs = "needs a" if name in parts else "has no"
            return "LIST", f"An {request.kind} list {needs} {name.replace('_', ' ')} order."
    for name, kinds in (("entry", ENTRIES), ("take_profit", TARGETS), ("stop_loss", STOPS)):
        order = getattr(request, name)
        if order is not None and order.type not in kinds:
            return "LIST", f"The {name.replace('_', ' ')} order of a list is one of {', '.join(sorted(kinds))}."
    return None


def _matched(request: OrderListRequest) -> Broken:
    orders = request.orders
    if len({order.instrument for order in orders}) > 1:
        return "LIST", "All orders of a list are of one instrument."
    if len({order.client_order_id for order in orders}) < len(orders):
        return "LIST", "Each order of a list needs a client order id of its own."
    if len({order.self_trade_prevention for order in orders}) > 1:
        return "LIST", "All orders of a list have one self-trade prevention mode."
    if any(order.quantity is None for order in orders):
        return "LIST", "The orders of a list are sized in base."
    target, stop = request.take_profit, request.stop_loss
    if target is not None and stop is not None and (target.side, target.quantity) != (stop.side, stop.quantity):
        return "LIST", "Target and stop of a list have one side and one size."
    return None
