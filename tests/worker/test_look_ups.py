"""Many orders that nobody knows the state of are asked about together, within the venue's limits."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Moment
from connectors.engine.state import State
from connectors.errors import OrderNotFound, Refused, Unavailable
from connectors.model.ids import AccountId, ClientOrderId, InstrumentId, OrderId, VenueOrderId
from connectors.model.order import OrderReport, OrderStatus, ReportSource
from connectors.worker import asking
from connectors.worker.asking import FEW, LookUps, match
from connectors.worker.supervise import Supervisor
from engine.world import ACCOUNT, BTC, report
from worker.house import until

S = OrderStatus


class Venue:
    """Order calls that are counted."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.open: list[OrderReport] = []
        self.past: list[OrderReport] = []
        self.knows_ids = True
        self.trouble: Exception | None = None

    async def order(
        self,
        _instrument: InstrumentId,
        *,
        client_order_id: ClientOrderId | None = None,
        venue_order_id: VenueOrderId | None = None,
    ) -> OrderReport:
        self.asked["order"] += 1
        if self.trouble is not None:
            raise self.trouble
        if not self.knows_ids and client_order_id is not None:
            raise Refused("No look-up by client ids here.")
        for one in (*self.open, *self.past):
            if client_order_id == one.client_order_id or (venue_order_id and venue_order_id == one.venue_order_id):
                return one
        raise OrderNotFound("Order does not exist.")

    async def open_orders(self, _instrument: InstrumentId | None = None) -> Sequence[OrderReport]:
        self.asked["open"] += 1
        if self.trouble is not None:
            raise self.trouble
        return self.open

    async def order_history(
        self, _instrument: InstrumentId, *, start_ns: int | None = None, limit: int = 500
    ) -> Sequence[OrderReport]:
        assert start_ns
        self.asked["history"] += 1
        return self.past[:limit]


class Asked:
    """Look-ups of one account, and how they ended."""

    def __init__(self) -> None:
        self.venue = Venue()
        self.ended: dict[OrderId, inputs.LookUpEnded] = {}
        self.supervisor = Supervisor()
        executor: Any = SimpleNamespace(now=lambda: Moment(7, 7), feed=self._feed, state=State())
        keeper: Any = SimpleNamespace()

        def trading(_account: AccountId) -> Any:
            return self.venue

        self.look_ups = LookUps(executor, keeper, self.supervisor, trading)

    def _feed(self, ended: inputs.LookUpEnded) -> None:
        assert ended.order_id not in self.ended, "a look-up ends once"
        self.ended[ended.order_id] = ended

    async def ask(self, *numbers: int, since_ns: int = 1) -> None:
        for number in numbers:
            self.look_ups.ask(look_up(number, since_ns))
        await until(lambda: {OrderId(UUID(int=number)) for number in numbers} <= set(self.ended))


def look_up(number: int, since_ns: int = 1) -> fx.LookUp:
    client_id = ClientOrderId(f"c{number}")
    return fx.LookUp(ACCOUNT, OrderId(UUID(int=number)), BTC, client_id, None, since_ns, (client_id,))


def said(number: int, status: OrderStatus, source: ReportSource = ReportSource.OPEN_ORDERS) -> OrderReport:
    return report(None, status, venue_id=f"v{number}", client_id=f"c{number}", source=source)


async def test_five_hundred_orders_cost_one_list_of_open_orders_and_one_of_the_past() -> None:
    asked = Asked()
    asked.venue.open = [said(number, S.OPEN) for number in range(200)]
    asked.venue.past = [said(number, S.FILLED) for number in range(200, 300)]
    await asked.ask(*range(500))
    assert asked.venue.asked == {"open": 1, "history": 1}
    reports = [asked.ended[OrderId(UUID(int=number))].report for number in range(300)]
    assert [one.client_order_id for one in reports if one] == [f"c{number}" for number in range(300)]
    lost = [asked.ended[OrderId(UUID(int=number))] for number in range(300, 500)]
    assert {(one.report, one.in_open, one.in_history, one.asked) for one in lost} == {
        (None, False, False, "open orders, history")
    }


async def test_a_few_are_asked_about_by_their_ids_and_only_what_is_not_found_goes_on_to_the_lists() -> None:
    asked = Asked()
    asked.venue.past = [said(number, S.FILLED) for number in range(FEW)]
    await asked.ask(*range(FEW))
    assert asked.venue.asked == {"order": FEW}
    await asked.ask(77)
    assert asked.venue.asked == {"order": FEW + 1, "open": 1, "history": 1}
    assert asked.ended[OrderId(UUID(int=77))].asked == "by its id, open orders, history"


async def test_a_history_that_is_too_long_to_be_read_proves_nothing_and_some_are_asked_by_id(monkeypatch: Any) -> None:
    monkeypatch.setattr(asking, "HISTORY_MOST", 10)
    asked = Asked()
    asked.venue.past = [said(number, S.FILLED) for number in range(1000, 1010)]
    await asked.ask(*range(20))
    assert asked.venue.asked == {"open": 1, "history": 1, "order": FEW}
    assert {(one.in_open, one.in_history) for one in asked.ended.values()} == {(None, None)}
    assert all("longer than can be read" in one.sentence for one in asked.ended.values())


async def test_a_venue_that_has_no_look_up_by_client_ids_is_matched_by_its_lists() -> None:
    asked = Asked()
    asked.venue.knows_ids = False
    asked.venue.past = [said(1, S.CANCELED, ReportSource.HISTORY)]
    await asked.ask(1)
    found = asked.ended[OrderId(UUID(int=1))].report
    assert found is not None
    assert found.status is S.CANCELED


async def test_an_order_that_was_renamed_is_found_by_either_of_its_names() -> None:
    asked = Asked()
    asked.venue.open = [said(2, S.OPEN)]
    renamed = replace(look_up(1), client_order_ids=(ClientOrderId("c9"), ClientOrderId("c2")))
    asked.look_ups.ask(renamed)
    await until(lambda: bool(asked.ended))
    assert asked.ended[renamed.order_id].report == asked.venue.open[0]
    assert match(renamed, [said(5, S.OPEN)]) is None


async def test_a_stranger_is_asked_about_by_the_venues_id_and_no_history_is_read_for_it() -> None:
    asked = Asked()
    stranger = replace(look_up(1, 0), client_order_id=None, client_order_ids=(), venue_order_id=VenueOrderId("v5"))
    asked.look_ups.ask(stranger)
    asked.look_ups.ask(stranger)
    await until(lambda: bool(asked.ended))
    assert asked.venue.asked == {"order": 1, "open": 1}
    assert asked.ended[stranger.order_id].in_history is None


async def test_what_cannot_be_asked_ends_with_the_reason_and_proves_nothing() -> None:
    asked = Asked()
    asked.venue.trouble = Unavailable("demo does not answer.")
    await asked.ask(*range(5))
    assert {(one.in_open, one.sentence) for one in asked.ended.values()} == {(None, "demo does not answer.")}


async def test_a_fault_of_ours_leaves_no_look_up_hanging_and_the_next_one_is_asked() -> None:
    asked = Asked()
    asked.venue.trouble = ZeroDivisionError("a fault of ours")
    await asked.ask(*range(5))
    assert all("failed" in one.sentence for one in asked.ended.values())
    asked.venue.trouble = None
    asked.venue.open = [said(9, S.OPEN)]
    await asked.ask(9)
    found = asked.ended[OrderId(UUID(int=9))].report
    assert found is not None


async def test_what_comes_while_a_batch_is_asked_about_is_the_next_batch() -> None:
    asked = Asked()
    gate = asyncio.Event()
    plain = asked.venue.open_orders

    async def slow(instrument: InstrumentId | None = None) -> Sequence[OrderReport]:
        answer = await plain(instrument)
        await gate.wait()
        return answer

    asked.venue.open_orders = slow  # type: ignore[method-assign,assignment]
    for number in range(10):
        asked.look_ups.ask(look_up(number))
    await until(lambda: asked.venue.asked["open"] == 1)
    for number in range(10, 20):
        asked.look_ups.ask(look_up(number))
    gate.set()
    await until(lambda: len(asked.ended) == 20)
    assert asked.venue.asked == {"open": 2, "history": 2}
