"""A running stream, as every part of a connector hands it out."""

from __future__ import annotations

from typing import Protocol


class Subscription(Protocol):
    """A running stream. Closing it twice is allowed."""

    async def close(self) -> None:
        """Stop delivering; the venue is told when the last listener of a stream is gone."""
        ...
