"""Limits as they are set, an account's worth, and its loss lock: what moves them, and what a human hears of it."""

from __future__ import annotations

from decimal import Decimal

from connectors.engine import day as days
from connectors.engine.day import Day, Today
from connectors.engine.draft import Draft
from connectors.engine.effects import DayMoved, Level
from connectors.engine.inputs import LimitChanged, LossUnlocked, MarksSeen, RiskKept
from connectors.engine.money import Worth, prices, worth
from connectors.engine.risk.value import money
from connectors.engine.state import State
from connectors.model.changed import replace
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId
from connectors.model.position import Position
from connectors.model.risk import LimitName


def on_risk_kept(draft: Draft, kept: RiskKept) -> None:
    """Limits, days and locks survive a restart."""
    draft.state = replace(draft.state, rules=dict(kept.rules), days=dict(kept.days))


def on_limit_changed(draft: Draft, changed: LimitChanged) -> None:
    """A limit is in force at once; a lock that it shuts is shut at once."""
    rules = {key: value for key, value in draft.state.rules.items() if key != changed.key}
    if not changed.unset:
        rules[changed.key] = changed.value
    draft.state = replace(draft.state, rules=rules)
    if changed.key.name is LimitName.DAY_LOSS:
        for account in draft.state.days:
            _judge(draft, account)


def on_marks_seen(draft: Draft, seen: MarksSeen) -> None:
    """Prices came, and time passed: the day of the account is looked at."""
    state, account = draft.state, seen.account
    marks = {**state.marks.get(account, {}), **seen.marks}
    draft.state = replace(
        state, marks={**state.marks, account: marks}, currencies={**state.currencies, account: seen.currency}
    )
    _open_day(draft, seen)
    _judge(draft, account)


def on_loss_unlocked(draft: Draft, unlocked: LossUnlocked) -> None:
    """A human opened the lock: it stays open until the next day, or until a further limit is lost."""
    account = unlocked.account
    day = draft.state.days.get(account)
    if day is None or day.locked_ns is None:
        return
    standing = today(draft.state, account)
    loss = standing.loss if standing is not None else day.excused
    _keep(draft, account, replace(day, locked_ns=None, excused=loss, warned=False))
    limit = days.limit_of(day, _share(draft.state, account))
    until = "" if limit is None else f" or at a loss of {money(loss + limit)} {day.currency}"
    label = draft.state.label(account)
    draft.warn(
        Level.WARN, f"{label}: the loss lock was opened by hand. It stays open until 00:00 UTC{until}.", account=account
    )


def follow(draft: Draft) -> None:
    """After a step that booked fills: fees in third assets count, and a lock that is due shuts now."""
    for recorded in draft.fills:
        _count_fee(draft, recorded)
    for account in {recorded.account for recorded in draft.fills}:
        _judge(draft, account)


# --- what stands


def positions_of(state: State, account: AccountId) -> list[Position]:
    """Positions of an account, flat ones too: they have realised something."""
    return [position for (owner, _), position in state.positions.items() if owner == account]


def prices_of(state: State, account: AccountId) -> dict[str, Decimal]:
    """What assets are worth in the account's reporting currency; empty while that is not known."""
    currency = state.currencies.get(account)
    return prices(state.assets, state.marks.get(account, {}), currency) if currency else {}


def worth_of(state: State, account: AccountId) -> Worth | None:
    """What an account holds in its reporting currency; None while its balances or the currency are not known."""
    balances = state.balances.get(account)
    if balances is None or account not in state.currencies:
        return None
    return worth(balances.values(), prices_of(state, account))


def today(state: State, account: AccountId) -> Today | None:
    """The account's day as it stands; None before it was first looked at in the venue's present life."""
    day, known = state.days.get(account), state.accounts.get(account)
    if day is None or (known is not None and known.epoch != day.epoch):
        return None
    marks = state.marks.get(account, {})
    found = prices(state.assets, marks, day.currency)
    return days.measure(day, positions_of(state, account), marks, state.assets, found)


def loss_limit(state: State, account: AccountId) -> Decimal | None:
    """What the account may lose in its day; None while there is no lock."""
    day = state.days.get(account)
    return None if day is None else days.limit_of(day, _share(state, account))


def _share(state: State, account: AccountId) -> Decimal | None:
    return state.bound(LimitName.DAY_LOSS, account, None).value


# --- the day


def _open_day(draft: Draft, seen: MarksSeen) -> None:
    """Begin a day, or go on with the one there is: it ends with the date and with the venue's life."""
    state, account = draft.state, seen.account
    known = state.accounts.get(account)
    day = state.days.get(account)
    epoch = known.epoch if known is not None else day.epoch if day is not None else None
    balances = state.balances.get(account)
    if epoch is None or balances is None or not seen.complete:
        return
    marks, positions = state.marks[account], positions_of(state, account)
    if day is not None and (day.began_ns, day.epoch, day.currency) == (
        days.began(draft.at.time_ns),
        epoch,
        seen.currency,
    ):
        filled = days.fill_bases(day, positions, marks)
        if filled is not day:
            _keep(draft, account, filled)
        return
    equity = worth(balances.values(), prices_of(state, account)).amount
    begun = days.begin(draft.at.time_ns, epoch, seen.currency, equity, positions, marks)
    same_date = day is not None and day.began_ns == begun.began_ns
    if day is not None and same_date:
        # Another life at the venue: a lock that is shut is opened neither by a wipe nor by going to and fro.
        begun = days.leave(day, begun)
    _keep(draft, account, begun)
    if day is not None and day.locked_ns is not None and not same_date:
        sentence = f"{state.label(account)}: a new day began at 00:00 UTC; the loss lock is open again."
        draft.warn(Level.INFO, sentence, account=account)


def _judge(draft: Draft, account: AccountId) -> None:
    """Shut the lock where the limit is lost; warn once where it is near."""
    day, standing = draft.state.days.get(account), today(draft.state, account)
    limit = loss_limit(draft.state, account)
    if day is None or standing is None or limit is None or day.locked_ns is not None:
        return
    if day.began_ns != days.began(draft.at.time_ns):
        return  # yesterday's: the new day opens with the next marks
    if days.is_reached(day, standing.loss, limit):
        _keep(draft, account, replace(day, locked_ns=draft.at.time_ns, warned=True))
        draft.warn(Level.DANGER, locked_sentence(standing.loss, day.excused + limit), account=account)
    elif not day.warned and days.is_near(day, standing.loss, limit):
        _keep(draft, account, replace(day, warned=True))
        label = draft.state.label(account)
        draft.warn(
            Level.WARN,
            f"{label}: day loss {money(standing.loss)} of {money(day.excused + limit)} {day.currency}. "
            "The loss lock shuts at the limit.",
            account=account,
        )


def locked_sentence(loss: Decimal, limit: Decimal) -> str:
    """What a human hears when the lock shuts (UX §8)."""
    return f"HALTED: day loss {money(loss)} of {money(limit)} reached. Unlock by typing RESUME; it is recorded."


def _count_fee(draft: Draft, recorded: RecordedFill) -> None:
    fee, pair = recorded.fill.fee, draft.state.assets.get(recorded.fill.instrument)
    day = draft.state.days.get(recorded.account)
    if fee is None or pair is None or fee.asset in pair or day is None or recorded.fill.time_ns < day.began_ns:
        return
    if recorded.epoch != day.epoch:
        return
    fees = {**day.fees, fee.asset: day.fees.get(fee.asset, Decimal(0)) + fee.amount}
    _keep(draft, recorded.account, replace(day, fees=fees))


def _keep(draft: Draft, account: AccountId, day: Day) -> None:
    draft.state = replace(draft.state, days={**draft.state.days, account: day})
    draft.do(DayMoved(account, day))
