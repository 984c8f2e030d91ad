"""What people type is read strictly; what does not fit is one sentence with the value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.candle import Interval
from connectors.model.order import OrderType, Side, TimeInForce
from tui.cli import words
from tui.cli.exits import CommandFailed, Exit
from tui.cli.order_asked import Asked, Wanted, read


@given(st.decimals(min_value=Decimal("1e-20"), max_value=Decimal("1e20"), allow_nan=False, places=20))
def test_an_amount_is_read_to_the_last_digit(value: Decimal) -> None:
    assert words.amount(str(value), "Size") == value


@pytest.mark.parametrize("text", ["", "abc", "1,000", "1_000", "NaN", "Infinity", "0x1", "1" * 61, "1.2.3"])
def test_what_is_no_number_is_named(text: str) -> None:
    with pytest.raises(CommandFailed, match="is no number") as caught:
        words.amount(text, "Price")
    assert caught.value.exit is Exit.USAGE


@pytest.mark.parametrize("text", ["0", "-1", "-0.0"])
def test_what_is_not_above_zero_is_named(text: str) -> None:
    with pytest.raises(CommandFailed, match=f"Size {text} is not above 0. Nothing was sent"):
        words.amount(text, "Size")


def test_a_word_is_read_in_any_case_except_where_case_means_something() -> None:
    assert words.word("buy", Side, "Side") is Side.BUY
    assert words.word("1M", Interval, "Interval", exactly=True) is Interval.MONTH
    with pytest.raises(CommandFailed, match=r"Interval '1D' is unknown. There are: 1s, 1m"):
        words.word("1D", Interval, "Interval", exactly=True)


def test_words_only_a_venue_may_use_are_not_offered() -> None:
    with pytest.raises(CommandFailed) as caught:
        words.word("DAY", TimeInForce, "Time in force")
    assert "UNKNOWN" not in caught.value.sentence
    assert "GTC, IOC, FOK" in caught.value.sentence


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("1970-01-01T00:00:01Z", 1_000_000_000),
        ("1970-01-01T00:00:01.000001", 1_000_001_000),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1970-01-02", 86_400_000_000_000),
    ],
)
def test_a_time_without_a_zone_is_utc(text: str, time_ns: int) -> None:
    assert words.instant(text, "--start") == time_ns


def test_what_is_no_time_is_named() -> None:
    assert words.instant(None, "--end") is None
    with pytest.raises(CommandFailed, match="--end 'yesterday' is no time"):
        words.instant("yesterday", "--end")


def test_a_count_has_bounds() -> None:
    assert words.count(5, "--limit", most=5) == 5
    with pytest.raises(CommandFailed, match="--limit 6 is not between 1 and 5"):
        words.count(6, "--limit", most=5)


def asked(**changes: object) -> Asked:
    given_words = {
        "side": "BUY",
        "size": "0.01",
        "symbol": "BTCUSDT",
        "price": None,
        "kind": None,
        "tif": None,
        "quote_size": False,
        "venue": None,
    }
    return Asked(**{**given_words, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"price": "3"}, (OrderType.LIMIT, Decimal(3), TimeInForce.GTC, False)),
        ({"price": "3", "kind": "limit", "tif": "ioc"}, (OrderType.LIMIT, Decimal(3), TimeInForce.IOC, False)),
        ({"price": "3", "kind": "POST-ONLY"}, (OrderType.LIMIT_MAKER, Decimal(3), None, False)),
        ({"kind": "market"}, (OrderType.MARKET, None, None, False)),
        ({"kind": "market", "quote_size": True}, (OrderType.MARKET, None, None, True)),
    ],
)
def test_an_order_is_read_as_it_was_meant(
    changes: dict[str, object], wanted: tuple[OrderType, Decimal | None, TimeInForce | None, bool]
) -> None:
    assert read(asked(**changes)) == Wanted(Side.BUY, Decimal("0.01"), *wanted)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Neither --price nor --type market"),
        ({"kind": "market", "price": "3"}, "A market order has no price"),
        ({"kind": "limit"}, "A limit order needs --price"),
        ({"kind": "post-only"}, "A post-only order needs --price"),
        ({"price": "3", "quote_size": True}, "--quote-size is for market orders"),
        ({"kind": "market", "tif": "GTC"}, "A market order has no time in force"),
        ({"price": "3", "tif": "soon"}, "Time in force 'soon' is unknown"),
        ({"price": "3", "kind": "pegged"}, "Type 'pegged' is unknown. There are: limit, market, post-only, stop"),
        ({"price": "3", "side": "up"}, "Side 'up' is unknown. There are: BUY, SELL"),
    ],
)
def test_words_that_do_not_fit_together_are_refused_before_anything_is_started(
    changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(CommandFailed, match=sentence) as caught:
        read(asked(**changes))
    assert caught.value.exit is Exit.USAGE
