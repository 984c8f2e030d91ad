"""The venue asked for everything, held against what is known. The venue wins; what differs is written and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from connectors.engine.draft import Draft
from connectors.engine.effects import AskFills, ExternalMoved, Level, LinesMoved
from connectors.engine.filters import plain
from connectors.engine.inputs import BalancesSeen, FlowSeen, LedgerKept, Snapshot
from connectors.engine.ledger import AssetLine, announce, kept_of, settle, traded_of
from connectors.engine.lookup import ask_due, begin
from connectors.engine.orders import witness
from connectors.engine.reporting import ask_about_strays, take, take_fills
from connectors.engine.risk import UNSEEN
from connectors.engine.state import AssetKey
from connectors.model.balance import Balance
from connectors.model.changed import replace
from connectors.model.ids import AccountId, OrderId
from connectors.model.order import WORKING, EvidenceKind, Order, OrderOrigin, OrderStatus

SETTLE_NS = 5_000_000_000
"""A fill so old that nobody told of it was missed; a younger one may be on its way still."""


_OF_OTHERS = ("order of another tool", "orders of other tools")


def on_snapshot(draft: Draft, snapshot: Snapshot) -> None:
    """Open orders, fills and balances as the venue has them."""
    before = draft.state.orders
    draft.missed = snapshot.missed
    for report in snapshot.open_orders:
        take(draft, snapshot.account, report)
    ask_about_strays(draft, snapshot.account)
    _take_missed(draft, snapshot)
    draft.missed = False
    _tell_what_differed(draft, snapshot, before)
    _ask_about_the_missing(draft, snapshot)
    whole = _with_zeros(draft, snapshot.account, snapshot.balances)
    _take_balances(draft, snapshot.account, whole)
    _settle_lines(draft, snapshot.account, whole)
    ask_due(draft)


def _take_missed(draft: Draft, snapshot: Snapshot) -> None:
    """Book what is new, and write at each order whose fills nobody had told us of."""
    known = len(draft.fills)
    for fill in snapshot.fills:
        draft.missed = snapshot.missed or fill.time_ns + SETTLE_NS <= draft.at.time_ns
        take_fills(draft, snapshot.account, [fill])
    found: dict[OrderId, Decimal] = {}
    for recorded in draft.fills[known:]:
        if snapshot.missed or recorded.fill.time_ns + SETTLE_NS <= draft.at.time_ns:
            found[recorded.order_id] = found.get(recorded.order_id, Decimal(0)) + recorded.fill.quantity
    for order_id, quantity in found.items():
        order = draft.state.orders[order_id]
        text = f"{plain(quantity)} filled, found by reconciliation"
        draft.keep(witness(order, draft.at.time_ns, EvidenceKind.RECOVERED, text), EvidenceKind.RECOVERED)


def _tell_what_differed(draft: Draft, snapshot: Snapshot, before: Mapping[OrderId, Order]) -> None:
    """One sentence for everything that a stream which was down, or which lost something, had not told."""
    fills = sum(snapshot.missed or kept.fill.time_ns + SETTLE_NS <= draft.at.time_ns for kept in draft.fills)
    now = draft.state.orders
    adopted = [now[one] for one in draft.changed if now[one].origin is OrderOrigin.EXT and one not in before]
    moved = [now[one] for one in draft.changed if one in before and now[one].status is not before[one].status]
    orders, others = (len(moved), len(adopted)) if snapshot.missed else (0, 0)
    counts = ((fills, "fill", "fills"), (orders, "order", "orders"), (others, *_OF_OTHERS))
    said = [f"{number:,} {one if number == 1 else many}" for number, one, many in counts if number]
    if said:
        label = draft.state.label(snapshot.account)
        level = Level.WARN if fills or moved else Level.INFO
        sentence = f"{label}: {', '.join(said)} unheard of; the venue's word holds."
        draft.warn(level, sentence, account=snapshot.account)


def _ask_about_the_missing(draft: Draft, snapshot: Snapshot) -> None:
    """Look orders up that we hold for open and the venue did not list: they may have ended meanwhile."""
    listed = {(report.instrument, report.venue_order_id) for report in snapshot.open_orders}
    asked_ns = draft.at.time_ns - (draft.at.mono_ns - snapshot.asked_mono_ns)
    for order_id in draft.state.live:
        order = draft.state.orders[order_id]
        if order.account != snapshot.account:
            continue
        absent = order.status in WORKING and (order.instrument, order.venue_order_id) not in listed
        # What was heard of an order after the venue was asked is newer than its answer.
        absent = absent and order.updated_ns <= asked_ns
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
        before = lines.get(key, AssetLine())
        lines[key], moved = settle(before, balance.total, draft.at.time_ns)
        if moved.by:
            draft.do(ExternalMoved(account, balance.asset, moved.by))
        if moved.loud:
            draft.warn(
                Level.WARN,
                f"{balance.asset} at {label} moved by {plain(moved.loud)} outside the desk:"
                " a transfer or another tool.",
                account=account,
            )
    _keep_lines(draft, account, lines)


def _keep_lines(draft: Draft, account: AccountId, lines: Mapping[AssetKey, AssetLine]) -> None:
    """Take lines over, and have them written where a restart would find something else."""
    before = kept_of(draft.state.lines, account)
    draft.state = replace(draft.state, lines=lines)
    after = kept_of(lines, account)
    if after != before:
        draft.do(LinesMoved(account, draft.state.accounts[account].epoch, after))


def on_ledger_kept(draft: Draft, kept: LedgerKept) -> None:
    """What the archive has of an account's asset ledger, when its connection learns in which life it is."""
    known = any(owner == kept.account and line.external is not None for (owner, _), line in draft.state.lines.items())
    if known:
        return  # the same life goes on: what is known here is newer
    state = draft.state
    fees = {(kept.account, *key): amount for key, amount in kept.fees.items() if amount}
    other_fees = state.other_fees
    for key, amount in fees.items():
        other_fees = other_fees.put(key, amount)
    state = replace(state, other_fees=other_fees)
    lines = {key: line for key, line in state.lines.items() if key[0] != kept.account}
    for asset, amount in traded_of(state.positions.values(), state.assets, fees, kept.account).items():
        lines[kept.account, asset] = AssetLine(amount)
    for asset, (external, moved_ns) in kept.lines.items():
        line = lines.get((kept.account, asset), AssetLine())
        lines[kept.account, asset] = replace(line, external=external, moved_ns=moved_ns)
    draft.state = replace(state, lines=lines)
