"""The codes of §7.1 with a text and an HTTP status each.

Where the sheet gives a text it is used; the others say what the sheet says the code means. "HTTP 4xx" is all the sheet
says of the status (§7); the exceptions are those of §1.5 and §3.1 and the codes whose outcome is unknown.
"""

from __future__ import annotations

from http import HTTPStatus

_STATUS = {
    -1000: HTTPStatus.INTERNAL_SERVER_ERROR,
    -1001: HTTPStatus.INTERNAL_SERVER_ERROR,
    -1002: HTTPStatus.UNAUTHORIZED,
    -1003: HTTPStatus.TOO_MANY_REQUESTS,
    -1006: HTTPStatus.INTERNAL_SERVER_ERROR,
    -1007: HTTPStatus.INTERNAL_SERVER_ERROR,
    -1015: HTTPStatus.TOO_MANY_REQUESTS,
    -2014: HTTPStatus.UNAUTHORIZED,
    -2015: HTTPStatus.UNAUTHORIZED,
}

TEXTS: dict[int, str] = {
    -1000: "An unknown error occurred while processing the request.",
    -1001: "Internal error; unable to process your request.",
    -1002: "You are not authorized to execute this request.",
    -1003: "Too many requests; the queue is full.",
    -1006: "An unexpected response was received from the message bus. Execution status unknown.",
    -1007: "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
    -1008: "Server is currently overloaded with other requests. Please try again later.",
    -1010: "Market is closed.",
    -1013: "Filter failure: PRICE_FILTER",
    -1014: "Unsupported order combination.",
    -1015: "Too many new orders.",
    -1016: "This service is no longer available.",
    -1020: "This operation is not supported.",
    -1021: "Timestamp for this request is outside of the recvWindow.",
    -1022: "Signature for this request is not valid.",
    -1100: "Illegal characters found in a parameter.",
    -1101: "Too many parameters sent for this endpoint.",
    -1102: "A mandatory parameter was not sent, was empty/null, or malformed.",
    -1103: "An unknown parameter was sent.",
    -1104: "Not all sent parameters were read.",
    -1105: "A parameter was empty.",
    -1106: "A parameter was sent when not required.",
    -1108: "A parameter overflowed.",
    -1111: "Parameter 'quantity' has too much precision.",
    -1112: "No orders on book for symbol.",
    -1114: "TimeInForce parameter sent when not required.",
    -1115: "Invalid timeInForce.",
    -1116: "Invalid orderType.",
    -1117: "Invalid side.",
    -1118: "New client order ID was empty.",
    -1119: "Original client order ID was empty.",
    -1120: "Invalid interval.",
    -1121: "Invalid symbol.",
    -1122: "Invalid symbolStatus.",
    -1127: "Lookup interval is too big.",
    -1128: "Combination of optional parameters invalid.",
    -1130: "Data sent for a parameter is not valid.",
    -1134: "strategyType was less than the minimum.",
    -1135: "Invalid JSON Request",
    -1139: "Invalid ticker type.",
    -1145: "Invalid cancelRestrictions",
    -1151: "Symbol is present multiple times in the list.",
    -1158: "Legs of this list may not be of this type.",
    -1160: "Legs of this list do not fit together.",
    -1165: "The first leg of this list is not valid.",
    -1166: "The second leg of this list is not valid.",
    -1168: "The price or stop price of a leg is on the wrong side.",
    -1194: "Invalid time unit.",
    -1196: "A leg of this list must be above the price.",
    -1197: "A leg of this list must be below the price.",
    -1198: "A leg of this list needs a stop price above.",
    -1199: "A leg of this list needs a stop price below.",
    -1210: "Invalid pegged price type.",
    -1211: "Invalid pegged order type.",
    -1220: "The symbol's status does not match.",
    -1222: "The pending order of this list is not valid.",
    -1223: "The working order of this list is not valid.",
    -1224: "The pending side of this list is not valid.",
    -1225: "The quantity of this list is not valid.",
    -2010: "Account has insufficient balance for requested action.",
    -2011: "Unknown order sent.",
    -2013: "Order does not exist.",
    -2014: "API-key format invalid.",
    -2015: "Invalid API-key, IP, or permissions for action.",
    -2016: "No trading window could be found for the symbol.",
    -2021: "Order cancel-replace partially failed.",
    -2022: "Order cancel-replace failed.",
    -2026: "Order was archived.",
    -2035: "User Data Stream subscription already active.",
    -2036: "User Data Stream subscription not active.",
    -2038: "The requested action would change no state; rejecting",
    -2039: "Client order ID is not correct for this order ID.",
    -2042: "Subscription ids are used up; reconnect.",
    -2043: "There is no reference price for the symbol.",
}
"""Without the codes of FIX and SBE, which no JSON client meets."""


def text(code: int) -> str:
    """What goes with a code; one sentence that says nothing for a code the sheet does not list."""
    return TEXTS.get(code, "The request was refused.")


def status(code: int) -> int:
    """Its usual HTTP status."""
    return int(_STATUS.get(code, HTTPStatus.BAD_REQUEST))
