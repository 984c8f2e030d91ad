from __future__ import annotations

from datetime import timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from support.pane_facts import NANOS, T0
from tui.widgets.chart.axes import Claim, price_axis, price_step, round_prices, time_axis, time_step
from tui.widgets.chart.scale import Span

CENT = Decimal("0.01")
SPAN = Span(6_175_000, 6_183_000)
MINUTE = 60 * NANOS


def labels(*claims: Claim, rows: int = 16) -> list[str]:
    return [text for text, _ in price_axis(SPAN, rows, CENT, 2, claims)]


@given(st.integers(1, 10**9), st.integers(0, 10**7), st.integers(1, 80), st.sampled_from(["0.01", "0.5", "0.00000001"]))
def test_round_prices_are_round_and_three_rows_apart(lo: int, room: int, rows: int, tick: str) -> None:
    span = Span(lo, lo + room)
    step = price_step(span, rows, Decimal(tick))
    prices = round_prices(span, rows, Decimal(tick))
    assert all(price % step == 0 and span.lo <= price <= span.hi for price in prices)
    assert step * rows >= 3 * (span.hi - span.lo + 1)


def test_steps_are_one_two_two_and_a_half_or_five() -> None:
    assert [price_step(Span(0, most), 30, CENT) for most in (90, 180, 240, 900, 90_000)] == [10, 20, 25, 100, 10_000]


def test_the_axis_has_one_width() -> None:
    assert {len(text) for text in labels(Claim(6_180_401, "◀", 0))} == {10}


def test_a_claimed_row_belongs_to_the_last_price_first_and_losers_step_aside() -> None:
    rows = labels(Claim(6_180_000, "B", 3), Claim(6_180_401, "◀", 0), Claim(6_179_900, "E", 2))
    assert [text.strip() for text in rows if text.strip()[:1] in {"◀", "B", "E"}] == ["◀61,804.01", "E61,799.00"]
    wide_rows = labels(Claim(6_180_000, "B", 3), Claim(6_180_401, "◀", 0), rows=40)
    claimed = [text for text in wide_rows if text[0] in "◀B"]
    assert claimed == ["◀61,804.01", "B61,800.00"]


def test_labels_stay_in_the_order_of_their_prices() -> None:
    rows = labels(Claim(6_180_300, "B", 3), Claim(6_180_401, "◀", 0))
    assert [text for text in rows if text[0] in "◀B"] == ["◀61,804.01", "B61,803.00"]
    rows = labels(Claim(6_180_499, "S", 3), Claim(6_180_401, "◀", 0))
    assert [text for text in rows if text[0] in "◀S"] == ["S61,804.99", "◀61,804.01"]


def test_a_claim_outside_the_span_has_no_row() -> None:
    assert not any("E" in text for text in labels(Claim(7_000_000, "E", 2)))


def test_time_labels_stand_under_round_times_ten_columns_apart() -> None:
    now = T0 // MINUTE * MINUTE
    columns: list[int | None] = [now - back * MINUTE for back in range(27, -1, -1)]
    assert time_axis(columns, 60, 1) == "  13:40     13:50     14:00 "
    assert time_step(60, 1) == 600
    assert time_step(60, 4) == 300
    assert time_step(86_400, 1) == 14 * 86_400


def test_the_day_is_named_when_it_changes() -> None:
    midnight = 1_893_542_400 * NANOS
    columns: list[int | None] = [midnight + number * MINUTE for number in range(-25, 15)]
    text = time_axis(columns, 60, 1)
    assert "23:40" in text
    assert "02 Jan" in text
    assert "00:10" in text


def test_round_times_are_round_where_the_trader_sits() -> None:
    now = T0 // MINUTE * MINUTE
    columns: list[int | None] = [now - back * MINUTE for back in range(27, -1, -1)]
    india = timezone(timedelta(hours=5, minutes=30))
    assert time_axis(columns, 60, 1, india) == "  19:10     19:20     19:30 "


@given(st.lists(st.one_of(st.none(), st.integers(0, 2**61)), max_size=60), st.integers(1, 10**6), st.integers(1, 4))
def test_the_time_axis_is_as_long_as_its_columns(columns: list[int | None], seconds: int, pitch: int) -> None:
    assert len(time_axis(columns, seconds, pitch)) == len(columns)
