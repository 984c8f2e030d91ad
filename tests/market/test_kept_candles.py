"""Candles kept from earlier: the same answer as the venue's own, and the venue is asked only for what is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.market.kept_candles import CandleMemory, KeptCandles
from connectors.market.shared import SharedMarket
from connectors.model.candle import Candle, Interval
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Mode
from connectors.ports.venue import MarketData
from storage.candles.file import CandleFile
from support.candle_venue import BTC, MINUTE, CandleVenue
from support.clock import FakeClock
from support.kept import account

FIRST, NOW = 1_000, 2_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def connection(mode: Mode = Mode.LIVE, host: str = "") -> Connection:
    hosts = Hosts(rest=(host,)) if host else Hosts()
    return Connection(AccountId(account()), "binance", "main", mode, hosts=hosts)


class Chart:
    """Asks for candles as a pane does, at a minute of the test's choice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.venue = CandleVenue(FIRST, NOW)
        self.log: list[str] = []
        self.memory = self.opened()

    def opened(self) -> CandleMemory:
        # Half a minute into the one in progress, and a minute later for venues that correct the newest.
        clock = FakeClock(_EPOCH + timedelta(minutes=self.venue.now + 2))
        return CandleMemory(lambda: CandleFile(self.path, self.log.append), clock)

    async def later(self, minutes: int) -> None:
        """Another start of the worker, so many minutes later."""
        await self.memory.close()
        self.venue.now += minutes
        self.venue.asked.clear()
        self.venue.told = 0
        self.memory = self.opened()

    def kept(self, of: Connection | None = None) -> KeptCandles:
        found = self.memory.of(of or connection())
        assert found is not None
        return found

    async def ask(
        self, limit: int = 50, *, start: int | None = None, end: int | None = None, of: Connection | None = None
    ) -> Sequence[Candle]:
        start_ns = None if start is None else start * MINUTE
        end_ns = None if end is None else end * MINUTE
        found = await self.kept(of).candles(
            BTC, Interval.M1, self.venue.fetch, start_ns=start_ns, end_ns=end_ns, limit=limit
        )
        asked, told = list(self.venue.asked), self.venue.told
        assert list(found) == list(await self.venue.fetch(start_ns, end_ns, limit)), "as the venue itself would answer"
        self.venue.asked, self.venue.told = asked, told
        return found


@pytest.fixture
async def chart(tmp_path: Path) -> AsyncIterator[Chart]:
    made = Chart(tmp_path / "candles.db")
    yield made
    await made.memory.close()


async def test_the_second_time_only_what_is_missing_is_asked_for(chart: Chart) -> None:
    await chart.ask(500)
    assert chart.venue.told == 500
    await chart.later(3)
    await chart.ask(500)
    # The three new ones, the one that was in progress, the one a minute too young to keep, and the one that proves.
    assert chart.venue.told <= 7
    assert len(chart.venue.asked) == 1


async def test_a_longer_chart_asks_only_for_what_is_before(chart: Chart) -> None:
    await chart.ask(100)
    await chart.later(0)
    await chart.ask(150)
    assert chart.venue.told < 60


async def test_the_past_of_another_place_is_not_taken_for_this_one(chart: Chart) -> None:
    await chart.ask(50)
    chart.venue.asked.clear()
    chart.venue.price = "7.00"
    await chart.ask(50, of=connection(Mode.TESTNET))
    await chart.ask(50, of=connection(Mode.LIVE, "https://elsewhere.example"))
    assert chart.memory.of(connection(Mode.SIM)) is None


async def test_a_history_that_was_exchanged_is_fetched_anew(chart: Chart) -> None:
    await chart.ask(50)
    chart.venue.price = "7.00"
    await chart.later(2)
    await chart.ask(50)
    await chart.later(1)
    await chart.ask(50)
    assert chart.venue.told < 10, "and then it is kept"


async def test_a_venue_that_forgot_everything_is_believed(chart: Chart) -> None:
    await chart.ask(50)
    await chart.later(10)
    chart.venue.first = chart.venue.now
    assert len(await chart.ask(50)) == 1


async def test_after_a_long_time_nothing_old_is_fetched_in_vain(chart: Chart) -> None:
    await chart.ask(50)
    await chart.later(5_000)
    await chart.ask(50)
    assert len(chart.venue.asked) == 1
    assert chart.venue.told == 50


async def test_what_is_not_final_is_not_kept(chart: Chart) -> None:
    await chart.ask(50)
    await chart.later(1)
    newest = (await chart.ask(50))[-2:]
    assert [candle.closed for candle in newest] == [True, False]
    assert newest[0].open_ns == (NOW) * MINUTE, "what was in progress when it was fetched"


async def test_a_range_in_what_is_kept_asks_nothing(chart: Chart) -> None:
    await chart.ask(500)
    await chart.later(0)
    await chart.ask(20, start=NOW - 300)
    await chart.ask(500, start=NOW - 300, end=NOW - 200)
    await chart.ask(20, end=NOW - 100)
    assert chart.venue.asked == []


async def test_a_folded_interval_profits_as_well(chart: Chart) -> None:
    class Venue:
        async def candles(self, instrument: object, interval: object, **asked: object) -> Sequence[Candle]:
            return await chart.venue.fetch(**asked)  # type: ignore[arg-type]

    native = frozenset({Interval.M1})
    for told in (500, 20):
        await chart.later(0)
        market = SharedMarket(cast("MarketData", Venue()), chart.memory.clock, native, chart.kept())
        plain = SharedMarket(cast("MarketData", Venue()), chart.memory.clock, native)
        found = await market.candles(BTC, Interval.M5, limit=50)
        assert chart.venue.told <= told
        assert list(found) == list(await plain.candles(BTC, Interval.M5, limit=50))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.integers(1, 40),
            st.none() | st.integers(FIRST - 20, NOW + 60),
            st.none() | st.integers(FIRST - 20, NOW + 60),
            st.sampled_from((0, 0, 1, 3, 60)),
        ),
        max_size=10,
    )
)
async def test_whatever_is_asked_in_whatever_order_the_answer_is_the_venues(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int | None, int | None, int]]
) -> None:
    chart = Chart(tmp_path_factory.mktemp("candles") / "candles.db")
    for limit, start, end, minutes in steps:
        await chart.later(minutes)
        await chart.ask(limit, start=start, end=end)
    await chart.memory.close()
    assert chart.log == []
