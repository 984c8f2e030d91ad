"""The loss lock's day: what was lost since 00:00 UTC, realised and not, and when that is too much. Pure.

The P&L of a day is how far realised − fees + unrealised has moved since the day began, position by position, so a loss
that was there yesterday is not counted again, and a deposit or withdrawal is no loss: it moves no position. The day's
equity is what the account was worth when the day was first looked at; the lock's limit is a share of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.engine.money import Marks, Pairs, Prices
from connectors.model.changed import replace
from connectors.model.ids import Epoch, InstrumentId
from connectors.model.position import Position

DAY_NS = 86_400_000_000_000
WARN_SHARE = Decimal("0.7")
"""Share of the limit at which a human hears of it, once a day."""
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Base:
    """One position when the day began, in the instrument's quote currency."""

    realised: Decimal = ZERO
    fees: Decimal = ZERO
    unrealised: Decimal | None = ZERO
    """None until its first mark of the day is seen."""


@dataclass(frozen=True, slots=True)
class Day:
    """One account's day. Kept over a restart."""

    began_ns: int
    """00:00 UTC."""
    epoch: Epoch
    currency: str
    equity: Decimal | None
    bases: Mapping[InstrumentId, Base] = field(default_factory=dict)
    """An instrument that is not here had nothing when the day began."""
    fees: Mapping[str, Decimal] = field(default_factory=dict)
    """Fees since then in assets that are neither base nor quote of what was traded."""
    warned: bool = False
    locked_ns: int | None = None
    """Since when the lock is shut."""
    excused: Decimal = ZERO
    """Loss at which a human opened the lock: the next one is counted from there."""
    elsewhere: tuple[Day, ...] = ()
    """The same date in other lives of the venue, the newest left last: whoever comes back goes on with it."""


LIVES_KEPT = 16
"""Of one date. Ledgers are changed about by hand."""


def leave(day: Day, begun: Day) -> Day:
    """Go from one life of the venue to another on the same date.

    A life that was lived in on this date goes on with its own figures, so that no loss is forgotten by going to and
    fro. A lock that is shut stays shut, in whichever of the two it was.

    Args:
        day: Of the life that is left.
        begun: As the other one would begin now.
    """
    known = next((other for other in day.elsewhere if _same(other, begun)), None)
    others = tuple(other for other in day.elsewhere if other is not known and other.began_ns == begun.began_ns)
    kept = (*others, replace(day, elsewhere=()))[-LIVES_KEPT:]
    going_on = begun if known is None else known
    return replace(going_on, locked_ns=going_on.locked_ns or day.locked_ns, elsewhere=kept)


def _same(other: Day, begun: Day) -> bool:
    return (other.began_ns, other.epoch, other.currency) == (begun.began_ns, begun.epoch, begun.currency)


@dataclass(frozen=True, slots=True)
class Today:
    """A day as it stands, in its currency."""

    realised: Decimal
    unrealised: Decimal
    """Of what could be priced."""
    fees: Decimal
    unpriced: tuple[str, ...] = ()
    """What no sum here has."""

    @property
    def loss(self) -> Decimal:
        """What was lost; below zero for a gain."""
        return self.fees - self.realised - self.unrealised


def began(time_ns: int) -> int:
    """00:00 UTC of a moment's day."""
    return time_ns // DAY_NS * DAY_NS


def begin(
    time_ns: int, epoch: Epoch, currency: str, equity: Decimal | None, positions: Iterable[Position], marks: Marks
) -> Day:
    """Open a day: everything that comes from now on counts in it."""
    return Day(
        began(time_ns),
        epoch,
        currency,
        equity,
        {
            position.instrument: Base(position.realised, position.fees_quote, _unrealised(position, marks))
            for position in positions
            if position.quantity or position.realised or position.fees_quote
        },
    )


def _unrealised(position: Position, marks: Marks) -> Decimal | None:
    if not position.quantity:
        return -position.cost
    mark = marks.get(position.instrument)
    return None if mark is None else position.unrealised(mark)


def fill_bases(day: Day, positions: Iterable[Position], marks: Marks) -> Day:
    """Count positions that had no mark when the day began from the first one that is seen."""
    found = {
        position.instrument: replace(base, unrealised=seen)
        for position in positions
        if (base := day.bases.get(position.instrument)) is not None
        and base.unrealised is None
        and (seen := _unrealised(position, marks)) is not None
    }
    return replace(day, bases={**day.bases, **found}) if found else day


def measure(day: Day, positions: Iterable[Position], marks: Marks, pairs: Pairs, known: Prices) -> Today:
    """The day's P&L.

    Args:
        day: As it began.
        positions: Of the account.
        marks: Of instruments.
        pairs: Base and quote asset of instruments.
        known: Prices of assets in the day's currency.
    """
    realised = unrealised = fees = ZERO
    unpriced: set[str] = set()
    for position in positions:
        base = day.bases.get(position.instrument, Base())
        gain, paid = position.realised - base.realised, position.fees_quote - base.fees
        if not (position.quantity or gain or paid or base.unrealised):
            continue
        quote = pairs.get(position.instrument, ("", ""))[1]
        if quote not in known:
            unpriced.add(quote or position.instrument.symbol)
            continue
        realised += gain * known[quote]
        fees += paid * known[quote]
        now = _unrealised(position, marks)
        if now is None or base.unrealised is None:
            unpriced.add(position.instrument.symbol)
        else:
            unrealised += (now - base.unrealised) * known[quote]
    for asset, amount in day.fees.items():
        if asset in known:
            fees += amount * known[asset]
        elif amount:
            unpriced.add(asset)
    return Today(realised, unrealised, fees, tuple(sorted(unpriced)))


def limit_of(day: Day, share: Decimal | None) -> Decimal | None:
    """What may be lost; None while no lock can be told: it is off, or the day's equity is unknown or nothing."""
    return day.equity * share if share is not None and day.equity is not None and day.equity > 0 else None


def is_reached(day: Day, loss: Decimal, limit: Decimal | None) -> bool:
    """Whether the lock has to shut: the limit was lost, or a further limit since a human opened it."""
    return limit is not None and loss - day.excused >= limit


def is_near(day: Day, loss: Decimal, limit: Decimal | None) -> bool:
    """Whether a human should hear that the lock may shut."""
    return limit is not None and loss - day.excused >= limit * WARN_SHARE
