"""Long histories are fetched in pages, with nothing twice and nothing left out (facts §4.4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from connectors.model.ids import VenueOrderId
from connectors.venues.binance.symbols import instrument_id
from support.order_desk import OrderDesk, order_desk
from support.scripted import answer

BTC = instrument_id("BTCUSDT")
MS = 1_000_000
MANY = [(number, 1_000 + number // 3) for number in range(1, 2_601)]
"""Order ids and the ms they were made in: three in each."""


def row(number: int, time_ms: int) -> dict[str, Any]:
    return {"symbol": "BTCUSDT", "orderId": number, "clientOrderId": f"c{number}", "time": time_ms, "status": "NEW"}


def venue(params: dict[str, str]) -> list[dict[str, Any]]:
    """What the documents say of the parameters: from an id on; from a time on, oldest first; else the newest."""
    limit = int(params["limit"])
    assert limit <= 1000
    if "orderId" in params:
        found = [one for one in MANY if one[0] >= int(params["orderId"])][:limit]
    elif "startTime" in params:
        found = [one for one in MANY if one[1] >= int(params["startTime"])][:limit]
    else:
        found = [one for one in MANY if one[1] <= int(params.get("endTime", "999999999"))][-limit:]
    return [row(*one) for one in found]


def serve(desk_of: list[OrderDesk]) -> Callable[[bytes], bytes]:
    return lambda _: answer(json.dumps(venue(desk_of[0].asked()[-1][2])))


@pytest.mark.parametrize(
    ("asked", "first", "last", "pages"),
    [
        ({"limit": 10}, 2_591, 2_600, 1),
        ({"limit": 2_600}, 1, 2_600, 3),
        ({"limit": 1_500}, 1_101, 2_600, 2),
        ({"limit": 5_000, "start_ns": 1_100 * MS}, 300, 2_600, 3),
        ({"limit": 1_200, "start_ns": 1_100 * MS}, 300, 1_499, 2),
        ({"limit": 5_000, "start_ns": 1_100 * MS, "end_ns": 1_199 * MS}, 300, 599, 1),
        ({"limit": 5_000, "after": VenueOrderId("2590")}, 2_591, 2_600, 1),
        ({"limit": 4, "after": VenueOrderId("7")}, 8, 11, 1),
        ({"limit": 1_100, "end_ns": 1_500 * MS}, 403, 1_502, 2),
    ],
)
async def test_orders_come_oldest_first_without_a_hole(
    asked: dict[str, Any], first: int, last: int, pages: int
) -> None:
    made: list[OrderDesk] = []
    async with order_desk(serve(made)) as desk:
        made.append(desk)
        found = await desk.trading.order_history(BTC, **asked)
        assert len(desk.asked()) == pages
    assert [int(report.venue_order_id or 0) for report in found] == list(range(first, last + 1))


async def test_lists_are_paged_by_their_own_ids() -> None:
    def lists(params: dict[str, str]) -> list[dict[str, Any]]:
        start = int(params.get("fromId", "1"))
        numbers = range(start, min(start + int(params["limit"]), 1_801))
        return [
            {"orderListId": number, "contingencyType": "OCO", "listOrderStatus": "ALL_DONE", "transactionTime": number,
             "listClientOrderId": f"l{number}", "symbol": "BTCUSDT"} for number in numbers
        ]  # fmt: skip

    made: list[OrderDesk] = []
    async with order_desk(lambda _: answer(json.dumps(lists(made[0].asked()[-1][2])))) as desk:
        made.append(desk)
        found = await desk.trading.list_history(start_ns=5 * MS, limit=3_000)
        assert [params.get("fromId") for _, _, params in desk.asked()] == [None, "1001"]
    assert [int(each.venue_list_id) for each in found] == list(range(1, 1_801))


async def test_amends_are_paged_by_their_executions() -> None:
    def rows(params: dict[str, str]) -> list[dict[str, Any]]:
        start = int(params.get("fromExecutionId", "1"))
        return [
            {"symbol": "BTCUSDT", "orderId": 7, "executionId": number, "origQty": "5", "newQty": "4", "time": number,
             "origClientOrderId": "a", "newClientOrderId": "b"}
            for number in range(start, min(start + int(params["limit"]), 1_101))
        ]  # fmt: skip

    made: list[OrderDesk] = []
    async with order_desk(lambda _: answer(json.dumps(rows(made[0].asked()[-1][2])))) as desk:
        made.append(desk)
        found = await desk.trading.amendments(BTC, VenueOrderId("7"), limit=2_000)
        assert len(desk.asked()) == 2
    assert [int(each.execution_id) for each in found] == list(range(1, 1_101))
