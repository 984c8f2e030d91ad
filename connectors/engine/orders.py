"""An order's life: which edges there are, what each is called, and what a report makes of a record (DESIGN §5).

Pure functions over one `Order`. Status follows the venue's word. Cumulative quantity never falls and never exceeds
the order's.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.engine.state import Booked
from connectors.engine.terms import restate
from connectors.model.changed import replace
from connectors.model.fill import Fee
from connectors.model.ids import VenueOrderId
from connectors.model.order import (
    FINAL,
    Evidence,
    EvidenceKind,
    Order,
    OrderReport,
    OrderStatus,
    ReportSource,
)

_S = OrderStatus

EVIDENCE_KEPT = 64
"""Lines of evidence of one order; beyond it the middle is dropped, first and newest stay."""


class Verdict(StrEnum):
    """What is to be thought of a change of status."""

    NAMED = "named"
    LATE = "late"
    """Possible, after we had thought the order over: alerted."""
    STALE = "stale"
    """Older news than we have: nothing to do."""
    IMPOSSIBLE = "impossible"
    """Refused and recorded."""


EDGES: dict[tuple[OrderStatus, OrderStatus], str] = {
    (_S.SUBMITTING, _S.PENDING_TRIGGER): "armed",
    (_S.SUBMITTING, _S.OPEN): "accepted",
    (_S.SUBMITTING, _S.PARTIALLY_FILLED): "taken in part",
    (_S.SUBMITTING, _S.FILLED): "filled at once",
    (_S.SUBMITTING, _S.CANCELED): "canceled at once",
    (_S.SUBMITTING, _S.EXPIRED): "expired at once",
    (_S.SUBMITTING, _S.REJECTED): "refused",
    (_S.SUBMITTING, _S.UNKNOWN): "answer lost",
    (_S.UNKNOWN, _S.PENDING_TRIGGER): "found armed",
    (_S.UNKNOWN, _S.OPEN): "found open",
    (_S.UNKNOWN, _S.PARTIALLY_FILLED): "found filled in part",
    (_S.UNKNOWN, _S.FILLED): "found filled",
    (_S.UNKNOWN, _S.CANCELED): "found canceled",
    (_S.UNKNOWN, _S.EXPIRED): "found expired",
    (_S.UNKNOWN, _S.REJECTED): "found refused",
    (_S.UNKNOWN, _S.NEVER_ARRIVED): "never arrived",
    (_S.PENDING_TRIGGER, _S.OPEN): "triggered",
    (_S.PENDING_TRIGGER, _S.PARTIALLY_FILLED): "triggered and filled in part",
    (_S.PENDING_TRIGGER, _S.FILLED): "triggered and filled",
    (_S.PENDING_TRIGGER, _S.CANCELED): "canceled before its trigger",
    (_S.PENDING_TRIGGER, _S.EXPIRED): "expired before its trigger",
    (_S.PENDING_TRIGGER, _S.REJECTED): "refused at its trigger",
    (_S.OPEN, _S.PARTIALLY_FILLED): "filled in part",
    (_S.OPEN, _S.FILLED): "filled",
    (_S.OPEN, _S.CANCELED): "canceled",
    (_S.OPEN, _S.EXPIRED): "expired",
    (_S.PARTIALLY_FILLED, _S.FILLED): "filled to the end",
    (_S.PARTIALLY_FILLED, _S.CANCELED): "canceled with a part filled",
    (_S.PARTIALLY_FILLED, _S.EXPIRED): "expired with a part filled",
}
"""Every ordinary edge by its name."""

LATE_EDGES: dict[tuple[OrderStatus, OrderStatus], str] = {
    (dead, alive): f"{alive.value.lower().replace('_', ' ')} after it was {dead.value.lower().replace('_', ' ')}"
    for dead in (_S.NEVER_ARRIVED, _S.REJECTED)
    for alive in (_S.PENDING_TRIGGER, _S.OPEN, _S.PARTIALLY_FILLED, _S.FILLED, _S.CANCELED, _S.EXPIRED)
}
"""Orders we had thought dead and that are not. REJECTED is among them: a venue's word that an order lives outweighs
our reading of its refusal, since an order shown as dead while it lives is the worst thing a desk can do."""

_ENDED = FINAL - {_S.NEVER_ARRIVED, _S.REJECTED}
"""Ends that a late fill does not undo: its quantity counts."""

_SAYS_NOTHING = frozenset({_S.SUBMITTING, _S.UNKNOWN, _S.DRAFT})
"""In a report: received, or a word this release does not know."""

_RANK = {
    _S.DRAFT: 0,
    _S.SUBMITTING: 1,
    _S.UNKNOWN: 1,
    _S.PENDING_TRIGGER: 2,
    _S.OPEN: 3,
    _S.PARTIALLY_FILLED: 4,
}


def judge(before: OrderStatus, after: OrderStatus) -> tuple[Verdict, str]:
    """Name the edge between two different states, or say why there is none."""
    if name := EDGES.get((before, after)):
        return Verdict.NAMED, name
    if name := LATE_EDGES.get((before, after)):
        return Verdict.LATE, name
    if after in _RANK and (before in FINAL or _RANK[after] <= _RANK[before]):
        return Verdict.STALE, "older news"
    return Verdict.IMPOSSIBLE, f"{before} cannot become {after}"


@dataclass(frozen=True, slots=True)
class Change:
    """What a report made of a record."""

    order: Order
    """The same object when nothing changed."""
    verdict: Verdict | None = None
    """None when the status did not move."""
    name: str = ""
    """Of the edge, or of what was impossible."""
    late_quantity: Decimal = Decimal(0)
    """Quantity filled after the order had ended."""
    overfilled: bool = False
    """The venue says more than the order asked for: refused, recorded."""


def witness(order: Order, time_ns: int, kind: EvidenceKind, text: str) -> Order:
    """Append one line of evidence."""
    lines = (*order.evidence, Evidence(time_ns, kind, text))
    if len(lines) > EVIDENCE_KEPT:
        lines = lines[: EVIDENCE_KEPT // 2] + lines[len(lines) - EVIDENCE_KEPT // 2 :]
    return replace(order, evidence=lines)


def add_fee(fees: tuple[Fee, ...], fee: Fee) -> tuple[Fee, ...]:
    """Fees with one more, one entry an asset."""
    if any(known.asset == fee.asset for known in fees):
        return tuple(
            Fee(known.asset, known.amount + fee.amount) if known.asset == fee.asset else known for known in fees
        )
    return (*fees, fee)


_KINDS = {
    ReportSource.ACK: EvidenceKind.ACK,
    ReportSource.STREAM: EvidenceKind.STREAM,
    ReportSource.LOOKUP: EvidenceKind.LOOKED_UP,
    ReportSource.OPEN_ORDERS: EvidenceKind.LOOKED_UP,
    ReportSource.HISTORY: EvidenceKind.LOOKED_UP,
}


def take_report(order: Order, report: OrderReport, booked: Booked, time_ns: int) -> Change:
    """What the venue's word makes of a record.

    Args:
        order: As we have it.
        report: The venue's word; its own fill, if any, is in ``booked`` already.
        booked: Sums over the fills booked for this order.
        time_ns: Now.
    """
    seen = order
    if order.venue_order_id is None and report.venue_order_id is not None:
        seen = replace(seen, venue_order_id=report.venue_order_id)
    if report.source is ReportSource.ACK and order.acked_ns is None and order.sent_ns is not None:
        seen = replace(seen, acked_ns=time_ns)
    seen, changed = restate(seen, report)
    if changed:
        seen = witness(seen, time_ns, EvidenceKind.AMENDED, changed)
    change = _note_overfill(progress(seen, report.filled, report.cost, booked), time_ns)
    moved = _restate(change, _status_of(report, change.order), report, time_ns)
    if moved.order is order or moved.order == order:
        return replace(moved, order=order)
    return moved


def progress(order: Order, filled: Decimal, cost: Decimal | None, booked: Booked) -> Change:
    """Bring the cumulative quantity forward: never back, never beyond the order's."""
    best, best_cost = max((filled, cost if cost is not None else booked.cost), (booked.quantity, booked.cost))
    over = order.quantity is not None and best > order.quantity
    if over:
        best, best_cost = order.quantity or Decimal(0), order.cost
    if best < order.filled or (best == order.filled and best_cost <= order.cost):
        return Change(order, overfilled=over)
    late = best - order.filled if order.status in {_S.CANCELED, _S.EXPIRED} else Decimal(0)
    return Change(replace(order, filled=best, cost=best_cost), late_quantity=late, overfilled=over)


def _note_overfill(change: Change, time_ns: int) -> Change:
    if not change.overfilled:
        return change
    noted = _note_once(change.order, time_ns, EvidenceKind.LATE, "more was filled than was ordered")
    return replace(change, order=noted)


def _status_of(report: OrderReport, order: Order) -> OrderStatus:
    """The status a report speaks of, made consistent with what is filled."""
    if report.status is _S.OPEN and order.filled > 0:
        return _S.PARTIALLY_FILLED
    if report.status is _S.FILLED and order.remaining:
        # The venue says "filled" of less than was ordered: believed once the quantity agrees (a look-up follows).
        return _S.PARTIALLY_FILLED if order.filled else order.status
    return report.status


def _restate(change: Change, after: OrderStatus, report: OrderReport, time_ns: int) -> Change:
    if change.order.decided_by_hand and after not in _SAYS_NOTHING:
        return _overrule(change, after, report, time_ns)
    return _follow(change, after, report, time_ns)


def _follow(change: Change, after: OrderStatus, report: OrderReport, time_ns: int) -> Change:
    order = change.order
    kind = _KINDS[report.source]
    if after is order.status or after in _SAYS_NOTHING:
        if change.late_quantity:
            text = f"{change.late_quantity} filled after it was {order.status}"
            return replace(
                change, order=witness(order, time_ns, EvidenceKind.LATE, text), verdict=Verdict.LATE, name=text
            )
        return change
    verdict, name = judge(order.status, after)
    if verdict is Verdict.STALE and not change.late_quantity:
        return change
    if change.late_quantity:
        name = f"{change.late_quantity} filled after it was {order.status}"
        return replace(change, order=witness(order, time_ns, EvidenceKind.LATE, name), verdict=Verdict.LATE, name=name)
    if verdict is Verdict.IMPOSSIBLE:
        return replace(change, order=_note_once(order, time_ns, kind, f"refused: {name}"), verdict=verdict, name=name)
    text = f"{name}, {order.filled} filled" if order.filled else name
    if report.reason:
        text = f"{text}: {report.reason}"
    moved = replace(
        witness(order, time_ns, EvidenceKind.LATE if verdict is Verdict.LATE else kind, text),
        status=after,
        canceling=order.canceling and after not in FINAL,
        reason=report.reason if after in FINAL and after is not _S.FILLED else "",
        next_check_ns=None,
    )
    return replace(change, order=moved, verdict=verdict, name=name)


def _overrule(change: Change, after: OrderStatus, report: OrderReport, time_ns: int) -> Change:
    """The venue's word on an order that a human had ended: it wins, and is alerted where it differs."""
    order = change.order
    same = after is order.status and not change.late_quantity
    name = f"{after.value.lower().replace('_', ' ')} after it was {order.status.value.lower()} by hand"
    kind, text = (_KINDS[report.source], f"{after}, as was decided by hand") if same else (EvidenceKind.LATE, name)
    moved = replace(
        witness(order, time_ns, kind, text),
        status=after,
        reason=report.reason if after in FINAL and after is not _S.FILLED else "",
        decided_by_hand=False,
        next_check_ns=None,
    )
    return replace(change, order=moved, verdict=None if same else Verdict.LATE, name=text)


def _note_once(order: Order, time_ns: int, kind: EvidenceKind, text: str) -> Order:
    """A contradiction repeated a hundred times is one line of evidence."""
    if any(line.text == text for line in order.evidence):
        return order
    return witness(order, time_ns, kind, text)


def take_fill(order: Order, booked: Booked, venue_id: VenueOrderId, time_ns: int) -> Change:
    """What fills alone make of a record: the quantity counts, and a working order's status follows it."""
    named = order if order.venue_order_id is not None else replace(order, venue_order_id=venue_id)
    change = _note_overfill(progress(named, order.filled, order.cost, booked), time_ns)
    seen = change.order
    after = _S.FILLED if seen.filled == seen.quantity else _S.PARTIALLY_FILLED
    if seen.filled == 0 or (order.status in _ENDED and not order.decided_by_hand):
        after = seen.status
    said = OrderReport(
        instrument=seen.instrument,
        venue_order_id=seen.venue_order_id,
        client_order_id=seen.client_order_id,
        status=after,
        source=ReportSource.HISTORY,
        filled=seen.filled,
        cost=seen.cost,
        time_ns=time_ns,
    )
    return _restate(change, after, said, time_ns)
