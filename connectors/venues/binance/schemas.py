"""Binance's REST messages as they lie on the wire (facts §4). Unknown fields are skipped, optional ones default.

Words from enumerations stay text here: the venue adds values without notice, and a new one must not break a message.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

Pairs = list[tuple[str, str]]


class Wire(msgspec.Struct, gc=False, rename="camel"):
    """Base of REST messages: snake_case here, camelCase there."""


class Problem(Wire):
    """A refusal."""

    code: int
    msg: str = ""
    data: msgspec.Raw = msgspec.Raw()
    """Both outcomes of a cancel-and-replace that went wrong somewhere (facts §4.5)."""


class ServerTime(Wire):
    """``GET /time``."""

    server_time: int


class RateLimit(Wire):
    """One entry of ``rateLimits``; ``count`` only in answers of the WebSocket API."""

    rate_limit_type: str = ""
    interval: str = ""
    interval_num: int = 0
    limit: int = 0
    count: int | None = None


class Filter(Wire):
    """One filter of a symbol; which fields are set depends on its type (facts §4.3)."""

    filter_type: str
    min_price: Decimal = Decimal(0)
    max_price: Decimal = Decimal(0)
    tick_size: Decimal = Decimal(0)
    min_qty: Decimal = Decimal(0)
    max_qty: Decimal = Decimal(0)
    step_size: Decimal = Decimal(0)
    min_notional: Decimal = Decimal(0)
    max_notional: Decimal = Decimal(0)
    apply_to_market: bool = False
    apply_min_to_market: bool = False
    apply_max_to_market: bool = False
    multiplier_up: Decimal = Decimal(0)
    multiplier_down: Decimal = Decimal(0)
    bid_multiplier_up: Decimal = Decimal(0)
    bid_multiplier_down: Decimal = Decimal(0)
    ask_multiplier_up: Decimal = Decimal(0)
    ask_multiplier_down: Decimal = Decimal(0)
    max_num_orders: int = 0
    max_num_algo_orders: int = 0
    max_num_iceberg_orders: int = 0
    limit: int = 0
    max_position: Decimal = Decimal(0)
    min_trailing_above_delta: int = 0
    max_trailing_above_delta: int = 0
    min_trailing_below_delta: int = 0
    max_trailing_below_delta: int = 0
    max_num_order_amends: int = 0
    max_num_order_lists: int = 0
    avg_price_mins: int = 0


class Symbol(Wire):
    """One symbol of exchangeInfo."""

    symbol: str
    status: str
    base_asset: str
    quote_asset: str
    order_types: list[str] = []
    quote_order_qty_market_allowed: bool = False
    amend_allowed: bool = False
    cancel_replace_allowed: bool = False
    iceberg_allowed: bool = False
    allow_trailing_stop: bool = False
    oco_allowed: bool = False
    oto_allowed: bool = False
    allowed_self_trade_prevention_modes: list[str] = []
    is_spot_trading_allowed: bool = True
    filters: list[Filter] = []


class ExchangeInfo(Wire):
    """``GET /exchangeInfo``."""

    server_time: int = 0
    rate_limits: list[RateLimit] = []
    symbols: list[Symbol] = []


class DepthSnapshot(Wire):
    """``GET /depth``."""

    last_update_id: int
    bids: Pairs
    asks: Pairs


Kline = tuple[int, Decimal, Decimal, Decimal, Decimal, Decimal, int, Decimal, int, Decimal, Decimal, str]
"""Open time, open, high, low, close, volume, close time, quote volume, trades, taker base, taker quote, unused."""


class DayTicker(Wire):
    """``GET /ticker/24hr``."""

    symbol: str
    price_change: Decimal
    price_change_percent: Decimal
    last_price: Decimal
    open_price: Decimal
    high_price: Decimal
    low_price: Decimal
    volume: Decimal
    quote_volume: Decimal
    close_time: int
    bid_price: Decimal = Decimal(0)
    ask_price: Decimal = Decimal(0)


class BestQuote(Wire):
    """``GET /ticker/bookTicker``: no time, no update id."""

    symbol: str
    bid_price: Decimal
    bid_qty: Decimal
    ask_price: Decimal
    ask_qty: Decimal


class AveragePrice(Wire):
    """``GET /avgPrice``."""

    price: Decimal
    mins: int = 0
    close_time: int = 0


class PublicTrade(Wire):
    """One entry of ``GET /trades``."""

    id: int
    price: Decimal
    qty: Decimal
    time: int
    is_buyer_maker: bool


class AckFill(Wire):
    """One fill of a FULL acknowledgement."""

    price: Decimal
    qty: Decimal
    commission: Decimal
    commission_asset: str
    trade_id: int


class Order(Wire):
    """An order as placed, cancelled, queried or listed; ACK answers carry only the first fields."""

    symbol: str
    order_id: int
    client_order_id: str = ""
    orig_client_order_id: str = ""
    """On cancels the order's own id; ``client_order_id`` is the cancel's then."""
    transact_time: int = 0
    time: int = 0
    update_time: int = 0
    price: Decimal = Decimal(0)
    orig_qty: Decimal = Decimal(0)
    executed_qty: Decimal = Decimal(0)
    cummulative_quote_qty: Decimal = Decimal(0)
    orig_quote_order_qty: Decimal = Decimal(0)
    stop_price: Decimal = Decimal(0)
    status: str = "NEW"
    time_in_force: str = ""
    type: str = ""
    side: str = ""
    is_working: bool | None = None
    working_time: int | None = None
    expiry_reason: str = ""
    fills: list[AckFill] = []
    order_list_id: int = -1
    iceberg_qty: Decimal = Decimal(0)
    trailing_delta: int | None = None
    trailing_time: int | None = None
    """-1 before it follows the price."""
    self_trade_prevention_mode: str = ""
    prevented_quantity: Decimal = Decimal(0)


class OwnTrade(Wire):
    """One entry of ``GET /myTrades``."""

    symbol: str
    id: int
    order_id: int
    price: Decimal
    qty: Decimal
    quote_qty: Decimal
    commission: Decimal
    commission_asset: str
    time: int
    is_buyer: bool
    is_maker: bool


class AssetBalance(Wire):
    """One balance of ``GET /account``."""

    asset: str
    free: Decimal
    locked: Decimal


class AccountInfo(Wire):
    """``GET /account``."""

    can_trade: bool = False
    update_time: int = 0
    balances: list[AssetBalance] = []
