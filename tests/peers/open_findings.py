"""What the simulator does not do yet as a client expects it: by script and step, with the finding's number and reason.

A step that is mended turns its test red until its line is taken off here.
"""

from __future__ import annotations

OPEN: dict[tuple[str, str], str] = {
    ("ccxt_spot", "ws_create_order"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_fetch_order"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_fetch_open_orders"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_edit_order"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_cancel_order"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_create_again"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_cancel_all_orders"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_fetch_orders"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_fetch_my_trades"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_fetch_balance"): "F6: returnRateLimits in signed text",
    ("python_binance_spot", "miniticker_socket"): "F8: !miniTicker@arr@1000ms is silent",
    ("ccxt_keys", "hmac create_order_ws"): "F6: returnRateLimits in signed text",
    ("ccxt_keys", "hmac cancel_order_ws"): "F6: returnRateLimits in signed text",
    ("ccxt_keys", "rsa create_order_ws"): "F6: returnRateLimits in signed text",
    ("ccxt_keys", "rsa cancel_order_ws"): "F6: returnRateLimits in signed text",
    ("ccxt_keys", "ed25519 create_order_ws"): "F6: returnRateLimits in signed text",
    ("ccxt_keys", "ed25519 cancel_order_ws"): "F6: returnRateLimits in signed text",
}
