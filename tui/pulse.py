"""The beat: 20 times a second the screen that is looked at flushes its panes, and the loop's lateness is measured.

Three lanes meet here. Latest-wins facts (book, ticker) lie in the panes and are composed at the beat; the tape is
bounded and counts what it skipped; orders, fills and refusals never wait for a beat: they are handled when they come.
Tests have no pulse: they call `Desk.flush`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from textual.app import App
from textual.timer import Timer

BEATS_A_SECOND = 20


class Pulse(Protocol):
    """Calls back at every beat."""

    @property
    def period_ns(self) -> int:
        """Ns between two beats."""
        ...

    def start(self, app: App[int], beat: Callable[[], None]) -> None:
        """Begin to beat."""
        ...

    def stop(self) -> None:
        """Beat no more; may be called twice."""
        ...


class TimerPulse:
    """A `Pulse` on Textual's timer. Beats that were missed while the loop stood still are skipped, not made up for."""

    def __init__(self, beats_a_second: int = BEATS_A_SECOND) -> None:
        self._rate = beats_a_second
        self._timer: Timer | None = None

    @property
    def period_ns(self) -> int:
        """See `Pulse.period_ns`."""
        return 1_000_000_000 // self._rate

    def start(self, app: App[int], beat: Callable[[], None]) -> None:
        """See `Pulse.start`."""
        self._timer = app.set_interval(1 / self._rate, beat, name="pulse")

    def stop(self) -> None:
        """See `Pulse.stop`."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
