from __future__ import annotations

import json
from decimal import Decimal, Inexact
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.engine.positions import EXACT, Assets, book_fill, cost_of_part
from connectors.model.fill import Fee, Fill
from connectors.model.order import Side
from connectors.model.position import Position, PositionChange
from engine.world import ACCOUNT, BTC, D, fill
from support.shared import shared_path

ASSETS = Assets("BTC", "USDT")
FLAT = Position(ACCOUNT, BTC)


def play(*fills: Fill) -> tuple[Position, list[PositionChange]]:
    position, changes = FLAT, []
    for one in fills:
        event = book_fill(position, one, ASSETS)
        position = event.position
        changes.append(event.change)
    return position, changes


def buy(quantity: str, price: str, fee: Fee | None = None) -> Fill:
    return fill(1, quantity, price=price, fee=fee)


def sell(quantity: str, price: str, fee: Fee | None = None) -> Fill:
    return fill(1, quantity, price=price, side=Side.SELL, fee=fee)


def test_a_position_opens_grows_shrinks_and_closes_with_every_cent_accounted_for() -> None:
    position, changes = play(buy("1", "100"), buy("1", "110"), sell("1.5", "120"), sell("0.5", "90"))
    assert changes == [
        PositionChange.OPEN,
        PositionChange.INCREASE,
        PositionChange.DECREASE,
        PositionChange.CLOSE,
    ]
    assert (position.quantity, position.cost) == (D(0), D(0))
    assert position.realised == D(120) * D("1.5") + D(45) - D(210)


def test_a_flip_closes_the_old_side_and_opens_the_new_at_the_fill_price() -> None:
    position, changes = play(buy("1", "100"), sell("3", "130"))
    assert changes[-1] is PositionChange.FLIP
    assert (position.quantity, position.cost, position.realised) == (D(-2), D(-260), D(30))
    assert position.average_entry == 130


def test_a_short_position_earns_when_the_price_falls() -> None:
    position, _changes = play(sell("2", "100"), buy("1", "90"))
    assert (position.quantity, position.cost, position.realised) == (D(-1), D(-100), D(10))
    assert position.unrealised(D(80)) == 20


def test_a_fee_in_base_makes_the_position_smaller_and_a_fee_in_quote_stands_apart() -> None:
    position, _changes = play(buy("1", "100", Fee("BTC", D("0.001"))))
    assert (position.quantity, position.cost, position.fees_quote) == (D("0.999"), D(100), D(0))
    position, _changes = play(buy("1", "100", Fee("USDT", D("0.1"))))
    assert (position.quantity, position.cost, position.fees_quote) == (D(1), D(100), D("0.1"))
    position, _changes = play(buy("1", "100", Fee("BNB", D("0.1"))))
    assert (position.quantity, position.fees_quote) == (D(1), D(0))


def test_a_fee_as_large_as_the_fill_leaves_no_position_and_a_loss() -> None:
    position, _changes = play(buy("1", "100", Fee("BTC", D(1))))
    assert (position.quantity, position.cost, position.realised) == (D(0), D(0), D(-100))


def test_the_cost_of_a_part_is_rounded_once_and_the_rest_stays() -> None:
    removed = cost_of_part(D(100), D(1), D(3))
    assert removed == D("33.333333333333333333")
    position, _changes = play(buy("3", "33.33333333"), sell("1", "40"))
    assert position.cost + cost_of_part(D("99.99999999"), D(1), D(3)) == D("99.99999999")


def test_a_digit_lost_is_an_error() -> None:
    with pytest.raises(Inexact):
        EXACT.add(D("1e60"), D("0.1"))


money = st.decimals(min_value=D("0.01"), max_value=D("200000"), places=2)
sizes = st.decimals(min_value=D("0.00001"), max_value=D("50"), places=5)
fees = st.one_of(
    st.none(),
    st.builds(
        Fee, st.sampled_from(["BTC", "USDT", "BNB"]), st.decimals(min_value=D("-0.001"), max_value=D("0.001"), places=8)
    ),
)


@given(st.lists(st.tuples(st.sampled_from(list(Side)), money, sizes, fees), max_size=30))
def test_realised_minus_open_cost_is_the_cash_flow_after_any_fills_exactly(
    trades: list[tuple[Side, Decimal, Decimal, Fee | None]],
) -> None:
    position, cash, quantity, realised = FLAT, D(0), D(0), D(0)
    for side, price, size, fee in trades:
        event = book_fill(position, fill(1, str(size), price=str(price), side=side, fee=fee), ASSETS)
        position = event.position
        cash -= side.sign * price * size
        quantity += side.sign * size - (fee.amount if fee and fee.asset == "BTC" else 0)
        realised += event.realised
        assert position.realised - position.cost == cash
        assert position.quantity == quantity
        assert position.realised == realised
        if position.quantity == 0:
            assert position.cost == 0


def examples() -> list[Any]:
    loaded: list[Any] = json.loads(
        shared_path("vectors", "pnl_worked_examples.json").read_text(), parse_float=Decimal, parse_int=Decimal
    )
    return loaded


def test_the_worked_example_of_a_long_position_with_fees_agrees_to_the_last_digit() -> None:
    example = next(one for one in examples() if one["id"] == "tt-example")
    position = FLAT
    for one in example["steps"]:
        fee = Fee("USDT", one["qty"] * one["price"] * D("0.0001"))
        position = book_fill(
            position, fill(1, str(one["qty"]), price=str(one["price"]), side=Side(one["side"]), fee=fee), ASSETS
        ).position
        if after := one.get("after"):
            assert position.quantity == after["qty"]
            assert position.average_entry is not None
            assert round(position.average_entry, 10) == round(after["avg"], 10)
            assert round(position.realised - position.fees_quote, 8) == D(after["realized"])


def test_the_folded_examples_end_at_their_net_quantity_and_average() -> None:
    folded = [one for one in examples() if one["id"].startswith("fold-")]
    assert len(folded) >= 8
    for example in folded:
        position = FLAT
        for one in example["steps"]:
            signed = one["signed_qty"]
            if signed:
                side = Side.BUY if signed > 0 else Side.SELL
                position = book_fill(
                    position, fill(1, str(abs(signed)), price=one["price"], side=side), ASSETS
                ).position
        top, _slash, bottom = example["expect"]["avg"].partition("/")
        assert position.quantity == D(example["expect"]["net_qty"]), example["id"]
        average = position.average_entry if position.average_entry is not None else D(0)
        assert round(average, 12) == round(D(top) / D(bottom or 1), 12), example["id"]


def test_the_unrealised_examples_agree_in_both_directions() -> None:
    priced = [one for one in examples() if one.get("model") == "linear, taker fee 0.001"]
    assert len(priced) >= 6
    for one in priced:
        value = D(one["qty"]) * D(one["entry"])
        opened = fill(1, one["qty"], price=one["entry"], side=Side(one["side"]), fee=Fee("USDT", value * D("0.001")))
        position = book_fill(FLAT, opened, ASSETS).position
        assert position.unrealised(D(one["mark"])) == D(one["unrealized"]), one["id"]
        assert position.realised - position.fees_quote == D(one["realized_after_open"]), one["id"]


def test_the_examples_of_buying_and_selling_in_steps_end_at_their_profit() -> None:
    steps = [one for one in examples() if one["id"].startswith("freqtrade-dca") and one["fee"] == 0]
    assert steps
    for example in steps:
        position = FLAT
        for one in example["steps"]:
            side = Side(one["side"].upper())
            position = book_fill(
                position, fill(1, str(one["qty"]), price=str(one["price"]), side=side), ASSETS
            ).position
        assert position.realised == example["end_profit"]
