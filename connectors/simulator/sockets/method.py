"""What the exchange knows of one method of the WebSocket API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.simulator.exchange import Exchange
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest.route import Route, Weight

if TYPE_CHECKING:
    from connectors.simulator.sockets.ws_api import Session


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its answer, weight, and whether it must be signed."""

    answer: Callable[[Session, Parameters], Any]
    weight: Weight
    signed: bool = False
    free: bool = False
    """Weighs nothing when it succeeds, ``weight`` when it fails (§3.1)."""
    order: bool = False
    """Its answer carries the order counts."""
    trades: bool = False
    """Needs the right to trade, not only to read."""

    def weighs(self, params: Parameters) -> int:
        """Its weight with these parameters."""
        return self.weight if isinstance(self.weight, int) else self.weight(params)


def twin(answer: Callable[[Exchange, Parameters], Any]) -> Callable[[Session, Parameters], Any]:
    """A REST answer as a method's."""
    return lambda session, params: answer(session.exchange, params)


def framed(route: Route, verb: str = "GET") -> Method:
    """A REST call as a method: whatever does not only look at a signed thing trades."""
    trades = route.signed and verb != "GET"
    return Method(twin(route.answer), route.weight, route.signed, route.free, route.order, trades)
