from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.format.numbers import basis_points, compact, exact, fixed, percent, price, share, short, signed, typed

DECIMALS = st.decimals(min_value=Decimal("-1e30"), max_value=Decimal("1e30"), allow_nan=False, allow_infinity=False)
SIZES = st.decimals(min_value=0, max_value=Decimal("1e11"), places=8)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("61804.01", 2, "61,804.01"),
        ("61804.005", 2, "61,804.00"),
        ("-0.001", 2, "0.00"),
        ("1234567", 0, "1,234,567"),
        ("NaN", 2, "–"),
        ("Infinity", 2, "–"),
        ("1E+50", 2, "1.000E+50"),
    ],
)
def test_a_number_has_groups_and_exactly_its_decimals(value: str, decimals: int, text: str) -> None:
    assert fixed(Decimal(value), decimals) == text


def test_an_exact_number_keeps_every_digit_and_no_trailing_zero() -> None:
    assert exact(Decimal("0.01"), 3) == "0.010"
    assert exact(Decimal("0.0001230")) == "0.000123"
    assert exact(Decimal("1500")) == "1,500"
    assert typed(Decimal("1500.50")) == "1500.5"


def test_a_price_off_the_present_grid_shows_its_own_digits() -> None:
    assert price(Decimal("61804.005"), 2) == "61,804.005"
    assert price(None, 2) == "–"


def test_a_gain_has_a_sign_and_nothing_has_none() -> None:
    assert [signed(Decimal(text)) for text in ("5.2", "-4.1", "0", "0.001")] == ["+5.20", "-4.10", "0.00", "0.00"]
    assert signed(None) == "–"
    assert percent(Decimal("1.8231")) == "+1.82%"


def test_sizes_shrink_to_units_and_tiny_ones_say_so() -> None:
    texts = [short(Decimal(value), 6, 3) for value in ("1.234", "12.345", "1234.5678", "1234567", "0.0002", "0")]
    assert texts == ["1.234", "12.345", "1,234", "1.23M", "<.001", "0.000"]
    assert short(Decimal("0.01489"), 5, 5) == "0.014"
    assert short(Decimal("0.00123"), 5, 5) == "<.001"


def test_compact_numbers_keep_what_five_characters_hold() -> None:
    texts = [compact(Decimal(value)) for value in ("18422", "1234567", "12345678", "999", "2.5", "7200000000")]
    assert texts == ["18.4k", "1.23M", "12.3M", "999.0", "2.50", "7.20B"]


def test_shares_and_basis_points_of_nothing_are_unknown() -> None:
    assert share(Decimal(26), Decimal(100)) == "26%"
    assert share(Decimal(1), Decimal(0)) == "–"
    assert basis_points(Decimal("0.01"), Decimal("156.28")) == "0.6"
    assert basis_points(Decimal(1), Decimal(0)) == "–"


@given(DECIMALS, st.integers(0, 12))
def test_a_fixed_number_differs_from_its_value_by_half_a_unit_at_most(value: Decimal, decimals: int) -> None:
    read = Decimal(fixed(value, decimals).replace(",", ""))
    assert abs(read - value) <= Decimal("0.5").scaleb(-decimals)


@given(SIZES, st.integers(5, 9), st.integers(0, 8))
def test_a_short_size_fits_and_never_claims_more_than_there_is(value: Decimal, width: int, decimals: int) -> None:
    text = short(value, width, decimals)
    assert len(text) <= max(width, len(fixed(Decimal(0), decimals)))
    if not text.startswith("<"):
        unit = {"k": 3, "M": 6, "B": 9, "T": 12}.get(text[-1], 0)
        read = Decimal(text.rstrip("kMBT").replace(",", "")).scaleb(unit)
        assert read <= value
        assert read > 0 or value == 0
