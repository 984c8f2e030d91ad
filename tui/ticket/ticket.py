"""The ticket: what a human wants, validated at the door, and how it becomes the worker's command."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.order import OrderType, Side, TimeInForce
from connectors.worker.api import PlaceOrder

Positive = Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]

PRICED = frozenset({OrderType.LIMIT, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT})
"""Types with a limit price."""
TRIGGERED = frozenset(
    {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}
)
"""Types that wait for a trigger price."""
TIMED = frozenset({OrderType.LIMIT, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT})
"""Types with a time in force."""


class Ticket(BaseModel):
    """One order as a human means it. Prices in quote, quantities in base unless the field says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    side: Side
    type: OrderType
    quantity: Positive | None = None
    quote_quantity: Positive | None = None
    price: Positive | None = None
    trigger_price: Positive | None = None
    trailing_delta: Annotated[int, Field(gt=0)] | None = None
    """Basis points (100 = 1 %) behind the best price."""
    time_in_force: TimeInForce | None = None
    reduce_only: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Every type has the fields it needs, and none that it has not."""
        if (self.quantity is None) == (self.quote_quantity is None):
            raise ValueError("How much? Give a size.")
        if self.quote_quantity is not None and self.type is not OrderType.MARKET:
            raise ValueError("Only a market order can be sized in the quote currency.")
        if (self.type in PRICED) != (self.price is not None):
            raise ValueError("At what price? Give one." if self.price is None else f"{self.type} has no price.")
        if (self.type in TRIGGERED) != (self.trigger_price is not None):
            raise ValueError(
                "Where does it trigger? Give a price." if self.trigger_price is None else f"{self.type} has no trigger."
            )
        if (self.type is OrderType.TRAILING) != (self.trailing_delta is not None):
            raise ValueError("How far behind does it trail? 0.5%." if self.trailing_delta is None else "It trails not.")
        if self.time_in_force is not None and self.type not in TIMED:
            raise ValueError(f"{self.type} has no time in force.")
        return self

    @property
    def takes_book_price(self) -> bool:
        """Whether it was made from a price on the ladder or will meet the book at once."""
        return self.type in {OrderType.LIMIT, OrderType.LIMIT_MAKER, OrderType.MARKET}

    def command(
        self,
        order_id: OrderId,
        account: AccountId,
        instrument: InstrumentId,
        *,
        seen_price: Decimal | None,
        frame: int | None,
    ) -> PlaceOrder:
        """The worker's command.

        Args:
            order_id: Minted when the key was pressed.
            account: Where it goes.
            instrument: What it trades.
            seen_price: Middle of the touch that was painted.
            frame: Number of the painted book; None where none counts.
        """
        timed = self.type in TIMED
        return PlaceOrder(
            order_id=order_id,
            account=account,
            instrument=instrument,
            side=self.side,
            type=self.type,
            quantity=self.quantity,
            quote_quantity=self.quote_quantity,
            price=self.price,
            trigger_price=self.trigger_price,
            trailing_delta=self.trailing_delta,
            time_in_force=(self.time_in_force or TimeInForce.GTC) if timed else None,
            reduce_only=self.reduce_only,
            seen_price=seen_price,
            frame=frame,
        )


def why(problem: ValidationError) -> str:
    """The first sentence of a refused ticket, without pydantic's frame around it."""
    first = problem.errors()[0]
    place = " ".join(str(part) for part in first["loc"])
    text = first["msg"].removeprefix("Value error, ")
    return f"{place.capitalize()}: {text}." if place else text
