"""The candle file: what is kept comes back, what is broken is made anew with one line, and it never grows for ever."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.model.candle import Interval
from connectors.ports.candles import Series
from storage.candles import file as candle_file
from storage.candles.file import CandleFile
from support.candle_venue import BTC, candle

HERE = Series("binance live", BTC, Interval.M1)
OTHER = replace(HERE, source="binance testnet")


class Kept:
    def __init__(self, path: Path, most: int = 1_000, most_a_series: int = 500) -> None:
        self.path = path
        self.log: list[str] = []
        self.file = CandleFile(path, self.log.append, most=most, most_a_series=most_a_series)

    def minutes(self, series: Series = HERE) -> list[int]:
        return [one.open_ns // (60 * 10**9) for one in self.file.newest(series, None, 10_000)]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "candles.db")


def keep(kept: Kept, first: int, last: int, series: Series = HERE) -> None:
    kept.file.keep(series, [candle(minute) for minute in range(first, last + 1)])


def test_a_candle_comes_back_with_every_digit(kept: Kept) -> None:
    keep(kept, 10, 20)
    assert list(kept.file.newest(HERE, None, 3)) == [candle(18), candle(19), candle(20)]
    assert list(kept.file.oldest(HERE, candle(12).open_ns, 2)) == [candle(12), candle(13)]
    assert str(kept.file.newest(HERE, None, 1)[0].volume) == "1.2300"
    assert kept.file.span(HERE) == (candle(10), candle(20))
    assert kept.file.span(OTHER) is None
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    kept.file.close()
    kept.file.close()
    assert kept.file.span(HERE) == (candle(10), candle(20)), "and after a restart"
    kept.file.close()


def test_runs_are_joined_where_they_overlap_and_a_hole_is_never_kept(kept: Kept) -> None:
    keep(kept, 10, 20)
    keep(kept, 20, 25)
    assert kept.minutes() == [*range(10, 26)]
    keep(kept, 5, 12)
    assert kept.minutes() == [*range(5, 26)]
    keep(kept, 1, 3)
    assert kept.minutes() == [*range(5, 26)], "older, with a hole: left out"
    keep(kept, 30, 31)
    assert kept.minutes() == [30, 31], "newer, with a hole: in its place"
    kept.file.drop(HERE)
    assert kept.minutes() == []


def test_the_file_is_bounded_by_series_and_as_a_whole(kept: Kept) -> None:
    keep(kept, 1, 700)
    assert kept.minutes() == [*range(201, 701)]
    keep(kept, 1, 300, OTHER)
    keep(kept, 700, 701)
    third = replace(HERE, source="bybit live")
    keep(kept, 1, 450, third)
    assert (len(kept.minutes()), len(kept.minutes(OTHER)), len(kept.minutes(third))) == (500, 0, 450)


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b"no database " * 1_000),
        lambda path: path.write_bytes(path.read_bytes()[:5_000]),
        lambda path: sql(path, "PRAGMA user_version = 9"),
        lambda path: sql(path, "DROP TABLE candle"),
        lambda path: sql(path, "UPDATE candle SET open = 'NaN'"),
        lambda path: sql(path, "UPDATE candle SET close = x'00'"),
        lambda path: sql(path, "UPDATE candle SET trades = 'many'"),
        lambda path: sql(path, "UPDATE candle SET close_ns = 1.5"),
    ],
    ids=["no database", "torn", "of another release", "no table", "no amount", "a blob", "no number", "no time"],
)
def test_a_broken_file_is_made_anew_with_one_line(kept: Kept, harm: object) -> None:
    keep(kept, 1, 300)
    kept.file.close()
    assert callable(harm)
    harm(kept.path)
    assert kept.minutes() == []
    assert len(kept.log) == 1
    assert kept.log[0].startswith("The candle file was dropped and is made anew")
    keep(kept, 1, 5)
    assert kept.minutes() == [1, 2, 3, 4, 5]
    assert len(kept.log) == 1
    kept.file.close()


def test_a_file_that_is_deleted_is_no_loss(kept: Kept) -> None:
    keep(kept, 1, 5)
    kept.file.close()
    kept.path.unlink()
    assert kept.minutes() == []
    assert kept.log == []


def test_a_full_disk_costs_the_file_and_nothing_else(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candle_file, "_MAX_PAGES", 8)
    keep(kept, 1, 400)
    assert kept.minutes() == []
    assert [line.split(" (")[0] for line in kept.log] == [
        "The candle file was dropped and is made anew",
        "The candle file failed twice",
    ]
    keep(kept, 1, 5)
    assert kept.minutes() == [], "given up until the next start"
    assert len(kept.log) == 2


def test_a_link_in_its_place_is_left_alone(kept: Kept, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    kept.path.symlink_to(victim)
    keep(kept, 1, 5)
    assert kept.minutes() == []
    assert victim.read_text() == "precious"
    assert len(kept.log) == 1
    assert "is a link" in kept.log[0]


def test_a_folder_in_its_place_is_one_line(kept: Kept) -> None:
    kept.path.mkdir()
    keep(kept, 1, 5)
    assert kept.minutes() == []
    assert len(kept.log) == 1
    assert os.path.isdir(kept.path)  # noqa: PTH112


def sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
