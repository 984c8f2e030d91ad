"""Asking a venue for everything: which instruments' fills to ask for, and from where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from connectors.engine.inputs import Snapshot
from connectors.model.balance import Balance
from connectors.model.connection import Connection
from connectors.model.fill import Fill
from connectors.model.ids import AccountId, Epoch, InstrumentId, TradeId
from connectors.model.order import Order, OrderReport
from connectors.ports.archive import Archive
from connectors.ports.venue import Account, Trading
from connectors.worker.house import House
from connectors.worker.recall import recall, recall_owners

FILLS_PAGE = 1_000

OVERLAP_NS = 3_600_000_000_000
"""How far back fills are asked for once more when a worker begins, after a gap, and when somebody wants to know."""


class Reason(StrEnum):
    """Why everything is asked for."""

    FIRST = "FIRST"
    """The worker has begun: what the one before heard last may not be on disk."""
    GAP = "GAP"
    """The stream was down: what happened meanwhile was not told."""
    ROUTINE = "ROUTINE"
    """Its time has come. While nothing moved this costs two questions."""
    ASKED = "ASKED"
    """Somebody wants to know."""


def reason_of(*, settled: bool, reconciled: bool, asked: bool) -> Reason:
    """Why everything is asked for: what came before decides, and only then who wants to know."""
    if not settled:
        return Reason.FIRST
    if not reconciled:
        return Reason.GAP
    return Reason.ASKED if asked else Reason.ROUTINE


@dataclass(frozen=True, slots=True)
class Taken:
    """What the venue said, and whose fills it was asked for."""

    snapshot: Snapshot
    instruments: tuple[InstrumentId, ...]


async def take_snapshot(
    connection: Connection,
    trading: Trading,
    account: Account,
    epoch: Epoch,
    house: House,
    reason: Reason,
    *,
    same_clock: bool = True,
) -> Taken:
    """Ask for open orders, then own fills, then balances: later answers may know more, never less.

    Fills can be asked for only per instrument on some venues: those with open orders, those whose two assets both
    moved, and, but for the routine, those the archive has touched, or one that it was put in the place of.

    Where the venue's clock is ours, nothing is asked for that was traded before the connection was made.

    Raises:
        TradedeskError: The venue, or the archive, could not be asked.
    """
    since_ns = connection.created_ns if same_clock and connection.created_ns else None
    asked = house.executor.now().mono_ns
    open_orders = await trading.open_orders()
    touched, recorded = await house.keeper.ask(lambda archive: _recorded(archive, connection.account))
    for report in open_orders:
        await recall(house.executor, house.keeper, connection.account, report)
    balances = await account.balances()
    instruments = {report.instrument for report in open_orders}
    instruments |= set(_moved(house, connection, recorded, balances))
    instruments |= {order.instrument for order in _own_live(house, connection)}
    if reason is not Reason.ROUTINE:
        instruments |= touched
    fills: list[Fill] = []
    for instrument in sorted(instruments):
        fills.extend(
            await _new_fills(
                connection, account, epoch, instrument, house, overlap=reason is not Reason.ROUTINE, since_ns=since_ns
            )
        )
    await recall_owners(house.executor, house.keeper, connection.account, fills)
    if instruments:
        balances = await account.balances()  # after the fills: never before what they made of them
    missed = reason in {Reason.FIRST, Reason.GAP}
    now = house.executor.now()
    snapshot = Snapshot(connection.account, _sorted(open_orders), fills, balances, asked, now, missed)
    return Taken(snapshot, tuple(sorted(instruments)))


def _own_live(house: House, connection: Connection) -> Iterable[Order]:
    state = house.executor.state
    return [state.orders[order_id] for order_id in state.live if state.orders[order_id].account == connection.account]


def _sorted(reports: Sequence[OrderReport]) -> Sequence[OrderReport]:
    """Oldest first, so that orders of other tools get the same handles at every first sight."""
    return sorted(reports, key=lambda report: (report.time_ns, report.instrument, report.venue_order_id or ""))


def _recorded(archive: Archive, account: AccountId) -> tuple[set[InstrumentId], dict[str, Balance]]:
    """What an account had an order or a fill of, and its balances when they were last written down, by asset."""
    touched = set(archive.fills.instruments_touched(account))
    restored = archive.upkeep.restored()
    if restored is not None:
        touched.update(restored.touched_by(account))
    return touched, {balance.asset: balance for balance in archive.fills.balances(account)}


def _moved(
    house: House, connection: Connection, recorded: Mapping[str, Balance], balances: Sequence[Balance]
) -> Iterable[InstrumentId]:
    """Instruments whose two assets both moved, since the last snapshot or, at the first, since the archive was left."""
    state = house.executor.state
    known: Mapping[str, Balance] = state.balances.get(connection.account) or recorded
    if not known:
        return ()
    moved = {
        balance.asset
        for balance in balances
        if (before := known.get(balance.asset)) is None or before.total != balance.total
    }
    moved |= set(known) - {balance.asset for balance in balances}
    return [
        instrument
        for instrument, (base, quote) in state.assets.items()
        if instrument.venue == connection.venue and base in moved and quote in moved
    ]


async def _new_fills(
    connection: Connection,
    account: Account,
    epoch: Epoch,
    instrument: InstrumentId,
    house: House,
    *,
    overlap: bool,
    since_ns: int | None,
) -> Sequence[Fill]:
    """What came after the newest recorded fill, with an overlap but for the routine; without one, all there is.

    The overlap finds a fill that was heard of but not yet on disk when the worker before was killed, while a later
    one was, and one of a gap in the stream behind which a later one was told. It never reaches back before the
    connection: what was traded then is in the external line, not in fills.
    """
    owner = connection.account
    last, newest_ns = await house.keeper.ask(lambda archive: _newest(archive, owner, epoch, instrument))
    after, start_ns = last, None
    if last is None:
        start_ns = since_ns
    elif overlap and newest_ns is not None:
        after, start_ns = None, max(newest_ns - OVERLAP_NS, since_ns or 0)
    found: list[Fill] = []
    while True:
        page = await account.fills(instrument, after=after, start_ns=start_ns, limit=FILLS_PAGE)
        found.extend(page)
        if len(page) < FILLS_PAGE or (after is None and start_ns is None):
            return found
        after, start_ns = page[-1].trade_id, None


def _newest(
    archive: Archive, account: AccountId, epoch: Epoch, instrument: InstrumentId
) -> tuple[TradeId | None, int | None]:
    """Trade id and time of the newest recorded fill of one instrument."""
    newest = archive.fills.newest(account, epoch, instrument)
    return (newest.fill.trade_id, newest.fill.time_ns) if newest is not None else (None, None)
