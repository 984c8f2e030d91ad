"""The engine wired to a model archive, a model network and the model venue, in virtual time."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import Limits
from connectors.engine.inputs import Answer, Moment, Trading
from connectors.engine.reducer import step
from connectors.engine.state import State
from connectors.errors import DuplicateOrder, OrderNotFound, Rejected
from connectors.model.ids import ClientOrderId, Epoch, OrderId, TradeId
from connectors.model.order import FINAL, OrderReport, OrderStatus
from connectors.ports.archive import Batch
from engine.world import ACCOUNT, BTC, CONCLUSIVE_MS, EPOCH
from property.in_the_air import InTheAir, Sent, creates, failed, leaving, taken, without_report
from property.model_archive import LifeBegun, ModelArchive
from property.model_venue import SECOND_NS, WINDOW_NS, ModelVenue

D = Decimal
START_NS = 1_900_000_000 * SECOND_NS


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
        self.list_look_ups: list[fx.LookUpList] = []
        self.epoch = EPOCH
        self.past: list[ModelVenue] = []
        """The venue's earlier lives."""
        self.owed: list[fx.AskFills] = []
        self.tickets = 0
        self.externals = 0
        self.sent: dict[OrderId, int] = {}
        self.most_filled: dict[OrderId, Decimal] = {}
        self.moved_outside = False
        self.new_life = True
        self.unwanted: set[OrderId] = set()
        """Orders that were cancelled while one of them was being replaced by the other."""

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
                case fx.Send() | fx.SendReplace() | fx.SendList():
                    for order_id in creates(effect):
                        self.sent[order_id] = self.sent.get(order_id, 0) + 1
                        assert self.sent[order_id] == 1, "a create was sent twice"
                        assert order_id in self.archive.orders, "a create left before its intent was on disk"
                    self.air.append(InTheAir(effect, self.mono_ns, left=False))
                case fx.SendCancel() | fx.SendAmend():
                    self.air.append(InTheAir(effect, self.mono_ns, left=isinstance(effect, fx.SendCancel)))
                case fx.LookUp():
                    self.look_ups.append(effect)
                case fx.LookUpList():
                    self.list_look_ups.append(effect)
                case fx.AskFills():
                    self.owed.append(effect)
                case fx.ExternalMoved():
                    self.moved_outside = True
        return list(effects)

    def leave(self, flying: InTheAir) -> bool:
        """The first byte of a request may leave, maybe long after it was wanted; False where it must not any more."""
        asked = None if flying.left else leaving(flying.send, self.now)
        flying.left, flying.signed_ns = True, flying.signed_ns if asked is None else self.mono_ns
        held = asked is not None and any(isinstance(effect, fx.Withhold) for effect in self.feed(asked))
        for order_id in creates(flying.send):
            known = self.state.orders.get(order_id)
            over = known is None or known.canceling or known.status in FINAL or known.epoch != self.epoch
            assert held or not (over or self.state.trading is Trading.HALTED), "a create left that nobody wants"
        return not held

    def begin(self) -> None:
        self.new_life = True
        self.feed(self.archive.started(self.now))
        self.feed(inputs.AssetsKnown({BTC: ("BTC", "USDT")}, self.now))
        self.feed(self._opened(self.archive.epoch))
        self.come_up()

    def _opened(self, previous: Epoch | None) -> inputs.AccountOpened:
        booked = () if previous == self.epoch else tuple(self.archive.fills.values())
        own = tuple(kept for kept in booked if kept.epoch == self.epoch)
        return inputs.AccountOpened(ACCOUNT, "demo", self.epoch, previous, CONCLUSIVE_MS, self.now, own)

    def come_up(self) -> None:
        self.stream_up = True
        self.feed(inputs.AccountUp(ACCOUNT, self.now))
        self.reconcile()

    def reconcile(self) -> list[fx.Effect]:
        # A new life asks for more than what came after the newest fill on disk: an older one may have been lost.
        own = [kept for kept in self.archive.fills.values() if kept.epoch == self.epoch]
        newest = max((int(kept.fill.trade_id) for kept in own), default=0)
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
        if not flying.left and not self.leave(flying):
            return
        self.venue.now_ns = self.mono_ns
        try:
            result, events = taken(self.venue, flying, self.now)
            for event in events:
                self.say(event)
        except (DuplicateOrder, OrderNotFound, Rejected) as problem:
            result = failed(flying.send, problem, self.now)
        if answered and not flying.told_lost:
            self.answers.append(result)
        elif not flying.told_lost:
            self.tell_lost(flying.send)

    def tell_lost(self, send: Sent) -> None:
        self.answers.append(without_report(send, Answer.LOST, "No answer.", self.now))

    def begin_another_life(self) -> None:
        """The venue is wiped: ids start again, what was in the air is lost, and nobody hears of it."""
        for flying in self.air:
            if flying.left and not flying.told_lost:
                self.tell_lost(flying.send)
        self.answers = deque(self._as_lost(one) for one in self.answers)
        self.air = [flying for flying in self.air if not flying.left]  # signed only when it leaves
        self.stream.clear()
        self.look_ups.clear()
        self.list_look_ups.clear()
        self.owed.clear()
        self.past.append(self.venue)
        self.venue = ModelVenue(ACCOUNT, {"USDT": D(10_000_000), "BTC": D(100)})
        self.epoch = Epoch(f"life-{len(self.past) + 1}")
        self.new_life = True
        self.feed(inputs.AccountDown(ACCOUNT, self.now))
        self.feed(self._opened(None))
        self.writing.append(LifeBegun(Batch(), epoch=self.epoch))
        while self.answers:
            self.answer_one()
        self.come_up()

    def _as_lost(self, answer: inputs.Input) -> inputs.Input:
        """An answer of the life that is over, as a desk that has moved on hears it: not at all."""
        match answer:
            case inputs.CancelEnded() | inputs.AmendEnded() | inputs.ReplaceEnded() | inputs.ListEnded():
                return replace(answer, report=None, answer=Answer.LOST)
            case inputs.Reported(report=report):
                own = self.state.by_client.get((ACCOUNT, report.client_order_id or ClientOrderId("")))
                return inputs.PlaceFailed(own or OrderId(UUID(int=0)), Answer.LOST, "No answer.", self.now)
            case _:
                return answer

    def write_one(self) -> None:
        commit = self.writing.popleft()
        if isinstance(commit, LifeBegun):
            self.archive.epoch = commit.epoch
            return
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

    def end_list_look_up(self, *, answered: bool) -> None:
        asked = self.list_look_ups.pop(0).client_list_id
        if not answered:
            self.feed(inputs.ListLookedUp(ACCOUNT, asked, None, self.now, "No answer."))
            return
        try:
            report = self.venue.find_list(asked)
        except OrderNotFound:
            self.feed(inputs.ListLookedUp(ACCOUNT, asked, None, self.now))
        else:
            self.feed(inputs.ListLookedUp(ACCOUNT, asked, report, self.now))

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
            elif self.list_look_ups:
                self.end_list_look_up(answered=True)
            elif self.owed:
                self.list_fills(answered=True)
            else:
                return
        raise AssertionError("it never calms down")

    def hold_against_the_venue(self) -> None:
        own = [kept for kept in self.state.orders.values() if kept.epoch == self.epoch]
        known = {found.venue_order_id: found for found in own if found.venue_order_id is not None}
        for order in self.venue.orders:
            found = known.get(order.venue_id)
            if found is None:
                assert not order.is_open and not order.fills, "an order nobody here knows of"
                continue
            assert found.status is order.status
            assert found.filled == order.filled
            assert found.cost == order.cost
            assert found.prevented == order.prevented
            assert not found.canceling or found.status not in FINAL
            assert found.status in FINAL or (found.quantity, found.price) == (
                order.request.quantity,
                order.request.price,
            )
            assert not (found.emulated_expiry and order.is_open), "its time is over, and it works"
        for kept in own:
            assert kept.amending is None, "a change nobody ever decides"
            if kept.order_id in self.unwanted and kept.status not in FINAL:
                told = {line.text for line in kept.evidence}
                assert "still open; the cancel had no effect" in told, "it was cancelled while it was being replaced"
            if kept.venue_order_id is None:
                assert kept.status in {OrderStatus.REJECTED, OrderStatus.NEVER_ARRIVED, OrderStatus.CANCELED}
        assert not (self.state.changing or self.state.changes)
        booked = [key for key in self.state.fills if key[1] == self.epoch]
        archived = [key for key in self.archive.fills if key[1] == self.epoch]
        assert len(booked) == len(self.venue.trades) == len(archived)
        assert not self.moved_outside, "a trade of our own was taken for a transfer"
