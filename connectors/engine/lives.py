"""An account's lives at a venue: a simulator's ledgers, a testnet between two wipes. Ids are unique within one only.

A life may come back, because ledgers can be changed about. Its positions are then what its fills made of them, and
its orders, which had ended here when it was left, are looked up again.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from connectors.engine.draft import Draft
from connectors.engine.effects import Level
from connectors.engine.inputs import AccountOpened
from connectors.engine.orders import witness
from connectors.engine.positions import EXACT, book_fill
from connectors.engine.state import Check, State
from connectors.engine.versions import Versions
from connectors.model.changed import replace
from connectors.model.ids import AccountId, InstrumentId
from connectors.model.order import EvidenceKind, Order, OrderStatus
from connectors.model.position import Position, PositionChange, PositionEvent


def begin_life(draft: Draft, opened: AccountOpened) -> None:
    """Leave one life of the account for another; the archived fills of that one are known already."""
    label = opened.label
    known = bool(opened.fills) or any(
        order.account == opened.account and order.epoch == opened.epoch for order in draft.state.orders.values()
    )
    _restate_positions(draft, opened)
    for order in tuple(draft.state.orders.values()):
        resume(draft, order)
    _forget_strays(draft, opened)
    _forget_money(draft, opened)
    sentence = (
        f"{label} is back in an earlier life at the venue: its positions there hold again, its orders are looked up."
        if known
        else f"{label} began a new life at the venue: its earlier orders ended and its positions begin at zero."
    )
    draft.warn(Level.WARN, sentence, account=opened.account)


def resume(draft: Draft, order: Order) -> None:
    """Ask about an order again that had ended with a life which is the account's once more: it may be open there."""
    known = draft.state.accounts.get(order.account)
    if known is None or known.epoch != order.epoch or not _ended_with_its_life(order):
        return
    sentence = "the account is back in the life of this order"
    seen = witness(order, draft.at.time_ns, EvidenceKind.RECOVERED, sentence)
    draft.keep(
        replace(seen, status=OrderStatus.UNKNOWN, reason=sentence, next_check_ns=draft.at.time_ns),
        EvidenceKind.RECOVERED,
    )
    draft.check(order.order_id, Check(draft.at.mono_ns, draft.at.mono_ns))


def _ended_with_its_life(order: Order) -> bool:
    """Whether `begin_life` ended it: what a venue says of an order's end is evidence of other kinds."""
    last = order.evidence[-1] if order.evidence else None
    return order.status is OrderStatus.EXPIRED and last is not None and last.kind is EvidenceKind.RECOVERED


def _end(draft: Draft, order: Order, sentence: str) -> None:
    seen = witness(order, draft.at.time_ns, EvidenceKind.RECOVERED, sentence)
    draft.keep(
        replace(seen, status=OrderStatus.EXPIRED, reason=sentence, canceling=False, next_check_ns=None),
        EvidenceKind.RECOVERED,
    )
    draft.check(order.order_id, None)
    draft.owe(order.order_id, owed=False)


def leave_other_lives(draft: Draft, opened: AccountOpened) -> None:
    """End what works in other lives, and ask nothing more about it: here its ids would name other orders."""
    for order_id in draft.state.live:
        order = draft.state.orders[order_id]
        if order.account == opened.account and order.epoch != opened.epoch:
            _end(draft, order, f"{opened.label} began a new life at the venue; this order went with the old one.")
    state = draft.state

    def elsewhere(order: Order) -> bool:
        return order.account == opened.account and order.epoch != opened.epoch

    draft.state = replace(
        state,
        owed={order_id: None for order_id in state.owed if not elsewhere(state.orders[order_id])},
        # The intent names the former life, and nothing of it has left yet.
        pending={
            token: replace(pending, canceled=pending.canceled or elsewhere(pending.order))
            for token, pending in state.pending.items()
        },
    )


def _restate_positions(draft: Draft, opened: AccountOpened) -> None:
    """A position is what the fills of its life made of it: zero in a new one, what it was in one lived in before."""
    made = _positions_of(draft, opened)
    before = {key[1]: position for key, position in draft.state.positions.items() if key[0] == opened.account}
    for instrument in {**before, **made}:
        old = before.get(instrument, Position(opened.account, instrument))
        new = made.get(instrument, Position(opened.account, instrument, updated_ns=draft.at.time_ns))
        if replace(new, updated_ns=old.updated_ns) == old:
            continue
        positions = draft.state.positions.put((opened.account, instrument), new)
        draft.state = replace(draft.state, positions=positions)
        delta = EXACT.subtract(new.quantity, old.quantity)
        draft.move(PositionEvent(new, PositionChange.RECONCILE, delta, None, Decimal(0), draft.at.time_ns))


def _positions_of(draft: Draft, opened: AccountOpened) -> Mapping[InstrumentId, Position]:
    made: dict[InstrumentId, Position] = {}
    uncounted: dict[InstrumentId, None] = {}
    for recorded in opened.fills:
        instrument = recorded.fill.instrument
        assets = draft.state.pair(instrument)
        if assets is None:
            uncounted[instrument] = None
            continue
        position = made.get(instrument, Position(opened.account, instrument))
        made[instrument] = book_fill(position, recorded.fill, assets).position
    for instrument in uncounted:
        draft.warn(
            Level.DANGER,
            f"{opened.label} does not list {instrument} now: its position there is not counted here.",
            account=opened.account,
        )
    return made


def _forget_strays(draft: Draft, opened: AccountOpened) -> None:
    kept = {key: None for key in draft.state.strays if key[0] != opened.account or key[1] == opened.epoch}
    draft.state = replace(draft.state, strays=kept)


def _forget_money(draft: Draft, opened: AccountOpened) -> None:
    state: State = draft.state
    draft.state = replace(
        state,
        balances={account: kept for account, kept in state.balances.items() if account != opened.account},
        lines={key: line for key, line in state.lines.items() if key[0] != opened.account},
        other_fees=Versions((key, paid) for key, paid in state.other_fees.items() if key[0] != opened.account),
    )


def leave_account(draft: Draft, account: AccountId) -> None:
    """Forget what an account that is not registered any more had at work: nobody can ask or tell its venue anything.

    Nothing is written: the archive keeps the last that was known. Orders that had ended stay to be read.
    """
    state = draft.state
    gone = {order_id for order_id in state.live if state.orders[order_id].account == account}
    draft.state = replace(
        state,
        orders=Versions((order_id, order) for order_id, order in state.orders.items() if order_id not in gone),
        by_client=Versions((key, order_id) for key, order_id in state.by_client.items() if key[0] != account),
        by_venue=Versions((key, order_id) for key, order_id in state.by_venue.items() if key[0] != account),
        positions=Versions((key, position) for key, position in state.positions.items() if key[0] != account),
        accounts={owner: known for owner, known in state.accounts.items() if owner != account},
        balances={owner: kept for owner, kept in state.balances.items() if owner != account},
        lines={key: line for key, line in state.lines.items() if key[0] != account},
        other_fees=Versions((key, paid) for key, paid in state.other_fees.items() if key[0] != account),
        live={order_id: None for order_id in state.live if order_id not in gone},
        checks={order_id: check for order_id, check in state.checks.items() if order_id not in gone},
        cancels={order_id: None for order_id in state.cancels if order_id not in gone},
        expiries={order_id: due for order_id, due in state.expiries.items() if order_id not in gone},
        changing={order_id: None for order_id in state.changing if order_id not in gone},
        changes={order_id: change for order_id, change in state.changes.items() if order_id not in gone},
        owed={order_id: None for order_id in state.owed if state.orders[order_id].account != account},
        strays={key: None for key in state.strays if key[0] != account},
        # Nothing of these has left yet, and nothing will.
        pending={
            token: replace(pending, canceled=pending.canceled or pending.order.account == account)
            for token, pending in state.pending.items()
        },
    )
