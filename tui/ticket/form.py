"""The ticket's fields as they are being filled in, and the ticket they make. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from pydantic import ValidationError

from connectors.model.instrument import Instrument
from connectors.model.order import OrderType, Side, TimeInForce
from tui.ticket import prices, sizes
from tui.ticket.rules import breaches
from tui.ticket.seen import Seen
from tui.ticket.ticket import TIMED, Ticket, why

Choice = TypeVar("Choice")


class Field(StrEnum):
    """The fields, top to bottom."""

    TYPE = "type"
    SIDE = "side"
    SIZE = "size"
    PRICE = "price"
    STOP = "stop"
    TIF = "tif"
    FLAGS = "flags"


FIELDS = tuple(Field)
TYPES = (OrderType.LIMIT, OrderType.MARKET, OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT)
TYPE_WORDS = {
    OrderType.LIMIT: "limit",
    OrderType.MARKET: "market",
    OrderType.STOP_LOSS: "stop",
    OrderType.STOP_LOSS_LIMIT: "stop-limit",
}
SIDES = (Side.BUY, Side.SELL)
TIFS = (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK)
TEXT_FIELDS = frozenset({Field.SIZE, Field.PRICE, Field.STOP})
LONGEST = 24
"""Characters a field takes."""


class NotYet(ValueError):
    """The fields make no ticket yet; the sentence says what is missing, `field` where."""

    def __init__(self, place: Field, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


@dataclass(slots=True)
class Form:
    """What is typed and chosen. Closing the ticket keeps it."""

    focus: Field = Field.SIZE
    type: OrderType = OrderType.LIMIT
    side: Side = Side.BUY
    tif: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    touched: bool = False
    """Whether somebody has typed here; until then size and price follow slot and cursor."""
    texts: dict[Field, str] = field(default_factory=lambda: dict.fromkeys((Field.SIZE, Field.PRICE, Field.STOP), ""))

    # --- keys -------------------------------------------------------------------------------------------------------

    def move(self, steps: int) -> None:
        """Go to the next or previous field; stops at either end."""
        at = FIELDS.index(self.focus) + steps
        self.focus = FIELDS[max(0, min(at, len(FIELDS) - 1))]

    def turn(self, steps: int) -> None:
        """Take the next or previous choice of the field."""
        match self.focus:
            case Field.TYPE:
                self.type = _next(TYPES, self.type, steps)
            case Field.SIDE:
                self.side = _next(SIDES, self.side, steps)
            case Field.TIF:
                self.tif = _next(TIFS, self.tif, steps)
            case Field.FLAGS:
                self.post_only = not self.post_only
            case _:
                return

    def write(self, character: str) -> bool:
        """Append to a text field; whether it took the character."""
        if self.focus in TEXT_FIELDS and len(self.texts[self.focus]) < LONGEST:
            self.touched = True
            self.texts[self.focus] += character
            return True
        if character == " " and self.focus is Field.FLAGS:
            self.post_only = not self.post_only
            return True
        return False

    def erase(self, *, whole: bool = False) -> None:
        """Take the last character of a text field away, or all."""
        if self.focus in TEXT_FIELDS:
            self.touched = True
            self.texts[self.focus] = "" if whole else self.texts[self.focus][:-1]

    def legal(self, instrument: Instrument, seen: Seen, *, upper: bool) -> bool:
        """Put the nearest legal value into a text field that breaks a filter; whether there was one."""
        try:
            broken = breaches(self.ticket(seen), instrument, seen.opposite(self.side))
        except NotYet:
            return False
        places = {"quantity": Field.SIZE, "price": Field.PRICE, "trigger_price": Field.STOP}
        for breach in broken:
            if places.get(breach.field) is self.focus and breach.nearest:
                self.texts[self.focus] = f"{breach.nearest[-1 if upper else 0]:f}"
                return True
        return False

    def fill(self, size: str, price: str) -> None:
        """Put slot and cursor into size and price, in place of what was there; an empty text leaves its field."""
        self.touched = False
        for place, text in ((Field.SIZE, size), (Field.PRICE, price)):
            if text:
                self.texts[place] = text

    # --- what it makes ----------------------------------------------------------------------------------------------

    @property
    def has_price(self) -> bool:
        """Whether the type has a limit price."""
        return self.type in {OrderType.LIMIT, OrderType.STOP_LOSS_LIMIT}

    @property
    def has_stop(self) -> bool:
        """Whether the type waits for a trigger."""
        return self.type in {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT}

    @property
    def order_type(self) -> OrderType:
        """The type with the post-only flag in it."""
        return OrderType.LIMIT_MAKER if self.type is OrderType.LIMIT and self.post_only else self.type

    def price(self, seen: Seen) -> Decimal | None:
        """The limit price the field resolves to.

        Raises:
            NotYet: If it is no price.
        """
        return self._price(Field.PRICE, seen) if self.has_price else None

    def stop(self, seen: Seen) -> Decimal | None:
        """The trigger price.

        Raises:
            NotYet: If it is no price.
        """
        return self._price(Field.STOP, seen) if self.has_stop else None

    def quantity(self, seen: Seen, price: Decimal | None) -> Decimal:
        """Base units the size resolves to.

        Raises:
            NotYet: If it is no size, or nothing.
        """
        try:
            size = sizes.read(self.texts[Field.SIZE])
        except sizes.NotASize as problem:
            raise NotYet(Field.SIZE, str(problem)) from None
        unit = price if price is not None else seen.opposite(self.side)
        found = sizes.resolve(
            size, seen.instrument, self.type, price=unit, free=seen.free_quote, position=seen.position
        )
        if found is None or found <= 0:
            raise NotYet(Field.SIZE, f"{size} is nothing here: no balance, price or position to be a share of")
        return found

    def ticket(self, seen: Seen) -> Ticket:
        """The ticket the fields make.

        Raises:
            NotYet: If a field is missing or wrong.
        """
        price, stop = self.price(seen), self.stop(seen)
        quantity = self.quantity(seen, price if price is not None else stop)
        kind = self.order_type
        try:
            return Ticket(
                side=self.side,
                type=kind,
                quantity=quantity,
                price=price,
                trigger_price=stop,
                time_in_force=self.tif if kind in TIMED else None,
            )
        except ValidationError as problem:
            raise NotYet(self.focus, why(problem)) from None

    def unsupported(self, instrument: Instrument) -> str:
        """Why the venue does not take a choice that was made; empty when it takes all."""
        if self.order_type not in instrument.order_types:
            return f"{instrument.symbol} takes no {TYPE_WORDS.get(self.order_type, 'post-only')} order."
        if self.order_type in TIMED and self.tif not in instrument.times_in_force:
            return f"{instrument.symbol} takes no {self.tif}."
        return ""

    def _price(self, place: Field, seen: Seen) -> Decimal:
        try:
            return prices.read(self.texts[place], seen, self.side)
        except prices.NotAPrice as problem:
            raise NotYet(place, str(problem)) from None


def _next(choices: tuple[Choice, ...], chosen: Choice, steps: int) -> Choice:
    return choices[(choices.index(chosen) + steps) % len(choices)]
