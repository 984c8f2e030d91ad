"""ccxt and ccxt.pro against the simulator: each call in the client's own words, and what its author expects of it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from peers.conftest import Play
from peers.expected import Holds, has, rows
from peers.played import Outcomes

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

SYMBOL = "BTC/USDT"


@pytest.fixture(scope="module")
def said(play: Play) -> Outcomes:
    return play("ccxt_spot", "ccxt")


def _ticker(found: Any) -> bool:
    inside = found["low"] <= found["last"] <= found["high"]
    return bool(found["bid"] < found["ask"] and inside and found["baseVolume"] > 0)


def _candles(found: Any) -> bool:
    times = [candle[0] for candle in found]
    span = {after - before for before, after in itertools.pairwise(times)}
    return span <= {60_000} and all(low <= min(o, c) and max(o, c) <= high for _, o, high, low, c, _ in found)


def _book(found: Any) -> bool:
    bids, asks = found["bids"], found["asks"]
    in_order = bids == sorted(bids, reverse=True) and asks == sorted(asks)
    return bool(in_order and bids[0][0] < asks[0][0] and found["nonce"] > 0)


def _trades(found: Any) -> bool:
    ids = [int(trade["id"]) for trade in found]
    sides = {trade["side"] for trade in found}
    return len(ids) > 1 and ids == sorted(set(ids)) and sides <= {"buy", "sell"}


LOOKED = rows(
    "ccxt_spot",
    ("load_markets", lambda markets: {"BTC/USDT", "ETH/USDT"} <= markets.keys()),
    ("fetch_markets", lambda markets: all(market["spot"] and market["active"] for market in markets)),
    ("fetch_time", lambda time: time > 1_700_000_000_000),
    ("fetch_ticker", _ticker),
    ("fetch_tickers", lambda tickers: set(tickers) == {"BTC/USDT", "ETH/USDT"} and all(map(_ticker, tickers.values()))),
    ("fetch_all_tickers", lambda tickers: set(tickers) >= {"BTC/USDT", "ETH/USDT"}),
    ("fetch_rolling_ticker", lambda ticker: ticker["low"] <= ticker["last"] <= ticker["high"]),
    ("fetch_bids_asks", lambda tickers: tickers[SYMBOL]["bid"] < tickers[SYMBOL]["ask"]),
    ("fetch_last_prices", lambda prices: prices[SYMBOL]["price"] > 0),
    ("fetch_ohlcv", lambda candles: len(candles) == 100 and _candles(candles)),
    ("fetch_order_book", lambda book: _book(book) and len(book["bids"]) == len(book["asks"]) == 100),
    ("fetch_trades", _trades),
    ("fetch_plain_trades", _trades),
    ("fetch_historical_trades", _trades),
)


@pytest.mark.parametrize(("step", "holds"), LOOKED)
def test_public_calls_are_answered_as_the_client_expects(said: Outcomes, step: str, holds: Holds) -> None:
    found = said[step].value
    assert holds(found), found


def test_the_market_has_the_steps_and_limits_of_exchange_info(said: Outcomes) -> None:
    market = said["load_markets"].value[SYMBOL]
    filters = {each["filterType"]: each for each in market["info"]["filters"]}
    assert market["precision"]["price"] == float(filters["PRICE_FILTER"]["tickSize"])
    assert market["precision"]["amount"] == float(filters["LOT_SIZE"]["stepSize"])
    assert market["limits"]["cost"]["min"] == float(filters["NOTIONAL"]["minNotional"])


def test_the_watched_book_is_the_rest_book_after_two_hundred_updates(said: Outcomes) -> None:
    found = said["watch_order_book"].value
    assert found["updates"] >= 200
    assert found["rising"]
    assert found["same"], found
    assert found["levels"] > 100


WATCHED = rows(
    "ccxt_spot",
    ("watch_trades", lambda trades: trades and {"buy", "sell"} >= {trade["side"] for trade in trades}),
    ("watch_ticker", has(symbol=SYMBOL)),
    ("watch_tickers", lambda tickers: set(tickers) <= {"BTC/USDT", "ETH/USDT"}),
    ("watch_bids_asks", lambda tickers: tickers[SYMBOL]["bid"] < tickers[SYMBOL]["ask"]),
    ("watch_ohlcv", _candles),
    ("watch_ohlcv_1s", _candles),
)


@pytest.mark.parametrize(("step", "holds"), WATCHED)
def test_public_streams_speak_as_the_client_expects(said: Outcomes, step: str, holds: Holds) -> None:
    found = said[step].value
    assert holds(found), found


TRADED = rows(
    "ccxt_spot",
    ("market_by_cost", lambda made: made["status"] == "closed" and 1900 < made["cost"] <= 2000),
    ("market", has(status="closed", filled=0.02, type="market", side="buy")),
    ("market_sell", has(status="closed", filled=0.005, side="sell")),
    ("ioc_fills", has(status="closed", filled=0.001, timeInForce="IOC")),
    ("ioc_expires", has(status="expired", filled=0, timeInForce="IOC")),
    ("fok_fills", has(status="closed", filled=0.001, timeInForce="FOK")),
    ("fok_expires", has(status="expired", filled=0, timeInForce="FOK")),
    ("limit_fills", has(status="closed", filled=0.001, timeInForce="GTC")),
    ("limit", has(status="open", filled=0, amount=0.001, clientOrderId="ccxt-1")),
    ("fetch_order", has(status="open", clientOrderId="ccxt-1", type="limit", side="buy")),
    ("fetch_order_by_client_id", has(status="open", clientOrderId="ccxt-1")),
    ("fetch_open_orders", lambda orders: [order["clientOrderId"] for order in orders] == ["ccxt-1"]),
    ("edit_order", has(status="open", amount=0.002)),
    ("cancel_order", has(status="canceled", filled=0)),
    ("post_only", has(status="open", postOnly=True)),
    ("iceberg", has(status="open", amount=0.01)),
    ("cancel_all_orders", lambda orders: orders and all(order["status"] == "canceled" for order in orders)),
    ("open_after_cancel_all", lambda orders: orders == []),
    ("stop_loss_limit", has(symbol=SYMBOL)),
    ("fetch_stop", lambda order: order["status"] == "open" and order["triggerPrice"] > 0),
    ("take_profit_limit", has(symbol=SYMBOL)),
    ("stop_loss", has(symbol=SYMBOL)),
    ("take_profit", has(symbol=SYMBOL)),
    ("trailing", has(symbol=SYMBOL)),
    ("open_conditionals", lambda orders: len(orders) == 5),
    ("cancel_conditionals", lambda orders: {order["status"] for order in orders} == {"canceled"}),
    ("oco", lambda made: len(made["orders"]) == 2 and made["contingencyType"] == "OCO"),
    ("open_pair", lambda orders: {order["info"]["type"] for order in orders} == {"LIMIT_MAKER", "STOP_LOSS_LIMIT"}),
    ("cancel_pair", lambda orders: len(orders) > 0),
    ("open_after_conditionals", lambda orders: orders == []),
    ("ws_fetch_ohlcv", _candles),
    ("ws_fetch_trades", _trades),
    ("ws_create_order", has(status="open", amount=0.001)),
    ("ws_fetch_order", has(status="open", amount=0.001)),
    ("ws_fetch_open_orders", lambda orders: len(orders) == 1),
    ("ws_edit_order", has(status="open", amount=0.002)),
    ("ws_cancel_order", has(status="canceled")),
    ("ws_create_again", has(status="open", amount=0.001)),
    ("ws_cancel_all_orders", lambda orders: len(orders) == 1),
    ("ws_fetch_orders", lambda orders: len(orders) > 10),
    ("ws_fetch_my_trades", _trades),
    # The client's own reading of this answer names no asset; what it was told is whole.
    ("ws_fetch_balance", lambda balance: {"asset", "free", "locked"} == set(balance["info"]["balances"][0])),
)


@pytest.mark.parametrize(("step", "holds"), TRADED)
def test_orders_live_and_end_as_the_client_expects(said: Outcomes, step: str, holds: Holds) -> None:
    found = said[step].value
    assert holds(found), found


REFUSED = rows(
    "ccxt_spot",
    ("refused_funds", "InsufficientFunds", ""),
    ("refused_post_only", "OrderImmediatelyFillable", ""),
    ("refused_stop", "OrderImmediatelyFillable", ""),
    ("refused_notional", "BadRequest", "NOTIONAL"),
    ("refused_price", "InvalidOrder", "PERCENT_PRICE_BY_SIDE"),
    ("unknown_order", "OrderNotFound", ""),
    ("unknown_cancel", "OrderNotFound", ""),
    ("unknown_symbol", "BadSymbol", ""),
    ("nothing_to_cancel", "OrderNotFound", ""),
    ("wrong_signature", "AuthenticationError", ""),
    ("old_timestamp", "InvalidNonce", ""),
)


@pytest.mark.parametrize(("step", "kind", "words"), REFUSED)
def test_refusals_are_the_errors_the_client_names_them(said: Outcomes, step: str, kind: str, words: str) -> None:
    assert (said[step].kind, words in said[step].error) == (kind, True), said[step]


def test_the_streamed_orders_end_as_the_fetched_ones(said: Outcomes) -> None:
    ends = {order["id"]: order["status"] for batch in said["watch_orders"].value for order in batch}
    fetched = {order["id"]: order["status"] for order in said["fetch_orders"].value}
    assert len(ends) > 9
    assert ends == {key: fetched[key] for key in ends}


def test_a_market_order_by_cost_ends_on_the_stream_too(said: Outcomes) -> None:
    by_cost = said["market_by_cost"].value["id"]
    seen = [order for batch in said["watch_orders"].value for order in batch if order["id"] == by_cost]
    assert (seen[-1]["status"], seen[-1]["remaining"]) == ("closed", 0)


def test_the_streamed_fills_are_the_fetched_ones(said: Outcomes) -> None:
    fields = ("id", "order", "side", "price", "amount", "cost", "fee", "takerOrMaker")
    streamed = {tuple(map(str, map(trade.get, fields))) for batch in said["watch_my_trades"].value for trade in batch}
    fetched = {tuple(map(str, map(trade.get, fields))) for trade in said["fetch_my_trades"].value}
    assert streamed == fetched
    assert len(fetched) >= 6


def test_the_fills_of_one_order_are_its_part_of_all_fills(said: Outcomes) -> None:
    of_one = said["fetch_order_trades"].value
    first = said["fetch_my_trades"].value[0]["order"]
    assert [trade["id"] for trade in of_one] == [
        trade["id"] for trade in said["fetch_my_trades"].value if trade["order"] == first
    ]


def test_balances_follow_from_the_fills_and_the_stream_ends_at_them(said: Outcomes) -> None:
    end = said["fetch_balance"].value
    base = quote = 0.0
    for fill in said["fetch_my_trades"].value:
        sign = 1 if fill["side"] == "buy" else -1
        base += sign * fill["amount"] - (fill["fee"]["cost"] if fill["fee"]["currency"] == "BTC" else 0)
        quote -= sign * fill["cost"] + (fill["fee"]["cost"] if fill["fee"]["currency"] == "USDT" else 0)
    assert end["BTC"]["total"] == pytest.approx(base, abs=1e-9)
    assert end["USDT"]["total"] == pytest.approx(100_000 + quote, abs=1e-6)
    streamed = said["watch_balance"].value[-1]
    assert (streamed["USDT"], streamed["BTC"]) == (end["USDT"], end["BTC"])


def test_a_resting_order_locks_what_it_would_pay(said: Outcomes) -> None:
    order = said["fetch_order"].value
    assert said["locked_balance"].value["USDT"]["used"] == pytest.approx(order["price"] * order["amount"], abs=1e-8)


def test_the_client_came_to_its_end(said: Outcomes) -> None:
    assert said["the whole script"].kind == "", said["the whole script"].error
