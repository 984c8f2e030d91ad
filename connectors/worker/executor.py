"""Runs the engine: feeds it what happens, and does what it wants done."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Protocol

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import Limits
from connectors.engine.inputs import Moment
from connectors.engine.reducer import step
from connectors.engine.state import State
from connectors.errors import ArchiveFailed, TradedeskError
from connectors.model.ids import AccountId, OrderId
from connectors.model.order import FINAL
from connectors.ports.archive import Batch
from connectors.ports.clock import Clock
from connectors.worker import api
from connectors.worker.audit import Recorder
from connectors.worker.keeper import Keeper
from connectors.worker.ledger_text import lines_key, lines_text
from connectors.worker.log import logger
from connectors.worker.pause import happens_within
from connectors.worker.supervise import Supervisor
from connectors.worker.trading_kept import TRADING_KEY, write_trading

SECOND_NS = 1_000_000_000

REDUCING_WAITS_S = 0.25
"""For so long an order that only reduces waits for the archive to take its intent."""
BROKEN = "The archive cannot be written now."
SLOW = "The archive did not take it in time."

Placed = fx.Accepted | fx.Declined


class VenueCalls(Protocol):
    """What the executor asks of venues; implemented by `connectors.worker.calls.Calls`."""

    def send(self, effect: fx.Send) -> None:
        """Start a create."""
        ...

    def cancel(self, effect: fx.SendCancel) -> None:
        """Start a cancel."""
        ...

    def look_up(self, effect: fx.LookUp) -> None:
        """Start a look-up."""
        ...

    def amend(self, effect: fx.SendAmend) -> None:
        """Start a change in place."""
        ...

    def replace(self, effect: fx.SendReplace) -> None:
        """Start a cancel-and-create in one call."""
        ...

    def send_list(self, effect: fx.SendList) -> None:
        """Start the create of a list."""
        ...

    def look_up_list(self, effect: fx.LookUpList) -> None:
        """Start asking for a list."""
        ...

    def ask_fills(self, effect: fx.AskFills) -> None:
        """Start asking for fills."""
        ...


class Executor:
    """Holds the engine's state; everything that happens goes through `feed`, one input at a time, on the loop.

    Attributes:
        calls: Set once by the worker.
        on_day: Told that an account's day or its loss lock moved; set once by the worker.
    """

    calls: VenueCalls
    on_day: Callable[[fx.DayMoved], None]

    def __init__(
        self,
        clock: Clock,
        keeper: Keeper,
        supervisor: Supervisor,
        publish: Callable[[api.NumberedEvent], None],
        limits: Limits | None = None,
    ) -> None:
        self._clock = clock
        self._keeper = keeper
        self._supervisor = supervisor
        self.recorder = Recorder(clock, keeper, supervisor)
        self._publish = publish
        self._state = State(limits=limits or Limits())
        self._waiting: dict[OrderId, list[asyncio.Future[Placed]]] = defaultdict(list)
        self._moved = asyncio.Event()
        self._remembering: asyncio.Task[None] | None = None
        self.on_day = lambda _moved: None

    @property
    def state(self) -> State:
        """The engine's state, as of the newest input."""
        return self._state

    def now(self) -> Moment:
        """The moment of an input."""
        return Moment(self._clock.time_ns(), self._clock.monotonic_ns())

    def feed(self, happened: inputs.Input) -> Sequence[fx.Effect]:
        """Tell the engine what happened, and start what it wants done.

        Returns:
            The effects, for who wants to know what became of the input.
        """
        self._state, effects = step(self._state, happened)
        if isinstance(happened, inputs.PlaceFailed):
            self.recorder.unsent(happened.order_id)
        elif isinstance(happened, inputs.ReplaceEnded) and happened.new_id is not None:
            self.recorder.unsent(happened.new_id)
        for effect in effects:
            self._do(effect)
        self._moved.set()
        return effects

    async def place(self, place: inputs.Place) -> Placed:
        """Feed a new order and wait until its intent is on disk, or it is declined."""
        waiting: asyncio.Future[Placed] = asyncio.get_running_loop().create_future()
        self._waiting[place.order_id].append(waiting)
        self.feed(place)
        return await waiting

    async def change(self, ticket: OrderId, wanted: inputs.Amend | inputs.PlaceList) -> Placed:
        """Feed a change or a list and wait until it is on its way, or it is declined."""
        waiting: asyncio.Future[Placed] = asyncio.get_running_loop().create_future()
        self._waiting[ticket].append(waiting)
        self.feed(wanted)
        return await waiting

    async def remembered(self) -> None:
        """Wait until the newest trading state is on disk, or a human was told that it is not."""
        if self._remembering is not None:
            await asyncio.wait((self._remembering,))

    def warn(
        self, level: api.AlertLevel, sentence: str, account: AccountId | None = None, order_id: OrderId | None = None
    ) -> None:
        """Tell a human."""
        logger().warning("alert", level=level.value, sentence=sentence)
        self._publish(api.AlertRaised(api.Alert(self._clock.time_ns(), level, sentence, account, order_id)))

    async def tick(self) -> None:
        """Wake the engine when an order must be asked about; runs for ever."""
        while True:
            self._moved.clear()
            due = self._state.due_mono_ns()
            if due is None:
                await self._moved.wait()
                continue
            wait_ns = due - self._clock.monotonic_ns()
            if wait_ns > 0:
                await happens_within(self._moved, self._clock, wait_ns / SECOND_NS)
                continue
            self.feed(inputs.Tick(self.now()))

    def _do(self, effect: fx.Effect) -> None:
        match effect:
            case fx.Commit():
                self._commit(effect)
            case fx.Send():
                self.calls.send(effect)
            case fx.SendCancel():
                self.calls.cancel(effect)
            case fx.LookUp():
                self.calls.look_up(effect)
            case fx.SendAmend() | fx.SendReplace() | fx.SendList() | fx.LookUpList() | fx.AskFills():
                self._ask_venue(effect)
            case fx.Accepted() | fx.Declined():
                self._reply(effect)
            case fx.Warn():
                self.warn(api.AlertLevel(effect.level), effect.sentence, effect.account, effect.order_id)
            case fx.TradingNow():
                self._trading(effect)
            case fx.DayMoved():
                self.on_day(effect)
            case fx.ExternalMoved():
                logger().info("external_moved", asset=effect.asset, delta=str(effect.delta))
            case fx.LinesMoved():
                self._supervisor.spawn("remember-lines", self._keep_lines(effect))
            case _:
                self._tell(effect)

    async def _keep_lines(self, effect: fx.LinesMoved) -> None:
        key, text = lines_key(effect.account), lines_text(effect)
        try:
            await self._keeper.ask(lambda archive: archive.settings.set(key, text))
        except ArchiveFailed as problem:
            # The next move writes them all; a restart before it finds as moved what moved since the last writing.
            logger().warning("lines_not_kept", sentence=problem.sentence)

    def _tell(self, effect: fx.OrderNow | fx.FillNow | fx.PositionNow | fx.BalancesNow | fx.Withhold) -> None:
        match effect:
            case fx.Withhold():  # the request itself is held back by whoever fed that it is about to leave
                self.recorder.unsent(effect.order_id)
            case fx.OrderNow():
                if effect.order.status in FINAL:
                    self.recorder.unsent(effect.order.order_id)
                self._publish(api.OrderChanged(effect.order))
            case fx.FillNow():
                self._publish(api.FillRecorded(effect.fill))
            case fx.PositionNow():
                self._publish(api.PositionChanged(effect.position))
            case fx.BalancesNow():
                self._publish(api.BalancesChanged(effect.balances))

    def _ask_venue(self, effect: fx.SendAmend | fx.SendReplace | fx.SendList | fx.LookUpList | fx.AskFills) -> None:
        match effect:
            case fx.SendAmend():
                self.calls.amend(effect)
            case fx.SendReplace():
                self.calls.replace(effect)
            case fx.SendList():
                self.calls.send_list(effect)
            case fx.LookUpList():
                self.calls.look_up_list(effect)
            case fx.AskFills():
                self.calls.ask_fills(effect)

    def _commit(self, effect: fx.Commit) -> None:
        token = effect.token
        if token is None:
            (self._keeper.keep if effect.aside else self._keeper.commit)(effect.batch)
            return
        pending = self._state.pending.get(token)
        replaces = pending is not None and pending.replaces is not None and pending.at_once
        batch = self.recorder.with_requests(effect.batch, replaces=replaces)
        settled = False

        def done(fault: str | None) -> None:
            nonlocal settled
            if settled:
                if fault is not None:  # it left long ago, and its own record was kept aside; the rest is kept now
                    self._keeper.keep(Batch(audit=batch.audit))
                return
            settled = True
            if fault is None:
                self.feed(inputs.Committed(token, self.now()))
            else:
                if fault is not SLOW:
                    self.recorder.unwritten(batch)
                self.feed(inputs.CommitFailed(token, fault, self.now()))

        if not all(entry.order.reduce_only for entry in batch.entries):
            self._keeper.commit(batch, done)
        elif self._keeper.broken:
            # Trying it once more may take as long as a lock on the file is waited for.
            asyncio.get_running_loop().call_soon(done, BROKEN)
        else:
            self._keeper.commit(batch, done)
            asyncio.get_running_loop().call_later(REDUCING_WAITS_S, lambda: None if settled else done(SLOW))

    def _reply(self, effect: Placed) -> None:
        order_id = effect.order.order_id if isinstance(effect, fx.Accepted) else effect.order_id
        order_id = effect.ticket or order_id
        if any(pending.order.order_id == order_id for pending in self._state.pending.values()):
            return  # its intent is still being written: this was the answer to a cancel of it
        for waiting in self._waiting.pop(order_id, ()):
            if not waiting.done():
                waiting.set_result(effect)

    def _trading(self, effect: fx.TradingNow) -> None:
        self._publish(api.TradingChanged(api.TradingState(effect.trading), effect.reason, effect.since_ns))
        self._remembering = self._supervisor.spawn("remember-trading", self._remember(effect))

    async def _remember(self, effect: fx.TradingNow) -> None:
        try:
            await self._keeper.ask(lambda archive: archive.settings.set(TRADING_KEY, write_trading(effect)))
        except TradedeskError as problem:
            self.warn(
                api.AlertLevel.DANGER,
                f"{effect.trading} holds now but would not survive a restart of the worker. {problem.sentence}",
            )
