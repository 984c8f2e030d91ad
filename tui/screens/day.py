"""What the positions screen says of the day, worked out from what the worker counts. Pure but for what it reads."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.model.ids import AccountId, Mode
from tui.format import numbers
from tui.ticket.daily import MINUTE_NS, day_pnl
from tui.widgets.day_line import DayFacts, nothing

if TYPE_CHECKING:
    from tui.desk import Desk

ZERO = Decimal(0)


def day_words(desk: Desk) -> str:
    """What the day has brought, by mode, as the loss lock counts it: what was paid in or out is no part of it."""
    sums: dict[tuple[Mode, str], Decimal] = {}
    for account, risk in desk.store.risk.items():
        connection = desk.store.connections.get(account)
        if connection is not None:
            kind = (connection.mode, risk.currency)
            sums[kind] = sums.get(kind, ZERO) + day_pnl(risk)
    single = len(sums) == 1
    told = [f"{numbers.signed(day)}{'' if single else f' {mode.name}'}" for (mode, _), day in sums.items()]
    return f"day {', '.join(told)}" if told else ""


def day_facts(desk: Desk, account: AccountId | None) -> DayFacts:
    """One account's day; nothing of it is known before the worker has told its risk."""
    store = desk.store
    risk = None if account is None else store.risk.get(account)
    if risk is None:
        return DayFacts()
    day = desk.listener.days.of(risk.account)
    late = day is not None and day.seen_ns - day.began_ns > MINUTE_NS
    return DayFacts(
        label=risk.label if len(store.risk) > 1 else "",
        quote=risk.currency,
        pnl=day_pnl(risk),
        equity=risk.equity,
        values=nothing if day is None else day.line,
        worst=None if day is None else day.worst,
        worst_ns=0 if day is None else day.worst_ns,
        seen_ns=day.seen_ns if day is not None and late else None,
        limit=risk.loss_limit,
    )
