"""Every recorded answer and event about orders is read to its last digit, by the functions the connector uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from connectors.model.order import ReportSource
from connectors.ports.account import AccountEvent
from connectors.venues.binance import change_reports, frames, list_reports, order_schemas, reports, schemas
from connectors.venues.binance.account import fact
from connectors.venues.binance.endpoints import ENDPOINTS
from support.fixtures import endpoint, names, pushed, spoken
from support.recorded_orders import ACCOUNT, REST
from support.recorded_streams import OUT_OF_A4, SOCKET, STREAM

ACK, LOOKUP = ReportSource.ACK, ReportSource.LOOKUP


def one(source: ReportSource) -> Callable[[bytes], Any]:
    return lambda body: reports.order(msgspec.json.decode(body, type=schemas.Order), source)


def many(source: ReportSource) -> Callable[[bytes], Any]:
    return lambda body: [reports.order(row, source) for row in msgspec.json.decode(body, type=list[schemas.Order])]


def a_list(source: ReportSource) -> Callable[[bytes], Any]:
    return lambda body: list_reports.order_list(msgspec.json.decode(body, type=order_schemas.OrderList), source)


def lists(body: bytes) -> Any:
    rows = msgspec.json.decode(body, type=list[order_schemas.OrderList])
    return [list_reports.order_list(row, LOOKUP) for row in rows]


READERS: dict[str, Callable[[bytes], Any]] = {
    "AmendOrder": lambda body: change_reports.amended(msgspec.json.decode(body, type=order_schemas.Amended)),
    "CancelAllOrders": many(ACK),
    "CancelOrder": one(ACK),
    "CancelOcoOrder": a_list(ACK),
    "GetOcoOrder": a_list(LOOKUP),
    "GetOcoOrders": lists,
    "GetOpenOcoOrders": lists,
    "GetOpenOrders": many(LOOKUP),
    "GetOrder": one(LOOKUP),
    "GetOrders": many(LOOKUP),
    "GetUserTrades": lambda body: [
        reports.own_trade(row) for row in msgspec.json.decode(body, type=list[schemas.OwnTrade])
    ],
    "PlaceOrder": one(ACK),
    "PlaceTestOrder": lambda body: change_reports.fee_rates(msgspec.json.decode(body, type=order_schemas.Tested)),
    "PlaceOcoOrder": a_list(ACK),
    "PlaceOcoOrderList": a_list(ACK),
    "PlaceOtoOrderList": a_list(ACK),
    "PlaceOtocoOrderList": a_list(ACK),
    "ReplaceOrder": lambda body: change_reports.replaced(order_schemas.halves(body, "order.replace"), "order.replace"),
    "GetAccountInfo": lambda body: reports.balances(msgspec.json.decode(body, type=schemas.AccountInfo), ACCOUNT, 5),
}


@pytest.mark.parametrize("name", sorted(REST))
def test_an_answer_about_orders_has_these_values_and_stands_where_this_room_asks(name: str) -> None:
    recorded = endpoint("Spot", "Trading", name)
    assert READERS[name](recorded.answer) == REST[name]
    assert (recorded.method, recorded.path, recorded.signed) in {(e.method, e.path, e.signed) for e in ENDPOINTS}


@pytest.mark.parametrize("name", sorted(SOCKET))
def test_the_same_answer_on_the_websocket_api_has_these_values(name: str) -> None:
    folder = "Account" if name in names("Socket", "Spot", "Account") else "Trading"
    assert READERS[name](spoken("Spot", folder, name)) == SOCKET[name]


@pytest.mark.parametrize("name", sorted(STREAM))
def test_an_event_of_the_user_stream_has_these_values(name: str) -> None:
    event = msgspec.json.decode(pushed("Spot", "Account", name), type=frames.UserFrame).event
    assert event is not None
    told: AccountEvent | None = fact(event, ACCOUNT)
    assert told == STREAM[name]


@pytest.mark.parametrize(
    ("read", "left_out", "folders"),
    [
        (REST, "rest", [("Endpoints", "Spot", "Trading")]),
        (SOCKET, "socket", [("Socket", "Spot", "Trading"), ("Socket", "Spot", "Account")]),
        (STREAM, "stream", [("Subscriptions", "Spot", "Account")]),
    ],
)
def test_every_recorded_file_is_read_or_left_out_for_a_reason(
    read: dict[str, Any], left_out: str, folders: list[tuple[str, ...]]
) -> None:
    there = {name for folder in folders for name in names(*folder)}
    reasons = OUT_OF_A4[left_out]
    assert len(there) > 5
    assert there - read.keys() - reasons.keys() == set()
    assert read.keys() & reasons.keys() == set()
    assert (read.keys() | reasons.keys()) - there == set()
    assert all(len(reason) > 10 for reason in reasons.values())
