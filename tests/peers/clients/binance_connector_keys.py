"""The exchange's former client with each kind of key, on a symbol whose name is not ASCII."""

from __future__ import annotations

from functools import partial
from typing import Any

from binance.spot import Spot  # type: ignore[import-not-found]

from peers.clients.steps import keys_of, plain_step, told

SYMBOL = "币安人生USDT"


def play(kind: str, client: Any) -> None:
    """One key, signed by REST."""
    price = f"{float(client.ticker_price(SYMBOL)['price']) * 0.9:.4f}"
    order = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "100", "price": price}
    plain_step(f"{kind} account", client.account)
    made = plain_step(f"{kind} new_order", partial(client.new_order, SYMBOL, **order)) or {"orderId": 0}
    plain_step(f"{kind} cancel_order", partial(client.cancel_order, SYMBOL, orderId=made["orderId"]))


def main() -> None:
    """All kinds, one after the other."""
    where = told()
    for kind, key in keys_of(where).items():
        pem = key.get("private_key")
        play(kind, Spot(key["api_key"], key.get("secret"), base_url=where["rest"], private_key=pem))


main()
