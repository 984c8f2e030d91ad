"""The recorded market behind the desk: the oracle through the command line, and a fill to its last digit."""

from __future__ import annotations

import json
import sys
from bisect import bisect_right
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

import msgspec
import pytest

from connectors.sync.book import BookMachine
from connectors.sync.gap import Spans
from connectors.venues.binance.frames import DepthEvent, StreamFrame
from connectors.venues.binance.schemas import DepthSnapshot
from support.command import Command
from support.processes import of_home, until
from support.shared import shared_path
from support.simulator import running_simulator
from support.tape import tape
from support.terminal import Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(180)]

TAPE = ("tapes", "binance-spot-btcusdt-2024-08-08.gz")
SPEED = 10
LEAST = 1_000
"""Checks at least, of the 3,451 updates recorded: ten seconds of the recording pass in each that the command needs."""
QUANTITY = Decimal("0.08")
"""Worth less than 5 % of what the account is opened with, which is the most one order may be worth."""
FEE_RATE = Decimal("0.001")


def recorded_updates() -> list[int]:
    """The last update id of every recorded frame of the book."""
    events = (msgspec.json.decode(frame, type=StreamFrame).data for frame in tape().depth)
    return [event.u for event in events if isinstance(event, DepthEvent)]


def test_every_line_of_a_watched_book_agrees_with_the_recorded_ticker(home: Path, short_tmp: Path) -> None:
    recording = tape()
    ids = [ticker.u for ticker in recording.tickers]
    venue = ("--market", "tape", "--tape", str(shared_path(*TAPE)), "--speed", str(SPEED))
    command = Command(home)
    seen = []
    with running_simulator(short_tmp / "venue", *venue) as sim:
        hosts = ("--rest-url", sim.rest, "--stream-url", sim.stream, "--ws-api-url", sim.ws_api)
        added = command("venues", "add", "binance", "--label", "t", "--mode", "testnet", *hosts)
        assert added.code == 0, added.err
        last = 0
        with command.running("watch", "book", "BTCUSDT", "--venue", "t") as watch:
            assert watch.stdout is not None
            for text in watch.stdout:
                line = json.loads(text)
                if line["update_id"] > ids[-1] or line["update_id"] < last:
                    break  # the recording begins anew
                if line["state"] != "LIVE":
                    continue
                last = line["update_id"]
                ticker = recording.tickers[bisect_right(ids, last) - 1]
                shown = [line[name] for name in ("bid_price", "bid_size", "ask_price", "ask_size")]
                assert [Decimal(each) for each in shown] == [
                    Decimal(each) for each in (ticker.b, ticker.B, ticker.a, ticker.A)
                ], line
                seen.append(last)
    updates = [update for update in recorded_updates() if update >= seen[0]]
    assert seen == updates, "a line for every update recorded since the first, none dropped, none twice"
    assert last == 50093421584
    assert len(seen) >= LEAST
    until(lambda: not of_home(home), "the worker ends")


def asks_between(first: int, last: int) -> list[list[tuple[Decimal, Decimal]]]:
    """The recorded asks after each update from one id to another, best first."""
    recording = tape()
    book = BookMachine(Spans())
    shot = msgspec.json.decode(recording.snapshot, type=DepthSnapshot)
    found = []
    for number, frame in enumerate(recording.depth, start=1):
        event = msgspec.json.decode(frame, type=StreamFrame).data
        assert isinstance(event, DepthEvent)
        book.delta(event.U, event.u, event.b, event.a)
        if number == recording.before_snapshot:
            book.snapshot(shot.last_update_id, shot.bids, shot.asks)
        if first <= book.update_id <= last:
            found.append([(Decimal(price), Decimal(size)) for price, size in book.asks.top(200)])
    return found


def walked(asks: list[tuple[Decimal, Decimal]], quantity: Decimal) -> list[tuple[Decimal, Decimal]]:
    """What a market buy takes from these asks."""
    taken = []
    for price, size in asks:
        part = min(size, quantity).quantize(Decimal("0.00001"), ROUND_DOWN)
        if part:
            taken.append((price, part))
            quantity -= part
        if not quantity:
            break
    return taken


def test_a_market_order_on_the_tape_fills_at_the_recorded_prices_with_fees_to_the_last_digit(
    home: Path, tmp_path: Path
) -> None:
    command = Command(home)
    terminal = Terminal(tmp_path, 120, 40, {"TRADEDESK_HOME": str(home)})
    terminal.start(sys.executable, "-m", "tui", "demo", "--tape", str(shared_path(*TAPE)))
    try:
        terminal.until(r"(?s)SIM simulated market.*BTCUSDT.*▌LADDER .*LIVE ✓", 30)
        before = command("book", "BTCUSDT", "--json").json["update_id"]
        placed = command("order", "place", "BUY", str(QUANTITY), "BTCUSDT", "--type", "market", "--json")
        after = command("book", "BTCUSDT", "--json").json["update_id"]
        assert placed.code == 0, placed.err
        fills = command("fills", "--json").json
        balances = {each["asset"]: each for each in command("balances", "--json").json}
        position = command("positions", "--json").json[0]
    finally:
        terminal.close()
        until(lambda: not of_home(home), "desk, worker and exchange end")

    got = sorted((Decimal(fill["price"]), Decimal(fill["quantity"])) for fill in fills)
    assert sum(quantity for _, quantity in got) == QUANTITY
    assert got in [walked(asks, QUANTITY) for asks in asks_between(before, after)]
    fees = [(quantity * FEE_RATE).quantize(Decimal("0.00000001"), ROUND_DOWN) for _, quantity in got]
    assert sorted(Decimal(fill["fee"]) for fill in fills) == sorted(fees)
    assert {fill["fee_asset"] for fill in fills} == {"BTC"}
    cost = sum(price * quantity for price, quantity in got)
    assert Decimal(balances["USDT"]["total"]) == Decimal(100_000) - cost
    assert Decimal(balances["BTC"]["total"]) == QUANTITY - sum(fees)
    assert Decimal(position["quantity"]) == QUANTITY - sum(fees)
    assert Decimal(position["cost"]) == cost
