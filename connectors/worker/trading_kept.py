"""Whether new orders pass, why, and since when: one line of the archive's settings, which survives a restart."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from connectors.engine.effects import TradingNow
from connectors.engine.inputs import Trading
from connectors.worker.log import logger

TRADING_KEY = "trading.state"

UNREADABLE = "by the desk: what the archive says of it cannot be read"


@dataclass(frozen=True, slots=True)
class TradingKept:
    """What was kept."""

    trading: Trading
    reason: str = ""
    since_ns: int = 0


def write_trading(now: TradingNow) -> str:
    """The line."""
    return msgspec.json.encode(TradingKept(now.trading, now.reason, now.since_ns)).decode()


def read_trading(text: str | None) -> TradingKept:
    """Read the line; earlier releases wrote the bare word. What cannot be read lets no new order pass."""
    if text is None:
        return TradingKept(Trading.ACTIVE)
    if text in set(Trading):
        return TradingKept(Trading(text), "" if text == Trading.ACTIVE else "by you")
    try:
        return msgspec.json.decode(text, type=TradingKept)
    except msgspec.MsgspecError as problem:
        logger().error("trading_unreadable", fault=type(problem).__name__)
        return TradingKept(Trading.HALTED, UNREADABLE)
