"""A listener for tests: keeps what it is told and lets a test wait for what it expects, by event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Heard(Generic[T]):
    """Everything that was said, in order.

    Attributes:
        items: What was said so far.
    """

    def __init__(self) -> None:
        self.items: list[T] = []
        self._said = asyncio.Event()

    def __call__(self, item: T) -> None:
        """The listener itself."""
        self.items.append(item)
        self._said.set()

    async def until(self, wanted: Callable[[T], bool], *, after: int = 0, seconds: float = 60) -> T:
        """Wait for an item, look at those from ``after`` on first, and return it.

        Args:
            wanted: Whether an item is the one.
            after: How many items to pass over.
            seconds: How long to wait before the test fails.
        """
        place, heard = after, ""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    while place < len(self.items):
                        if wanted(self.items[place]):
                            return self.items[place]
                        place += 1
                    self._said.clear()
                    await self._said.wait()
        except TimeoutError:
            heard = f"not heard within {seconds:g} s; the last of {len(self.items)}: {self.items[-3:]}"
        raise AssertionError(heard)

    async def count(self, number: int, *, seconds: float = 60) -> list[T]:
        """Wait until so many were said in all, and return them."""
        await self.until(lambda _: len(self.items) >= number, seconds=seconds)
        return self.items[:number]
