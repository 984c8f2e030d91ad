from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.book import BookLevel
from support.pane_facts import book
from tui.widgets.ladder.rows import GROUPS, Grid, ask_rows, bid_rows, choose_group, cumulated, middle_top, sizes_at

TICKS = st.sampled_from([Decimal(text) for text in ("0.01", "0.00000001", "0.5", "0.25", "1", "5")])
GRIDS = st.builds(Grid, TICKS, st.sampled_from(GROUPS))


@st.composite
def levels_on(draw: st.DrawFn) -> tuple[Grid, list[BookLevel]]:
    """A grid, and levels as they come as asks: the lowest first. As bids they come the other way round."""
    grid = draw(GRIDS)
    near = st.integers(1, 10**9) | st.integers(10**6, 10**6 + 40)
    numbers = draw(st.lists(near, unique=True, max_size=30))
    sizes = st.integers(1, 10**12).map(lambda number: Decimal(number).scaleb(-8))
    return grid, [BookLevel(grid.tick * number, draw(sizes)) for number in sorted(numbers)]


@given(levels_on())
def test_grouping_loses_no_size(case: tuple[Grid, list[BookLevel]]) -> None:
    grid, levels = case
    total = sum((level.size for level in levels), Decimal(0))
    assert sum(bid_rows(levels[::-1], grid).values(), Decimal(0)) == total
    assert sum(ask_rows(levels, grid).values(), Decimal(0)) == total


@given(levels_on(), st.integers(0, 10**9) | st.integers(10**6 - 5, 10**6 + 45))
def test_each_level_is_counted_in_its_own_row_and_none_beyond_the_last_one_wanted(
    case: tuple[Grid, list[BookLevel]], last: int
) -> None:
    grid, levels = case
    bids: defaultdict[int, Decimal] = defaultdict(Decimal)
    asks: defaultdict[int, Decimal] = defaultdict(Decimal)
    for level in levels:
        bids[grid.down(level.price)] += level.size
        asks[grid.up(level.price)] += level.size
    assert bid_rows(levels[::-1], grid, last) == {row: size for row, size in bids.items() if row >= last}
    assert ask_rows(levels, grid, last) == {row: size for row, size in asks.items() if row <= last}


@given(levels_on())
def test_bids_go_down_to_their_label_and_asks_up(case: tuple[Grid, list[BookLevel]]) -> None:
    grid, levels = case
    for level in levels:
        below, above = grid.label(grid.down(level.price)), grid.label(grid.up(level.price))
        assert below <= level.price <= above
        assert level.price - below < grid.step
        assert above - level.price < grid.step


@given(GRIDS, st.integers(1, 10**9))
def test_every_label_is_a_price_the_venue_takes(grid: Grid, row: int) -> None:
    label = grid.label(row)
    assert label % grid.tick == 0
    assert grid.down(label) == grid.up(label) == row
    assert grid.on_label(label)


def test_an_old_price_off_the_present_tick_still_finds_a_row() -> None:
    grid = Grid(Decimal("0.5"))
    price = Decimal("100.3")
    assert (grid.label(grid.down(price)), grid.label(grid.up(price))) == (Decimal("100.0"), Decimal("100.5"))
    assert not grid.on_label(price)


@given(st.sets(st.sampled_from([f"618{number:02}.00" for number in range(20)]) | st.just("61804.01")))
def test_sizes_are_found_at_exact_prices_of_both_sides(prices: set[str]) -> None:
    view = book()
    shown = {level.price: level.size for level in (*view.bids, *view.asks)}
    wanted = {Decimal(price) for price in prices}
    assert sizes_at(view, wanted) == {price: size for price, size in shown.items() if price in wanted}
    assert sizes_at(None, wanted) == {}


def test_cumulated_sizes_run_outwards_from_the_touch() -> None:
    sums = {5: Decimal(1), 6: Decimal(2), 9: Decimal(4)}
    assert cumulated(sums, upwards=True) == {5: 1, 6: 3, 9: 7}
    assert cumulated(sums, upwards=False) == {9: 4, 6: 6, 5: 7}


def test_the_group_chosen_is_the_finest_that_fills_most_rows() -> None:
    assert choose_group(book(step="1"), Decimal("0.01"), 18) == 100
    assert choose_group(book(step="0.01", gap="0.01"), Decimal("0.01"), 18) == 1


@pytest.mark.parametrize("height", [5, 18, 30])
def test_a_thin_book_gets_the_group_that_fills_most(height: int) -> None:
    thin = book(step="37", levels=2)
    group = choose_group(thin, Decimal("0.01"), height)
    assert group in GROUPS
    assert Grid(Decimal("0.01"), group).step * 2 <= Decimal("61804")


def test_the_touch_has_as_many_rows_above_as_below() -> None:
    top = middle_top(100, 101, 18)
    assert (top - 101, 100 - (top - 17)) == (8, 8)
