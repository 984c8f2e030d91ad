"""The methods of the WebSocket API (§1.5): what each answers, what it weighs (§3.3) and whether it must be signed.

The twin of `routes`: a method answers as the REST call does whose path it names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.simulator import public
from connectors.simulator.exchange import Exchange
from connectors.simulator.order_routes import ORDERS, TWINS
from connectors.simulator.parameters import Parameters
from connectors.simulator.route import Route

if TYPE_CHECKING:
    from connectors.simulator.ws_api import Session

Weight = int | Callable[[Parameters], int]


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

    def weighs(self, params: Parameters) -> int:
        """Its weight with these parameters."""
        return self.weight if isinstance(self.weight, int) else self.weight(params)


def twin(answer: Callable[[Exchange, Parameters], Any]) -> Callable[[Session, Parameters], Any]:
    """A REST answer as a method's."""
    return lambda session, params: answer(session.exchange, params)


def _framed(route: Route) -> Method:
    """A REST call as a method."""
    return Method(twin(route.answer), route.weight, route.signed, route.free, route.order)


METHODS: dict[str, Method] = {
    "ping": Method(twin(public.ping), 1),
    "time": Method(twin(public.server_time), 1),
    "userDataStream.subscribe.signature": Method(lambda session, params: session.subscribe(params), 2, signed=True),
    "userDataStream.unsubscribe": Method(lambda session, params: session.unsubscribe(params), 2),
    **{name: _framed(ORDERS[f"/api/v3/{path}"][verb]) for name, (verb, path) in TWINS.items()},
}
