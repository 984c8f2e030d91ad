"""Rate limits (§3): weight per address, order count per account."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from connectors.simulator.entry.addresses import Address, throttled
from connectors.simulator.entry.limits import USUAL, Limit, Window, load

__all__ = ["HERE", "USUAL", "Limit", "RateLimits", "Window", "load"]

HERE = "127.0.0.1"
"""The address of who names none."""
STREAMS, WS_API = "stream", "ws-api"
"""Kinds of connections, counted apart (§3.2)."""
TAKER_FILL = 1
MAKER_FILL = 5
"""What a first fill gives back of the order count (§3.1)."""
_CONNECTIONS = Limit("CONNECTIONS", "MINUTE", 5, 300)
_MOST_ADDRESSES = 1000


class RateLimits:
    """All counters: of each address that calls, and of the one account.

    Args:
        limits: What is published and enforced.
        phases: Draws how much after the clock's own intervals those of each limit begin; None for not at all.

    Attributes:
        connections: The limit of new connections, published by the WebSocket API.
        orders: Windows of the order count.
    """

    def __init__(self, limits: Sequence[Limit] = USUAL, phases: Random | None = None) -> None:
        named = [limit for limit in limits if limit.rate_limit_type == "CONNECTIONS"]
        self.connections = named[0] if named else _CONNECTIONS
        self.limits = tuple(limit for limit in limits if limit not in named)
        self._phases = {
            limit: phases.randrange(limit.length_ms) if phases is not None else 0
            for limit in (*self.limits, self.connections)
        }
        self.orders = self._windows("ORDERS")
        self._addresses: dict[str, Address] = {}

    @property
    def weights(self) -> list[Window]:
        """Windows of request weight of who names no address."""
        return self.address().weights

    def address(self, name: str = HERE) -> Address:
        """The counters of an address."""
        found = self._addresses.get(name)
        if found is None:
            if len(self._addresses) >= _MOST_ADDRESSES:
                del self._addresses[next(iter(self._addresses))]
            phase = self._phases[self.connections]
            sockets = {kind: Window(self.connections, phase) for kind in (STREAMS, WS_API)}
            found = Address(self._windows("REQUEST_WEIGHT"), self._windows("RAW_REQUESTS"), sockets)
            self._addresses[name] = found
        return found

    def turn(self, now_ms: int) -> None:
        """Let the clock's new intervals begin."""
        for window in self.orders:
            window.turn(now_ms)
        for address in self._addresses.values():
            address.turn(now_ms)

    def enter(self, weight: int, now_ms: int, address: str = HERE) -> None:
        """Count a request before it is served; see `Address.enter`."""
        self.turn(now_ms)
        self.address(address).enter(weight, now_ms)

    def charge(self, weight: int, address: str = HERE) -> None:
        """Count weight afterwards: of calls that cost only when they fail (§3.1)."""
        self.address(address).charge(weight)

    def order(self, now_ms: int, count: int = 1) -> None:
        """Count new orders (a list counts 2 or 3, §3.3); -1015 over the limit."""
        self.turn(now_ms)
        for window in self.orders:
            if window.count + count > window.limit.limit:
                raise throttled(-1015, window, now_ms)
        for window in self.orders:
            window.count += count

    def filled(self, *, maker: bool) -> None:
        """A first fill gives back some of the count."""
        for window in self.orders:
            window.count = max(0, window.count - (MAKER_FILL if maker else TAKER_FILL))

    def headers(self, *, orders: bool = False, address: str = HERE) -> list[tuple[bytes, bytes]]:
        """X-MBX-USED-WEIGHT-* and, for order calls, X-MBX-ORDER-COUNT-*."""
        found = [
            (f"x-mbx-used-weight-{window.limit.suffix.lower()}", window.count)
            for window in self.address(address).weights
        ]
        if orders:
            found += [(f"x-mbx-order-count-{window.limit.suffix.lower()}", window.count) for window in self.orders]
        return [(name.encode(), str(count).encode()) for name, count in found]

    def _windows(self, kind: str) -> list[Window]:
        return [Window(limit, self._phases[limit]) for limit in self.limits if limit.rate_limit_type == kind]
