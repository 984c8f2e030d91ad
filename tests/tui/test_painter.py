"""Painting gives way: to a key on its way to the hand, to an order on its way to the worker, to another screen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot

from connectors.worker import api
from support.desk_stage import Stage, make_stage
from tui.desk import Desk
from tui.knocks import KnockLoop
from tui.ticket.outgoing import LEAVE_NS
from tui.widgets.pane import LinePane


class _Hand:
    """A pulse that beats when the test says so."""

    period_ns = 50_000_000

    def __init__(self) -> None:
        self.beat: Callable[[], None] = lambda: None

    def start(self, _app: App[int], beat: Callable[[], None]) -> None:
        self.beat = beat

    def news(self) -> None:
        """None are waited for."""

    def stop(self) -> None:
        """There is nothing to stop."""


class _Painted:
    """A desk that paints by steps, and in which order things happened."""

    def __init__(self, stage: Stage, pilot: Pilot[int], hand: _Hand) -> None:
        self.stage = stage
        self.pilot = pilot
        self.hand = hand
        self.steps: list[str] = []
        self.at_first: Callable[[], None] = lambda: None
        """Called once, in the middle of the first pane's flush."""

    @property
    def desk(self) -> Desk:
        return self.stage.desk

    def flushed(self, pane: LinePane) -> None:
        """A pane is being flushed."""
        self.steps.append(type(pane).__name__)
        at_first, self.at_first = self.at_first, lambda: None
        at_first()

    async def beat(self) -> None:
        """Beat once, and let all come to an end that comes of it."""
        self.hand.beat()
        await self.stage.until(self.pilot, lambda: not self.desk.painter.paints)

    async def whole_beat(self) -> list[str]:
        """The panes that are flushed at every beat, in their order."""
        self.steps.clear()
        await self.beat()
        assert len(self.steps) > 2
        whole, self.steps = self.steps, []
        return whole


@asynccontextmanager
async def _painted(patch: pytest.MonkeyPatch) -> AsyncIterator[_Painted]:
    hand = _Hand()
    stage = make_stage(pulse=hand)
    async with stage.desk.run_test(size=(120, 40)) as pilot:
        await stage.open(pilot)
        await stage.until(pilot, lambda: not stage.desk.painter.paints)
        painted = _Painted(stage, pilot, hand)
        flush = LinePane.flush

        def noted(pane: LinePane, now_ns: int | None = None) -> int:
            painted.flushed(pane)
            return flush(pane, now_ns)

        with patch.context() as during:
            during.setattr(LinePane, "flush", noted)
            yield painted


def _run(patch: pytest.MonkeyPatch, test: Callable[[_Painted], Awaitable[None]]) -> None:
    """Run a test on the loop the desk has in a terminal."""

    async def whole() -> None:
        async with _painted(patch) as painted:
            await test(painted)

    with asyncio.Runner(loop_factory=KnockLoop) as runner:
        runner.run(whole())


def _in_a_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_a_key_is_taken_before_the_next_pane_is_flushed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def pressed_while_painting(painted: _Painted) -> None:
        desk, loop = painted.desk, asyncio.get_running_loop()
        takes = desk.keyboard.takes

        def noted(event: events.Key) -> bool:
            painted.steps.append(event.key)
            return takes(event)

        monkeypatch.setattr(desk.keyboard, "takes", noted)
        # As Textual's driver hands a key over, from its own thread.
        key = events.Key("down", None)
        message = desk._post_message  # noqa: SLF001
        painted.at_first = lambda: _in_a_thread(lambda: asyncio.run_coroutine_threadsafe(message(key), loop))
        await painted.beat()
        assert painted.steps.index("down") == 1
        assert len(painted.steps) > 2

    _run(monkeypatch, pressed_while_painting)


def test_what_a_key_changed_is_flushed_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a title would stand over rows of another tab until the next step."""

    async def taken(painted: _Painted) -> None:

        def ready() -> None:
            asyncio.get_running_loop().call_soon(painted.steps.append, "something else")

        painted.at_first = ready
        painted.desk.painter.key_taken()
        await painted.stage.until(painted.pilot, lambda: "something else" in painted.steps)
        assert painted.steps.index("something else") > 2

    _run(monkeypatch, taken)


def test_all_panes_are_flushed_though_no_key_comes_of_a_knock(monkeypatch: pytest.MonkeyPatch) -> None:
    async def knocked(painted: _Painted) -> None:
        loop = asyncio.get_running_loop()
        painted.at_first = lambda: _in_a_thread(lambda: loop.call_soon_threadsafe(lambda: None))
        for _ in range(20):
            await painted.beat()
        assert set(painted.steps) == {type(pane).__name__ for pane in painted.desk.floor.panes()}

    _run(monkeypatch, knocked)


def test_nothing_is_painted_while_an_order_leaves_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async def left(painted: _Painted) -> None:
        def aside() -> bool:
            return painted.desk.painter.stands_aside

        shown: list[int] = []
        monkeypatch.setattr(App, "_display", lambda *_: shown.append(1))
        reply: asyncio.Future[api.Result] = asyncio.get_running_loop().create_future()
        painted.desk.trader.outgoing.begin(reply)
        painted.hand.beat()
        painted.desk.floor.ladder.move_cursor(1)
        painted.desk.floor.ladder.flush()
        painted.steps.clear()
        await painted.pilot.pause()
        assert not painted.steps
        assert not shown
        painted.stage.clock.advance(ns=LEAVE_NS)
        assert not aside()
        await painted.stage.until(painted.pilot, lambda: bool(shown) and not painted.desk.painter.paints)
        assert painted.steps
        painted.desk.trader.outgoing.begin(reply)
        assert aside()
        reply.set_result(api.Done())
        assert not aside()

    _run(monkeypatch, left)


def test_a_beat_during_a_beat_is_painted_after_it_and_a_third_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    async def beaten(painted: _Painted) -> None:
        def thrice() -> None:
            for _ in range(3):
                painted.hand.beat()

        painted.at_first = thrice
        await painted.beat()
        assert painted.steps.count("Ladder") == 2

    _run(monkeypatch, beaten)


@pytest.mark.parametrize("away", ["another screen", "the cover"])
def test_a_screen_that_is_left_in_the_middle_of_a_beat_is_flushed_no_further(
    monkeypatch: pytest.MonkeyPatch, away: str
) -> None:
    async def left(painted: _Painted) -> None:
        rooms, locker = type(painted.desk.rooms), type(painted.desk.locker)

        def leave() -> None:
            if away == "the cover":
                monkeypatch.setattr(locker, "covered", True)
            else:
                monkeypatch.setattr(rooms, "base", painted.desk.orders)

        panes = await painted.whole_beat()
        painted.at_first = leave
        await painted.beat()
        assert painted.steps == panes[:1]

    _run(monkeypatch, left)
    monkeypatch.undo()
