"""Keys of all three kinds over REST, what each may do, and how a client brings its own: §2.1 and §7.1."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from connectors.simulator.entry.keys import Algorithm, Keys
from simulator import signers
from simulator.rig import Running, now_ms, refused, running
from simulator.signers import Signer


@pytest.fixture(scope="module")
def ed() -> Signer:
    return signers.ed25519()


@pytest.fixture(scope="module")
def rsa() -> Signer:
    return signers.rsa()


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory, ed: Signer, rsa: Signer) -> Iterator[Running]:
    """An exchange that was started with two public keys and the control path."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "ed.pem").write_text(ed.pem)
    (folder / "rsa.pem").write_text(rsa.pem)
    words = ("--public-key", str(folder / "ed.pem"), "--public-key", str(folder / "rsa.pem"), "--control")
    with running(folder, "--seed", "5", *words) as found:
        yield found


def keys_of(sim: Running) -> list[dict[str, str]]:
    found: Any = sim.line["keys"]
    assert isinstance(found, list)
    return found


def ask(
    sim: Running, key: str, signature: str, query: str, path: str = "/api/v3/account", method: str = "GET"
) -> httpx.Response:
    return sim.http.request(method, f"{path}?{query}&signature={signature}", headers={"X-MBX-APIKEY": key})


def control(sim: Running, method: str, body: object = None, **query: str) -> httpx.Response:
    return sim.http.request(method, "/control/keys", json=body, params=query)


def test_the_line_names_a_key_for_each_public_key_in_their_order(brought: Running) -> None:
    assert [row["type"] for row in keys_of(brought)] == ["ED25519", "RSA"]
    assert all(row["api_key"].startswith("SIM") for row in keys_of(brought))


def test_rsa_and_ed25519_signatures_in_base64_are_taken(brought: Running, ed: Signer, rsa: Signer) -> None:
    for row, signer in zip(keys_of(brought), (ed, rsa), strict=True):
        query = urlencode({"recvWindow": 6000.346, "timestamp": now_ms()})
        right = ask(brought, row["api_key"], quote(signer.sign(query), safe=""), query)
        assert right.status_code == 200, right.text
        wrong = ask(brought, row["api_key"], quote(signer.sign(query + "1"), safe=""), query)
        assert (wrong.status_code, wrong.json()["code"]) == (400, -1022)
        lower = ask(brought, row["api_key"], quote(signer.sign(query).swapcase(), safe=""), query)
        assert lower.json()["code"] == -1022


def test_a_base64_signature_must_be_percent_encoded(brought: Running, ed: Signer) -> None:
    key = keys_of(brought)[0]["api_key"]
    query = urlencode({"timestamp": now_ms()})
    while "+" not in (signature := ed.sign(query)):
        query = urlencode({"timestamp": now_ms()})
    assert ask(brought, key, signature, query).json()["code"] == -1022
    assert ask(brought, key, quote(signature, safe=""), query).status_code == 200


def test_one_keys_signature_does_not_open_for_another(brought: Running, ed: Signer, rsa: Signer) -> None:
    query = urlencode({"timestamp": now_ms()})
    first, second = (row["api_key"] for row in keys_of(brought))
    assert ask(brought, second, quote(ed.sign(query), safe=""), query).json()["code"] == -1022
    assert ask(brought, first, quote(rsa.sign(query), safe=""), query).json()["code"] == -1022
    assert ask(brought, first, brought.sign(query), query).json()["code"] == -1022


def restrictions(sim: Running, key: str, sign: Any) -> dict[str, Any]:
    query = urlencode({"timestamp": now_ms()})
    answer = ask(sim, key, quote(sign(query), safe=""), query, "/sapi/v1/account/apiRestrictions")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_key_is_told_what_it_may_do(brought: Running) -> None:
    found = restrictions(brought, brought.line["api_key"], brought.sign)
    assert abs(found.pop("createTime") - now_ms()) < 600_000
    assert found == {
        "ipRestrict": False,
        "enableReading": True,
        "enableSpotAndMarginTrading": True,
        "enableWithdrawals": False,
        "enableInternalTransfer": False,
        "enableMargin": False,
        "enableFutures": False,
        "permitsUniversalTransfer": False,
        "enableVanillaOptions": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
        "enablePortfolioMarginTrading": False,
    }


def order(sim: Running, key: str, signer: Any) -> httpx.Response:
    query = urlencode({"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"})
    query += f"&timestamp={now_ms()}"
    return ask(sim, key, quote(signer(query), safe=""), query, "/api/v3/order", "POST")


def test_a_key_that_may_only_read_cannot_trade(brought: Running) -> None:
    pair = signers.ed25519()
    rights = {"enableSpotAndMarginTrading": False}
    key = control(brought, "POST", {"publicKey": pair.pem, "rights": rights}).json()["apiKey"]
    assert restrictions(brought, key, pair.sign)["enableSpotAndMarginTrading"] is False
    turned_away = order(brought, key, pair.sign)
    assert (turned_away.status_code, turned_away.json()["code"]) == (401, -2015)
    control(brought, "PUT", {"apiKey": key, "rights": {"enableSpotAndMarginTrading": True}})
    assert order(brought, key, pair.sign).json()["status"] == "FILLED"


@pytest.mark.parametrize(
    "rights",
    [{"enableReading": False}, {"ips": ["10.0.0.1"]}],
    ids=["may not read", "from another address"],
)
def test_a_key_may_not_read_or_come_from_elsewhere(brought: Running, rights: dict[str, Any]) -> None:
    made = control(brought, "POST", {"rights": rights}).json()
    query = urlencode({"timestamp": now_ms()})
    signature = hmac.new(made["apiSecret"].encode(), query.encode(), hashlib.sha256).hexdigest()
    answer = ask(brought, made["apiKey"], signature, query)
    assert (answer.status_code, answer.json()["code"]) == (401, -2015)


def test_the_right_to_trade_may_end(brought: Running) -> None:
    pair = signers.ed25519()
    rights = {"tradingAuthorityExpirationTime": now_ms() - 1}
    key = control(brought, "POST", {"publicKey": pair.pem, "rights": rights}).json()["apiKey"]
    assert order(brought, key, pair.sign).json()["code"] == -2015
    assert (
        restrictions(brought, key, pair.sign)["tradingAuthorityExpirationTime"]
        == rights["tradingAuthorityExpirationTime"]
    )


def test_a_revoked_key_is_unknown(brought: Running) -> None:
    pair = signers.ed25519()
    key = control(brought, "POST", {"publicKey": pair.pem}).json()["apiKey"]
    assert key in {row["apiKey"] for row in control(brought, "GET").json()["keys"]}
    control(brought, "DELETE", apiKey=key)
    query = urlencode({"timestamp": now_ms()})
    assert ask(brought, key, quote(pair.sign(query), safe=""), query).json()["code"] == -2015
    assert control(brought, "DELETE", apiKey=key).status_code == 404


def test_wishes_for_a_key_that_cannot_be_granted_are_refused(brought: Running) -> None:
    for wish in ({"publicKey": "no key"}, {"rights": {"enableFlying": True}}, {"publicKey": signers.elliptic()}):
        assert control(brought, "POST", wish).status_code == 400
    assert control(brought, "POST", {"publicKey": signers.rsa(1024).pem}).json() == {
        "error": "That cannot be taken: it has 1024 bits, not 2048 to 4096."
    }


def test_without_the_control_path_nobody_mints_keys(sim: Running) -> None:
    assert sim.http.post("/control/keys", json={}).status_code == 404


def test_a_file_that_holds_no_public_key_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("-----BEGIN NOTHING-----")
    assert "it is no public key in PEM" in refused(tmp_path, "--public-key", str(path))
    path.write_text(signers.elliptic())
    assert "it is neither RSA nor Ed25519" in refused(tmp_path, "--public-key", str(path))
    assert "No such file" in refused(tmp_path, "--public-key", "/nonexistent.pem")


def test_the_documented_vector_of_ed25519_verifies() -> None:
    """§2.3, vector 6: the key pair and signature of the official FIX page."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

    seed = base64.b64decode("MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u")
    public = load_der_private_key(seed, None).public_key()
    key = Keys().register(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), 0)
    signature = "4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA=="
    assert key.algorithm is Algorithm.ED25519
    assert key.verify("A\x01EXAMPLE\x01SPOT\x011\x0120240627-11:17:25.223", signature)
    assert not key.verify("A\x01EXAMPLE\x01SPOT\x012\x0120240627-11:17:25.223", signature)
