"""Limits by scope: which value holds, what each refuses, and the way out it names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import LimitKey, Limits, Where, bound, why_not
from connectors.engine.inputs import Answer, MarketNow, Trading
from connectors.engine.money import prices, report_in, worth
from connectors.model.balance import Balance
from connectors.model.ids import ClientListId
from connectors.model.list_terms import ListKind, ListRole
from connectors.model.order import Amending, OrderStatus, OrderType, Side
from connectors.model.risk import LimitName, LimitScope
from engine.limits_world import ETH, ETHBTC, OTHER, holding, refused, set_limit
from engine.world import ACCOUNT, BTC, D, Desk, limit_buy, order_id

# --- which value holds


def test_the_narrowest_place_where_a_limit_was_set_holds() -> None:
    name, where = LimitName.OPEN_ORDERS, Where(ACCOUNT, "binance", BTC)
    rules = {
        LimitKey(name, account=ACCOUNT, instrument=BTC): D(1),
        LimitKey(name, instrument=BTC): D(2),
        LimitKey(name, account=ACCOUNT): D(3),
        LimitKey(name, venue="binance"): D(4),
        LimitKey(name): D(5),
    }
    scopes = [
        LimitScope.INSTRUMENT,
        LimitScope.INSTRUMENT,
        LimitScope.ACCOUNT,
        LimitScope.VENUE,
        LimitScope.DEFAULT,
    ]
    for value, (key, scope) in enumerate(zip(tuple(rules), scopes, strict=True), 1):
        found = bound(Limits(), rules, name, where)
        assert (found.value, found.scope) == (D(value), scope)
        del rules[key]
    assert bound(Limits(), rules, name, where).value == D(10)
    assert bound(Limits(), {LimitKey(name, account=OTHER): D(7)}, name, where).value == D(10)


def test_every_limit_of_the_issue_is_on_unless_it_was_set() -> None:
    where = Where(ACCOUNT, "binance", BTC)
    found = {name: bound(Limits(), {}, name, where).value for name in LimitName}
    assert found == {
        LimitName.ORDER_VALUE: D("0.05"),
        LimitName.ORDER_AMOUNT: None,
        LimitName.POSITION_VALUE: None,
        LimitName.OPEN_ORDERS: D(10),
        LimitName.ORDERS_PER_SECOND: D(5),
        LimitName.COLLAR: D("0.01"),
        LimitName.DAY_LOSS: D("0.03"),
    }


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        (LimitKey(LimitName.ORDER_VALUE), "0", "order-value is above 0 % and at most 100 %; 0 % is not."),
        (LimitKey(LimitName.ORDER_VALUE), "1.5", "order-value is above 0 % and at most 100 %; 150.0 % is not."),
        (LimitKey(LimitName.COLLAR), "0.3", "collar is above 0 % and at most 20.0 %; 30.0 % is not."),
        (LimitKey(LimitName.OPEN_ORDERS), "2.5", "open-orders is a whole number from 1 to 1000; 2.5 is not."),
        (LimitKey(LimitName.OPEN_ORDERS), "0", "open-orders is a whole number from 1 to 1000; 0 is not."),
        (
            LimitKey(LimitName.ORDERS_PER_SECOND),
            "NaN",
            "orders-per-second is a whole number from 1 to 100; NaN",
        ),
        (
            LimitKey(LimitName.ORDER_AMOUNT),
            "-1",
            "order-amount is an amount above zero, of at most 15 digits; -1",
        ),
        (LimitKey(LimitName.DAY_LOSS, instrument=BTC), "0.03", "day-loss is a limit of a whole account: leave the"),
    ],
)
def test_a_value_that_is_none_is_refused_in_one_sentence(key: LimitKey, value: str, sentence: str) -> None:
    assert why_not(key, D(value)).startswith(sentence)
    assert why_not(LimitKey(key.name), None) == ""


@given(st.decimals(allow_nan=True, allow_infinity=True), st.sampled_from(list(LimitName)))
def test_whatever_value_is_given_it_is_legal_or_told_in_one_sentence(value: object, name: LimitName) -> None:
    sentence = why_not(LimitKey(name), D(str(value)))
    assert sentence == "" or (sentence.endswith("is not.") and "\n" not in sentence)
    if not sentence:
        assert D(str(value)) > 0


# --- worth of an order


def test_an_order_above_five_per_cent_of_equity_is_refused_with_the_largest_legal_size() -> None:
    desk = Desk(limits=Limits(), usdt="10000", btc="0")
    said = refused(desk, limit_buy(1, quantity=D("0.01")))
    assert said.code == "ORDER_VALUE"
    assert said.sentence == "618.00 USDT is above 500.00, 5 % of equity. Largest size here: 0.00809."
    assert desk.place(limit_buy(2, quantity=D("0.00809"))).status is OrderStatus.SUBMITTING


def test_equity_counts_every_asset_that_has_a_price_and_none_that_has_not() -> None:
    desk = Desk(limits=Limits(), usdt="10000", btc="0")
    eth = Balance(ACCOUNT, "ETH", D(10), D(0), desk.now.time_ns)
    desk.happen(inputs.AssetsKnown({ETH: ("ETH", "USDT")}, desk.now), inputs.BalancesSeen(ACCOUNT, (eth,), desk.now))
    assert refused(desk, limit_buy(1)).code == "ORDER_VALUE"
    desk.happen(inputs.MarksSeen(ACCOUNT, "USDT", desk.now, {ETH: D(2500)}))
    assert desk.place(limit_buy(2)).status is OrderStatus.SUBMITTING


def test_an_asset_without_a_direct_price_is_priced_over_another_and_else_named() -> None:
    pairs = {BTC: ("BTC", "USDT"), ETHBTC: ("ETH", "BTC")}
    known = prices(pairs, {BTC: D(60000), ETHBTC: D("0.05")}, "USDT")
    assert known == {"USDT": D(1), "BTC": D(60000), "ETH": D(3000)}
    assert prices(pairs, {BTC: D(50000)}, "BTC")["USDT"] == D(1) / D(50000)
    held = [Balance(ACCOUNT, asset, D(1), D(1), 0) for asset in ("USDT", "ETH", "DUST")]
    counted = worth(held, known)
    assert (counted.amount, counted.unpriced) == (D(6002), ("DUST",))
    assert report_in([("BTC", "USDT"), ("ETH", "USDT"), ("ETH", "BTC")]) == "USDT"


def test_a_market_order_is_valued_by_its_market_and_refused_where_nobody_knows_a_price() -> None:
    desk = Desk(limits=Limits(), usdt="100000", btc="0")
    market = limit_buy(1, type=OrderType.MARKET, price=None, quantity=D("0.1"))
    assert refused(desk, market).sentence.startswith("6,180.40 USDT is above 5,000.00, 5 % of equity.")
    blind = replace(market, order_id=order_id(2), market=MarketNow(), quantity=D("0.001"))
    assert refused(desk, blind).sentence == (
        "What this order is worth cannot be told: no price of BTCUSDT is known. Give it a price."
    )
    sized = replace(market, order_id=order_id(3), quantity=None, quote_quantity=D(5001))
    assert refused(desk, sized).sentence == "5,001.00 USDT is above 5,000.00, 5 % of equity. Make it smaller."


def test_what_shrinks_the_position_is_held_against_no_limit_of_worth() -> None:
    desk = Desk(usdt="100000", btc="1")
    holding(desk, "0.05")
    for name in (LimitName.ORDER_VALUE, LimitName.ORDER_AMOUNT, LimitName.POSITION_VALUE):
        set_limit(desk, name, "0.0001" if name is LimitName.ORDER_VALUE else "1")
    sell = limit_buy(2, side=Side.SELL, quantity=D("0.05"), price=D("61810.00"))
    assert desk.place(sell).status is OrderStatus.SUBMITTING
    assert refused(desk, limit_buy(3, side=Side.SELL, quantity=D("0.05"), price=D("61810.00"))).code == "ORDER_VALUE"


def test_an_amount_and_a_position_are_limited_where_that_is_set() -> None:
    desk = Desk()
    set_limit(desk, LimitName.ORDER_AMOUNT, "600", account=ACCOUNT)
    assert refused(desk, limit_buy(1)).sentence == (
        "618.00 USDT is above 600.00, the most one order may be. Largest size here: 0.00970."
    )
    set_limit(desk, LimitName.ORDER_AMOUNT, None, account=ACCOUNT)
    set_limit(desk, LimitName.POSITION_VALUE, "1000", instrument=BTC)
    unknown = desk.place(limit_buy(2))
    desk.happen(inputs.PlaceFailed(unknown.order_id, Answer.LOST, "No answer.", desk.now))
    said = refused(desk, limit_buy(3))
    assert said.code == "POSITION_VALUE", "an UNKNOWN order counts as filled"
    assert said.sentence == "The position would be 1,236.08 USDT; 1,000.00 is the limit. Largest size here: 0.00618."
    desk.place(limit_buy(4, quantity=D("0.00618")))


def test_a_change_nobody_confirmed_counts_at_the_larger_of_its_two_sizes() -> None:
    desk = Desk()
    set_limit(desk, LimitName.POSITION_VALUE, "2000")
    order = desk.open(1)
    amended = replace(order, amending=Amending(desk.now.time_ns, quantity=D("0.02")), revision=order.revision + 1)
    desk.state = replace(desk.state, orders=desk.state.orders.put(order.order_id, amended))
    assert refused(desk, limit_buy(2, quantity=D("0.013"))).code == "POSITION_VALUE"
    smaller = replace(amended, amending=Amending(desk.now.time_ns, quantity=D("0.005")))
    desk.state = replace(desk.state, orders=desk.state.orders.put(order.order_id, smaller))
    assert refused(desk, limit_buy(3, quantity=D("0.023"))).code == "POSITION_VALUE", "it may stay as large as it is"
    desk.place(limit_buy(4, quantity=D("0.022")))


def test_of_two_exits_that_cancel_each_other_one_counts() -> None:
    desk = Desk()
    holding(desk, "0.01")
    for number, role in ((2, ListRole.TAKE_PROFIT), (3, ListRole.STOP_LOSS)):
        leg = desk.open(number, side=Side.SELL, price=D("61810.00"), quantity=D("0.006"))
        joined = replace(leg, list_id=ClientListId("l"), list_kind=ListKind.OCO, list_role=role, side=Side.SELL)
        desk.state = replace(desk.state, orders=desk.state.orders.put(leg.order_id, joined))
    desk.happen(inputs.SetTrading(Trading.REDUCING, "by you", desk.now))
    sell = limit_buy(4, side=Side.SELL, price=D("61810.00"), quantity=D("0.005"))
    assert "0.00600 works on this side" in refused(desk, sell).sentence
    desk.place(replace(sell, order_id=order_id(5), quantity=D("0.004")))


@given(
    equity=st.integers(100, 10_000_000),
    lots=st.integers(1, 500_000),
    share=st.decimals("0.001", "1", places=3),
)
def test_no_order_above_its_share_ever_passes_and_the_size_that_is_named_does(
    equity: int, lots: int, share: object
) -> None:
    limits = Limits(equity_share=D(str(share)), orders_per_second=100)
    desk = Desk(limits=limits, usdt=str(equity), btc="0")
    place = limit_buy(1, quantity=lots * D("0.00001"))
    desk.happen(place)
    worth_of_it = place.quantity * place.price  # type: ignore[operator]
    passed = not desk.wanted(fx.Declined)
    assert not passed or worth_of_it <= equity * D(str(share))
    for declined in desk.wanted(fx.Declined):
        if declined.code == "ORDER_VALUE" and "Largest" in declined.sentence:
            named = D(declined.sentence.rpartition(" ")[2].rstrip("."))
            desk.happen(limit_buy(2, quantity=named))
            assert not any(one.code in {"ORDER_VALUE", "NOTIONAL"} for one in desk.wanted(fx.Declined))
            desk.happen(limit_buy(3, quantity=named + D("0.00001")))
            assert {one.code for one in desk.wanted(fx.Declined)} <= {"ORDER_VALUE", "BALANCE"}
            assert desk.wanted(fx.Declined), "one lot more passes too"
