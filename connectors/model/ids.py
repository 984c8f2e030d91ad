"""Names of things: instruments, accounts, epochs, orders and the modes of a connection."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType
from uuid import UUID

AccountId = NewType("AccountId", UUID)
"""The UUID of a connection (one credential, or none, in one mode).

Every order, fill, position and audit row carries it.
"""

OrderId = NewType("OrderId", UUID)
"""The desk's own order id: a UUIDv7, unique for ever."""

ClientOrderId = NewType("ClientOrderId", str)
"""What the venue is told: the 32 hex digits of a UUIDv7, which every venue accepts."""

VenueOrderId = NewType("VenueOrderId", str)
"""The venue's own order id as text (venues use integers, UUIDs and words)."""

ClientListId = NewType("ClientListId", str)
"""What the venue is told an order list is called: 32 hex digits, as for orders."""

VenueListId = NewType("VenueListId", str)
"""The venue's own id of an order list as text."""

TradeId = NewType("TradeId", str)
"""The venue's own trade id as text; unique by (account, epoch, instrument)."""

Epoch = NewType("Epoch", str)
"""The venue's own life: testnets are wiped and simulators begin anew, and then ids start again."""


class Product(StrEnum):
    """What kind of thing an instrument is."""

    SPOT = "spot"
    LINEAR = "linear"
    INVERSE = "inverse"


class Mode(StrEnum):
    """The trust domain of a connection (DESIGN §4). Keys never cross from one to another."""

    LIVE = "live"
    TESTNET = "testnet"
    DEMO = "demo"
    """A venue's own demo hosts."""
    PAPER = "paper"
    """Real market data, local fills."""
    SIM = "sim"
    """The simulator on loopback, with a key minted for the run."""


@dataclass(frozen=True, slots=True, order=True)
class InstrumentId:
    """A tradable thing at one venue, written ``binance.spot:BTCUSDT``."""

    venue: str
    """Registered venue name, lower case."""
    product: Product
    symbol: str
    """The venue's own symbol, in the venue's own spelling; not always ASCII."""

    def __str__(self) -> str:
        return f"{self.venue}.{self.product}:{self.symbol}"

    @classmethod
    def parse(cls, text: str) -> InstrumentId:
        """Read ``venue.product:SYMBOL``.

        Args:
            text: The written form.

        Raises:
            ValueError: If the text is not of that form or names an unknown product.
        """
        place, colon, symbol = text.partition(":")
        venue, dot, product = place.partition(".")
        if not (colon and dot and venue and symbol):
            raise ValueError(f"{text!r} names no instrument. Write venue.product:SYMBOL, such as binance.spot:BTCUSDT.")
        return cls(venue, Product(product), symbol)
