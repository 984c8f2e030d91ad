"""The command line over a real worker and a real simulated market: public data."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from support.command import Command

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def market() -> Iterator[Command]:
    """A home whose worker and embedded exchange are kept up by a watch that runs beside the tests."""
    folder = Path(tempfile.mkdtemp(prefix="td"))
    command = Command(folder / "home")
    with command.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        assert json.loads(watch.stdout.readline())["side"] in {"BUY", "SELL"}
        yield command
    shutil.rmtree(folder, ignore_errors=True)


def test_a_ticker_has_a_touch_and_a_day(market: Command) -> None:
    ticker = market("ticker", "btcusdt", "--json").json
    assert (ticker["venue"], ticker["symbol"]) == ("demo", "BTCUSDT")
    assert Decimal(ticker["bid"]) < Decimal(ticker["ask"])
    assert Decimal(ticker["low"]) <= Decimal(ticker["last"]) <= Decimal(ticker["high"])


def test_a_ticker_in_words_has_its_units(market: Command) -> None:
    said = market("ticker", "ETHUSDT")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].split() == ["ETHUSDT", "demo", "SIM"]
    assert [line.split("  ")[0] for line in lines[1:4]] == ["last", "bid", "ask"]
    assert all(line.endswith("USDT") for line in lines[1:4])


def test_a_book_has_as_many_levels_as_asked_best_first(market: Command) -> None:
    book = market("book", "BTCUSDT", "--levels", "5", "--json").json
    bids, asks = ([Decimal(price) for price, _size in book[side]] for side in ("bids", "asks"))
    assert (len(bids), len(asks), book["state"]) == (5, 5, "LIVE")
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]


def test_candles_follow_each_other_and_the_last_is_open(market: Command) -> None:
    candles = market("candles", "BTCUSDT", "--interval", "5m", "--limit", "4", "--json").json
    assert [candle["closed"] for candle in candles] == [True, True, True, False]
    assert all(before["close"] == after["open"] for before, after in itertools.pairwise(candles))


def test_candles_of_a_span_begin_and_end_within_it(market: Command) -> None:
    words = ("--start", "2026-01-01T00:00:00Z", "--end", "2026-01-01T00:02:59", "--json")
    candles = market("candles", "BTCUSDT", *words).json
    assert [candle["time"] for candle in candles] == [f"2026-01-01T00:0{minute}:00.000Z" for minute in range(3)]


def test_trades_and_instruments_are_lists(market: Command) -> None:
    trades = market("trades", "BTCUSDT", "--limit", "3", "--json").json
    assert len(trades) == 3
    assert {"BTCUSDT", "ETHUSDT"} <= {one["symbol"] for one in market("instruments", "--json").json}
    assert [one["tick_size"] for one in market("instruments", "BTCUSDT", "--json").json] == ["0.01000000"]


def test_a_watched_book_is_a_line_for_each_applied_update(market: Command) -> None:
    said = market("watch", "book", "BTCUSDT", "--count", "20")
    assert (said.code, said.err, len(said.lines)) == (0, "", 20)
    assert {tuple(line) for line in said.lines} == {
        ("update_id", "bid_price", "bid_size", "ask_price", "ask_size", "state")
    }
    ids = [line["update_id"] for line in said.lines]
    assert ids == sorted(set(ids))
    assert {line["state"] for line in said.lines} == {"LIVE"}
    assert all(Decimal(line["bid_price"]) < Decimal(line["ask_price"]) for line in said.lines)


def test_a_watched_candle_is_the_one_in_progress(market: Command) -> None:
    said = market("watch", "candles", "BTCUSDT", "--interval", "1m", "--count", "2")
    assert [line["interval"] for line in said.lines] == ["1m", "1m"]


def test_a_symbol_the_venue_does_not_have_is_answered_with_the_nearest(market: Command) -> None:
    for words in (("ticker",), ("book",), ("watch", "book"), ("order", "place", "BUY", "1")):
        price = ("--price", "1") if words[0] == "order" else ()
        said = market(*words, "BTCUSD", *price)
        assert said.code == 1
        assert said.err.startswith("demo has no BTCUSD. It has BTCUSDT")
        assert said.err.count("\n") == 1


def test_an_unknown_connection_is_answered_with_those_there_are(market: Command) -> None:
    said = market("ticker", "BTCUSDT", "--venue", "b")
    assert said.code == 2
    assert said.err.startswith("There is no connection 'b'. There is: demo.")


def test_the_default_connection_is_a_setting(market: Command) -> None:
    said = market("ticker", "BTCUSDT", TRADEDESK_VENUE="elsewhere")
    assert said.err.startswith("There is no connection 'elsewhere'.")


def test_a_watch_that_is_interrupted_ends_quietly_with_130(market: Command) -> None:
    with market.running("watch", "book", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        watch.send_signal(signal.SIGINT)
        _out, err = watch.communicate(timeout=60)
        assert (watch.returncode, err) == (130, "")


def test_a_watch_whose_reader_left_ends_quietly_with_0(market: Command) -> None:
    with market.running("watch", "book", "BTCUSDT") as watch:
        assert watch.stdout is not None
        assert watch.stderr is not None
        watch.stdout.readline()
        watch.stdout.close()
        watch.stdout = None
        assert watch.wait(20) == 0
        assert watch.stderr.read() == ""


LOADED = """
import sys
from tui.cli import door
code = door.run(sys.argv[1:])
heavy = {"textual", "rich", "sqlmodel", "sqlalchemy", "alembic", "httpx", "websockets", "sqlite3"}
sys.stderr.write(" ".join(sorted(heavy & {name.partition(".")[0] for name in sys.modules})))
sys.exit(code)
"""


def test_a_command_that_did_its_work_loaded_neither_screen_nor_archive_nor_venue(market: Command) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, "ticker", "BTCUSDT", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env=market.environ,
    )
    assert json.loads(done.stdout)["symbol"] == "BTCUSDT"
    assert done.stderr == ""


def test_a_connection_without_a_key_shows_the_market_of_its_hosts_and_takes_no_order(
    market: Command, short_tmp: Path
) -> None:
    elsewhere = Command(short_tmp / "elsewhere")
    with elsewhere.running("simulator") as simulator:
        assert simulator.stdout is not None
        hosts = json.loads(simulator.stdout.readline())
        words = ["venues", "add", "binance", "--label", "t", "--mode", "testnet", "--rest-url", hosts["rest"]]
        words += ["--stream-url", hosts["stream"], "--ws-api-url", hosts["ws_api"]]
        assert market(*words).code == 0
        again = market(*words)
        assert (again.code, again.err.startswith("The label 't' is taken by binance (testnet).")) == (1, True)
        tested = market("venues", "test", "t", "--json").json
        assert (tested["passed"], [step["step"] for step in tested["steps"]][:2]) == (True, ["connect", "clock"])
        assert market("ticker", "BTCUSDT", "--venue", "t", "--json").json["venue"] == "t"
        listed = {one["label"]: one for one in market("venues", "list", "--json").json}
        assert (listed["t"]["keyed"], listed["t"]["rest_url"], listed["demo"]["rest_url"]) == (
            False,
            hosts["rest"],
            None,
        )
        for asked in (("balances",), ("order", "place", "BUY", "1", "BTCUSDT", "--price", "1")):
            said = market(*asked, "--venue", "t")
            assert said.code == 1
            assert said.err.startswith("t has no key: market data only. Nothing was sent.")
    assert market("venues", "remove", "t").code == 0
    assert [one["label"] for one in market("venues", "list", "--json").json] == ["demo"]


def test_a_venue_that_does_not_answer_is_a_sentence_and_code_3(market: Command) -> None:
    words = ("--mode", "testnet", "--rest-url", "http://127.0.0.1:9", "--stream-url", "ws://127.0.0.1:9")
    assert market("venues", "add", "binance", "--label", "gone", *words).code == 0
    said = market("ticker", "BTCUSDT", "--venue", "gone")
    assert said.code == 3
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert market("venues", "remove", "gone").code == 0


def test_the_simulated_market_cannot_be_removed(market: Command) -> None:
    said = market("venues", "remove", "demo")
    assert (said.code, said.err) == (2, "demo is the simulated market and stays. Nothing was removed.\n")
