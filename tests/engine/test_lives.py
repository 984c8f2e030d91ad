"""An account's lives: what belongs to one does not count in another, and all of it comes back with it."""

from __future__ import annotations

from dataclasses import replace

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer
from connectors.engine.state import State
from connectors.model.fill import Fee, RecordedFill
from connectors.model.ids import Epoch
from connectors.model.order import EvidenceKind, OrderStatus, ReportSource, Side
from connectors.model.position import Position
from engine.world import ACCOUNT, BTC, EPOCH, D, Desk, fill, limit_buy, report

S = OrderStatus
OTHER = Epoch("life-2")


def open_life(desk: Desk, epoch: Epoch, archived: tuple[RecordedFill, ...] = ()) -> None:
    desk.happen(replace(desk.opened(epoch), fills=archived))


def position(desk: Desk) -> Position:
    (known,) = desk.state.positions.values()
    return replace(known, updated_ns=0)


def lived_in() -> tuple[Desk, tuple[RecordedFill, ...]]:
    """A desk with an order filled in part, something realised, and its archived fills."""
    desk = Desk()
    order = desk.open()
    bought = fill(1, "0.004", fee=Fee("BTC", D("0.000004")))
    desk.say(report(order, S.PARTIALLY_FILLED, filled="0.004", fills=(bought,)))
    sell = desk.open(2, side=Side.SELL, quantity=D("0.001"))
    sold = fill(2, "0.001", price="62000.00", side=Side.SELL, venue_id="v2", fee=Fee("USDT", D("0.062")))
    done = report(sell, S.FILLED, filled="0.001", venue_id="v2", fills=(sold,), quantity=D("0.001"), side=Side.SELL)
    desk.say(done)
    return desk, (
        RecordedFill(ACCOUNT, EPOCH, order.order_id, bought),
        RecordedFill(ACCOUNT, EPOCH, sell.order_id, sold),
    )


def test_in_a_new_life_nothing_of_the_position_is_left_and_one_alert_says_so() -> None:
    desk, _ = lived_in()
    assert position(desk).realised
    open_life(desk, OTHER)
    assert position(desk) == Position(ACCOUNT, BTC)
    assert len(desk.wanted(fx.PositionNow)) == 1
    assert desk.sentences() == [
        "demo began a new life at the venue: its earlier orders ended and its positions begin at zero."
    ]


def test_back_in_a_life_lived_in_before_the_position_is_as_it_was_and_one_alert_says_so() -> None:
    desk, archived = lived_in()
    before = position(desk)
    open_life(desk, OTHER)
    open_life(desk, EPOCH, archived)
    assert position(desk) == before
    assert desk.sentences() == [
        "demo is back in an earlier life at the venue: its positions there hold again, its orders are looked up."
    ]


def test_another_worker_that_never_lived_in_it_makes_the_same_position_of_the_archived_fills() -> None:
    desk, archived = lived_in()
    before = position(desk)
    fresh = Desk()
    open_life(fresh, OTHER)
    open_life(fresh, EPOCH, archived)
    assert position(fresh) == before
    fresh.happen(inputs.FillsAnswered(ACCOUNT, [recorded.fill for recorded in archived], fresh.now))
    assert position(fresh) == before, "an archived fill was booked twice"


def test_back_in_its_life_an_order_is_unknown_until_the_venue_has_spoken_and_open_then() -> None:
    desk, archived = lived_in()
    (working,) = [order for order in desk.state.orders.values() if order.working]
    open_life(desk, OTHER)
    assert desk.order(working.order_id).status is S.EXPIRED
    desk.happen(inputs.AccountDown(ACCOUNT, desk.now))
    open_life(desk, EPOCH, archived)
    assert desk.order(working.order_id).status is S.UNKNOWN
    desk.happen(inputs.AccountUp(ACCOUNT, desk.now))
    assert [asked.order_id for asked in desk.wanted(fx.LookUp)] == [working.order_id]
    desk.say(report(working, S.OPEN, filled="0.004", source=ReportSource.OPEN_ORDERS))
    assert desk.order(working.order_id).status is S.PARTIALLY_FILLED


def test_an_order_whose_answer_was_lost_in_an_earlier_life_is_asked_about_again_in_it() -> None:
    desk = Desk()
    order = desk.place()
    desk.happen(inputs.PlaceFailed(order.order_id, Answer.LOST, "No answer.", desk.now))
    open_life(desk, OTHER)
    open_life(desk, EPOCH)
    assert desk.order(order.order_id).status is S.UNKNOWN
    assert order.order_id in desk.state.checks


def test_an_order_that_the_venue_itself_ended_is_not_asked_about_again() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.EXPIRED))
    open_life(desk, OTHER)
    open_life(desk, EPOCH)
    assert desk.order(order.order_id).status is S.EXPIRED
    assert desk.state.checks == {}


def test_an_order_of_long_ago_that_ended_with_its_life_is_open_again_when_the_venue_lists_it() -> None:
    desk = Desk()
    order = desk.open()
    open_life(desk, OTHER)
    left = desk.order(order.order_id)
    assert left.evidence[-1].kind is EvidenceKind.RECOVERED
    fresh = Desk()
    fresh.happen(inputs.Remembered(left, (), fresh.now))
    assert fresh.order(order.order_id).status is S.UNKNOWN
    fresh.say(report(order, S.OPEN, source=ReportSource.OPEN_ORDERS))
    assert fresh.order(order.order_id).status is S.OPEN


def test_a_position_in_what_the_venue_lists_no_more_is_told_and_not_made_up() -> None:
    desk, archived = lived_in()
    open_life(desk, OTHER)
    desk.state = replace(desk.state, assets={})
    open_life(desk, EPOCH, archived)
    assert position(desk) == Position(ACCOUNT, BTC)
    assert "demo does not list binance.spot:BTCUSDT now: its position there is not counted here." in desk.sentences()


def test_fills_that_an_order_of_an_ended_life_owes_are_not_asked_for_in_the_new_one() -> None:
    desk = Desk()
    order = desk.open()
    desk.say(report(order, S.FILLED, filled="0.010"))
    assert desk.state.owed
    open_life(desk, OTHER)
    assert not desk.state.owed
    desk.happen(inputs.AccountUp(ACCOUNT, desk.now))
    desk.happen(inputs.Snapshot(ACCOUNT, (), (), desk.money("1", "0"), desk.now.mono_ns, desk.now))
    assert not desk.wanted(fx.AskFills)


def test_an_intent_that_was_being_written_when_its_life_ended_is_not_sent_in_the_new_one() -> None:
    desk = Desk()
    desk.happen(limit_buy())
    (token,) = desk.state.pending
    open_life(desk, OTHER)
    desk.happen(inputs.Committed(token, desk.now))
    assert not desk.wanted(fx.Send)
    (order,) = desk.state.orders.values()
    assert order.status is S.CANCELED


def test_an_answer_that_was_asked_for_in_an_ended_life_says_nothing_of_the_new_one() -> None:
    desk = Desk()
    order = desk.open()
    open_life(desk, OTHER)
    ended = desk.order(order.order_id)
    late = report(order, S.FILLED, filled="0.010")
    asked = desk.now.mono_ns
    desk.happen(inputs.LookUpEnded(order.order_id, late, None, None, asked, desk.now))
    desk.happen(inputs.CancelEnded(order.order_id, late, None, "", desk.now))
    assert list(desk.state.orders.values()) == [ended], "an order of another life was made of it"


def test_after_a_start_in_the_same_life_nothing_is_asked_about_what_a_former_one_left_unfinished() -> None:
    before = Desk()
    lost = before.open()
    owing = before.open(2)
    before.say(report(owing, S.FILLED, filled="0.010", venue_id="v2"))
    orders = [before.order(owing.order_id), replace(before.order(lost.order_id), status=S.UNKNOWN)]
    desk = Desk()
    desk.state = State()
    desk.happen(inputs.Started(orders, (), (), inputs.Trading.ACTIVE, 3, desk.now))
    desk.happen(desk.opened(OTHER, OTHER), inputs.AccountUp(ACCOUNT, desk.now))
    assert not desk.wanted(fx.LookUp)
    assert not desk.state.owed
    assert desk.order(lost.order_id).status is S.EXPIRED


def test_an_account_that_is_not_registered_any_more_has_nothing_at_work_and_its_ended_orders_stay() -> None:
    desk, _ = lived_in()
    (working,) = [order for order in desk.state.orders.values() if order.working]
    (ended,) = [order for order in desk.state.orders.values() if not order.working]
    desk.happen(inputs.AccountDown(ACCOUNT, desk.now, removed=True))
    state = desk.state
    assert list(state.orders) == [ended.order_id]
    assert (len(state.positions), dict(state.balances), dict(state.live), dict(state.checks)) == (0, {}, {}, {})
    desk.happen(inputs.CancelEnded(working.order_id, None, Answer.LOST, "No answer.", desk.now))
    desk.happen(inputs.AccountUp(ACCOUNT, desk.now))
    desk.say(report(working, S.CANCELED))
    assert list(desk.state.orders) == [ended.order_id], "what comes late brings nothing back"
    assert not desk.wanted(fx.LookUp)


def test_an_intent_of_an_account_that_goes_meanwhile_is_never_sent() -> None:
    desk, wanted = Desk(), limit_buy()
    desk.happen(wanted)
    desk.happen(inputs.AccountDown(ACCOUNT, desk.now, removed=True))
    (pending,) = desk.state.pending
    desk.happen(inputs.Committed(pending, desk.now))
    assert desk.order(wanted.order_id).status is S.CANCELED
    assert not desk.wanted(fx.Send)
