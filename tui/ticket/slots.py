"""The nine size slots of each instrument, and which one is in use."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tui.ticket import sizes

if TYPE_CHECKING:
    from tui.desk import Desk

WHOLE_POSITION = sizes.Size(Decimal(100), sizes.Unit.POSITION_SHARE)
"""What slot 0 stands for."""


class Slots:
    """Size slots by symbol.

    Args:
        desk: For the instrument and its price.

    Attributes:
        number: The slot in use; 0 is the whole position.
    """

    def __init__(self, desk: Desk) -> None:
        self.number = 1
        self._desk = desk
        self._sizes: dict[str, dict[int, sizes.Size]] = {}

    def of(self, symbol: str) -> dict[int, sizes.Size]:
        """The slots of an instrument; its first ones are chosen once its price is known."""
        found = self._sizes.get(symbol)
        if found is not None:
            return found
        instrument = self._desk.market.instrument
        if instrument is None:
            return {}
        mark = self._desk.store.mark(instrument.id)
        chosen = sizes.slots_for(instrument, mark)
        if mark is not None:
            self._sizes[symbol] = chosen
        return chosen

    def settled(self, symbol: str) -> bool:
        """Whether the slots were chosen by a price; until then their base sizes are the venue's least lot."""
        return bool(self.of(symbol)) and symbol in self._sizes

    def put(self, symbol: str, number: int, size: sizes.Size) -> None:
        """Put another size into a slot."""
        self._sizes[symbol] = {**self.of(symbol), number: size}

    def use(self, number: int) -> None:
        """Use another slot from now on; order keys settle. An empty one may be chosen, to be filled with ``z``."""
        self.number = number
        if number and number not in self.of(self._desk.market.symbol):
            self._desk.say(f"Size slot {number} is empty. z fills it.")
        self._desk.rooms.settle()

    def in_use(self, symbol: str) -> sizes.Size | None:
        """The size of the slot in use; None where it is empty."""
        return WHOLE_POSITION if self.number == 0 else self.of(symbol).get(self.number)
