"""unicorn-binance-websocket-api against the simulator: many streams on a socket, calls and account events on others."""

from __future__ import annotations

import pytest

from peers.conftest import Play
from peers.expected import Holds, each, has, names, rows
from peers.played import Outcomes

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def said(play: Play) -> Outcomes:
    return play("unicorn_spot", "unicorn")


STREAMED = rows(
    "unicorn_spot",
    ("stream trade", has(e="trade", s="BTCUSDT")),
    ("stream depth@100ms", has(e="depthUpdate", s="BTCUSDT")),
    ("stream kline_1m", has(e="kline", s="BTCUSDT")),
    ("stream bookTicker", names("u", "s", "b", "B", "a", "A")),
)


@pytest.mark.parametrize(("step", "holds"), STREAMED)
def test_streams_speak_as_the_client_expects(said: Outcomes, step: str, holds: Holds) -> None:
    found = said[step].value["data"]
    assert holds(found), found


CALLED = rows(
    "unicorn_spot",
    ("get_server_time", names("serverTime")),
    ("get_order_book", lambda book: len(book["bids"]) == len(book["asks"]) == 5),
    ("create_order", has(status="NEW", clientOrderId="unicorn-1")),
    ("get_order", has(status="NEW", clientOrderId="unicorn-1")),
    ("get_open_orders", each(has(clientOrderId="unicorn-1"))),
    ("cancel_order", has(status="CANCELED", origClientOrderId="unicorn-1")),
    ("get_account_status", names("balances", "canTrade")),
)


@pytest.mark.parametrize(("step", "holds"), CALLED)
def test_calls_are_answered_as_the_client_expects(said: Outcomes, step: str, holds: Holds) -> None:
    answer = said[step].value
    assert answer["status"] == 200, answer
    assert holds(answer["result"]), answer


def test_account_events_reach_the_client(said: Outcomes) -> None:
    assert said["user order"].value["event"]["C"] == "unicorn-1"
    assert said["user balance"].value["event"]["e"] == "outboundAccountPosition"


@pytest.mark.parametrize("step", ["user up", "api up", "the whole script"])
def test_the_client_starts_and_ends_without_trouble(said: Outcomes, step: str) -> None:
    assert said[step].kind == "", said[step].error
