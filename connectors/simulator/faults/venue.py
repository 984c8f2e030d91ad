"""Faults that change the exchange: a symbol that is closed, steps that are others, requests refused for either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from connectors.simulator.exchange import Exchange
from connectors.simulator.faults.classify import Asked
from connectors.simulator.faults.fault import Fault
from connectors.simulator.faults.kinds import Filters, Refuse, SymbolStatus
from connectors.simulator.market import Market
from connectors.simulator.specs import SymbolSpec, amount

_OPEN = "TRADING"
_CANCELS = {_OPEN, "CANCEL_ONLY"}
"""Statuses under which an order may be cancelled. §4.2 names the statuses without their rules: since CANCEL_ONLY was
added as one of its own in 2026, the older ones are taken to allow nothing."""
_CLOSED = "Market is closed."


@dataclass(frozen=True)
class AlteredSpec(SymbolSpec):
    """A symbol with other filters than it was listed with; the grid of its book stays.

    Attributes:
        new_tick: What PRICE_FILTER asks for now.
        new_step: What LOT_SIZE asks for now.
    """

    new_tick: Decimal | None = None
    new_step: Decimal | None = None

    def filters(self) -> list[dict[str, Any]]:
        """See `SymbolSpec.filters`."""
        return [self._altered(found) for found in super().filters()]

    def refuses(self, params: Mapping[str, str]) -> str | None:
        """The filter that an order with these parameters fails and did not fail before."""
        for name, text in params.items():
            lower = name.lower()
            tick = self.new_tick if lower.endswith("price") else None
            step = self.new_step if lower.endswith(("quantity", "qty")) and "quote" not in lower else None
            if tick is not None and _off(text, tick):
                return "PRICE_FILTER"
            if step is not None and _off(text, step):
                return "LOT_SIZE"
        return None

    def _altered(self, found: dict[str, Any]) -> dict[str, Any]:
        if found["filterType"] == "PRICE_FILTER" and self.new_tick is not None:
            return found | {"minPrice": amount(self.new_tick), "tickSize": amount(self.new_tick)}
        if found["filterType"] == "LOT_SIZE" and self.new_step is not None:
            return found | {"minQty": amount(self.new_step), "stepSize": amount(self.new_step)}
        return found


class Still:
    """A market that does not move; the user's orders in it can be taken out."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def __getattr__(self, name: str) -> Any:
        """All else is the market's own."""
        return getattr(self._market, name)

    def advance(self, now_ms: int) -> None:
        """Nothing happens."""


class Changes:
    """What of an exchange is not as it was listed."""

    def __init__(self, exchange: Exchange) -> None:
        self._feeds = exchange.feeds
        self._listed = {symbol: (feed.spec, feed.market) for symbol, feed in exchange.feeds.items()}

    def wrong(self, fault: Fault) -> str | None:
        """What makes no sense about a fault on this exchange, as the rest of a sentence."""
        if not isinstance(fault, (SymbolStatus, Filters)):
            return None
        if fault.symbol not in self._feeds:
            return f"symbol {fault.symbol} is not listed; there are {', '.join(self._feeds)}"
        if isinstance(fault, Filters):
            spec = self._listed[fault.symbol][0]
            for name, new, old in (("tick", fault.tick, spec.tick), ("step", fault.step, spec.step)):
                if new is not None and new % old:
                    return f"{name} {new} is no multiple of {old}, on which the book of {fault.symbol} stands"
        return None

    def apply(self, standing: Iterable[Fault]) -> None:
        """Make every symbol what these faults make of it: those they do not name, as listed."""
        status: dict[str, str] = {}
        steps: dict[str, Filters] = {}
        for fault in standing:
            if isinstance(fault, SymbolStatus):
                status[fault.symbol] = fault.status
            elif isinstance(fault, Filters):
                steps[fault.symbol] = fault
        for symbol, feed in self._feeds.items():
            spec, market = self._listed[symbol]
            feed.status = status.get(symbol, _OPEN)
            feed.spec = _alter(spec, steps[symbol]) if symbol in steps else spec
            feed.market = market if feed.status == _OPEN else cast("Market", Still(market))

    def refuses(self, asked: Asked) -> tuple[type[Fault], Refuse] | None:
        """The refusal a request meets for what has changed, and the kind of fault that changed it.

        It comes before key and signature are looked at, which the exchange would do first.
        """
        feed = self._feeds.get(asked.params.get("symbol", ""))
        if feed is None:
            return None
        if asked.changes and feed.status != _OPEN:
            return SymbolStatus, Refuse(code=-1013, text=_CLOSED)
        if asked.cancels and feed.status not in _CANCELS:
            return SymbolStatus, Refuse(code=-2011, text=_CLOSED)
        if asked.changes and isinstance(feed.spec, AlteredSpec):
            broken = feed.spec.refuses(asked.params)
            return None if broken is None else (Filters, Refuse(code=-1013, text=f"Filter failure: {broken}"))
        return None


def _alter(spec: SymbolSpec, fault: Filters) -> AlteredSpec:
    listed = {one.name: getattr(spec, one.name) for one in fields(SymbolSpec)}
    return AlteredSpec(**listed, new_tick=fault.tick, new_step=fault.step)


def _off(text: str, step: Decimal) -> bool:
    """Whether a number is off a grid; what is no number, the exchange itself refuses."""
    try:
        return bool(Decimal(text) % step)
    except InvalidOperation:
        return False
