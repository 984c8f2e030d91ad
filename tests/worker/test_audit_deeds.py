"""What of a command is taken down for the desk's own rows: never what may be a secret, refused commands too."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from connectors.model.connection import Hosts
from connectors.worker import api
from connectors.worker.audit_deeds import deed_of, safe
from connectors.worker.secrets import AddPassphrase, ChangePassphrase, RemoveSlot, RenewDataKey
from worker.house import a_worker
from worker.owner import away, nowhere, typed

SECRET = "hunter2-of-a-human"
LONG = "aB3" * 22
SLOT = "ab" * 16


def told(command: object) -> str:
    deed = deed_of(command)
    assert deed is not None
    return msgspec.json.encode(safe(deed.facts)).decode()


def test_a_backup_is_taken_down_with_its_file_and_whether_it_has_the_keys() -> None:
    deed = deed_of(api.BackUp("/backups/desk", keys=False))
    assert deed is not None
    assert (deed.operation, deed.facts) == ("archive.backup", {"file": "/backups/desk", "keys": False})


@pytest.mark.parametrize(
    "command",
    [
        ChangePassphrase(typed(), bytearray(b"x"), SECRET),
        RemoveSlot(typed(), SECRET),
        RenewDataKey(typed(), (), (SLOT, SECRET)),
        AddPassphrase(typed(), bytearray(b"x"), f"token={SECRET}"),
        api.BackUp(f"/backups/password={SECRET}"),
        api.AddConnection(nowhere(f"secret: {SECRET}")),
        api.AddConnection(nowhere(LONG)),
        api.AddConnection(replace(nowhere(), hosts=Hosts((f"https://desk:{SECRET}@venue.example/api",), "", ""))),
        api.AddConnection(replace(nowhere(), hosts=Hosts(("https://a.example",), "", f"wss://u:{SECRET}@a.example"))),
        api.EditConnection(nowhere().account, label=f"api_key={SECRET}"),
        api.EditConnection(
            nowhere().account, hosts=Hosts((f"https://{SECRET}:@a.example", f"u:p/{SECRET}@host"), "", "")
        ),
    ],
)
def test_nothing_that_looks_like_a_secret_is_in_a_row(command: object) -> None:
    row = told(command)
    assert SECRET not in row
    assert LONG not in row


def test_slots_hosts_and_labels_are_taken_down_as_they_are() -> None:
    assert told(RemoveSlot(typed(), SLOT)) == f'{{"slot":"{SLOT}"}}'
    assert told(ChangePassphrase(typed(), bytearray(b"x"), "")) == '{"slot":""}'
    assert SLOT in told(RenewDataKey(typed(), (), (SLOT,)))
    hosts = Hosts(("https://desk:x@venue.example:8443/api",), "", "wss://venue.example/ws")
    row = told(api.AddConnection(replace(nowhere("main"), hosts=hosts)))
    assert '"rest":["https://venue.example:8443/api"],"ws_api":"wss://venue.example/ws"' in row
    assert '"label":"main"' in row


async def test_what_was_refused_is_taken_down_without_it_too(home: Path) -> None:
    async with a_worker(home, make_connector=away) as house:
        link = await house.join("memory")
        hosts = Hosts((f"https://desk:{SECRET}@venue.example",), "", "")
        refused = await link.request(api.AddConnection(replace(nowhere(f"password={SECRET}"), hosts=hosts)))
        assert isinstance(refused, api.Failure)
    with closing(sqlite3.connect(home / "data" / "tradedesk.db")) as file:
        rows = file.execute("SELECT outcome, detail FROM audit WHERE operation = 'connection.add'").fetchall()
    assert [outcome for outcome, _detail in rows] == ["REFUSED"]
    assert SECRET.encode() not in rows[0][1]
