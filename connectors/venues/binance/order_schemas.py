"""Answers to amends, replaces, tests and lists as they lie on the wire (facts §4.4–4.7)."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from connectors.venues.binance.parse import decode
from connectors.venues.binance.schemas import Order, Wire


class AmendedOrder(Wire):
    """The order inside the answer to an amend. Two spellings of three fields are seen (facts §4.6 has the first)."""

    symbol: str
    order_id: int
    client_order_id: str
    orig_client_order_id: str = ""
    order_list_id: int = -1
    price: Decimal = Decimal(0)
    qty: Decimal | None = None
    orig_qty: Decimal | None = None
    executed_qty: Decimal = Decimal(0)
    prevented_qty: Decimal | None = None
    prevented_quantity: Decimal | None = None
    quote_order_qty: Decimal = Decimal(0)
    cumulative_quote_qty: Decimal | None = None
    cummulative_quote_qty: Decimal | None = None
    stop_price: Decimal = Decimal(0)
    status: str = "NEW"
    time_in_force: str = ""
    type: str = ""
    side: str = ""
    working_time: int | None = None
    is_working: bool | None = None
    iceberg_qty: Decimal = Decimal(0)
    trailing_delta: int | None = None
    trailing_time: int | None = None
    self_trade_prevention_mode: str = ""


class Amended(Wire):
    """``PUT /order/amend/keepPriority``."""

    transact_time: int
    amended_order: AmendedOrder


class AmendmentRow(Wire):
    """One entry of ``GET /order/amendments``."""

    symbol: str
    order_id: int
    execution_id: int
    orig_qty: Decimal
    new_qty: Decimal
    time: int
    orig_client_order_id: str = ""
    new_client_order_id: str = ""


class Replaced(Wire):
    """The two outcomes of a cancel-and-replace, and what was said of each: an order, a problem or null."""

    cancel_result: str
    new_order_result: str
    cancel_response: msgspec.Raw = msgspec.Raw(b"null")
    new_order_response: msgspec.Raw = msgspec.Raw(b"null")


class ReplacedInside(Wire):
    """The same one level down, as some answers have it."""

    data: Replaced


class Rates(Wire):
    """Fee rates by role."""

    maker: Decimal = Decimal(0)
    taker: Decimal = Decimal(0)


class Discount(Wire):
    """What paying fees in another asset takes off."""

    enabled_for_account: bool = False
    enabled_for_symbol: bool = False
    discount_asset: str = ""
    discount: Decimal = Decimal(0)


class Tested(Wire):
    """``POST /order/test``; empty unless fee rates were asked for."""

    standard_commission_for_order: Rates | None = None
    special_commission_for_order: Rates = msgspec.field(default_factory=Rates)
    tax_commission_for_order: Rates = msgspec.field(default_factory=Rates)
    discount: Discount = msgspec.field(default_factory=Discount)


class ListedName(Wire):
    """One order of a list, by name."""

    symbol: str
    order_id: int
    client_order_id: str


class OrderList(Wire):
    """An order list as placed, cancelled, queried or listed."""

    order_list_id: int
    contingency_type: str
    list_order_status: str
    list_client_order_id: str
    transaction_time: int
    symbol: str
    orders: list[ListedName] = msgspec.field(default_factory=list)
    order_reports: list[Order] = msgspec.field(default_factory=list)


class _Kind(Wire):
    """What tells a list from an order."""

    contingency_type: str = ""


_kind = msgspec.json.Decoder(_Kind)
_inside = msgspec.json.Decoder(ReplacedInside)
_replaced = msgspec.json.Decoder(Replaced)


def is_list(body: bytes) -> bool:
    """Whether a body is an order list; what cannot be read is not."""
    try:
        return bool(_kind.decode(body).contingency_type)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def halves(body: bytes, operation: str) -> Replaced:
    """Both outcomes of a cancel-and-replace, at the top or one level down.

    Raises:
        Malformed: They are in neither place.
    """
    try:
        return _inside.decode(body).data
    except (msgspec.DecodeError, UnicodeDecodeError):
        return decode(_replaced, body, operation)
