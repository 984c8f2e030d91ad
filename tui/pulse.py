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

from connectors.ports.clock import Clock

BEATS_A_SECOND = 20
TOGETHER_S = 0.002
"""How long a beat waits for what comes along with its news: one slot of the worker's panes is several frames."""


class Pulse(Protocol):
    """Calls back at every beat."""

    @property
    def period_ns(self) -> int:
        """Ns between two beats."""
        ...

    def start(self, app: App[int], beat: Callable[[], None]) -> None:
        """Begin to beat."""
        ...

    def news(self) -> None:
        """Something to paint came."""
        ...

    def stop(self) -> None:
        """Beat no more; may be called twice."""
        ...


class TimerPulse:
    """A `Pulse` led by the worker, on Textual's timer where the worker is silent.

    The worker sends what belongs together at the same moment, as often as the screen is painted. While it does, its
    moments are the beats: a timer of its own phase would keep news waiting for up to a beat more. Beats that were
    missed while the loop stood still are skipped, not made up for.

    Args:
        clock: Time.
        beats_a_second: How often.
    """

    def __init__(self, clock: Clock, beats_a_second: int = BEATS_A_SECOND) -> None:
        self._clock = clock
        self._rate = beats_a_second
        self._app: App[int] | None = None
        self._beat: Callable[[], None] | None = None
        self._timer: Timer | None = None
        self._coming: Timer | None = None
        self._last_ns = -self.period_ns
        self._timer_from_ns = 0
        """Before it the timer's beat gives way: the worker is expected to be the next to lead."""

    @property
    def period_ns(self) -> int:
        """See `Pulse.period_ns`."""
        return 1_000_000_000 // self._rate

    def start(self, app: App[int], beat: Callable[[], None]) -> None:
        """See `Pulse.start`."""
        self._app, self._beat = app, beat
        self._timer = app.set_interval(1 / self._rate, self._by_timer, name="pulse")

    def news(self) -> None:
        """See `Pulse.news`. News soon after a beat wait for the next."""
        early = self._clock.monotonic_ns() - self._last_ns < self.period_ns * 8 // 10
        if self._app is not None and self._timer is not None and self._coming is None and not early:
            self._coming = self._app.set_timer(TOGETHER_S, self._by_news, name="news")

    def stop(self) -> None:
        """See `Pulse.stop`."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._coming is not None:
            self._coming.stop()
            self._coming = None

    def _by_news(self) -> None:
        self._coming = None
        self._now()
        self._timer_from_ns = self._last_ns + self.period_ns * 14 // 10

    def _by_timer(self) -> None:
        now_ns = self._clock.monotonic_ns()
        if self._coming is None and now_ns >= max(self._timer_from_ns, self._last_ns + self.period_ns // 2):
            self._now()

    def _now(self) -> None:
        self._last_ns = self._clock.monotonic_ns()
        if self._beat is not None:
            self._beat()
