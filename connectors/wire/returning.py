"""When a socket that is gone may be tried again: back-off with jitter, and never before a venue's own word."""

from __future__ import annotations

import random

from connectors.ports.clock import Clock
from connectors.wire.backoff import delays
from connectors.wire.retry_after import seconds

_SECOND = 1_000_000_000
BANNED, TOO_MANY = 418, 429
_SHUT_S = {BANNED: 120, TOO_MANY: 10}
"""For how long, where the venue says no (facts §3.1)."""


class Returning:
    """The waits of one socket.

    Args:
        clock: Time.
        rng: Jitter of the back-off.
    """

    def __init__(self, clock: Clock, rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng
        self._until_ns = 0
        self.banned = False
        """Whether the venue closed its door (418)."""
        self.fresh()

    def fresh(self) -> None:
        """Begin the back-off anew: the venue lives."""
        self.attempt = 0
        self._waits = delays(self._rng)

    def hold(self, status: int, retry_after: str) -> None:
        """A handshake was answered with this status: 418 and 429 close the door for a while (REQUIREMENTS B6)."""
        if status in _SHUT_S:
            told_s = seconds(retry_after, self._clock.time_ns())
            wait_s = _SHUT_S[status] if told_s is None else told_s
            self._until_ns = max(self._until_ns, self._clock.monotonic_ns() + round(wait_s * _SECOND))
            self.banned = status == BANNED

    @property
    def held_s(self) -> float:
        """Seconds until the venue may be asked again; 0 when it may."""
        return max(0, self._until_ns - self._clock.monotonic_ns()) / _SECOND

    def wait_s(self, *, elsewhere: bool) -> float:
        """Seconds to wait after one more failure; another place of the service costs none, but a shut door does."""
        self.attempt += 1
        return max(self.held_s, 0 if elsewhere else next(self._waits))
