"""The candle file: an SQLite database of its own, never backed up, made anew when anything is wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from connectors.errors import TradedeskError
from connectors.model.candle import Candle
from connectors.ports.candles import Series
from storage.database.types import decimal_text
from storage.new_file import remove
from storage.paths import private_file

T = TypeVar("T")

FORM = 1
"""``user_version`` of the file: one of another form is made anew."""
MOST = 400_000
"""Candles in the file, about 60 MB; the series that was longest not asked for goes first."""
MOST_A_SERIES = 20_000
"""Two weeks of minutes; the oldest go first."""
_MAX_PAGES = 32_768
"""128 MiB: never reached by what is kept, and a bound all the same."""
_COLUMNS = "open_ns, close_ns, open, high, low, close, volume, quote_volume, trades"
_SCHEMA = f"""
CREATE TABLE series (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, instrument TEXT NOT NULL, interval TEXT NOT NULL,
    used INTEGER NOT NULL, UNIQUE (source, instrument, interval)
);
CREATE TABLE candle (
    series INTEGER NOT NULL, open_ns INTEGER NOT NULL, close_ns INTEGER NOT NULL, open TEXT NOT NULL,
    high TEXT NOT NULL, low TEXT NOT NULL, close TEXT NOT NULL, volume TEXT NOT NULL, quote_volume TEXT NOT NULL,
    trades INTEGER NOT NULL, PRIMARY KEY (series, open_ns)
) WITHOUT ROWID;
PRAGMA user_version = {FORM};
"""
_ID = "SELECT id FROM series WHERE source = ? AND instrument = ? AND interval = ?"
_PUT = f"INSERT OR REPLACE INTO candle (series, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_READ = f"SELECT {_COLUMNS} FROM candle WHERE series = ({_ID})"  # noqa: S608  # names of ours


class CandleFile:
    """`connectors.ports.candles.CandleStore`. One thread at a time may call it.

    Args:
        path: The file, in a folder that `storage.paths.Home.prepare` has checked.
        tell: Told a sentence for the log, once for each time that the file was dropped or given up.
        most: Candles in the file.
        most_a_series: Candles of one series.
    """

    def __init__(
        self, path: Path, tell: Callable[[str], None], *, most: int = MOST, most_a_series: int = MOST_A_SERIES
    ) -> None:
        self._path = path
        self._tell = tell
        self._most = most
        self._most_a_series = most_a_series
        self._connection: sqlite3.Connection | None = None
        self._given_up = False

    def span(self, series: Series) -> tuple[Candle, Candle] | None:
        """Oldest and newest of the run; None where nothing is kept."""
        ends = [*self.oldest(series, 0, 1), *self.newest(series, None, 1)]
        return (ends[0], ends[1]) if len(ends) > 1 else None

    def newest(self, series: Series, end_ns: int | None, limit: int) -> Sequence[Candle]:
        """The newest that open at or before ``end_ns``, oldest first."""
        last = (1 << 63) - 1 if end_ns is None else end_ns

        def read(connection: sqlite3.Connection) -> list[Candle]:
            query = f"{_READ} AND open_ns <= ? ORDER BY open_ns DESC LIMIT ?"
            return [_candle(series, row) for row in connection.execute(query, (*_key(series), last, limit))][::-1]

        return self._tried(read, [])

    def oldest(self, series: Series, start_ns: int, limit: int) -> Sequence[Candle]:
        """The first that open at or after ``start_ns``, oldest first."""

        def read(connection: sqlite3.Connection) -> list[Candle]:
            query = f"{_READ} AND open_ns >= ? ORDER BY open_ns LIMIT ?"
            return [_candle(series, row) for row in connection.execute(query, (*_key(series), start_ns, limit))]

        return self._tried(read, [])

    def keep(self, series: Series, run: Sequence[Candle]) -> None:
        """Add an unbroken run, oldest first: joined to what it overlaps, in place of what is older and does not."""
        if run:
            self._tried(lambda connection: self._kept(connection, series, run), None)

    def drop(self, series: Series) -> None:
        """Forget a series."""

        def forget(connection: sqlite3.Connection) -> None:
            connection.execute(f"DELETE FROM candle WHERE series = ({_ID})", _key(series))  # noqa: S608

        self._tried(forget, None)

    def close(self) -> None:
        """Close the file; may be called twice."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _kept(self, connection: sqlite3.Connection, series: Series, run: Sequence[Candle]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        used = connection.execute("SELECT coalesce(max(used), 0) + 1 FROM series").fetchone()[0]
        connection.execute(
            "INSERT INTO series (source, instrument, interval, used) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (source, instrument, interval) DO UPDATE SET used = excluded.used",
            (*_key(series), used),
        )
        (number,) = connection.execute(_ID, _key(series)).fetchone()
        ends = "SELECT min(open_ns), max(open_ns) FROM candle WHERE series = ?"
        low, high = connection.execute(ends, (number,)).fetchone()
        if low is not None and run[-1].open_ns < low:
            connection.execute("COMMIT")
            return
        if low is not None and run[0].open_ns > high:
            # A hole between them would read as a time without trades.
            connection.execute("DELETE FROM candle WHERE series = ?", (number,))
        connection.executemany(
            _PUT,
            [(number, *_row(candle)) for candle in run],
        )
        self._bounded(connection, number)
        connection.execute("COMMIT")

    def _bounded(self, connection: sqlite3.Connection, number: int) -> None:
        oldest = "SELECT open_ns FROM candle WHERE series = ? ORDER BY open_ns DESC LIMIT 1 OFFSET ?"
        beyond = connection.execute(oldest, (number, self._most_a_series)).fetchone()
        if beyond is not None:
            connection.execute("DELETE FROM candle WHERE series = ? AND open_ns <= ?", (number, beyond[0]))
        while connection.execute("SELECT count(*) FROM candle").fetchone()[0] > self._most:
            (victim,) = connection.execute("SELECT id FROM series ORDER BY used LIMIT 1").fetchone()
            connection.execute("DELETE FROM candle WHERE series = ?", (victim,))
            connection.execute("DELETE FROM series WHERE id = ?", (victim,))

    def _tried(self, work: Callable[[sqlite3.Connection], T], without: T) -> T:
        """Do something with the file; what fails costs the file, never its user."""
        for last in (False, True):
            if self._given_up:
                return without
            try:
                return work(self._opened())
            except TradedeskError as problem:
                self._give_up(problem.sentence)
            except (sqlite3.Error, ArithmeticError, ValueError, TypeError, OSError) as problem:
                self._begin_anew(type(problem).__name__, last=last)
        return without

    def _begin_anew(self, why: str, *, last: bool) -> None:
        self.close()
        if last:
            self._give_up(f"The candle file failed twice ({why}).")
            return
        try:
            remove(self._path)
        except OSError as problem:
            self._give_up(f"The candle file cannot be removed ({problem.strerror}).")
            return
        self._tell(f"The candle file was dropped and is made anew ({why}): candles are fetched again.")

    def _give_up(self, sentence: str) -> None:
        self.close()
        self._given_up = True
        self._tell(f"{sentence} Candles are not kept until the next start.")

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None:
            return self._connection
        private_file(self._path)
        self._connection = connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, timeout=0
        )
        # Losing the newest candles with the power is no loss; a torn file would be, to whoever reads it.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "trusted_schema=OFF",
            "cell_size_check=ON",
            "mmap_size=0",
            f"max_page_count={_MAX_PAGES}",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        (form,) = connection.execute("PRAGMA user_version").fetchone()
        if form != FORM:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise ValueError("of another form")
            connection.executescript(_SCHEMA)
        return connection


def _key(series: Series) -> tuple[str, str, str]:
    return series.source, str(series.instrument), series.interval.value


def _row(candle: Candle) -> tuple[int | str, ...]:
    prices = (candle.open, candle.high, candle.low, candle.close, candle.volume, candle.quote_volume)
    return (candle.open_ns, candle.close_ns, *(decimal_text(price) for price in prices), candle.trades)


def _candle(series: Series, row: tuple[Any, ...]) -> Candle:
    open_ns, close_ns, *prices, trades = row
    if type(open_ns) is not int or type(close_ns) is not int or type(trades) is not int:
        raise ValueError("no candle")
    opened, high, low, close, volume, quote_volume = (_amount(text) for text in prices)
    return Candle(
        instrument=series.instrument,
        interval=series.interval,
        open_ns=open_ns,
        close_ns=close_ns,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume,
        quote_volume=quote_volume,
        trades=trades,
        closed=True,
    )


def _amount(text: object) -> Decimal:
    if not isinstance(text, str) or not (found := Decimal(text)).is_finite():
        raise ValueError("no amount")
    return found
