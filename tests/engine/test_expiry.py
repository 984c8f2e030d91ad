"""GTD: native where the venue has it, else kept by the desk; and the other words an order may carry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, Trading
from connectors.model.capabilities import Support
from connectors.model.order import OrderStatus, OrderType, ReportSource, SelfTradePrevention, Side, TimeInForce
from engine.change_world import ABLE, CHANGEABLE
from engine.world import ACCOUNT, SECOND, D, Desk, limit_buy, order_id, report

S = OrderStatus
HOUR = 3_600
ABLE_GTD = replace(ABLE, times_in_force={**ABLE.times_in_force, TimeInForce.GTD: Support.NATIVE})


def gtd(desk: Desk, seconds: int = 60, **changes: object) -> inputs.Place:
    common = {"instrument": CHANGEABLE, "capabilities": ABLE} | changes
    return limit_buy(1, time_in_force=TimeInForce.GTD, expire_time_ns=desk.now.time_ns + seconds * SECOND, **common)


def opened(desk: Desk, place: inputs.Place) -> None:
    order = desk.place(place)
    desk.say(report(order, S.OPEN, source=ReportSource.ACK))


def canceled(desk: Desk) -> list[fx.SendCancel]:
    desk.happen(inputs.Tick(desk.now))
    return desk.wanted(fx.SendCancel)


def test_a_venue_with_gtd_is_told_it_and_the_desk_does_nothing_more() -> None:
    desk = Desk()
    order = desk.place(gtd(desk, capabilities=ABLE_GTD))
    (send,) = desk.wanted(fx.Send)
    assert (send.request.time_in_force, send.request.expire_time_ns) == (TimeInForce.GTD, order.expire_time_ns)
    assert (order.emulated_expiry, desk.state.expiries) == (False, {})


def test_without_gtd_the_venue_gets_gtc_and_the_desk_cancels_at_the_time_and_not_before() -> None:
    desk = Desk()
    order = desk.place(gtd(desk))
    (send,) = desk.wanted(fx.Send)
    assert (send.request.time_in_force, send.request.expire_time_ns) == (TimeInForce.GTC, None)
    assert order.emulated_expiry
    assert "needs the worker alive" in order.evidence[0].text
    desk.say(report(order, S.OPEN, source=ReportSource.ACK))
    assert desk.state.due_mono_ns() == desk.mono_ns + 30 * SECOND, "the wall clock is looked at now and then"
    for seconds in (30, 29):
        desk.wait(seconds)
        assert not canceled(desk)
    desk.wait(1)
    assert len(canceled(desk)) == 1
    assert desk.order(order.order_id).canceling
    assert not canceled(desk), "once is enough"
    desk.say(report(order, S.CANCELED))
    assert desk.state.expiries == {}


def test_a_restart_cancels_what_is_overdue_once_the_account_is_up() -> None:
    desk = Desk()
    opened(desk, gtd(desk, 60))
    kept = desk.order(order_id(1))
    again = Desk()
    again.happen(inputs.AccountDown(ACCOUNT, again.now))
    again.wait(90)
    again.happen(inputs.Started((kept,), (), (), Trading.ACTIVE, 2, again.now))
    assert not canceled(again), "nobody can be told"
    again.happen(inputs.AccountUp(ACCOUNT, again.now))
    assert len(again.wanted(fx.SendCancel)) == 1
    assert "30 s ago" in again.order(order_id(1)).evidence[-1].text


def test_a_clock_that_was_set_forward_is_noticed_within_half_a_minute() -> None:
    desk = Desk()
    opened(desk, gtd(desk, HOUR))
    assert desk.state.due_mono_ns() == desk.mono_ns + 30 * SECOND
    desk.wait(HOUR)  # asleep: here both clocks move, what counts is that the wall decides
    assert len(canceled(desk)) == 1


def test_a_cancel_at_the_expiry_that_was_refused_is_tried_again_and_not_at_every_tick() -> None:
    desk = Desk()
    opened(desk, gtd(desk))
    desk.wait(61)
    assert len(canceled(desk)) == 1
    desk.happen(inputs.CancelEnded(order_id(1), None, Answer.REFUSED, "No.", desk.now))
    assert not canceled(desk)
    desk.wait(31)
    assert len(canceled(desk)) == 1


def test_one_that_expired_while_its_intent_was_written_never_leaves() -> None:
    desk = Desk()
    desk.happen(gtd(desk, 1))
    (waited,) = desk.wanted(fx.Commit)
    desk.wait(2)
    assert waited.token is not None
    desk.happen(inputs.Committed(waited.token, desk.now))
    assert not desk.wanted(fx.Send)
    assert desk.order(order_id(1)).status is S.CANCELED


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time_in_force": TimeInForce.GTD}, "GTD needs an expiry: a time in the future."),
        ({"time_in_force": TimeInForce.GTD, "expire_time_ns": 1}, "The expiry of a GTD order must lie in the future."),
        ({"expire_time_ns": 2_000_000_000 * SECOND}, "Only a GTD order has an expiry time."),
        ({"type": OrderType.TRAILING, "price": None}, "A TRAILING order needs a delta above zero."),
        ({"trailing_delta": 100}, "binance trails no LIMIT order"),
        (
            {"type": OrderType.TRAILING, "price": None, "trailing_delta": 5},
            "A trail of 5 bp is under the smallest here, 10 bp (TRAILING_DELTA). Nearest: 10 bp.",
        ),
        (
            {"type": OrderType.TRAILING, "price": None, "trailing_delta": 3000, "side": Side.SELL},
            "A trail of 3000 bp is above the largest here, 2000 bp (TRAILING_DELTA). Nearest: 2000 bp.",
        ),
        ({"iceberg_quantity": D("0.02")}, "The visible part of an order lies above zero and not above the order."),
        (
            {"iceberg_quantity": D("0.0005")},
            "The visible part 0.00050 BTC makes 20 parts; 10 is the most (ICEBERG_PARTS). Nearest: 0.00100.",
        ),
        (
            {"iceberg_quantity": D("0.001"), "instrument": replace(CHANGEABLE, iceberg=False)},
            "BTCUSDT at binance takes no iceberg",
        ),
        (
            {"self_trade_prevention": SelfTradePrevention.DECREMENT},
            "BTCUSDT has no self-trade prevention mode DECREMENT. It has: EXPIRE_TAKER.",
        ),
    ],
)
def test_words_that_do_not_fit_are_refused_before_anything_is_written(
    changes: dict[str, object], sentence: str
) -> None:
    filters = replace(
        CHANGEABLE.filters,
        min_trail_above=10,
        max_trail_above=2000,
        min_trail_below=10,
        max_trail_below=2000,
        max_iceberg_parts=10,
    )
    able = replace(ABLE, self_trade_prevention=frozenset({SelfTradePrevention.EXPIRE_TAKER}))
    instrument = replace(
        CHANGEABLE, filters=filters, self_trade_prevention=frozenset({SelfTradePrevention.EXPIRE_TAKER})
    )
    desk = Desk()
    desk.happen(limit_buy(**({"instrument": instrument, "capabilities": able} | changes)))  # type: ignore[arg-type]
    (declined,) = desk.done
    assert isinstance(declined, fx.Declined)
    assert declined.sentence.startswith(sentence)


def test_trail_visible_part_and_prevention_reach_the_request_and_the_record() -> None:
    mode = SelfTradePrevention.EXPIRE_TAKER
    able = replace(ABLE, self_trade_prevention=frozenset({mode}))
    instrument = replace(CHANGEABLE, self_trade_prevention=frozenset({mode}))
    desk = Desk()
    words = {"instrument": instrument, "capabilities": able, "self_trade_prevention": mode}
    first = desk.place(limit_buy(1, iceberg_quantity=D("0.002"), **words))
    (send,) = desk.wanted(fx.Send)
    assert (send.request.iceberg_quantity, send.request.self_trade_prevention) == (D("0.002"), mode)
    assert (first.iceberg_quantity, first.self_trade_prevention) == (D("0.002"), mode)
    trail = {"type": OrderType.TRAILING, "price": None, "trailing_delta": 100, "side": Side.SELL}
    second = desk.place(limit_buy(2, **words, **trail))
    (send,) = desk.wanted(fx.Send)
    assert (send.request.type, send.request.trailing_delta, second.trailing_delta) == (OrderType.TRAILING, 100, 100)


def test_what_self_trade_prevention_took_is_counted_apart() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.EXPIRED, filled="0.004", prevented=D("0.006"), reason="EXPIRED_IN_MATCH"))
    ended = desk.order(order.order_id)
    assert (ended.filled, ended.prevented, ended.remaining) == (D("0.004"), D("0.006"), D(0))
    assert ended.status is S.EXPIRED
