"""The two sides of a trade."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """Whether base is bought or sold."""

    BUY = "BUY"
    SELL = "SELL"

    @property
    def sign(self) -> int:
        """+1 for a buy, -1 for a sell."""
        return 1 if self is Side.BUY else -1
