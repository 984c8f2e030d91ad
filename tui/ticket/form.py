"""The ticket's fields as they are being filled in, and the ticket they make. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from pydantic import ValidationError

from connectors.model.instrument import Instrument
from connectors.model.order import Order, OrderType, Side, TimeInForce
from tui.format import numbers
from tui.ticket import prices, sizes
from tui.ticket.change import Change
from tui.ticket.rules import breaches
from tui.ticket.seen import Seen
from tui.ticket.ticket import PRICED, TIMED, TRIGGERED, Ticket, why

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
TYPES = (
    OrderType.LIMIT,
    OrderType.MARKET,
    OrderType.STOP_LOSS,
    OrderType.STOP_LOSS_LIMIT,
    OrderType.TAKE_PROFIT,
    OrderType.TAKE_PROFIT_LIMIT,
)
TYPE_WORDS = {
    OrderType.LIMIT: "limit",
    OrderType.MARKET: "market",
    OrderType.STOP_LOSS: "stop",
    OrderType.STOP_LOSS_LIMIT: "stop-limit",
    OrderType.TAKE_PROFIT: "target",
    OrderType.TAKE_PROFIT_LIMIT: "target-limit",
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
    changing: Order | None = None
    """The order of mine that is being edited; None: the fields make a new one."""
    texts: dict[Field, str] = field(default_factory=lambda: dict.fromkeys((Field.SIZE, Field.PRICE, Field.STOP), ""))

    # --- keys -------------------------------------------------------------------------------------------------------

    def move(self, steps: int) -> None:
        """Go to the next or previous field; stops at either end."""
        at = FIELDS.index(self.focus) + steps
        self.focus = FIELDS[max(0, min(at, len(FIELDS) - 1))]

    def turn(self, steps: int) -> None:
        """Take the next or previous choice of the field; an order that stands keeps all of them."""
        if self.changing is not None:
            return
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

    def change(self, order: Order) -> None:
        """Put an order of mine into the fields, to be edited."""
        limit = OrderType.LIMIT if order.type is OrderType.LIMIT_MAKER else order.type
        self.changing, self.touched = order, True
        self.type, self.side, self.post_only = limit, order.side, order.type is OrderType.LIMIT_MAKER
        self.tif = order.time_in_force if order.time_in_force in TIFS else TimeInForce.GTC
        values = ((Field.SIZE, order.quantity), (Field.PRICE, order.price), (Field.STOP, order.trigger_price))
        for place, value in values:
            self.texts[place] = "" if value is None else numbers.typed(value)
        self.focus = Field.PRICE if self.has_price else Field.STOP

    def changed(self, order: Order, seen: Seen) -> Change:
        """What the fields make of the order that is edited.

        Raises:
            NotYet: If a field is missing or wrong.
        """
        ticket = self.ticket(seen)
        return Change(
            order,
            price=None if ticket.price == order.price else ticket.price,
            trigger_price=None if ticket.trigger_price == order.trigger_price else ticket.trigger_price,
            quantity=None if ticket.quantity == order.quantity else ticket.quantity,
        )

    def drop_change(self) -> bool:
        """Make new orders again; whether one was being edited."""
        if self.changing is None:
            return False
        self.changing, self.touched = None, False
        return True

    # --- what it makes ----------------------------------------------------------------------------------------------

    @property
    def has_price(self) -> bool:
        """Whether the type has a limit price."""
        return self.type in PRICED

    @property
    def has_stop(self) -> bool:
        """Whether the type waits for a trigger."""
        return self.type in TRIGGERED

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
