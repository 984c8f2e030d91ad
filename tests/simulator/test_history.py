"""Bars on a clock that the test moves: of any interval, across sessions, against the ticker."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest.public import klines
from connectors.simulator.rest.tickers import day as ticker_day
from simulator.rig import Desk, Hands, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = open_desk(tmp_path)
    yield found
    found.close()


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One that ran for 150 s and stands still since: to be read only."""
    found = open_desk(tmp_path_factory.mktemp("later"))
    found.run(150, step_ms=1000)
    yield found
    found.close()


def bars(desk: Desk, interval: str, **params: object) -> list[list[Any]]:
    values = {"symbol": "BTCUSDT", "interval": interval, **{name: str(value) for name, value in params.items()}}
    return list(klines(desk.exchange, Parameters(values)))


def joined(rows: list[list[Any]]) -> list[Decimal]:
    """What one bar over these would say: open, high, low, close, then the sums."""
    return [
        Decimal(rows[0][1]),
        max(Decimal(row[2]) for row in rows),
        min(Decimal(row[3]) for row in rows),
        Decimal(rows[-1][4]),
        *(sum((Decimal(row[column]) for row in rows), Decimal(0)) for column in (5, 7, 8, 9, 10)),
    ]


def one(row: list[Any]) -> list[Decimal]:
    return [Decimal(row[column]) for column in (1, 2, 3, 4, 5, 7, 8, 9, 10)]


PARTS = [("3m", "1m", 3), ("5m", "1m", 5), ("15m", "5m", 3), ("1h", "15m", 4), ("4h", "1h", 4), ("6h", "2h", 3)]


PARTS += [("12h", "4h", 3), ("1d", "12h", 2), ("1w", "1d", 7), ("3d", "1d", 3), ("1m", "1s", 60), ("1h", "1m", 60)]


@pytest.mark.parametrize(("long", "short", "count"), PARTS)
def test_a_bar_equals_the_shorter_bars_it_is_made_of(desk: Desk, long: str, short: str, count: int) -> None:
    for row in bars(desk, long, limit=12)[:-1]:
        parts = bars(desk, short, startTime=row[0], endTime=row[6], limit=count)
        assert len(parts) == count
        assert joined(parts) == one(row)


def test_months_are_made_of_their_days(desk: Desk) -> None:
    for row in bars(desk, "1M", limit=6)[:-1]:
        days = bars(desk, "1d", startTime=row[0], endTime=row[6], limit=31)
        assert len(days) in {28, 29, 30, 31}
        assert joined(days) == one(row)


@pytest.mark.parametrize("interval", ["1m", "3m", "5m", "1h", "1d", "1w", "1M"])
def test_bars_in_progress_grow_out_of_history_without_a_seam(later: Desk, interval: str) -> None:
    desk = later
    rows = bars(desk, interval, limit=30)
    assert all(before[4] == after[1] and before[6] + 1 == after[0] for before, after in pairwise(rows))
    spec = desk.exchange.feed("BTCUSDT").spec
    assert rows[-1][4] == spec.price_text(desk.exchange.feed("BTCUSDT").market.last_price)
    assert all(Decimal(row[3]) <= Decimal(row[1]) <= Decimal(row[2]) for row in rows)
    assert all(Decimal(row[3]) <= Decimal(row[4]) <= Decimal(row[2]) for row in rows)
    for low, high, volume, quote in ((Decimal(row[n]) for n in (3, 2, 5, 7)) for row in rows):
        assert low * volume <= quote <= high * volume


def test_the_ticker_is_the_last_1440_minutes(later: Desk) -> None:
    desk = later
    ticker = ticker_day(desk.exchange, Parameters({"symbol": "BTCUSDT"}))
    newest = bars(desk, "1m", limit=1000)
    older = bars(desk, "1m", endTime=newest[0][0] - 1, limit=440)
    whole = joined(older + newest)
    keys = ("openPrice", "highPrice", "lowPrice", "lastPrice", "volume", "quoteVolume", "count")
    assert [Decimal(ticker[key]) for key in keys] == whole[:7]
    assert ticker["openTime"] == older[0][0]
    assert Decimal(ticker["priceChange"]) == whole[3] - whole[0]


def test_history_does_not_depend_on_how_it_is_asked(desk: Desk) -> None:
    whole = bars(desk, "1m", limit=1000)
    at = whole[300][0]
    assert bars(desk, "1m", startTime=at, limit=50) == whole[300:350]
    assert bars(desk, "1m", startTime=at - 59_999, limit=50) == whole[300:350]
    assert bars(desk, "1m", endTime=at, limit=50) == whole[251:301]
    assert bars(desk, "1m", startTime=at, endTime=at) == [whole[300]]
    assert bars(desk, "1m", startTime=desk.clock.ms + 120_000) == []


def test_history_reaches_back_years_and_begins_at_the_listing(desk: Desk) -> None:
    rows = bars(desk, "1M", startTime=0)
    assert 36 <= len(rows) <= 37
    days = bars(desk, "1d", startTime=0, limit=1000)
    assert len(days) == 1000
    assert bars(desk, "1d", endTime=days[0][0] - 1) == []


def test_a_time_zone_moves_the_edges_of_bars_and_nothing_else(desk: Desk) -> None:
    rows = bars(desk, "1d", limit=5, timeZone="05:30")
    assert all(row[0] % 86_400_000 == 86_400_000 - 19_800_000 for row in rows)
    for row in rows[:-1]:
        assert joined(bars(desk, "30m", startTime=row[0], endTime=row[6], limit=48)) == one(row)


def test_another_session_on_the_same_ledger_shows_the_same_picture(tmp_path: Path) -> None:
    clock = Hands()
    first = open_desk(tmp_path, clock=clock)
    first.run(200, step_ms=1000)
    price = first.exchange.feed("BTCUSDT").market.last_price
    asked = {interval: bars(first, interval, limit=200)[:-1] for interval in ("1m", "1h", "1d")}
    first.close()
    clock.ms += 7_200_000
    second = open_desk(tmp_path, clock=clock)
    for interval, rows in asked.items():
        again = bars(second, interval, startTime=rows[0][0], endTime=rows[-2][0], limit=200)
        assert again == rows[:-1]
    longer = bars(second, "1m", limit=200)
    assert all(before[4] == after[1] and before[6] + 1 == after[0] for before, after in pairwise(longer))
    assert abs(second.exchange.feed("BTCUSDT").market.last_price - price) < price // 500
    second.close()
