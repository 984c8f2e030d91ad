"""ccxt and ccxt.pro, pointed at the exchange by their ``urls``; nothing in them is changed."""

from __future__ import annotations

import asyncio
from typing import Any

import ccxt.pro

from peers.clients.steps import Followed, step, told

SYMBOL = "BTC/USDT"
UPDATES = 200
DEPTH = 5000


def client(where: dict[str, Any]) -> Any:
    """A client of the exchange at ``where``."""
    venue = ccxt.pro.binance(
        {
            "apiKey": where["api_key"],
            "secret": where["api_secret"],
            # Margin, futures and the wallet are other products, on hosts of their own: this exchange is spot.
            "options": {"fetchMarkets": {"types": ["spot"]}, "fetchMargins": False, "fetchCurrencies": False},
        }
    )
    rest = where["rest"]
    venue.urls["api"] |= {"public": f"{rest}/api/v3", "private": f"{rest}/api/v3", "sapi": f"{rest}/sapi/v1"}
    venue.urls["api"]["ws"] |= {"spot": f"{where['stream']}/ws", "ws-api": {"spot": where["ws_api"]}}
    return venue


async def look(venue: Any) -> None:
    """Public calls."""
    await step("load_markets", venue.load_markets)
    await step("fetch_markets", venue.fetch_markets)
    await step("fetch_time", venue.fetch_time)
    await step("fetch_ticker", lambda: venue.fetch_ticker(SYMBOL))
    await step("fetch_tickers", lambda: venue.fetch_tickers([SYMBOL, "ETH/USDT"]))
    await step("fetch_all_tickers", venue.fetch_tickers)
    await step("fetch_rolling_ticker", lambda: venue.fetch_ticker(SYMBOL, {"rolling": True}))
    await step("fetch_bids_asks", lambda: venue.fetch_bids_asks([SYMBOL]))
    await step("fetch_last_prices", lambda: venue.fetch_last_prices([SYMBOL]))
    await step("fetch_ohlcv", lambda: venue.fetch_ohlcv(SYMBOL, "1m", limit=100))
    await step("fetch_order_book", lambda: venue.fetch_order_book(SYMBOL, 100))
    await step("fetch_trades", lambda: venue.fetch_trades(SYMBOL, limit=50))
    plain = {"fetchTradesMethod": "publicGetTrades"}
    await step("fetch_plain_trades", lambda: venue.fetch_trades(SYMBOL, limit=50, params=plain))
    old = {"fetchTradesMethod": "publicGetHistoricalTrades"}
    await step("fetch_historical_trades", lambda: venue.fetch_trades(SYMBOL, limit=50, params=old))


async def same_book(venue: Any, book: Any) -> dict[str, Any]:
    """The watched book beside a REST answer of the same update id, asked for until the ids meet."""
    while True:
        rest = await venue.fetch_order_book(SYMBOL, 1000)
        while book["nonce"] < rest["nonce"]:
            await venue.watch_order_book(SYMBOL, DEPTH)
        if book["nonce"] == rest["nonce"]:
            sides = ("bids", "asks")
            ours = {side: [list(level[:2]) for level in book[side][:1000]] for side in sides}
            theirs = {side: [list(level[:2]) for level in rest[side]] for side in sides}
            return {
                "nonce": book["nonce"],
                "same": ours == theirs,
                "levels": len(theirs["bids"]),
                "watched": {side: ours[side][:5] for side in sides},
                "rest": {side: theirs[side][:5] for side in sides},
            }


async def follow_book(venue: Any) -> dict[str, Any]:
    """Follow the book for a while; it must be the REST book at the end."""
    ids: list[int] = []
    book: Any = None
    while len(ids) < UPDATES:
        book = await venue.watch_order_book(SYMBOL, DEPTH)
        ids.append(book["nonce"])
    return {"updates": len(ids), "rising": ids == sorted(ids), **await same_book(venue, book)}


async def watch(venue: Any) -> None:
    """Public streams, all at once."""
    await asyncio.gather(
        step("watch_order_book", lambda: follow_book(venue), 60),
        step("watch_trades", lambda: venue.watch_trades(SYMBOL)),
        step("watch_ticker", lambda: venue.watch_ticker(SYMBOL)),
        step("watch_tickers", lambda: venue.watch_tickers([SYMBOL, "ETH/USDT"])),
        step("watch_bids_asks", lambda: venue.watch_bids_asks([SYMBOL])),
        step("watch_ohlcv", lambda: venue.watch_ohlcv(SYMBOL, "1m")),
        step("watch_ohlcv_1s", lambda: venue.watch_ohlcv(SYMBOL, "1s")),
    )


async def price_of(venue: Any, share: float) -> float:
    """A price at a share of the last one, on the grid."""
    ticker = await venue.fetch_ticker(SYMBOL)
    return float(venue.price_to_precision(SYMBOL, ticker["last"] * share))


def order(venue: Any, kind: str, side: str, amount: float, price: float | None = None, **params: Any) -> Any:
    """A call that creates an order."""
    return lambda: venue.create_order(SYMBOL, kind, side, amount, price, params)


async def take(venue: Any) -> None:
    """Orders that trade at once, or never rest."""
    low, high = await price_of(venue, 0.95), await price_of(venue, 1.01)
    await step("market_by_cost", lambda: venue.create_market_buy_order_with_cost(SYMBOL, 2000))
    await step("market", order(venue, "market", "buy", 0.02))
    await step("market_sell", order(venue, "market", "sell", 0.005))
    await step("ioc_fills", order(venue, "limit", "buy", 0.001, high, timeInForce="IOC"))
    await step("ioc_expires", order(venue, "limit", "buy", 0.001, low, timeInForce="IOC"))
    await step("fok_fills", order(venue, "limit", "buy", 0.001, high, timeInForce="FOK"))
    await step("fok_expires", order(venue, "limit", "buy", 0.001, low, timeInForce="FOK"))
    await step("limit_fills", order(venue, "limit", "buy", 0.001, high))


async def rest(venue: Any) -> None:
    """Orders that rest: looked up, changed, cancelled."""
    low, lower = await price_of(venue, 0.95), await price_of(venue, 0.94)
    made = await step("limit", order(venue, "limit", "buy", 0.001, low, clientOrderId="ccxt-1"))
    made = made or {"id": "0"}
    await step("fetch_order", lambda: venue.fetch_order(made["id"], SYMBOL))
    await step("fetch_order_by_client_id", lambda: venue.fetch_order(None, SYMBOL, {"origClientOrderId": "ccxt-1"}))
    await step("fetch_open_orders", lambda: venue.fetch_open_orders(SYMBOL))
    await step("locked_balance", venue.fetch_balance)
    edited = await step("edit_order", lambda: venue.edit_order(made["id"], SYMBOL, "limit", "buy", 0.002, lower))
    await step("cancel_order", lambda: venue.cancel_order((edited or made)["id"], SYMBOL))
    await step("post_only", order(venue, "limit", "buy", 0.001, low, postOnly=True))
    await step("iceberg", order(venue, "limit", "buy", 0.01, low, icebergQty=0.001))
    await step("cancel_all_orders", lambda: venue.cancel_all_orders(SYMBOL))
    await step("open_after_cancel_all", lambda: venue.fetch_open_orders(SYMBOL))


async def arm(venue: Any) -> None:
    """Orders that wait for a price."""
    low, lower, high, higher = [await price_of(venue, share) for share in (0.95, 0.94, 1.05, 1.06)]
    stop = await step("stop_loss_limit", order(venue, "limit", "sell", 0.001, lower, stopLossPrice=low))
    await step("fetch_stop", lambda: venue.fetch_order((stop or {"id": "0"})["id"], SYMBOL))
    await step("take_profit_limit", order(venue, "limit", "sell", 0.001, higher, takeProfitPrice=high))
    await step("stop_loss", order(venue, "market", "sell", 0.001, stopLossPrice=low))
    await step("take_profit", order(venue, "market", "sell", 0.001, takeProfitPrice=high))
    await step(
        "trailing", order(venue, "limit", "sell", 0.001, lower, trailingPercent=5, stopLossOrTakeProfit="stopLoss")
    )
    await step("open_conditionals", lambda: venue.fetch_open_orders(SYMBOL))
    await step("cancel_conditionals", lambda: venue.cancel_all_orders(SYMBOL))
    legs = {
        "symbol": "BTCUSDT", "side": "SELL", "quantity": "0.001",
        "aboveType": "LIMIT_MAKER", "abovePrice": str(high),
        "belowType": "STOP_LOSS_LIMIT", "belowPrice": str(lower), "belowStopPrice": str(low), "belowTimeInForce": "GTC",
    }  # fmt: skip
    await step("oco", lambda: venue.private_post_orderlist_oco(legs))
    await step("open_pair", lambda: venue.fetch_open_orders(SYMBOL))
    await step("cancel_pair", lambda: venue.cancel_all_orders(SYMBOL))
    await step("open_after_conditionals", lambda: venue.fetch_open_orders(SYMBOL))


async def look_back(venue: Any) -> None:
    """What happened."""
    await step("fetch_orders", lambda: venue.fetch_orders(SYMBOL))
    await step("fetch_closed_orders", lambda: venue.fetch_closed_orders(SYMBOL))
    trades = await step("fetch_my_trades", lambda: venue.fetch_my_trades(SYMBOL))
    first = trades[0]["order"] if trades else "0"
    await step("fetch_order_trades", lambda: venue.fetch_order_trades(first, SYMBOL))
    await step("fetch_balance", venue.fetch_balance)


async def be_refused(venue: Any) -> None:
    """What the client's own error classes make of the refusals."""
    low, high = await price_of(venue, 0.95), await price_of(venue, 1.05)
    await step("refused_funds", order(venue, "limit", "buy", 5, low))
    await step("refused_post_only", order(venue, "limit", "buy", 0.001, high, postOnly=True))
    await step("refused_stop", order(venue, "limit", "sell", 0.001, high, stopLossPrice=high))
    await step("refused_notional", order(venue, "limit", "buy", 0.00001, low))
    await step("refused_price", order(venue, "limit", "buy", 0.001, high * 10))
    await step("unknown_order", lambda: venue.fetch_order("999999999", SYMBOL))
    await step("unknown_cancel", lambda: venue.cancel_order("999999999", SYMBOL))
    await step("unknown_symbol", lambda: venue.public_get_depth({"symbol": "NOPENOPE"}))
    await step("nothing_to_cancel", lambda: venue.cancel_all_orders("ETH/USDT"))
    right = venue.secret
    venue.secret = "wrong"
    await step("wrong_signature", venue.fetch_balance)
    venue.secret = right
    venue.options["recvWindow"], venue.options["timeDifference"] = 5000, 60_000
    await step("old_timestamp", venue.fetch_balance)
    venue.options["timeDifference"] = 0


async def over_socket(venue: Any) -> None:
    """The WebSocket API."""
    low, lower = await price_of(venue, 0.95), await price_of(venue, 0.94)
    await step("ws_fetch_ohlcv", lambda: venue.fetch_ohlcv_ws(SYMBOL, "1m", limit=10))
    await step("ws_fetch_trades", lambda: venue.fetch_trades_ws(SYMBOL, limit=10))
    made = await step("ws_create_order", lambda: venue.create_order_ws(SYMBOL, "limit", "buy", 0.001, low)) or {
        "id": "0"
    }
    await step("ws_fetch_order", lambda: venue.fetch_order_ws(made["id"], SYMBOL))
    await step("ws_fetch_open_orders", lambda: venue.fetch_open_orders_ws(SYMBOL))
    edited = await step("ws_edit_order", lambda: venue.edit_order_ws(made["id"], SYMBOL, "limit", "buy", 0.002, lower))
    await step("ws_cancel_order", lambda: venue.cancel_order_ws((edited or made)["id"], SYMBOL))
    await step("ws_create_again", lambda: venue.create_order_ws(SYMBOL, "limit", "buy", 0.001, low))
    await step("ws_cancel_all_orders", lambda: venue.cancel_all_orders_ws(SYMBOL))
    await step("ws_fetch_orders", lambda: venue.fetch_orders_ws(SYMBOL))
    await step("ws_fetch_my_trades", lambda: venue.fetch_my_trades_ws(SYMBOL))
    await step("ws_fetch_balance", venue.fetch_balance_ws)


async def trade(venue: Any) -> None:
    """Private calls, with the private streams listening."""
    await step("opening_balance", venue.fetch_balance)
    venue.newUpdates = True
    await step("user_stream_up", lambda: venue.ensure_user_data_stream_ws_subscribe_signature("spot"))
    followed = [
        Followed("watch_orders", lambda: venue.watch_orders(SYMBOL)),
        Followed("watch_my_trades", lambda: venue.watch_my_trades(SYMBOL)),
        Followed("watch_balance", venue.watch_balance),
    ]
    for part in (take, rest, arm, over_socket, look_back, be_refused):
        await part(venue)
    for stream in followed:
        await stream.finish()


async def main() -> None:
    """All of it."""
    venue = client(told())
    await look(venue)
    await asyncio.gather(watch(venue), trade(venue))
    await venue.close()


if __name__ == "__main__":
    asyncio.run(main())
