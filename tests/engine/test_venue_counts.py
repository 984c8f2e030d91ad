"""Filters that count what is there: which is broken, by what, and the way out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, Place
from connectors.model.order import OrderStatus, OrderType, Side
from engine.world import INSTRUMENT, D, Desk, limit_buy, order_id


def filtered(number: int, changes: dict[str, object], **filters: object) -> Place:
    instrument = replace(INSTRUMENT, iceberg=True, filters=replace(INSTRUMENT.filters, **filters))  # type: ignore[arg-type]
    return limit_buy(number, instrument=instrument, **changes)


STOP = {"type": OrderType.STOP_LOSS_LIMIT, "trigger_price": D("62000.00"), "price": D("62100.00")}


@pytest.mark.parametrize(
    ("changes", "filters", "sentence"),
    [
        ({}, {"max_open_orders": 2}, "2 orders work in BTCUSDT; 2 is the most (MAX_NUM_ORDERS). Cancel one first."),
        (STOP, {"max_trigger_orders": 2}, "2 trigger orders work in BTCUSDT; 2 is the most (MAX_NUM_ALGO_ORDERS)."),
    ],
)
def test_a_count_of_the_venues_is_named_with_the_value_and_one_without_an_answer_counts(
    changes: dict[str, object], filters: dict[str, object], sentence: str
) -> None:
    desk = Desk()
    desk.place(filtered(1, changes, **filters))
    unknown = desk.place(filtered(2, changes, **filters))
    desk.happen(inputs.PlaceFailed(unknown.order_id, Answer.LOST, "No answer.", desk.now))
    desk.happen(filtered(3, changes, **filters))
    (declined,) = desk.wanted(fx.Declined)
    assert declined.sentence.startswith(sentence)
    assert declined.code in sentence
    if changes:
        assert desk.place(filtered(4, {}, **filters)).status is OrderStatus.SUBMITTING, "it is no trigger order"


def test_what_a_buy_could_leave_in_the_account_is_bounded_and_the_largest_size_named() -> None:
    desk = Desk(usdt="1000000", btc="9.95")
    desk.place(filtered(1, {"quantity": D("0.02")}, max_position=D(10)))
    desk.happen(filtered(2, {"quantity": D("0.04")}, max_position=D(10)))
    (declined,) = desk.wanted(fx.Declined)
    assert (declined.sentence, declined.code) == (
        "This would make 10.01000 BTC; 10.00000 is the most (MAX_POSITION). Largest size here: 0.03000.",
        "MAX_POSITION",
    )
    sell = {"side": Side.SELL, "quantity": D("0.1"), "price": D("61810.00")}
    assert desk.place(filtered(3, sell, max_position=D(10))).side is Side.SELL
    sized = filtered(4, {"type": OrderType.MARKET, "price": None, "quantity": None}, max_position=D(10))
    desk.happen(replace(sized, quote_quantity=D(2000)))
    assert desk.wanted(fx.Declined)[0].code == "MAX_POSITION"
    assert desk.place(filtered(5, {"quantity": D("0.03")}, max_position=D(10))).order_id == order_id(5)
