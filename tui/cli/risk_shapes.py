"""The JSON of what is said about risk. Shares are decimals (0.05 is 5 %), amounts are in ``currency``."""

from __future__ import annotations

from connectors.worker import api
from tui.cli.output import Json
from tui.cli.shapes import digits, iso, known


def trading(facts: api.RiskFacts) -> dict[str, Json]:
    """Whether new orders pass."""
    return {"trading": facts.trading.value, "reason": facts.reason, "since": iso(facts.since_ns)}


def facts(found: api.RiskFacts) -> dict[str, Json]:
    """The trading state and every account."""
    return {**trading(found), "accounts": [account(one) for one in found.accounts]}


def account(risk: api.AccountRisk) -> dict[str, Json]:
    """One account against its limits."""
    return {
        "venue": risk.label,
        "currency": risk.currency,
        "equity": known(risk.equity),
        "unpriced": list(risk.unpriced),
        "day_began": iso(risk.day_began_ns),
        "day_equity": known(risk.day_equity),
        "realised": digits(risk.realised),
        "unrealised": known(risk.unrealised),
        "fees": digits(risk.fees),
        "loss_limit": known(risk.loss_limit),
        "locked": risk.locked,
        "locked_since": iso(risk.locked_ns or 0),
        "limits": [limit(one) for one in risk.limits],
    }


def limit(one: api.LimitInForce) -> dict[str, Json]:
    """One limit; ``value`` null where it is switched off."""
    return {
        "name": one.name.value,
        "value": known(one.value),
        "used": known(one.used),
        "scope": one.scope.value,
    }
