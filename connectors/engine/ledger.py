"""The asset ledger: balance = what the desk's fills made + an *external* line (DESIGN §5, "two ledgers").

Deposits, withdrawals and whatever other tools do move the external line, never a position. It is judged only against
a whole snapshot: between a fill and the balance it causes the two are apart for a moment, and that is nobody's news.

What fills made of an asset follows from the positions, exactly: the base they hold, and the cash that went into and
came out of them; only fees in a third asset are counted apart. The external line is kept over a restart, so that what
moved while nobody looked is found, and nothing is taken for a move because the desk began to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from connectors.engine.positions import EXACT, Assets
from connectors.model.changed import replace
from connectors.model.fill import Fill
from connectors.model.ids import AccountId, InstrumentId
from connectors.model.position import Position


@dataclass(frozen=True, slots=True)
class AssetLine:
    """One asset of one account, in units of it, in one life of its venue."""

    traded: Decimal = Decimal(0)
    """What fills booked here added or took, fees included."""
    announced: Decimal = Decimal(0)
    """Deposits and withdrawals the venue told of, not yet part of ``external``."""
    external: Decimal | None = None
    """Balance − traded at the newest snapshot that was believed; None before the first."""
    suspected: Decimal = Decimal(0)
    """A jump seen once: a trade may have fallen between two questions. Seen twice, it is believed."""
    quiet: Decimal = Decimal(0)
    """Jumps too small to be told, together, since one was told."""
    moved_ns: int | None = None
    """When the external line last moved."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How far an external line jumped without an announcement."""

    by: Decimal = Decimal(0)
    loud: Decimal = Decimal(0)
    """What is to be told: this jump and the small ones before it, once they are not small together."""


NOT_SMALL = Decimal("0.001")
"""Share of a holding from which an unexplained jump is told. Interest, rounding, dust that a venue converts and the
like move a balance by less, change no decision, and come often enough to make a trader deaf to the alert."""

Line = tuple[Decimal, int | None]
"""An external line as it is kept: how much, and when it last moved."""


def kept_of(lines: Mapping[tuple[AccountId, str], AssetLine], account: AccountId) -> dict[str, Line]:
    """What is to be kept of an account's lines: everything else follows from its fills."""
    return {
        asset: (line.external, line.moved_ns)
        for (owner, asset), line in lines.items()
        if owner == account and line.external is not None
    }


def traded_of(
    positions: Iterable[Position],
    pairs: Mapping[InstrumentId, tuple[str, str]],
    other_fees: Mapping[tuple[AccountId, InstrumentId, str], Decimal],
    account: AccountId,
) -> dict[str, Decimal]:
    """What an account's fills made of each asset: the base positions hold, and the cash they took and gave."""
    made: dict[str, Decimal] = {}

    def add(asset: str, amount: Decimal) -> None:
        made[asset] = made.get(asset, Decimal(0)) + amount

    with localcontext(EXACT):
        for position in positions:
            pair = pairs.get(position.instrument)
            if position.account != account or pair is None:
                continue
            add(pair[0], position.quantity)
            add(pair[1], position.realised - position.cost - position.fees_quote)
        for (owner, _instrument, asset), amount in other_fees.items():
            if owner == account:
                add(asset, -amount)
    return made


def flows(fill: Fill, assets: Assets) -> tuple[tuple[str, Decimal], ...]:
    """What one fill does to balances: (asset, signed amount), an asset at most once for each of its causes."""
    sign = fill.side.sign
    swap = ((assets.base, sign * fill.quantity), (assets.quote, -sign * fill.quote_quantity))
    return swap if fill.fee is None else (*swap, (fill.fee.asset, -fill.fee.amount))


def trade(line: AssetLine, amount: Decimal) -> AssetLine:
    """The line after a fill."""
    with localcontext(EXACT):
        return replace(line, traded=line.traded + amount)


def announce(line: AssetLine, amount: Decimal) -> AssetLine:
    """The line after a deposit or withdrawal the venue told of."""
    with localcontext(EXACT):
        return replace(line, announced=line.announced + amount)


def settle(line: AssetLine, balance: Decimal, time_ns: int) -> tuple[AssetLine, Moved]:
    """Hold the line against the venue's balance, with all fills booked.

    Returns:
        The line, with balance = traded + external once it is believed, and how far the external line jumped without an
        announcement (nothing unless two snapshots agree on it).
    """
    with localcontext(EXACT):
        external = balance - line.traded
        jump = Decimal(0) if line.external is None else external - line.external - line.announced
        if jump not in {line.suspected, Decimal(0)}:
            return replace(line, suspected=jump), Moved()
        before = line.traded if line.external is None else line.traded + line.external
        quiet = line.quiet + jump
    small = abs(quiet) < NOT_SMALL * max(abs(before), abs(balance))
    stands = line.external is None or external == line.external
    moved_ns = line.moved_ns if stands else time_ns
    settled = AssetLine(line.traded, external=external, quiet=quiet if small else Decimal(0), moved_ns=moved_ns)
    return settled, Moved(jump, Decimal(0) if small else quiet)
