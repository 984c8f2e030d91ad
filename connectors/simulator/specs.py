"""The listed symbols: their steps, filters and how they are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from connectors.matching.terms import Grid, Prevention

_E8 = 100_000_000
STP_DEFAULT = Prevention.EXPIRE_MAKER
MIN_NOTIONAL = Decimal(5)
MAX_NOTIONAL = Decimal(9_000_000)
MULTIPLIER_UP = Decimal(5)
MULTIPLIER_DOWN = Decimal("0.2")
MAX_ORDERS = 200
MAX_ALGO_ORDERS = 5
MAX_LISTS = 20
MAX_AMENDS = 10
ICEBERG_PARTS = 100
MIN_TRAILING_DELTA = 10
MAX_TRAILING_DELTA = 2000
"""Basis points."""
MAX_QUANTITY = Decimal(9000)
MAX_PRICE = Decimal(1_000_000)


def text(value: int) -> str:
    """An amount in units of 1e-8 as the exchange writes amounts: always eight decimals (§4.1)."""
    return f"{value // _E8}.{value % _E8:08d}"


def amount(value: Decimal) -> str:
    """A Decimal as the exchange writes amounts."""
    return f"{value:.8f}"


@dataclass(frozen=True)
class SymbolSpec:
    """One symbol.

    Attributes:
        base: The asset traded.
        tick: PRICE_FILTER's step.
        lot: What a lot of matching is worth in base: `step`, or finer where a recording's sizes are.
        price: Where its first session starts.
        quote: The asset it is paid in.
        own_step: LOT_SIZE's step where it is not ``lot``.
    """

    base: str
    tick: Decimal
    lot: Decimal
    price: Decimal
    quote: str = "USDT"
    own_step: Decimal | None = None

    @property
    def step(self) -> Decimal:
        """LOT_SIZE's step: what an order's quantity must be a multiple of."""
        return self.lot if self.own_step is None else self.own_step

    def fine(self) -> SymbolSpec:
        """The same symbol counted in lots of 1e-8: recorded sizes are not all multiples of the step."""
        return replace(self, lot=Decimal(1).scaleb(-8), own_step=self.step)

    @property
    def symbol(self) -> str:
        """Base and quote together, upper case."""
        return self.base + self.quote

    @cached_property
    def grid(self) -> Grid:
        """Its steps."""
        return Grid(self.tick, self.lot)

    @cached_property
    def _tick8(self) -> int:
        return int(self.tick * _E8)

    @cached_property
    def _lot8(self) -> int:
        return int(self.lot * _E8)

    @cached_property
    def _unit16(self) -> int:
        return int(self.tick * self.lot * _E8 * _E8)

    def price_text(self, ticks: int) -> str:
        """Ticks as a price."""
        return text(ticks * self._tick8)

    def lots_text(self, lots: int) -> str:
        """Lots as a base quantity."""
        return text(lots * self._lot8)

    def units_text(self, units: int) -> str:
        """Tick-lots as a quote amount, cut off after eight decimals (only recorded odd sizes have more)."""
        return text(units * self._unit16 // _E8)

    def level(self, level: tuple[int, int]) -> tuple[str, str]:
        """(price, quantity) of a book level."""
        return self.price_text(level[0]), self.lots_text(level[1])

    @cached_property
    def max_quantity(self) -> Decimal:
        """Largest order in base: 9,000 BTC's worth, as a round number of lots."""
        return (MAX_QUANTITY * Decimal(61_800) / self.price).quantize(Decimal(1))

    @cached_property
    def max_market_quantity(self) -> Decimal:
        """Largest market order in base."""
        return (self.max_quantity / 100).quantize(Decimal(1))

    def filters(self) -> list[dict[str, Any]]:
        """§4.3, as exchangeInfo publishes them and `rules` enforces them."""
        return [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": amount(self.tick),
                "maxPrice": amount(MAX_PRICE),
                "tickSize": amount(self.tick),
            },
            {
                "filterType": "LOT_SIZE",
                "minQty": amount(self.step),
                "maxQty": amount(self.max_quantity),
                "stepSize": amount(self.step),
            },
            {
                "filterType": "MARKET_LOT_SIZE",
                "minQty": amount(Decimal(0)),
                "maxQty": amount(self.max_market_quantity),
                "stepSize": amount(Decimal(0)),
            },
            {
                "filterType": "PERCENT_PRICE_BY_SIDE",
                "bidMultiplierUp": f"{MULTIPLIER_UP}",
                "bidMultiplierDown": f"{MULTIPLIER_DOWN}",
                "askMultiplierUp": f"{MULTIPLIER_UP}",
                "askMultiplierDown": f"{MULTIPLIER_DOWN}",
                "avgPriceMins": 0,
            },
            {
                "filterType": "NOTIONAL",
                "minNotional": amount(MIN_NOTIONAL),
                "applyMinToMarket": True,
                "maxNotional": amount(MAX_NOTIONAL),
                "applyMaxToMarket": False,
                "avgPriceMins": 0,
            },
            {"filterType": "ICEBERG_PARTS", "limit": ICEBERG_PARTS},
            {
                "filterType": "TRAILING_DELTA",
                "minTrailingAboveDelta": MIN_TRAILING_DELTA,
                "maxTrailingAboveDelta": MAX_TRAILING_DELTA,
                "minTrailingBelowDelta": MIN_TRAILING_DELTA,
                "maxTrailingBelowDelta": MAX_TRAILING_DELTA,
            },
            {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": MAX_ORDERS},
            {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": MAX_ALGO_ORDERS},
            {"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": MAX_LISTS},
            {"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": MAX_AMENDS},
        ]

    def describe(self) -> dict[str, Any]:
        """Its entry in exchangeInfo (§4.2)."""
        return {
            "symbol": self.symbol,
            "status": "TRADING",
            "baseAsset": self.base,
            "baseAssetPrecision": 8,
            "quoteAsset": self.quote,
            "quotePrecision": 8,
            "quoteAssetPrecision": 8,
            "baseCommissionPrecision": 8,
            "quoteCommissionPrecision": 8,
            "orderTypes": [
                "LIMIT",
                "LIMIT_MAKER",
                "MARKET",
                "STOP_LOSS",
                "STOP_LOSS_LIMIT",
                "TAKE_PROFIT",
                "TAKE_PROFIT_LIMIT",
            ],
            "icebergAllowed": True,
            "ocoAllowed": True,
            "otoAllowed": True,
            "opoAllowed": True,
            "quoteOrderQtyMarketAllowed": True,
            "allowTrailingStop": True,
            "cancelReplaceAllowed": True,
            "amendAllowed": True,
            "pegInstructionsAllowed": False,
            "isSpotTradingAllowed": True,
            "isMarginTradingAllowed": False,
            "filters": self.filters(),
            "permissions": [],
            "permissionSets": [["SPOT"]],
            "defaultSelfTradePreventionMode": STP_DEFAULT.value,
            "allowedSelfTradePreventionModes": [mode.value for mode in Prevention],
        }


def _spec(base: str, tick: str, lot: str, price: str) -> SymbolSpec:
    return SymbolSpec(base, Decimal(tick), Decimal(lot), Decimal(price))


LISTED: tuple[SymbolSpec, ...] = (
    _spec("BTC", "0.01", "0.00001", "61800"),
    _spec("ETH", "0.01", "0.0001", "2680"),
    _spec("币安人生", "0.0001", "0.1", "0.25"),
    _spec("SOL", "0.01", "0.001", "155"),
    _spec("BNB", "0.01", "0.001", "515"),
    _spec("XRP", "0.0001", "0.1", "0.6"),
    _spec("DOGE", "0.00001", "1", "0.105"),
    _spec("ADA", "0.0001", "0.1", "0.35"),
    _spec("AVAX", "0.01", "0.01", "22.5"),
    _spec("LINK", "0.01", "0.01", "10.8"),
    _spec("DOT", "0.001", "0.01", "4.8"),
    _spec("LTC", "0.01", "0.001", "60"),
    _spec("BCH", "0.1", "0.001", "340"),
    _spec("TRX", "0.0001", "0.1", "0.128"),
    _spec("ATOM", "0.001", "0.01", "5.1"),
    _spec("NEAR", "0.001", "0.1", "4.2"),
    _spec("UNI", "0.001", "0.01", "6.2"),
    _spec("APT", "0.001", "0.01", "6.3"),
    _spec("FIL", "0.001", "0.01", "3.8"),
    _spec("ARB", "0.0001", "0.1", "0.58"),
)
"""All symbols, in the order ``--symbols`` counts them; prices and steps near what they were on the tape's day.

The third is there for its name, which is not ASCII, as some are on the live exchange (§2.1).
"""

ASSETS: tuple[str, ...] = ("USDT", *(spec.base for spec in LISTED))
