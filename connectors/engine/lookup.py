"""Orders that must be asked about: when, and what the answers prove.

An order is UNKNOWN until there is evidence. "Not found" is evidence only when the venue's open orders *and* its
history say so, both asked after the moment from which the venue itself can no longer accept what was sent: its window
and time-out (`Capabilities.conclusive_after_ms`), and what our reading of its clock may be wrong by.
"""

from __future__ import annotations

from connectors.engine.draft import Draft
from connectors.engine.effects import Level, LookUp
from connectors.engine.inputs import LookUpEnded, Tick
from connectors.engine.orders import witness
from connectors.engine.reporting import claim_stray, take
from connectors.engine.state import Check, State
from connectors.model.changed import replace
from connectors.model.ids import AccountId, ClientOrderId, OrderId
from connectors.model.order import FINAL, WORKING, EvidenceKind, Order, OrderOrigin, OrderStatus

SECOND_NS = 1_000_000_000

DELAYS_NS = tuple(seconds * SECOND_NS for seconds in (1, 2, 4, 8, 15, 30))
"""Waits between look-ups; the last one repeats."""

AFTER_CONCLUSIVE_NS = SECOND_NS // 2
"""A look-up is planned for so long after "not found" becomes conclusive."""

HISTORY_MARGIN_NS = 60 * SECOND_NS
"""History is searched from so long before the order was made: the clocks are two."""

CANCELS_AGAIN = 3
"""How often a cancel is sent again to an order that a look-up found alive. A cancel twice is a cancel."""


def conclusive_ns(state: State, account: AccountId) -> int:
    """From how long after the newest byte may have left "not found" proves anything, in ns."""
    known = state.accounts[account]
    return known.conclusive_ns + known.clock_error_ns


def in_flight(order: Order) -> bool:
    """Whether the create of an order is under way still, as far as is known: its end is an answer of its own."""
    return order.status is OrderStatus.SUBMITTING and order.acked_ns is None and order.venue_order_id is None


def begin(draft: Draft, order: Order) -> None:
    """Ask about an order as soon as its account can be asked; bytes may have left until now."""
    now = draft.at.mono_ns
    before = draft.state.checks.get(order.order_id)
    check = Check(now, now) if before is None else replace(before, since_mono_ns=now, due_mono_ns=now)
    draft.check(order.order_id, check)
    ask_due(draft)


def on_tick(draft: Draft, _tick: Tick) -> None:
    """Time has passed."""
    ask_due(draft)


def ask_due(draft: Draft) -> None:
    """Send the look-ups that are due, of accounts that can be asked."""
    for order_id, check in draft.state.checks.items():
        if check.asked or check.due_mono_ns > draft.at.mono_ns:
            continue
        order = draft.state.orders[order_id]
        if not draft.state.is_up(order.account):
            continue
        draft.check(order_id, replace(check, asked=True))
        draft.do(
            LookUp(
                order.account,
                order_id,
                order.instrument,
                order.client_order_id,
                order.venue_order_id,
                order.created_ns - HISTORY_MARGIN_NS,
                _names(order),
            )
        )


def _names(order: Order) -> tuple[ClientOrderId, ...]:
    """Every client order id it may carry, the newest first."""
    asked = order.amending.client_order_id if order.amending is not None else None
    known = tuple(reversed(order.client_order_ids))
    return known if asked is None or asked in known else (asked, *known)


def on_look_up_ended(draft: Draft, ended: LookUpEnded) -> None:
    """The venue answered, or could not be asked."""
    order = draft.order(ended.order_id)
    check = draft.state.checks.get(ended.order_id)
    if order is None:
        claim_stray(draft, ended)
        return
    if not draft.state.in_its_life(order):
        draft.check(order.order_id, None)  # asked in a life that is over
        return
    if ended.report is not None:
        take(draft, order.account, ended.report)
        _tell_what_was_missed(draft, order)
        _after_found(draft, ended.order_id, check)
        return
    if check is None:
        return
    if _proved_absent(draft, order, check, ended):
        _never_arrived(draft, order, check, ended)
        return
    if order.status in FINAL or in_flight(order):
        # Asked by hand: it is over as far as we know, or its create will end by itself. Nothing was learnt.
        draft.check(order.order_id, None)
        _tell_when(draft, order, None, ended)
        return
    if order.status is OrderStatus.SUBMITTING:
        # Only received so far (some venues say no more), and now nowhere to be found.
        order = replace(order, status=OrderStatus.UNKNOWN, reason="Received, then not found. It is looked up.")
    later = _plan(draft, order, check)
    draft.check(order.order_id, later)
    _tell_when(draft, order, later, ended)


def _tell_what_was_missed(draft: Draft, before: Order) -> None:
    """An order of ours that was open as far as we knew had ended, and nobody had told us."""
    after = draft.state.orders[before.order_id]
    ours = before.origin is OrderOrigin.DESK  # those of other tools are told of together, when they are found
    if ours and before.status in WORKING and not before.canceling and after.status in FINAL:
        label = draft.state.label(after.account)
        draft.warn(Level.WARN, f"{after.handle} at {label} is {after.status}: found by asking, not heard of.", after)


def _proved_absent(draft: Draft, order: Order, check: Check, ended: LookUpEnded) -> bool:
    if order.status is not OrderStatus.UNKNOWN or order.venue_order_id is not None or order.filled:
        return False
    if ended.in_open is not False or ended.in_history is not False:
        return False
    return ended.asked_mono_ns >= check.since_mono_ns + conclusive_ns(draft.state, order.account)


def _never_arrived(draft: Draft, order: Order, check: Check, ended: LookUpEnded) -> None:
    waited = _seconds(ended.asked_mono_ns - check.since_mono_ns)
    needed = _seconds(conclusive_ns(draft.state, order.account))
    text = (
        "not found in open orders, not found in history: two independent negatives after the venue settled"
        f" (asked {waited} s after its last byte may have left, {needed} s are needed; look-up {check.tries + 1})"
    )
    sentence = "It never arrived: neither among the open orders nor in the history."
    seen = replace(
        witness(order, draft.at.time_ns, EvidenceKind.NOT_FOUND, text),
        status=OrderStatus.NEVER_ARRIVED,
        reason=sentence,
        canceling=False,
        next_check_ns=None,
    )
    draft.keep(seen, EvidenceKind.NOT_FOUND)
    draft.check(order.order_id, None)
    label = draft.state.label(order.account)
    draft.warn(
        Level.WARN, f"{order.handle} never arrived at {label}: two look-ups agree. It may be placed again.", seen
    )


def _plan(draft: Draft, order: Order, check: Check) -> Check:
    now = draft.at.mono_ns
    due = now + DELAYS_NS[min(check.tries, len(DELAYS_NS) - 1)]
    if order.account in draft.state.accounts:
        conclusive = check.since_mono_ns + conclusive_ns(draft.state, order.account) + AFTER_CONCLUSIVE_NS
        if now < conclusive < due:
            due = conclusive
    return replace(check, asked=False, tries=check.tries + 1, due_mono_ns=due)


def _tell_when(draft: Draft, order: Order, check: Check | None, ended: LookUpEnded) -> None:
    """Write what was asked the first time, and when it is asked again every time."""
    if ended.in_open is False or ended.in_history is False:
        where = " and ".join(
            place for place, found in (("open orders", ended.in_open), ("history", ended.in_history)) if found is False
        )
        kind, text = EvidenceKind.NOT_FOUND, f"asked{_by(ended)}: not in {where}"
    else:
        kind, text = EvidenceKind.NO_ANSWER, f"could not be asked: {ended.sentence or 'no answer'}"
    last = order.evidence[-1] if order.evidence else None
    if last is None or (last.kind, last.text) != (kind, text):
        order = witness(order, draft.at.time_ns, kind, text)
    next_ns = None if check is None else draft.at.time_ns + check.due_mono_ns - draft.at.mono_ns
    draft.keep(replace(order, next_check_ns=next_ns), kind)


def _by(ended: LookUpEnded) -> str:
    return f" {ended.asked}" if ended.asked else ""


def _seconds(span_ns: int) -> str:
    return f"{span_ns // SECOND_NS}.{span_ns % SECOND_NS * 10 // SECOND_NS}"


def _after_found(draft: Draft, order_id: OrderId, check: Check | None) -> None:
    """An order that was found is asked about no more, unless a cancel of it is still open."""
    order = draft.state.orders[order_id]
    if check is None or order.status in FINAL:
        draft.check(order_id, None)
        return
    if order.status is OrderStatus.UNKNOWN:
        draft.check(order_id, _plan(draft, order, check))
        return
    if not order.canceling or order_id in draft.state.cancels:
        draft.check(order_id, None)
        if order.next_check_ns is not None:
            draft.keep(replace(order, next_check_ns=None), EvidenceKind.LOOKED_UP)
        return
    if check.cancels >= CANCELS_AGAIN:
        draft.check(order_id, None)
        alive = witness(order, draft.at.time_ns, EvidenceKind.LOOKED_UP, "still open; the cancel had no effect")
        draft.keep(replace(alive, canceling=False, next_check_ns=None), EvidenceKind.LOOKED_UP)
        label = draft.state.label(order.account)
        draft.warn(
            Level.DANGER,
            f"{order.handle} is still open at {label} after {CANCELS_AGAIN + 1} cancels. Cancel again.",
            order,
        )
        return
    draft.check(order_id, replace(_plan(draft, order, check), cancels=check.cancels + 1))
    draft.send_cancel(order)
