"""A stream that was down may have told a later fill and not an earlier one: both are asked for again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from connectors.clock import SystemClock
from connectors.engine.inputs import Moment
from connectors.engine.state import State
from connectors.model.balance import Balance
from connectors.model.connection import Connection
from connectors.model.fill import Fill, RecordedFill
from connectors.model.ids import Mode
from connectors.ports.archive import Batch
from connectors.ports.venue import Account, Trading
from connectors.worker.house import House
from connectors.worker.keeper import Keeper
from connectors.worker.reconciling import Reason, take_snapshot
from connectors.worker.rescue import Rescue
from connectors.worker.supervise import Supervisor
from engine.world import ACCOUNT, EPOCH, SECOND, Desk, fill, order_id
from storage.archive import open_archive
from worker.house import folders

EARLIER, LATER = fill(1, "0.002", venue_id="x1", time_ns=9 * SECOND), fill(2, "0.003", time_ns=10 * SECOND)


class Venue:
    """Both fills are there; it lists what comes behind a trade, or since a time."""

    async def open_orders(self) -> Sequence[Any]:
        return ()

    async def balances(self) -> Sequence[Balance]:
        return Desk().money("100000", "1")

    async def fills(self, _instrument: object, *, after: str | None, start_ns: int | None, limit: int) -> list[Fill]:
        told = [one for one in (EARLIER, LATER) if after is None or int(one.trade_id) > int(after)]
        return [one for one in told if one.time_ns >= (start_ns or 0)][:limit]


@dataclass
class Rooms:
    """As much of a house as a comparison needs."""

    keeper: Keeper
    executor: Rooms | None = None

    @property
    def state(self) -> State:
        return Desk().state

    def now(self) -> Moment:
        return Desk().now


@pytest.fixture
async def keeper(home: Path) -> AsyncIterator[Keeper]:
    folders(home)
    supervisor = Supervisor()
    made = Keeper(SystemClock(), supervisor, Rescue(home / "data" / "rescue.log"))
    await made.open(lambda: open_archive(home / "data" / "tradedesk.db"))
    made.commit(Batch(fills=(RecordedFill(ACCOUNT, EPOCH, order_id(1), LATER),)))
    await made.flush()
    yield made
    await made.close()
    await supervisor.stop()


@pytest.mark.parametrize(
    ("reason", "found"),
    [(Reason.FIRST, True), (Reason.GAP, True), (Reason.ASKED, True), (Reason.ROUTINE, False)],
    ids=str,
)
async def test_after_a_gap_what_came_before_the_newest_known_fill_is_asked_for_too(
    keeper: Keeper, reason: Reason, found: bool
) -> None:
    rooms = Rooms(keeper)
    rooms.executor = rooms
    venue = Venue()
    connection = Connection(ACCOUNT, "binance", "demo", Mode.SIM)
    taken = await take_snapshot(
        connection, cast("Trading", venue), cast("Account", venue), EPOCH, cast("House", rooms), reason
    )
    assert (EARLIER in taken.snapshot.fills) is found
