"""What each refusal of §7.1 must be to whoever creates an order: written from the sheet and `connectors.errors` alone.

A name stands for its kinds too (MarketClosed is a Rejected). Where the sheet names no class ("retry later"), every
class that says "nothing happened, try again" will do.
"""

from __future__ import annotations

_BAD_REQUEST = ("Rejected",)
_INVALID = ("InvalidOrder",)
_AUTH = ("Unauthorised",)
_UNKNOWN = ("Unknown",)
_LATER = ("Retry", "Throttled", "Unavailable")
_THROTTLED = ("Throttled",)
_NOT_FOUND = ("OrderNotFound",)

CODES: dict[int, tuple[str, ...]] = {
    -1000: _UNKNOWN,  # "unknown", and given with a 500
    -1001: _UNKNOWN,  # "for orders: unknown outcome"
    -1002: _AUTH,
    -1003: _THROTTLED,
    -1006: _UNKNOWN,  # "outcome unknown: reconcile by client id"
    -1007: _UNKNOWN,
    -1008: _LATER,  # "retry later (order not accepted)"
    -1010: ("MarketClosed",),  # by text
    -1013: _INVALID,  # by text: Filter failure
    -1014: _INVALID,
    -1015: _THROTTLED,
    -1016: ("Unavailable",),
    -1020: _BAD_REQUEST,
    -1021: ("ok",),  # re-synced, and sent once more: it precedes the engine (DESIGN §5, B4)
    -1022: _AUTH,
    **dict.fromkeys((-1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108), _BAD_REQUEST),
    -1111: _INVALID,
    -1112: _BAD_REQUEST,
    **dict.fromkeys((-1114, -1115, -1116, -1117, -1118, -1119, -1120, -1122), _BAD_REQUEST),
    -1121: ("UnknownInstrument",),
    **dict.fromkeys((-1127, -1128, -1130, -1134, -1135, -1139, -1145, -1151), _BAD_REQUEST),
    **dict.fromkeys((-1158, -1160, -1165, -1166, -1168, -1196, -1197, -1198, -1199), _INVALID),
    -1194: _BAD_REQUEST,
    -1210: _INVALID,
    -1211: _INVALID,
    -1220: _BAD_REQUEST,
    **dict.fromkeys((-1222, -1223, -1224, -1225), _INVALID),
    -2010: ("InsufficientFunds",),  # by text
    -2011: _NOT_FOUND,  # by text
    -2013: _NOT_FOUND,
    -2014: _AUTH,
    -2015: _AUTH,
    -2016: _BAD_REQUEST,
    -2021: _BAD_REQUEST,
    -2022: _BAD_REQUEST,
    -2026: _NOT_FOUND,
    -2035: _BAD_REQUEST,
    -2036: _BAD_REQUEST,
    -2038: _BAD_REQUEST,
    -2039: _BAD_REQUEST,
    -2042: _BAD_REQUEST,
    -2043: _BAD_REQUEST,
    -9999: _BAD_REQUEST,  # P7: a code nobody knows falls in a class too; with a 4xx it is a definitive refusal
}

TEXTS: dict[tuple[int, str], tuple[str, ...]] = {
    (-2010, "Duplicate order sent."): ("DuplicateOrder",),
    (-2010, "Market is closed."): ("MarketClosed",),
    (-1013, "Market is closed."): ("MarketClosed",),
    (-2010, "Order would immediately match and take."): ("Rejected",),
    (-2010, "Order would trigger immediately."): ("Rejected",),
    (-2010, "Stop price would trigger immediately."): ("Rejected",),
    (-2010, "This symbol is not permitted for this account."): ("Unauthorised", "Rejected"),
    (-2010, "This symbol is restricted for this account."): ("Unauthorised", "Rejected"),
    (-2010, "This action is disabled on this account."): ("Unauthorised", "Rejected"),
    (-2010, "This account may not place or cancel orders."): ("Unauthorised", "Rejected"),
    (-2010, "Rest API trading is not enabled."): ("Unauthorised", "Rejected"),
    (-1013, "Price * QTY is zero or less."): ("InvalidOrder",),
    (-1013, "IcebergQty exceeds QTY."): ("InvalidOrder",),
    (-1013, "Stop loss orders are not supported for this symbol."): ("InvalidOrder",),
    (-2010, "Order book liquidity is less than LOT_SIZE filter minimum quantity."): ("Rejected",),
    (-1013, "Filter failure: LOT_SIZE"): ("InvalidOrder",),
    (-1013, "Filter failure: NOTIONAL"): ("InvalidOrder",),
    (-1013, "Filter failure: MAX_NUM_ORDERS"): ("InvalidOrder",),
    (-2010, "The relationship of the prices for the orders is not correct."): ("Rejected",),
    (-2010, "A text that nobody has heard."): ("Rejected",),
}
"""The second table of §7.1: what the text decides."""
