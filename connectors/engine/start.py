"""How a life begins: the archive's records, an account's epoch, and the trading state that survived."""

from __future__ import annotations

from connectors.engine.draft import Draft
from connectors.engine.effects import Level, TradingNow
from connectors.engine.inputs import AccountDown, AccountOpened, AccountUp, AssetsKnown, SetTrading, Started
from connectors.engine.lives import begin_life, leave_account, leave_other_lives
from connectors.engine.lookup import ask_due
from connectors.engine.orders import witness
from connectors.engine.reporting import recall_fills
from connectors.engine.state import AccountState, Booked, Check
from connectors.model.changed import replace
from connectors.model.ids import AccountId
from connectors.model.order import EvidenceKind, Order, OrderOrigin, OrderStatus

MS_NS = 1_000_000


def on_started(draft: Draft, started: Started) -> None:
    """Replay. What was being sent when the last worker ended is UNKNOWN now: it is looked up and never sent again."""
    state = draft.state
    positions = state.positions
    for position in started.positions:
        positions = positions.put((position.account, position.instrument), position)
    draft.state = replace(
        state,
        trading=started.trading,
        trading_reason=started.trading_reason,
        trading_since_ns=started.trading_since_ns,
        next_handle=started.next_handle,
        next_external=max(started.next_external, 1 + max((_number(order) for order in started.orders), default=0)),
        positions=positions,
        fills_since=started.fills_since,
    )
    recall_fills(draft, started.fills)
    for order in reversed(started.orders):
        draft.know(order)
        draft.owe(order.order_id, owed=_owes(draft, order))
        _pick_up(draft, order)


def _number(order: Order) -> int:
    digits = order.handle[1:]
    return int(digits) if order.origin is OrderOrigin.EXT and digits.isdigit() else 0


def _pick_up(draft: Draft, order: Order) -> None:
    if order.status is OrderStatus.SUBMITTING:
        sentence = "The worker ended before an answer came. It is looked up; nothing was sent again."
        seen = witness(order, draft.at.time_ns, EvidenceKind.RECOVERED, "found in the journal after a restart")
        draft.keep(
            replace(seen, status=OrderStatus.UNKNOWN, reason=sentence, next_check_ns=draft.at.time_ns),
            EvidenceKind.RECOVERED,
        )
        draft.warn(
            Level.DANGER, f"{order.handle} UNKNOWN after a restart. Looking it up. Do not place it again.", order
        )
    elif order.status is not OrderStatus.UNKNOWN and not (order.canceling and order.working):
        return
    draft.check(order.order_id, Check(draft.at.mono_ns, draft.at.mono_ns))


def _owes(draft: Draft, order: Order) -> bool:
    booked = draft.state.booked.get(order.order_id, Booked())
    return order.filled > booked.quantity and order.created_ns >= draft.state.fills_since.get(
        (order.account, order.epoch), 0
    )


def on_account_opened(draft: Draft, opened: AccountOpened) -> None:
    """Which of the venue's lives this is; what belonged to another one does not count in it."""
    known = draft.state.accounts.get(opened.account)
    account = AccountState(
        opened.label,
        opened.epoch,
        opened.conclusive_after_ms * MS_NS,
        up=known is not None and known.up,
        venue=opened.venue,
    )
    draft.state = replace(draft.state, accounts={**draft.state.accounts, opened.account: account})
    before = known.epoch if known else opened.previous
    leave_other_lives(draft, opened)
    if before is not None and before != opened.epoch:
        recall_fills(draft, opened.fills)
        begin_life(draft, opened)


def on_account_up(draft: Draft, up: AccountUp) -> None:
    """The account can be asked: whatever waited for it is due now."""
    _set_up(draft, up.account, up=True)
    for order_id, check in draft.state.checks.items():
        if draft.state.orders[order_id].account == up.account and not check.asked:
            draft.check(order_id, replace(check, due_mono_ns=draft.at.mono_ns))
    ask_due(draft)


def on_account_down(draft: Draft, down: AccountDown) -> None:
    """Nobody answers there now."""
    _set_up(draft, down.account, up=False)
    if down.removed:
        leave_account(draft, down.account)


def _set_up(draft: Draft, account: AccountId, *, up: bool) -> None:
    known = draft.state.accounts.get(account)
    if known is not None and known.up is not up:
        accounts = {**draft.state.accounts, account: replace(known, up=up)}
        draft.state = replace(draft.state, accounts=accounts)


def on_assets_known(draft: Draft, known: AssetsKnown) -> None:
    """What instruments trade, so that a fee in base can be told from one in quote."""
    draft.state = replace(draft.state, assets={**draft.state.assets, **known.assets})


def on_set_trading(draft: Draft, wanted: SetTrading) -> None:
    """New orders on or off, at once."""
    since_ns = draft.at.time_ns
    draft.state = replace(draft.state, trading=wanted.trading, trading_reason=wanted.reason, trading_since_ns=since_ns)
    draft.do(TradingNow(wanted.trading, wanted.reason, since_ns))
