"""What the venue lists: instruments with their filters, and its limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.model.instrument import Economic, Filters, Instrument, InstrumentStatus, decimals_of
from connectors.model.order import OrderType, SelfTradePrevention, TimeInForce
from connectors.model.order_list import ListKind
from connectors.venues.binance import schemas
from connectors.venues.binance.parse import order_type
from connectors.venues.binance.symbols import instrument_id
from connectors.wire.limiter import Limit

_STATUS = {
    "TRADING": InstrumentStatus.TRADING,
    "HALT": InstrumentStatus.HALT,
    "BREAK": InstrumentStatus.BREAK,
    "END_OF_DAY": InstrumentStatus.CLOSED,
    "CANCEL_ONLY": InstrumentStatus.CANCEL_ONLY,
}


def instruments(info: schemas.ExchangeInfo) -> tuple[Instrument, ...]:
    """Every spot instrument, in the venue's order."""
    return tuple(instrument(symbol) for symbol in info.symbols if symbol.is_spot_trading_allowed)


def instrument(symbol: schemas.Symbol) -> Instrument:
    """One symbol of exchangeInfo."""
    bounds = filters(symbol.filters)
    kinds = frozenset(order_type(word) for word in symbol.order_types) - {OrderType.UNKNOWN}
    if symbol.allow_trailing_stop and OrderType.STOP_LOSS in kinds:
        kinds |= {OrderType.TRAILING}
    lists = {ListKind.OCO} if symbol.oco_allowed else set[ListKind]()
    if symbol.oto_allowed:
        # An OTOCO is an OTO whose exit is an OCO: it needs both.
        lists |= {ListKind.OTO, ListKind.OTOCO} if symbol.oco_allowed else {ListKind.OTO}
    modes = symbol.allowed_self_trade_prevention_modes
    return Instrument(
        id=instrument_id(symbol.symbol),
        economic=Economic(symbol.base_asset, symbol.quote_asset, symbol.quote_asset),
        filters=bounds,
        status=_STATUS.get(symbol.status, InstrumentStatus.UNKNOWN),
        order_types=kinds or frozenset({OrderType.LIMIT, OrderType.MARKET}),
        times_in_force=frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK}),
        quote_sized_market=symbol.quote_order_qty_market_allowed,
        amend=symbol.amend_allowed,
        replace=symbol.cancel_replace_allowed,
        iceberg=symbol.iceberg_allowed,
        list_kinds=frozenset(lists),
        self_trade_prevention=frozenset(
            SelfTradePrevention(mode) for mode in modes if mode in SelfTradePrevention.__members__
        ),
        price_decimals=decimals_of(bounds.tick_size) if bounds.tick_size else 8,
        size_decimals=decimals_of(bounds.step_size) if bounds.step_size else 8,
    )


_SIDED = "PERCENT_PRICE_BY_SIDE"


def filters(listed: Iterable[schemas.Filter]) -> Filters:
    """The filters of one symbol; a filter this release does not know is left to the venue to enforce."""
    by_type = {entry.filter_type: entry for entry in listed}
    none = schemas.Filter("")
    price, lot = by_type.get("PRICE_FILTER", none), by_type.get("LOT_SIZE", none)
    market, orders = by_type.get("MARKET_LOT_SIZE", none), by_type.get("MAX_NUM_ORDERS", none)
    notional, plain = by_type.get("NOTIONAL", none), by_type.get("MIN_NOTIONAL", none)
    sided, both = by_type.get(_SIDED, none), by_type.get("PERCENT_PRICE", none)
    return Filters(
        tick_size=price.tick_size,
        step_size=lot.step_size,
        min_price=price.min_price,
        max_price=price.max_price,
        min_quantity=lot.min_qty,
        max_quantity=lot.max_qty,
        market_step_size=market.step_size,
        market_min_quantity=market.min_qty,
        market_max_quantity=market.max_qty,
        min_notional=max(notional.min_notional, plain.min_notional),
        max_notional=notional.max_notional,
        min_notional_applies_to_market=notional.apply_min_to_market or plain.apply_to_market,
        max_notional_applies_to_market=notional.apply_max_to_market,
        bid_multiplier_up=sided.bid_multiplier_up or both.multiplier_up,
        bid_multiplier_down=sided.bid_multiplier_down or both.multiplier_down,
        ask_multiplier_up=sided.ask_multiplier_up or both.multiplier_up,
        ask_multiplier_down=sided.ask_multiplier_down or both.multiplier_down,
        percent_price=(sided if sided.filter_type or not both.filter_type else both).filter_type or _SIDED,
        max_open_orders=orders.max_num_orders,
        **_counts(by_type),
        max_position=by_type.get("MAX_POSITION", none).max_position,
        average_minutes=max(entry.avg_price_mins for entry in (notional, plain, sided, both)),
    )


def _counts(by_type: Mapping[str, schemas.Filter]) -> dict[str, Any]:
    """The filters that count something."""
    none = schemas.Filter("")
    trail = by_type.get("TRAILING_DELTA", none)
    return {
        "max_trigger_orders": by_type.get("MAX_NUM_ALGO_ORDERS", none).max_num_algo_orders,
        "max_iceberg_orders": by_type.get("MAX_NUM_ICEBERG_ORDERS", none).max_num_iceberg_orders,
        "max_iceberg_parts": by_type.get("ICEBERG_PARTS", none).limit,
        "max_amends": by_type.get("MAX_NUM_ORDER_AMENDS", none).max_num_order_amends,
        "max_order_lists": by_type.get("MAX_NUM_ORDER_LISTS", none).max_num_order_lists,
        "min_trail_above": trail.min_trailing_above_delta,
        "max_trail_above": trail.max_trailing_above_delta,
        "min_trail_below": trail.min_trailing_below_delta,
        "max_trail_below": trail.max_trailing_below_delta,
    }


def limits(info: schemas.ExchangeInfo) -> tuple[Limit, ...]:
    """The venue's own rate limits; intervals this release does not know are left out."""
    found = (Limit.of(row.rate_limit_type, row.interval, row.interval_num, row.limit) for row in info.rate_limits)
    return tuple(limit for limit in found if limit is not None)
