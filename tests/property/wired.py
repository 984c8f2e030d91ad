"""The engine wired to a model archive, a model network and the model venue, in virtual time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis.stateful import RuleBasedStateMachine

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import Limits
from connectors.engine.inputs import Answer, Moment, Trading
from connectors.engine.reducer import step
from connectors.engine.state import State
from connectors.errors import DuplicateOrder, OrderNotFound, Rejected
from connectors.model.fill import RecordedFill
from connectors.model.ids import OrderId, TradeId
from connectors.model.order import FINAL, Order, OrderReport, OrderStatus
from connectors.model.position import Position
from connectors.ports.archive import Batch
from engine.world import ACCOUNT, BTC, CONCLUSIVE_MS, EPOCH
from property.model_venue import SECOND_NS, WINDOW_NS, ModelVenue

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
            assert known is None or known.revision < entry.order.revision, "a change without a higher revision"
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


class Wired(RuleBasedStateMachine):
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

    def arrive(self, flying: InTheAir, *, answered: bool) -> None:
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
            self.tell_lost(send)

    def _failed(self, send: fx.Send | fx.SendCancel, problem: Exception) -> inputs.Input:
        how = Answer.REFUSED
        if isinstance(problem, DuplicateOrder):
            how = Answer.DUPLICATE
        elif isinstance(problem, OrderNotFound):
            how = Answer.NOT_FOUND
        if isinstance(send, fx.Send):
            return inputs.PlaceFailed(send.order_id, how, str(problem), self.now)
        return inputs.CancelEnded(send.order_id, None, how, str(problem), self.now)

    def tell_lost(self, send: fx.Send | fx.SendCancel) -> None:
        if isinstance(send, fx.Send):
            self.answers.append(inputs.PlaceFailed(send.order_id, Answer.LOST, "No answer.", self.now))
        else:
            self.answers.append(inputs.CancelEnded(send.order_id, None, Answer.LOST, "No answer.", self.now))

    def write_one(self) -> None:
        commit = self.writing.popleft()
        self.archive.append(commit.batch)
        if commit.token is not None:
            self.feed(inputs.Committed(commit.token, self.now))

    def answer_one(self) -> None:
        self.feed(self.answers.popleft())

    def end_look_up(self, *, answered: bool) -> None:
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

    def list_fills(self, *, answered: bool) -> None:
        ask = self.owed.pop(0)
        if answered:
            self.feed(inputs.FillsAnswered(ACCOUNT, self.venue.fills(None, ask.venue_order_id), self.now))

    def pass_time(self, seconds: int) -> None:
        self.mono_ns += seconds * SECOND_NS
        # The window of the venue is shorter than what the desk waits before "not found" proves anything.
        self.air = [
            flying for flying in self.air if not flying.told_lost or self.mono_ns - flying.signed_ns <= WINDOW_NS
        ]
        self.feed(inputs.Tick(self.now))

    def calm_down(self) -> None:
        self.come_up()
        for _ in range(12):
            self.drain()
            self.pass_time(40)
        self.drain()
        self.reconcile()
        self.drain()

    def drain(self) -> None:
        """Let everything that waits happen, without faults, until nothing is left."""
        for _ in range(1000):
            if self.writing:
                self.write_one()
            elif self.air:
                self.arrive(self.air.pop(0), answered=True)
            elif self.answers:
                self.answer_one()
            elif self.stream:
                self.feed(inputs.Reported(ACCOUNT, self.stream.popleft(), self.now))
            elif self.look_ups:
                self.end_look_up(answered=True)
            elif self.owed:
                self.list_fills(answered=True)
            else:
                return
        raise AssertionError("it never calms down")

    def hold_against_the_venue(self) -> None:
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
