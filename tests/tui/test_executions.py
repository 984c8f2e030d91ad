"""The statistics of executions on the orders screen: asked for while they are looked at, and dated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
from textual.pilot import Pilot

from connectors.worker import api
from support import pane_facts
from support.desk_link import ACCOUNT
from support.desk_stage import Stage

SIZES = {"compact": (80, 24), "normal": (120, 40), "wide": (200, 60)}
SIZE = SIZES["normal"]
STATS = ("f3", "left")
DAYS = (
    api.StatisticsRow(
        ACCOUNT,
        "2030-01-01",
        orders=12,
        filled=7,
        partly=1,
        unfilled=3,
        refused=1,
        fill_rate=Decimal("0.6818"),
        slippage_bp=Decimal("-0.24"),
        ack_p50_ms=Decimal("6.81"),
        ack_p99_ms=Decimal("41.2"),
        fees=(("BNB", Decimal("0.00031")), ("USDT", Decimal("5.62"))),
        volume=(("USDT", Decimal("5621.1")),),
    ),
    api.StatisticsRow(ACCOUNT, "2029-12-31", 1, 0, 0, 0, 1, None, None, None, None),
)
BTC = api.StatisticsRow(
    ACCOUNT, str(pane_facts.BTC), 13, 7, 1, 3, 2, Decimal("0.6818"), Decimal("-0.24"), Decimal("6.81"), Decimal("41.2")
)


def asked(stage: Stage) -> list[api.StatisticsBy]:
    """What statistics were asked for by, so far."""
    return [command.by for command in stage.link.commands if isinstance(command, api.GetStatistics)]


@asynccontextmanager
async def looked_at(stage: Stage) -> AsyncIterator[Pilot[int]]:
    """A desk that shows the statistics by day."""
    stage.link.answers[api.GetStatistics] = api.Statistics(DAYS)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, *STATS)
        await stage.settle(pilot)
        yield pilot


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_statistics_by_day(snap_compare: Callable[..., bool], stage: Stage, size: tuple[int, int]) -> None:
    """What was measured, dashes where nothing was, and since when the numbers stand."""
    stage.link.answers[api.GetStatistics] = api.Statistics(DAYS)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        await stage.press(pilot, *STATS)
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)


async def test_they_are_asked_for_when_they_are_looked_at_and_counted_by_the_other_with_s(stage: Stage) -> None:
    stage.link.answers[api.GetStatistics] = api.Statistics(DAYS)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f3")
        assert not asked(stage)
        await stage.press(pilot, "left")
        await stage.settle(pilot)
        assert "‹stats›   30 days by day, as of 14:03:" in stage.screen()  # noqa: RUF001  # the mark of an open tab
        stage.link.answers[api.GetStatistics] = api.Statistics((BTC,))
        await stage.press(pilot, "s")
        await stage.settle(pilot)
        assert asked(stage) == [api.StatisticsBy.DAY, api.StatisticsBy.INSTRUMENT]
        assert "by instrument, as of" in stage.screen()
        assert "▶ BTCUSDT" in stage.screen()


async def test_once_something_has_changed_they_are_asked_for_again_but_not_at_every_fact(stage: Stage) -> None:
    stage.link.answers[api.GetStatistics] = api.Statistics(DAYS)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, *STATS)
        stage.clock.advance(5)
        await stage.settle(pilot)
        assert len(asked(stage)) == 1, "nothing has changed"
        for number in (1, 2):
            stage.link.tell(api.OrderChanged(stage.link.rest("61790.00", number=number)))
            await stage.settle(pilot)
        assert len(asked(stage)) == 2, "the second change waits"
        stage.clock.advance(2)
        await stage.settle(pilot)
        assert len(asked(stage)) == 3
        await stage.press(pilot, "left")
        stage.link.tell(api.OrderChanged(stage.link.rest("61780.00", number=3)))
        stage.clock.advance(5)
        await stage.settle(pilot)
        assert len(asked(stage)) == 3, "nobody looks at them"


async def test_in_a_smaller_window_the_moment_they_are_of_stays_and_the_other_tabs_counts_go(stage: Stage) -> None:
    async with looked_at(stage) as pilot:
        assert "working 0" in stage.screen().splitlines()[1]
        await pilot.resize_terminal(*SIZES["compact"])
        await stage.settle(pilot)
        title = stage.screen().splitlines()[1]
        assert "as of 14:03:" in title
        assert "working 0" not in title


async def test_an_answer_that_took_a_second_is_asked_for_again_after_twenty(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(
        command: api.Command, request: Callable[..., Awaitable[api.Result]] = stage.link.request
    ) -> api.Result:
        if not isinstance(command, api.GetStatistics):
            return await request(command)
        stage.link.commands.append(command)
        stage.clock.advance(1)
        return api.Statistics(DAYS)

    monkeypatch.setattr(stage.link, "request", slow)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, *STATS)
        await stage.settle(pilot)
        stage.link.tell(api.OrderChanged(stage.link.rest("61790.00", number=1)))
        for passed, times in ((18, 1), (2, 2)):
            stage.clock.advance(passed)
            await stage.settle(pilot)
            await stage.settle(pilot)
            assert len(asked(stage)) == times


async def test_while_they_are_counted_none_are_shown_and_no_more_than_thirty_days_are_asked_for(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.mute = True
        await stage.press(pilot, *STATS)
        await stage.settle(pilot)
        assert "counting …" in stage.screen()
        assert "Not known yet." in stage.screen()
        (wanted,) = [command for command in stage.link.commands if isinstance(command, api.GetStatistics)]
        assert stage.clock.time_ns() - wanted.since_ns < 31 * 24 * 3_600 * 10**9, "not everything of years"


async def test_what_cannot_be_asked_is_said_and_nothing_old_is_shown_for_it(stage: Stage) -> None:
    async with looked_at(stage) as pilot:
        assert "2030-01-01" in stage.screen()
        refused = api.Failure(api.FailureKind.ARCHIVE_FAILED, "The archive cannot be read.")
        stage.link.answers[api.GetStatistics] = refused
        await stage.press(pilot, "s")
        await stage.settle(pilot)
        assert "by instrument: The archive cannot be read." in stage.screen()
        assert "2030-01-01" not in stage.screen()
        assert "as of" not in stage.screen().splitlines()[1]
        assert "Not known yet." in stage.screen()


async def test_no_key_of_the_list_finds_an_order_behind_the_statistics(stage: Stage) -> None:
    stage.link.answers[api.GetStatistics] = api.Statistics(DAYS)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        order = await stage.place(pilot, "t", "b")
        await stage.press(pilot, *STATS)
        await stage.settle(pilot)
        for key in ("x", "X", "e", "plus", "space"):
            await stage.press(pilot, key)
        sent = (api.CancelOrder, api.CancelOrders, api.AmendOrder)
        assert not [command for command in stage.link.commands if isinstance(command, sent)]
        assert stage.desk.store.orders[order.order_id].working
