"""A desk that a debugger may read opens no vault with a LIVE key (SECURITY-SPEC §8)."""

from __future__ import annotations

from pathlib import Path

import pytest
import uuid6

from connectors.errors import VaultLocked
from connectors.model.connection import Connection, KeyKind
from connectors.model.ids import AccountId, Mode
from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy, VaultState
from connectors.ports.vault import Given, KeyBinding
from storage.archive import open_archive
from storage.paths import Home
from storage.vault.door import VaultDoor, open_door
from support.clock import FakeClock
from support.vaults import PASSPHRASE, cheap

ORIGINS = {Mode.LIVE: "https://api.binance.com", Mode.TESTNET: "https://testnet.binance.vision"}


def door(home: Path, *, readable: bool) -> VaultDoor:
    """The vault of a home."""
    place = Home.below(home)
    place.prepare()
    open_archive(place.database).close()
    return open_door(place.database, place.vault_anchor, FakeClock(), cost=cheap(), readable=readable)


def holding(home: Path, mode: Mode) -> None:
    """Make a vault that holds one key."""
    made = door(home, readable=False)
    account = AccountId(uuid6.uuid7())
    archive = open_archive(Home.below(home).database)
    archive.connections.add(Connection(account, "binance", "mine", mode))
    archive.close()
    made.create(SecretBytes(bytearray(PASSPHRASE, "utf-8")))
    binding = KeyBinding(account, "binance", mode, KeyKind.HMAC, "mine", (), (("rest", ORIGINS[mode]),))
    made.keys.put(binding, {"api_key": SecretBytes(bytearray(b"k")), "secret": SecretBytes(bytearray(b"s"))})
    made.close()


def given() -> Given:
    """The passphrase, typed."""
    return Given(OpenedBy.PASSPHRASE, SecretBytes(bytearray(PASSPHRASE, "utf-8")))


def test_a_live_key_keeps_the_vault_of_a_readable_process_shut(home: Path) -> None:
    holding(home, Mode.LIVE)
    opened = door(home, readable=True)
    opened.facts()
    with pytest.raises(VaultLocked, match=r"LIVE key \(mine\).*Unset TRADEDESK_DEV"):
        opened.open(given())
    assert opened.state is VaultState.LOCKED
    with pytest.raises(VaultLocked):
        opened.keys.all()
    opened.close()
    closed = door(home, readable=False)
    closed.open(given())
    assert len(closed.keys.all()) == 1
    closed.close()


def test_a_testnet_key_does_not(home: Path) -> None:
    holding(home, Mode.TESTNET)
    opened = door(home, readable=True)
    opened.open(given())
    assert opened.state is VaultState.OPEN or opened.facts().state is VaultState.OPEN
    opened.close()
