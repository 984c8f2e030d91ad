"""The day of an account as the screen reads it: what was lost, against what may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.model.ids import AccountId
from connectors.worker.api import AccountRisk
from tui.format import words

ZERO = Decimal(0)


def day_pnl(risk: AccountRisk) -> Decimal:
    """Realised and unrealised since the day began, fees taken off; what nobody can price is left out."""
    return risk.realised + (risk.unrealised or ZERO) - risk.fees


def day_loss(risk: AccountRisk) -> Decimal:
    """What was lost since the day began; nothing on a day of gains."""
    return max(-day_pnl(risk), ZERO)


def locked_words(risk: AccountRisk | None) -> str:
    """Why only what reduces passes under a shut loss lock; empty while it is open."""
    if risk is None or not risk.locked:
        return ""
    loss = day_loss(risk)
    return words.halted_by_loss(loss, risk.loss_limit if risk.loss_limit is not None else loss)


MINUTE_NS = 60_000_000_000


@dataclass(slots=True)
class Day:
    """What one account's day came to while this desk looked on: one value a minute, and the worst of all."""

    began_ns: int
    """When the account's day began."""
    seen_ns: int
    """When the first value was seen, wall time."""
    values: dict[int, Decimal] = field(default_factory=dict)
    """The newest P&L of each minute, by its number."""
    worst: Decimal = ZERO
    worst_ns: int = 0

    def note(self, pnl: Decimal, now_ns: int) -> None:
        """Take a value."""
        if not self.values or pnl < self.worst:
            self.worst, self.worst_ns = pnl, now_ns
        self.values[now_ns // MINUTE_NS] = pnl

    def line(self, points: int) -> Sequence[Decimal]:
        """The values in at most so many equal spans of time, each its newest one; a span without one has the last."""
        if not self.values or points < 1:
            return ()
        first, last = min(self.values), max(self.values)
        span = -(-(last - first + 1) // points)
        found: list[Decimal] = []
        for start in range(first, last + 1, span):
            inside = [self.values[minute] for minute in range(start, start + span) if minute in self.values]
            found.append(inside[-1] if inside else found[-1])
        return found


class Days:
    """The day of each account."""

    def __init__(self) -> None:
        self._days: dict[AccountId, Day] = {}

    def note(self, risk: AccountRisk, now_ns: int) -> None:
        """Take what the worker says of an account; another day begins anew."""
        if not risk.day_began_ns:
            return
        day = self._days.get(risk.account)
        if day is None or day.began_ns != risk.day_began_ns:
            day = self._days[risk.account] = Day(risk.day_began_ns, now_ns)
        day.note(day_pnl(risk), now_ns)

    def of(self, account: AccountId) -> Day | None:
        """The day of an account; None while nothing was seen of it."""
        return self._days.get(account)
