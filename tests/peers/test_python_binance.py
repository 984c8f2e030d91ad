"""python-binance against the simulator: it returns what the exchange said, so each answer's own fields are judged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from peers.conftest import Play
from peers.expected import Holds, each, has, names, rows
from peers.played import Outcomes

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

BOOK = names("lastUpdateId", "bids", "asks")
BOOK_TICKER = names("symbol", "bidPrice", "bidQty", "askPrice", "askQty")
TRADE = names("id", "price", "qty", "quoteQty", "time", "isBuyerMaker", "isBestMatch")
ORDER = names("symbol", "orderId", "orderListId", "clientOrderId", "price", "origQty", "executedQty", "status", "side")
QUERIED = names("stopPrice", "icebergQty", "time", "updateTime", "isWorking", "origQuoteOrderQty", "workingTime")
LIST = names("orderListId", "contingencyType", "listStatusType", "listOrderStatus", "listClientOrderId", "orders")
OWN_TRADE = names("id", "orderId", "commission", "commissionAsset", "isBuyer", "isMaker", "quoteQty")


def _candle(found: Any) -> bool:
    _, first, high, low, last, volume, closes, quote, count, taker, taker_quote, unused = found
    inside = Decimal(low) <= min(Decimal(first), Decimal(last)) <= max(Decimal(first), Decimal(last)) <= Decimal(high)
    parts = Decimal(taker) <= Decimal(volume) and Decimal(taker_quote) <= Decimal(quote)
    return inside and parts and count >= 0 and closes % 60_000 == 59_999 and unused == "0"


@pytest.fixture(scope="module")
def said(play: Play) -> Outcomes:
    return play("python_binance_spot", "python-binance")


LOOKED = rows(
    "python_binance_spot",
    ("ping", lambda answer: answer == {}),
    ("get_server_time", names("serverTime")),
    ("get_exchange_info", names("timezone", "serverTime", "rateLimits", "exchangeFilters", "symbols")),
    ("get_symbol_info", has(symbol="BTCUSDT", status="TRADING", quoteAsset="USDT")),
    ("get_ticker", names("prevClosePrice", "lastQty", "bidQty", "firstId", "count", "closeTime")),
    ("get_symbol_ticker", has(symbol="BTCUSDT")),
    ("get_all_tickers", each(names("symbol", "price"), 2)),
    ("get_orderbook_ticker", BOOK_TICKER),
    ("get_orderbook_tickers", each(BOOK_TICKER, 2)),
    ("get_order_book", lambda book: BOOK(book) and len(book["bids"]) == len(book["asks"]) == 20),
    ("get_recent_trades", each(TRADE, 20)),
    ("get_historical_trades", each(TRADE, 20)),
    ("get_aggregate_trades", each(names("a", "p", "q", "f", "l", "T", "m", "M"))),
    ("get_klines", each(_candle, 30)),
    ("get_historical_klines", each(_candle, 120)),
    ("get_ui_klines", each(_candle, 30)),
    ("get_avg_price", names("mins", "price", "closeTime")),
    ("get_symbol_ticker_window", names("openPrice", "lastPrice", "weightedAvgPrice", "openTime", "count")),
)


@pytest.mark.parametrize(("step", "holds"), LOOKED)
def test_public_calls_answer_with_the_fields_the_client_hands_on(said: Outcomes, step: str, holds: Holds) -> None:
    found = said[step].value
    assert holds(found), found


HEARD = rows(
    "python_binance_spot",
    ("depth_socket", lambda book: BOOK(book) and len(book["bids"]) == 20),
    ("kline_socket", has(e="kline", s="BTCUSDT")),
    ("aggtrade_socket", has(e="aggTrade", s="BTCUSDT")),
    ("trade_socket", has(e="trade", s="BTCUSDT")),
    ("symbol_ticker_socket", has(e="24hrTicker", s="BTCUSDT")),
    ("symbol_miniticker_socket", has(e="24hrMiniTicker", s="BTCUSDT")),
    ("symbol_book_ticker_socket", lambda tick: "e" not in tick and tick["s"] == "BTCUSDT"),
    ("miniticker_socket", each(has(e="24hrMiniTicker"))),
    ("multiplex_socket", lambda frame: frame["stream"] in {"btcusdt@trade", "ethusdt@bookTicker"} and frame["data"]),
)


@pytest.mark.parametrize(("step", "holds"), HEARD)
def test_public_sockets_speak_as_the_client_expects(said: Outcomes, step: str, holds: Holds) -> None:
    found = said[step].value
    assert holds(found), found


def test_the_depth_cache_is_the_rest_book_of_the_same_update_id(said: Outcomes) -> None:
    found = said["depth_cache"].value
    assert (found["same"], found["levels"] > 100) == (True, True), found


TRADED = rows(
    "python_binance_spot",
    ("create_test_order", lambda answer: answer == {}),
    ("order_market_buy", lambda made: made["status"] == "FILLED" and made["fills"]),
    ("order_market_buy_quote", has(status="FILLED", origQuoteOrderQty="500.00000000")),
    ("order_market_sell", has(status="FILLED", executedQty="0.01000000")),
    ("order_limit_buy", has(status="NEW", fills=[], type="LIMIT", timeInForce="GTC")),
    ("get_order", lambda order: QUERIED(order) and order["status"] == "NEW" and order["isWorking"]),
    ("get_open_orders", each(lambda order: ORDER(order) and QUERIED(order))),
    ("cancel_replace_order", has(cancelResult="SUCCESS", newOrderResult="SUCCESS")),
    ("order_limit_buy_again", has(status="NEW")),
    ("cancel_order", lambda order: order["status"] == "CANCELED" and order["origClientOrderId"]),
    ("create_stop_loss_limit", names("orderId", "transactTime")),
    ("order_oco_sell", lambda made: LIST(made) and len(made["orderReports"]) == 2),
    ("get_open_oco_orders", each(LIST)),
    ("v3_get_order_list", has(contingencyType="OCO", listOrderStatus="EXECUTING")),
    ("v3_delete_order_list", has(contingencyType="OCO", listOrderStatus="ALL_DONE")),
    ("cancel_all_open_orders", each(has(status="CANCELED"))),
    ("get_current_order_count", each(names("rateLimitType", "interval", "intervalNum", "limit", "count"), 2)),
    ("get_all_orders", each(lambda order: ORDER(order) and QUERIED(order), 6)),
    ("get_my_trades", each(OWN_TRADE, 3)),
    ("get_account", names("makerCommission", "commissionRates", "canTrade", "updateTime", "balances", "permissions")),
    ("get_asset_balance", has(asset="BTC")),
    ("get_commission_rates", names("symbol", "standardCommission", "taxCommission", "discount")),
)


@pytest.mark.parametrize(("step", "holds"), TRADED)
def test_orders_by_rest_answer_with_the_fields_the_client_hands_on(said: Outcomes, step: str, holds: Holds) -> None:
    found = said[step].value
    assert holds(found), found


OVER_SOCKET = rows(
    "python_binance_spot",
    ("ws_ping", lambda answer: answer == {}),
    ("ws_get_time", names("serverTime")),
    ("ws_get_exchange_info", names("symbols", "rateLimits")),
    ("ws_get_order_book", BOOK),
    ("ws_get_klines", each(_candle, 10)),
    ("ws_get_orderbook_ticker", BOOK_TICKER),
    ("ws_create_test_order", lambda answer: answer == {}),
    ("ws_create_order", has(status="NEW", fills=[])),
    ("ws_get_order", lambda order: ORDER(order) and QUERIED(order)),
    ("ws_get_open_orders", each(lambda order: ORDER(order) and QUERIED(order))),
    ("ws_cancel_order", has(status="CANCELED")),
    ("ws_order_limit_buy", has(status="NEW")),
    ("ws_cancel_and_replace_order", has(cancelResult="SUCCESS", newOrderResult="SUCCESS")),
    ("ws_create_oco_order", lambda made: LIST(made) and len(made["orderReports"]) == 2),
    ("ws_get_oco_open_orders", each(LIST)),
    ("ws_cancel_oco_order", has(listOrderStatus="ALL_DONE")),
    ("ws_cancel_all_open_orders", each(has(status="CANCELED"))),
    ("ws_order_market_sell", has(status="FILLED")),
    ("ws_get_my_trades", each(OWN_TRADE, 3)),
    ("ws_get_all_orders", each(ORDER, 6)),
    ("ws_get_account", names("balances", "commissionRates", "canTrade")),
    ("ws_get_account_rate_limits_orders", each(names("rateLimitType", "limit", "count"), 2)),
)


@pytest.mark.parametrize(("step", "holds"), OVER_SOCKET)
def test_orders_over_the_socket_answer_as_by_rest(said: Outcomes, step: str, holds: Holds) -> None:
    found = said[step].value
    assert holds(found), found


@pytest.mark.parametrize(("step", "code"), [("unknown_order", "-2013"), ("unknown_cancel", "-2011")])
def test_refusals_carry_their_codes_to_the_client(said: Outcomes, step: str, code: str) -> None:
    assert said[step].kind == "BinanceAPIException"
    assert f"code={code}" in said[step].error


def test_the_user_socket_tells_the_life_of_every_order_and_the_last_balances(said: Outcomes) -> None:
    events = said["user_socket"].value
    ends = {event["i"]: event["X"] for event in events if event["e"] == "executionReport"}
    fetched = {order["orderId"]: order["status"] for order in said["get_all_orders"].value}
    assert ends == fetched
    told = [event["B"] for event in events if event["e"] == "outboundAccountPosition"]
    last = {each["a"]: (each["f"], each["l"]) for balances in told for each in balances}
    account = {each["asset"]: (each["free"], each["locked"]) for each in said["get_account"].value["balances"]}
    assert last["BTC"] == account["BTC"]
    assert last["USDT"] == account["USDT"]


def test_the_client_came_to_its_end(said: Outcomes) -> None:
    assert said["the whole script"].kind == "", said["the whole script"].error
