"""What became of an order, told once per change: the message line's half of the never-drop lane."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.ids import OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import EvidenceKind, Kinship, Order, OrderOrigin, OrderStatus
from tui.format import times, words
from tui.format.clean import clean
from tui.messages.teller import Tone
from tui.store import Store
from tui.ticket.sentence import order_text, outcome_text

_TONES = {
    OrderStatus.REJECTED: Tone.DANGER,
    OrderStatus.UNKNOWN: Tone.WARN,
    OrderStatus.NEVER_ARRIVED: Tone.WARN,
    OrderStatus.EXPIRED: Tone.WARN,
}
_STICKY = frozenset({OrderStatus.REJECTED, OrderStatus.UNKNOWN, OrderStatus.NEVER_ARRIVED})
_NO_ANSWERS = frozenset({OrderStatus.UNKNOWN, OrderStatus.NEVER_ARRIVED, OrderStatus.CANCELED})
FRESH_NS = 2_000_000_000
"""After so long a change is no answer to the key press any more."""
_NOT_THERE = frozenset({OrderStatus.REJECTED, OrderStatus.NEVER_ARRIVED, OrderStatus.EXPIRED})
_SILENT = frozenset({OrderStatus.DRAFT, OrderStatus.SUBMITTING})


@dataclass(frozen=True, slots=True)
class Told:
    """The last that was told of an order."""

    status: OrderStatus
    filled: Decimal
    terms: tuple[Decimal | None, ...] = ()
    """Price, trigger and whole size."""
    refused: int = 0
    """How many changes of it were refused."""

    @classmethod
    def of(cls, order: Order) -> Told:
        """What is told of an order now."""
        terms = (order.price, order.trigger_price, order.quantity)
        refused = sum(each.kind is EvidenceKind.AMEND_REFUSED for each in order.evidence)
        return cls(order.status, order.filled, terms, refused)


@dataclass(frozen=True, slots=True)
class Result:
    """One line for the message line."""

    text: str
    tone: Tone
    sticky: bool


class Results:
    """Turns changed orders into messages.

    Args:
        store: For the instruments' decimals.
        pressed_ns: When each order's key was pressed, by order; wall time.
    """

    def __init__(self, store: Store, pressed_ns: dict[OrderId, int]) -> None:
        self._store = store
        self._pressed_ns = pressed_ns
        self._told: dict[OrderId, Told] = {}

    def begin(self) -> None:
        """A whole new picture: nothing in it is news."""
        self._told = {order.order_id: Told.of(order) for order in self._store.orders.values()}

    def of(self, order: Order, now_ns: int, *, wide: bool = False) -> Result | None:
        """The message of a changed order; None when nothing worth telling changed.

        Args:
            order: Its new record.
            now_ns: Wall time of its arrival.
            wide: Whether the line has room for two latencies.
        """
        told, fresh = self._told.get(order.order_id), Told.of(order)
        self._told[order.order_id] = fresh
        instrument = self._store.instrument_of(order.account, order.instrument)
        if told is not None and (told.status, told.filled) == (fresh.status, fresh.filled):
            return _change_told(order, told, fresh, instrument)
        if order.status in _SILENT or _replaced(order):
            return None
        text = f"{order_text(order, instrument)} {outcome_text(order, instrument)}{self._place_of(order)}"
        if order.origin is OrderOrigin.EXT and told is None:
            text += " (placed by another tool)"
        latency = self._latency(order, now_ns, wide=wide)
        tone = _TONES.get(order.status, Tone.GOOD)
        return Result(f"{text}  {latency}" if latency else text, tone, order.status in _STICKY)

    def _place_of(self, order: Order) -> str:
        """Whose place it has taken, or that nothing stands there now; said with its first answer."""
        parent = None if order.parent is None else self._store.orders.get(order.parent)
        if parent is None or order.kinship is not Kinship.REPLACED:
            return ""
        if order.status is OrderStatus.OPEN:
            return f", in place of {parent.handle}"
        gone = order.status in _NOT_THERE and not parent.working
        return f" {parent.handle} is canceled: nothing stands in its place." if gone else ""

    def _latency(self, order: Order, now_ns: int, *, wide: bool) -> str:
        """Key to ack, told with the venue's first answers: an ack and a fill may come in one breath."""
        pressed_ns = self._pressed_ns.get(order.order_id)
        if pressed_ns is None or order.status in _NO_ANSWERS:
            return ""
        if now_ns - pressed_ns > FRESH_NS:
            del self._pressed_ns[order.order_id]
            return ""
        if wide and order.sent_ns is not None and order.acked_ns is not None:
            wire = times.milliseconds(order.sent_ns - pressed_ns)
            return f"key→wire {wire}   wire→ack {times.milliseconds(order.acked_ns - order.sent_ns)}"
        return words.key_to_ack((order.acked_ns or now_ns) - pressed_ns)


def _replaced(order: Order) -> bool:
    """Whether it was canceled for another to take its place: that one's message tells it."""
    return order.status is OrderStatus.CANCELED and (order.replacement is not None or order.amending is not None)


def _change_told(order: Order, told: Told, fresh: Told, instrument: Instrument | None) -> Result | None:
    """A change that took place, or that did not; None while nothing of that kind happened."""
    text = order_text(order, instrument)
    if told.terms != fresh.terms and order.working:
        return Result(f"{text} changed", Tone.GOOD, sticky=False)
    if fresh.refused > told.refused:
        newest = [each for each in order.evidence if each.kind is EvidenceKind.AMEND_REFUSED][-1]
        return Result(f"{text} stays: {clean(newest.text, 120)}", Tone.DANGER, sticky=True)
    return None
