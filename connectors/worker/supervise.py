"""Where faults of ours end: recorded with a code and told to a human; the rest goes on. The one blind except."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, TypeVar

from connectors.worker.log import logger

T = TypeVar("T")

_STOP_S = 5.0


class Supervisor:
    """Runs the worker's tasks. A fault in one of them never ends another.

    Attributes:
        on_fault: Told the sentence of each fault, to raise an alert.
    """

    def __init__(self) -> None:
        self.on_fault: Callable[[str], None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lasting: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> int:
        """How many tasks are not done."""
        return len(self._tasks)

    def spawn(
        self,
        name: str,
        work: Coroutine[Any, Any, None],
        fault: Callable[[str], None] | None = None,
        *,
        again: bool = False,
        lasting: bool = False,
        context: Context | None = None,
    ) -> asyncio.Task[None]:
        """Run a coroutine as a task.

        Args:
            name: For the log.
            work: What to run.
            fault: Called with a sentence if it fails by a fault of ours, so that what it was about is not left hanging.
            again: It failed so before, and a human was told: the log alone hears of it once more.
            lasting: It ends by itself, soon, and must come to its end: `stop` waits for it and does not cancel it.
            context: In which to run it; else in a copy of the one here.
        """
        task = asyncio.create_task(self._watch(name, work, fault, again=again), name=name, context=context)
        self._tasks.add(task)
        if lasting:
            self._lasting.add(task)

        def over(ended: asyncio.Task[None]) -> None:
            self._tasks.discard(ended)
            self._lasting.discard(ended)
            # Cancelled before its first step, it never came to what it was given.
            work.close()

        # One for all: each is a step of the loop, and those of an order's tasks go before its next one.
        task.add_done_callback(over, context=context)
        return task

    def call(self, name: str, work: Callable[[], T]) -> T | None:
        """Run something synchronous, such as the reaction to a stream's event; None if it fails by a fault of ours."""
        try:
            return work()
        except Exception as problem:  # noqa: BLE001  # this is the place
            self._record(name, problem)
            return None

    async def finish(self, timeout_s: float) -> None:
        """Wait for what runs, at most so long."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=timeout_s)

    async def stop(self) -> None:
        """Cancel what still runs and wait until it is over."""
        for task in self._tasks - self._lasting:
            task.cancel()
        await self.finish(_STOP_S)

    async def _watch(
        self, name: str, work: Coroutine[Any, Any, None], fault: Callable[[str], None] | None, *, again: bool
    ) -> None:
        try:
            await work
        except Exception as problem:  # noqa: BLE001  # this is the place
            sentence = self._record(name, problem, quiet=again)
            if fault is not None:
                fault(sentence)

    def _record(self, name: str, problem: Exception, *, quiet: bool = False) -> str:
        code = f"E-{secrets.token_hex(2).upper()}"
        logger().error("fault", code=code, task=name, exc_info=problem)
        sentence = f"Something in the worker failed ({code}). Orders go on; its log says why."
        if self.on_fault is not None and not quiet:
            self.on_fault(sentence)
        return sentence
