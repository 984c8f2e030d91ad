"""Rate limits (§3): weight of an address, order count of the account, and what happens to who goes on."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

import msgspec

from connectors.simulator.errors import ApiError
from connectors.simulator.options import RefusedError

_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86_400}
_LETTERS = {"SECOND": "S", "MINUTE": "M", "HOUR": "H", "DAY": "D"}
_PATIENCE = 10
"""How many further requests a throttled client may send before it is banned (the sheet gives no number)."""
_BAN_MS = 120_000
"""A first ban lasts two minutes (§3.1)."""
TAKER_FILL = 1
MAKER_FILL = 5
"""What a first fill gives back of the order count (§3.1)."""


class Limit(msgspec.Struct, frozen=True, rename="camel"):
    """One published limit, spelled as exchangeInfo spells it."""

    rate_limit_type: str
    interval: str
    interval_num: int
    limit: int

    @property
    def length_ms(self) -> int:
        """Length of its window."""
        return _SECONDS[self.interval] * self.interval_num * 1000

    @property
    def suffix(self) -> str:
        """How headers name its window: 1M, 10S, 1D."""
        return f"{self.interval_num}{_LETTERS[self.interval]}"

    def describe(self) -> dict[str, str | int]:
        """Its entry in exchangeInfo."""
        return {
            "rateLimitType": self.rate_limit_type,
            "interval": self.interval,
            "intervalNum": self.interval_num,
            "limit": self.limit,
        }


USUAL: tuple[Limit, ...] = (
    Limit("REQUEST_WEIGHT", "MINUTE", 1, 6000),
    Limit("ORDERS", "SECOND", 10, 100),
    Limit("ORDERS", "DAY", 1, 200_000),
    Limit("RAW_REQUESTS", "MINUTE", 5, 300_000),
)
"""§3.1, as live today."""


class _File(msgspec.Struct, rename="camel"):
    rate_limits: list[Limit]


def load(path: Path) -> tuple[Limit, ...]:
    """Limits from a JSON file: a list of them, or an object with ``rateLimits``.

    Raises:
        RefusedError: One sentence on what is wrong with the file.
    """
    try:
        data = path.read_bytes()
    except OSError as broken:
        raise RefusedError(
            f"The limits file {path} cannot be read ({broken.strerror}); name another with --limits."
        ) from broken
    try:
        found = msgspec.json.decode(data, type=_File | list[Limit])
    except msgspec.MsgspecError as broken:
        raise RefusedError(
            f"The limits file {path} does not hold rate limits ({broken}); write them as exchangeInfo does."
        ) from broken
    limits = found.rate_limits if isinstance(found, _File) else found
    for limit in limits:
        if limit.interval not in _SECONDS or limit.interval_num < 1 or limit.limit < 1:
            raise RefusedError(
                f"The limits file {path} has a limit of {limit.limit} each {limit.interval_num} {limit.interval}; "
                "use positive numbers and SECOND, MINUTE, HOUR or DAY."
            )
    if not limits:
        raise RefusedError(f"The limits file {path} holds no limit; list at least one.")
    return tuple(limits)


class Window:
    """A counter that starts anew with each interval of the clock."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self.count = 0
        self._start = 0

    def turn(self, now_ms: int) -> None:
        """Forget the former interval's count."""
        start = now_ms // self.limit.length_ms * self.limit.length_ms
        if start != self._start:
            self._start, self.count = start, 0

    def left_ms(self, now_ms: int) -> int:
        """Until the next interval."""
        return self._start + self.limit.length_ms - now_ms

    def describe(self) -> dict[str, str | int]:
        """Its entry in a WebSocket answer (§1.5)."""
        return {**self.limit.describe(), "count": self.count}


class RateLimits:
    """All counters. Everyone on loopback is one address and one account."""

    def __init__(self, limits: Sequence[Limit] = USUAL) -> None:
        self.limits = tuple(limits)
        self.weights = [Window(limit) for limit in limits if limit.rate_limit_type == "REQUEST_WEIGHT"]
        self.orders = [Window(limit) for limit in limits if limit.rate_limit_type == "ORDERS"]
        self._raw = [Window(limit) for limit in limits if limit.rate_limit_type == "RAW_REQUESTS"]
        self._refused = 0
        self._banned_until = 0

    def turn(self, now_ms: int) -> None:
        """Let the clock's new intervals begin."""
        for window in (*self.weights, *self.orders, *self._raw):
            window.turn(now_ms)

    def enter(self, weight: int, now_ms: int) -> None:
        """Count a request before it is served; 429 over the limit, 418 for who goes on regardless (§3.1)."""
        self.turn(now_ms)
        if now_ms < self._banned_until:
            raise self._ban(now_ms)
        for window in self._raw:
            window.count += 1
        for window in (*self.weights, *self._raw):
            over = window.count + (weight if window in self.weights else 0) > window.limit.limit
            if over:
                self._refused += 1
                if self._refused > _PATIENCE:
                    self._refused = 0
                    self._banned_until = now_ms + _BAN_MS
                    raise self._ban(now_ms)
                raise _throttled(-1003, window, now_ms)
        self._refused = 0
        for window in self.weights:
            window.count += weight

    def charge(self, weight: int) -> None:
        """Count weight afterwards: of calls that cost only when they fail (§3.1)."""
        for window in self.weights:
            window.count += weight

    def order(self, now_ms: int, count: int = 1) -> None:
        """Count new orders (a list counts 2 or 3, §3.3); -1015 over the limit."""
        self.turn(now_ms)
        for window in self.orders:
            if window.count + count > window.limit.limit:
                raise _throttled(-1015, window, now_ms)
        for window in self.orders:
            window.count += count

    def filled(self, *, maker: bool) -> None:
        """A first fill gives back some of the count."""
        for window in self.orders:
            window.count = max(0, window.count - (MAKER_FILL if maker else TAKER_FILL))

    def headers(self, *, orders: bool = False) -> list[tuple[bytes, bytes]]:
        """X-MBX-USED-WEIGHT-* and, for order calls, X-MBX-ORDER-COUNT-*."""
        found = [(f"x-mbx-used-weight-{window.limit.suffix.lower()}", window.count) for window in self.weights]
        if orders:
            found += [(f"x-mbx-order-count-{window.limit.suffix.lower()}", window.count) for window in self.orders]
        return [(name.encode(), str(count).encode()) for name, count in found]

    def _ban(self, now_ms: int) -> ApiError:
        return ApiError(
            -1003,
            f"Way too much request weight used; IP banned until {self._banned_until}.",
            HTTPStatus.IM_A_TEAPOT,
            -(-(self._banned_until - now_ms) // 1000),
        )


def _throttled(code: int, window: Window, now_ms: int) -> ApiError:
    limit = window.limit
    span = f"{limit.interval_num} {limit.interval}"
    text = (
        f"Too many new orders; current limit is {limit.limit} orders per {span}."
        if code == -1015  # noqa: PLR2004 - the exchange's code for it (§3.1)
        else f"Too much request weight used; current limit is {limit.limit} request weight per {span}."
    )
    return ApiError(code, text, HTTPStatus.TOO_MANY_REQUESTS, -(-window.left_ms(now_ms) // 1000))
