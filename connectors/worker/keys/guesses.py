"""Wrong secrets, counted in memory only: after three the next one waits, and never for long (SECURITY-SPEC §5)."""

from __future__ import annotations

from connectors.errors import Throttled
from connectors.ports.clock import Clock

FREE = 3
"""Wrong ones in a row before the next must wait."""

LONGEST_S = 30

_SECOND_NS = 1_000_000_000
_MS_NS = 1_000_000


class Guesses:
    """How long the next secret is not looked at. Argon2 is the limit for a thief with the file; this is for a keyboard.

    Args:
        clock: Time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong = 0
        self._free_at_ns = 0

    def wait_ms(self) -> int:
        """Milliseconds until the next secret is looked at; rounded up."""
        return -(-max(0, self._free_at_ns - self._clock.monotonic_ns()) // _MS_NS)

    def require_patience(self) -> None:
        """See that a secret may be looked at now.

        Raises:
            Throttled: Not yet; the sentence names the seconds.
        """
        seconds = -(-self.wait_ms() // 1_000)
        if seconds:
            raise Throttled(
                f"{self._wrong} wrong secrets in a row: nothing was tried. Try again in {seconds} s.",
                retry_after_s=seconds,
                operation="vault",
            )

    def wrong(self) -> bool:
        """One more was wrong; says whether the next must wait."""
        self._wrong += 1
        over = self._wrong - FREE
        if over < 0:
            return False
        pause_s = min(LONGEST_S, 1 << min(over, LONGEST_S))
        self._free_at_ns = self._clock.monotonic_ns() + pause_s * _SECOND_NS
        return True

    def right(self) -> None:
        """One was right: the count begins anew."""
        self._wrong = 0
        self._free_at_ns = 0
