from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.chart.volume import most_volume, volume_column, volume_rows


def test_volume_rises_in_eighths() -> None:
    assert [volume_column(Decimal(size), Decimal(16), 2) for size in (0, 1, 8, 9, 16)] == ["  ", " ▁", " █", "▁█", "██"]


@given(st.integers(1, 10**9), st.integers(1, 8))
def test_a_volume_that_is_not_zero_is_never_invisible(size: int, rows: int) -> None:
    assert volume_column(Decimal(size).scaleb(-9), Decimal(10**9), rows).strip()


def test_volume_takes_more_rows_in_a_higher_chart() -> None:
    assert [volume_rows(height) for height in (5, 10, 19, 37)] == [0, 2, 3, 5]
    assert most_volume([]) == 0
