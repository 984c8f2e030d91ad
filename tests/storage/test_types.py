"""Money keeps every digit, time every nanosecond (DESIGN §4)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Float, Numeric, Text
from sqlalchemy.dialects.sqlite import dialect

from connectors.ports.archive import Batch
from storage.archive import Archive
from storage.database.base import table_of
from storage.database.routing_rows import RoutingDecisionRow
from storage.database.rows import METADATA
from storage.database.types import DecimalText, Nanos, decimal_text
from support.kept import BTCUSDT, account, fill, position_event

SQLITE = dialect()

amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)


def there_and_back(value: Decimal) -> Decimal | None:
    return DecimalText().process_result_value(DecimalText().process_bind_param(value, SQLITE), SQLITE)


@given(amounts)
def test_a_decimal_comes_back_equal_and_with_the_same_digits_after_the_point(value: Decimal) -> None:
    back = there_and_back(value)
    assert back == value
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    assert back is not None
    assert back.as_tuple().exponent == min(exponent, 0)


@given(amounts)
def test_the_text_of_a_decimal_is_plain_digits(value: Decimal) -> None:
    text = decimal_text(value)
    assert set(text) <= set("-.0123456789")
    assert decimal_text(Decimal(text)) == text
    assert value or not text.startswith("-")


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+1001", "1E-1001"])
def test_what_is_no_amount_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"no amount|exponent"):
        there_and_back(Decimal(value))


@pytest.mark.parametrize("value", [0.1, 1, "1.5", True])
def test_only_a_decimal_is_money(value: Any) -> None:
    with pytest.raises(TypeError, match="money is Decimal"):
        there_and_back(value)


@pytest.mark.parametrize("value", [1.5e18, True, "1"])
def test_only_whole_nanoseconds_are_a_time(value: Any) -> None:
    with pytest.raises(TypeError, match="whole ns"):
        Nanos().process_bind_param(value, SQLITE)


def test_no_column_of_the_archive_could_round_a_number() -> None:
    columns = [column for table in METADATA.tables.values() for column in table.columns]
    assert len(columns) > 50
    assert not [str(column) for column in columns if isinstance(column.type, Float | Numeric)]


MONEY = {
    "balances.free",
    "balances.locked",
    "fills.fee",
    "fills.price",
    "fills.quantity",
    "fills.quote_quantity",
    *(
        f"{table}.{name}"
        for table in ("positions", "position_history")
        for name in ("quantity", "cost", "realised", "fees_quote")
    ),
    "position_history.delta",
    "position_history.price",
    "position_history.realised_delta",
    *(f"routing_decisions.{name}" for name in ("limit_price", "quantity")),
    *(f"routing_parts.{name}" for name in ("cost", "filled", "quantity")),
}


def test_every_amount_is_decimal_text_and_every_time_is_whole_nanoseconds() -> None:
    columns = [column for table in METADATA.tables.values() for column in table.columns]
    assert table_of(RoutingDecisionRow).metadata is METADATA
    assert {str(column) for column in columns if isinstance(column.type, DecimalText)} == MONEY
    times = {str(column) for column in columns if column.name.endswith("_ns")}
    assert times
    assert times == {str(column) for column in columns if isinstance(column.type, Nanos)}
    assert {type(DecimalText().impl), type(Nanos().impl)} == {Text, BigInteger}


def test_sqlite_stores_an_amount_as_text_and_hands_it_back_whole(archive: Archive, file: Path) -> None:
    long = Decimal("0.123456789012345678901234567890")
    archive.journal.append(Batch(fills=(fill(quantity=long, price=Decimal("1E+3")),)))
    found = archive.fills.fills()[0].fill
    assert (str(found.quantity), str(found.price)) == (str(long), "1000")


def test_realised_profit_is_summed_to_the_last_digit(archive: Archive) -> None:
    parts = ["100000000000000000000.1", "0.000000000000000000000000000001", "-0.1"]
    archive.journal.append(Batch(positions=tuple(position_event(realised=part, time_ns=5) for part in parts)))
    archive.journal.append(Batch(positions=(position_event(realised="7", time_ns=4),)))
    assert archive.fills.realised_since(account(), 5) == Decimal("100000000000000000000.000000000000000000000000000001")
    assert archive.fills.realised_since(account(2), 0) == 0
    assert archive.fills.positions(account())[0].instrument == BTCUSDT
