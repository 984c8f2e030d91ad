"""What a key is sealed with is every place it is sent to, and nothing else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from connectors import registry
from connectors.errors import CredentialRefused, Refused
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import Mode
from connectors.venues.binance.places import bind
from connectors.wire.signers import Ed25519Signer, decrypted
from storage.vault.binding import MAX_ORIGINS, is_canonical
from support.kept import account

OWN = Hosts(
    ("http://127.0.0.1:4000", "http://127.0.0.2:4001"), "ws://127.0.0.1:4000", "ws://[::1]:4002/ws-api/v3", (),
    ("ws://127.0.0.1:4003",),
)  # fmt: skip


def connection(mode: Mode, hosts: Hosts) -> Connection:
    return Connection(account(), "binance", "main", mode, hosts=hosts)


@pytest.mark.parametrize(
    ("mode", "hosts"),
    [(Mode.LIVE, Hosts()), (Mode.TESTNET, Hosts()), (Mode.DEMO, Hosts()), (Mode.TESTNET, OWN), (Mode.SIM, OWN)],
)
def test_every_place_a_key_is_sent_to_is_bound_once_in_the_one_form(mode: Mode, hosts: Hosts) -> None:
    found = registry.bound_origins(connection(mode, hosts))
    places = bind(connection(mode, hosts), keyed=True)
    keyed = {f"{place.scheme}://{place.host}:{place.port}" for place in (*places.rest, *places.ws_apis)}
    assert {origin.replace("[::1]", "::1") for _, origin in found} == keyed
    roles = [role for role, _ in found]
    assert roles == sorted(set(roles))
    assert {"rest", "ws_api"} <= set(roles)
    assert len(found) <= MAX_ORIGINS
    assert all(is_canonical(origin) for _, origin in found)
    assert not any("stream" in origin for _, origin in found)


def test_hosts_that_do_not_fit_bind_nothing() -> None:
    with pytest.raises(Refused, match="counts as live"):
        registry.bound_origins(connection(Mode.TESTNET, Hosts(("https://api.binance.com",))))


def test_an_encrypted_private_key_is_opened_by_its_passphrase_alone() -> None:
    private = Ed25519PrivateKey.generate()
    plain = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    shut = bytearray(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open it")))
    assert decrypted(shut, bytearray(b"open it")) == plain
    assert Ed25519Signer("key", bytes(decrypted(shut, bytearray(b"open it")))).sign(b"text")
    for pem, passphrase in ((shut, b"other"), (bytearray(plain), b"open it"), (bytearray(b"ENCRYPTED"), b"open it")):
        with pytest.raises(CredentialRefused) as caught:
            decrypted(pem, bytearray(passphrase))
        assert caught.value.field == "passphrase"
        assert caught.value.__context__ is None
