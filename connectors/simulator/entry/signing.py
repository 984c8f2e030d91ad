"""What a request signs, and when it was signed (§2): texts and timestamps; keys have a room of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from connectors.simulator.entry.keys import Key, Keys, check_signature, not_permitted
from connectors.simulator.protocol.errors import ApiError, illegal, missing

AHEAD_MS = 1000
DEFAULT_WINDOW_MS = Decimal(5000)
MAX_WINDOW_MS = Decimal(60_000)
_MICROSECONDS = 10**14
"""A timestamp above this is in µs, not ms (§2.2)."""
_BIRTH_MS = 1_483_228_800_000
"""2017-01-01: nothing older is a timestamp (§2.2)."""
_SIGNATURE = re.compile(r"(?:^|&)signature=[^&]*")
_DIGITS = r"^[0-9]{1,20}$"
_WINDOW = r"^[0-9]{1,5}(\.[0-9]{1,3})?$"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signed request says of itself.

    Attributes:
        key: The key's name.
        text: What was signed.
        address: Where it comes from.
        trading: Whether it needs the right to trade, not only to read.
    """

    key: str | None
    text: str
    signature: str | None
    timestamp: str | None
    window: str | None
    address: str
    trading: bool


def authenticate(keys: Keys, request: Signed, now_ms: int) -> Key:
    """The key a request was signed with: known, in time, rightly signed, and permitted to do this."""
    key = keys.find(request.key)
    check_time(request.timestamp, request.window, now_ms)
    check_signature(key, request.text, request.signature)
    authorize(key, request, now_ms)
    return key


def authorize(key: Key, request: Signed, now_ms: int) -> None:
    """-2015 where a key may not do this, or not from here."""
    if not key.rights.permit(request.address, now_ms, trading=request.trading):
        raise not_permitted()


def rest_text(query: str, body: str) -> str:
    """What a REST request signs: its query as sent, followed by its body, without the signature (§2.1).

    What is not ASCII must be percent-encoded before it is signed (since 2026-01-15): -1022 where it was not.
    """
    if not (query.isascii() and body.isascii()):
        raise ApiError(-1022, "Signature for this request is not valid.")
    return _SIGNATURE.sub("", query) + _SIGNATURE.sub("", body)


def ws_text(params: Mapping[str, str]) -> str:
    """What a WebSocket API request signs: all parameters but the signature, sorted, not percent-encoded (§2.1)."""
    return "&".join(f"{name}={value}" for name, value in sorted(params.items()) if name != "signature")


def check_time(timestamp: str | None, window: str | None, now_ms: int) -> None:
    """§2.2: ``timestamp < now + 1000`` and ``now - timestamp <= recvWindow``; both refusals are -1021, two texts."""
    if not timestamp:
        raise missing("timestamp")
    if not re.match(_DIGITS, timestamp):
        raise illegal("timestamp", _DIGITS)
    width = _window(window)
    value = Decimal(timestamp)
    stamp = value / 1000 if value > _MICROSECONDS else value
    if stamp < _BIRTH_MS:
        raise ApiError(-1130, "Data sent for parameter 'timestamp' is not valid.")
    if stamp >= now_ms + AHEAD_MS:
        raise ApiError(-1021, f"Timestamp for this request was {AHEAD_MS}ms ahead of the server's time.")
    if now_ms - stamp > width:
        raise ApiError(-1021, "Timestamp for this request is outside of the recvWindow.")


def _window(text: str | None) -> Decimal:
    """§2.2: at most 60,000 ms, at most three decimals."""
    if text is None:
        return DEFAULT_WINDOW_MS
    try:
        width = Decimal(text)
    except InvalidOperation as wrong:
        raise illegal("recvWindow", _WINDOW) from wrong
    if not 0 <= width <= MAX_WINDOW_MS:
        raise ApiError(-1131, f"recvWindow must be less than {MAX_WINDOW_MS}.")
    if not re.match(_WINDOW, text):
        raise illegal("recvWindow", _WINDOW)
    return width
