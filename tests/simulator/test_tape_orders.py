"""The user's orders beside a small tape whose every step is known."""

from __future__ import annotations

from pathlib import Path

from simulator.tapes import (
    STREAMS,
    Ear,
    LocalBook,
    by_price,
    on,
    order,
    small_tape,
    snapshot,
    trade,
    update,
)


def test_what_the_user_took_comes_back_with_the_levels_next_update(tmp_path: Path) -> None:
    tape = small_tape(
        tmp_path / "tape",
        update(11, 12, [], [["100.02000000", "4.00000000"]]),
        update(13, 14, [], [["100.01000000", "0.50000000"]]),
        trade(5, "100.01", "0.1", buyer_made=False),
    )
    desk = on(tmp_path, tape)
    first = order(desk, side="BUY", type="MARKET", quantity="1.5")
    assert [(fill["price"], fill["qty"]) for fill in first["fills"]] == [("100.01000000", "1.50000000")]
    desk.run(0.12)
    second = order(desk, side="BUY", type="MARKET", quantity="1")
    assert [(fill["price"], fill["qty"]) for fill in second["fills"]] == [
        ("100.01000000", "0.50000000"),
        ("100.02000000", "0.50000000"),
    ]
    desk.run(0.1)
    third = order(desk, side="BUY", type="MARKET", quantity="1")
    assert [fill["price"] for fill in third["fills"]] == ["100.01000000", "100.02000000"]
    desk.close()


def test_a_resting_order_fills_when_its_queue_is_used_up_and_when_it_is_traded_through(tmp_path: Path) -> None:
    tape = small_tape(
        tmp_path / "tape",
        trade(5, "100.00", "0.8", buyer_made=True),
        trade(6, "100.00", "0.5", buyer_made=True),
        trade(7, "99.98", "0.1", buyer_made=True),
    )
    desk = on(tmp_path, tape)
    at_price = order(desk, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.4", price="100.00")
    deeper = order(desk, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.3", price="99.99")
    assert (at_price["status"], deeper["status"]) == ("NEW", "NEW")
    desk.run(0.12)
    assert not desk.exchange.trades("BTCUSDT")
    desk.run(0.1)
    fills = [event for event in desk.events if event.get("x") == "TRADE"]
    assert [(fill["i"], fill["l"], fill["L"], fill["X"], fill["m"]) for fill in fills] == [
        (at_price["orderId"], "0.30000000", "100.00000000", "PARTIALLY_FILLED", True)
    ]
    desk.run(0.1)
    fills = [event for event in desk.events if event.get("x") == "TRADE"]
    assert [(fill["i"], fill["l"], fill["X"]) for fill in fills[1:]] == [
        (at_price["orderId"], "0.10000000", "FILLED"),
        (deeper["orderId"], "0.30000000", "FILLED"),
    ]
    desk.close()


def test_the_end_leads_back_to_the_start_with_ids_that_go_on(tmp_path: Path) -> None:
    tape = small_tape(
        tmp_path / "tape",
        update(9, 12, [["100.00000000", "0.00000000"], ["98.00000000", "7.00000000"]], []),
        trade(5, "100.01", "0.1", buyer_made=False),
        {"u": 15, "b": "99.99", "B": "5", "a": "100.01", "A": "2"},
    )
    desk = on(tmp_path, tape)
    ear = Ear()
    desk.exchange.hub.subscribe(ear, STREAMS)
    start = snapshot(desk)
    book = LocalBook(start)
    desk.run(1.5)
    events = [message["data"] for message in ear.heard if message["stream"].endswith("100ms")]
    assert [(event["U"], event["u"]) for event in events[:4]] == [(9, 12), (13, 16), (17, 18), (19, 22)]
    assert events[1]["b"] == [["98.00000000", "0.00000000"], ["100.00000000", "1.00000000"]]
    for event in events[:2]:
        book.apply(event)
    assert book.sides == {"b": by_price(start["bids"]), "a": by_price(start["asks"])}
    trades = [message["data"]["t"] for message in ear.heard if message["stream"].endswith("trade")]
    assert trades[:3] == [5, 6, 7]
    tops = [message["data"]["u"] for message in ear.heard if message["stream"].endswith("bookTicker")]
    assert tops == sorted(tops)
    desk.close()
