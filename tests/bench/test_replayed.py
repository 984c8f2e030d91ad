"""The load of a bench says what a market would: books that hold together, ids that rise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from bench.recording import Recording, Said, say_how_to_take_back
from bench.replayed import Venue, forth_and_back

BOOKS = {"BTCUSDT": ([("100.00", "1.00000000"), ("99.00", "2.00000000")], [("101.00", "3.00000000")])}


def _change(at_ms: int, first: int, last: int, bids: list[list[str]], asks: list[list[str]]) -> Said:
    data = {"e": "depthUpdate", "E": 0, "s": "BTCUSDT", "U": first, "u": last, "b": bids, "a": asks}
    return Said(at_ms, "btcusdt@depth@100ms", data)


def _recorded() -> Recording:
    said = [
        _change(0, 11, 13, [["100.00", "0.00000000"]], [["101.00", "4.00000000"], ["102.00", "5.00000000"]]),
        Said(60, "btcusdt@trade", {"e": "trade", "E": 0, "T": 0, "s": "BTCUSDT", "t": 7, "p": "101.00", "q": "1"}),
        _change(100, 14, 14, [["98.00", "6.00000000"]], [["101.00", "0.00000000"]]),
    ]
    say_how_to_take_back(said, BOOKS)
    return Recording({}, BOOKS, said)


def _book(venue: Venue) -> dict[str, Any]:
    found = venue.answer("depth", "BTCUSDT")
    assert found is not None
    return dict(json.loads(found))


def _played(venue: Venue, said: list[Said]) -> Iterator[dict[str, Any]]:
    for _, each, forth in forth_and_back(said):
        yield venue.again(each, forth=forth)


def test_a_recording_played_forth_and_back_leaves_the_book_as_it_was() -> None:
    recording = _recorded()
    venue = Venue(recording)
    before = _book(venue)
    played = _played(venue, recording.said)
    for _ in islice(played, 3):
        pass
    turned = _book(venue)
    for _ in islice(played, 3):
        pass
    after = _book(venue)

    assert turned["bids"] == [["99.00", "2.00000000"], ["98.00", "6.00000000"]]
    assert turned["asks"] == [["102.00", "5.00000000"]]
    assert (after["bids"], after["asks"]) == (before["bids"], before["asks"])


def test_changes_follow_each_other_without_a_gap_and_trades_count_on() -> None:
    recording = _recorded()
    venue = Venue(recording)
    begun = _book(venue)["lastUpdateId"]
    played = list(islice(_played(venue, recording.said), 12))
    changes = [each for each in played if each["e"] == "depthUpdate"]
    trades = [each["t"] for each in played if each["e"] == "trade"]

    assert [each["U"] for each in changes] == [begun + 1, *(each["u"] + 1 for each in changes[:-1])]
    assert [each["u"] - each["U"] for each in changes] == [2, 0, 0, 2] * 2
    assert _book(venue)["lastUpdateId"] == changes[-1]["u"]
    assert [each - trades[0] for each in trades] == [0, 1, 2, 3]


def test_messages_come_back_as_far_apart_as_they_came() -> None:
    moments = [at_ms for at_ms, _, _ in islice(forth_and_back(_recorded().said), 9)]

    assert moments == [0, 60, 100, 100, 140, 200, 200, 260, 300]
