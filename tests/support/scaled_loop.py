"""An event loop whose time runs faster, so that a test sees minutes of back-off in seconds.

Sleeps, time-outs, httpx and websockets all read `loop.time()`, so they follow; real sockets stay real. A test asks for
it with ``@pytest.mark.scaled(20)``; outside a test, ``asyncio.Runner(loop_factory=partial(ScaledLoop, 20))``.
"""

from __future__ import annotations

import asyncio
import selectors


class _ScaledSelector(selectors.DefaultSelector):
    """Waits ``speed`` times shorter than it is told, because it is told in loop seconds."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self._speed if timeout else timeout)


class ScaledLoop(asyncio.SelectorEventLoop):
    """A selector loop on which ``speed`` seconds pass in each second of the wall clock."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        super().__init__(_ScaledSelector(speed))

    def time(self) -> float:
        return super().time() * self.speed
