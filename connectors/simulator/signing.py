"""Who asks, and when: keys, HMAC signatures and timestamps (§2)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from secrets import token_hex, token_urlsafe

from connectors.simulator.errors import ApiError, illegal, missing

AHEAD_MS = 1000
DEFAULT_WINDOW_MS = Decimal(5000)
MAX_WINDOW_MS = Decimal(60_000)
_MICROSECONDS = 10**14
"""A timestamp above this is in µs, not ms (§2.2)."""
_BIRTH_MS = 1_483_228_800_000
"""2017-01-01: nothing older is a timestamp (§2.2)."""
_SIGNATURE = re.compile(r"(?:^|&)signature=[^&]*")
_KEY = re.compile(r"^[A-Za-z0-9_-]{8,128}$")
_DIGITS = r"^[0-9]{1,20}$"


class Keys:
    """The run's own key and secret, minted at the start and never kept."""

    def __init__(self) -> None:
        self.api_key = "SIM" + token_hex(30)
        self.secret = token_urlsafe(48)

    def check_key(self, given: str | None) -> None:
        """Refuse a missing or misshapen key (-2014) and one that is not ours (-2015)."""
        if given is None or not _KEY.match(given):
            raise ApiError(-2014, "API-key format invalid.", HTTPStatus.UNAUTHORIZED)
        if not hmac.compare_digest(given, self.api_key):
            raise ApiError(-2015, "Invalid API-key, IP, or permissions for action.", HTTPStatus.UNAUTHORIZED)

    def check_signature(self, text: str, given: str | None) -> None:
        """HMAC-SHA256 of the text, hex, in either case (§2.1)."""
        if not given:
            raise missing("signature")
        expected = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), given.lower().encode()):
            raise ApiError(-1022, "Signature for this request is not valid.")


def rest_text(query: str, body: str) -> str:
    """What a REST request signs: its query as sent, followed by its body, without the signature (§2.1)."""
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
    if text is None:
        return DEFAULT_WINDOW_MS
    try:
        width = Decimal(text)
    except InvalidOperation as wrong:
        raise illegal("recvWindow", r"^[0-9]{1,5}(\.[0-9]{1,3})?$") from wrong
    if not 0 <= width <= MAX_WINDOW_MS:
        raise ApiError(-1131, f"recvWindow must be less than {MAX_WINDOW_MS}.")
    return width
