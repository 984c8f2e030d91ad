"""Write an archive of the present schema as SQL text, to be kept before the next revision changes it.

PYTHONPATH=tests:. python tests/storage/schemas/write.py tests/storage/schemas/0003.sql

With it comes what opened its vault: `PASSPHRASE` of `support.vaults`, at the weak cost of the tests.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path
from uuid import UUID

from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Epoch, Mode, Product
from connectors.ports.archive import Batch
from storage.archive import open_archive
from storage.database.engine import Database
from storage.vault.sqlite import SqliteVaultStore
from support.kept import entry, fill, order
from support.vaults import Desk, bound, by, fields, register, secret

CONNECTION = Connection(
    account=AccountId(UUID("01890000-0000-7000-8000-000000000001")),
    venue="binance",
    label="main",
    mode=Mode.LIVE,
    products=(Product.SPOT,),
    hosts=Hosts(rest=("https://api.binance.com",), stream="wss://stream.binance.com:9443"),
    created_ns=1_900_000_000_000_000_000,
)


def write(target: Path) -> None:
    """Make a small archive with something in its tables and dump it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tradedesk.db"
        archive = open_archive(file)
        archive.connections.add(CONNECTION)
        archive.connections.set_epoch(CONNECTION.account, Epoch("epoch-1"))
        archive.settings.set("halted", "yes")
        archive.journal.append(Batch(entries=(entry(order()),), fills=(fill("1"),)))
        archive.close()
        _keep_a_key(file)
        with sqlite3.connect(file) as connection:
            target.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
        connection.close()


def _keep_a_key(file: Path) -> None:
    """A vault with one connection's key and an item."""
    register(file, 1)
    database = Database.open(file)
    vault = Desk(SqliteVaultStore(database)).vault()
    vault.create(by())
    vault.credentials.put(bound(1), fields(1))
    vault.credentials.put_item("note", secret("a note"))
    database.checkpoint()
    database.dispose()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
