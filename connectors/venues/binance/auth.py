"""Signed texts of Binance spot (facts §2), pure: parameters in, text out. The secret stays in the signer.

REST: percent-encode first, then sign the encoded text, signature last. WebSocket API: sort by name, sign raw UTF-8, the
key is part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from connectors.ports.credentials import Signer

KEY_HEADER = "X-MBX-APIKEY"

Params = Mapping[str, str | int]

_is_plain = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch
"""What is the same encoded; a create has nothing else, and is signed right before it leaves."""


def encode(params: Params) -> str:
    """Percent-encode parameters in their order; UTF-8, spaces as %20, nothing left to a library to encode again."""
    return "&".join([f"{_encoded(name)}={_encoded(str(value))}" for name, value in params.items()])


def _encoded(text: str) -> str:
    return text if _is_plain(text) else quote(text, safe="")


def signed_text(params: Params, signer: Signer, *, timestamp_ms: int, window_ms: int) -> str:
    """The encoded text of a signed REST request, with its signature as the last parameter.

    Args:
        params: What is asked, in the order it is sent.
        signer: Signs.
        timestamp_ms: The venue's clock when it is sent.
        window_ms: How long after that it may be taken.
    """
    text = encode({**params, "recvWindow": window_ms, "timestamp": timestamp_ms})
    return f"{text}&signature={quote(signer.sign(text.encode('ascii')), safe='')}"


def socket_text(params: Params) -> str:
    """The text a WebSocket API request is signed over: sorted by name, not encoded."""
    return "&".join(f"{name}={params[name]}" for name in sorted(params))


def signed_params(params: Params, signer: Signer, *, timestamp_ms: int, window_ms: int) -> dict[str, str | int]:
    """The parameters of a signed WebSocket API request, key and signature included."""
    whole: dict[str, str | int] = {
        **params,
        "apiKey": signer.api_key,
        "recvWindow": window_ms,
        "timestamp": timestamp_ms,
    }
    return {**whole, "signature": signer.sign(socket_text(whole).encode("utf-8"))}
