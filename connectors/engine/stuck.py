"""Orders that wait longer than they should: which, since when, and what may be done (REQUIREMENTS H8)."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.engine.state import State
from connectors.model.ids import AccountId
from connectors.model.order import EvidenceKind, Order, OrderStatus

SECOND_NS = 1_000_000_000

SUBMITTING_NS = 5 * SECOND_NS
"""A create that has had no answer for so long."""
CANCELING_NS = 10 * SECOND_NS
"""A cancel that nobody has confirmed for so long."""
AMENDING_NS = 10 * SECOND_NS
"""A change that nobody has confirmed for so long."""
UNKNOWN_NS = 60 * SECOND_NS
"""An order nobody knows the state of for so long: four times what its look-ups need where the venue answers."""

_LOST = frozenset({EvidenceKind.NO_ANSWER, EvidenceKind.RECOVERED})
_DOUBTFUL = _LOST | {
    EvidenceKind.NOT_FOUND,
    EvidenceKind.BY_HAND,
    EvidenceKind.CANCEL_SENT,
    EvidenceKind.CANCEL_REFUSED,
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """One of them."""

    order: Order
    since_ns: int
    """From when it has been so, wall time."""
    sentence: str


def stuck(state: State, now_ns: int, account: AccountId | None = None) -> tuple[Stuck, ...]:
    """Every order that is stuck at ``now_ns``, the longest first; of one account, or of all."""
    found = []
    for order_id in state.live:
        order = state.orders[order_id]
        if account is not None and order.account != account:
            continue
        waiting = _waits(order)
        if waiting is not None and now_ns - waiting[0] > waiting[1]:
            found.append(Stuck(order, waiting[0], _sentence(state, order, (now_ns - waiting[0]) // SECOND_NS)))
    return tuple(sorted(found, key=lambda one: (one.since_ns, one.order.order_id)))


def _waits(order: Order) -> tuple[int, int] | None:
    """From when an order waits for a word of the venue, and how long it may; None when it waits for none."""
    if order.status is OrderStatus.UNKNOWN:
        return unknown_since(order), UNKNOWN_NS
    if order.status is OrderStatus.SUBMITTING:
        return order.created_ns, SUBMITTING_NS
    if order.canceling:
        return _canceling_since(order), CANCELING_NS
    if order.amending is not None:
        return order.amending.since_ns, AMENDING_NS
    return None


def unknown_since(order: Order) -> int:
    """When the newest doubt about an order began, wall time in ns: the first line of its last doubtful ones."""
    began = order.created_ns
    for line in reversed(order.evidence):
        if line.kind not in _DOUBTFUL:
            break
        began = line.time_ns if line.kind in _LOST else began
    return began


def _canceling_since(order: Order) -> int:
    began = 0
    for line in order.evidence:
        if line.kind is EvidenceKind.CANCEL_SENT and not began:
            began = line.time_ns
        elif line.kind is EvidenceKind.CANCEL_REFUSED:
            began = 0
    return began or order.updated_ns


def _sentence(state: State, order: Order, seconds: int) -> str:
    if not state.in_its_life(order):
        return "It belongs to an earlier life of the venue and cannot be asked about."
    known = state.accounts.get(order.account)
    if known is None or not known.up:
        return f"{state.label(order.account)} cannot be asked now; it is looked up when it is back."
    if order.status is OrderStatus.SUBMITTING:
        return f"No answer to its create for {seconds} s. Ask now, or cancel it anyway."
    if order.status is OrderStatus.UNKNOWN:
        check = state.checks.get(order.order_id)
        asked = f"asked {check.tries} times" if check is not None else "not asked about"
        return f"Nobody knows for {seconds} s, {asked}. Ask now, cancel anyway, or decide."
    if order.canceling:
        return f"Its cancel is not confirmed for {seconds} s. Ask now, or cancel it anyway."
    return f"Its change is not confirmed for {seconds} s. Ask now, or cancel it anyway."
