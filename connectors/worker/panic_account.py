"""One account's panic: cancel, close where its policy says so, ask the venue again, until the venue itself agrees.

Every decision is made anew from the engine's state (`connectors.engine.panicking`); all that leaves goes through the
engine, so a close is sent at most once and what has no answer is looked up. Nothing here waits for the archive.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

from connectors.engine import inputs
from connectors.engine.inputs import Trading
from connectors.engine.panicking import Marked, marked
from connectors.errors import Refused, TradedeskError, Unavailable, VaultLocked
from connectors.model.ids import OrderId
from connectors.model.order import Order, OrderStatus
from connectors.ports.venue import Trading as OrderCalls
from connectors.wire.proof import listening
from connectors.worker.api.panic import AccountPanic, PanicStep, StepState
from connectors.worker.house import House
from connectors.worker.live import Live
from connectors.worker.panic_canceling import Cancels, first_few
from connectors.worker.panic_closing import ASK_S, Closings
from connectors.worker.panic_steps import Steps
from connectors.worker.pause import happens_within

SECOND_NS = 1_000_000_000

PATIENCE_S = 3.0
"""How long one look waits for answers before it says what is missing, and goes on with what does not depend on it."""

BACKOFF_S = (0.25, 0.5, 1.0, 2.0, 5.0)
"""Waits before what is left is tried again; the last one repeats. The venue's own limits come on top."""

EMBEDDED_TRIES = 8
"""An embedded exchange that cannot be asked so often is gone, and its orders with it."""


class AccountRun:
    """The panic of one account.

    Args:
        find: Finds the account's connection; raises what a client would be told.
        house: The worker's parts.
        steps: What is reported of it.
        flatten: Whether positions of the desk's own ledger are closed.
        why_kept: Why they are not, if so.
        told: Called when the report changed.

    Attributes:
        external: Whether orders of other tools go too.
        ended: Whether the venue agreed, or nothing more can be done from here.
    """

    def __init__(
        self,
        find: Callable[[], Live],
        house: House,
        steps: Steps,
        *,
        flatten: bool,
        why_kept: str,
        told: Callable[[], None],
    ) -> None:
        self.steps = steps
        self.external = False
        self.ended = False
        self._find = find
        self._clock = house.clock
        self._executor = house.executor
        self._flatten = flatten
        self._why_kept = why_kept
        self._told = told
        self._moved = asyncio.Event()
        self._hurried = False
        self._closings = Closings(steps.account, find, house.executor)
        self._cancels = Cancels(steps.account, find, house.executor, self._marked)

    # --- for whoever started it

    def moved(self) -> None:
        """Something happened to an order, a fill or a connection."""
        self._moved.set()

    def hurry(self) -> None:
        """Try what is left now."""
        self._hurried = True
        self._moved.set()

    def report(self) -> AccountPanic:
        """How far it is."""
        positions = self._executor.state.positions
        held = {key[1]: position.quantity for key, position in positions.items() if key[0] == self.steps.account}
        left = [order.order_id for order in self._left()]
        return self.steps.report(left, {name: quantity for name, quantity in held.items() if quantity})

    async def run(self) -> None:
        """Do it; returns once the venue agrees, or nothing more can be done from here."""
        tries = 0
        while not self.ended:
            before = self._ids()
            try:
                await self._look()
            except TradedeskError as problem:
                self._trouble(problem, tries)
            except TimeoutError:
                self._trouble(Unavailable(f"{self.steps.label} did not answer in {ASK_S:.0f} s."), tries)
            tries = 0 if self._ids() < before else tries + 1
            self._told()
            if not self.ended:
                await self._pause(BACKOFF_S[min(tries, len(BACKOFF_S)) - 1])

    # --- one look at everything

    async def _look(self) -> None:
        """Take every step as far as it goes now.

        Raises:
            TradedeskError: The venue could not be asked.
            TimeoutError: It did not answer.
        """
        if self._executor.state.trading is not Trading.HALTED:
            self._end("Stopped, because trading was resumed.")
            return
        trading = await self._trading()
        self.steps.sentence = ""
        if not await self._cancel(trading, PanicStep.ENTRIES) and not self._flatten:
            return
        if await self._close() and await self._cancel(trading, PanicStep.STOPS) and not self._left():
            await self._ask_again(trading)

    async def _trading(self) -> OrderCalls:
        """The way to the venue, connecting first where it has never been used."""
        live = self._find()
        if live.trading is None or live.follower is None:
            # Nobody listens here: what the connection asks by itself from now on is no part of the proof.
            async with asyncio.timeout(ASK_S):
                await live.market()
        trading = live.trading
        if trading is None:
            raise Unavailable(f"{self.steps.label} is not connected.")
        return trading

    async def _cancel(self, trading: OrderCalls, step: PanicStep) -> bool:
        """Cancel a step's orders; whether none of them is left."""
        cancels = self._cancels
        if cancels.wanted(step):
            cancels.begin(step)
            self._restate(step)
            with self._heard_as(step):
                await cancels.send(trading, step, all_at_once=self.external)
            await self._until(lambda: cancels.quiet(step), PATIENCE_S)
        self._restate(step)
        return not cancels.wanted(step)

    async def _close(self) -> bool:
        """Close what may be closed; whether there is nothing more to do about positions."""
        steps, step, closings = self.steps, PanicStep.POSITIONS, self._closings
        if not self._flatten:
            steps.note(step, StepState.SKIPPED, sentence=self._why_kept)
            return True
        with self._heard_as(step):
            await closings.send()
        await self._until(lambda: not closings.under_way(), PATIENCE_S)
        closings.judge()
        over = not (closings.under_way() or closings.wanted() or self._cancels.wanted(PanicStep.ENTRIES))
        sent = closings.orders()
        state = StepState.DONE if over else StepState.RETRYING
        if not sent and not closings.stays:
            state = StepState.SKIPPED if over else StepState.WAITING
        done = sum(1 for order in sent if order.status is OrderStatus.FILLED)
        now_ns = self._clock.time_ns()
        steps.note(step, state, done=done, of=len(sent), time_ns=now_ns, sentence=closings.words())
        return over

    async def _ask_again(self, trading: OrderCalls) -> None:
        """Ask the venue which orders are open, and believe nothing but that."""
        steps, step = self.steps, PanicStep.ASKED
        steps.note(step, StepState.RUNNING, sentence="")
        self._told()
        with self._heard_as(step):
            async with asyncio.timeout(ASK_S):
                reports = await trading.open_orders()
        for report in reports:
            self._executor.feed(inputs.Reported(steps.account, report, self._executor.now()))
        others = {(order.instrument, order.venue_order_id) for order in self._marked().external}
        listed = [report for report in reports if (report.instrument, report.venue_order_id) not in others]
        if listed or self._left():
            names = first_few(str(report.venue_order_id) for report in listed)
            steps.note(step, StepState.RETRYING, sentence=f"the venue still lists {names}" if names else "not yet")
            return
        now_ns = self._clock.time_ns()
        steps.note(step, StepState.DONE, done=1, of=1, time_ns=now_ns, sentence="0 orders")
        steps.proved_ns = now_ns
        # The stream may tell of an order's end before its cancel's own answer is read, which is part of the proof.
        await self._until(self._cancels.answered, PATIENCE_S)
        self._end(f"{len(others)} of other tools stay." if others else "")

    # --- what it knows

    def _marked(self) -> Marked:
        return marked(
            self._executor.state,
            self.steps.account,
            external=self.external,
            flatten=self._flatten,
            closing=self._closings.ids,
        )

    def _left(self) -> list[Order]:
        found = self._marked()
        return [*found.first, *found.then, *self._closings.under_way()]

    def _ids(self) -> set[OrderId]:
        return {order.order_id for order in self._left()}

    # --- what it tells

    def _restate(self, step: PanicStep) -> None:
        left, now_ns = self._cancels.wanted(step), self._clock.time_ns()
        of = self._cancels.count(step)
        if left:
            state = StepState.RETRYING if self._cancels.again(step) else StepState.RUNNING
            missing = self._cancels.missing(step, left)
            self.steps.note(step, state, done=of - len(left), of=of, time_ns=None, sentence=missing)
        else:
            state = StepState.DONE if of else StepState.SKIPPED
            self.steps.note(step, state, done=of, of=of, time_ns=now_ns if of else None, sentence="")
        self._told()

    def _heard_as(self, step: PanicStep) -> AbstractContextManager[None]:
        """Answers to what is asked within belong to a step, however late they come."""
        return listening(lambda answered: self.steps.heard(step, answered, self._clock.time_ns()))

    def _trouble(self, problem: TradedeskError, tries: int) -> None:
        """Say what is in the way; end where trying again cannot help."""
        self.steps.sentence = problem.sentence
        if isinstance(problem, VaultLocked | Refused):
            self._end(problem.sentence)
            return
        live = self._try_find()
        if live is not None and live.connection.embedded and tries >= EMBEDDED_TRIES:
            self._end(f"The exchange of {self.steps.label} is gone, and its orders with it.")

    def _try_find(self) -> Live | None:
        try:
            return self._find()
        except TradedeskError:
            return None

    def _end(self, sentence: str) -> None:
        self.steps.sentence = sentence
        self.ended = True

    # --- waiting

    async def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until something is true, at most so long; what happens meanwhile is told."""
        deadline_ns = self._clock.monotonic_ns() + int(seconds * SECOND_NS)
        while not condition():
            self._moved.clear()
            wait_ns = deadline_ns - self._clock.monotonic_ns()
            if wait_ns <= 0:
                return
            await happens_within(self._moved, self._clock, wait_ns / SECOND_NS)
            self._told()

    async def _pause(self, seconds: float) -> None:
        """Wait before what is left is tried again; shorter when something of it is gone, or somebody asks."""
        before = self._ids()
        await self._until(lambda: self._hurried or self._ids() != before, seconds)
        self._hurried = False
