"""Whose turn it is on the loop: an order on its way goes first, and market data is taken in small helpings.

A busy venue speaks in bursts (Binance: every book on the same 100 ms beat), and one burst takes tens of ms to decode.
An order crosses the loop some ten times between the command and the request's first byte: decoded in one go, a burst
would hold it up at any of these crossings. So readers of market data ask for a turn before each frame. One helping is
decoded per round of the loop, and none while an order is under way, for at most `HOLD_S` at a time: a slow disk must
not make the book on the screen old.

Not taken: a thread or a process for market data. The interpreter's lock makes the first as slow as this was without
turns, and the second would copy every book across.

On a `connectors.worker.order_loop.OrderFirstLoop`, what is done for an order also runs before all else that is ready.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextvars import Context, ContextVar
from typing import Self
from weakref import WeakKeyDictionary

HELPING_S = 0.0005
"""Market data decoded in one round of the loop; the frame that passes the mark is finished."""
HOLD_S = 0.02
"""How long an order may hold market data up: several commits on a healthy disk."""


class Turn:
    """An order on its way, as the context of what is done for it knows it."""

    __slots__ = ("_around", "counts", "over")

    def __init__(self, around: Turn | None, *, counts: bool = True) -> None:
        """Begin.

        Args:
            around: The one it lies in.
            counts: Whether market data waits for it.
        """
        self.over = False
        self.counts = counts
        self._around = around

    @property
    def under_way(self) -> bool:
        """Whether it has not ended, or lies in one that has not."""
        return not self.over or (self._around is not None and self._around.under_way)


def belongs_to_an_order(context: Context) -> bool:
    """Whether what runs in this context is done for an order that is under way."""
    turn = context.get(_TURN)
    return turn is not None and turn.under_way


class Turns:
    """The turns of one event loop; `here` finds them. Used on that loop only."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._wake: asyncio.Handle | None = None
        self._orders = 0
        self._lapses_s = 0.0
        self._helping_ends_s = 0.0

    @classmethod
    def here(cls) -> Turns:
        """The turns of the running loop."""
        loop = asyncio.get_running_loop()
        turns = _OF_LOOPS.get(loop)
        if turns is None:
            turns = _OF_LOOPS[loop] = cls()
        return turns

    def order(self) -> OrderUnderWay:
        """Market data waits until the block ends, or `HOLD_S` have passed since the first order's began."""
        return OrderUnderWay(self)

    def begin(self) -> Turn:
        """An order begins, and all that is done in this context is done for it."""
        if not self._orders:
            self._lapses_s = _now_s() + HOLD_S
        self._orders += 1
        around = _TURN.get()
        turn = Turn(around if around is not None and around.under_way else None)
        # Never set back: once it is over it says so wherever it was handed on to.
        _TURN.set(turn)
        return turn

    @staticmethod
    def first() -> Turn:
        """What is done in this context goes first, though it is no order: where orders come in is read so.

        What is begun here for something else has to be begun in another context.

        Returns:
            Whoever sets it over ends it.
        """
        turn = Turn(None, counts=False)
        _TURN.set(turn)
        return turn

    @staticmethod
    def left() -> None:
        """What this context's order needed has left the process: what is done for it now is in no hurry any more.

        Told by whoever sends. Market data waits for a request to leave, not for its answer.
        """
        turn = _TURN.get()
        if turn is not None and turn.counts:
            Turns.here().end(turn)

    def end(self, turn: Turn) -> None:
        """It is over; may be told twice."""
        if turn.over:
            return
        turn.over = True
        self._orders -= 1
        if not self._orders and self._waiting:
            self._schedule()

    async def market(self) -> None:
        """Wait for a turn to handle one piece of market data; at once while the helping lasts."""
        if not self._waiting and _now_s() < self._helping_ends_s and not self._held:
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        if self._wake is None:
            self._schedule()
        await turn

    @property
    def _held(self) -> bool:
        return self._orders > 0 and _now_s() < self._lapses_s

    def _schedule(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
        loop = asyncio.get_running_loop()
        self._wake = loop.call_at(self._lapses_s, self._next) if self._held else loop.call_soon(self._next)

    def _next(self) -> None:
        """Begin a helping for the one that has waited longest; the others follow in the rounds after."""
        self._wake = None
        if self._held:
            self._schedule()
            return
        self._helping_ends_s = _now_s() + HELPING_S
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                break
        if self._waiting:
            self._schedule()


class OrderUnderWay:
    """The block of `Turns.order`. A class of its own: an order passes three of these, and a generator takes longer."""

    __slots__ = ("_turn", "_turns")

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def __enter__(self) -> Self:
        self._turn = self._turns.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._turns.end(self._turn)


def _now_s() -> float:
    return asyncio.get_running_loop().time()


_OF_LOOPS: WeakKeyDictionary[asyncio.AbstractEventLoop, Turns] = WeakKeyDictionary()

_TURN: ContextVar[Turn | None] = ContextVar("order", default=None)
