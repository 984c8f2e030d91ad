"""The asset ledger: balance = what the desk's fills made + an *external* line (DESIGN §5, "two ledgers").

Deposits, withdrawals and whatever other tools do move the external line, never a position. It is judged only against
a whole snapshot: between a fill and the balance it causes the two are apart for a moment, and that is nobody's news.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from connectors.engine.positions import EXACT, Assets
from connectors.model.fill import Fill


@dataclass(frozen=True, slots=True)
class AssetLine:
    """One asset of one account, in units of it, since this worker first saw its balance."""

    traded: Decimal = Decimal(0)
    """What fills booked here added or took."""
    announced: Decimal = Decimal(0)
    """Deposits and withdrawals the venue told of, not yet part of ``external``."""
    external: Decimal | None = None
    """Balance − traded at the newest snapshot that was believed; None before the first."""
    suspected: Decimal = Decimal(0)
    """A jump seen once: a trade may have fallen between two questions. Seen twice, it is believed."""


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


def settle(line: AssetLine, balance: Decimal) -> tuple[AssetLine, Decimal]:
    """Hold the line against the venue's balance, with all fills booked.

    Returns:
        The line, with balance = traded + external once it is believed, and how far the external line jumped without an
        announcement (zero unless two snapshots agree on it).
    """
    with localcontext(EXACT):
        external = balance - line.traded
        jump = Decimal(0) if line.external is None else external - line.external - line.announced
    if jump not in {line.suspected, Decimal(0)}:
        return replace(line, suspected=jump), Decimal(0)
    return AssetLine(line.traded, Decimal(0), external), jump
