"""Any interleaving of what networks, venues, disks and users do leaves the desk with the truth."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import AmendEnded, Answer
from connectors.engine.state import State
from connectors.model.fill import Fill
from connectors.model.ids import ClientOrderId
from connectors.model.order import FINAL, OrderRequest, OrderStatus, OrderType, Side
from connectors.model.position import Position
from engine.change_world import TWO_CALLS, change, otoco, since
from engine.world import ACCOUNT, BTC, Desk, order_id, report
from property.model_venue import SECOND_NS
from property.venue_orders import VenueOrder
from property.wishes import FIRST_CHANGE, MOST_EXTERNALS, Wishes

D = Decimal
PROFILE = settings()

MOST_RESETS = 1


class DeskAndVenue(Wishes):
    """The engine, the archive, the network and the venue, each free to be as late as it likes."""

    # --- rules

    @initialize()
    def start(self) -> None:
        self.begin()

    @precondition(lambda self: self.writing)
    @rule()
    def the_disk_writes(self) -> None:
        self.write_one()

    @precondition(lambda self: self.writing and self.writing[0].token is not None)
    @rule()
    def the_disk_refuses_an_intent(self) -> None:
        token = self.writing.popleft().token
        assert token is not None
        effects = self.feed(inputs.CommitFailed(token, "The disk is full.", self.now))
        assert not any(isinstance(effect, fx.Send) for effect in effects)

    @precondition(lambda self: self.air)
    @rule(data=st.data(), answered=st.booleans())
    def a_request_arrives(self, data: st.DataObject, answered: bool) -> None:
        flying = self.air.pop(data.draw(st.integers(0, len(self.air) - 1)))
        self.arrive(flying, answered=answered)

    @precondition(lambda self: any(not flying.left for flying in self.air))
    @rule(data=st.data())
    def a_request_leaves(self, data: st.DataObject) -> None:
        flying = data.draw(st.sampled_from([flying for flying in self.air if not flying.left]))
        if not self.leave(flying):
            self.air.remove(flying)

    @precondition(lambda self: any(flying.left and not flying.told_lost for flying in self.air))
    @rule(data=st.data(), arrives_later=st.booleans())
    def nobody_answers(self, data: st.DataObject, arrives_later: bool) -> None:
        waiting = [flying for flying in self.air if flying.left and not flying.told_lost]
        flying = data.draw(st.sampled_from(waiting))
        self.tell_lost(flying.send)
        flying.told_lost = True
        if not arrives_later:
            self.air.remove(flying)

    @precondition(lambda self: self.answers)
    @rule()
    def an_answer_comes(self) -> None:
        self.answer_one()

    @precondition(lambda self: self.stream)
    @rule(twice=st.booleans())
    def the_stream_speaks(self, twice: bool) -> None:
        report = self.stream.popleft()
        for _ in range(1 + twice):
            self.feed(inputs.Reported(ACCOUNT, report, self.now))

    @precondition(lambda self: self.stream)
    @rule()
    def the_stream_loses_a_message(self) -> None:
        self.stream.popleft()

    @precondition(lambda self: any(order.trades for order in self.venue.orders))
    @rule(data=st.data(), whole=st.booleans())
    def the_market_trades(self, data: st.DataObject, whole: bool) -> None:
        order = data.draw(st.sampled_from([order for order in self.venue.orders if order.trades]))
        self.venue.now_ns = self.mono_ns
        for event in self.venue.trades_in(order, order.remaining if whole else order.remaining / 2):
            self.say(event)

    @precondition(lambda self: any(order.waits_for_price for order in self.venue.orders))
    @rule(data=st.data())
    def the_price_comes_to_a_stop(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from([order for order in self.venue.orders if order.waits_for_price]))
        self.venue.now_ns = self.mono_ns
        for event in self.venue.trigger(order):
            self.say(event)

    @precondition(lambda self: any(order.trades and order.listed is None for order in self.venue.orders))
    @rule(data=st.data(), whole=st.booleans())
    def self_trade_prevention_takes_some(self, data: st.DataObject, whole: bool) -> None:
        alone = [order for order in self.venue.orders if order.trades and order.listed is None]
        order = data.draw(st.sampled_from(alone))
        self.venue.now_ns = self.mono_ns
        for event in self.venue.prevent(order, order.remaining if whole else order.remaining / 2):
            self.say(event)

    @rule()
    def the_venue_refuses_the_next_create_of_a_replace(self) -> None:
        self.venue.refuses_creates = 1

    @precondition(lambda self: any(order.is_open for order in self.venue.orders))
    @rule(data=st.data(), how=st.sampled_from([OrderStatus.CANCELED, OrderStatus.EXPIRED]))
    def the_venue_ends_an_order(self, data: st.DataObject, how: OrderStatus) -> None:
        for event in self.venue.end(self._an_open_one(data), how):
            self.say(event)

    def _an_open_one(self, data: st.DataObject) -> VenueOrder:
        return data.draw(st.sampled_from([order for order in self.venue.orders if order.is_open]))

    @precondition(lambda self: self.externals < MOST_EXTERNALS)
    @rule()
    def another_tool_places_an_order(self) -> None:
        self.externals += 1
        self.venue.now_ns = self.mono_ns
        request = OrderRequest(
            BTC, ClientOrderId(f"other-{self.externals}"), Side.BUY, OrderType.LIMIT, quantity=D(1), price=D(50_000)
        )
        for event in self.venue.place(request, self.mono_ns):
            self.say(event)

    @precondition(lambda self: self.look_ups)
    @rule(answered=st.booleans())
    def a_look_up_ends(self, answered: bool) -> None:
        self.end_look_up(answered=answered)

    @precondition(lambda self: self.list_look_ups)
    @rule(answered=st.booleans())
    def a_look_up_of_a_list_ends(self, answered: bool) -> None:
        self.end_list_look_up(answered=answered)

    @precondition(lambda self: len(self.past) < MOST_RESETS)
    @rule()
    def the_venue_is_wiped(self) -> None:
        self.begin_another_life()

    @precondition(lambda self: self.owed)
    @rule(answered=st.booleans())
    def fills_are_listed(self, answered: bool) -> None:
        self.list_fills(answered=answered)

    @rule(seconds=st.sampled_from([1, 3, 10, 40]))
    def time_passes(self, seconds: int) -> None:
        self.pass_time(seconds)

    @rule()
    def the_stream_breaks_and_comes_back(self) -> None:
        self.stream.clear()
        self.stream_up = False
        self.feed(inputs.AccountDown(ACCOUNT, self.now))
        self.come_up()

    @rule(arrive=st.booleans())
    def the_worker_is_killed(self, arrive: bool) -> None:
        """What was not on disk is gone; what was in the air may still arrive, and nobody hears the answer."""
        self.writing.clear()
        self.answers.clear()
        self.stream.clear()
        self.look_ups.clear()
        self.list_look_ups.clear()
        self.owed.clear()
        self.most_filled.clear()
        self.unwanted.clear()  # what asked for it may not have been on disk
        self.air = [flying for flying in self.air if flying.left]
        for flying in self.air:
            flying.told_lost = True
        if not arrive:
            self.air.clear()
        self.state = State(limits=self.state.limits)
        self.mono_ns += SECOND_NS
        self.begin()

    # --- what must hold at every step

    @invariant()
    def no_ticket_ever_makes_two_orders(self) -> None:
        changes = range(FIRST_CHANGE, FIRST_CHANGE + len(self.changes))
        for number in (*range(1, self.tickets + 1), *changes):
            made = [
                order for life in (*self.past, self.venue) for order in life.of(ClientOrderId(order_id(number).hex))
            ]
            assert len(made) <= 1

    @invariant()
    def quantities_add_up_and_never_fall(self) -> None:
        for known in self.state.orders.values():
            if known.quantity is not None:
                assert known.filled + known.prevented + (known.remaining or D(0)) == known.quantity
                assert D(0) <= known.filled <= known.quantity - known.prevented
            assert known.filled >= self.most_filled.get(known.order_id, D(0))
            self.most_filled[known.order_id] = known.filled

    @invariant()
    def a_position_is_the_sum_of_the_fills_booked(self) -> None:
        booked = [fill for fill in self.venue.trades if (ACCOUNT, self.epoch, BTC, fill.trade_id) in self.state.fills]
        position = self.state.positions.get((ACCOUNT, BTC), Position(ACCOUNT, BTC))
        assert position.quantity == sum((_delta(fill) for fill in booked), D(0))
        cash = sum((-fill.side.sign * fill.quote_quantity for fill in booked), D(0))
        assert position.realised - position.cost == cash

    @invariant()
    def an_order_is_dead_only_by_evidence(self) -> None:
        for known in self.state.orders.values():
            if known.epoch != self.epoch:
                continue
            at_venue = self.venue.of(known.client_order_id)
            if known.status in {OrderStatus.REJECTED, OrderStatus.NEVER_ARRIVED}:
                assert not at_venue, f"{known.status} while the venue has it"
            if known.status in FINAL and at_venue:
                assert not at_venue[0].is_open, f"{known.status} while it works"

    @invariant()
    def an_order_changed_in_two_calls_never_fills_more_than_was_wanted(self) -> None:
        for wanted in self.changes:
            new = self.state.orders.get(wanted.amend_id)
            if new is None or wanted.capabilities is not TWO_CALLS:
                continue
            old = self.state.orders[wanted.order_id]
            whole = wanted.quantity or old.quantity or D(0)
            assert old.filled + new.filled <= max(whole, old.filled)

    # --- what must hold once everything has calmed down

    def teardown(self) -> None:
        if not self.state.accounts:
            return
        self.calm_down()
        self.hold_against_the_venue()
        archived = self.archive.entries
        effects = self.reconcile()
        assert not any(isinstance(effect, fx.Commit | fx.Send | fx.SendCancel) for effect in effects)
        self.state = State(limits=self.state.limits)
        self.begin()
        self.drain()
        assert self.archive.entries == archived, "a second start changed something"
        self.hold_against_the_venue()


def _delta(fill: Fill) -> Decimal:
    fee = fill.fee.amount if fill.fee is not None and fill.fee.asset == "BTC" else D(0)
    return fill.side.sign * fill.quantity - fee


TestDeskAndVenue = DeskAndVenue.TestCase
TestDeskAndVenue.settings = settings(
    max_examples=5 * PROFILE.max_examples, stateful_step_count=60, report_multiple_bugs=False
)


def test_the_answer_of_an_earlier_change_does_not_decide_the_next() -> None:
    """A run that was shrunk: the stream confirms a change, another is asked, then the first one is answered."""
    desk = Desk()
    order = desk.open()
    desk.happen(change(order, quantity=D("0.008")))
    first = since(desk, order)
    desk.say(report(order, OrderStatus.OPEN, quantity=D("0.008")))
    desk.wait(1)
    desk.happen(change(order, FIRST_CHANGE, quantity=D("0.006")))
    desk.happen(AmendEnded(order.order_id, first, None, Answer.REFUSED, "Too late.", desk.now))
    assert desk.order(order.order_id).amending is not None
    desk.say(report(order, OrderStatus.OPEN, quantity=D("0.006")))
    assert desk.order(order.order_id).quantity == D("0.006")


def test_orders_of_a_list_whose_intents_were_refused_are_not_placed_twice_by_an_order_of_their_own() -> None:
    """A run that was shrunk: a ticket of a list is placed by itself while the list is asked for again."""
    desk = Desk()
    wanted = otoco()
    assert wanted.entry is not None
    desk.happen(wanted)
    (waited,) = desk.wanted(fx.Commit)
    assert waited.token is not None
    desk.happen(inputs.CommitFailed(waited.token, "The disk is full.", desk.now))
    desk.happen(wanted.entry)
    desk.happen(wanted)
    assert not desk.wanted(fx.Commit)
    assert desk.state.lists == {}
