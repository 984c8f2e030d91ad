"""Orders in few characters: the marks of the ladder and the words of the lists."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connectors.model.fill import Fee
from connectors.model.list_terms import ListRole
from connectors.model.order import Order, OrderOrigin, OrderStatus, OrderType
from connectors.model.side import Side
from tui.format.clean import clean
from tui.format.numbers import NONE, exact, price
from tui.format.times import milliseconds

SENDING = "⋯"
UNKNOWN = "?"
CANCELLING = "×"
EXTERNAL = "E"
OFF_LABEL = "*"

STOPS = frozenset({OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TRAILING})
TARGETS = frozenset({OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT})

_EXITS = frozenset({ListRole.EXIT, ListRole.TAKE_PROFIT, ListRole.STOP_LOSS})
_KINDS = {
    OrderType.MARKET: "market",
    OrderType.LIMIT: "limit",
    OrderType.LIMIT_MAKER: "limit po",
    OrderType.STOP_LOSS: "stop",
    OrderType.STOP_LOSS_LIMIT: "stop lim",
    OrderType.TAKE_PROFIT: "target",
    OrderType.TAKE_PROFIT_LIMIT: "tgt lim",
    OrderType.TRAILING: "trailing",
    OrderType.UNKNOWN: "other",
}

_STATES = {
    OrderStatus.DRAFT: "DRAFT",
    OrderStatus.SUBMITTING: "SENDING",
    OrderStatus.PENDING_TRIGGER: "PENDING",
    OrderStatus.OPEN: "OPEN",
    OrderStatus.PARTIALLY_FILLED: "PART",
    OrderStatus.FILLED: "FILLED",
    OrderStatus.CANCELED: "CANCELED",
    OrderStatus.EXPIRED: "EXPIRED",
    OrderStatus.REJECTED: "REJECTED",
    OrderStatus.UNKNOWN: "UNKNOWN",
    OrderStatus.NEVER_ARRIVED: "NEVER ARRIVED",
}


def protective(order: Order) -> bool:
    """Whether it is a stop or a target: it waits for a trigger and takes risk off."""
    return order.type in STOPS or order.type in TARGETS


def kind(order: Order) -> str:
    """Its type as the lists write it."""
    return _KINDS[order.type]


def side_letter(order: Order) -> str:
    """``B`` or ``S``; ``s↓`` a sell stop, ``t↑`` a sell target, ``b↑`` a buy stop, ``t↓`` a buy target."""
    selling = order.side is Side.SELL
    if order.type in STOPS:
        return "s↓" if selling else "b↑"
    if order.type in TARGETS:
        return "t↑" if selling else "t↓"
    return "S" if selling else "B"


def state_mark(order: Order) -> str:
    """The one mark that matters most: unknown, then sending, then cancelling, then external; else nothing."""
    if order.status is OrderStatus.UNKNOWN:
        return UNKNOWN
    if order.status in {OrderStatus.SUBMITTING, OrderStatus.DRAFT}:
        return SENDING
    if order.canceling:
        return CANCELLING
    return EXTERNAL if order.origin is OrderOrigin.EXT else ""


def quantity(order: Order) -> str:
    """The whole size, every digit; a quote-sized order in its quote units with ``$``."""
    if order.quantity is not None:
        return exact(order.quantity)
    return NONE if order.quote_quantity is None else f"${exact(order.quote_quantity)}"


def limit_price(order: Order, decimals: int) -> str:
    """Its price, or ``market``."""
    if order.price is not None:
        return price(order.price, decimals)
    return "market"


def state_words(order: Order, price_decimals: int = 2) -> str:
    """``OPEN``, ``PART 60 %``, ``CANCELING``, ``AMENDING → 61,801.00``, ``OPEN EXT``, ``PENDING trigger``."""
    words = [_STATES[order.status]]
    if order.status is OrderStatus.PARTIALLY_FILLED and order.quantity:
        words.append(f"{int(order.filled * 100 / order.quantity)} %")
    if order.canceling and order.working:
        words = ["CANCELING"]
    elif order.amending is not None and order.working:
        words = [amending_words(order, price_decimals)]
    elif order.status is OrderStatus.CANCELED and order.replacement is not None:
        words = ["REPLACED"]
    if order.origin is OrderOrigin.EXT:
        words.append("EXT")
    if protective(order) and order.working and order.amending is None:
        words.append("protects")
    elif order.status is OrderStatus.PENDING_TRIGGER and words == ["PENDING"]:
        words.append("entry" if order.list_role in _EXITS else "trigger")
    if order.decided_by_hand:
        words.append("by hand")
    return " ".join(words)


def amending_words(order: Order, price_decimals: int) -> str:
    """``AMENDING → 61,801.00``: what it is asked to become; both where price and size change."""
    amending = order.amending
    if amending is None:
        return ""
    at = amending.trigger_price if amending.trigger_price is not None else amending.price
    parts = [price(at, price_decimals)] if at is not None else []
    if amending.quantity is not None:
        parts.append(exact(amending.quantity))
    return f"AMENDING → {' × '.join(parts)}"


def trail_words(delta_bp: int) -> str:
    """Basis points as a trailing order shows them: ``0.5 %``."""
    return f"{exact(Decimal(delta_bp) / 100)} %"


def trigger_words(order: Order, decimals: int) -> str:
    """The price it waits for, or how far behind the best one it follows; ``–`` where neither."""
    if order.trigger_price is None and order.trailing_delta is not None:
        return f"{trail_words(order.trailing_delta)} off"
    return price(order.trigger_price, decimals)


def slippage_bp(order: Order, paid: Decimal | None = None) -> Decimal | None:
    """Basis points an order, or one fill of it, is worse than the mid at its arrival; None while that is not known.

    Without an arrival price the mid that was painted when the key was pressed stands in for it.
    """
    mid = order.arrival_price if order.arrival_price is not None else order.seen_price
    average = order.average_price if paid is None else paid
    if mid is None or average is None or not mid:
        return None
    return (average - mid) / mid * order.side.sign * 10_000


def fees_words(fees: Sequence[Fee]) -> str:
    """``0.62 USDT``; several assets apart, since they have no common sum."""
    paid = [f"{exact(fee.amount)} {clean(fee.asset)}" for fee in fees if fee.amount]
    return " and ".join(paid) or NONE


def fees_short(fees: Sequence[Fee]) -> str:
    """``0.62 USDT``, and ``0.62 USDT +1`` where another asset was taken too."""
    paid = [fee for fee in fees if fee.amount]
    more = f" +{len(paid) - 1}" if len(paid) > 1 else ""
    return f"{fees_words(paid[:1])}{more}"


def ack_words(order: Order) -> str:
    """From the first byte to the venue's answer: ``6.8 ms``."""
    if order.sent_ns is None or order.acked_ns is None:
        return NONE
    return milliseconds(order.acked_ns - order.sent_ns)


def sentence(order: Order, price_decimals: int) -> str:
    """``BUY 0.010 BTCUSDT @ 61,800.00 post-only``: an order in one breath, without its state."""
    words = [order.side.value, quantity(order), order.instrument.symbol]
    if order.trigger_price is not None:
        relation = "≤" if side_letter(order) in {"s↓", "t↓"} else "≥"
        words += ["STOP" if order.type in STOPS else "TARGET", relation, price(order.trigger_price, price_decimals)]
    if order.trailing_delta is not None:
        words += ["TRAILING", trail_words(order.trailing_delta)]
    if order.price is not None:
        words += ["@", price(order.price, price_decimals)]
    elif order.trigger_price is None and order.trailing_delta is None:
        words.append("MARKET")
    if order.type is OrderType.LIMIT_MAKER:
        words.append("post-only")
    return " ".join(words)
