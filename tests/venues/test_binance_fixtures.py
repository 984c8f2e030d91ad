"""Recorded answers and frames of the venue become the right facts, digit by digit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from connectors.model.balance import Balance
from connectors.model.candle import Candle, Interval
from connectors.model.fill import Fee
from connectors.model.ids import AccountId, InstrumentId, Product
from connectors.model.instrument import InstrumentStatus
from connectors.model.order import OrderStatus, OrderType, ReportSource, SelfTradePrevention, TimeInForce
from connectors.model.order_list import ListKind
from connectors.model.side import Side
from connectors.venues.binance import frames, listing, parse, reports, schemas
from support.fixtures import endpoint, pushed

ACCOUNT = AccountId(UUID(int=1))
D = Decimal


def spot(symbol: str) -> InstrumentId:
    return InstrumentId("binance", Product.SPOT, symbol)


def answer(kind: Any, *parts: str) -> Any:
    return msgspec.json.decode(endpoint("Spot", *parts).answer, type=kind)


@pytest.mark.parametrize(
    ("parts", "method", "path", "signed"),
    [
        (("Trading", "PlaceOrder"), "POST", "/api/v3/order", True),
        (("Trading", "CancelOrder"), "DELETE", "/api/v3/order", True),
        (("Trading", "GetOrder"), "GET", "/api/v3/order", True),
        (("Trading", "CancelAllOrders"), "DELETE", "/api/v3/openOrders", True),
        (("Trading", "GetOpenOrders"), "GET", "/api/v3/openOrders", True),
        (("Trading", "GetOrders"), "GET", "/api/v3/allOrders", True),
        (("Trading", "GetUserTrades"), "GET", "/api/v3/myTrades", True),
        (("Account", "GetAccountInfo"), "GET", "/api/v3/account", True),
        (("ExchangeData", "GetKlines"), "GET", "/api/v3/klines", False),
        (("ExchangeData", "GetTicker"), "GET", "/api/v3/ticker/24hr", False),
        (("ExchangeData", "GetRecentTrades"), "GET", "/api/v3/trades", False),
        (("ExchangeData", "GetExchangeInfo"), "GET", "/api/v3/exchangeInfo", False),
        (("ExchangeData", "GetServerTime"), "GET", "/api/v3/time", False),
    ],
)
def test_the_endpoints_are_where_this_room_asks(parts: tuple[str, str], method: str, path: str, signed: bool) -> None:
    from connectors.venues.binance.endpoints import ENDPOINTS

    recorded = endpoint("Spot", *parts)
    assert (recorded.method, recorded.path, recorded.signed) == (method, path, signed)
    assert (method, path, signed) in {(e.method, e.path, e.signed) for e in ENDPOINTS}


def test_a_filled_order_keeps_every_fill_of_its_acknowledgement() -> None:
    report = reports.order(answer(schemas.Order, "Trading", "PlaceOrder"), ReportSource.ACK)
    assert report.status is OrderStatus.FILLED
    assert (report.venue_order_id, report.client_order_id) == ("28", "6gCrw2kRUAF9CvJDGP16IP")
    assert (report.filled, report.cost, report.price) == (D(10), D(10), None)
    assert [(f.trade_id, f.price, f.quantity, f.quote_quantity, f.fee, f.maker) for f in report.fills] == [
        ("56", D(4000), D(1), D(4000), Fee("USDT", D(4)), False),
        ("57", D(3999), D(5), D(19995), Fee("USDT", D("19.995")), False),
        ("58", D(3998), D(2), D(7996), Fee("USDT", D("7.996")), False),
        ("59", D(3997), D(1), D(3997), Fee("USDT", D("3.997")), False),
        ("60", D(3995), D(1), D(3995), Fee("USDT", D("3.995")), False),
    ]


def test_a_cancelled_order_is_named_by_its_own_id_not_the_cancels() -> None:
    report = reports.order(answer(schemas.Order, "Trading", "CancelOrder"), ReportSource.ACK)
    assert (report.client_order_id, report.status) == ("myOrder1", OrderStatus.CANCELED)


def test_cancel_all_lists_every_order() -> None:
    rows = answer(list[schemas.Order], "Trading", "CancelAllOrders")
    ids = [reports.order(row, ReportSource.ACK).client_order_id for row in rows]
    assert ids == ["E6APeyTJvkMvLMYMqu1KQ4", "A3EF2HCwxgZPFMrfwbgrhv"]


@pytest.mark.parametrize("name", ["GetOrder", "GetOpenOrders", "GetOrders"])
def test_a_queried_order_is_read_whole(name: str) -> None:
    rows = answer(schemas.Order | list[schemas.Order], "Trading", name)
    report = reports.order(rows[0] if isinstance(rows, list) else rows, ReportSource.LOOKUP)
    assert (report.instrument, report.venue_order_id, report.client_order_id) == (spot("LTCBTC"), "1", "myOrder1")
    assert (report.status, report.type, report.side) == (OrderStatus.OPEN, OrderType.LIMIT, Side.BUY)
    assert (report.price, report.quantity, report.filled, report.cost) == (D("0.1"), D(1), D(0), D(0))
    assert (report.trigger_price, report.quote_quantity) == (None, None)
    assert (report.time_in_force, report.time_ns) == (TimeInForce.GTC, 1499827319559_000_000)


def test_an_own_trade_is_a_fill() -> None:
    fill = reports.own_trade(answer(list[schemas.OwnTrade], "Trading", "GetUserTrades")[0])
    assert (fill.trade_id, fill.venue_order_id, fill.side, fill.maker) == ("28457", "100234", Side.BUY, False)
    assert (fill.price, fill.quantity, fill.quote_quantity) == (D("4.000001"), D(12), D("48.000012"))
    assert fill.fee == Fee("BNB", D("10.1"))


def test_balances_keep_their_digits() -> None:
    info = answer(schemas.AccountInfo, "Account", "GetAccountInfo")
    assert info.can_trade
    assert reports.balances(info, ACCOUNT, 5) == (
        Balance(ACCOUNT, "BTC", D("4723846.89208129"), D(0), 5),
        Balance(ACCOUNT, "LTC", D("4763368.68006011"), D(0), 5),
    )


def test_a_kline_is_a_candle() -> None:
    row = answer(list[schemas.Kline], "ExchangeData", "GetKlines")[0]
    assert parse.candle(row, spot("ETHBTC"), Interval.W1, 1499644799999) == Candle(
        instrument=spot("ETHBTC"),
        interval=Interval.W1,
        open_ns=1499040000000_000_000,
        close_ns=1499644799999_999_999,
        open=D("0.01634790"),
        high=D("0.8"),
        low=D("0.01575800"),
        close=D("0.01577100"),
        volume=D("148976.11427815"),
        quote_volume=D("2434.19055334"),
        trades=308,
        closed=False,
    )


def test_a_day_ticker_is_read() -> None:
    ticker = parse.ticker(answer(schemas.DayTicker, "ExchangeData", "GetTicker"))
    assert (ticker.instrument, ticker.last, ticker.bid, ticker.ask) == (
        spot("BNBBTC"),
        D("4.000002"),
        D(4),
        D("4.000002"),
    )
    assert (ticker.change, ticker.change_percent, ticker.time_ns) == (
        D("-94.999998"),
        D("-95.960"),
        1499869899040_000_000,
    )


def test_a_buyer_who_is_maker_was_hit_by_a_seller() -> None:
    trade = parse.trade(answer(list[schemas.PublicTrade], "ExchangeData", "GetRecentTrades")[0], spot("BNBBTC"))
    assert (trade.trade_id, trade.price, trade.quantity, trade.aggressor) == ("28457", D("4.000001"), D(12), Side.SELL)


def test_exchange_info_without_filters_is_an_instrument_still() -> None:
    info = answer(schemas.ExchangeInfo, "ExchangeData", "GetExchangeInfo")
    (one,) = listing.instruments(info)
    assert (one.id, one.base, one.quote, one.status) == (spot("ETHBTC"), "ETH", "BTC", InstrumentStatus.TRADING)
    assert OrderType.STOP_LOSS_LIMIT in one.order_types
    assert one.quote_sized_market
    assert (one.iceberg, one.replace, one.amend) == (True, False, False)
    assert OrderType.TRAILING not in one.order_types
    assert one.list_kinds == frozenset({ListKind.OCO})
    assert one.self_trade_prevention == frozenset({SelfTradePrevention.NONE})
    assert listing.limits(info) == ()


def frame(*parts: str) -> frames.StreamEvent:
    decoded = msgspec.json.decode(pushed("Spot", "ExchangeData", *parts), type=frames.StreamFrame)
    assert decoded.data is not None
    return decoded.data


def test_stream_frames_are_facts() -> None:
    kline, trade, ticker = frame("Klines"), frame("Trades"), frame("Ticker")
    assert isinstance(kline, frames.KlineEvent)
    assert isinstance(trade, frames.TradeEvent)
    assert isinstance(ticker, frames.TickerEvent)
    candle = parse.streamed_candle(kline, spot("BNBBTC"), Interval.M1)
    assert (candle.open, candle.high, candle.low, candle.close, candle.closed) == (
        D("0.0010"),
        D("0.0025"),
        D("0.0015"),
        D("0.0020"),
        False,
    )
    assert parse.streamed_trade(trade, spot("BNBBTC")).aggressor is Side.SELL
    day = parse.streamed_ticker(ticker, spot("BNBBTC"))
    assert (day.last, day.bid, day.ask, day.open) == (D("0.0025"), D("0.0024"), D("0.0026"), D("0.0010"))


def user_event(name: str) -> frames.UserEvent:
    decoded = msgspec.json.decode(pushed("Spot", "Account", name), type=frames.UserFrame)
    assert decoded.event is not None
    return decoded.event


def test_an_execution_report_is_an_order_report() -> None:
    event = user_event("Order")
    assert isinstance(event, frames.ExecutionReport)
    report = reports.execution(event)
    assert (report.client_order_id, report.venue_order_id) == ("mUvoqJxFIILMdfAW5iGSOW", "4293153")
    assert (report.status, report.source, report.fill) == (OrderStatus.OPEN, ReportSource.STREAM, None)
    assert (report.price, report.quantity, report.time_ns) == (D("0.1026441"), D(1), 1499405658657_000_000)


def test_account_events_are_balances_and_flows() -> None:
    position, change = user_event("AccountPosition"), user_event("Balance")
    assert isinstance(position, frames.AccountPosition)
    assert isinstance(change, frames.BalanceChange)
    assert reports.changed_balances(position, ACCOUNT) == (
        Balance(ACCOUNT, "ETH", D(10000), D(0), 1564034571105_000_000),
    )
    assert (change.a, change.d, change.T) == ("BTC", D(100), 1573200697068)
