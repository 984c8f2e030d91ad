"""What the recorded socket answers and events about orders mean, by hand, and which files are left out and why."""

from __future__ import annotations

from typing import Any

from connectors.model.balance import Balance
from connectors.model.change import CancelOutcome, CreateOutcome, ReplaceReport
from connectors.model.ids import ClientOrderId
from connectors.model.order import OrderStatus, ReportSource, Side
from connectors.model.order_list import ListStatus
from connectors.ports.account import BalanceUpdate, ExternalFlow
from support.recorded_orders import (
    ACCOUNT,
    CANCELED,
    FEES,
    LOOKUP,
    MAKER,
    MS,
    OCO_WSS,
    PARTLY,
    SOLD_WSS,
    STOP_LIMIT,
    TRAILED,
    UNTIMED,
    WAITING,
    WSS,
    D,
    leg,
    listed,
    order,
    wss_fill,
)

SOCKET: dict[str, Any] = {
    "AmendOrder": order("BTCUSDT", "12569099453", "4d96324ff9d44481926157", 1660801715639, **TRAILED),
    "CancelAllOrders": [order("BTCUSDT", "12569099453", "4d96324ff9d44481926157", 1660801717945, **PARTLY)],
    "CancelOcoOrder": listed(
        "BTCUSDT", "1274512", "6023531d7edaad348f5aff", 1660801720215, OCO_WSS, status=ListStatus.DONE,
        reports=(
            leg(
                "1274512", "BTCUSDT", *OCO_WSS[0], 1660801720215, type=STOP_LIMIT, price=D(23410),
                trigger_price=D(23405), **SOLD_WSS,
            ),
            leg("1274512", "BTCUSDT", *OCO_WSS[1], 1660801720215, type=MAKER, price=D(23420), **SOLD_WSS, **UNTIMED),
        ),
    ),
    "CancelOrder": order(
        "BTCUSDT", "12569099453", "4d96324ff9d44481926157", 1660801717945, status=OrderStatus.FILLED, **TRAILED
    ),
    "GetOcoOrder": listed(
        "BTCUSDT", "1274512", "08985fedd9ea2cf6b28996", 1660801713793, OCO_WSS, source=LOOKUP
    ),
    "GetOpenOcoOrders": [
        listed(
            "BTCUSDT", "0", "08985fedd9ea2cf6b28996", 1660801713793,
            (("4", "CUhLgTXnX5n2c0gWiLpV4d"), ("5", "1ZqG7bBuYwaF4SU8CwnwHm")), source=LOOKUP,
        ),
    ],
    "GetOpenOrders": [
        order("BTCUSDT", "12569099453", "4d96324ff9d44481926157", 1660801717945, source=LOOKUP, **PARTLY)
    ],
    "GetOrder": order(
        "BTCUSDT", "12569099453", "4d96324ff9d44481926157", 1660801717945, source=LOOKUP,
        status=OrderStatus.FILLED, **TRAILED,
    ),
    "GetUserTrades": [
        wss_fill("1650422481", "23416.1", "0.00635", "148.692235", time_ns=1660801715793 * MS, maker=True),
        wss_fill("1650422482", "23416.5", "0.00212", "49.64298", time_ns=1660801715793 * MS, maker=True),
    ],
    "PlaceOcoOrder": listed(
        "LTCBNB", "2", "cKPMnDCbcLQILtDYM4f4fX", 1711062760648,
        (("2", "0m6I4wfxvTUrOBSMUl0OPU"), ("3", "Z2IMlR79XNY5LU0tOxrWyW")),
        reports=(
            leg(
                "2", "LTCBNB", "2", "0m6I4wfxvTUrOBSMUl0OPU", 1711062760648, side=Side.BUY, type=STOP_LIMIT,
                price=D("1.5"), trigger_price=D("1.50000001"), quantity=D(1), status=WAITING,
            ),
            leg(
                "2", "LTCBNB", "3", "Z2IMlR79XNY5LU0tOxrWyW", 1711062760648, side=Side.BUY, type=MAKER,
                price=D("1.49999999"), quantity=D(1), **UNTIMED,
            ),
        ),
    ),
    "PlaceOrder": order(
        "BTCUSDT", "12569099453", "4d96324ff9d44481926157ec08158a40", 1660801715793, status=OrderStatus.FILLED,
        fills=tuple(
            wss_fill(
                *numbers, time_ns=1660801715793 * MS, maker=False,
                client_order_id=ClientOrderId("4d96324ff9d44481926157ec08158a40"),
            )
            for numbers in (
                ("1650422481", "23416.1", "0.00635", "148.692235"), ("1650422482", "23416.5", "0.00212", "49.64298")
            )
        ),
        **{**WSS, "self_trade_prevention": None},
    ),
    "PlaceTestOrder": FEES,
    "ReplaceOrder": ReplaceReport(
        CancelOutcome.DONE,
        CreateOutcome.ACCEPTED,
        cancelled=order(
            "BTCUSDT", "125690984230", "4d96324ff9d44481926157", 1684804350068, side=Side.SELL, price=D(23450),
            quantity=D("0.00847"), filled=D("0.00001"), cost=D("0.2345"), status=CANCELED,
        ),
        created=order(
            "BTCUSDT", "12569099453", "bX5wROblo6YeDwa9iTLeyY", 1660813156959, side=Side.SELL, price=D("23416.1"),
            quantity=D("0.00847"),
        ),
    ),
    "GetAccountInfo": (
        Balance(ACCOUNT, "BTC", D("1.3447112"), D("0.086"), 5),
        Balance(ACCOUNT, "USDT", D("1021.21"), D(0), 5),
    ),
}  # fmt: skip
"""Results of the WebSocket API, which have the same shapes."""

STREAM: dict[str, Any] = {
    "Order": order(
        "ETHBTC", "4293153", "mUvoqJxFIILMdfAW5iGSOW", 1499405658657, source=ReportSource.STREAM, side=Side.BUY,
        price=D("0.1026441"), quantity=D(1),
    ),
    "OcoOrder": listed(
        "ETHBTC", "2", "F4QN4G8DlFATFlIUQ0cjdD", 1564035303625,
        (("17", "AJYsMjErWJesZvqlJCTUgL"), ("18", "bfYPSQdLoqAJeNrOr9adzq")), source=ReportSource.STREAM,
    ),
    "AccountPosition": BalanceUpdate((Balance(ACCOUNT, "ETH", D(10000), D(0), 1564034571105 * MS),)),
    "Balance": ExternalFlow("BTC", D(100), 1573200697068 * MS),
}  # fmt: skip
"""Events of the user stream."""

MARGIN = "margin, which is no product of this house"
CONVERT = "the convert service, which has no book and no order of A4"
ELSEWHERE = "a service beside the exchange (pay, C2C, leveraged tokens): not in A4"
ALGO = "the algo service of futures and TWAP: its orders are not those of A4 on spot"
PREVENTED = "matches that did not happen: what they took off an order is in the order's own report"

OUT_OF_A4: dict[str, dict[str, str]] = {
    "rest": {
        **dict.fromkeys(
            (
                "CancelAllMarginOrders", "CancelMarginOcoOrder", "CancelMarginOrder", "GetMarginOcoOrder",
                "GetMarginOcoOrders", "GetMarginOpenOcoOrders", "GetMarginOrder", "GetMarginOrders",
                "GetMarginUserTrades", "GetOpenMarginOrders", "PlaceMarginOCOOrder", "PlaceMarginOrder",
            ),
            MARGIN,
        ),
        **dict.fromkeys(
            ("ConvertAcceptQuote", "ConvertQuoteRequest", "GetConvertOrderStatus", "GetConvertTradeHistory"), CONVERT
        ),
        **dict.fromkeys(
            (
                "CancelAlgoOrder", "GetAlgoSubOrders", "GetClosedAlgoOrders", "GetOpenAlgoOrders",
                "PlaceTimeWeightedAveragePriceOrder",
            ),
            ALGO,
        ),
        **dict.fromkeys(
            (
                "GetC2CTradeHistory", "GetPayTradeHistory", "GetPayTradeHistory2", "RedeemLeveragedToken",
                "SubscribeLeveragedToken", "GetLeveragedTokensRedemptionRecords",
                "GetLeveragedTokensSubscriptionRecords",
            ),
            ELSEWHERE,
        ),
        "GetPreventedTrades": PREVENTED,
    },
    "socket": {
        "GetPreventedTrades": PREVENTED,
        "GetOrderRateLimits": "the count of orders, which every answer's headers tell without being asked",
    },
    "stream": {"Liability": MARGIN, "MarginCall": MARGIN},
}  # fmt: skip
"""Files that stand beside these and are not of A4, with the reason."""
