"""Every REST answer has the fields of the fact sheet (§4), each of its JSON type, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from peers.shape import misfits
from simulator.rig import Running, running

pytestmark = pytest.mark.peers

BTC: dict[str, Any] = {"symbol": "BTCUSDT"}
BID: dict[str, Any] = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001"}
EXCHANGE = "s=timezone i=serverTime l=rateLimits,exchangeFilters,symbols"
SYMBOL = (
    "s=symbol,status,baseAsset,quoteAsset,defaultSelfTradePreventionMode"
    " i=baseAssetPrecision,quotePrecision,quoteAssetPrecision,baseCommissionPrecision,quoteCommissionPrecision"
    " b=icebergAllowed,ocoAllowed,otoAllowed,opoAllowed,quoteOrderQtyMarketAllowed,allowTrailingStop"
    " b=cancelReplaceAllowed,amendAllowed,pegInstructionsAllowed,isSpotTradingAllowed,isMarginTradingAllowed"
    " l=orderTypes,filters,permissions,permissionSets,allowedSelfTradePreventionModes"
)
LIMIT = "s=rateLimitType,interval i=intervalNum,limit"
FILTERS = {
    "PRICE_FILTER": "n=minPrice,maxPrice,tickSize",
    "LOT_SIZE": "n=minQty,maxQty,stepSize",
    "MARKET_LOT_SIZE": "n=minQty,maxQty,stepSize",
    "NOTIONAL": "n=minNotional,maxNotional b=applyMinToMarket,applyMaxToMarket i=avgPriceMins",
    "PERCENT_PRICE_BY_SIDE": "n=bidMultiplierUp,bidMultiplierDown,askMultiplierUp,askMultiplierDown i=avgPriceMins",
    "MAX_NUM_ORDERS": "i=maxNumOrders",
    "MAX_NUM_ALGO_ORDERS": "i=maxNumAlgoOrders",
    "MAX_NUM_ICEBERG_ORDERS": "i=maxNumIcebergOrders",
    "ICEBERG_PARTS": "i=limit",
    "MAX_POSITION": "n=maxPosition",
    "TRAILING_DELTA": "i=minTrailingAboveDelta,maxTrailingAboveDelta,minTrailingBelowDelta,maxTrailingBelowDelta",
    "MAX_NUM_ORDER_AMENDS": "i=maxNumOrderAmends",
    "MAX_NUM_ORDER_LISTS": "i=maxNumOrderLists",
}
TRADE = "i=id,time n=price,qty,quoteQty b=isBuyerMaker,isBestMatch"
MINI = "s=symbol n=openPrice,highPrice,lowPrice,lastPrice,volume,quoteVolume i=openTime,closeTime,firstId,lastId,count"
CHANGE = " n=priceChange,priceChangePercent,weightedAvgPrice"
PUBLIC = {
    "time": "i=serverTime",
    "exchangeInfo": EXCHANGE,
    "depth": "i=lastUpdateId l=bids,asks",
    "trades": TRADE,
    "historicalTrades": TRADE,
    "aggTrades": "i=a,f,l,T n=p,q b=m,M",
    "avgPrice": "i=mins,closeTime n=price",
    "ticker/24hr": MINI + CHANGE + " n=prevClosePrice,lastQty,bidPrice,bidQty,askPrice,askQty",
    "ticker/24hr?type=MINI": MINI,
    "ticker?type=FULL": MINI + CHANGE,
    "ticker?type=MINI": MINI,
    "ticker/bookTicker": "s=symbol n=bidPrice,bidQty,askPrice,askQty",
    "ticker/price": "s=symbol n=price",
}
ACK = "s=symbol,clientOrderId i=orderId,orderListId,transactTime"
_PLACED = (
    " n=price,origQty,executedQty,origQuoteOrderQty,cummulativeQuoteQty"
    " s=status,timeInForce,type,side,selfTradePreventionMode"
)
RESULT = ACK + _PLACED + " i=workingTime"
FULL = RESULT + " l=fills"
FILL = "n=price,qty,commission s=commissionAsset i=tradeId"
CANCELED = ACK + _PLACED + " s=origClientOrderId"
QUERIED = RESULT.replace(",transactTime", "") + " n=stopPrice,icebergQty i=time,updateTime b=isWorking"
SOMETIMES = (
    "n=icebergQty,stopPrice,preventedQuantity i=trailingDelta,trailingTime,strategyId,strategyType,preventedMatchId"
    " s=expiryReason"
)
"""Told only when there is something to tell (§4.4, conditional fields)."""
OWN_TRADE = "s=symbol,commissionAsset i=id,orderId,orderListId,time n=price,qty,quoteQty,commission b=isBuyer,isMaker"
ACCOUNT = (
    "i=makerCommission,takerCommission,buyerCommission,sellerCommission,updateTime,uid d=commissionRates s=accountType"
    " b=canTrade,canWithdraw,canDeposit,brokered,requireSelfTradePrevention,preventSor l=balances,permissions"
)
LIST = (
    "i=orderListId,transactionTime l=orders s=contingencyType,listStatusType,listOrderStatus,listClientOrderId,symbol"
)
REPLACED = "s=cancelResult,newOrderResult d=cancelResponse,newOrderResponse"
AMENDED = (
    "s=symbol,origClientOrderId,clientOrderId,status,timeInForce,type,side,selfTradePreventionMode"
    " i=orderId,orderListId n=price,qty,executedQty,preventedQty,quoteOrderQty,cumulativeQuoteQty"
)


@pytest.fixture(scope="module")
def sim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("shapes"), "--seed", "5") as found:
        yield found


def post(sim: Running, path: str = "order", method: str = "POST", **params: Any) -> Any:
    answer = sim.signed(method, path, **BTC, **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def resting(sim: Running, **params: Any) -> Any:
    return post(sim, **BID, price=at(sim, 90), **params)


def at(sim: Running, percent: int) -> Decimal:
    """A price at a share of the best bid, on the grid."""
    bid = Decimal(sim.public("ticker/bookTicker", **BTC).json()["bidPrice"])
    return (bid * percent / 100).quantize(Decimal("0.01"))


@pytest.mark.parametrize("path", PUBLIC)
def test_public_answers_have_the_fields_of_the_sheet(sim: Running, path: str) -> None:
    name, _, query = path.partition("?")
    words = dict(word.split("=") for word in query.split("&")) if query else {}
    found = sim.public(name, **({} if name == "time" else BTC), **words).json()
    row = found[0] if isinstance(found, list) else found
    assert misfits(row, PUBLIC[path], "s=ignore") == []


def test_exchange_info_describes_limits_symbols_and_filters_as_the_sheet_does(sim: Running) -> None:
    info = sim.public("exchangeInfo").json()
    assert [wrong for limit in info["rateLimits"] for wrong in misfits(limit, LIMIT)] == []
    assert [wrong for symbol in info["symbols"] for wrong in misfits(symbol, SYMBOL)] == []
    filters = [each for symbol in info["symbols"] for each in symbol["filters"]]
    assert [wrong for each in filters for wrong in misfits(each, "s=filterType " + FILTERS[each["filterType"]])] == []
    assert {each["filterType"] for each in filters} >= {"PRICE_FILTER", "LOT_SIZE", "NOTIONAL", "MAX_NUM_ORDERS"}


@pytest.mark.parametrize("path", ["klines", "uiKlines"])
def test_candles_have_twelve_columns(sim: Running, path: str) -> None:
    kinds = dict(enumerate("innnnnininns"))
    for candle in sim.public(path, **BTC, interval="1m", limit=3).json():
        named = {str(column): value for column, value in enumerate(candle)}
        assert misfits(named, " ".join(f"{kind}={column}" for column, kind in kinds.items())) == []


def test_levels_are_pairs_of_amounts(sim: Running) -> None:
    book = sim.public("depth", **BTC, limit=5).json()
    levels = [{"price": level[0], "size": level[1], "more": len(level)} for level in book["bids"] + book["asks"]]
    assert [wrong for level in levels for wrong in misfits(level, "n=price,size i=more")] == []
    assert {level["more"] for level in levels} == {2}


@pytest.mark.parametrize(("kind", "needed"), [("ACK", ACK), ("RESULT", RESULT), ("FULL", FULL)])
def test_a_new_order_is_answered_in_three_lengths(sim: Running, kind: str, needed: str) -> None:
    made = resting(sim, newOrderRespType=kind)
    assert misfits(made, needed) == []
    assert misfits(post(sim, method="DELETE", orderId=made["orderId"]), CANCELED) == []


def test_fills_and_own_trades_and_the_account_have_the_fields_of_the_sheet(sim: Running) -> None:
    bought = post(sim, side="BUY", type="MARKET", quantity="0.05")
    assert misfits(bought, FULL) == []
    assert [wrong for fill in bought["fills"] for wrong in misfits(fill, FILL)] == []
    trades = sim.signed("GET", "myTrades", **BTC).json()
    assert [wrong for trade in trades for wrong in misfits(trade, OWN_TRADE + " b=isBestMatch")] == []
    account = sim.signed("GET", "account").json()
    assert misfits(account, ACCOUNT) == []
    assert misfits(account["commissionRates"], "n=maker,taker,buyer,seller") == []
    assert [wrong for row in account["balances"] for wrong in misfits(row, "s=asset n=free,locked")] == []


def test_orders_are_queried_with_the_fields_of_the_sheet(sim: Running) -> None:
    made = resting(sim, strategyId=3, strategyType=1_000_001)
    stop = post(
        sim, side="BUY", type="STOP_LOSS_LIMIT", timeInForce="GTC", quantity="0.001", price=at(sim, 111),
        stopPrice=at(sim, 110), newOrderRespType="RESULT",
    )  # fmt: skip
    assert misfits(stop, RESULT, SOMETIMES) == []
    asked = [sim.signed("GET", "order", **BTC, orderId=one["orderId"]).json() for one in (made, stop)]
    asked += sim.signed("GET", "openOrders", **BTC).json() + sim.signed("GET", "allOrders", **BTC).json()
    assert [wrong for order in asked for wrong in misfits(order, QUERIED, SOMETIMES)] == []
    gone = post(sim, "openOrders", "DELETE")
    assert [wrong for order in gone for wrong in misfits(order, CANCELED, SOMETIMES)] == []


def test_an_expired_order_says_why(sim: Running) -> None:
    made = post(sim, side="BUY", type="LIMIT", timeInForce="IOC", quantity="0.001", price=at(sim, 90))
    assert misfits(made, FULL + " s=expiryReason") == []
    assert made["expiryReason"] == "UNFILLED_IOC_QUANTITY_EXPIRED"
    asked = sim.signed("GET", "order", **BTC, orderId=made["orderId"]).json()
    assert misfits(asked, QUERIED + " s=expiryReason") == []


def test_replacing_and_amending_have_the_fields_of_the_sheet(sim: Running) -> None:
    made = resting(sim)
    new: dict[str, Any] = BID | {"quantity": "0.002", "price": at(sim, 89)}
    replace: dict[str, Any] = {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": made["orderId"]}
    replaced = post(sim, "order/cancelReplace", **new, **replace)
    assert misfits(replaced, REPLACED) == []
    assert misfits(replaced["cancelResponse"], CANCELED) == []
    assert misfits(replaced["newOrderResponse"], FULL) == []
    number = replaced["newOrderResponse"]["orderId"]
    amended = post(sim, "order/amend/keepPriority", "PUT", orderId=number, newQty="0.001")
    assert misfits(amended, "i=transactTime,executionId d=amendedOrder") == []
    assert misfits(amended["amendedOrder"], AMENDED, "i=workingTime") == []
    rows = sim.signed("GET", "order/amendments", **BTC, orderId=number).json()
    amendment = "s=symbol,origClientOrderId,newClientOrderId i=orderId,executionId,time n=origQty,newQty"
    assert [wrong for row in rows for wrong in misfits(row, amendment)] == []
    assert len(rows) == 1
    gone = sim.signed("POST", "order/cancelReplace", **BTC, **new, cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=1)
    assert (gone.status_code, gone.json()["code"]) == (400, -2022)
    assert misfits(gone.json()["data"], "s=cancelResult,newOrderResult d=cancelResponse", "d=newOrderResponse") == [
        "newOrderResponse is None, no d"
    ]
    post(sim, "openOrders", "DELETE")


def test_order_lists_have_the_fields_of_the_sheet(sim: Running) -> None:
    legs: dict[str, Any] = {"aboveType": "STOP_LOSS_LIMIT", "abovePrice": at(sim, 111), "aboveStopPrice": at(sim, 110)}
    legs |= {"aboveTimeInForce": "GTC", "belowType": "LIMIT_MAKER", "belowPrice": at(sim, 90)}
    pair = post(sim, "orderList/oco", side="BUY", quantity="0.001", **legs)
    assert misfits(pair, LIST + " l=orderReports") == []
    assert [wrong for row in pair["orderReports"] for wrong in misfits(row, RESULT, SOMETIMES)] == []
    assert [wrong for row in pair["orders"] for wrong in misfits(row, "s=symbol,clientOrderId i=orderId")] == []
    number = pair["orderListId"]
    asked = [sim.signed("GET", "orderList", orderListId=number).json()]
    asked += sim.signed("GET", "openOrderList").json() + sim.signed("GET", "allOrderList").json()
    assert [wrong for row in asked for wrong in misfits(row, LIST)] == []
    gone = post(sim, "orderList", "DELETE", orderListId=number)
    assert misfits(gone, LIST + " l=orderReports") == []
    assert [wrong for row in gone["orderReports"] for wrong in misfits(row, CANCELED, SOMETIMES)] == []


def test_commissions_limits_and_tests_have_the_fields_of_the_sheet(sim: Running) -> None:
    order: dict[str, Any] = BID | {"price": at(sim, 90)}
    assert post(sim, "order/test", **order) == {}
    rates = post(sim, "order/test", **order, computeCommissionRates="true")
    said = "d=standardCommissionForOrder,specialCommissionForOrder,taxCommissionForOrder,discount"
    assert misfits(rates, said) == []
    limits = sim.signed("GET", "rateLimit/order").json()
    assert [wrong for limit in limits for wrong in misfits(limit, LIMIT + " i=count")] == []
    assert sim.signed("GET", "myPreventedMatches", **BTC, orderId=1).json() == []


@pytest.mark.parametrize(
    ("path", "words"),
    [("depth", {"symbol": "NOPE"}), ("klines", BTC | {"interval": "7m"}), ("depth", {})],
    ids=["symbol", "interval", "nothing"],
)
def test_a_refusal_is_a_code_and_a_sentence(sim: Running, path: str, words: dict[str, str]) -> None:
    answer = sim.public(path, **words)
    assert answer.status_code == 400
    assert misfits(answer.json(), "i=code s=msg") == []
