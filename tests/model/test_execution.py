"""Executions counted: exact sums, named roundings, and no sum of what has no common unit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.execution import Tally, ack_ms, percentile, quote_of, slippage_bp
from connectors.model.fill import Fee
from connectors.model.order import Order, OrderStatus, Side
from support.kept import BTCUSDT, ETHUSDT, T0, order

D = Decimal


def done(number: int, quantity: str, filled: str, average: str, *, mid: str | None = None, **changes: object) -> Order:
    status = OrderStatus.FILLED if quantity == filled else OrderStatus.CANCELED
    return order(
        number,
        quantity=D(quantity),
        filled=D(filled),
        cost=D(filled) * D(average),
        arrival_price=None if mid is None else D(mid),
        **{"status": status, **changes},
    )


@pytest.mark.parametrize(
    ("side", "average", "mid", "told"),
    [
        (Side.BUY, "100.1", "100", "10.00"),
        (Side.BUY, "99.9", "100", "-10.00"),
        (Side.SELL, "99.9", "100", "10.00"),
        (Side.SELL, "100.0005", "100", "-0.05"),
        (Side.BUY, "100.00005", "100", "0.00"),
    ],
)
def test_slippage_is_positive_where_the_price_was_worse(side: Side, average: str, mid: str, told: str) -> None:
    assert str(slippage_bp(side, D(average), D(mid))) == told


@pytest.mark.parametrize(("average", "mid"), [(None, D(1)), (D(1), None), (D(1), D(0))])
def test_slippage_of_what_is_unknown_is_unknown(average: Decimal | None, mid: Decimal | None) -> None:
    assert slippage_bp(Side.BUY, average, mid) is None


def test_the_answers_time_is_exact_and_needs_both_moments() -> None:
    assert ack_ms(order(sent_ns=T0, acked_ns=T0 + 1_234_567)) == D("1.234567")
    assert ack_ms(order(sent_ns=T0)) is None
    assert ack_ms(order(acked_ns=T0)) is None


def test_orders_are_counted_by_how_they_ended() -> None:
    tally = Tally()
    for one in (
        done(1, "1", "1", "100"),
        done(2, "1", "0.5", "100"),
        done(3, "1", "0", "100"),
        done(4, "1", "0", "100", status=OrderStatus.REJECTED),
        done(5, "1", "0", "100", status=OrderStatus.NEVER_ARRIVED),
        done(6, "1", "0", "100", status=OrderStatus.OPEN),
        done(7, "1", "0.2", "100", status=OrderStatus.PARTIALLY_FILLED),
    ):
        tally.add(one, "USDT")
    assert (tally.orders, tally.filled, tally.partly, tally.unfilled, tally.refused) == (7, 1, 2, 2, 1)
    # Of those that are over and were not refused: 1, 0.5 and 0.
    assert tally.fill_rate == D("0.5000")


def test_an_order_sized_in_quote_is_filled_by_its_cost() -> None:
    tally = Tally()
    made = done(1, "1", "1", "75", quote_quantity=D(100), status=OrderStatus.EXPIRED)
    tally.add(replace(made, quantity=None), "USDT")
    assert tally.fill_rate == D("0.7500")


def test_slippage_is_weighted_by_value_and_sides_do_not_cancel_out() -> None:
    tally = Tally()
    tally.add(done(1, "3", "3", "101", mid="100"), "USDT")
    tally.add(done(2, "1", "1", "99", mid="100", side=Side.SELL), "USDT")
    tally.add(done(3, "9", "9", "500"), "USDT")
    assert tally.slippage == D("100.00")
    assert tally.volume == {"USDT": D(3 * 101 + 99 + 9 * 500)}


def test_values_in_two_currencies_have_no_common_slippage_and_two_volumes() -> None:
    tally = Tally()
    tally.add(done(1, "1", "1", "101", mid="100"), "USDT")
    tally.add(done(2, "1", "1", "0.011", mid="0.010"), "BTC")
    assert tally.slippage is None
    assert tally.volume == {"USDT": D(101), "BTC": D("0.011")}


def test_fees_are_added_by_asset_to_the_last_digit() -> None:
    tally = Tally()
    for number, fee in enumerate(
        (Fee("BNB", D("0.000000000000000001")), Fee("BTC", D("123456789.1")), Fee("BNB", D(7)))
    ):
        tally.add(done(number, "1", "1", "100", fees=(fee,)), "USDT")
    assert tally.fees == {"BNB": D("7.000000000000000001"), "BTC": D("123456789.1")}


@given(st.lists(st.integers(0, 10**12), min_size=1), st.integers(1, 100))
def test_so_many_per_cent_do_not_exceed_a_percentile(spans: list[int], percent: int) -> None:
    found = percentile(spans, percent)
    assert found is not None
    not_above = sum(D(span).scaleb(-6) <= found for span in spans)
    below = sum(D(span).scaleb(-6) < found for span in spans)
    assert not_above * 100 >= percent * len(spans) > below * 100
    assert percentile((), percent) is None


def test_an_instrument_without_known_assets_is_a_unit_of_its_own() -> None:
    assert quote_of(BTCUSDT, {BTCUSDT: "USDT"}) == "USDT"
    assert quote_of(ETHUSDT, {BTCUSDT: "USDT"}) == "binance.spot:ETHUSDT"
