"""A worker tells of its archive: statistics, one order's way, and lists that reach beyond what it has at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.model.connection import Connection
from connectors.model.fill import Fee
from connectors.model.ids import Mode
from connectors.model.order import OrderOrigin, OrderStatus
from connectors.ports.archive import Batch
from connectors.worker import api, beginning
from connectors.worker.link import LinkClient
from support.kept import BTCUSDT, ETHUSDT, T0, account, entry, fill, order
from worker.house import a_worker, archive_at, folders

DAY_NS = 86_400_000_000_000
D = Decimal


def fill_archive(home: Path) -> None:
    """Two days, two instruments, two accounts, one order of another tool; most of it older than what is loaded."""
    archive = archive_at(folders(home))()
    archive.connections.add(Connection(account(), "binance", "demo", Mode.SIM))
    for number in range(1, 21):
        made = order(
            number,
            created_ns=T0 + (number // 11) * DAY_NS + number,
            instrument=BTCUSDT if number % 2 else ETHUSDT,
            account=account(2 if number == 20 else 1),
            origin=OrderOrigin.EXT if number == 19 else OrderOrigin.DESK,
            handle="e1" if number == 19 else f"k{number}",
        )
        archive.journal.append(Batch(entries=(entry(made),)))
        filled = order(
            number,
            **{name: getattr(made, name) for name in ("created_ns", "instrument", "account", "origin", "handle")},
            revision=1,
            updated_ns=made.created_ns + 5_000_000,
            status=OrderStatus.FILLED,
            filled=D("0.01"),
            cost=D("618.06"),
            arrival_price=D("61800"),
            seen_price=D("61806"),
            sent_ns=made.created_ns + 1_000_000,
            acked_ns=made.created_ns + 3_000_000,
            fees=(Fee("BNB", D("0.001")),),
        )
        trade = fill(str(number), time_ns=made.created_ns, instrument=made.instrument)
        archive.journal.append(Batch(entries=(entry(filled, "FILL"),), fills=(trade,)))
        if number == 12:
            archive.journal.settle()
    archive.close()


@pytest.fixture
async def link(home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LinkClient]:
    monkeypatch.setattr(beginning, "ORDERS_LOADED", 3)
    fill_archive(home)
    async with a_worker(home) as house:
        yield await house.join("memory")


async def test_statistics_are_told_by_day_newest_first_and_by_instrument(link: LinkClient) -> None:
    by_day = await link.request(api.GetStatistics(account=account()))
    assert isinstance(by_day, api.Statistics)
    assert [(row.key, row.orders, row.filled) for row in by_day.rows] == [("2030-01-03", 8, 8), ("2030-01-02", 10, 10)]
    first = by_day.rows[0]
    assert (first.slippage_bp, first.ack_p50_ms, first.ack_p99_ms) == (None, D(2), D(2))
    assert (first.fees, first.fill_rate) == ((("BNB", D("0.008")),), D("1.0000"))
    by_instrument = await link.request(api.GetStatistics(api.StatisticsBy.INSTRUMENT, account(), T0 + DAY_NS))
    assert isinstance(by_instrument, api.Statistics)
    assert [(row.key, row.orders, row.slippage_bp) for row in by_instrument.rows] == [
        ("binance.spot:BTCUSDT", 4, D("0.97")),
        ("binance.spot:ETHUSDT", 4, D("0.97")),
    ]


async def test_two_accounts_are_never_counted_together(link: LinkClient) -> None:
    told = await link.request(api.GetStatistics(since_ns=T0 + DAY_NS))
    assert isinstance(told, api.Statistics)
    assert {(row.account, row.orders) for row in told.rows} == {(account(1), 8), (account(2), 1)}


async def test_an_orders_way_is_told_from_the_price_that_was_seen_to_its_first_fill(link: LinkClient) -> None:
    story = await link.request(api.ShowOrder("k4"))
    assert isinstance(story, api.OrderStory)
    assert story.order.handle == "k4"
    assert (story.slippage_bp, story.seen_slippage_bp) == (D("0.97"), D("0.00"))
    assert (story.ack_ms, story.first_fill_ms, story.mark) == (D(2), D(4), None)
    nobody = await link.request(api.ShowOrder("k99"))
    assert isinstance(nobody, api.Failure)
    assert "no such order" in nobody.sentence


@pytest.mark.parametrize("name", ["k3", str(order(3).order_id), order(3).order_id.hex])
async def test_an_order_left_in_the_archive_is_found_by_any_of_its_names(link: LinkClient, name: str) -> None:
    told = await link.request(api.GetOrders(handle=name))
    assert isinstance(told, api.Orders)
    assert [one.handle for one in told.orders] == ["k3"]


async def test_lists_reach_beyond_what_is_at_hand(link: LinkClient) -> None:
    told = await link.request(api.GetOrders(account(), done_only=True, limit=12))
    assert isinstance(told, api.Orders)
    assert [one.handle for one in told.orders] == ["e1", *(f"k{number}" for number in range(18, 7, -1))]
    of_eth = await link.request(api.GetOrders(account(), instrument=ETHUSDT, limit=4))
    assert isinstance(of_eth, api.Orders)
    assert [one.handle for one in of_eth.orders] == ["k18", "k16", "k14", "k12"]
    assert await link.request(api.GetOrders(working_only=True)) == api.Orders(())
    assert await link.request(api.GetOrders(unknown_only=True)) == api.Orders(())


async def test_fills_are_told_of_one_instrument_and_time(link: LinkClient) -> None:
    told = await link.request(api.GetFills(account(), 3, ETHUSDT, T0 + 9))
    assert isinstance(told, api.FillList)
    assert [one.fill.trade_id for one in told.fills] == ["20", "18", "16"]
    assert {one.fill.instrument for one in told.fills} == {ETHUSDT}
