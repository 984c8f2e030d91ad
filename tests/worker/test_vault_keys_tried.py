"""Keys tried and kept against a real exchange; also one that comes encrypted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from connectors.model.connection import KeyKind
from connectors.model.vault import VaultState
from connectors.worker import api
from connectors.worker.secrets import KeepKey, KeyText, TryKey
from support.simulator import Simulator, running_simulator
from worker.house import WorkerHouse, a_worker, until
from worker.owner import Owner, kept, key, key_of, on_testnet, rows

pytestmark = pytest.mark.peers


@pytest.fixture
async def house(home: Path) -> AsyncIterator[WorkerHouse]:
    async with a_worker(home) as made:
        yield made


@pytest.fixture
async def owner(house: WorkerHouse) -> Owner:
    made = Owner(await house.join("socket"))
    await made.create()
    return made


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("venue"), "--seed", "7") as running:
        yield running


async def test_a_key_is_tried_without_being_kept_and_the_kept_one_without_being_typed(
    owner: Owner, venue: Simulator, home: Path
) -> None:
    connection = on_testnet(venue)
    tried = await owner.hand(TryKey(connection, key_of(venue)))
    assert isinstance(tried, api.KeyTried), tried
    assert all(passed for _, passed, _ in tried.steps)
    assert (tried.needs, rows(home)) == ((), [])
    wrong = await owner.hand(TryKey(connection, key()))
    assert isinstance(wrong, api.KeyTried)
    assert not wrong.steps[-1][1]
    await owner.keep(venue, replace(connection, active=False))
    again = await owner.hand(TryKey(connection, None))
    assert isinstance(again, api.KeyTried)
    assert all(passed for _, passed, _ in again.steps)


async def test_switched_on_it_connects_at_once_and_another_key_takes_the_place_of_the_first(
    owner: Owner, house: WorkerHouse, venue: Simulator
) -> None:
    connection = replace(on_testnet(venue), active=False)
    await kept(owner, connection)
    await kept(owner, connection, key_of(venue))
    assert await owner.link.request(api.EditConnection(connection.account, active=True)) == api.Done()
    live = house.worker.roster.get(connection.account)
    await until(lambda: live.follower is not None and live.follower.ready)
    await until(lambda: live.connection.last_connected_ns is not None)


async def test_an_encrypted_private_key_is_kept_by_what_is_inside(tmp_path: Path, owner: Owner, home: Path) -> None:
    private = Ed25519PrivateKey.generate()
    public = tmp_path / "public.pem"
    public.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    shut = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open it"))
    with running_simulator(tmp_path / "venue", "--public-key", str(public)) as venue:
        name = venue.keys[0]["api_key"]
        wrong = KeyText(KeyKind.ED25519, name, bytearray(shut), bytearray(b"not this"))
        refused = await owner.refused(KeepKey(on_testnet(venue), wrong))
        assert (refused.kind, "passphrase" in refused.sentence) == (api.FailureKind.CREDENTIAL_REFUSED, True)
        right = KeyText(KeyKind.ED25519, name, bytearray(shut), bytearray(b"open it"))
        answer = await owner.hand(KeepKey(on_testnet(venue), right))
        assert isinstance(answer, api.KeyKept), answer
        assert await owner.state() is VaultState.OPEN
    plain = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert plain.splitlines()[1] not in (home / "data" / "tradedesk.db").read_bytes()
