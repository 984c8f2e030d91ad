"""The exchange's clock where it can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.simulator.clock import Clock


class ShiftedClock:
    """A clock that is off by ``shift_ms`` for whoever asks the exchange, but not for the markets.

    A market that saw its clock set back would stand still until time had caught up, which is another fault.
    """

    def __init__(self, true: Clock) -> None:
        self.true = true
        self.shift_ms = 0
        self._shown = True

    def now_ms(self) -> int:
        """Wall time in ms since the Unix epoch, as this exchange has it."""
        return self.true.now_ms() + (self.shift_ms if self._shown else 0)

    @contextmanager
    def put_right(self) -> Iterator[None]:
        """True time, for the length of a block that does not wait."""
        self._shown = False
        try:
            yield
        finally:
            self._shown = True
