"""What a beat does: the screen is flushed pane by pane, and keys and orders that leave go first.

A beat composes up to a dozen panes, which takes a slow machine ten milliseconds. Done in one go, a key that came
meanwhile waited for all of them, and what the desk painted while an order left took the processor from the worker that
sends it. So each pane is a step of its own, and between two steps the painter stands aside where it must.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.worker import Worker

from connectors.model.ids import Mode
from tui.knocks import KnockLoop
from tui.pulse import BEATS_A_SECOND
from tui.ticket.trader import DISARM_NS

if TYPE_CHECKING:
    from tui.desk import Desk

_TURNS = 8
"""Turns of the loop that a key gets at most; it needs three."""
_LEAST = 1
"""The beat at which only what is traded on is flushed: what a key asks for."""


class Painter:
    """Flushes what is looked at.

    Args:
        desk: Whose screens they are.
        by_steps: Whether it may be put off and interrupted; else all is done when it is asked for (tests).
    """

    def __init__(self, desk: Desk, *, by_steps: bool) -> None:
        self._desk = desk
        self._by_steps = by_steps
        self._number = 0
        self._wanted: int | None = None
        self._beats = 0
        self._in_one_go = False
        self._painting: Worker[None] | None = None

    @property
    def paints(self) -> bool:
        """Whether a beat is being painted, or waits for it."""
        return self._painting is not None and not self._painting.is_finished

    @property
    def stands_aside(self) -> bool:
        """Whether a key is on its way to the hand, or an order to the worker: nothing is painted now."""
        return self._by_steps and (self._somebody_waits() or self._desk.trader.outgoing.under_way)

    def beat(self) -> None:
        """Called by the pulse."""
        self._number = self._number % BEATS_A_SECOND + 1
        self._beats += 1
        # One that still waits has more to flush than a key's, and as much as this one.
        self._want(self._number if self._wanted in {None, _LEAST} else self._wanted)

    def key_taken(self) -> None:
        """Show what a key has done, on the panes that are traded on; but only after what it sent has left."""
        loop = asyncio.get_running_loop()
        if isinstance(loop, KnockLoop):
            loop.let_in()
        if self._by_steps:
            # What it changed is one picture: a title of one tab over the rows of another would be a wrong one.
            self._in_one_go = True
            self._want(_LEAST if self._wanted is None else self._wanted)

    def flush(self, beat: int = 0) -> None:
        """Flush at once.

        Args:
            beat: Number of the beat, for panes that are flushed less often; 0 flushes all of them.
        """
        for _ in self._steps(beat):
            pass

    def _want(self, beat: int) -> None:
        self._wanted = beat
        if not self._by_steps:
            self._wanted = None
            self._count_beats()
            self.flush(beat)
        elif not self.paints:
            self._painting = self._desk.run_worker(self._paint, group="paint", exit_on_error=False)

    async def _paint(self) -> None:
        while self._wanted is not None:
            await self._stand_aside()
            beat, self._wanted = self._wanted, None
            # Counted when it is begun: the gate believes a beat that comes after one to have seen it painted.
            self._count_beats()
            for _ in self._steps(beat):
                if self._in_one_go:
                    await self._desk.trader.outgoing.over()
                else:
                    await self._stand_aside()
        self._in_one_go = False

    async def _stand_aside(self) -> None:
        await asyncio.sleep(0)
        for _ in range(_TURNS):
            if not self._somebody_waits():
                break
            await asyncio.sleep(0)
        await self._desk.trader.outgoing.over()

    @staticmethod
    def _somebody_waits() -> bool:
        loop = asyncio.get_running_loop()
        return isinstance(loop, KnockLoop) and loop.somebody_waits

    def _count_beats(self) -> None:
        """Measure how late the beats are; after a standstill the whole screen is painted anew."""
        desk, beats, self._beats = self._desk, self._beats, 0
        if beats and desk.hand.gate.beat(desk.clock.monotonic_ns()) and desk.screen_stack:
            desk.screen.refresh()

    def _steps(self, beat: int) -> Iterator[None]:
        """Drop what has lapsed, then flush pane by pane: the screen that is looked at, and the dialog over it."""
        desk = self._desk
        self._lapse()
        base, dialog = desk.rooms.base, desk.dialogs.top
        desk.locker.beat()
        if base is not None and base.is_mounted and not desk.locker.covered:
            for _ in base.flushes(desk.clock.time_ns(), beat):
                yield
                if desk.rooms.base is not base or desk.locker.covered:
                    return
            desk.asking.beat()
        if dialog is not None and dialog is desk.dialogs.top:
            dialog.flush(desk.clock.time_ns())

    def _lapse(self) -> None:
        desk, now_ns = self._desk, self._desk.clock.monotonic_ns()
        had_prefix = bool(desk.hand.prefix)
        lapsed = desk.hand.expire(now_ns)
        if lapsed:
            desk.floor.set_ghost(None)
            desk.say(lapsed)
        elif had_prefix and not desk.hand.prefix:
            desk.show_line()
        if desk.trader.armed and desk.market.mode is Mode.LIVE and now_ns - desk.keyboard.last_ns > DISARM_NS:
            desk.trader.disarm("DISARMED after 10 min without a key.")
