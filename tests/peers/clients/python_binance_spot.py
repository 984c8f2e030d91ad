"""python-binance's asynchronous client: REST, WebSocket API, depth cache and user socket."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from binance import AsyncClient, BinanceSocketManager, DepthCacheManager  # type: ignore[import-not-found]

from peers.clients.steps import Followed, step, told

SYMBOL = "BTCUSDT"
UPDATES = 60


def point_at(where: dict[str, Any]) -> None:
    """Its addresses are class attributes, meant to be set."""
    AsyncClient.API_URL = f"{where['rest']}/api"
    AsyncClient.WS_API_URL = where["ws_api"]
    BinanceSocketManager.STREAM_URL = f"{where['stream']}/"


async def price_of(client: Any, share: float) -> str:
    """A price at a share of the last one, on the grid."""
    ticker = await client.get_ticker(symbol=SYMBOL)
    return f"{float(ticker['lastPrice']) * share:.2f}"


async def look(client: Any) -> None:
    """Public calls."""
    await step("ping", client.ping)
    await step("get_server_time", client.get_server_time)
    await step("get_exchange_info", client.get_exchange_info)
    await step("get_symbol_info", partial(client.get_symbol_info, SYMBOL))
    await step("get_ticker", partial(client.get_ticker, symbol=SYMBOL))
    await step("get_symbol_ticker", partial(client.get_symbol_ticker, symbol=SYMBOL))
    await step("get_all_tickers", client.get_all_tickers)
    await step("get_orderbook_ticker", partial(client.get_orderbook_ticker, symbol=SYMBOL))
    await step("get_orderbook_tickers", client.get_orderbook_tickers)
    await step("get_order_book", partial(client.get_order_book, symbol=SYMBOL, limit=20))
    await step("get_recent_trades", partial(client.get_recent_trades, symbol=SYMBOL, limit=20))
    await step("get_historical_trades", partial(client.get_historical_trades, symbol=SYMBOL, limit=20))
    await step("get_aggregate_trades", partial(client.get_aggregate_trades, symbol=SYMBOL, limit=20))
    await step("get_klines", partial(client.get_klines, symbol=SYMBOL, interval="1m", limit=30))
    await step("get_historical_klines", partial(client.get_historical_klines, SYMBOL, "1m", "2 hours ago UTC"))
    await step("get_ui_klines", partial(client.get_ui_klines, symbol=SYMBOL, interval="1m", limit=30))
    await step("get_avg_price", partial(client.get_avg_price, symbol=SYMBOL))
    await step("get_symbol_ticker_window", partial(client.get_symbol_ticker_window, symbol=SYMBOL))


async def keep_depth(client: Any) -> dict[str, Any]:
    """A depth cache beside a REST answer of the same update id."""
    async with DepthCacheManager(client, SYMBOL, limit=5000, ws_interval=100) as manager:
        for _ in range(UPDATES):
            await manager.recv()
        while True:
            rest = await client.get_order_book(symbol=SYMBOL, limit=5000)
            # The client tells the update id of its cache nowhere else.
            while manager._last_update_id < rest["lastUpdateId"]:  # noqa: SLF001
                await manager.recv()
            if manager._last_update_id == rest["lastUpdateId"]:  # noqa: SLF001
                cache = manager.get_depth_cache()
                ours = {"bids": cache.get_bids(), "asks": cache.get_asks()}
                theirs = {side: [[float(p), float(q)] for p, q in rest[side]] for side in ours}
                return {"same": ours == theirs, "levels": len(theirs["bids"]), "id": rest["lastUpdateId"]}


async def listen(client: Any) -> None:
    """Public sockets."""
    manager = BinanceSocketManager(client)
    sockets = {
        "depth_socket": manager.depth_socket(SYMBOL, depth="20", interval=100),
        "kline_socket": manager.kline_socket(SYMBOL),
        "aggtrade_socket": manager.aggtrade_socket(SYMBOL),
        "trade_socket": manager.trade_socket(SYMBOL),
        "symbol_ticker_socket": manager.symbol_ticker_socket(SYMBOL),
        "symbol_miniticker_socket": manager.symbol_miniticker_socket(SYMBOL),
        "symbol_book_ticker_socket": manager.symbol_book_ticker_socket(SYMBOL),
        "miniticker_socket": manager.miniticker_socket(),
        "multiplex_socket": manager.multiplex_socket([f"{SYMBOL.lower()}@trade", "ethusdt@bookTicker"]),
    }

    async def first(socket: Any) -> Any:
        async with socket as stream:
            return await stream.recv()

    await asyncio.gather(*(step(name, partial(first, socket)) for name, socket in sockets.items()))


async def trade(client: Any) -> None:
    """Orders by REST."""
    low, lower, high = [await price_of(client, share) for share in (0.95, 0.94, 1.05)]
    at_low = {"symbol": SYMBOL, "quantity": "0.001", "price": low}
    test = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    await step("create_test_order", partial(client.create_test_order, **test, **at_low))
    await step("order_market_buy", partial(client.order_market_buy, symbol=SYMBOL, quantity="0.05"))
    await step("order_market_buy_quote", partial(client.order_market_buy, symbol=SYMBOL, quoteOrderQty="500"))
    await step("order_market_sell", partial(client.order_market_sell, symbol=SYMBOL, quantity="0.01"))
    made = await step("order_limit_buy", partial(client.order_limit_buy, **at_low)) or {"orderId": 0}
    await step("get_order", partial(client.get_order, symbol=SYMBOL, orderId=made["orderId"]))
    await step("get_open_orders", partial(client.get_open_orders, symbol=SYMBOL))
    replace = {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": made["orderId"], "side": "BUY", "type": "LIMIT"}
    await step(
        "cancel_replace_order",
        partial(client.cancel_replace_order, timeInForce="GTC", **(at_low | {"price": lower}), **replace),
    )
    again = await step("order_limit_buy_again", partial(client.order_limit_buy, **at_low)) or {"orderId": 0}
    await step("cancel_order", partial(client.cancel_order, symbol=SYMBOL, orderId=again["orderId"]))
    stop = {"side": "SELL", "type": "STOP_LOSS_LIMIT", "timeInForce": "GTC", "stopPrice": low, "price": lower}
    await step("create_stop_loss_limit", partial(client.create_order, symbol=SYMBOL, quantity="0.001", **stop))
    legs = {"aboveType": "LIMIT_MAKER", "abovePrice": high, "belowType": "STOP_LOSS", "belowStopPrice": low}
    made_list = await step("order_oco_sell", partial(client.order_oco_sell, symbol=SYMBOL, quantity="0.001", **legs))
    number = (made_list or {"orderListId": 0})["orderListId"]
    await step("get_open_oco_orders", client.get_open_oco_orders)
    await step("v3_get_order_list", partial(client.v3_get_order_list, orderListId=number))
    await step("v3_delete_order_list", partial(client.v3_delete_order_list, symbol=SYMBOL, orderListId=number))
    await step("cancel_all_open_orders", partial(client.cancel_all_open_orders, symbol=SYMBOL))
    await step("get_current_order_count", client.get_current_order_count)


async def trade_over_socket(client: Any) -> None:
    """Orders over the WebSocket API."""
    low, lower, high = [await price_of(client, share) for share in (0.95, 0.94, 1.05)]
    at_low = {"symbol": SYMBOL, "quantity": "0.001", "price": low}
    await step("ws_ping", client.ws_ping)
    await step("ws_get_time", client.ws_get_time)
    await step("ws_get_exchange_info", partial(client.ws_get_exchange_info, symbol=SYMBOL))
    await step("ws_get_order_book", partial(client.ws_get_order_book, symbol=SYMBOL, limit=20))
    await step("ws_get_klines", partial(client.ws_get_klines, symbol=SYMBOL, interval="1m", limit=10))
    await step("ws_get_orderbook_ticker", partial(client.ws_get_orderbook_ticker, symbol=SYMBOL))
    test = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    await step("ws_create_test_order", partial(client.ws_create_test_order, **test, **at_low))
    made = await step("ws_create_order", partial(client.ws_create_order, **test, **at_low)) or {"orderId": 0}
    number = made["orderId"]
    await step("ws_get_order", partial(client.ws_get_order, symbol=SYMBOL, orderId=number))
    await step("ws_get_open_orders", partial(client.ws_get_open_orders, symbol=SYMBOL))
    await step("ws_cancel_order", partial(client.ws_cancel_order, symbol=SYMBOL, orderId=number))
    made = await step("ws_order_limit_buy", partial(client.ws_order_limit_buy, **at_low)) or {"orderId": 0}
    replace = {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": made["orderId"]}
    at_lower = at_low | {"price": lower}
    await step(
        "ws_cancel_and_replace_order", partial(client.ws_cancel_and_replace_order, **test, **at_lower, **replace)
    )
    legs = {"aboveType": "LIMIT_MAKER", "abovePrice": high, "belowType": "STOP_LOSS", "belowStopPrice": low}
    oco = {"symbol": SYMBOL, "side": "SELL", "quantity": "0.001"} | legs
    made_list = await step("ws_create_oco_order", partial(client.ws_create_oco_order, **oco))
    number = (made_list or {"orderListId": 0})["orderListId"]
    await step("ws_get_oco_open_orders", client.ws_get_oco_open_orders)
    await step("ws_cancel_oco_order", partial(client.ws_cancel_oco_order, symbol=SYMBOL, orderListId=number))
    await step("ws_cancel_all_open_orders", partial(client.ws_cancel_all_open_orders, symbol=SYMBOL))
    await step("ws_order_market_sell", partial(client.ws_order_market_sell, symbol=SYMBOL, quantity="0.005"))
    await step("ws_get_my_trades", partial(client.ws_get_my_trades, symbol=SYMBOL))
    await step("ws_get_all_orders", partial(client.ws_get_all_orders, symbol=SYMBOL))
    await step("ws_get_account", client.ws_get_account)
    await step("ws_get_account_rate_limits_orders", client.ws_get_account_rate_limits_orders)


async def look_back(client: Any) -> None:
    """What happened."""
    await step("get_all_orders", partial(client.get_all_orders, symbol=SYMBOL))
    await step("get_my_trades", partial(client.get_my_trades, symbol=SYMBOL))
    await step("get_account", client.get_account)
    await step("get_asset_balance", partial(client.get_asset_balance, asset="BTC"))
    await step("get_commission_rates", partial(client.v3_get_account_commission, symbol=SYMBOL))
    await step("unknown_order", partial(client.get_order, symbol=SYMBOL, orderId=99_999_999))
    await step("unknown_cancel", partial(client.cancel_order, symbol=SYMBOL, orderId=99_999_999))


async def main() -> None:
    """All of it; the user socket listens from the first order to the last."""
    where = told()
    point_at(where)
    client = await AsyncClient.create(where["api_key"], where["api_secret"])
    await look(client)

    async def private() -> None:
        async with BinanceSocketManager(client).user_socket() as user:
            followed = Followed("user_socket", user.recv)
            await trade(client)
            await trade_over_socket(client)
            await look_back(client)
            await followed.finish()

    # The client is not closed: its close waits ten seconds for a socket that has nothing to say.
    await asyncio.gather(private(), listen(client), step("depth_cache", partial(keep_depth, client), 40))


if __name__ == "__main__":
    asyncio.run(main())
