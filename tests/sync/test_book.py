"""The book machine: facts §5.3 for spot, §5.4 for futures, and venues whose snapshots come on the stream."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.book import BookState
from connectors.sync.book import BookMachine, Step
from connectors.sync.gap import Chained, Spans, Steps

BIDS = [("99.00", "1"), ("98.00", "2")]
ASKS = [("101.00", "1"), ("102.00", "2")]


def live(update_id: int = 10) -> BookMachine:
    book = BookMachine(Spans())
    assert book.snapshot(update_id, BIDS, ASKS) is Step.LIVE
    return book


def test_deltas_wait_for_the_snapshot_and_older_ones_are_dropped() -> None:
    book = BookMachine(Spans())
    assert book.delta(5, 7, [("97.00", "9")], []) is Step.KEPT
    assert book.delta(8, 12, [("98.50", "3")], []) is Step.KEPT
    assert book.state is BookState.LOADING
    assert book.snapshot(10, BIDS, ASKS) is Step.LIVE
    assert book.update_id == 12
    assert book.bids.top(3) == [("99.00", "1"), ("98.50", "3"), ("98.00", "2")]


def test_a_snapshot_older_than_the_buffer_is_asked_for_again_and_the_buffer_stays() -> None:
    book = BookMachine(Spans())
    book.delta(20, 22, [("98.50", "3")], [])
    assert book.snapshot(18, BIDS, ASKS) is Step.TOO_OLD
    assert book.state is BookState.LOADING
    assert book.snapshot(19, BIDS, ASKS) is Step.LIVE
    assert book.update_id == 22


@pytest.mark.parametrize(
    ("first", "last", "step"),
    [(11, 12, Step.APPLIED), (9, 12, Step.APPLIED), (8, 10, Step.IGNORED), (12, 13, Step.GAP)],
)
def test_a_delta_must_join_on(first: int, last: int, step: Step) -> None:
    assert live().delta(first, last, [("99.50", "1")], []) is step


def test_a_gap_throws_the_book_away_and_keeps_what_follows() -> None:
    book = live()
    assert book.delta(15, 16, [("99.50", "1")], []) is Step.GAP
    assert book.state is BookState.RESYNC
    assert book.delta(17, 18, [], [("100.50", "4")]) is Step.KEPT
    assert book.snapshot(16, BIDS, ASKS) is Step.LIVE
    assert book.update_id == 18
    assert book.asks.best() == ("100.50", "4")


def test_a_crossed_book_is_thrown_away() -> None:
    book = live()
    assert book.delta(11, 11, [("101.00", "1")], []) is Step.CROSSED
    assert book.state is BookState.RESYNC


def test_a_crossed_snapshot_is_not_believed() -> None:
    book = BookMachine(Spans())
    assert book.snapshot(10, [("101.00", "1")], ASKS) is Step.CROSSED
    assert book.state is BookState.RESYNC


def test_prices_of_another_length_cross_by_value_not_by_text() -> None:
    book = BookMachine(Spans())
    assert book.snapshot(1, [("99.00", "1")], [("100.00", "1")]) is Step.LIVE
    assert book.delta(2, 2, [("100.00", "1")], []) is Step.CROSSED


def test_deleting_an_unknown_level_is_normal() -> None:
    book = live()
    assert book.delta(11, 11, [("42.00", "0.00")], [("420.00", "0.00000000")]) is Step.APPLIED
    assert book.bids.top(9) == BIDS
    assert book.asks.top(9) == ASKS


def test_a_kept_delta_that_does_not_join_on_is_found_when_the_snapshot_comes() -> None:
    book = BookMachine(Spans())
    book.delta(11, 12, [], [])
    book.delta(15, 16, [], [])
    assert book.snapshot(10, BIDS, ASKS) is Step.GAP
    assert book.state is BookState.RESYNC
    assert book.snapshot(14, BIDS, ASKS) is Step.LIVE
    assert book.update_id == 16


def test_distrust_demands_a_snapshot() -> None:
    book = live()
    book.distrust()
    assert book.state is BookState.RESYNC
    assert book.delta(11, 12, [], []) is Step.KEPT
    assert book.snapshot(12, BIDS, ASKS) is Step.LIVE


def test_futures_deltas_are_chained_by_the_id_before_them() -> None:
    book = BookMachine(Chained())
    book.delta(90, 100, [], [], 80)
    book.delta(140, 150, [("99.50", "2")], [], 100)
    assert book.snapshot(145, BIDS, ASKS) is Step.LIVE
    assert book.update_id == 150
    assert book.delta(170, 180, [], [], 150) is Step.APPLIED
    assert book.delta(200, 210, [], [], 190) is Step.GAP


def test_a_stream_snapshot_replaces_the_book_at_any_time() -> None:
    book = BookMachine(Steps())
    assert book.snapshot(1, BIDS, ASKS) is Step.LIVE
    assert book.delta(2, 2, [("98.00", "0")], []) is Step.APPLIED
    assert book.snapshot(7, [("90.00", "1")], [("91.00", "1")]) is Step.LIVE
    assert book.bids.top(5) == [("90.00", "1")]
    assert book.delta(8, 8, [], []) is Step.APPLIED
    assert book.delta(10, 10, [], []) is Step.GAP


@given(
    cuts=st.lists(st.integers(1, 199), min_size=1, max_size=30, unique=True),
    snapshot_at=st.integers(0, 200),
    arrives=st.integers(0, 30),
    seed=st.integers(0, 2**32),
)
def test_whenever_the_snapshot_comes_the_book_ends_as_the_venue_has_it(
    cuts: list[int], snapshot_at: int, arrives: int, seed: int
) -> None:
    """A venue of 200 single changes, sent in batches; the snapshot of any moment arrives between any two of them."""
    chance = random.Random(seed)
    changes = [(f"{chance.randrange(10, 99)}.00", chance.choice(["0.00", "1.00", "2.00"])) for _ in range(200)]
    edges = [0, *sorted(cuts), 200]
    batches = [(low + 1, high, changes[low:high]) for low, high in pairwise(edges)]
    venue: dict[str, str] = dict(changes[:snapshot_at])
    book = BookMachine(Spans())
    for number, (first, last, levels) in enumerate(batches):
        if number == min(arrives, len(batches) - 1):
            step = book.snapshot(snapshot_at, list(venue.items()), [])
            if step is Step.TOO_OLD:
                assert batches[0][0] > snapshot_at + 1
        book.delta(first, last, levels, [])
    if book.state is BookState.LIVE:
        final = {text: size for text, size in dict(changes).items() if size != "0.00"}
        assert (book.update_id, book.bids.sizes()) == (max(200, snapshot_at), final)
    else:
        assert snapshot_at < 200
