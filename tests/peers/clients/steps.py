"""What every client script does the same way: reads where the exchange is, takes its steps, says what came of each.

Runs in a client's own environment and process: standard library only. One JSON line a step:
``{"step", "seconds", "result"}`` or ``{"step", "seconds", "error", "kind"}``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import Any

PATIENCE_S = 15


def told() -> dict[str, Any]:
    """Where the exchange is, and the keys: one JSON line on standard input, so that no argument shows a secret."""
    found: dict[str, Any] = json.loads(sys.stdin.readline())
    return found


def keys_of(where: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Every key, by kind: ``api_key`` and either ``secret`` (HMAC) or ``private_key`` (PEM)."""
    first = {"api_key": where["api_key"], "secret": where["api_secret"]}
    return {"hmac": first} | {key["kind"]: key for key in where["keys"]}


def say(step: str, begun: float, **outcome: Any) -> None:
    """One line on standard output."""
    line = {"step": step, "seconds": round(time.monotonic() - begun, 3), **outcome}
    sys.stdout.write(json.dumps(line, default=str) + "\n")
    sys.stdout.flush()


def _problem(error: BaseException) -> dict[str, str]:
    where = traceback.extract_tb(error.__traceback__)[-1:]
    return {
        "kind": type(error).__name__,
        "error": str(error)[:600],
        "where": "".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.line}" for frame in where),
    }


async def step(name: str, call: Callable[[], Awaitable[Any]], patience_s: float = PATIENCE_S) -> Any:
    """Take one step; its failure is told and stops nothing.

    Returns:
        What the client returned, or None after a failure.
    """
    begun = time.monotonic()

    async def taken() -> Any:
        return await call()

    task = asyncio.ensure_future(taken())
    await asyncio.wait({task}, timeout=patience_s)
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1)
        say(name, begun, kind="Silence", error=f"nothing came within {patience_s:g} s")
        return None
    error = task.exception()
    if error is not None:
        say(name, begun, **_problem(error))
        return None
    say(name, begun, result=task.result())
    return task.result()


_threads = ThreadPoolExecutor(4)


def plain_step(name: str, call: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """The same for a client that blocks."""
    begun = time.monotonic()
    future = _threads.submit(call)
    done, _ = wait_for({future}, timeout=patience_s)
    if not done:
        say(name, begun, kind="Silence", error=f"nothing came within {patience_s:g} s")
        return None
    error = future.exception()
    if error is not None:
        say(name, begun, **_problem(error))
        return None
    say(name, begun, result=future.result())
    return future.result()


class Followed:
    """A stream listened to in the background: what came so far, and how it ended."""

    def __init__(self, name: str, call: Callable[[], Awaitable[Any]]) -> None:
        self.name = name
        self.came: list[Any] = []
        self._begun = time.monotonic()
        self._more = asyncio.Event()
        self._task = asyncio.ensure_future(self._listen(call))

    async def _listen(self, call: Callable[[], Awaitable[Any]]) -> None:
        while True:
            # Told apart here: a client may hand out one list again and again.
            self.came.append(json.loads(json.dumps(await call(), default=str)))
            self._more.set()

    async def until(self, holds: Callable[[list[Any]], bool], patience_s: float = PATIENCE_S) -> None:
        """Wait until what came is enough, or patience ends: the test says what is missing."""
        end = time.monotonic() + patience_s
        while not holds(self.came) and not self._task.done() and time.monotonic() < end:
            self._more.clear()
            more = asyncio.ensure_future(self._more.wait())
            await asyncio.wait({more, self._task}, timeout=end - time.monotonic(), return_when=asyncio.FIRST_COMPLETED)
            more.cancel()

    async def finish(self) -> None:
        """Stop listening and say what came."""
        if self._task.done() and not self._task.cancelled():
            error = self._task.exception()
            if error is not None:
                say(self.name, self._begun, **_problem(error))
                return
        self._task.cancel()
        await asyncio.wait({self._task}, timeout=1)
        say(self.name, self._begun, result=self.came)
