"""What is kept of an account's asset ledger over a restart: its external lines; the rest follows from its fills."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from connectors.engine.inputs import LedgerKept
from connectors.engine.positions import EXACT
from connectors.errors import ArchiveFailed
from connectors.model.ids import AccountId, Epoch, InstrumentId
from connectors.ports.archive import Archive
from connectors.worker.executor import Executor
from connectors.worker.keeper import Keeper
from connectors.worker.ledger_text import fees_key, fees_of, fees_text, lines_key, lines_of
from connectors.worker.log import logger

Pairs = Mapping[InstrumentId, tuple[str, str]]


async def bring_ledger(executor: Executor, keeper: Keeper, account: AccountId, epoch: Epoch) -> None:
    """Let the engine know what the archive has of an account's asset ledger in the life it is in.

    Without the archive its lines begin anew: what moved while nobody looked is then not found.
    """
    pairs = executor.state.assets
    try:
        await keeper.flush()
        fees, text = await keeper.ask(lambda archive: _read(archive, account, epoch, pairs))
    except ArchiveFailed as problem:
        logger().warning("ledger_not_read", sentence=problem.sentence)
        return
    executor.feed(LedgerKept(account, fees, lines_of(text, epoch), executor.now()))


def _read(
    archive: Archive, account: AccountId, epoch: Epoch, pairs: Pairs
) -> tuple[Mapping[tuple[InstrumentId, str], Decimal], str | None]:
    """Fees in third assets, of which only those since the last reading are read again, and the kept lines."""
    key = fees_key(account)
    before, after = fees_of(archive.settings.get(key), epoch)
    new, newest = archive.fills.other_fees(account, epoch, pairs, after)
    fees = dict(before)
    for which, amount in new.items():
        fees[which] = EXACT.add(fees.get(which, Decimal(0)), amount)
    if newest != after:
        archive.settings.set(key, fees_text(epoch, fees, newest))
    return fees, archive.settings.get(lines_key(account))
