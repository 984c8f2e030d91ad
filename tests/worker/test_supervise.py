"""What is watched ends with its task, begun or not."""

from __future__ import annotations

import asyncio
import inspect

from connectors.worker.supervise import Supervisor


async def test_work_that_is_cancelled_before_its_first_step_is_closed_with_its_task() -> None:
    supervisor = Supervisor()
    never: list[int] = []

    async def work() -> None:
        never.append(1)

    begun = work()
    task = supervisor.spawn("early", begun)
    task.cancel()
    await asyncio.wait({task})
    assert inspect.getcoroutinestate(begun) == inspect.CORO_CLOSED
    assert never == []
    assert supervisor.running == 0
