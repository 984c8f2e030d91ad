"""python-binance with each kind of key; by REST on a symbol whose name is not ASCII.

Over the socket it signs the percent-encoded name, where the exchange wants the raw one: there it trades another symbol.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from binance import AsyncClient, BinanceSocketManager  # type: ignore[import-not-found]

from peers.clients.python_binance_spot import point_at
from peers.clients.steps import Followed, keys_of, step, told

SYMBOL = "币安人生USDT"
PLAIN = "BTCUSDT"


async def play(kind: str, client: Any) -> None:
    """One key: signed by REST and over the socket."""
    await step(f"{kind} get_account", client.get_account)
    last = float((await client.get_symbol_ticker(symbol=SYMBOL))["price"])
    order = {"symbol": SYMBOL, "quantity": "100", "price": f"{last * 0.9:.4f}"}
    async with BinanceSocketManager(client).user_socket() as user:
        events = Followed(f"{kind} user_socket", user.recv)
        made = await step(f"{kind} order_limit_buy", partial(client.order_limit_buy, **order)) or {"orderId": 0}
        await step(f"{kind} get_order", partial(client.get_order, symbol=SYMBOL, orderId=made["orderId"]))
        await step(f"{kind} cancel_order", partial(client.cancel_order, symbol=SYMBOL, orderId=made["orderId"]))
        order = {"symbol": PLAIN, "quantity": "0.001", "price": "50000"}
        made = await step(f"{kind} ws_order_limit_buy", partial(client.ws_order_limit_buy, **order)) or {"orderId": 0}
        await step(f"{kind} ws_cancel_order", partial(client.ws_cancel_order, symbol=PLAIN, orderId=made["orderId"]))
        await events.until(lambda came: len(came) > 6, 3)
        await events.finish()


async def main() -> None:
    """All kinds, one after the other."""
    where = told()
    point_at(where)
    for kind, key in keys_of(where).items():
        client = await AsyncClient.create(key["api_key"], key.get("secret"), private_key=key.get("private_key"))
        await play(kind, client)


asyncio.run(main())
