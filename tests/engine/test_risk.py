"""What the desk refuses before anything is written, and in which words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import Limits
from connectors.engine.filters import Wanted, first_breach
from connectors.engine.inputs import Answer, MarketNow, Trading
from connectors.model.book import BookState
from connectors.model.instrument import InstrumentStatus
from connectors.model.order import OrderStatus, OrderType, Side, TimeInForce
from engine.world import ACCOUNT, CAPABILITIES, INSTRUMENT, MARKET, D, Desk, fill, limit_buy, order_id, report


def refused(desk: Desk, place: inputs.Place) -> str:
    desk.happen(place)
    (declined,) = desk.done
    assert isinstance(declined, fx.Declined), "it was not refused"
    return declined.sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"price": D("61804.005")}, "Price 61,804.005 is between ticks (0.01). Nearest: 61,804.00 or 61,804.01."),
        ({"price": D("0")}, "Price 0.00 is not above zero. Smallest here: 0.01."),
        (
            {"price": D("1000000.01")},
            "Price 1,000,000.01 is above the highest of BTCUSDT, 1,000,000.00. Nearest: 1,000,000.00.",
        ),
        ({"quantity": D("0.000015")}, "Size 0.000015 BTC is between steps (0.00001). Nearest: 0.00001 or 0.00002."),
        ({"quantity": D("0.000001")}, "Size 0.000001 BTC is under the smallest, 0.00001. Nearest: 0.00001."),
        ({"quantity": D("9001")}, "Size 9,001.00000 BTC is above the largest, 9,000.00000. Nearest: 9,000.00000."),
        (
            {"quantity": D("0.00005"), "price": D("61800")},
            "Order value 3.09 USDT is under 5.00 (MIN_NOTIONAL). Smallest size here: 0.00009.",
        ),
        (
            {"price": D("62500.00")},
            "Price 62,500.00 goes more than 1 % through the ask 61,804.01. Nearest: 62,422.05.",
        ),
        (
            {"price": D("49000.00")},
            "Price 49,000.00 is more than 20 % away from the market at 61,804.00. Nearest: 49,443.20.",
        ),
        ({"price": None}, "A LIMIT order needs a price."),
        ({"type": OrderType.MARKET}, "A MARKET order has no price."),
        ({"trigger_price": D(1)}, "A LIMIT order has no trigger price."),
        ({"quantity": None}, "An order needs a size, either in base or in quote."),
        (
            {"quantity": None, "quote_quantity": D(10)},
            "Only a market order can be sized in USDT.",
        ),
        ({"type": OrderType.TRAILING, "price": None}, "BTCUSDT at binance takes no TRAILING orders."),
        ({"time_in_force": TimeInForce.GTD}, "GTD needs an expiry: a time in the future."),
        ({"quantity": D("2")}, "This order needs 123,600 USDT; 100,000 is free."),
        ({"instrument": replace(INSTRUMENT, status=InstrumentStatus.HALT)}, "BTCUSDT is in state HALT"),
        ({"from_book": True, "market": replace(MARKET, book=BookState.RESYNC)}, "The book of BTCUSDT is RESYNC"),
        ({"reduce_only": True}, "A reduce-only order must be one of the orders that shrink the position."),
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_with_the_value_the_bound_and_the_way_out(
    changes: dict[str, object], sentence: str
) -> None:
    desk = Desk()
    assert refused(desk, limit_buy(**changes)).startswith(sentence)  # type: ignore[arg-type]
    assert dict(desk.state.orders) == {}
    assert desk.state.pending == {}


def test_a_price_too_far_is_told_by_the_name_the_venue_gives_its_filter() -> None:
    filters = replace(INSTRUMENT.filters, percent_price="PERCENT_PRICE", bid_multiplier_down=D("0.9"))
    place = limit_buy(instrument=replace(INSTRUMENT, filters=filters), price=D("50000.00"))
    desk = Desk()
    desk.happen(place)
    (declined,) = desk.wanted(fx.Declined)
    assert declined.code == "PERCENT_PRICE"
    assert "(PERCENT_PRICE). Nearest: 55,623.60." in declined.sentence


def test_a_legal_order_passes_and_its_neighbours_on_the_grid_too() -> None:
    for number, price in enumerate(("61804.00", "61804.01", "62422.05", "49443.20"), 1):
        desk = Desk()
        assert desk.place(limit_buy(number, price=D(price))).price == D(price)


def test_halted_refuses_new_orders_and_lets_cancels_through() -> None:
    desk = Desk()
    order = desk.open()
    desk.happen(inputs.SetTrading(Trading.HALTED, "by you", desk.now))
    (told,) = desk.done
    assert told == fx.TradingNow(Trading.HALTED, "by you", desk.now.time_ns)
    assert refused(desk, limit_buy(2)).startswith("New orders are halted.")
    desk.happen(inputs.Cancel(order.order_id, desk.now))
    assert len(desk.wanted(fx.SendCancel)) == 1
    desk.happen(inputs.SetTrading(Trading.ACTIVE, "by you", desk.now))
    assert desk.place(limit_buy(2)).status is OrderStatus.SUBMITTING


def test_reducing_lets_only_orders_pass_that_shrink_the_position_counting_what_waits_already() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, OrderStatus.FILLED, filled="0.01", fills=(fill(1, "0.01"),)))
    desk.happen(inputs.SetTrading(Trading.REDUCING, "by you", desk.now))
    assert "shrink" in refused(desk, limit_buy(2))
    assert "shrink" in refused(desk, limit_buy(3, side=Side.SELL, price=D("61810.00"), quantity=D("0.011")))
    desk.place(limit_buy(4, side=Side.SELL, price=D("61810.00"), quantity=D("0.006")))
    assert "shrink" in refused(desk, limit_buy(5, side=Side.SELL, price=D("61810.00"), quantity=D("0.005")))
    desk.place(limit_buy(6, side=Side.SELL, price=D("61810.00"), quantity=D("0.004")))


def test_open_orders_are_counted_with_those_nobody_knows_of_and_those_being_written() -> None:
    desk = Desk(limits=Limits(open_orders=3, orders_per_second=100))
    desk.open(1)
    unknown = desk.place(limit_buy(2))
    desk.happen(inputs.PlaceFailed(unknown.order_id, Answer.LOST, "No answer.", desk.now))
    desk.happen(limit_buy(3))
    assert refused(desk, limit_buy(4)) == "3 orders work in BTCUSDT; 3 is the limit. Cancel one first."


def test_orders_per_second_are_counted_over_any_second() -> None:
    desk = Desk(limits=Limits(orders_per_second=2))
    desk.place(limit_buy(1))
    desk.mono_ns += 400_000_000
    desk.place(limit_buy(2))
    desk.mono_ns += 500_000_000
    assert refused(desk, limit_buy(3)).startswith("2 orders went out in the last second; 2 is the limit.")
    desk.mono_ns += 101_000_000
    desk.place(limit_buy(3))


def test_an_unknown_order_holds_its_money_back_and_gives_it_free_when_it_never_arrived() -> None:
    desk = Desk(usdt="1000")
    order = desk.place(limit_buy(1))
    desk.happen(inputs.PlaceFailed(order.order_id, Answer.LOST, "No answer.", desk.now))
    assert "618 is held for orders without an answer" in refused(desk, limit_buy(2))
    desk.wait(60)
    desk.happen(inputs.LookUpEnded(order.order_id, None, False, False, desk.mono_ns, desk.now))
    assert desk.place(limit_buy(2)).status is OrderStatus.SUBMITTING


def test_a_sale_needs_the_coins_and_a_quote_sized_purchase_its_quote() -> None:
    desk = Desk(usdt="100", btc="0.5")
    assert "0.5 is free" in refused(desk, limit_buy(1, side=Side.SELL, quantity=D("0.6"), price=D("61810.00")))
    market = limit_buy(2, type=OrderType.MARKET, price=None, quantity=None, quote_quantity=D(101))
    assert refused(desk, market) == "This order needs 101 USDT; 100 is free. Make it smaller."
    assert desk.place(replace(market, quote_quantity=D(99))).quote_quantity == D(99)


def test_the_hard_line_holds_an_order_against_what_the_account_has() -> None:
    desk = Desk(limits=Limits(equity_share=D("0.5"), orders_per_second=100), usdt="1000", btc="0")
    assert refused(desk, limit_buy(1, quantity=D("0.009"))) == (
        "556.20 USDT is above 500.00, 50 % of equity. Largest size here: 0.00809."
    )
    desk.place(limit_buy(2, quantity=D("0.008")))


def test_an_account_that_is_down_takes_no_orders() -> None:
    desk = Desk()
    desk.happen(inputs.AccountDown(ACCOUNT, desk.now))
    assert refused(desk, limit_buy()).startswith("demo cannot take orders now")


def test_a_type_the_instrument_or_the_venue_does_not_have_is_refused_with_those_it_has() -> None:
    desk = Desk()
    only = replace(INSTRUMENT, order_types=frozenset({OrderType.LIMIT}))
    market = limit_buy(instrument=only, type=OrderType.MARKET, price=None)
    assert refused(desk, market) == "BTCUSDT at binance takes no MARKET orders. It takes: LIMIT."
    none = limit_buy(capabilities=replace(CAPABILITIES, times_in_force={}), time_in_force=TimeInForce.IOC)
    assert refused(desk, none) == "binance has no time in force IOC here."


def test_without_a_market_to_hold_it_against_a_price_is_not_held_back() -> None:
    desk = Desk()
    assert desk.place(limit_buy(market=MarketNow(), price=D("1000.00"))).price == D("1000.00")


numbers = st.decimals(min_value=D("0.000001"), max_value=D("70000"), places=6)


@given(price=numbers, quantity=numbers, side=st.sampled_from(list(Side)))
def test_every_nearest_value_a_refusal_names_is_itself_legal(price: object, quantity: object, side: Side) -> None:
    wanted = Wanted(side, OrderType.LIMIT, D(str(quantity)), None, D(str(price)), None, D("61804.00"))
    breach = first_breach(INSTRUMENT, wanted)
    if breach is None:
        return
    for value in breach.nearest:
        if value <= 0:
            continue
        priced = replace(wanted, price=value)
        mended = first_breach(INSTRUMENT, priced if breach.field == "price" else replace(wanted, quantity=value))
        assert mended is None or mended.field != breach.field or mended.filter != breach.filter
    assert breach.sentence.endswith(".")


def test_handles_are_never_given_twice_even_when_an_intent_could_not_be_written() -> None:
    desk = Desk()
    desk.happen(limit_buy(1))
    (commit,) = desk.wanted(fx.Commit)
    assert commit.token is not None
    desk.happen(inputs.CommitFailed(commit.token, "Full.", desk.now))
    assert desk.place(limit_buy(1)).handle == "k2"
    assert desk.order(order_id(1)).handle == "k2"
