"""Changing an order: amended in its place, or cancelled and replaced in one call with two outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.ids import ClientOrderId, InstrumentId, VenueOrderId
from connectors.model.order import OrderReport, OrderRequest


@dataclass(frozen=True, slots=True)
class AmendRequest:
    """What is to change; None leaves a field as it is. What the venue cannot change is refused before sending."""

    instrument: InstrumentId
    client_order_id: ClientOrderId | None = None
    """Names the order, by the id it carries now."""
    venue_order_id: VenueOrderId | None = None
    """Names the order; the quicker way where both are known."""
    new_client_order_id: ClientOrderId | None = None
    """The id it carries afterwards, where `Capabilities.amend_renames`."""
    quantity: Decimal | None = None
    """New whole quantity in base units, what is filled included."""
    price: Decimal | None = None
    trigger_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """One amend that took place."""

    instrument: InstrumentId
    venue_order_id: VenueOrderId
    execution_id: str
    """The venue's own id of the amend; a page goes on after it."""
    old_client_order_id: ClientOrderId | None
    new_client_order_id: ClientOrderId | None
    old_quantity: Decimal
    new_quantity: Decimal
    time_ns: int


class ReplaceMode(StrEnum):
    """What a failed cancel means for the new order."""

    STOP_ON_FAILURE = "STOP_ON_FAILURE"
    """The new order is not attempted: never two orders where one was meant."""
    ALLOW_FAILURE = "ALLOW_FAILURE"
    """The new order is placed anyway."""


@dataclass(frozen=True, slots=True)
class ReplaceRequest:
    """Cancel one order and create another."""

    order: OrderRequest
    """The new one, whole, with a client order id of its own."""
    client_order_id: ClientOrderId | None = None
    """Names the order to cancel."""
    venue_order_id: VenueOrderId | None = None
    mode: ReplaceMode = ReplaceMode.STOP_ON_FAILURE


class CancelOutcome(StrEnum):
    """What became of the old order."""

    DONE = "DONE"
    FAILED = "FAILED"
    """It was not cancelled: it is filled, gone, or still there. Look it up."""
    UNKNOWN = "UNKNOWN"


class CreateOutcome(StrEnum):
    """What became of the new order."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    NOT_ATTEMPTED = "NOT_ATTEMPTED"
    UNKNOWN = "UNKNOWN"
    """Look it up by its client order id; never send it again."""


@dataclass(frozen=True, slots=True)
class ReplaceReport:
    """Both outcomes of one replace. Any pair of them can come: a refused create does not bring the old order back."""

    cancel: CancelOutcome
    create: CreateOutcome
    cancelled: OrderReport | None = None
    """The old order, where the cancel is DONE."""
    created: OrderReport | None = None
    """The new order, where the create is ACCEPTED."""
    cancel_code: str = ""
    """The venue's own code where the cancel FAILED or is UNKNOWN."""
    cancel_reason: str = ""
    """One sentence for the trader."""
    create_code: str = ""
    create_reason: str = ""


@dataclass(frozen=True, slots=True)
class FeeRates:
    """What the venue would take of an order, as a share of its value: ``Decimal("0.001")`` is 0.1 %."""

    maker: Decimal
    taker: Decimal
    tax_maker: Decimal = Decimal(0)
    tax_taker: Decimal = Decimal(0)
    special_maker: Decimal = Decimal(0)
    special_taker: Decimal = Decimal(0)
    discount: Decimal | None = None
    """Share taken off the standard rates when fees are paid in ``discount_asset``; None where it does not apply."""
    discount_asset: str = ""
