"""When the screen beats: with the worker's news, and by the timer where none come."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from textual.app import App
from textual.timer import Timer

from support.clock import FakeClock
from tui.pulse import TimerPulse

MS = 1_000_000
BEAT = 50 * MS
SECOND = 1_000_000_000


class _Timers:
    """Stands where the app stands: the test decides when a timer is due."""

    def __init__(self) -> None:
        self.every: Callable[[], None] = lambda: None
        self.soon: list[Callable[[], object]] = []
        self.waits_s: list[float] = []

    def set_interval(self, _seconds: float, callback: Callable[[], None], *, name: str) -> Timer:
        self.every = callback
        return cast("Timer", _Stopped(name))

    def put_off(self, seconds: float, callback: Callable[[], object]) -> None:
        self.soon.append(callback)
        self.waits_s.append(seconds)

    @staticmethod
    def call_later(callback: Callable[[int], None], due_ns: int) -> bool:
        callback(due_ns)
        return True


class _Stopped:
    def __init__(self, name: str) -> None:
        self.name = name

    def stop(self) -> None:
        self.name = ""


class _World:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.timers = _Timers()
        self.pulse = TimerPulse(self.clock, put_off=self.timers.put_off)
        self.beats: list[int] = []
        self.pulse.start(cast("App[int]", self.timers), lambda: self.beats.append(self.clock.monotonic_ns()))

    def later(self, milliseconds: int) -> None:
        self.clock.advance(ns=milliseconds * MS)

    def come(self) -> None:
        """Let what was put off for the news' companions happen."""
        for callback in self.timers.soon:
            callback()
        self.timers.soon.clear()

    def come_in_time(self) -> None:
        """Let as much time pass as the newest beat is put off, then let it come."""
        self.clock.advance(ns=round(self.timers.waits_s[-1] * SECOND))
        self.come()


@pytest.fixture
def world() -> _World:
    return _World()


def test_without_news_the_timer_beats(world: _World) -> None:
    for _ in range(3):
        world.later(50)
        world.timers.every()
    assert len(world.beats) == 3


def test_news_beat_once_for_all_that_come_together(world: _World) -> None:
    world.later(50)
    for _ in range(4):
        world.pulse.news()
    assert world.beats == []
    world.come()
    assert len(world.beats) == 1


def test_news_soon_after_a_beat_are_painted_with_the_worker_s_next_slot(world: _World) -> None:
    world.later(60)
    world.timers.every()
    world.later(10)
    to_the_slot_ns = BEAT - world.clock.monotonic_ns() % BEAT
    world.pulse.news()
    world.later(5)
    world.pulse.news()
    assert world.timers.waits_s == [pytest.approx((to_the_slot_ns + 3 * MS) / SECOND)], "one for both"


def test_beats_find_the_worker_s_slots_whatever_their_phase_was(world: _World) -> None:
    world.later(100)
    world.clock.advance(ns=BEAT - world.clock.monotonic_ns() % BEAT + 20 * MS)
    for _ in range(4):
        world.pulse.news()
        world.come_in_time()
        world.later(1)
    assert [beat % BEAT for beat in world.beats] == [23 * MS, 3 * MS, 3 * MS, 3 * MS]


def test_while_the_worker_leads_a_timer_of_another_phase_adds_no_beats(world: _World) -> None:
    for _ in range(5):
        world.later(20)
        world.pulse.news()
        world.come()
        world.later(30)
        world.timers.every()
    gaps = {after - before for before, after in zip(world.beats, world.beats[1:], strict=False)}
    assert gaps == {BEAT}


def test_when_the_worker_falls_silent_the_timer_takes_over(world: _World) -> None:
    world.later(50)
    world.pulse.news()
    world.come()
    for _ in range(4):
        world.later(50)
        world.timers.every()
    assert len(world.beats) == 4


def test_a_beat_that_was_put_off_and_never_comes_holds_up_no_screen(world: _World) -> None:
    world.later(50)
    world.pulse.news()
    world.timers.soon.clear()
    for _ in range(4):
        world.later(50)
        world.timers.every()
    assert len(world.beats) >= 3
    world.later(50)
    world.pulse.news()
    world.come()
    assert len(world.beats) >= 4


def test_a_beat_that_comes_after_it_was_given_up_is_none(world: _World) -> None:
    world.later(50)
    world.pulse.news()
    late = world.timers.soon.copy()
    for _ in range(2):
        world.later(50)
        world.timers.every()
    before = len(world.beats)
    for callback in late:
        callback()
    assert len(world.beats) == before


def test_a_stopped_pulse_does_not_beat(world: _World) -> None:
    world.pulse.stop()
    world.later(50)
    world.pulse.news()
    assert world.timers.soon == []
    assert world.beats == []
