"""Streams by the clock where the clock jumps: nothing that ended goes untold."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from connectors.simulator.sockets.hub import Listener
from simulator.rig import open_desk


async def heard(listener: Listener) -> list[dict[str, Any]]:
    return [json.loads(frame) for frame in await listener.take()]


async def test_every_bar_that_ended_during_a_pause_is_told_closed(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    listener = Listener()
    desk.exchange.hub.subscribe(listener, ["btcusdt@kline_1s"])
    desk.run(2)
    before = (await heard(listener))[-1]["k"]
    desk.clock.ms += 4200
    desk.exchange.advance()
    told = [event["k"] for event in await heard(listener)]
    desk.close()
    assert told[0]["t"] == (before["T"] + 1 if before["x"] else before["t"])
    assert all(bar["x"] for bar in told[:-1])
    assert len(told) >= 4
    assert all(after["t"] == bar["T"] + 1 for bar, after in pairwise(told))
    traded = [bar for bar in told if bar["n"]]
    assert all(bar["L"] - bar["f"] + 1 == bar["n"] for bar in traded)
    assert all(after["f"] == bar["L"] + 1 for bar, after in pairwise(traded))
    assert traded[-1]["L"] == desk.exchange.feeds["BTCUSDT"].market.last_trade_id


async def test_a_stream_speaks_for_the_first_time_at_once_and_then_at_its_pace(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    listener = Listener()
    desk.exchange.hub.subscribe(listener, ["ethusdt@depth5@100ms", "ethusdt@miniTicker"])
    desk.run(0.02)
    assert len(await heard(listener)) == 2
    desk.run(2)
    events = await heard(listener)
    desk.close()
    assert sum("bids" in event for event in events) == 20
    assert sum("bids" not in event for event in events) == 2


async def test_who_leaves_hears_no_more_and_nothing_is_made_for_nobody(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    listener, other = Listener(), Listener(micro=True)
    hub = desk.exchange.hub
    hub.subscribe(listener, ["btcusdt@depth"])
    hub.subscribe(other, ["btcusdt@depth"])
    desk.run(1.1)
    stamps = [(await heard(one))[-1]["E"] for one in (listener, other)]
    assert stamps[0] * 1000 == stamps[1]
    hub.unsubscribe(listener, ["btcusdt@depth", "btcusdt@never"])
    hub.subscribe(listener, ["btcusdt@kline_1m"])
    desk.run(1.1)
    assert {event["e"] for event in await heard(listener)} == {"kline"}
    hub.unsubscribe(other, list(other.streams))
    assert not hub.wants("btcusdt@depth")
    desk.close()
