"""The day of an account as the screen reads it: what was lost, against what may be."""

from __future__ import annotations

from decimal import Decimal

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
