"""The worker's end of one client's link: commands in, replies and the three lanes out."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from functools import partial

from connectors.errors import Malformed, TradedeskError, WorkerGone
from connectors.model.secret import overwrite
from connectors.ports.clock import Clock
from connectors.turns import Turn, Turns
from connectors.worker import api
from connectors.worker.codec import Frame, Kind, decode, encode
from connectors.worker.failures import failure
from connectors.worker.lanes import PaneLane, Ring, WatchLane
from connectors.worker.log import logger
from connectors.worker.panes import Pane, Watcher
from connectors.worker.pause import happens_within
from connectors.worker.secrets import RecoveryMade
from connectors.worker.supervise import Supervisor
from connectors.worker.wires import Wire

IN_FLIGHT = 256
"""Commands of one client that may wait for their replies; above it, reading its link pauses."""

BURST = 256
"""Events of one lane sent before the others get their turn."""

LAST_WORDS_POLL_S = 0.01

_ORDERS = (api.PlaceOrder, api.PlaceList, api.AmendOrder, api.CancelOrder)

SECOND_NS = 1_000_000_000

_WOKEN_ONLY_NS = 1 << 63
"""Rests until it is woken: any pane that is due comes before."""

Answer = Callable[["Session", object], Awaitable[api.Result | RecoveryMade]]
"""Does a command, or takes the secret frame; raises what becomes a `api.Failure`."""


class Session:
    """One client. A slow one holds up nobody: its panes skip, its watches count, its numbered lane takes a picture."""

    def __init__(
        self,
        wire: Wire,
        answer: Answer,
        ring: Ring,
        picture: Callable[[], api.Picture],
        supervisor: Supervisor,
        clock: Clock,
    ) -> None:
        self.greeted = False
        self.client = ""
        self._wire = wire
        self._answer = answer
        self._ring = ring
        self._picture = picture
        self._supervisor = supervisor
        self._clock = clock
        self._replies: deque[bytes] = deque()
        self._panes: dict[int, Pane] = {}
        self._watches: dict[int, Watcher] = {}
        self._seen: int | None = None
        """Number of the newest event this client knows of; None until it attaches."""
        self._stale = False
        """Whether the picture must be sent once more."""
        self._left_out = False
        """Whether the picture was one of a covered desk or a locked vault."""
        self._wakened = asyncio.Event()
        self._rests_until_ns = 0
        """When the writer looks at the panes by itself; 0 while it is at work and will look anyway."""
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._turns = Turns.here()
        self._plain = copy_context()
        """In which commands are done that are no orders."""

    async def run(self) -> None:
        """Serve until the client leaves."""
        writing = self._supervisor.spawn("session-writer", self._write())
        # An order that has come in would wait for a whole round of the loop here, and for another to be begun.
        reading = self._turns.first()
        try:
            while await self._take():
                pass
        except Malformed as problem:
            logger().warning("client_dropped", client=self.client, sentence=problem.sentence)
        finally:
            reading.over = True
            writing.cancel()
            for number in tuple(self._panes):
                self.close_pane(number)
            for number in tuple(self._watches):
                self.close_watch(number)
            await self._wire.close()

    async def _take(self) -> bool:
        """Take one frame; says whether there was one.

        A frame may hold what somebody typed: while the link waits for the next, nothing here names the one before.
        """
        body = await self._wire.read()
        if body is None:
            return False
        await self._room.acquire()
        frame = decode(body)
        context = self._plain.copy()
        turn = context.run(self._turns.begin) if isinstance(frame.value, _ORDERS) else None
        fault, name = partial(self._fault, frame), f"command-{type(frame.value).__name__}"
        self._supervisor.spawn(name, self._do(frame, turn), fault, context=context)
        return True

    async def end(self, timeout_s: float) -> None:
        """Send the replies that wait, at most for so long, and close the link."""
        deadline_ns = self._clock.monotonic_ns() + round(timeout_s * SECOND_NS)
        while self._replies and self._clock.monotonic_ns() < deadline_ns:
            await self._clock.sleep(LAST_WORDS_POLL_S)
        await self._wire.close()

    def wake(self) -> None:
        """There is something to send."""
        self._wakened.set()

    def attach(self) -> api.Picture:
        """Begin the numbered lane: everything up to now as a picture, what follows as events."""
        picture = self._picture()
        self._seen, self._stale = picture.number, False
        self._left_out = picture.vault.state in {api.VaultState.COVERED, api.VaultState.LOCKED}
        return picture

    def show_anew(self) -> None:
        """Send a fresh picture to an attached client that was shown one with something left out."""
        if self._left_out:
            self._stale = True
            self.wake()

    def open_pane(self, number: int, pane: Pane) -> None:
        """Keep a pane; one of the same number is closed."""
        self.close_pane(number)
        self._panes[number] = pane
        pane.on_due = self._due

    def close_pane(self, number: int) -> None:
        """Forget a pane, if there is one."""
        if (pane := self._panes.pop(number, None)) is not None:
            pane.close()

    def pane_lane(self, number: int) -> PaneLane | None:
        """The lane of a pane."""
        pane = self._panes.get(number)
        return pane.lane if pane else None

    def open_watch(self, number: int, watcher: Watcher) -> None:
        """Keep a watch; one of the same number is closed."""
        self.close_watch(number)
        self._watches[number] = watcher

    def close_watch(self, number: int) -> None:
        """Forget a watch, if there is one."""
        if (watcher := self._watches.pop(number, None)) is not None:
            watcher.close()

    async def _do(self, frame: Frame, turn: Turn | None) -> None:
        try:
            result: api.Result | RecoveryMade = await self._answer(self, frame.value)
        except TradedeskError as problem:
            result = failure(problem)
        finally:
            if turn is not None:
                self._turns.end(turn)
        self._reply(frame, result)

    def _fault(self, frame: Frame, sentence: str) -> None:
        self._reply(frame, api.Failure(api.FailureKind.UNEXPECTED, sentence))

    def _reply(self, frame: Frame, result: api.Result | RecoveryMade) -> None:
        self._room.release()
        try:
            self._replies.append(encode(Kind.REPLY, frame.id, result))
        except Malformed as problem:
            self._replies.append(encode(Kind.REPLY, frame.id, failure(problem)))
        if isinstance(result, RecoveryMade):
            overwrite(result.text)
        self.wake()

    async def _write(self) -> None:
        """Send what is there: replies first, then numbered events, then what panes and watches are due."""
        try:
            while True:
                self._wakened.clear()
                if await self._write_round():
                    continue
                await self._rest()
        except WorkerGone:
            # The reader of this link finds the same and ends the session.
            return

    async def _rest(self) -> None:
        """Until something is to be sent, or the next pane is due."""
        dues = [due for pane in self._panes.values() if (due := pane.lane.due_ns) is not None]
        self._rests_until_ns = min(dues, default=_WOKEN_ONLY_NS)
        try:
            if dues:
                wait_ns = max(0, self._rests_until_ns - self._clock.monotonic_ns())
                await happens_within(self._wakened, self._clock, wait_ns / SECOND_NS)
            else:
                await self._wakened.wait()
        finally:
            self._rests_until_ns = 0

    def _due(self, lane: PaneLane) -> None:
        """A pane has something to push. Hundreds have, between two moments at which they are pushed together."""
        due_ns = lane.due_ns
        if due_ns is not None and due_ns < self._rests_until_ns:
            self.wake()

    async def _write_round(self) -> bool:
        """One turn for each lane; whether more may be waiting."""
        while self._replies:
            await self._wire.write(self._replies.popleft())
        more = await self._write_numbered()
        now_ns = self._clock.monotonic_ns()
        for pane in tuple(self._panes.values()):
            if pane.lane.wait_ns(now_ns) != 0:
                continue
            await self._turns.market()
            for event in pane.lane.pop(self._clock.monotonic_ns()):
                # To look at a deep book and to encode it are a millisecond each: an order may go between the two.
                await self._turns.market()
                await self._wire.write(encode(Kind.PUSH, 0, event))
            if self._urgent:
                return True
        for watcher in tuple(self._watches.values()):
            more = await self._write_watched(watcher.lane) or more
        return more or bool(self._replies)

    @property
    def _urgent(self) -> bool:
        """Whether a reply or a numbered event came meanwhile: they go before the next pane."""
        return bool(self._replies) or (self._seen is not None and (self._stale or self._ring.last > self._seen))

    async def _write_numbered(self) -> bool:
        if self._seen is None:
            return False
        events = self._ring.after(self._seen, BURST)
        for event in events or ():
            self._seen = event.number
            await self._wire.write(encode(Kind.PUSH, 0, event))
        # A picture is no news: what happened before it is told first, as long as it is there.
        if events is None or (self._stale and len(events) < BURST):
            await self._wire.write(encode(Kind.PUSH, 0, self.attach()))
            return True
        return len(events) == BURST

    async def _write_watched(self, lane: WatchLane) -> bool:
        for _ in range(BURST):
            item = lane.pop()
            if item is None:
                return False
            await self._wire.write(encode(Kind.PUSH, 0, item))
        return True
