"""How a command runs: on a loop of its own, with quiet ends for ``^C`` and for a reader that left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from tui.cli.client import Client, joined
from tui.cli.exits import ReaderLeft


def run(name: str, body: Callable[[Client], Coroutine[Any, Any, None]], *, archive_too: bool = True) -> None:
    """Run a command as a client of the worker.

    Args:
        name: What the worker's log calls this client.
        body: The command.
        archive_too: Whether a worker that has to be started writes the archive.

    Raises:
        TradedeskError: It failed; `tui.cli.door` turns it into a sentence and an exit code.
        ReaderLeft: Who read our output has seen enough.
    """

    async def within() -> None:
        async with joined(name, archive_too=archive_too) as client:
            await body(client)

    try:
        asyncio.run(within())
    except BrokenPipeError:
        left = ReaderLeft()
    else:
        return
    raise left
