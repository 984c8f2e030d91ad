"""The link's life as the desk lives it: join the worker, attach, keep panes open, notice loss, join again.

The session starts after the first paint and never raises into the screen: what goes wrong becomes a state with a
sentence.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from connectors.errors import TradedeskError, WorkerGone
from connectors.ports.clock import Clock
from connectors.worker import api
from connectors.worker.secrets import RecoveryMade, SecretFrame, wipe
from tui.backstage import Backstage, Link, Push
from tui.condition import Condition, NotThere, Phase
from tui.messages.failure import sentence_of
from tui.store import HoleInNumbers, Store

__all__ = ["Condition", "Pane", "Phase", "Session"]

RESTARTS, RESTART_PAUSE_S = 5, 2.0
"""How often, and how far apart, the embedded exchange is started again at one press of the key."""
PING_S = 1.0
SILENT_S = 3.0
"""A worker that answers nothing for so long is not to be believed."""
NOT_THERE = "The connector worker is not there yet."


@dataclass(frozen=True, slots=True)
class Pane:
    """An open pane: what was asked, and who gets what it brings."""

    command: api.OpenPane
    sink: Callable[[api.PaneEvent], None]


class Session:
    """Owns the link.

    Args:
        backstage: Starts and joins processes.
        store: Written with what the worker says.
        clock: Time.

    Attributes:
        on_event: Called for each numbered event after the store took it.
        on_picture: Called when the whole picture is new.
        on_condition: Called when `condition` changed.
    """

    def __init__(self, backstage: Backstage, store: Store, clock: Clock) -> None:
        self.condition = Condition()
        self.on_event: Callable[[api.NumberedEvent], None] = lambda _event: None
        self.on_picture: Callable[[], None] = lambda: None
        self.on_condition: Callable[[Condition], None] = lambda _condition: None
        self._backstage = backstage
        self._store = store
        self._clock = clock
        self._link: Link | None = None
        self._panes: dict[int, Pane] = {}
        self._numbers = itertools.count(1)
        self._attaching = False
        self._held: list[api.Numbered] = []
        self._restart = asyncio.Event()
        self._reattach = asyncio.Event()

    # --- life -------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Live until cancelled: join, serve, notice the end, wait for a restart, again."""
        while True:
            self._restart.clear()
            try:
                await self._join()
                await self._serve()
            except TradedeskError as problem:
                self._become(replace(self.condition, phase=Phase.GONE, sentence=problem.sentence))
            await self._leave()
            await self._restart.wait()

    def restart(self) -> None:
        """Join the worker again, or start the embedded exchange again; whichever is gone."""
        self._restart.set()

    async def close(self) -> None:
        """Leave the worker and end what the desk started."""
        await self._leave()
        await self._backstage.close()

    async def _leave(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.on_event = None
            await link.close()

    async def _join(self) -> None:
        self._become(Condition(Phase.STARTING))
        link = await self._backstage.connect()
        self._attaching = True
        link.on_event = self._take
        self._link = link
        trouble = await self._exchange_trouble(link)
        await self._attach()
        self._become(Condition(Phase.JOINED, exchange_gone=trouble))

    async def _exchange_trouble(self, link: Link) -> str:
        """Start the embedded exchange where one is wanted; why that failed, empty when it did not.

        The worker is of use without it: its other connections go on.
        """
        try:
            await self._backstage.start_exchange(link)
        except WorkerGone:
            raise
        except TradedeskError as problem:
            return problem.sentence
        return ""

    async def _attach(self) -> None:
        """Ask for the whole picture and for every pane anew. Events that overtake the picture are held back."""
        self._attaching = True
        self._reattach.clear()
        result = await self._require(api.Attach())
        if not isinstance(result, api.Picture):
            raise WorkerGone(sentence_of(result), operation="attach")
        self._begin(result)
        for pane in self._panes.values():
            await self._require(pane.command)

    def _begin(self, picture: api.Picture) -> None:
        self._store.take(picture)
        self._attaching = False
        held, self._held = self._held, []
        self.on_picture()
        for numbered in held:
            self._number(numbered)

    async def _serve(self) -> None:
        """Until the link is gone. The exchange's death and a hole in the numbers are mended on the way."""
        link = self._link
        if link is None:
            return
        watchers: list[Callable[[], Awaitable[None]]] = [self._ping, self._mend_holes, self._watch_exchange]
        tasks = [asyncio.ensure_future(link.closed())]
        tasks += [asyncio.ensure_future(watcher()) for watcher in watchers]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        raise WorkerGone("The connector worker stopped.", operation="link")

    async def _ping(self) -> None:
        """A worker that hangs leaves its socket open: only a missing answer shows it."""
        while True:
            await self._clock.sleep(PING_S)
            asked = asyncio.ensure_future(self._require(api.ListConnections()))
            late = asyncio.ensure_future(self._clock.sleep(SILENT_S))
            try:
                await asyncio.wait({asked, late}, return_when=asyncio.FIRST_COMPLETED)
                if not asked.done():
                    silent = "The connector worker does not answer. Orders at the venues are untouched."
                    self._become(replace(self.condition, phase=Phase.SILENT, sentence=silent))
                await asked
            finally:
                late.cancel()
                asked.cancel()
            if self.condition.phase is Phase.SILENT:
                self._become(replace(self.condition, phase=Phase.JOINED, sentence=""))

    async def _mend_holes(self) -> None:
        while True:
            await self._reattach.wait()
            await self._attach()

    async def _watch_exchange(self) -> None:
        while True:
            if not self.condition.exchange_gone:
                self._become(replace(self.condition, exchange_gone=await self._backstage.exchange_gone()))
            self._restart.clear()
            await self._restart.wait()
            # The press is used up: it must not also join a new worker when this one is lost one day.
            self._restart.clear()
            await self._begin_exchange()

    async def _begin_exchange(self) -> None:
        """Start it again. The worker may still believe in the one that died: then it is asked again for a while."""
        for _ in range(RESTARTS):
            if self._link is None:
                return
            trouble = await self._exchange_trouble(self._link)
            self._become(replace(self.condition, exchange_gone=trouble))
            if not trouble:
                self._reattach.set()
                return
            await self._clock.sleep(RESTART_PAUSE_S)

    def _become(self, condition: Condition) -> None:
        if condition != self.condition:
            self.condition = condition
            self.on_condition(condition)

    async def ask(self, command: api.Command) -> api.Result:
        """Send a command; an UNKNOWN failure where the link died before the answer, since it may have been done."""
        return await self.answer(self._require(command))

    async def hand(self, frame: SecretFrame) -> api.Result | RecoveryMade:
        """Hand the worker what was typed; the frame's buffers are overwritten whatever comes of it.

        Returns:
            What the frame's docstring names, or `api.Failure` with the sentence for the user.
        """
        link = self._link
        try:
            if link is None:
                return api.Failure(api.FailureKind.UNAVAILABLE, f"{NOT_THERE} Nothing was sent.")
            return await link.hand(frame)
        except WorkerGone as problem:
            return api.Failure(api.FailureKind.UNKNOWN, f"{problem.sentence} What was asked may have been done.")
        finally:
            wipe(frame)

    def begin(self, command: api.Command) -> Awaitable[api.Result]:
        """Send a command now, before anything else the desk has to do; `answer` waits for its result."""
        return self._require(command) if self._link is None else self._link.begin(command)

    async def answer(self, reply: Awaitable[api.Result]) -> api.Result:
        """The result of what was begun; a link that dies meanwhile is a result too, see `ask`."""
        try:
            return await reply
        except NotThere as problem:
            return api.Failure(api.FailureKind.UNAVAILABLE, problem.sentence)
        except WorkerGone as problem:
            return api.Failure(api.FailureKind.UNKNOWN, f"{problem.sentence} What was asked may have been done.")

    async def _require(self, command: api.Command) -> api.Result:
        if self._link is None:
            raise NotThere(f"{NOT_THERE} Nothing was sent.", operation="link")
        return await self._link.request(command)

    @property
    def joined(self) -> bool:
        """Whether the worker answers."""
        return self.condition.phase is Phase.JOINED

    def plan_pane(self, command: api.OpenPane, sink: Callable[[api.PaneEvent], None]) -> int:
        """Register a pane; it is opened now by `open_planned`, and again after every attach.

        Args:
            command: What to follow; its number is chosen here.
            sink: Gets what the pane brings.

        Returns:
            The pane's number.
        """
        number = next(self._numbers)
        self._panes[number] = Pane(replace(command, pane=number), sink)
        return number

    async def open_planned(self, number: int) -> api.Result:
        """Open a registered pane."""
        pane = self._panes.get(number)
        return api.Done() if pane is None else await self.ask(pane.command)

    async def close_pane(self, number: int) -> None:
        """Stop following."""
        if self._panes.pop(number, None) is not None and self._link is not None:
            await self.ask(api.ClosePane(number))

    def _take(self, push: Push) -> None:
        if isinstance(push, api.Numbered):
            if self._attaching:
                self._held.append(push)
            else:
                self._number(push)
        elif isinstance(push, api.Picture):
            self._begin(push)
        elif not isinstance(push, api.WatchPushed):
            pane = self._panes.get(push.pane)
            if pane is not None:
                pane.sink(push)

    def _number(self, numbered: api.Numbered) -> None:
        try:
            event = self._store.apply(numbered)
        except HoleInNumbers:
            self._attaching = True
            self._reattach.set()
            return
        if event is not None:
            self.on_event(event)
