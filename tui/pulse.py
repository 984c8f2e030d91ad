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
_SECOND_NS = 1_000_000_000
_TOGETHER_NS = 3_000_000
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

    News that come soon after a beat are painted with the worker's next slot, which begins at a multiple of the period
    on the machine's monotonic clock (`connectors.worker.lanes`). Not taken: a period after the beat. Whatever phase the
    beats once have would stay theirs, and what is pushed as a slot begins would wait for most of a period, for good.

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
        self._due_ns: int | None = None
        """When the beat that was put off is to come; None: none was."""
        self._last_ns = -self.period_ns
        self._timer_from_ns = 0
        """Before it the timer's beat gives way: the worker is expected to be the next to lead."""

    @property
    def period_ns(self) -> int:
        """See `Pulse.period_ns`."""
        return _SECOND_NS // self._rate

    def start(self, app: App[int], beat: Callable[[], None]) -> None:
        """See `Pulse.start`."""
        self._app, self._beat = app, beat
        self._timer = app.set_interval(1 / self._rate, self._by_timer, name="pulse")

    def news(self) -> None:
        """See `Pulse.news`."""
        app, now_ns = self._app, self._clock.monotonic_ns()
        if app is None or self._timer is None or self._is_coming(now_ns):
            return
        rested = now_ns - self._last_ns >= self.period_ns * 8 // 10
        slot_ns = now_ns if rested else (now_ns // self.period_ns + 1) * self.period_ns
        due_ns = self._due_ns = slot_ns + _TOGETHER_NS
        # Through the application's own queue: a beat is one of its messages, like a key.
        self._put_off((due_ns - now_ns) / _SECOND_NS, lambda: app.call_later(self._by_news, due_ns))

    def stop(self) -> None:
        """See `Pulse.stop`."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._due_ns = None

    def _is_coming(self, now_ns: int) -> bool:
        return self._due_ns is not None and now_ns - self._due_ns < self.period_ns

    def _by_news(self, due_ns: int) -> None:
        if self._due_ns != due_ns:
            return  # stopped, or another beat took its place
        self._now()
        self._timer_from_ns = self._last_ns + self.period_ns * 14 // 10

    def _by_timer(self) -> None:
        now_ns = self._clock.monotonic_ns()
        if not self._is_coming(now_ns) and now_ns >= max(self._timer_from_ns, self._last_ns + self.period_ns // 2):
            self._now()

    def _now(self) -> None:
        self._due_ns = None
        self._last_ns = self._clock.monotonic_ns()
        if self._beat is not None:
            self._beat()
