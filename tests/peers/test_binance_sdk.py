"""The exchange's own SDK against the simulator: every answer becomes its model, with no stranger and no wrong type."""

from __future__ import annotations

from typing import Any

import pytest

from peers.conftest import Play
from peers.expected import Holds, each, has, names, rows
from peers.played import Outcomes

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

TRADE = names("id", "price", "qty", "quoteQty", "time", "isBuyerMaker", "isBestMatch")
STATE = names("origQty", "executedQty", "origQuoteOrderQty", "cummulativeQuoteQty", "status", "timeInForce", "type")
QUERIED = names("clientOrderId", "stopPrice", "icebergQty", "time", "updateTime", "isWorking", "workingTime")
LIST = names("orderListId", "contingencyType", "listStatusType", "listOrderStatus", "transactionTime", "orders")
CONDITIONAL = {
    "expiryReason", "icebergQty", "preventedMatchId", "preventedQuantity", "selfTradePreventionMode", "stopPrice",
    "strategyId", "strategyType", "trailingDelta", "trailingTime", "usedSor", "workingFloor",
}  # fmt: skip
"""What an order's answer carries when there is something to say: described by the exchange, left out of its models."""
COMMISSION = names("standardCommissionForOrder", "taxCommissionForOrder", "discount")


def _became(found: dict[str, Any]) -> tuple[str, list[str], list[str]]:
    """The model, the fields that are strange to it and the SDK's warnings."""
    strange = [name for name in found["unknown"] if name.rpartition(".")[2] not in CONDITIONAL]
    return found["model"], strange, found["warned"]


@pytest.fixture(scope="module")
def said(play: Play) -> Outcomes:
    return play("binance_sdk_spot_all", "binance-sdk-spot")


REST = rows(
    "binance_sdk_spot_all",
    ("time", "TimeResponse", names("serverTime")),
    ("exchange_info", "ExchangeInfoResponse", lambda info: len(info["symbols"][0]["filters"]) >= 6),
    ("depth", "DepthResponse", lambda book: len(book["bids"]) == len(book["asks"]) == 20),
    ("get_trades", "list", each(TRADE, 20)),
    ("historical_trades", "list", each(TRADE, 20)),
    ("agg_trades", "list", each(names("a", "p", "q", "f", "l", "T", "m", "M"), 5)),
    ("agg_trades_from", "list", each(names("a"), 3)),
    ("klines", "list", each(lambda candle: len(candle) == 12, 10)),
    ("ui_klines", "list", each(lambda candle: len(candle) == 12, 10)),
    ("avg_price", "AvgPriceResponse", names("mins", "price", "closeTime")),
    ("ticker24hr", "Ticker24hrResponse", names("prevClosePrice", "lastQty", "bidPrice", "askQty", "firstId", "count")),
    ("ticker24hr_mini", "Ticker24hrResponse", lambda mini: "openPrice" in mini and "priceChange" not in mini),
    ("ticker", "TickerResponse", names("priceChange", "weightedAvgPrice", "openTime", "closeTime", "firstId", "count")),
    ("ticker_price", "TickerPriceResponse", has(symbol="BTCUSDT")),
    ("ticker_prices", "TickerPriceResponse", each(names("symbol", "price"), 2)),
    ("ticker_book_ticker", "TickerBookTickerResponse", names("bidPrice", "bidQty", "askPrice", "askQty")),
    ("order_test_rates", "OrderTestResponse", COMMISSION),
    ("market", "NewOrderResponse", lambda made: STATE(made) and made["fills"]),
    ("limit", "NewOrderResponse", lambda made: STATE(made) and made["fills"] == []),
    ("limit_ack", "NewOrderResponse", lambda made: "status" not in made and made["transactTime"] > 0),
    ("limit_result", "NewOrderResponse", has(status="NEW", strategyId=7, strategyType=1_000_001)),
    ("get_order", "GetOrderResponse", lambda order: STATE(order) and QUERIED(order)),
    ("get_open_orders", "list", each(QUERIED, 3)),
    ("amend", "OrderAmendKeepPriorityResponse", lambda made: made["amendedOrder"]["qty"] == "0.00050000"),
    ("order_amendments", "list", each(names("orderId", "executionId", "origQty", "newQty", "time"))),
    ("order_cancel_replace", "OrderCancelReplaceResponse", has(cancelResult="SUCCESS", newOrderResult="SUCCESS")),
    ("limit_again", "NewOrderResponse", has(status="NEW")),
    ("delete_order", "DeleteOrderResponse", has(status="CANCELED")),
    ("stop_loss_limit", "NewOrderResponse", has(status="NEW", workingTime=-1, type="STOP_LOSS_LIMIT")),
    ("get_stop", "GetOrderResponse", has(status="NEW", isWorking=False)),
    ("trailing", "NewOrderResponse", has(status="NEW", trailingDelta=100)),
    ("order_list_oco", "OrderListOcoResponse", lambda made: LIST(made) and len(made["orderReports"]) == 2),
    ("order_list_oto", "OrderListOtoResponse", has(contingencyType="OTO", listOrderStatus="EXECUTING")),
    ("get_order_list", "GetOrderListResponse", has(contingencyType="OCO", listStatusType="EXEC_STARTED")),
    ("open_order_list", "list", each(LIST, 2)),
    ("delete_order_list", "DeleteOrderListResponse", has(listStatusType="ALL_DONE", listOrderStatus="ALL_DONE")),
    ("all_order_list", "list", each(LIST, 2)),
    ("delete_open_orders", "list", each(names("symbol"), 2)),
    ("all_orders", "list", each(lambda order: STATE(order) and QUERIED(order), 5)),
    ("my_trades", "list", each(names("orderId", "commission", "commissionAsset", "isBuyer", "isMaker", "orderListId"))),
    ("get_account", "GetAccountResponse", names("commissionRates", "balances", "uid", "requireSelfTradePrevention")),
    ("account_commission", "AccountCommissionResponse", names("standardCommission", "taxCommission", "discount")),
    ("rate_limit_order", "list", each(names("rateLimitType", "interval", "intervalNum", "limit", "count"), 2)),
    ("my_prevented_matches", "list", lambda found: found == []),
)


@pytest.mark.parametrize(("step", "model", "holds"), REST)
def test_rest_answers_become_the_models_of_the_exchange_itself(
    said: Outcomes, step: str, model: str, holds: Holds
) -> None:
    found = said[step].value
    assert _became(found) == (model, [], [])
    assert holds(found["data"]), found["data"]


OVER_SOCKET = rows(
    "binance_sdk_spot_all",
    ("ws_time", "TimeResponse", names("serverTime")),
    ("ws_depth", "DepthResponse", names("lastUpdateId", "bids", "asks")),
    ("ws_klines", "KlinesResponse", each(lambda candle: len(candle) == 12, 10)),
    ("ws_ticker_book", "TickerBookResponse", names("bidPrice", "askQty")),
    ("ws_order_test", "OrderTestResponse", lambda answer: answer == {}),
    ("ws_order_place", "OrderPlaceResponse", lambda made: STATE(made) and made["fills"] == []),
    ("ws_order_status", "OrderStatusResponse", lambda order: STATE(order) and QUERIED(order)),
    ("ws_open_orders_status", "OpenOrdersStatusResponse", each(QUERIED)),
    ("ws_order_cancel_replace", "OrderCancelReplaceResponse", has(cancelResult="SUCCESS", newOrderResult="SUCCESS")),
    ("ws_order_cancel", "OrderCancelResponse", has(status="CANCELED")),
    ("ws_order_list_place_oco", "OrderListPlaceOcoResponse", LIST),
    ("ws_market", "OrderPlaceResponse", has(status="FILLED")),
    ("ws_open_orders_cancel_all", "OpenOrdersCancelAllResponse", each(names("symbol"))),
    ("ws_account_status", "AccountStatusResponse", names("balances", "commissionRates")),
    ("ws_my_trades", "MyTradesResponse", each(names("orderId", "commission"), 2)),
)


@pytest.mark.parametrize(("step", "model", "holds"), OVER_SOCKET)
def test_socket_answers_become_the_models_of_the_exchange_itself(
    said: Outcomes, step: str, model: str, holds: Holds
) -> None:
    found = said[step].value
    assert _became(found) == (model, [], [])
    assert holds(found["data"]), found["data"]


STREAMED = rows(
    "binance_sdk_spot_all",
    ("stream_trade", "TradeResponse", has(e="trade", s="BTCUSDT")),
    ("stream_agg_trade", "AggTradeResponse", has(e="aggTrade", s="BTCUSDT")),
    ("stream_diff_book_depth", "DiffBookDepthResponse", lambda event: event["U"] <= event["u"]),
    ("stream_partial_book_depth", "PartialBookDepthResponse", lambda book: len(book["bids"]) == len(book["asks"]) == 5),
    ("stream_book_ticker", "BookTickerResponse", names("u", "s", "b", "B", "a", "A")),
    ("stream_kline", "KlineResponse", lambda event: event["k"]["i"] == "1m" and event["k"]["B"] == "0"),
    ("stream_mini_ticker", "MiniTickerResponse", names("c", "o", "h", "l", "v", "q")),
    ("stream_all_mini_ticker", "list", each(has(e="24hrMiniTicker"))),
    ("stream_ticker", "TickerResponse", names("p", "P", "w", "x", "c", "Q", "O", "C", "F", "L", "n")),
    ("stream_avg_price", "AvgPriceResponse", names("E", "s", "i", "w", "T")),
)


@pytest.mark.parametrize(("step", "model", "holds"), STREAMED)
def test_stream_messages_become_the_models_of_the_exchange_itself(
    said: Outcomes, step: str, model: str, holds: Holds
) -> None:
    found = said[step].value
    assert _became(found) == (model, [], [])
    assert holds(found["data"]), found["data"]


@pytest.mark.parametrize("step", rows("binance_sdk_spot_all", ("ping",), ("ws_ping",), ("order_test",)))
def test_empty_answers_are_empty(said: Outcomes, step: str) -> None:
    assert (said[step].value["data"], said[step].value["warned"]) == ({}, [])


def test_user_events_become_the_models_of_the_exchange_itself(said: Outcomes) -> None:
    events = said["user_events"].value
    assert len(events) > 6
    assert {event["model"] for event in events} == {"UserDataStreamEventsResponse"}
    assert [event for event in events if event["unknown"] or event["warned"]] == []
    placed = said["ws_order_place"].value["data"]["orderId"]
    assert placed in {event["data"].get("i") for event in events}


@pytest.mark.parametrize(("step", "code"), [("unknown_order", "-2013")])
def test_refusals_reach_the_client_with_their_codes(said: Outcomes, step: str, code: str) -> None:
    assert (said[step].kind, code in said[step].error) == ("BadRequestError", True)


def test_a_half_failed_replacement_is_a_conflict_the_client_can_read(said: Outcomes) -> None:
    assert said["order_cancel_replace_half"].kind == "ClientError"
    assert "partially failed" in said["order_cancel_replace_half"].error


def test_the_client_came_to_its_end(said: Outcomes) -> None:
    assert said["the whole script"].kind == "", said["the whole script"].error
