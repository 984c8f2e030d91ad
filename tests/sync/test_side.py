"""One side of a book against a plain dictionary that is sorted whenever it is read."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sync.side import Asks, Bids, rank

Level = tuple[str, str]


def price(ticks: int) -> str:
    return f"{Decimal(ticks).scaleb(-2):.2f}"


# Around powers of ten the texts change length: that is where text order and number order part.
prices = st.one_of(st.integers(9_900, 10_100), st.integers(1, 300), st.integers(99_990, 100_010)).map(price)
sizes = st.sampled_from(["0.00", "0", "0.00000000", "1.00", "2.50", "0.01"])
updates = st.lists(st.lists(st.tuples(prices, sizes), max_size=40), max_size=40)
wide = st.lists(st.lists(st.tuples(st.integers(1, 3000).map(price), sizes), min_size=20, max_size=200), max_size=8)


def expected(model: dict[str, str], *, descending: bool) -> list[Level]:
    alive = [(text, size) for text, size in model.items() if Decimal(size)]
    return sorted(alive, key=lambda level: Decimal(level[0]), reverse=descending)


@pytest.mark.parametrize("make", [Bids, Asks])
@given(first=st.lists(st.tuples(prices, sizes), max_size=400), changes=updates, count=st.integers(1, 200))
def test_every_read_equals_the_sorted_dictionary(
    make: type[Bids] | type[Asks], first: list[Level], changes: list[list[Level]], count: int
) -> None:
    side, model = make(), dict(first)
    side.replace(first)
    for change in changes:
        side.update(change)
        model.update(change)
        right = expected(model, descending=make is Bids)
        assert side.best() == (right[0] if right else None)
    right = expected(model, descending=make is Bids)
    assert side.top(count) == right[:count]
    assert side.sizes() == dict(right)


@pytest.mark.parametrize("make", [Bids, Asks])
@settings(max_examples=20)
@given(changes=wide)
def test_a_side_with_more_levels_than_the_band_stays_exact(
    make: type[Bids] | type[Asks], changes: list[list[Level]]
) -> None:
    first = [(price(ticks), "1.00") for ticks in range(1, 2_000)]
    side, model = make(), dict(first)
    side.replace(first)
    for change in changes:
        side.update(change)
        model.update(change)
        assert side.top(20) == expected(model, descending=make is Bids)[:20]


@pytest.mark.parametrize("make", [Bids, Asks])
def test_a_touch_eaten_level_by_level_never_skips_one(make: type[Bids] | type[Asks]) -> None:
    first = [(price(ticks), "1.00") for ticks in range(9_000, 11_000)]
    side, order = make(), expected(dict(first), descending=make is Bids)
    side.replace(first)
    for level in order:
        assert side.best() == level
        side.update([(level[0], "0.00")])
    assert side.best() is None


@pytest.mark.parametrize("make", [Bids, Asks])
def test_a_side_that_grew_level_by_level_is_eaten_level_by_level(make: type[Bids] | type[Asks]) -> None:
    side = make()
    levels = [(price(ticks), "1.00") for ticks in range(9_600, 10_400)]
    for level in levels:
        side.update([level])
    for level in expected(dict(levels), descending=make is Bids):
        assert (side.best(), side.price) == (level, level[0])
        side.update([(level[0], "0.00")])
    assert (side.best(), side.price) == (None, "")


def test_longer_texts_are_higher_prices() -> None:
    assert sorted(["100.00", "99.99", "9.00"], key=rank) == ["9.00", "99.99", "100.00"]


@pytest.fixture
def allocations() -> Iterator[None]:
    """Memory is traced."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.parametrize("make", [Bids, Asks])
@pytest.mark.usefixtures("allocations")
def test_levels_that_come_and_go_far_from_the_touch_leave_nothing_behind(make: type[Bids] | type[Asks]) -> None:
    levels, sign = 200, 1 if make is Asks else -1
    side = make()
    side.replace([(price(5_000_000 + sign * ticks), "1.00000000") for ticks in range(levels)])
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    for ticks in range(1_000, 20_000):
        gone, come = 5_000_000 + sign * ticks, 5_000_000 + sign * (ticks + 1)
        side.update([(price(gone), "0.00000000"), (price(come), "1.00000000")])
    _, most = tracemalloc.get_traced_memory()
    assert len(side.sizes()) == levels + 1
    a_level = 250
    assert most - before < 10 * levels * a_level
