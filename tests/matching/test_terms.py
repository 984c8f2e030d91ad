from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.matching.fees import Fees, received
from connectors.matching.latency import Latency
from connectors.matching.terms import Grid, OffGridError
from connectors.model.side import Side

BTC = Grid(Decimal("0.01"), Decimal("0.00001"))


def test_a_price_becomes_ticks_and_comes_back_to_the_last_digit() -> None:
    assert BTC.ticks(Decimal("61837.63")) == 6_183_763
    assert BTC.price(6_183_763) == Decimal("61837.63")
    assert BTC.quote(BTC.ticks(Decimal("61837.63")) * BTC.lots(Decimal("0.12345"))) == Decimal("7633.8554235")


@pytest.mark.parametrize("price", ["61837.631", "0.001", "0.000000000000000000000000000001"])
def test_a_price_off_the_grid_is_refused(price: str) -> None:
    with pytest.raises(OffGridError, match=r"not a multiple of 0\.01"):
        BTC.ticks(Decimal(price))


@given(ticks=st.integers(0, 10**12), lots=st.integers(0, 10**12))
def test_what_goes_through_the_grid_comes_back_the_same(ticks: int, lots: int) -> None:
    assert BTC.ticks(BTC.price(ticks)) == ticks
    assert BTC.lots(BTC.quantity(lots)) == lots
    assert BTC.quote(ticks * lots) == BTC.price(ticks) * BTC.quantity(lots)


def test_a_budget_is_rounded_down_to_what_it_pays_for() -> None:
    assert BTC.budget(Decimal("100.00000019")) == 1_000_000_001


def test_commission_is_a_thousandth_cut_off_after_eight_places() -> None:
    fees = Fees()
    assert fees.commission(Decimal("0.01161"), maker=False) == Decimal("0.00001161")
    assert fees.commission(Decimal("0.6183763"), maker=True) == Decimal("0.00061837")


def test_a_buy_receives_base_and_a_sell_receives_quote() -> None:
    assert received(Side.BUY, Decimal(2), Decimal(9)) == Decimal(2)
    assert received(Side.SELL, Decimal(2), Decimal(9)) == Decimal(9)


def test_latency_delays_both_ways_and_is_never_negative() -> None:
    latency = Latency(order_ns=5, answer_ns=7)
    assert latency.answered(latency.arrives(100)) == 112
    with pytest.raises(ValueError, match="negative"):
        Latency(order_ns=-1)
