"""An event loop on which what an order needs runs before everything else that is ready.

An order crosses its loop some ten times between the command and the first byte of its request: a task begins, a thread
answers, a lock is taken. On a loop that follows sixty books, each crossing waits for all that became ready before it:
some milliseconds. Here it waits for the one callback that runs.

Whether a callback belongs to an order is told by its context (`connectors.turns.Turn`): a task carries it from step to
step, and hands it to the tasks it starts. Not taken: a thread for orders, which would have to share the engine's state.

An order also has to be heard. Venues speak on the same beat, and sixty sockets that are read in one round of the loop
are some milliseconds in which no client's is. So a round reads few of them, and those of clients before all others;
what is left is still readable in the next round, which comes at once.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from selectors import SelectorKey
from typing import Any

from connectors.turns import belongs_to_an_order

SOCKETS_A_ROUND = 4
"""Sockets that are served before it is looked again which are ready."""


class OrderFirstLoop(asyncio.SelectorEventLoop):
    """Callbacks of orders run first, among themselves in the order in which they came; all others as ever.

    Of the sockets that are ready together, few are served a round (`heard_first`).
    """

    _ready: deque[asyncio.Handle]
    """What runs next; the standard library's loop keeps it under this name (CPython 3.11 to 3.14)."""

    def __init__(self) -> None:
        self._first: deque[asyncio.Handle] = deque()
        self._heard_first: set[int] = set()
        self._rounds = 0
        self._served: dict[int, int] = {}
        """The round in which each file descriptor was last served."""
        super().__init__()

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

    @contextmanager
    def heard_first(self, connection: socket.socket) -> Iterator[None]:
        """Serve a socket before all others that are ready, until the block ends."""
        number = connection.fileno()
        self._heard_first.add(number)
        try:
            yield
        finally:
            self._heard_first.discard(number)

    def _process_events(self, event_list: list[tuple[SelectorKey, int]]) -> None:
        """Where the standard library's loop takes down what its selector found ready (level-triggered)."""
        if len(event_list) > SOCKETS_A_ROUND:
            event_list = sorted(event_list, key=self._rank)
            urgent = sum(key.fd in self._heard_first for key, _ in event_list)
            event_list = event_list[: max(SOCKETS_A_ROUND, urgent)]
        self._rounds += 1
        self._served.update((key.fd, self._rounds) for key, _ in event_list)
        super()._process_events(event_list)  # type: ignore[misc]  # not in the stubs

    def _rank(self, event: tuple[SelectorKey, int]) -> int:
        """Who has waited longest comes first, behind those that are heard first."""
        number = event[0].fd
        return -1 if number in self._heard_first else self._served.get(number, 0)
