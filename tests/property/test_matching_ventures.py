"""Whatever a user does among the agents of a market, nothing is made or lost and everybody gets his turn."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from connectors.matching.terms import Prevention
from property.venturing import Venture

TYPES = ("LIMIT", "MARKET", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
SIDES = st.sampled_from(["BUY", "SELL"])
OFFSETS = st.one_of(st.integers(-4, 4), st.integers(-400, 400))
LOTS = st.integers(20, 900)


@dataclass(frozen=True)
class Step:
    """One thing the user does; numbers mean what the deed makes of them."""

    deed: str
    side: str
    kind: str
    life: str
    lots: int
    other_lots: int
    offset: int
    other_offset: int
    mode: str
    which: int
    flag: bool


STEPS = st.builds(
    Step,
    deed=st.sampled_from(
        ["order", "order", "order", "cancel", "amend", "replace", "oco", "oto", "otoco", "opo", "time", "restart"]
    ),
    side=SIDES,
    kind=st.sampled_from(TYPES),
    life=st.sampled_from(["GTC", "GTC", "IOC", "FOK"]),
    lots=LOTS,
    other_lots=LOTS,
    offset=OFFSETS,
    other_offset=st.integers(1, 60),
    mode=st.sampled_from([mode.value for mode in Prevention]),
    which=st.integers(0, 5),
    flag=st.booleans(),
)


def terms(venture: Venture, step: Step) -> dict[str, object]:
    """Parameters of one order as its type wants them; half the time such that the exchange will take it."""
    found: dict[str, object] = {"side": step.side, "type": step.kind, "quantity": quantity(step.lots)}
    found["selfTradePreventionMode"] = step.mode
    if step.kind == "MARKET" and step.flag:
        found.pop("quantity")
        return found | {"quoteOrderQty": step.lots}
    if step.kind in {"LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"}:
        found["price"] = venture.price(step.offset)
    if step.kind in {"LIMIT", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"}:
        found["timeInForce"] = step.life
        if step.life == "GTC" and step.flag:
            found["icebergQty"] = quantity(max(10, step.lots // 4))
    if step.kind.startswith(("STOP", "TAKE")):
        above = step.kind.startswith("STOP") is (step.side == "BUY")
        found["stopPrice"] = venture.price(step.other_offset if above else -step.other_offset)
        if step.which == 0:
            found["trailingDelta"] = 10 + step.lots
            if step.flag:
                found.pop("stopPrice")
    return found


def pair(venture: Venture, step: Step, place: str = "") -> dict[str, object]:
    """The legs of a pair around the market."""
    near, far = venture.price(-step.other_offset), venture.price(step.other_offset)
    below, above = (f"{place}Below", f"{place}Above") if place else ("below", "above")
    low, high = ("STOP_LOSS", "LIMIT_MAKER") if step.side == "SELL" else ("LIMIT_MAKER", "STOP_LOSS")
    found: dict[str, object] = {f"{below}Type": low, f"{above}Type": high}
    for leg, kind, price in ((below, low, near), (above, high, far)):
        found[f"{leg}{'Price' if kind == 'LIMIT_MAKER' else 'StopPrice'}"] = price
    return found


def working(venture: Venture, step: Step) -> dict[str, object]:
    """The first order of a list; at or near the market, so that it often fills."""
    return {
        "workingType": "LIMIT",
        "workingSide": step.side,
        "workingPrice": venture.price(step.offset),
        "workingQuantity": quantity(step.lots),
        "workingTimeInForce": step.life,
        "selfTradePreventionMode": step.mode,
    }


def quantity(lots: int) -> str:
    return f"{lots / 100_000:.5f}"


def act(venture: Venture, step: Step) -> Any:
    """Do it; what may come of it is a refusal."""
    if step.deed == "restart":
        return venture.restart()
    if step.deed == "time":
        return venture.desk.run(step.lots / 1000)
    living = venture.open()
    chosen = living[step.which % len(living)].order_id if living else 0
    verb, path, params = request(venture, step, chosen)
    return venture.ask(verb, path, **params)


def request(venture: Venture, step: Step, chosen: int) -> tuple[str, str, dict[str, object]]:
    """What is sent for a step; ``chosen`` is one of the open orders."""
    if step.deed in {"cancel", "amend"}:
        amend: dict[str, object] = {"orderId": chosen, "newQty": quantity(step.lots)}
        change = ("PUT", "order/amend/keepPriority", amend)
        return change if step.deed == "amend" else ("DELETE", "order", {"orderId": chosen})
    if step.deed == "order":
        return "POST", "order", terms(venture, step)
    if step.deed == "replace":
        mode = "ALLOW_FAILURE" if step.flag else "STOP_ON_FAILURE"
        both = terms(venture, step) | {"cancelReplaceMode": mode, "cancelOrderId": chosen}
        return "POST", "order/cancelReplace", both
    return "POST", f"orderList/{step.deed}", together(venture, step)


def together(venture: Venture, step: Step) -> dict[str, object]:
    """Parameters of a list."""
    if step.deed == "oco":
        return {"side": step.side, "quantity": quantity(step.lots)} | pair(venture, step)
    other = {"BUY": "SELL", "SELL": "BUY"}[step.side]
    found = working(venture, step) | {"pendingSide": other}
    if step.deed != "opo":
        found["pendingQuantity"] = quantity(step.other_lots)
    if step.deed == "otoco":
        return found | pair(venture, replace(step, side=other), "pending")
    return found | {"pendingType": "LIMIT_MAKER", "pendingPrice": venture.price(-step.other_offset)}


@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(STEPS, min_size=8, max_size=25), st.integers(0, 3), st.sampled_from(["flow", "tape"]))
def test_nothing_is_made_or_lost_and_nobody_is_passed_over(steps: list[Step], seed: int, market: str) -> None:
    """Not shrunk: each try opens an exchange, and minutes of them would only make a red run late."""
    with tempfile.TemporaryDirectory() as folder:
        venture = Venture(Path(folder) / "home", seed, market)
        venture.ask("POST", "order", side="BUY", type="MARKET", quantity="0.02")
        for step in steps:
            act(venture, step)
            venture.check()
        venture.desk.run(0.2)
        venture.check()
        venture.restart()
        venture.check()
        venture.desk.ledger.close()
