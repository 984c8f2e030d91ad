"""Orders that only the archive has, when a list of fills names them by the venue's ids alone, or a client by theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.clock import SystemClock
from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.model.ids import Epoch
from connectors.model.order import Order, OrderOrigin, OrderStatus
from connectors.worker.keeper import Keeper
from connectors.worker.recall import recall_owners, recall_ticket
from connectors.worker.rescue import Rescue
from connectors.worker.supervise import Supervisor
from engine.world import ACCOUNT, BTC, EPOCH, SECOND, D, Desk, fill, limit_buy, report
from storage.archive import open_archive
from worker.engine_alone import EngineAlone
from worker.house import folders

S = OrderStatus


class Later(EngineAlone):
    """A worker that begun without the orders the archive has."""

    def __init__(self) -> None:
        super().__init__(Desk())


@pytest.fixture
async def keeper(home: Path) -> AsyncIterator[Keeper]:
    folders(home)
    supervisor = Supervisor()
    made = Keeper(SystemClock(), supervisor, Rescue(home / "data" / "rescue.log"))
    await made.open(lambda: open_archive(home / "data" / "tradedesk.db"))
    yield made
    await made.close()
    await supervisor.stop()


async def ended(keeper: Keeper, *, settled: bool) -> Order:
    """An order of an earlier worker that filled a little and was cancelled, in the archive."""
    desk = Desk()
    desk.happen(limit_buy())
    done = list(desk.done)
    (waited,) = desk.wanted(fx.Commit)
    assert waited.token is not None
    done += desk.happen(inputs.Committed(waited.token, desk.now))
    order = next(iter(desk.state.orders.values()))
    done += desk.say(report(order, S.PARTIALLY_FILLED, filled="0.002", fills=(fill(1, "0.002"),)))
    done += desk.say(report(order, S.CANCELED, filled="0.002"))
    for effect in done:
        if isinstance(effect, fx.Commit):
            keeper.commit(effect.batch)
    await keeper.flush()
    if settled:
        await keeper.ask(lambda archive: archive.journal.settle())
    return desk.order(order.order_id)


@pytest.mark.parametrize("settled", [True, False], ids=["checkpoint", "tail"])
async def test_a_listed_fill_of_an_old_order_of_ours_is_ours(keeper: Keeper, settled: bool) -> None:
    old = await ended(keeper, settled=settled)
    later = Later()
    late = fill(2, "0.003", time_ns=9 * SECOND)
    await recall_owners(later, keeper, ACCOUNT, [late])  # type: ignore[arg-type]
    later.desk.happen(inputs.FillsAnswered(ACCOUNT, [fill(1, "0.002"), late], later.now()))
    assert [order.origin for order in later.state.orders.values()] == [OrderOrigin.DESK]
    now = later.desk.order(old.order_id)
    assert (now.status, now.filled) == (S.CANCELED, D("0.005"))
    assert later.state.positions[ACCOUNT, BTC].quantity == D("0.003"), "the first one was booked by an earlier worker"


async def test_an_id_of_another_life_or_of_another_order_recalls_nothing(keeper: Keeper) -> None:
    await ended(keeper, settled=True)
    later = Later()
    later.desk.happen(later.desk.opened(Epoch("life-2"), EPOCH))
    await recall_owners(later, keeper, ACCOUNT, [fill(2, "0.003")])  # type: ignore[arg-type]
    assert not later.state.orders
    there = Later()
    await recall_owners(there, keeper, ACCOUNT, [fill(2, "0.003", venue_id="v7")])  # type: ignore[arg-type]
    assert not there.state.orders


async def test_a_ticket_of_before_comes_back_with_its_fills_and_none_is_booked_again(keeper: Keeper) -> None:
    old = await ended(keeper, settled=True)
    later = Later()
    await recall_ticket(later, keeper, old.order_id)  # type: ignore[arg-type]
    later.desk.happen(inputs.FillsAnswered(ACCOUNT, [fill(1, "0.002")], later.now()))
    assert not later.desk.wanted(fx.FillNow)
    assert (ACCOUNT, BTC) not in later.state.positions
    assert later.state.booked[old.order_id].quantity == D("0.002")
