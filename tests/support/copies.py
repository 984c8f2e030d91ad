"""An archive with something of everything in it, to be copied and put back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.ports.archive import Batch
from storage.archive import Archive, open_archive
from storage.database.engine import Database, Limits
from storage.vault.anchor import AnchorFile
from storage.vault.sqlite import SqliteVaultStore
from support.clock import FakeClock
from support.kept import entry, fill, order, position_event
from support.vaults import Desk, by, register, secret


@dataclass(frozen=True)
class House:
    """The folders of one desk."""

    folder: Path

    @property
    def archive(self) -> Path:
        return self.folder / "data" / "tradedesk.db"

    @property
    def anchor(self) -> Path:
        return self.folder / "state" / "vault.anchor"

    @contextmanager
    def opened(self) -> Iterator[Archive]:
        archive = open_archive(self.archive)
        try:
            yield archive
        finally:
            archive.close()

    @contextmanager
    def vaulted(self, limits: Limits | None = None) -> Iterator[Desk]:
        """The vault of this house, as a process that has just started sees it."""
        database = Database.open(self.archive, limits)
        try:
            yield Desk(SqliteVaultStore(database), AnchorFile(self.anchor), FakeClock())
        finally:
            database.checkpoint()
            database.dispose()

    def handles(self) -> set[str]:
        """Which orders are in the archive."""
        with self.opened() as archive:
            return {known.handle for known in archive.journal.orders(limit=100_000)}

    def trade(self, *numbers: int) -> None:
        """Place some orders."""
        with self.opened() as archive:
            for number in numbers:
                archive.journal.append(Batch(entries=(entry(order(number)),)))


def furnished(folder: Path) -> House:
    """A house with orders k1 to k3, a fill, a position, a HALT, and a vault with the keys of two connections."""
    house = House(folder)
    for name in ("data", "state"):
        (folder / name).mkdir(mode=0o700)
    house.trade(1, 2, 3)
    with house.opened() as archive:
        archive.journal.append(Batch(fills=(fill("1"),), positions=(position_event(),)))
        archive.settings.set("halted", "yes")
    register(house.archive, 1, 2, 3)
    with house.vaulted() as desk:
        vault = desk.made(connections=2)
        vault.slots.add_passphrase(by(), by("another passphrase of ours"), "second")
        vault.credentials.put_item("note", secret("canary-item-in-the-vault"))
    return house


def rows_of(file: Path, question: str) -> list[tuple[object, ...]]:
    """Ask a database file anything."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(question).fetchall()
