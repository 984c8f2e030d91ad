"""The beat: 20 times a second the screen that is looked at flushes its panes, and the loop's lateness is measured.

Three lanes meet here. Latest-wins facts (book, ticker) lie in the panes and are composed at the beat; the tape is
bounded and counts what it skipped; orders, fills and refusals never wait for a beat: they are handled when they come.
Tests have no pulse: they call `Desk.flush`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from textual.app import App
from textual.timer import Timer

from connectors.ports.clock import Clock

BEATS_A_SECOND = 20
TOGETHER_S = 0.002
"""How long a beat waits for what comes along with its news: one slot of the worker's panes is several frames."""


PutOff = Callable[[float, Callable[[], object]], object]
"""Seconds, and what is called then."""


def _by_loop(delay_s: float, callback: Callable[[], object]) -> None:
    asyncio.get_running_loop().call_later(delay_s, callback)


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

    A beat that was put off and does not come is given up after one period: no screen may stand still for it. It is put
    off by the loop, because a timer of Textual's that goes off once passes over its one moment where the loop is late.

    Args:
        clock: Time.
        beats_a_second: How often.
        put_off: Calls back once, after so many seconds; the loop's own by default.
    """

    def __init__(self, clock: Clock, beats_a_second: int = BEATS_A_SECOND, put_off: PutOff | None = None) -> None:
        self._clock = clock
        self._put_off = put_off or _by_loop
        self._rate = beats_a_second
        self._app: App[int] | None = None
        self._beat: Callable[[], None] | None = None
        self._timer: Timer | None = None
        self._coming_ns: int | None = None
        """Since when a beat is put off; None: none is."""
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
        app, now_ns = self._app, self._clock.monotonic_ns()
        if app is None or self._timer is None or self._is_coming(now_ns):
            return
        if now_ns - self._last_ns >= self.period_ns * 8 // 10:
            self._coming_ns = now_ns
            # Through the application's own queue: a beat is one of its messages, like a key.
            self._put_off(TOGETHER_S, lambda: app.call_later(self._by_news))

    def stop(self) -> None:
        """See `Pulse.stop`."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._coming_ns = None

    def _is_coming(self, now_ns: int) -> bool:
        return self._coming_ns is not None and now_ns - self._coming_ns < self.period_ns

    def _by_news(self) -> None:
        if self._coming_ns is None:
            return  # stopped, or a beat of the timer took its place
        self._now()
        self._timer_from_ns = self._last_ns + self.period_ns * 14 // 10

    def _by_timer(self) -> None:
        now_ns = self._clock.monotonic_ns()
        if not self._is_coming(now_ns) and now_ns >= max(self._timer_from_ns, self._last_ns + self.period_ns // 2):
            self._now()

    def _now(self) -> None:
        self._coming_ns = None
        self._last_ns = self._clock.monotonic_ns()
        if self._beat is not None:
            self._beat()
