"""Registered connections, and what the desk remembers by name."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import Refused
from connectors.model.connection import Connection, Hosts, KeyKind
from connectors.model.ids import Epoch, Mode, Product
from connectors.model.rights import Acceptance
from connectors.ports.archive import Batch
from storage.archive import Archive, open_archive
from support.kept import account, entry, order

LIVE = Connection(
    account=account(),
    venue="binance",
    label="b",
    mode=Mode.LIVE,
    products=(Product.SPOT, Product.LINEAR),
    hosts=Hosts(("https://a.example", "https://b.example"), "wss://s.example", "wss://w.example/ws-api/v3"),
    created_ns=1,
)
DEMO = Connection(
    account=account(2),
    venue="binance",
    label="demo",
    mode=Mode.SIM,
    hosts=Hosts(("http://127.0.0.1:4000",), "ws://127.0.0.1:4000", "ws://127.0.0.1:4000/ws-api/v3"),
    keyed=True,
    embedded=True,
    active=False,
    created_ns=2,
)


def test_connections_come_back_in_the_order_of_their_making(archive: Archive) -> None:
    archive.connections.add(DEMO)
    archive.connections.add(LIVE)
    assert archive.connections.all()[0] == LIVE
    assert [one.label for one in archive.connections.all()] == ["b", "demo"]


def test_the_hosts_of_the_embedded_exchange_are_never_stored(file: Path) -> None:
    archive = open_archive(file)
    archive.connections.add(DEMO)
    found = archive.connections.all()[0]
    archive.close()
    assert found.hosts == Hosts()
    assert (found.account, found.keyed, found.embedded, found.active) == (account(2), True, True, False)
    assert b"127.0.0.1" not in file.read_bytes()


def test_a_label_that_is_taken_is_refused_and_says_by_what(archive: Archive) -> None:
    archive.connections.add(LIVE)
    with pytest.raises(Refused, match=r"'b' is taken by binance \(live\).*venues remove b"):
        archive.connections.add(Connection(account(3), "binance", "b", Mode.TESTNET))
    assert len(archive.connections.all()) == 1


def test_a_removed_connection_leaves_its_orders_and_frees_its_label(archive: Archive) -> None:
    archive.connections.add(LIVE)
    archive.journal.append(Batch(entries=(entry(order()),)))
    archive.connections.remove(LIVE.account)
    archive.connections.remove(LIVE.account)
    assert archive.connections.all() == []
    assert len(archive.journal.orders()) == 1
    archive.connections.add(Connection(account(3), "binance", "b", Mode.TESTNET))


def test_an_epoch_is_kept_until_a_newer_one_is_seen(archive: Archive) -> None:
    archive.connections.add(DEMO)
    assert archive.connections.epoch(DEMO.account) is None
    archive.connections.set_epoch(DEMO.account, Epoch("one"))
    archive.connections.set_epoch(DEMO.account, Epoch("two"))
    assert archive.connections.epoch(DEMO.account) == "two"
    assert archive.connections.epoch(account(9)) is None


def test_what_is_remembered_by_name_survives_a_restart(file: Path) -> None:
    archive = open_archive(file)
    assert archive.settings.get("trading") is None
    archive.settings.set("trading", "ACTIVE")
    archive.settings.set("trading", "HALTED")
    archive.close()
    again = open_archive(file)
    assert again.settings.get("trading") == "HALTED"
    again.close()


def test_hosts_and_switch_change_and_the_label_of_a_keyless_one(archive: Archive) -> None:
    archive.connections.add(LIVE)
    archive.connections.add(DEMO)
    moved = replace(LIVE, label="moved", hosts=Hosts(("https://c.example",)), active=False)
    archive.connections.update(moved)
    assert archive.connections.all()[0] == moved
    with pytest.raises(Refused, match="taken"):
        archive.connections.update(replace(moved, label="demo"))
    with pytest.raises(Refused, match="no such connection"):
        archive.connections.update(Connection(account(3), "binance", "c", Mode.TESTNET))


def test_what_is_sealed_with_a_key_is_left_to_the_vault(archive: Archive, file: Path) -> None:
    archive.connections.add(LIVE)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE exchange_connections SET auth_kind = 'ed25519', flags = 5, keyed = 1")
    archive.connections.update(replace(LIVE, label="other", active=False))
    archive.connections.set_connected(LIVE.account, 7)
    (kept,) = archive.connections.all()
    assert (kept.label, kept.active, kept.last_connected_ns) == ("b", False, 7)
    assert (kept.key_kind, kept.accepted) == (KeyKind.ED25519, (Acceptance.WITHDRAWAL, Acceptance.UNKNOWN_RIGHTS))


def test_a_kind_of_key_nobody_knows_does_not_keep_the_worker_from_starting(archive: Archive, file: Path) -> None:
    archive.connections.add(LIVE)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE exchange_connections SET auth_kind = 'quantum', flags = 255")
    assert archive.connections.all()[0].key_kind is None
