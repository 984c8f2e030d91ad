"""What the exchange counts of one IP address (§3): weight, requests, connections; and when it has had enough of it."""

from __future__ import annotations

from http import HTTPStatus

from connectors.simulator.entry.limits import Window
from connectors.simulator.protocol.errors import ApiError

_PATIENCE = 10
"""How many further requests a throttled client may send before it is banned (the sheet gives no number)."""
_FIRST_BAN_MS = 120_000
_LONGEST_BAN_MS = 3 * 86_400_000
"""§3.1: bans grow from two minutes to three days; here each is twice as long as the one before."""


class Address:
    """The counters of one address.

    Attributes:
        weights: Windows of request weight.
    """

    def __init__(self, weights: list[Window], raw: list[Window], sockets: dict[str, Window]) -> None:
        self.weights = weights
        self._raw = raw
        self._sockets = sockets
        self._refused = 0
        self._bans = 0
        self._banned_until = 0

    def turn(self, now_ms: int) -> None:
        """Let the clock's new intervals begin."""
        for window in (*self.weights, *self._raw, *self._sockets.values()):
            window.turn(now_ms)

    def enter(self, weight: int, now_ms: int) -> None:
        """Count a request before it is served; 429 over the limit, 418 for who goes on regardless (§3.1)."""
        self.turn(now_ms)
        self._admit(now_ms)
        for window in self._raw:
            window.count += 1
        for window in (*self.weights, *self._raw):
            if window.count + (weight if window in self.weights else 0) > window.limit.limit:
                self._refuse(window, now_ms)
        self._refused = 0
        self.charge(weight)

    def charge(self, weight: int) -> None:
        """Count weight afterwards: of calls that cost only when they fail (§3.1)."""
        for window in self.weights:
            window.count += weight

    def connect(self, kind: str, weight: int, now_ms: int) -> None:
        """Count a new connection of a kind (§3.2: 300 in five minutes), and what opening it weighs."""
        self.turn(now_ms)
        self._admit(now_ms)
        window = self._sockets[kind]
        window.count += 1
        if window.count > window.limit.limit:
            self._refuse(window, now_ms)
        self.charge(weight)

    def _admit(self, now_ms: int) -> None:
        if now_ms < self._banned_until:
            raise self._banned(now_ms)

    def _refuse(self, window: Window, now_ms: int) -> None:
        self._refused += 1
        if self._refused > _PATIENCE:
            self._refused = 0
            self._banned_until = now_ms + min(_FIRST_BAN_MS << self._bans, _LONGEST_BAN_MS)
            self._bans += 1
            raise self._banned(now_ms)
        raise throttled(-1003, window, now_ms)

    def _banned(self, now_ms: int) -> ApiError:
        return ApiError(
            -1003,
            f"Way too much request weight used; IP banned until {self._banned_until}.",
            HTTPStatus.IM_A_TEAPOT,
            -(-(self._banned_until - now_ms) // 1000),
        )


_COUNTED = {
    "REQUEST_WEIGHT": "Too much request weight used; current limit is {} request weight per {}.",
    "ORDERS": "Too many new orders; current limit is {} orders per {}.",
    "RAW_REQUESTS": "Too many requests; current limit is {} requests per {}.",
    "CONNECTIONS": "Too many connections; current limit is {} connections per {}.",
}


def throttled(code: int, window: Window, now_ms: int) -> ApiError:
    """HTTP 429: what was counted, up to where, and when to come back."""
    limit = window.limit
    text = _COUNTED[limit.rate_limit_type].format(limit.limit, f"{limit.interval_num} {limit.interval}")
    return ApiError(code, text, HTTPStatus.TOO_MANY_REQUESTS, -(-window.left_ms(now_ms) // 1000))
