"""The one thread in which the archive is used, and how the loop waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


class ArchiveThread:
    """Does one thing after another, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "archive")

    async def run(self, work: Callable[[], T], *, patience_s: float = 0) -> T:
        """Do something in the thread.

        Args:
            work: What; what it raises is raised here.
            patience_s: For so long the loop itself waits, and nothing else runs on it; else it is woken afterwards.
        """
        doing = self._thread.submit(work)
        if patience_s:
            ended = Lock()
            ended.acquire()
            doing.add_done_callback(lambda _doing: ended.release())
            ended.acquire(timeout=patience_s)  # of the waits there are the one that costs an order least
        if not doing.done():
            await _ended(doing)
        return doing.result()

    def end(self) -> None:
        """Wait until everything is done, and end the thread."""
        self._thread.shutdown(wait=True)


async def _ended(doing: Future[T]) -> None:
    """Until another thread has done it; who waits for the sake of an order is woken as what belongs to one."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    context = copy_context()

    def tell(_doing: Future[T]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(ended.set, context=context)

    doing.add_done_callback(tell)
    try:
        await ended.wait()
    except asyncio.CancelledError:
        doing.cancel()  # what has not begun is not begun
        raise
