"""A new order's parameters (§4.4): what is refused before filters, balances or matching hear of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from secrets import token_urlsafe

from connectors.matching.terms import Prevention
from connectors.model.order import OrderType, TimeInForce
from connectors.model.side import Side
from connectors.simulator.account.records import CONDITIONAL, UNPRICED, ZERO
from connectors.simulator.protocol.errors import ApiError, illegal, missing, rejected, unneeded, unsupported
from connectors.simulator.protocol.parameters import CLIENT_ID, Parameters
from connectors.simulator.specs import STP_DEFAULT, SymbolSpec

_LIVES = {TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK}
_LEAST_STRATEGY = 1_000_000
_PEGS = ("pegPriceType", "pegOffsetType", "pegOffsetValue")
TRANSFER = "TRANSFER"
"""A mode of self-trade prevention that no symbol here allows (§4.4: the allowed set is the symbol's)."""


class Answer(StrEnum):
    """How much of the order an answer tells (§4.4)."""

    ACK = "ACK"
    RESULT = "RESULT"
    FULL = "FULL"


@dataclass(frozen=True, slots=True)
class Names:
    """How one order's parameters are called: plainly, or with its place in a list before them (§4.7)."""

    prefix: str = ""
    shared: Mapping[str, str] = field(default_factory=dict)
    """Names that all orders of the list have in common."""

    def of(self, name: str) -> str:
        """What ``name`` is called on the wire."""
        if name in self.shared:
            return self.shared[name]
        if not self.prefix:
            return "newClientOrderId" if name == "clientOrderId" else name
        return self.prefix + name[0].upper() + name[1:]


PLAIN = Names()


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A new order whose parameters are well-formed; filters and balances come after."""

    spec: SymbolSpec
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    quantity: Decimal | None
    quote_quantity: Decimal | None
    price: Decimal | None
    client_id: str
    prevention: Prevention
    answer: Answer
    stop_price: Decimal = ZERO
    trailing_delta: int = 0
    iceberg: Decimal = ZERO
    strategy_id: int | None = None
    strategy_type: int | None = None

    def worth(self, last_price: Decimal) -> Decimal:
        """The price it is valued at before it trades: its own, else its stop's, else the market's last."""
        return self.price or self.stop_price or last_price


def read(params: Parameters, spec: SymbolSpec) -> NewOrder:
    """The order that the parameters ask for; ``symbol`` has been read already."""
    order = read_part(params, spec, PLAIN)
    params.finish()
    return order


def read_part(params: Parameters, spec: SymbolSpec, names: Names, *, sized: bool = True) -> NewOrder:
    """One order out of the parameters; who has read all of them calls `Parameters.finish`.

    Args:
        params: The request's.
        spec: Its symbol.
        names: How this order's parameters are called.
        sized: Whether it says its quantity itself; one that sells what another buys does not (§4.7).
    """
    params.need(names.of("side"), names.of("type"))
    side = params.word(names.of("side"), Side, ApiError(-1117, "Invalid side."))
    kind = params.word(names.of("type"), OrderType, ApiError(-1116, "Invalid orderType."))
    life = params.word(names.of("timeInForce"), TimeInForce, ApiError(-1115, "Invalid timeInForce."))
    if side is None or kind is None or kind in {OrderType.TRAILING, OrderType.UNKNOWN}:
        raise ApiError(-1116, "Invalid orderType.")
    if life is not None and life not in _LIVES:
        raise ApiError(-1115, "Invalid timeInForce.")
    for peg in _PEGS:
        if params.raw(names.of(peg)) is not None:
            raise unsupported("Pegged orders")
    _shape(params, kind, names, sized=sized)
    strategy_id, strategy_type = params.integer(names.of("strategyId")), params.integer(names.of("strategyType"))
    if strategy_type is not None and strategy_type < _LEAST_STRATEGY:
        raise ApiError(-1134, f"`{names.of('strategyType')}` was less than {_LEAST_STRATEGY}.")
    iceberg = params.amount(names.of("icebergQty")) or ZERO
    if iceberg:
        _check_iceberg(kind, life, names)
    return NewOrder(
        spec,
        side,
        kind,
        life or TimeInForce.GTC,
        params.amount(names.of("quantity")) if sized else None,
        None if names.prefix else params.amount("quoteOrderQty"),
        params.amount(names.of("price")),
        _client_id(params, names),
        _prevention(params),
        _answer(params, kind),
        params.amount(names.of("stopPrice")) or ZERO,
        params.integer(names.of("trailingDelta")) or 0,
        iceberg,
        strategy_id,
        strategy_type,
    )


def thin_book() -> ApiError:
    """A market order sized in quote that does not reach the smallest quantity."""
    return rejected("Order book liquidity is less than LOT_SIZE filter minimum quantity.")


def _shape(params: Parameters, kind: OrderType, names: Names, *, sized: bool) -> None:
    """The table of §4.4: what a type needs and what it may not carry."""
    quantity = [names.of("quantity")] if sized else []
    if not sized and params.raw(names.of("quantity")) is not None:
        raise ApiError(-1225, f"Pending orders should not include the '{names.of('quantity')}' tag.")
    stop, trail = names.of("stopPrice"), names.of("trailingDelta")
    if kind is OrderType.MARKET:
        params.refuse(names.of("price"), names.of("timeInForce"), stop, trail)
        if names.prefix or params.raw("quoteOrderQty") is None:
            params.need(*quantity)
        elif params.raw("quantity") is not None:
            raise unneeded("quoteOrderQty")
        return
    if not names.prefix:
        params.refuse("quoteOrderQty")
    if kind in CONDITIONAL:
        if params.raw(stop) is None and params.raw(trail) is None:
            raise missing(stop)
    else:
        params.refuse(stop, trail)
    if kind in UNPRICED:
        params.refuse(names.of("price"), names.of("timeInForce"))
        params.need(*quantity)
    elif kind is OrderType.LIMIT_MAKER:
        params.refuse(names.of("timeInForce"))
        params.need(*quantity, names.of("price"))
    else:
        params.need(names.of("timeInForce"), *quantity, names.of("price"))


def _check_iceberg(kind: OrderType, life: TimeInForce | None, names: Names) -> None:
    """§4.4: an iceberg must be GTC; one that trades at any price cannot hide (-1014, in a list -1160)."""
    if kind in UNPRICED:
        raise ApiError(-1014, "Unsupported order combination.")
    if life not in {None, TimeInForce.GTC}:
        if not names.prefix:
            raise ApiError(-1014, "Unsupported order combination.")
        ours, theirs = names.of("icebergQty"), names.of("timeInForce")
        raise ApiError(-1160, f"Parameter '{ours}' is not supported if '{theirs}' is not GTC.")


def _client_id(params: Parameters, names: Names) -> str:
    name = names.of("clientOrderId")
    if params.raw(name) == "":
        raise ApiError(-1118, "New client order ID was empty.")
    return params.text(name, CLIENT_ID) or token_urlsafe(16)


def _prevention(params: Parameters) -> Prevention:
    if params.raw("selfTradePreventionMode") == TRANSFER:
        raise ApiError(-1013, "This symbol does not allow the specified self-trade prevention mode.")
    wrong = illegal("selfTradePreventionMode", f"^({'|'.join([*Prevention, TRANSFER])})$")
    return params.word("selfTradePreventionMode", Prevention, wrong) or STP_DEFAULT


def _answer(params: Parameters, kind: OrderType) -> Answer:
    """Default: FULL for LIMIT and MARKET, ACK for the rest (§4.4)."""
    wrong = illegal("newOrderRespType", "^(ACK|RESULT|FULL)$")
    usual = Answer.FULL if kind in {OrderType.LIMIT, OrderType.MARKET} else Answer.ACK
    return params.word("newOrderRespType", Answer, wrong) or usual
