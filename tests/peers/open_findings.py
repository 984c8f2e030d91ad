"""What the simulator does not do yet as a client expects it: by script and step, with the finding's number and reason.

A step that is mended turns its test red until its line is taken off here.
"""

from __future__ import annotations

OPEN: dict[tuple[str, str], str] = {
    ("ccxt_spot", "ws_fetch_ohlcv"): "F7: methods missing",
    ("ccxt_spot", "ws_fetch_trades"): "F7: methods missing",
    ("ccxt_spot", "ws_create_order"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_fetch_order"): "F7: methods missing",
    ("ccxt_spot", "ws_fetch_open_orders"): "F7: methods missing",
    ("ccxt_spot", "ws_edit_order"): "F7: methods missing",
    ("ccxt_spot", "ws_cancel_order"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_create_again"): "F6: returnRateLimits in signed text",
    ("ccxt_spot", "ws_cancel_all_orders"): "F7",
    ("ccxt_spot", "ws_fetch_orders"): "F7",
    ("ccxt_spot", "ws_fetch_my_trades"): "F7",
    ("ccxt_spot", "ws_fetch_balance"): "F7",
    ("python_binance_spot", "miniticker_socket"): "F8: !miniTicker@arr@1000ms is silent",
    ("python_binance_spot", "ws_get_exchange_info"): "F9: no such method",
    ("python_binance_spot", "ws_get_order_book"): "F9: no such method",
    ("python_binance_spot", "ws_get_klines"): "F9: no such method",
    ("python_binance_spot", "ws_get_orderbook_ticker"): "F9: no such method",
    ("binance_sdk_spot_all", "order_cancel_replace"): "F15: a cancel tells workingTime",
    ("binance_sdk_spot_all", "delete_order_list"): "F15: a cancel tells workingTime",
    ("binance_sdk_spot_all", "ws_exchange_info"): "F9: no such method",
    ("binance_sdk_spot_all", "ws_depth"): "F9: no such method",
    ("binance_sdk_spot_all", "ws_klines"): "F9: no such method",
    ("binance_sdk_spot_all", "ws_ticker_book"): "F9: no such method",
    ("binance_sdk_spot_all", "stream_all_mini_ticker"): "F8: !miniTicker@arr is silent",
    ("binance_connector_spot", "api_key_permissions"): "F13: no apiRestrictions",
    ("binance_connector_spot", "time_in_us"): "F12: no microseconds",
    ("binance_connector_spot", "trades_in_us"): "F12: no microseconds",
    ("binance_connector_spot", "stream_in_us"): "F12: no microseconds",
    ("binance_connector_spot", "combined !miniTicker@arr"): "F8: !miniTicker@arr is silent",
}
