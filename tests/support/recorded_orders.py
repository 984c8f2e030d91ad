"""What the recorded answers about orders mean, worked out by hand from the files, digit by digit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from connectors.model.change import CancelOutcome, CreateOutcome, FeeRates, ReplaceReport
from connectors.model.fill import Fee, Fill
from connectors.model.ids import (
    AccountId,
    ClientListId,
    ClientOrderId,
    InstrumentId,
    Product,
    TradeId,
    VenueListId,
    VenueOrderId,
)
from connectors.model.order import (
    OrderReport,
    OrderStatus,
    OrderType,
    ReportSource,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from connectors.model.order_list import ListedOrder, ListKind, ListStatus, OrderListReport

ACCOUNT = AccountId(UUID(int=1))
MS = 1_000_000
D = Decimal
ACK, LOOKUP = ReportSource.ACK, ReportSource.LOOKUP
OPEN, CANCELED, WAITING = OrderStatus.OPEN, OrderStatus.CANCELED, OrderStatus.PENDING_TRIGGER
LIMIT, MAKER, STOP_LIMIT = OrderType.LIMIT, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS_LIMIT


def spot(symbol: str) -> InstrumentId:
    return InstrumentId("binance", Product.SPOT, symbol)


def order(symbol: str, venue_id: str, client_id: str, time_ms: int, **rest: Any) -> OrderReport:
    """An order report: GTC, nothing filled, no self-trade prevention, acknowledged, unless said otherwise."""
    usual: dict[str, Any] = {
        "status": OPEN,
        "source": ACK,
        "filled": D(0),
        "cost": D(0),
        "type": LIMIT,
        "time_in_force": TimeInForce.GTC,
        "self_trade_prevention": SelfTradePrevention.NONE,
    }
    return OrderReport(
        instrument=spot(symbol),
        venue_order_id=VenueOrderId(venue_id),
        client_order_id=ClientOrderId(client_id),
        time_ns=time_ms * MS,
        **{**usual, **rest},
    )


def listed(
    symbol: str, list_id: str, client_id: str, time_ms: int, orders: Sequence[tuple[str, str]], **rest: Any
) -> Any:
    """A list report: an executing OCO, acknowledged, unless said otherwise."""
    usual: dict[str, Any] = {"kind": ListKind.OCO, "status": ListStatus.EXECUTING, "source": ACK}
    return OrderListReport(
        instrument=spot(symbol),
        venue_list_id=VenueListId(list_id),
        client_list_id=ClientListId(client_id),
        time_ns=time_ms * MS,
        orders=tuple(ListedOrder(VenueOrderId(number), ClientOrderId(name)) for number, name in orders),
        **{**usual, **rest},
    )


def fill(symbol: str, trade: str, venue_id: str, side: Side, numbers: Sequence[str], fee: Fee, **rest: Any) -> Fill:
    price, quantity, quote = (D(number) for number in numbers)
    return Fill(spot(symbol), TradeId(trade), VenueOrderId(venue_id), side, price, quantity, quote, fee, **rest)


def placed_fill(trade: str, *numbers: str, fee: str) -> Fill:
    """One of the five fills of the recorded market sale."""
    return fill(
        "BTCUSDT", trade, "28", Side.SELL, numbers, Fee("USDT", D(fee)), time_ns=1507725176595 * MS,
        maker=False, client_order_id=ClientOrderId("6gCrw2kRUAF9CvJDGP16IP"),
    )  # fmt: skip


def wss_fill(trade: str, *numbers: str, **rest: Any) -> Fill:
    """One of the two fills of the order recorded on the WebSocket API."""
    return fill("BTCUSDT", trade, "12569099453", Side.SELL, numbers, Fee("BNB", D(0)), **rest)


QUERIED = {"side": Side.BUY, "price": D("0.1"), "quantity": D(1), "source": LOOKUP}
FIRST = order("LTCBTC", "1", "myOrder1", 1499827319559, **QUERIED)
WSS: dict[str, Any] = {
    "side": Side.SELL, "price": D("23416.1"), "quantity": D("0.00847"), "filled": D("0.00847"), "cost": D("198.335215"),
}  # fmt: skip
TRAILED: dict[str, Any] = {**WSS, "trailing_delta": 10, "prevented": D("1.2")}
PARTLY: dict[str, Any] = {
    **WSS, "filled": D("0.0072"), "cost": D("172.43931"), "status": OrderStatus.PARTIALLY_FILLED,
}  # fmt: skip
FEES = FeeRates(
    maker=D("0.00000112"), taker=D("0.00000114"), tax_maker=D("0.00000112"), tax_taker=D("0.00000114"),
    discount=D("0.25"), discount_asset="BNB",
)  # fmt: skip


def leg(list_id: str, *facts: Any, **rest: Any) -> OrderReport:
    return order(*facts, venue_list_id=VenueListId(list_id), **rest)


OCO_NAMES = (("2", "pO9ufTiFGg3nw2fOdgeOXa"), ("3", "TXOvglzXuaubXAaENpaRCB"))
OCO_WSS = (("12569138901", "BqtFCj5odMoWtSqGk2X9tU"), ("12569138902", "jLnZpj5enfMXTuhKB1d0us"))
SOLD_TEN: dict[str, Any] = {"side": Side.SELL, "quantity": D(10), "status": CANCELED}
SOLD_WSS: dict[str, Any] = {"side": Side.SELL, "quantity": D("0.0065"), "status": CANCELED}
ONE_SOLD: dict[str, Any] = {"side": Side.SELL, "price": D(1), "quantity": D(1)}
FIVE_BOUGHT: dict[str, Any] = {"side": Side.BUY, "quantity": D(5), "status": WAITING}
UNTIMED: dict[str, Any] = {"time_in_force": None}
AMENDED = order("BTCUSDT", "12569099453", "4d96324ff9d44481926157", 1684804350068, **TRAILED)
TWO_CANCELED: dict[str, Any] = {"side": Side.BUY, "quantity": D("0.178622"), "status": CANCELED}

REST: dict[str, Any] = {
    "AmendOrder": AMENDED,
    "CancelAllOrders": [
        order("BTCUSDT", "11", "E6APeyTJvkMvLMYMqu1KQ4", 1684804350068, price=D("0.089853"), **TWO_CANCELED),
        order("BTCUSDT", "13", "A3EF2HCwxgZPFMrfwbgrhv", 1684804350069, price=D("0.09043"), **TWO_CANCELED),
    ],
    "CancelOrder": order(
        "LTCBTC", "4", "myOrder1", 1684804350068, side=Side.BUY, price=D(2), quantity=D(1), status=CANCELED
    ),
    "CancelOcoOrder": listed(
        "LTCBTC", "0", "C3wyj4WVEktd7u9aVBRXcN", 1574040868128, OCO_NAMES, status=ListStatus.DONE,
        reports=(
            leg(
                "0", "LTCBTC", *OCO_NAMES[0], 1688005070874, type=STOP_LIMIT, price=D(1), trigger_price=D(1),
                **SOLD_TEN,
            ),
            leg("0", "LTCBTC", *OCO_NAMES[1], 1688005070874, type=MAKER, price=D(3), **SOLD_TEN, **UNTIMED),
        ),
    ),
    "GetOcoOrder": listed(
        "LTCBTC", "27", "h2USkA5YQpaXHPIrkd96xE", 1565245656253,
        (("4", "qD1gy3kc3Gx0rihm9Y3xwS"), ("5", "ARzZ9I00CPM8i3NhmU9Ega")), source=LOOKUP,
    ),
    "GetOcoOrders": [
        listed(
            "LTCBTC", "29", "amEEAXryFzFwYF1FeRpUoZ", 1565245913483,
            (("4", "oD7aesZqjEGlZrbtRpy5zB"), ("5", "Jr1h6xirOxgeJOUuYQS7V3")), source=LOOKUP,
        ),
        listed(
            "LTCBTC", "28", "hG7hFNxJV6cZy3Ze4AUT4d", 1565245913407,
            (("2", "j6lFOfbmFMRjTYA7rRJ0LP"), ("3", "z0KCjOdditiLS5ekAFtK81")), source=LOOKUP,
        ),
    ],
    "GetOpenOcoOrders": [
        listed(
            "LTCBTC", "31", "wuB13fmulKj3YjdqWEcsnp", 1565246080644,
            (("4", "r3EH2N76dHfLoSZWIUw1bT"), ("5", "Cv1SnyPD3qhqpbjpYEHbd2")), source=LOOKUP,
        ),
    ],
    "GetOpenOrders": [FIRST],
    "GetOrder": FIRST,
    "GetOrders": [FIRST],
    "GetUserTrades": [
        fill(
            "BNBBTC", "28457", "100234", Side.BUY, ("4.000001", "12", "48.000012"), Fee("BNB", D("10.1")),
            time_ns=1499865549590 * MS, maker=False,
        )
    ],
    "PlaceOrder": order(
        "BTCUSDT", "28", "6gCrw2kRUAF9CvJDGP16IP", 1507725176595, side=Side.SELL, quantity=D(10), filled=D(10),
        cost=D(10), status=OrderStatus.FILLED,
        fills=(
            placed_fill("56", "4000", "1", "4000", fee="4"), placed_fill("57", "3999", "5", "19995", fee="19.995"),
            placed_fill("58", "3998", "2", "7996", fee="7.996"), placed_fill("59", "3997", "1", "3997", fee="3.997"),
            placed_fill("60", "3995", "1", "3995", fee="3.995"),
        ),
    ),
    "PlaceTestOrder": FEES,
    "PlaceOcoOrderList": listed(
        "LTCBTC", "1", "lH1YDkuQKWiXVXHPSKYEIp", 1710485608839,
        (("10", "44nZvqpemY7sVYgPYbvPih"), ("11", "NuMp0nVYnciDiFmVqfpBqK")),
        reports=(
            leg(
                "1", "LTCBTC", "10", "44nZvqpemY7sVYgPYbvPih", 1710485608839, side=Side.SELL, type=STOP_LIMIT,
                price=D(1), trigger_price=D(1), quantity=D(5), iceberg_quantity=D(1), status=WAITING,
            ),
            leg(
                "1", "LTCBTC", "11", "NuMp0nVYnciDiFmVqfpBqK", 1710485608839, side=Side.SELL, type=MAKER, price=D(3),
                quantity=D(5), **UNTIMED,
            ),
        ),
    ),
    "PlaceOtoOrderList": listed(
        "ABCDEF", "0", "yl2ERtcar1o25zcWtqVBTC", 1712289389158,
        (("4", "Bq17mn9fP6vyCn75Jw1xya"), ("5", "arLFo0zGJVDE69cvGBaU0d")), kind=ListKind.OTO,
        reports=(
            leg("0", "LTCBTC", "4", "Bq17mn9fP6vyCn75Jw1xya", 1712289389158, **ONE_SOLD),
            leg(
                "0", "LTCBTC", "5", "arLFo0zGJVDE69cvGBaU0d", 1712289389158, type=OrderType.MARKET, **FIVE_BOUGHT,
                **UNTIMED,
            ),
        ),
    ),
    "PlaceOtocoOrderList": listed(
        "ABCDEF", "1", "RumwQpBaDctlUu5jyG5rs0", 1712291372842,
        (("6", "fM9Y4m23IFJVCQmIrlUmMK"), ("7", "6pcQbFIzTXGZQ1e2MkGDq4"), ("8", "r4JMv9cwAYYUwwBZfbussx")),
        kind=ListKind.OTOCO,
        reports=(
            leg("1", "LTCBTC", "6", "fM9Y4m23IFJVCQmIrlUmMK", 1712291372842, **ONE_SOLD),
            leg(
                "1", "LTCBTC", "7", "6pcQbFIzTXGZQ1e2MkGDq4", 1712291372842, type=STOP_LIMIT, price=D(1),
                trigger_price=D(6), time_in_force=TimeInForce.IOC, **FIVE_BOUGHT,
            ),
            leg(
                "1", "LTCBTC", "8", "r4JMv9cwAYYUwwBZfbussx", 1712291372842, type=MAKER, price=D(3), **FIVE_BOUGHT,
                **UNTIMED,
            ),
        ),
    ),
    "ReplaceOrder": ReplaceReport(
        CancelOutcome.DONE,
        CreateOutcome.ACCEPTED,
        cancelled=order(
            "BTCUSDT", "9", "DnLo3vTAQcjha43lAZhZ0y", 1684804350068, side=Side.SELL, price=D("0.01"),
            quantity=D("0.0001"), status=CANCELED,
        ),
        created=order(
            "BTCUSDT", "10", "wOceeeOzNORyLiQfw7jd8S", 1652928801803, side=Side.BUY, price=D("0.02"), quantity=D("0.04")
        ),
    ),
}  # fmt: skip
"""Answers of the REST interface."""
