"""REST answers that change an open order: cancel and replace (§4.5), amend in its place (§4.6)."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any

from connectors.simulator.entry.rate import HERE
from connectors.simulator.exchange import Exchange
from connectors.simulator.orders import rules
from connectors.simulator.orders.rules import NewOrder
from connectors.simulator.protocol import list_shapes, shapes
from connectors.simulator.protocol.errors import ApiError, amend_rejected, illegal, missing
from connectors.simulator.protocol.parameters import CLIENT_ID, Parameters
from connectors.simulator.rest import private
from connectors.simulator.rest.public import symbol

_AMEND_WEIGHT = 4
_TOO_MANY = -1015


class Mode(StrEnum):
    """What a failed cancel means for the new order (§4.5)."""

    STOP_ON_FAILURE = "STOP_ON_FAILURE"
    ALLOW_FAILURE = "ALLOW_FAILURE"


class Exceeded(StrEnum):
    """What to do when the order count does not allow the new order (§4.5)."""

    DO_NOTHING = "DO_NOTHING"
    CANCEL_ONLY = "CANCEL_ONLY"


class _Halves:
    """The two halves of a cancel-replace: words and answers."""

    def __init__(self) -> None:
        self.cancel: Any = None
        self.placed: Any = None
        self.cancel_word = "NOT_ATTEMPTED"
        self.placed_word = "NOT_ATTEMPTED"

    def answer(self, status: int | None = None) -> dict[str, Any]:
        """Both well: the answer. One failed: -2021 with 409; both, or one never tried: -2022 with 400."""
        data = {
            "cancelResult": self.cancel_word,
            "newOrderResult": self.placed_word,
            "cancelResponse": self.cancel,
            "newOrderResponse": self.placed,
        }
        words = {self.cancel_word, self.placed_word}
        if words == {"SUCCESS"}:
            return data
        refused = (
            ApiError(-2021, "Order cancel-replace partially failed.", status or HTTPStatus.CONFLICT)
            if "SUCCESS" in words
            else ApiError(-2022, "Order cancel-replace failed.", status or HTTPStatus.BAD_REQUEST)
        )
        refused.data = data
        raise refused


def cancel_replace(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """Cancel one order and place another. Filters and order count come first: their refusals are plain (§4.5)."""
    name = symbol(exchange, params)
    mode = params.word("cancelReplaceMode", Mode, illegal("cancelReplaceMode", f"^({'|'.join(Mode)})$"))
    if mode is None:
        raise missing("cancelReplaceMode")
    wrong = illegal("orderRateLimitExceededMode", f"^({'|'.join(Exceeded)})$")
    exceeded = params.word("orderRateLimitExceededMode", Exceeded, wrong) or Exceeded.DO_NOTHING
    ids = (params.integer("cancelOrderId"), params.text("cancelOrigClientOrderId", CLIENT_ID))
    if ids == (None, None):
        raise ApiError(
            -1102, "Param 'cancelOrigClientOrderId' or 'cancelOrderId' must be sent, but both were empty/null!"
        )
    restriction = private.restricted(params)
    cancel_id = params.text("cancelNewClientOrderId", CLIENT_ID) or token_urlsafe(16)
    new = rules.read(params, exchange.feed(name).spec)
    try:
        old = private.cancellable(exchange, name, *ids, restriction)
    except ApiError:
        old = None
    exchange.trading.check([new], replaced=old)
    too_many = _count(exchange, exceeded)
    halves = _Halves()
    try:
        order = private.cancellable(exchange, name, *ids, restriction)
        halves.cancel = shapes.canceled(exchange.trading.cancel(order, cancel_id), cancel_id)
        halves.cancel_word = "SUCCESS"
    except ApiError as refused:
        halves.cancel_word, halves.cancel = "FAILURE", _told(refused)
    if halves.cancel_word == "SUCCESS" or mode is Mode.ALLOW_FAILURE:
        _place(exchange, new, too_many, halves)
    status = HTTPStatus.TOO_MANY_REQUESTS if too_many and mode is Mode.STOP_ON_FAILURE else None
    return halves.answer(status)


def _count(exchange: Exchange, exceeded: Exceeded) -> ApiError | None:
    """Count the new order, whether or not it will be tried (§3.3); the refusal that CANCEL_ONLY puts up with."""
    try:
        exchange.rate.order(exchange.clock.now_ms())
    except ApiError as refused:
        if exceeded is Exceeded.DO_NOTHING:
            raise
        return refused
    return None


def _place(exchange: Exchange, new: NewOrder, too_many: ApiError | None, halves: _Halves) -> None:
    try:
        if too_many is not None:
            raise too_many
        done = exchange.trading.place(new, counted=True)
        halves.placed = shapes.placed(done.order, new.answer, done.fills, done.halted)
        halves.placed_word = "SUCCESS"
    except ApiError as refused:
        halves.placed_word, halves.placed = "FAILURE", _told(refused)


def _told(refused: ApiError) -> dict[str, Any]:
    return {"code": refused.code, "msg": refused.text}


def amend(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """Lower an open order's quantity; it keeps its place in the queue. Refusals are -2038 (§4.6)."""
    name = symbol(exchange, params)
    order_id, client_id = private.either_id(params)
    params.need("newQty")
    quantity = params.amount("newQty")
    new_id = params.text("newClientOrderId", CLIENT_ID) or token_urlsafe(16)
    params.finish()
    if not quantity:
        raise ApiError(-1130, "Data sent for parameter 'newQty' is not valid.")
    try:
        order = private.cancellable(exchange, name, order_id, client_id, None)
    except ApiError as refused:
        raise amend_rejected(refused.text) from refused
    done = exchange.trading.amend(order, quantity, new_id)
    if not order.open:
        # §3.1: weighs nothing when it makes the order end, so what was charged on the way in is given back.
        exchange.rate.charge(-_AMEND_WEIGHT, params.address or HERE)
    found = next((one for one in exchange.lists() if one.list_id == order.list_id), None)
    return list_shapes.amended(order, done, None if found is None else list_shapes.listed(found, exchange.orders))


def amendments(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """All amendments of an order, oldest first."""
    name = symbol(exchange, params)
    params.need("orderId")
    order_id, since = params.integer("orderId"), params.integer("fromExecutionId")
    limit = params.limit(500, 1000)
    params.finish()
    exchange.find(name, order_id, None)
    found = [one for one in exchange.amendments(order_id or 0) if since is None or one.execution_id >= since]
    return list_shapes.amendments(found[:limit])
