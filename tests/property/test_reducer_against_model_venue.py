"""Any interleaving of what networks, venues, disks and users do leaves the desk with the truth."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, MarketNow, Moment, Place, Trading
from connectors.engine.reducer import step
from connectors.engine.state import Limits, State
from connectors.errors import DuplicateOrder, OrderNotFound, Rejected
from connectors.model.fill import Fill, RecordedFill
from connectors.model.ids import ClientOrderId, OrderId, TradeId
from connectors.model.order import FINAL, Order, OrderReport, OrderRequest, OrderStatus, OrderType, Side
from connectors.model.position import Position
from connectors.ports.archive import Batch
from engine.world import ACCOUNT, BTC, CONCLUSIVE_MS, EPOCH, limit_buy, order_id
from property.model_venue import SECOND_NS, WINDOW_NS, ModelVenue, VenueOrder

D = Decimal
START_NS = 1_900_000_000 * SECOND_NS


class ModelArchive:
    """What was committed before a crash, and nothing else."""

    def __init__(self) -> None:
        self.orders: dict[OrderId, Order] = {}
        self.fills: dict[tuple[object, ...], RecordedFill] = {}
        self.positions: dict[object, Position] = {}
        self.entries = 0

    def append(self, batch: Batch) -> None:
        self.entries += len(batch.entries)
        for entry in batch.entries:
            known = self.orders.get(entry.order.order_id)
            if known is None or known.revision <= entry.order.revision:
                self.orders[entry.order.order_id] = entry.order
        for recorded in batch.fills:
            key = (recorded.account, recorded.epoch, recorded.fill.instrument, recorded.fill.trade_id)
            assert key not in self.fills, "the engine booked a fill twice"
            self.fills[key] = recorded
        for event in batch.positions:
            self.positions[event.position.instrument] = event.position

    def started(self, at: Moment) -> inputs.Started:
        orders = sorted(self.orders.values(), key=lambda order: order.created_ns, reverse=True)
        handle = 1 + max((int(order.handle[1:]) for order in orders), default=0)
        return inputs.Started(
            orders, tuple(self.fills.values()), tuple(self.positions.values()), Trading.ACTIVE, handle, at
        )


@dataclass
class InTheAir:
    """A create or cancel on its way."""

    send: fx.Send | fx.SendCancel
    signed_ns: int
    told_lost: bool = False
    """The desk has given up on its answer."""


class DeskAndVenue(RuleBasedStateMachine):
    """The engine, the archive, the network and the venue, each free to be as late as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.venue = ModelVenue(ACCOUNT, {"USDT": D(10_000_000), "BTC": D(100)})
        self.archive = ModelArchive()
        self.state = State(limits=Limits(orders_per_second=10_000, open_orders=10_000))
        self.mono_ns = SECOND_NS
        self.air: list[InTheAir] = []
        self.answers: deque[inputs.Input] = deque()
        self.stream: deque[OrderReport] = deque()
        self.stream_up = True
        self.writing: deque[fx.Commit] = deque()
        self.look_ups: list[fx.LookUp] = []
        self.owed: list[fx.AskFills] = []
        self.tickets = 0
        self.externals = 0
        self.sent: dict[OrderId, int] = {}
        self.most_filled: dict[OrderId, Decimal] = {}
        self.moved_outside = False
        self.new_life = True

    # --- plumbing

    @property
    def now(self) -> Moment:
        return Moment(START_NS + self.mono_ns, self.mono_ns)

    def feed(self, happened: inputs.Input) -> list[fx.Effect]:
        self.venue.now_ns = self.mono_ns
        self.state, effects = step(self.state, replace(happened, at=self.now))
        for effect in effects:
            match effect:
                case fx.Commit():
                    self.writing.append(effect)
                case fx.Send():
                    self.sent[effect.order_id] = self.sent.get(effect.order_id, 0) + 1
                    assert self.sent[effect.order_id] == 1, "a create was sent twice"
                    assert effect.order_id in self.archive.orders, "a create left before its intent was on disk"
                    self.air.append(InTheAir(effect, self.mono_ns))
                    self.feed(inputs.Sending(effect.order_id, self.now))
                case fx.SendCancel():
                    self.air.append(InTheAir(effect, self.mono_ns))
                case fx.LookUp():
                    self.look_ups.append(effect)
                case fx.AskFills():
                    self.owed.append(effect)
                case fx.ExternalMoved():
                    self.moved_outside = True
        return list(effects)

    def begin(self) -> None:
        self.new_life = True
        self.feed(self.archive.started(self.now))
        self.feed(inputs.AssetsKnown({BTC: ("BTC", "USDT")}, self.now))
        self.feed(inputs.AccountOpened(ACCOUNT, "demo", EPOCH, EPOCH, CONCLUSIVE_MS, self.now))
        self.come_up()

    def come_up(self) -> None:
        self.stream_up = True
        self.feed(inputs.AccountUp(ACCOUNT, self.now))
        self.reconcile()

    def reconcile(self) -> list[fx.Effect]:
        # A new life asks for more than what came after the newest fill on disk: an older one may have been lost.
        newest = max((int(kept.fill.trade_id) for kept in self.archive.fills.values()), default=0)
        last = 0 if self.new_life else newest
        self.new_life = False
        return self.feed(
            inputs.Snapshot(
                ACCOUNT,
                self.venue.open_orders(),
                self.venue.fills(TradeId(str(last))),
                self.venue.balances(),
                self.mono_ns,
                self.now,
            )
        )

    def say(self, report: OrderReport) -> None:
        if self.stream_up:
            self.stream.append(report)

    # --- rules

    @initialize()
    def start(self) -> None:
        self.begin()

    @rule(side=st.sampled_from(list(Side)), market=st.booleans())
    def place(self, side: Side, market: bool) -> None:
        self.tickets += 1
        self.feed(self._ticket(self.tickets, side, market=market))

    def _ticket(self, number: int, side: Side, *, market: bool) -> Place:
        place = limit_buy(number, side=side, market=MarketNow(reference=D("61804.00")))
        return replace(place, type=OrderType.MARKET, price=None) if market else replace(place, price=D("61804.00"))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def place_the_same_ticket_again(self, data: st.DataObject) -> None:
        self.feed(self._ticket(data.draw(st.integers(1, self.tickets)), Side.BUY, market=False))

    @precondition(lambda self: self.state.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        wanted = data.draw(st.sampled_from(sorted(self.state.orders)))
        self.feed(inputs.Cancel(wanted, self.now))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def cancel_a_ticket(self, data: st.DataObject) -> None:
        self.feed(inputs.Cancel(order_id(data.draw(st.integers(1, self.tickets))), self.now))

    @precondition(lambda self: self.writing)
    @rule()
    def the_disk_writes(self) -> None:
        commit = self.writing.popleft()
        self.archive.append(commit.batch)
        if commit.token is not None:
            self.feed(inputs.Committed(commit.token, self.now))

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
        self._arrive(flying, answered=answered)

    def _arrive(self, flying: InTheAir, *, answered: bool) -> None:
        self.venue.now_ns = self.mono_ns
        send = flying.send
        result: inputs.Input
        try:
            if isinstance(send, fx.Send):
                for event in self.venue.place(send.request, flying.signed_ns):
                    self.say(event)
                newest = self.venue.orders[-1]
                result = inputs.Reported(ACCOUNT, self.venue.acknowledged(newest), self.now)
            else:
                report = self.venue.cancel(send.client_order_id, send.venue_order_id)
                self.say(report)
                result = inputs.CancelEnded(send.order_id, report, None, "", self.now)
        except (DuplicateOrder, OrderNotFound, Rejected) as problem:
            result = self._failed(send, problem)
        if answered and not flying.told_lost:
            self.answers.append(result)
        elif not flying.told_lost:
            self._tell_lost(send)

    def _failed(self, send: fx.Send | fx.SendCancel, problem: Exception) -> inputs.Input:
        how = Answer.REFUSED
        if isinstance(problem, DuplicateOrder):
            how = Answer.DUPLICATE
        elif isinstance(problem, OrderNotFound):
            how = Answer.NOT_FOUND
        if isinstance(send, fx.Send):
            return inputs.PlaceFailed(send.order_id, how, str(problem), self.now)
        return inputs.CancelEnded(send.order_id, None, how, str(problem), self.now)

    def _tell_lost(self, send: fx.Send | fx.SendCancel) -> None:
        if isinstance(send, fx.Send):
            self.answers.append(inputs.PlaceFailed(send.order_id, Answer.LOST, "No answer.", self.now))
        else:
            self.answers.append(inputs.CancelEnded(send.order_id, None, Answer.LOST, "No answer.", self.now))

    @precondition(lambda self: any(not flying.told_lost for flying in self.air))
    @rule(data=st.data(), arrives_later=st.booleans())
    def nobody_answers(self, data: st.DataObject, arrives_later: bool) -> None:
        waiting = [flying for flying in self.air if not flying.told_lost]
        flying = data.draw(st.sampled_from(waiting))
        self._tell_lost(flying.send)
        flying.told_lost = True
        if not arrives_later:
            self.air.remove(flying)

    @precondition(lambda self: self.answers)
    @rule()
    def an_answer_comes(self) -> None:
        self.feed(self.answers.popleft())

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

    @precondition(lambda self: any(order.is_open for order in self.venue.orders))
    @rule(data=st.data(), whole=st.booleans())
    def the_market_trades(self, data: st.DataObject, whole: bool) -> None:
        order = self._an_open_one(data)
        self.venue.now_ns = self.mono_ns
        self.say(self.venue.trade(order, order.remaining if whole else order.remaining / 2))

    @precondition(lambda self: any(order.is_open for order in self.venue.orders))
    @rule(data=st.data(), how=st.sampled_from([OrderStatus.CANCELED, OrderStatus.EXPIRED]))
    def the_venue_ends_an_order(self, data: st.DataObject, how: OrderStatus) -> None:
        self.say(self.venue.end(self._an_open_one(data), how))

    def _an_open_one(self, data: st.DataObject) -> VenueOrder:
        return data.draw(st.sampled_from([order for order in self.venue.orders if order.is_open]))

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
        look_up = self.look_ups.pop(0)
        asked = self.mono_ns
        if not answered:
            self.feed(inputs.LookUpEnded(look_up.order_id, None, None, None, asked, self.now, "No answer."))
            return
        try:
            report = self.venue.find(look_up.client_order_id, look_up.venue_order_id)
        except OrderNotFound:
            self.feed(inputs.LookUpEnded(look_up.order_id, None, False, False, asked, self.now))
        else:
            self.feed(inputs.LookUpEnded(look_up.order_id, report, None, None, asked, self.now))

    @precondition(lambda self: self.owed)
    @rule(answered=st.booleans())
    def fills_are_listed(self, answered: bool) -> None:
        ask = self.owed.pop(0)
        if answered:
            self.feed(inputs.FillsAnswered(ACCOUNT, self.venue.fills(None, ask.venue_order_id), self.now))

    @rule(seconds=st.sampled_from([1, 3, 10, 40]))
    def time_passes(self, seconds: int) -> None:
        self.mono_ns += seconds * SECOND_NS
        # The window of the venue is shorter than what the desk waits before "not found" proves anything.
        self.air = [
            flying for flying in self.air if not flying.told_lost or self.mono_ns - flying.signed_ns <= WINDOW_NS
        ]
        self.feed(inputs.Tick(self.now))

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
        self.owed.clear()
        self.most_filled.clear()
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
        for number in range(1, self.tickets + 1):
            assert len(self.venue.of(ClientOrderId(order_id(number).hex))) <= 1

    @invariant()
    def quantities_add_up_and_never_fall(self) -> None:
        for known in self.state.orders.values():
            if known.quantity is not None:
                assert known.filled + (known.remaining or D(0)) == known.quantity
                assert D(0) <= known.filled <= known.quantity
            assert known.filled >= self.most_filled.get(known.order_id, D(0))
            self.most_filled[known.order_id] = known.filled

    @invariant()
    def a_position_is_the_sum_of_the_fills_booked(self) -> None:
        booked = [fill for fill in self.venue.trades if (ACCOUNT, EPOCH, BTC, fill.trade_id) in self.state.fills]
        position = self.state.positions.get((ACCOUNT, BTC), Position(ACCOUNT, BTC))
        assert position.quantity == sum((_delta(fill) for fill in booked), D(0))
        cash = sum((-fill.side.sign * fill.quote_quantity for fill in booked), D(0))
        assert position.realised - position.cost == cash

    @invariant()
    def an_order_is_dead_only_by_evidence(self) -> None:
        for known in self.state.orders.values():
            at_venue = self.venue.of(known.client_order_id)
            if known.status in {OrderStatus.REJECTED, OrderStatus.NEVER_ARRIVED}:
                assert not at_venue, f"{known.status} while the venue has it"
            if known.status in FINAL and at_venue:
                assert not at_venue[0].is_open, f"{known.status} while it works"

    # --- what must hold once everything has calmed down

    def teardown(self) -> None:
        if not self.state.accounts:
            return
        self._calm_down()
        self._hold_against_the_venue()
        archived = self.archive.entries
        effects = self.reconcile()
        assert not any(isinstance(effect, fx.Commit | fx.Send | fx.SendCancel) for effect in effects)
        self.state = State(limits=self.state.limits)
        self.begin()
        self._drain()
        assert self.archive.entries == archived, "a second start changed something"
        self._hold_against_the_venue()

    def _calm_down(self) -> None:
        self.come_up()
        for _ in range(12):
            self._drain()
            self.time_passes(40)
        self._drain()
        self.reconcile()
        self._drain()

    def _drain(self) -> None:
        """Let everything that waits happen, without faults, until nothing is left."""
        for _ in range(1000):
            if self.writing:
                self.the_disk_writes()
            elif self.air:
                self._arrive(self.air.pop(0), answered=True)
            elif self.answers:
                self.an_answer_comes()
            elif self.stream:
                self.feed(inputs.Reported(ACCOUNT, self.stream.popleft(), self.now))
            elif self.look_ups:
                self.a_look_up_ends(answered=True)
            elif self.owed:
                self.fills_are_listed(answered=True)
            else:
                return
        raise AssertionError("it never calms down")

    def _hold_against_the_venue(self) -> None:
        known = {
            found.venue_order_id: found for found in self.state.orders.values() if found.venue_order_id is not None
        }
        for order in self.venue.orders:
            found = known.get(order.venue_id)
            if found is None:
                assert not order.is_open and not order.fills, "an order nobody here knows of"
                continue
            assert found.status is order.status
            assert found.filled == order.filled
            assert found.cost == order.cost
            assert not found.canceling or found.status not in FINAL
        for kept in self.state.orders.values():
            if kept.venue_order_id is None:
                assert kept.status in {OrderStatus.REJECTED, OrderStatus.NEVER_ARRIVED, OrderStatus.CANCELED}
        assert len(self.state.fills) == len(self.venue.trades) == len(self.archive.fills)
        assert not self.moved_outside, "a trade of our own was taken for a transfer"


def _delta(fill: Fill) -> Decimal:
    fee = fill.fee.amount if fill.fee is not None and fill.fee.asset == "BTC" else D(0)
    return fill.side.sign * fill.quantity - fee


TestDeskAndVenue = DeskAndVenue.TestCase
