from __future__ import annotations

from decimal import Decimal

from connectors.model.ids import InstrumentId, Product, TradeId
from connectors.model.side import Side
from connectors.model.trade import Trade
from connectors.worker.api import Alert, AlertLevel, AlertRaised, PaneEvent, PaneFailed
from connectors.worker.lanes import PaneLane, Ring, WatchLane

BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
MS = 1_000_000


def trade(number: int) -> Trade:
    return Trade(BTC, TradeId(str(number)), Decimal(100), Decimal(1), Side.BUY, number)


def alert(number: int) -> AlertRaised:
    return AlertRaised(Alert(number, AlertLevel.INFO, f"alert {number}"))


class Newest:
    def __init__(self) -> None:
        self.value = 0
        self.looked = 0

    def take(self) -> list[PaneEvent]:
        self.looked += 1
        return [PaneFailed(1, str(self.value), retrying=True)]


def test_a_pane_gets_only_the_newest_of_many_updates_between_two_beats() -> None:
    newest = Newest()
    lane = PaneLane(20, newest.take)
    for newest.value in range(1, 1001):
        lane.mark()
    assert lane.pop(0) == [PaneFailed(1, "1000", retrying=True)]
    assert newest.looked == 1
    assert lane.pop(50 * MS) == ()


def test_a_pane_is_pushed_to_no_faster_than_its_rate_and_never_faster_than_twenty_a_second() -> None:
    newest = Newest()
    lane = PaneLane(1000, newest.take)
    sent = 0
    for millisecond in range(1000):
        lane.mark()
        sent += len(lane.pop(millisecond * MS))
    assert sent == 20
    lane.pace(2)
    sent = 0
    for millisecond in range(1000, 3000):
        lane.mark()
        sent += len(lane.pop(millisecond * MS))
    assert sent == 4


def test_panes_of_one_rate_are_due_at_the_same_moment_whenever_they_were_pushed_last() -> None:
    early, late = PaneLane(20, Newest().take), PaneLane(20, Newest().take)
    for lane, pushed_ns in ((early, 101 * MS), (late, 149 * MS)):
        lane.mark()
        lane.pop(pushed_ns)
        lane.mark()
    assert early.wait_ns(149 * MS) == late.wait_ns(149 * MS) == 1 * MS


def test_a_pane_tells_how_long_until_it_is_due() -> None:
    lane = PaneLane(10, Newest().take)
    assert lane.wait_ns(0) is None
    lane.mark()
    assert lane.wait_ns(0) == 0
    lane.pop(0)
    lane.mark()
    assert lane.wait_ns(30 * MS) == 70 * MS


def test_a_full_watch_drops_the_oldest_and_says_how_many() -> None:
    lane = WatchLane(7, held=3)
    for number in range(10):
        lane.put(trade(number))
    first = lane.pop()
    second = lane.pop()
    assert first is not None
    assert second is not None
    assert (first.watch, first.item, first.dropped) == (7, trade(7), 7)
    assert (second.item, second.dropped) == (trade(8), 0)


def test_a_ring_numbers_without_a_hole_and_says_when_a_reader_is_too_far_behind() -> None:
    ring = Ring(held=4)
    assert ring.after(0, 10) == ()
    for number in range(6):
        ring.append(alert(number))
    assert ring.last == 6
    assert ring.after(1, 10) is None
    kept = ring.after(2, 10)
    assert kept is not None
    assert [numbered.number for numbered in kept] == [3, 4, 5, 6]
    some = ring.after(3, 2)
    assert some is not None
    assert [numbered.number for numbered in some] == [4, 5]
    assert ring.after(6, 10) == ()
