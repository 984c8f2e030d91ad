"""The cross-check compares at the very same update id, and is not fooled by what arrived meanwhile."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sync.book import BookMachine
from connectors.sync.check import BookCheck
from connectors.sync.gap import Spans

BIDS = [("99.00", "1.00"), ("98.00", "2.00"), ("97.00", "3.00")]
ASKS = [("101.00", "1.00"), ("102.00", "2.00"), ("103.00", "3.00")]


def checked() -> tuple[BookMachine, BookCheck]:
    book = BookMachine(Spans())
    book.snapshot(10, BIDS, ASKS)
    return book, BookCheck(book)


def test_a_snapshot_of_the_same_moment_agrees() -> None:
    _, check = checked()
    assert check.compare(10, BIDS, ASKS) is True


def test_sizes_are_compared_as_numbers_and_levels_below_the_snapshot_are_not() -> None:
    _, check = checked()
    assert check.compare(10, [("99.00", "1.00000000"), ("98.00", "2")], ASKS[:1]) is True


@pytest.mark.parametrize(
    ("bids", "asks"),
    [
        ([("99.00", "1.01"), *BIDS[1:]], ASKS),
        ([BIDS[0], BIDS[2]], ASKS),
        ([("99.50", "1.00"), *BIDS], ASKS),
        (BIDS, [*ASKS[:2], ("103.00", "9.00")]),
        ([], ASKS),
    ],
)
def test_any_difference_is_found(bids: list[tuple[str, str]], asks: list[tuple[str, str]]) -> None:
    _, check = checked()
    assert check.compare(10, bids, asks) is False


def test_a_snapshot_from_before_or_ahead_cannot_be_compared_yet() -> None:
    _, check = checked()
    assert check.compare(9, BIDS, ASKS) is None
    assert check.compare(12, BIDS, ASKS) is None
    check.delta(11, 12, [("98.50", "4.00")], [])
    assert check.compare(12, [BIDS[0], ("98.50", "4.00"), *BIDS[1:]], ASKS) is True


def test_a_delta_across_the_snapshots_id_excuses_only_the_prices_it_touches() -> None:
    _, check = checked()
    check.delta(11, 14, [("98.00", "5.00")], [])
    assert check.compare(12, [BIDS[0], ("98.00", "7.00"), BIDS[2]], ASKS) is True
    assert check.compare(12, [("99.00", "7.00"), *BIDS[1:]], ASKS) is False


@given(st.integers(0, 2**32), st.integers(0, 60))
def test_a_true_book_always_agrees_with_a_true_snapshot(seed: int, shot_after: int) -> None:
    chance = random.Random(seed)
    book, check = checked()
    venue = {"bids": dict(BIDS), "asks": dict(ASKS)}
    shot: tuple[int, list[tuple[str, str]], list[tuple[str, str]]] | None = None
    for update_id in range(11, 71):
        bid = (f"{chance.randrange(90, 100)}.00", chance.choice(["0.00", "1.00", "2.00"]))
        ask = (f"{chance.randrange(101, 111)}.00", chance.choice(["0.00", "1.00", "2.00"]))
        venue["bids"].update([bid])
        venue["asks"].update([ask])
        book.delta(update_id, update_id, [bid], [ask])
        check.delta(update_id, update_id, [bid], [ask])
        if update_id == 11 + shot_after:
            alive = {side: [level for level in levels.items() if level[1] != "0.00"] for side, levels in venue.items()}
            shot = (update_id, sorted(alive["bids"], reverse=True), sorted(alive["asks"]))
    if shot is not None:
        assert check.compare(*shot) is True
