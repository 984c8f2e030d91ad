from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.ladder.columns import bar_cells
from tui.widgets.ladder.picture import BarScale

SIZES = st.lists(st.integers(1, 10**6).map(Decimal), min_size=1, max_size=60)


def test_bars_hold_still_while_the_large_sizes_move_a_little() -> None:
    scale = BarScale()
    scale.fit([Decimal(100)] * 20)
    assert scale.fit([Decimal(120)] * 20) == 100
    assert scale.fit([Decimal(65)] * 20) == 100
    assert scale.fit([Decimal(126)] * 20) == 126
    assert scale.fit([Decimal(50)] * 20) == 50


def test_one_giant_does_not_flatten_all_other_bars() -> None:
    scale = BarScale()
    full = scale.fit([Decimal(1)] * 39 + [Decimal(1000)])
    assert bar_cells(Decimal(1), full, 9) == 9
    assert bar_cells(Decimal(1000), full, 9) == 9


def test_without_sizes_there_are_no_bars() -> None:
    scale = BarScale()
    assert scale.fit([]) == 0
    assert bar_cells(Decimal(5), scale.full, 9) == 0


@given(SIZES, st.integers(1, 20))
def test_a_bar_is_never_longer_than_its_column_and_grows_with_its_size(sizes: list[Decimal], width: int) -> None:
    scale = BarScale()
    full = scale.fit(sorted(sizes))
    cells = [bar_cells(size, full, width) for size in sorted(sizes)]
    assert cells == sorted(cells)
    assert all(0 <= each <= width for each in cells)
