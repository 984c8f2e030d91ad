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
    ("binance_sdk_spot_all", "order_cancel_replace"): "F15: a cancel tells workingTime",
    ("binance_sdk_spot_all", "delete_order_list"): "F15: a cancel tells workingTime",
}
