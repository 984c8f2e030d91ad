"""In which of its venue's lives an account was when it was last seen (DESIGN §4), kept for the next connector.

A venue says nothing of its lives: a connector tells them apart by comparing with the newest one that is known.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.model.connection import Connection
from connectors.model.ids import Epoch, Mode
from connectors.ports.archive import Archive
from connectors.worker.keeper import Keeper


async def with_newest_life(connection: Connection, keeper: Keeper) -> Connection:
    """The registration with the newest life known of its venue.

    On a testnet that is the archive's. A simulated exchange has the name its starter knows (`Connection.epoch_hint`),
    unless it was wiped since under that name.

    Raises:
        ArchiveFailed: The archive cannot be read.
    """
    account = connection.account
    known: str | None = None
    if connection.mode is Mode.TESTNET:
        known = await keeper.ask(lambda archive: archive.connections.epoch(account))
    elif connection.mode is Mode.SIM and connection.epoch_hint:
        known = await keeper.ask(lambda archive: _after(archive, connection))
    return replace(connection, epoch_hint=known) if known else connection


async def remember_life(connection: Connection, epoch: Epoch, keeper: Keeper) -> None:
    """Keep the newest life of an account, behind everything that is still being written.

    Raises:
        ArchiveFailed: It cannot be written.
    """

    def write(archive: Archive) -> None:
        archive.connections.set_epoch(connection.account, epoch)
        if connection.mode is Mode.SIM and connection.epoch_hint:
            # Of its newest name alone: another exchange under the same label begins its own.
            archive.settings.set(_key(connection), f"{connection.epoch_hint} {epoch}")

    await keeper.flush()
    await keeper.ask(write)


def _after(archive: Archive, connection: Connection) -> str | None:
    name, _, epoch = (archive.settings.get(_key(connection)) or "").partition(" ")
    return epoch if name == connection.epoch_hint else None


def _key(connection: Connection) -> str:
    return f"life.{connection.account}"
