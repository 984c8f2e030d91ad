"""Amends, replaces and lists: sent once, named when nobody answers, and both halves of a replace told as they were."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import InvalidOrder, MarketClosed, OrderNotFound, Refused, Rejected, Throttled, Unknown
from connectors.model.change import AmendRequest, CancelOutcome, CreateOutcome, ReplaceMode, ReplaceRequest
from connectors.model.ids import ClientListId, ClientOrderId, VenueListId, VenueOrderId
from connectors.model.order import OrderRequest, OrderStatus, OrderType, Side, TimeInForce
from connectors.model.order_list import ListKind, OrderListRequest
from connectors.venues.binance.symbols import instrument_id
from support.order_desk import OrderDesk, order_desk
from support.scripted import CLOSE, HOLD, Cut, Reply, answer, page

BTC = instrument_id("BTCUSDT")
D = Decimal
OLD, NEW, LIST = ClientOrderId("old-one"), ClientOrderId("new-one"), ClientListId("the-list")
ORDER = OrderRequest(BTC, NEW, Side.SELL, OrderType.LIMIT, D("0.5"), price=D(61000), time_in_force=TimeInForce.GTC)
STOP = replace(ORDER, client_order_id=ClientOrderId("stop"), type=OrderType.STOP_LOSS, price=None, time_in_force=None,
               trigger_price=D(50000))  # fmt: skip
TARGET = replace(ORDER, client_order_id=ClientOrderId("target"), type=OrderType.LIMIT_MAKER, time_in_force=None)
AMEND = AmendRequest(BTC, OLD, VenueOrderId("7"), NEW, D("0.25"))
REPLACE = ReplaceRequest(ORDER, OLD, VenueOrderId("7"))
OCO = OrderListRequest(ListKind.OCO, LIST, take_profit=TARGET, stop_loss=STOP)
OTO = OrderListRequest(ListKind.OTO, LIST, entry=ORDER, exit=TARGET)
OTOCO = OrderListRequest(ListKind.OTOCO, LIST, entry=ORDER, take_profit=TARGET, stop_loss=STOP)

Act = Callable[[OrderDesk], Awaitable[Any]]


def refusal(status: int, code: int, text: str, *headers: str, **more: Any) -> bytes:
    return answer(json.dumps({"code": code, "msg": text, **more}), status, *headers)


ACTS: dict[str, tuple[Act, set[str], set[str], str]] = {
    "place": (lambda desk: desk.trading.place(ORDER, desk.sending), {NEW}, set(), ""),
    "amend": (lambda desk: desk.trading.amend(AMEND, desk.sending), {OLD, NEW}, {"7"}, ""),
    "replace": (lambda desk: desk.trading.replace(REPLACE, desk.sending), {OLD, NEW}, {"7"}, ""),
    "oco": (lambda desk: desk.trading.place_list(OCO, desk.sending), {"stop", "target"}, set(), LIST),
    "oto": (lambda desk: desk.trading.place_list(OTO, desk.sending), {NEW, "target"}, set(), LIST),
    "otoco": (lambda desk: desk.trading.place_list(OTOCO, desk.sending), {NEW, "stop", "target"}, set(), LIST),
    "cancel": (lambda desk: desk.trading.cancel(BTC, client_order_id=OLD), {OLD}, set(), ""),
    "cancel_list": (lambda desk: desk.trading.cancel_list(BTC, client_list_id=LIST), set(), set(), LIST),
    "cancel_all": (lambda desk: desk.trading.cancel_all(BTC), set(), set(), ""),
}
"""A call, and what has to be looked up when nobody answers it: client ids, the venue's ids, a list."""

LOST: dict[str, Reply | Cut] = {
    "closed": CLOSE,
    "held": HOLD,
    "bad gateway": page(502),
    "a page": page(200),
    "cut": Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"),
    "another shape": answer('{"symbol":5}'),
    "no number": answer(
        '{"symbol":"BTCUSDT","orderId":7,"executedQty":"NaN","transactTime":5,"orderListId":1,"contingencyType":"OCO",'
        '"listOrderStatus":"EXECUTING","listClientOrderId":"x","transactionTime":5,"orderReports":[{"symbol":"BTCUSDT",'
        '"orderId":7,"executedQty":"NaN"}],"amendedOrder":{"symbol":"BTCUSDT","orderId":7,"clientOrderId":"a",'
        '"executedQty":"NaN"},"cancelResult":"SUCCESS","newOrderResult":"NOT_ATTEMPTED","cancelResponse":{"symbol":'
        '"BTCUSDT","orderId":7,"executedQty":"NaN"}}'
    ),
    "-1006": refusal(400, -1006, "An unexpected response was received."),
    "-1007": refusal(408, -1007, "Timeout waiting for response."),
    "-1000": refusal(500, -1000, "Unknown."),
    "-1000 as a refusal": refusal(400, -1000, "An unknown error occurred while processing the request."),
}


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        (name, reply)
        for name in sorted(ACTS)
        for reply in sorted(LOST.keys() - {"held"})
        if (name, reply) != ("cancel_all", "no number")
    ],
)
async def test_a_call_that_nobody_answered_was_sent_once_and_names_what_to_look_up(name: str, reply: str) -> None:
    await assert_is_lost(name, LOST[reply])


@pytest.mark.scaled(20)
@pytest.mark.parametrize("name", ["amend", "replace", "otoco"])
async def test_a_call_that_is_never_answered_is_given_up_and_looked_up(name: str) -> None:
    await assert_is_lost(name, LOST["held"])


async def assert_is_lost(name: str, reply: Reply | Cut) -> None:
    """Make a call that gets no answer worth the name."""
    act, client_ids, venue_ids, client_list = ACTS[name]
    async with order_desk(lambda _: reply) as desk:
        with pytest.raises(Unknown) as lost:
            await act(desk)
        assert len(desk.asked()) == 1
        assert desk.sent == ([] if name.startswith("cancel") else [1])
    assert set(lost.value.client_order_ids) == client_ids
    assert set(lost.value.venue_order_ids) == venue_ids
    assert lost.value.client_list_id == client_list
    assert lost.value.venue == "binance"


@pytest.mark.parametrize("name", sorted(ACTS))
async def test_a_clear_refusal_is_told_and_nothing_is_sent_again(name: str) -> None:
    act = ACTS[name][0]
    for reply, error in (
        (refusal(400, -2010, "Account has insufficient balance for requested action."), Rejected),
        (refusal(429, -1003, "Too much request weight used.", "Retry-After: 1"), Throttled),
    ):
        async with order_desk(lambda _, reply=reply: reply) as desk:  # type: ignore[misc]
            with pytest.raises(error):
                await act(desk)
            assert len(desk.asked()) == 1


@pytest.mark.parametrize("name", ["place", "amend", "replace", "oco", "oto", "otoco"])
async def test_a_refusal_by_a_filter_says_that_the_instruments_may_be_out_of_date(name: str) -> None:
    async with order_desk(lambda _: refusal(400, -1013, "Filter failure: NOTIONAL")) as desk:
        with pytest.raises(InvalidOrder) as refused:
            await ACTS[name][0](desk)
        assert (refused.value.filter, desk.stale) == ("NOTIONAL", [1])


async def test_a_closed_market_says_that_the_instruments_may_be_out_of_date() -> None:
    async with order_desk(lambda _: refusal(400, -1013, "Market is closed.")) as desk:
        with pytest.raises(MarketClosed):
            await desk.trading.place(ORDER)
        assert desk.stale == [1]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("The requested action would change no state; rejecting", InvalidOrder),
        ("Order amend (quantity increase) is not supported.", InvalidOrder),
        ("Unknown order sent.", OrderNotFound),
    ],
)
async def test_an_amend_that_is_refused_says_why(text: str, error: type[Rejected]) -> None:
    async with order_desk(lambda _: refusal(400, -2038, text)) as desk:
        with pytest.raises(error) as refused:
            await desk.trading.amend(AMEND)
        assert refused.value.code == "-2038"


def order(client_id: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "symbol": "BTCUSDT", "orderId": 7, "clientOrderId": client_id, "transactTime": 5, "price": "61000",
        "origQty": "0.5", "executedQty": "0", "cummulativeQuoteQty": "0", "status": status, "timeInForce": "GTC",
        "type": "LIMIT", "side": "SELL", "workingTime": 5, **more,
    }  # fmt: skip


CANCELLED = order("cancel", "CANCELED", origClientOrderId=OLD)
CREATED = order(NEW, "NEW")
GONE = {"code": -2011, "msg": "Unknown order sent."}
POOR = {"code": -2010, "msg": "Account has insufficient balance for requested action."}
TIMED_OUT = {"code": -1007, "msg": "Timeout waiting for response from backend server."}
DONE, FAILED, LOST_CANCEL = CancelOutcome.DONE, CancelOutcome.FAILED, CancelOutcome.UNKNOWN
ACCEPTED, REFUSED, SKIPPED, LOST_CREATE = (
    CreateOutcome.ACCEPTED,
    CreateOutcome.REFUSED,
    CreateOutcome.NOT_ATTEMPTED,
    CreateOutcome.UNKNOWN,
)


@pytest.mark.parametrize("mode", list(ReplaceMode))
@pytest.mark.parametrize(
    ("status", "code", "halves", "outcomes", "codes"),
    [
        (200, 0, ("SUCCESS", "SUCCESS", CANCELLED, CREATED), (DONE, ACCEPTED), ("", "")),
        (409, -2021, ("SUCCESS", "FAILURE", CANCELLED, POOR), (DONE, REFUSED), ("", "-2010")),
        (409, -2021, ("SUCCESS", "FAILURE", CANCELLED, TIMED_OUT), (DONE, LOST_CREATE), ("", "-1007")),
        (409, -2021, ("FAILURE", "SUCCESS", GONE, CREATED), (FAILED, ACCEPTED), ("-2011", "")),
        (409, -2021, ("FAILURE", "SUCCESS", TIMED_OUT, CREATED), (LOST_CANCEL, ACCEPTED), ("-1007", "")),
        (400, -2022, ("FAILURE", "NOT_ATTEMPTED", GONE, None), (FAILED, SKIPPED), ("-2011", "")),
        (400, -2022, ("FAILURE", "FAILURE", GONE, POOR), (FAILED, REFUSED), ("-2011", "-2010")),
        (429, -2021, ("SUCCESS", "FAILURE", CANCELLED, POOR), (DONE, REFUSED), ("", "-2010")),
        (409, -2021, ("PERHAPS", "LATER", None, None), (LOST_CANCEL, LOST_CREATE), ("", "")),
    ],
)
async def test_both_halves_of_a_replace_are_told(
    mode: ReplaceMode,
    status: int,
    code: int,
    halves: tuple[Any, ...],
    outcomes: tuple[CancelOutcome, CreateOutcome],
    codes: tuple[str, str],
) -> None:
    names = ("cancelResult", "newOrderResult", "cancelResponse", "newOrderResponse")
    told = dict(zip(names, halves, strict=True))
    reply = answer(json.dumps(told)) if status == 200 else refusal(status, code, "One of two.", data=told)
    async with order_desk(lambda _: reply) as desk:
        report = await desk.trading.replace(replace(REPLACE, mode=mode), desk.sending)
        ((method, path, params),) = desk.asked()
    assert (method, path) == ("POST", "/api/v3/order/cancelReplace")
    assert (params["cancelReplaceMode"], params["cancelOrderId"], params["newClientOrderId"]) == (mode, "7", NEW)
    assert (report.cancel, report.create) == outcomes
    assert (report.cancel_code, report.create_code) == codes
    assert (report.cancelled is not None, report.created is not None) == (
        outcomes[0] is DONE,
        outcomes[1] is ACCEPTED,
    )
    if report.cancelled is not None:
        assert (report.cancelled.client_order_id, report.cancelled.status) == (OLD, OrderStatus.CANCELED)
    if report.created is not None:
        assert (report.created.client_order_id, report.created.status) == (NEW, OrderStatus.OPEN)
    assert bool(report.cancel_reason) == (outcomes[0] is FAILED or codes[0] != "")
    assert bool(report.create_reason) == (outcomes[1] in {REFUSED, SKIPPED} or codes[1] != "")


@pytest.mark.parametrize(
    "body",
    ['{"code":-2021,"msg":"x"}', '{"code":-2021,"msg":"x","data":{"cancelRes', '{"code":-2021,"msg":"x","data":5}'],
)
async def test_a_replace_of_which_a_half_happened_and_nobody_says_which_is_unknown(body: str) -> None:
    async with order_desk(lambda _: answer(body, 409)) as desk:
        with pytest.raises(Unknown) as lost:
            await desk.trading.replace(REPLACE)
        assert len(desk.asked()) == 1
    assert set(lost.value.client_order_ids) == {OLD, NEW}


async def test_a_clock_error_is_no_lost_answer_and_may_be_sent_once_more() -> None:
    answers = iter([refusal(400, -1021, "Timestamp for this request is outside of the recvWindow.")])
    good = answer(json.dumps({"transactTime": 5, "amendedOrder": {**order(NEW, "NEW"), "origClientOrderId": OLD}}))

    def script(request: bytes) -> bytes:
        if b"/api/v3/time" in request:
            return answer('{"serverTime":1795000000000}')
        return next(answers, good)

    async with order_desk(script) as desk:
        report = await desk.trading.amend(AMEND)
        assert [path for _, path, _ in desk.asked()] == ["/api/v3/order/amend/keepPriority"] * 2
    assert (report.client_order_id, report.replaced_client_order_id) == (NEW, OLD)


LISTED = {
    "orderListId": 3, "contingencyType": "OCO", "listOrderStatus": "ALL_DONE", "listClientOrderId": LIST,
    "transactionTime": 5, "symbol": "BTCUSDT", "orders": [{"symbol": "BTCUSDT", "orderId": 8, "clientOrderId": "stop"}],
    "orderReports": [
        order("cancel", "CANCELED", origClientOrderId="stop", orderId=8, orderListId=3),
        order("cancel", "CANCELED", origClientOrderId="target", orderId=9, orderListId=3),
    ],
}  # fmt: skip


async def test_cancelling_one_order_of_a_list_tells_of_that_order() -> None:
    async with order_desk(lambda _: answer(json.dumps(LISTED))) as desk:
        by_client = await desk.trading.cancel(BTC, client_order_id=ClientOrderId("target"))
        by_venue = await desk.trading.cancel(BTC, venue_order_id=VenueOrderId("9"))
    assert by_client == by_venue
    assert (by_client.client_order_id, by_client.venue_order_id, by_client.venue_list_id) == ("target", "9", "3")


async def test_cancelling_everything_tells_of_the_orders_of_lists_too() -> None:
    async with order_desk(lambda _: answer(json.dumps([CANCELLED, LISTED]))) as desk:
        gone = await desk.trading.cancel_all(BTC)
    assert [report.client_order_id for report in gone] == [OLD, "stop", "target"]


async def test_nothing_that_is_not_named_is_asked_for() -> None:
    async with order_desk(lambda _: answer("{}")) as desk:
        for call in (
            desk.trading.cancel(BTC),
            desk.trading.order(BTC),
            desk.trading.order_list(),
            desk.trading.cancel_list(BTC),
            desk.trading.replace(ReplaceRequest(ORDER)),
        ):
            with pytest.raises(Refused, match="named"):
                await call
        assert desk.asked() == []
        with pytest.raises(Unknown):
            await desk.trading.cancel_list(BTC, venue_list_id=VenueListId("3"))
