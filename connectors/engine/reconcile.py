"""The venue asked for everything, held against what is known. The venue wins; what differs is written and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from connectors.engine.draft import Draft
from connectors.engine.effects import AskFills, ExternalMoved, Level
from connectors.engine.filters import plain
from connectors.engine.inputs import BalancesSeen, FlowSeen, Snapshot
from connectors.engine.ledger import AssetLine, announce, settle
from connectors.engine.lookup import ask_due, begin
from connectors.engine.reporting import ask_about_strays, take, take_fills
from connectors.engine.risk import UNSEEN
from connectors.model.balance import Balance
from connectors.model.ids import AccountId
from connectors.model.order import WORKING, OrderStatus


def on_snapshot(draft: Draft, snapshot: Snapshot) -> None:
    """Open orders, fills and balances as the venue has them."""
    for report in snapshot.open_orders:
        take(draft, snapshot.account, report)
    ask_about_strays(draft, snapshot.account)
    take_fills(draft, snapshot.account, snapshot.fills)
    _ask_about_the_missing(draft, snapshot)
    whole = _with_zeros(draft, snapshot.account, snapshot.balances)
    _take_balances(draft, snapshot.account, whole)
    _settle_lines(draft, snapshot.account, whole)
    ask_due(draft)


def _ask_about_the_missing(draft: Draft, snapshot: Snapshot) -> None:
    """Look orders up that we hold for open and the venue did not list: they may have ended meanwhile."""
    listed = {(report.instrument, report.venue_order_id) for report in snapshot.open_orders}
    for order_id in draft.state.live:
        order = draft.state.orders[order_id]
        if order.account != snapshot.account:
            continue
        absent = order.status in WORKING and (order.instrument, order.venue_order_id) not in listed
        left = order.canceling and order_id not in draft.state.cancels and order.status in WORKING
        unknown = order.status is OrderStatus.UNKNOWN and order_id not in draft.state.checks
        if (absent or left or unknown) and order_id not in draft.state.checks:
            begin(draft, order)
    for order_id in draft.state.owed:
        order = draft.state.orders[order_id]
        if order.account == snapshot.account and order.venue_order_id is not None and draft.state.in_its_life(order):
            draft.do(AskFills(order.account, order.instrument, order.venue_order_id))


def _with_zeros(draft: Draft, account: AccountId, balances: Sequence[Balance]) -> Sequence[Balance]:
    """A venue lists what is not zero: what it does not list any more is zero now."""
    named = {balance.asset for balance in balances}
    known = draft.state.balances.get(account, {})
    gone = [
        Balance(account, asset, Decimal(0), Decimal(0), draft.at.time_ns)
        for asset, balance in known.items()
        if asset not in named and balance.total
    ]
    return (*balances, *gone)


def on_balances_seen(draft: Draft, seen: BalancesSeen) -> None:
    """The account stream said that balances may have changed."""
    _take_balances(draft, seen.account, seen.balances)


def _take_balances(draft: Draft, account: AccountId, balances: Sequence[Balance]) -> None:
    known: Mapping[str, Balance] = draft.state.balances.get(account, {})
    changed = [balance for balance in balances if _moved(known.get(balance.asset), balance)]
    if not changed and account in draft.state.balances:
        return
    held = {**known, **{balance.asset: balance for balance in changed}}
    draft.state = replace(draft.state, balances={**draft.state.balances, account: held})
    if changed:
        draft.hold(changed)


def _moved(before: Balance | None, after: Balance) -> bool:
    if before is None:
        return bool(after.total)
    return after.time_ns >= before.time_ns and (before.free, before.locked) != (after.free, after.locked)


def on_flow_seen(draft: Draft, flow: FlowSeen) -> None:
    """A deposit or withdrawal explains the next jump of the external line."""
    lines = dict(draft.state.lines)
    key = (flow.account, flow.asset)
    lines[key] = announce(lines.get(key, AssetLine()), flow.delta)
    draft.state = replace(draft.state, lines=lines)


def _fills_may_be_missing(draft: Draft, account: AccountId) -> bool:
    """Whether a jump could be our own: an order without answer, a quantity without fills, a fill without order."""
    state = draft.state
    unsure = (order_id for order_id in state.live if state.orders[order_id].status in UNSEEN)
    waiting = (*state.owed, *unsure)
    return any(state.orders[order_id].account == account for order_id in waiting) or any(
        stray[0] == account for stray in state.strays
    )


def _settle_lines(draft: Draft, account: AccountId, balances: Sequence[Balance]) -> None:
    """Judge the external lines, unless fills are still missing: then the jump would be our own."""
    if _fills_may_be_missing(draft, account):
        return
    lines = dict(draft.state.lines)
    label = draft.state.label(account)
    for balance in balances:
        key = (account, balance.asset)
        lines[key], jump = settle(lines.get(key, AssetLine()), balance.total)
        if jump:
            draft.do(ExternalMoved(account, balance.asset, jump))
            draft.warn(
                Level.WARN,
                f"{balance.asset} at {label} moved by {plain(jump)} outside the desk: a transfer or another tool.",
                account=account,
            )
    draft.state = replace(draft.state, lines=lines)
