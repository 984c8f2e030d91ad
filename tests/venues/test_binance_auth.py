"""Signed texts against the documented vectors, and against what the venue demands of their form."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.venues.binance.auth import encode, signed_params, signed_text, socket_text
from connectors.wire.signers import HmacSigner
from support.shared import shared_path

SECRET = b"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
ORDER = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "0.1"}
WIDE = "１２３４５６"  # noqa: RUF001  # the documented symbol is written in full-width digits


@pytest.fixture
def signer() -> HmacSigner:
    return HmacSigner(KEY, SECRET)


@pytest.mark.parametrize(
    ("symbol", "signature"),
    [
        ("LTCBTC", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"),
        (WIDE, "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"),
    ],
)
def test_rest_texts_reproduce_the_documented_signatures(signer: HmacSigner, symbol: str, signature: str) -> None:
    text = signed_text({"symbol": symbol, **ORDER}, signer, timestamp_ms=1499827319559, window_ms=5000)
    assert text.endswith(f"&signature={signature}")
    assert text.isascii()


@pytest.mark.parametrize(
    ("params", "window_ms", "signature"),
    [
        (
            {"symbol": "BTCUSDT", "side": "SELL", "price": "52000.00", "quantity": "0.01000000"},
            100,
            "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24",
        ),
        (
            {"symbol": WIDE, "side": "BUY", "price": "0.10000000", "quantity": "1.00000000"},
            5000,
            "b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd",
        ),
    ],
)
def test_socket_texts_reproduce_the_documented_signatures(
    signer: HmacSigner, params: dict[str, str], window_ms: int, signature: str
) -> None:
    whole = signed_params(
        {**params, "type": "LIMIT", "timeInForce": "GTC"}, signer, timestamp_ms=1645423376532, window_ms=window_ms
    )
    assert whole["signature"] == signature
    assert whole["apiKey"] == KEY


def published() -> list[dict[str, Any]]:
    """Published HMAC vectors of this venue whose text is given whole."""
    vectors = json.loads(shared_path("vectors", "documented_sign_vectors.json").read_text())
    return [row for row in vectors if row["id"].startswith("binance-") and row["kind"].startswith("hmac-sha256-hex")]


def test_every_published_hmac_vector_is_reproduced() -> None:
    rows = published()
    assert len(rows) >= 5
    for row in rows:
        signer = HmacSigner("", row["input"]["secret"].encode())
        assert signer.sign(row["input"]["payload"].encode()) == row["expected"], row["id"]


def test_rest_vectors_are_texts_this_room_would_write() -> None:
    rows = [row for row in published() if row["id"].startswith("binance-rest-hmac")]
    assert rows
    for row in rows:
        params = dict(parse_qsl(row["input"]["payload"]))
        assert encode(params) == row["input"]["payload"], row["id"]


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=12) | st.integers()))
def test_whatever_is_asked_is_encoded_as_the_standard_says(params: dict[str, str | int]) -> None:
    expected = "&".join(f"{quote(name, safe='')}={quote(str(value), safe='')}" for name, value in params.items())
    assert encode(params) == expected


def test_text_is_encoded_before_it_is_signed_and_never_after() -> None:
    assert encode({"a": "x y", "b": '["~,/"]', "c": "é"}) == "a=x%20y&b=%5B%22~%2C%2F%22%5D&c=%C3%A9"


def test_socket_text_is_sorted_and_raw() -> None:
    assert (
        socket_text({"symbol": "币安人生USDT", "apiKey": "k", "price": "1,5"})
        == "apiKey=k&price=1,5&symbol=币安人生USDT"
    )
