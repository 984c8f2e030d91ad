"""Every recorded answer and frame of market data and of the account: read to the right values, or out for a reason.

The tables below name what falls under REQUIREMENTS A4 and F1 with its values, and what does not with the reason. The
folders are walked, so that a recording nobody decided about fails by its name. Orders stand in the file beside this.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from connectors.model.balance import Balance
from connectors.model.book import BookLevel, BookState, BookTop
from connectors.model.candle import Candle, Interval
from connectors.model.ids import AccountId, InstrumentId, Product, TradeId
from connectors.model.instrument import Economic, Filters, Instrument
from connectors.model.order import OrderType, SelfTradePrevention, TimeInForce
from connectors.model.order_list import ListKind
from connectors.model.rights import KeyRights
from connectors.model.side import Side
from connectors.model.ticker import Ticker
from connectors.model.trade import Trade
from connectors.ports.clock import Clock
from connectors.venues.binance import frames, listing, parse, reports, schemas
from connectors.venues.binance.endpoints import ENDPOINTS
from connectors.venues.binance.feed import Feed
from connectors.venues.binance.rights import Restrictions, rights
from connectors.wire.origins import Origin
from connectors.wire.tls import client_context
from support.clock import FakeClock
from support.fixtures import endpoint, pushed
from support.shared import shared_path

D = Decimal
MS = 1_000_000
ACCOUNT = AccountId(UUID(int=1))
ROOT = ("fixtures", "jkorf", "Binance.Net", "Binance.Net.UnitTests")


def spot(symbol: str) -> InstrumentId:
    return InstrumentId("binance", Product.SPOT, symbol)


def read(kind: Any, fact: Callable[[Any], Any]) -> Callable[[bytes], Any]:
    """A reader of an answer: decoded as ``kind``, made a fact of."""
    return lambda body: fact(msgspec.json.decode(body, type=kind))


TRADE = Trade(spot("BNBBTC"), TradeId("28457"), D("4.000001"), D(12), Side.SELL, 1499865549590 * MS)
WEEK = Candle(
    instrument=spot("ETHBTC"), interval=Interval.W1, open_ns=1499040000000 * MS, close_ns=1499644800000 * MS - 1,
    open=D("0.0163479"), high=D("0.8"), low=D("0.015758"), close=D("0.015771"), volume=D("148976.11427815"),
    quote_volume=D("2434.19055334"), trades=308, closed=True,
)  # fmt: skip
EVERY_TYPE = frozenset(OrderType) - {OrderType.TRAILING, OrderType.UNKNOWN}
ETHBTC = Instrument(
    id=spot("ETHBTC"), economic=Economic("ETH", "BTC", "BTC"),
    filters=Filters(D(0), D(0), min_notional_applies_to_market=False), order_types=EVERY_TYPE,
    times_in_force=frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK}), quote_sized_market=True,
    iceberg=True, list_kinds=frozenset({ListKind.OCO}), price_decimals=8, size_decimals=8,
    self_trade_prevention=frozenset({SelfTradePrevention.NONE}),
)  # fmt: skip
DAY = Ticker(
    instrument=spot("BNBBTC"), last=D("4.000002"), open=D(99), high=D(100), low=D("0.1"), volume=D("8913.3"),
    quote_volume=D("15.3"), change=D("-94.999998"), change_percent=D("-95.960"), bid=D(4), ask=D("4.000002"),
    time_ns=1499869899040 * MS,
)  # fmt: skip
TOUCH = BookTop(spot("LTCBTC"), 0, BookLevel(D(4), D(431)), BookLevel(D("4.000002"), D(9)), BookState.LIVE)

ANSWERS: dict[str, tuple[Callable[[bytes], Any], Any]] = {
    "ExchangeData/GetAvgPrice": (read(schemas.AveragePrice, lambda one: (one.price, one.mins)), (D("9.35751834"), 5)),
    "ExchangeData/GetBookPrice": (read(schemas.BestQuote, parse.touch), TOUCH),
    "ExchangeData/GetExchangeInfo": (read(schemas.ExchangeInfo, listing.instruments), (ETHBTC,)),
    "ExchangeData/GetKlines": (
        read(list[schemas.Kline], lambda rows: parse.candle(rows[0], spot("ETHBTC"), Interval.W1, 1499644800000)),
        WEEK,
    ),
    "ExchangeData/GetRecentTrades": (
        read(list[schemas.PublicTrade], lambda rows: [parse.trade(row, spot("BNBBTC")) for row in rows]),
        [TRADE],
    ),
    "ExchangeData/GetServerTime": (read(schemas.ServerTime, lambda one: one.server_time), 1499827319559),
    "ExchangeData/GetTicker": (read(schemas.DayTicker, parse.ticker), DAY),
    "ExchangeData/GetTradeHistory": (
        read(list[schemas.PublicTrade], lambda rows: [parse.trade(row, spot("BNBBTC")) for row in rows]),
        [TRADE],
    ),
    "Account/GetAPIKeyPermissions": (
        read(Restrictions, lambda one: rights(one, 7)),
        KeyRights(
            trade=False, withdraw=False, transfer=False, ip_restricted=False,
            source="/sapi/v1/account/apiRestrictions", time_ns=7,
        ),
    ),
    "Account/GetAccountInfo": (
        read(schemas.AccountInfo, lambda one: (one.can_trade, reports.balances(one, ACCOUNT, 5))),
        (
            True,
            (
                Balance(ACCOUNT, "BTC", D("4723846.89208129"), D(0), 5),
                Balance(ACCOUNT, "LTC", D("4763368.68006011"), D(0), 5),
            ),
        ),
    ),
}  # fmt: skip

MARGIN = "margin, loans and isolated accounts: this release trades spot"
FUNDS = "deposits, withdrawals, transfers and dust: no connector moves funds, and their history is not A4"
WALLET = "other wallets, snapshots and rewards: A4 asks for the spot account's balances alone"
STANDING = (
    "the account's VIP level, status and settings: A4 asks for permissions, which the key's rights and canTrade tell"
)
OTHER_PRODUCT = "leveraged tokens, mining, convert and BUSD: other products"
SAME = "says nothing that a call of the table does not say"

OUT: dict[str, str] = {
    "ExchangeData/GetAggregatedTradeHistory": "the trades themselves are read, newest and older",
    "ExchangeData/GetPrice": SAME,
    "ExchangeData/GetRollingWindowTicker": "statistics of other spans than 24 h are not A4",
    "ExchangeData/GetTradingDayTicker": "statistics of other spans than 24 h are not A4",
    "ExchangeData/GetUiKlines": "candles altered for display are not the market's",
    "ExchangeData/GetReferencePrice": "new in 2026; average_price is what orders are held against where there is none",
    "ExchangeData/GetReferencePriceCalculation": "new in 2026, about the reference price",
    "ExchangeData/GetExecutionRules": "new in 2026: the venue lets the rest of a taker expire and says why",
    "ExchangeData/GetSystemStatus": "maintenance is told by each symbol's status and by answers",
    "ExchangeData/GetDelistSchedule": "a delisting is told by the symbol's status when it comes",
    "ExchangeData/GetAssetDetails": FUNDS,
    "ExchangeData/GetConvertListAllPairs": OTHER_PRODUCT,
    "ExchangeData/GetConvertQuantityPrecisionPerAsset": OTHER_PRODUCT,
    "ExchangeData/GetLeveragedTokenInfo": OTHER_PRODUCT,
    **dict.fromkeys(
        (
            "ExchangeData/GetCrossMarginCollateralRatio", "ExchangeData/GetFutureHourlyInterestRate",
            "ExchangeData/GetIsolatedMarginSymbols", "ExchangeData/GetIsolatedMarginTierData",
            "ExchangeData/GetMarginAssets", "ExchangeData/GetMarginDelistSchedule",
            "ExchangeData/GetMarginPriceIndex", "ExchangeData/GetMarginSymbols",
            "Account/CrossMarginAdjustMaxLeverage", "Account/CrossMarginSmallLiabilityExchange",
            "Account/DisableIsolatedMarginAccount", "Account/EnableIsolatedMarginAccount",
            "Account/GetCrossMarginSmallLiabilityExchangeAssets", "Account/GetCrossMarginSmallLiabilityExchangeHistory",
            "Account/GetDailyMarginAccountSnapshot", "Account/GetEnabledIsolatedMarginAccountLimit",
            "Account/GetInterestMarginData", "Account/GetIsolatedMarginAccount", "Account/GetIsolatedMarginFeeData",
            "Account/GetMarginAccountInfo", "Account/GetMarginCapitalFlowData",
            "Account/GetMarginForcedLiquidationHistory", "Account/GetMarginInterestHistory",
            "Account/GetMarginInterestRateHistory", "Account/GetMarginLevelInformation", "Account/GetMarginLoans",
            "Account/GetMarginMaxBorrowAmount", "Account/GetMarginMaxTransferAmount",
            "Account/GetMarginOrderRateLimitStatus", "Account/GetMarginRepays", "Account/GetMarginTransferHistory",
            "Account/GetPortfolioMarginAccountInfo", "Account/GetPortfolioMarginBankruptcyLoan",
            "Account/GetPortfolioMarginCollateralRate", "Account/MarginBorrow", "Account/MarginRepay",
            "Account/PortfolioMarginBankruptcyLoanRepay",
        ),
        MARGIN,
    ),
    **dict.fromkeys(
        (
            "Account/DustTransfer", "Account/GetAssetsForDustTransfer", "Account/GetDepositAddress",
            "Account/GetDepositAddressesList", "Account/GetDepositHistory", "Account/GetDustLog",
            "Account/GetFiatDepositWithdrawHistory", "Account/GetFiatPaymentHistory", "Account/GetTransfers",
            "Account/GetTravelRuleWithdrawalHistory", "Account/GetWithdrawalAddresses",
            "Account/GetWithdrawalHistory", "Account/Transfer", "Account/Withdraw",
        ),
        FUNDS,
    ),
    **dict.fromkeys(
        (
            "Account/GetAssetDividendRecords", "Account/GetBalances", "Account/GetDailyFutureAccountSnapshot",
            "Account/GetDailySpotAccountSnapshot", "Account/GetFundingWallet", "Account/GetRebateHistory",
            "Account/GetUserAssets", "Account/GetWalletBalances",
        ),
        WALLET,
    ),
    **dict.fromkeys(
        (
            "Account/GetAccountStatus", "Account/GetAccountVipLevelAndStatus", "Account/GetBnbBurnStatus",
            "Account/GetTradingStatus", "Account/SetBnbBurnStatus",
        ),
        STANDING,
    ),
    **dict.fromkeys(
        (
            "Account/ConvertBusd", "Account/GetAutoConvertStableCoinConfig", "Account/GetBusdConvertHistory",
            "Account/GetCloudMiningHistory", "Account/GetLeveragedTokensUserLimit",
            "Account/SetAutoConvertStableCoinConfig",
        ),
        OTHER_PRODUCT,
    ),
    "Account/GetCommissionRates": "what an order costs is told by its fills; a forecast is not A4",
    "Account/GetTradeFee": "what an order costs is told by its fills; a forecast is not A4",
    "Account/GetOrderRateLimitStatus": "the headers of each answer tell the same count without costing 40",
}  # fmt: skip

STREAMED: dict[str, Any] = {
    "BookTicker": BookTop(
        spot("BTCUSDT"), 400900217, BookLevel(D("25.3519"), D("31.21")), BookLevel(D("25.3652"), D("40.66")),
        BookState.LIVE,
    ),
    "Klines": Candle(
        instrument=spot("BTCUSDT"), interval=Interval.H8, open_ns=123400000 * MS, close_ns=123460001 * MS - 1,
        open=D("0.0010"), high=D("0.0025"), low=D("0.0015"), close=D("0.0020"), volume=D(1000), quote_volume=D(1),
        trades=100, closed=False,
    ),
    "Ticker": Ticker(
        instrument=spot("BTCUSDT"), last=D("0.0025"), open=D("0.0010"), high=D("0.0025"), low=D("0.0010"),
        volume=D(10000), quote_volume=D(18), change=D("0.0015"), change_percent=D(250), bid=D("0.0024"),
        ask=D("0.0026"), time_ns=1672515782136 * MS,
    ),
    "Trades": Trade(spot("BTCUSDT"), TradeId("12345"), D("0.001"), D(100), Side.SELL, 1672515782136 * MS),
}  # fmt: skip

NOT_FOLLOWED = {
    "AggregatedTrades": "the trades themselves are followed",
    "MiniTicker": "the ticker says the same and the touch",
    "PartialBook": "the full book is followed, and its best levels are shown",
    "RollingWindowTicker": "statistics of other spans than 24 h are not A4",
    "Concurrent": "two subscriptions at once, with candles that lack their prices: no event of the venue's",
}


def names(*parts: str) -> set[str]:
    """The recordings of a folder, without their ending."""
    return {path.stem for path in shared_path(*ROOT, *parts).glob("*.txt")}


def test_every_recorded_answer_is_read_or_out_for_a_reason() -> None:
    recorded = {
        f"{folder}/{name}" for folder in ("ExchangeData", "Account") for name in names("Endpoints", "Spot", folder)
    }
    assert len(recorded) >= 90
    assert recorded == ANSWERS.keys() | OUT.keys()
    assert not ANSWERS.keys() & OUT.keys()
    assert all(OUT.values())


def test_every_recorded_stream_is_followed_or_not_for_a_reason() -> None:
    assert names("Subscriptions", "Spot", "ExchangeData") == STREAMED.keys() | NOT_FOLLOWED.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_recorded_answer_is_read_to_its_values(name: str) -> None:
    reader, expected = ANSWERS[name]
    recorded = endpoint("Spot", *name.split("/"))
    assert reader(recorded.answer) == expected
    assert (recorded.method, recorded.path, recorded.signed) in {(e.method, e.path, e.signed) for e in ENDPOINTS}


def test_what_is_out_is_not_in_the_table_of_calls() -> None:
    called = {call.path for call in ENDPOINTS}
    for name in OUT:
        path = shared_path(*ROOT, "Endpoints", "Spot", f"{name}.txt").read_text(encoding="utf-8-sig").split()[1]
        assert path not in called, name


def fact(event: frames.MarketEvent) -> Any:
    """The fact an event becomes for whoever follows BTCUSDT, as the recording's subscription does."""
    match event:
        case frames.QuoteEvent():
            return parse.streamed_touch(event, spot("BTCUSDT"))
        case frames.KlineEvent():
            return parse.streamed_candle(event, spot("BTCUSDT"), Interval.H8)
        case frames.TickerEvent():
            return parse.streamed_ticker(event, spot("BTCUSDT"))
        case frames.TradeEvent():
            return parse.streamed_trade(event, spot("BTCUSDT"))
        case _:
            raise AssertionError(event)


@pytest.mark.parametrize("name", STREAMED)
def test_a_recorded_frame_reaches_its_follower_with_its_values(name: str, clock: Clock, rng: Any) -> None:
    body = pushed("Spot", "ExchangeData", name)
    feed = Feed(Origin("ws", "127.0.0.1", 1, "/stream"), FakeClock(), rng, client_context(), lambda _: None)
    feed.started = True
    heard: list[Any] = []
    feed.follow(json.loads(body)["stream"], lambda event, _ns: heard.append(fact(event)))
    feed.frame(body, 1)
    assert heard == [STREAMED[name]]
    assert feed.malformed == 0
