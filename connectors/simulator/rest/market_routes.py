"""Market data over REST (§4.2): paths that need no key, and what they weigh (§3.3)."""

from __future__ import annotations

from connectors.simulator.rest import public, tickers
from connectors.simulator.rest.route import Route

MARKET: dict[str, dict[str, Route]] = {
    "/api/v3/ping": {"GET": Route(public.ping, 1)},
    "/api/v3/time": {"GET": Route(public.server_time, 1)},
    "/api/v3/exchangeInfo": {"GET": Route(public.exchange_info, 20)},
    "/api/v3/executionRules": {"GET": Route(public.execution_rules, public.rules_weight)},
    "/api/v3/depth": {"GET": Route(public.depth, public.depth_weight)},
    "/api/v3/trades": {"GET": Route(public.trades, 25)},
    "/api/v3/historicalTrades": {"GET": Route(public.historical_trades, 25)},
    "/api/v3/historicalBlockTrades": {"GET": Route(public.block_trades, 25)},
    "/api/v3/aggTrades": {"GET": Route(public.joined_trades, 4)},
    "/api/v3/klines": {"GET": Route(public.klines, 2)},
    "/api/v3/uiKlines": {"GET": Route(public.klines, 2)},
    "/api/v3/avgPrice": {"GET": Route(tickers.average, 2)},
    "/api/v3/ticker": {"GET": Route(tickers.window, tickers.window_weight)},
    "/api/v3/ticker/24hr": {"GET": Route(tickers.day, tickers.day_weight)},
    "/api/v3/ticker/tradingDay": {"GET": Route(tickers.trading_day, tickers.window_weight)},
    "/api/v3/ticker/price": {"GET": Route(tickers.price, tickers.one_weight)},
    "/api/v3/ticker/bookTicker": {"GET": Route(tickers.book, tickers.one_weight)},
    "/api/v3/referencePrice": {"GET": Route(public.reference_price, 2)},
    "/api/v3/referencePrice/calculation": {"GET": Route(public.reference_price, 2)},
}
