"""An event loop on which what an order needs runs before everything else that is ready.

An order crosses its loop some ten times between the command and the first byte of its request: a task begins, a thread
answers, a lock is taken. On a loop that follows sixty books, each crossing waits for all that became ready before it:
some milliseconds. Here it waits for the one callback that runs.

Whether a callback belongs to an order is told by its context (`connectors.turns.Turn`): a task carries it from step to
step, and hands it to the tasks it starts. Not taken: a thread for orders, which would have to share the engine's state.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

from connectors.turns import belongs_to_an_order


class OrderFirstLoop(asyncio.SelectorEventLoop):
    """Callbacks of orders run first, among themselves in the order in which they came; all others as ever."""

    _ready: deque[asyncio.Handle]
    """What runs next; the standard library's loop keeps it under this name (CPython 3.11 to 3.14)."""

    def __init__(self) -> None:
        super().__init__()
        self._first: deque[asyncio.Handle] = deque()

    def _call_soon(
        self, callback: Callable[..., object], args: tuple[Any, ...], context: Context | None
    ) -> asyncio.Handle:
        """Where `call_soon` and `call_soon_threadsafe` of the standard library's loop meet."""
        handle = asyncio.Handle(callback, args, self, context)
        if context is not None and belongs_to_an_order(context):
            # First this and then its place in the queue: another thread may be doing the same.
            self._first.append(handle)
            self._ready.appendleft(asyncio.Handle(self._run_first, (), self))
        else:
            self._ready.append(handle)
        return handle

    def _run_first(self) -> None:
        handle = self._first.popleft()
        if not handle.cancelled():
            handle._run()  # noqa: SLF001  # as the standard library's loop does with what it pops
