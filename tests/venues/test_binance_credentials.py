"""Keys of every kind: what they sign, what they never show, and which forms are refused by field (P2, P5)."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
import pickle
import traceback
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from connectors.errors import CredentialRefused, Refused
from connectors.model.connection import KeyKind
from connectors.model.ids import Mode
from connectors.ports.credentials import Signer, kind_of
from connectors.venues.binance.auth import signed_params, signed_text, socket_text
from connectors.wire.signers import Ed25519Signer, HmacSigner, RsaSigner
from support.shared import shared_path

API_KEY = "A1b2C3d4" * 8
SECRET = b"s3cr3tC4" * 8
ED_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RSA_KEY = rsa.generate_private_key(65537, 2048)
NAMES = {KeyKind.HMAC: "api_secret", KeyKind.RSA: "private_key", KeyKind.ED25519: "private_key"}
ORDER = {"symbol": "币安人生USDT", "side": "BUY", "type": "LIMIT", "quantity": "1", "price": "0.1"}
WHEN = {"timestamp_ms": 1499827319559, "window_ms": 5000}


def pem(key: Any, style: PrivateFormat = PrivateFormat.PKCS8, passphrase: bytes | None = None) -> bytes:
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    text: bytes = key.private_bytes(Encoding.PEM, style, lock)
    return text


def public(key: Any) -> bytes:
    text: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return text


SECRETS = {KeyKind.HMAC: SECRET, KeyKind.RSA: pem(RSA_KEY), KeyKind.ED25519: pem(ED_KEY)}


def signer_of(kind: KeyKind) -> Signer:
    return registry.signer("binance", Mode.LIVE, kind, API_KEY, SECRETS[kind])


def verify(kind: KeyKind, text: bytes, signature: str) -> None:
    """Raise unless the signature is the one of this text."""
    if kind is KeyKind.RSA:
        RSA_KEY.public_key().verify(base64.b64decode(signature), text, padding.PKCS1v15(), SHA256())
    elif kind is KeyKind.ED25519:
        ED_KEY.public_key().verify(base64.b64decode(signature), text)
    else:
        assert signature == hmac.new(SECRET, text, hashlib.sha256).hexdigest()


def published() -> list[dict[str, Any]]:
    vectors = json.loads(shared_path("vectors", "documented_sign_vectors.json").read_text())
    mine = [row for row in vectors if row["id"].startswith("binance-") and row["verified"]]
    return [row for row in mine if row["kind"].startswith(("hmac", "ed25519", "rsa"))]


def test_every_verified_vector_of_this_venue_is_reproduced() -> None:
    kinds = []
    for row in published():
        given_ = row["input"]
        if row["kind"].startswith("hmac"):
            signer: Signer = HmacSigner("", given_["secret"].encode())
            text = given_["payload"]
        else:
            signer = Ed25519Signer("", given_["private_key_pem"].encode())
            text = given_["payload_soh"].replace("|", "\x01")
        assert signer.sign(text.encode()) == row["expected"], row["id"]
        kinds.append(row["kind"].split("-")[0])
    assert kinds.count("hmac") >= 5
    assert kinds.count("ed25519") >= 1


def test_the_vectors_of_the_fact_sheet_are_reproduced() -> None:
    """Facts §2.3, numbers 5 and 6; 1 to 4 stand in test_binance_auth."""
    futures = HmacSigner("", b"2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9")
    text = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000"
    assert (
        futures.sign(f"{text}&timestamp=1591702613943".encode())
        == "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"
    )
    body = "MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u"
    fix = Ed25519Signer("", f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n".encode())
    assert (
        fix.sign(b"A\x01EXAMPLE\x01SPOT\x011\x0120240627-11:17:25.223")
        == "4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA=="
    )


@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_rest_text_verifies_with_the_public_half_after_it_is_decoded(kind: KeyKind) -> None:
    text = signed_text(ORDER, signer_of(kind), **WHEN)
    signed, _, quoted = text.partition("&signature=")
    assert signed.isascii()
    assert not set("+/= ") & set(quoted)
    verify(kind, signed.encode(), unquote(quoted))
    assert dict(parse_qsl(signed))["symbol"] == ORDER["symbol"]


@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_socket_text_is_signed_raw_sorted_and_with_its_key(kind: KeyKind) -> None:
    whole = signed_params(ORDER, signer_of(kind), **WHEN)
    signature = str(whole.pop("signature"))
    assert socket_text(whole).startswith(f"apiKey={API_KEY}&")
    verify(kind, socket_text(whole).encode(), signature)


@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_signer_says_its_kind_and_shows_nothing(kind: KeyKind) -> None:
    signer = signer_of(kind)
    assert kind_of(signer) is kind
    assert signer.api_key == API_KEY
    assert repr(signer) == f"{type(signer).__name__}()"
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never copied"):
            leak(signer)
    assert not hasattr(signer, "__dict__")


def test_a_signer_that_says_no_kind_is_an_hmac_key() -> None:
    class Plain:
        api_key = ""

        def sign(self, text: bytes) -> str:
            return text.hex()

    assert kind_of(Plain()) is KeyKind.HMAC


EC_KEY = ec.generate_private_key(ec.SECP256R1())
WRONG_PEMS = {
    "nothing": (b" \n", "is missing"),
    "no PEM": (b"MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy", "is not a PEM"),
    "a public key": (public(ED_KEY), "is a public key"),
    "encrypted": (pem(RSA_KEY, passphrase=b"open"), "is encrypted"),
    "encrypted the old way": (pem(RSA_KEY, PrivateFormat.TraditionalOpenSSL, b"open"), "is encrypted"),
    "EC": (pem(EC_KEY), "holds an EC key"),
    "EC of old": (pem(EC_KEY, PrivateFormat.TraditionalOpenSSL), "is an EC key"),
    "another curve": (pem(ed448.Ed448PrivateKey.generate()), "holds an Ed448 key"),
    "PKCS#1": (pem(RSA_KEY, PrivateFormat.TraditionalOpenSSL), "is not in PKCS#8"),
    "SSH": (pem(ED_KEY, PrivateFormat.OpenSSH), "is an SSH key"),
    "cut": (pem(RSA_KEY)[:400], "is a damaged PEM"),
    "filled in": (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "is a damaged PEM"),
}


@pytest.mark.parametrize("kind", [KeyKind.RSA, KeyKind.ED25519])
@pytest.mark.parametrize("name", WRONG_PEMS)
def test_a_private_key_in_a_wrong_form_is_refused_by_its_field(kind: KeyKind, name: str) -> None:
    text, what = WRONG_PEMS[name]
    with pytest.raises(CredentialRefused, match=f"private_key {what}") as refused:
        registry.signer("binance", Mode.LIVE, kind, API_KEY, text)
    assert refused.value.field == "private_key"


def test_one_kind_of_private_key_does_not_pass_for_the_other() -> None:
    with pytest.raises(CredentialRefused, match="private_key holds an Ed25519 key, but an RSA key"):
        registry.signer("binance", Mode.LIVE, KeyKind.RSA, API_KEY, pem(ED_KEY))
    with pytest.raises(CredentialRefused, match="private_key holds an RSA key, but an Ed25519 key"):
        registry.signer("binance", Mode.LIVE, KeyKind.ED25519, API_KEY, pem(RSA_KEY))


def test_an_rsa_key_of_a_length_the_venue_does_not_take_is_refused() -> None:
    with pytest.raises(CredentialRefused, match="private_key has 1024 bits"):
        RsaSigner(API_KEY, pem(rsa.generate_private_key(65537, 1024)))  # noqa: S505  # the point of it


@pytest.mark.parametrize("kind", list(KeyKind))
@pytest.mark.parametrize(
    ("api_key", "what"),
    [
        ("", "is missing"),
        (API_KEY[:-1], "has 63 characters"),
        (f"{API_KEY} ", "has 65 characters"),
        (f"{API_KEY[:-1]}!", "other characters"),
        (f"{API_KEY[:-1]}é", "other characters"),
    ],
)
def test_an_api_key_in_a_wrong_form_is_refused_by_its_field(kind: KeyKind, api_key: str, what: str) -> None:
    with pytest.raises(CredentialRefused, match=f"api_key .*{what}") as refused:
        registry.signer("binance", Mode.TESTNET, kind, api_key, SECRETS[kind])
    assert refused.value.field == "api_key"


@pytest.mark.parametrize(
    ("secret", "what"),
    [(b"", "is missing"), (SECRET[:-2], "has 62 characters"), (SECRET[:-1] + b"\n", "other"), (pem(ED_KEY), "a PEM")],
)
def test_an_hmac_secret_in_a_wrong_form_is_refused_by_its_field(secret: bytes, what: str) -> None:
    with pytest.raises(CredentialRefused, match=f"api_secret .*{what}") as refused:
        registry.signer("binance", Mode.DEMO, KeyKind.HMAC, API_KEY, secret)
    assert refused.value.field == "api_secret"


def test_the_embedded_exchange_mints_keys_of_its_own_form() -> None:
    assert registry.signer("binance", Mode.SIM, KeyKind.HMAC, "SIMkey-1", b"short_1").api_key == "SIMkey-1"


def test_a_venue_that_is_not_there_has_no_credentials() -> None:
    with pytest.raises(Refused, match="no venue 'nowhere'"):
        registry.signer("nowhere", Mode.LIVE, KeyKind.HMAC, API_KEY, SECRET)


@given(
    kind=st.sampled_from(list(KeyKind)),
    canary=st.text(st.sampled_from("qwertzuiopQWERTZ0123456789"), min_size=12, max_size=70),
    place=st.sampled_from(["api_key", "secret", "inside a PEM"]),
)
def test_no_refusal_and_no_traceback_repeats_what_was_given(kind: KeyKind, canary: str, place: str) -> None:
    api_key = canary if place == "api_key" else API_KEY
    secret = SECRETS[kind] if place == "api_key" else canary.encode()
    if place == "inside a PEM":
        secret = b"-----BEGIN PRIVATE KEY-----\n" + canary.encode() + b"\n-----END PRIVATE KEY-----"
    try:
        signer = registry.signer("binance", Mode.LIVE, kind, api_key, secret)
    except CredentialRefused as refused:
        told = "".join(traceback.format_exception(refused)) + repr(vars(refused)) + repr(refused.__context__)
        assert canary not in told
        assert refused.field in {"api_key", NAMES[kind]}
    else:
        assert canary not in repr(signer)
