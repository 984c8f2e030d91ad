"""A registration and its key, written one after the other, and undone together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from connectors.errors import TradedeskError, VaultError
from connectors.model.connection import Connection
from connectors.ports.archive import Archive
from connectors.ports.vault import Vault
from connectors.worker.keys import signing
from connectors.worker.log import logger

if TYPE_CHECKING:
    from connectors.worker.worker import Worker


async def written(worker: Worker, row: Connection) -> None:
    """Write a registration that is there.

    Raises:
        Refused: Its label is taken, or it is not there.
        ArchiveFailed: It cannot be written.
    """
    await worker.keeper.ask(lambda archive: archive.connections.update(row))


async def both(worker: Worker, row: Connection, before: Connection | None, keep: Callable[[Vault], None]) -> str:
    """Write the registration, then the key; a registration whose key was refused is put back as it was.

    A crash between the two leaves a row that says it has a key and has none, or hosts its key is not sealed with:
    both are told by their own sentence and used for nothing.

    Returns:
        What failed after the key was kept, such as the vault's anchor, as a sentence; empty when nothing did.

    Raises:
        TradedeskError: Row or key could not be kept; neither is.
    """
    if before is None:
        await worker.keeper.ask(lambda archive: archive.connections.add(row))
    else:
        await written(worker, row)
    try:
        await worker.keys.room.ask(keep)
    except TradedeskError as problem:
        if await _is_kept(worker, row):
            # To take the row back now would take the key with it, and break the seal.
            logger().error("kept_with_a_flaw", label=row.label, sentence=problem.sentence)
            return problem.sentence
        await worker.keeper.ask(lambda archive: _put_back(archive, row, before))
        raise
    return ""


def _put_back(archive: Archive, row: Connection, before: Connection | None) -> None:
    if before is None:
        archive.connections.remove(row.account)
    else:
        archive.connections.update(before)


async def _is_kept(worker: Worker, row: Connection) -> bool:
    """Whether the vault holds the key of a registration just as that is."""
    try:
        held = await worker.keys.room.ask(lambda vault: vault.keys.all())
    except VaultError:
        return False
    return any(binding.account == row.account and not signing.difference(row, binding) for binding in held)
