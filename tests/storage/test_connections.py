"""Registered connections, and what the desk remembers by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import Refused
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import Epoch, Mode, Product
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
