"""The limits the exchange publishes (§3.1), a file of other ones, and the windows in which they are counted."""

from __future__ import annotations

from pathlib import Path

import msgspec

from connectors.simulator.options import RefusedError

KINDS = ("REQUEST_WEIGHT", "ORDERS", "RAW_REQUESTS", "CONNECTIONS")
_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86_400}
_LETTERS = {"SECOND": "S", "MINUTE": "M", "HOUR": "H", "DAY": "D"}


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
        if limit.rate_limit_type not in KINDS:
            raise RefusedError(
                f"The limits file {path} limits {limit.rate_limit_type}; name one of {', '.join(KINDS)} in it."
            )
        if limit.interval not in _SECONDS or limit.interval_num < 1 or limit.limit < 1:
            raise RefusedError(
                f"The limits file {path} has a limit of {limit.limit} each {limit.interval_num} {limit.interval}; "
                "use positive numbers and SECOND, MINUTE, HOUR or DAY."
            )
    if not limits:
        raise RefusedError(f"The limits file {path} holds no limit; list at least one.")
    return tuple(limits)


class Window:
    """A counter that starts anew with each interval of the clock.

    Args:
        limit: What it counts up to.
        phase_ms: How much after the clock's own intervals its intervals begin.
    """

    def __init__(self, limit: Limit, phase_ms: int = 0) -> None:
        self.limit = limit
        self.count = 0
        self._phase = phase_ms % limit.length_ms
        self._start = 0

    def turn(self, now_ms: int) -> None:
        """Forget the former interval's count."""
        start = (now_ms - self._phase) // self.limit.length_ms * self.limit.length_ms + self._phase
        if start != self._start:
            self._start, self.count = start, 0

    def left_ms(self, now_ms: int) -> int:
        """Until the next interval."""
        return self._start + self.limit.length_ms - now_ms

    def describe(self) -> dict[str, str | int]:
        """Its entry in a WebSocket answer (§1.5)."""
        return {**self.limit.describe(), "count": self.count}
