"""A book that is followed: a machine fed from a stream, with snapshots fetched for it.

The machine is handed in (`connectors.sync.book.BookMachine`), for the two rooms do not know each other.

It rebuilds itself with back-off, turns STALE by arrival (never by the venue's event time), and every half minute holds
itself against a REST snapshot at the same update id; a difference throws it away.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from decimal import Decimal

from connectors.errors import TradedeskError
from connectors.model.book import BookLevel, BookState, BookTop, BookView
from connectors.model.ids import InstrumentId
from connectors.ports.clock import Clock
from connectors.ports.venue import LiveBook
from connectors.wire.backoff import delays
from connectors.wire.machine import Check, Levels, Machine, Snapshots

_SECOND = 1_000_000_000
STALE_AFTER_S = 3
"""Without any frame on the socket for longer, the book is shown as old (REQUIREMENTS E6)."""
CHECK_EVERY_S = 30
_CHECK_PATIENCE_S = 5
_FIRST_RETRY_S = 0.25
_TICK_S = 0.5
_FIRST_DELTA_S = 1

_log = logging.getLogger(__name__)


class FollowedBook:
    """One instrument's live book (`connectors.ports.venue.LiveBook`).

    Args:
        instrument: What it is the book of.
        machine: Keeps the book by the venue's rules.
        begin_check: Copies the machine's book for a comparison.
        snapshots: Fetches a whole book.
        quiet_ns: Ns since any frame came on the socket.
        clock: Time.
        rng: Jitter of the back-off.
    """

    def __init__(
        self,
        instrument: InstrumentId,
        machine: Machine,
        begin_check: Callable[[], Check],
        snapshots: Snapshots,
        quiet_ns: Callable[[], int],
        clock: Clock,
        rng: random.Random,
    ) -> None:
        self._instrument = instrument
        self._machine = machine
        self._begin_check = begin_check
        self._snapshots = snapshots
        self._quiet_ns = quiet_ns
        self._clock = clock
        self._rng = rng
        self._listeners: list[Callable[[LiveBook], None]] = []
        self._received_ns = 0
        self._checked_ns: int | None = None
        self._attempt = 0
        self._check: Check | None = None
        self._fed = asyncio.Event()
        self._open = False
        self._opened = 0
        """How often the socket came up."""
        self._closed_ns = 0
        """When it was last lost, on the monotonic clock; what the book showed was proved until then."""
        self._lost = asyncio.Event()
        self._lost.set()
        self._told: BookState | None = None
        self._tasks: list[asyncio.Task[None]] = []

    # --- what a reader sees

    @property
    def instrument(self) -> InstrumentId:
        """What it is the book of."""
        return self._instrument

    @property
    def state(self) -> BookState:
        """How far it can be believed."""
        state = self._machine.state
        if state is BookState.LIVE and self._quiet_ns() > STALE_AFTER_S * _SECOND:
            return BookState.STALE
        if state is BookState.RESYNC and not self._open and self._unheard_ns() > STALE_AFTER_S * _SECOND:
            # Nothing is being rebuilt without a connection: what is shown grows old.
            return BookState.STALE
        return state

    @property
    def update_id(self) -> int:
        """Id of the newest applied update; 0 while LOADING."""
        return self._machine.update_id

    def top(self) -> BookTop:
        """The touch now."""
        machine = self._machine
        return BookTop(
            self._instrument, machine.update_id, _level(machine.bids.best()), _level(machine.asks.best()), self.state
        )

    def view(self, levels: int) -> BookView:
        """The ``levels`` best levels a side, best first."""
        machine = self._machine
        return BookView(
            instrument=self._instrument,
            update_id=machine.update_id,
            state=self.state,
            bids=tuple(BookLevel(Decimal(price), Decimal(size)) for price, size in machine.bids.top(levels)),
            asks=tuple(BookLevel(Decimal(price), Decimal(size)) for price, size in machine.asks.top(levels)),
            received_ns=self._received_ns,
            attempt=self._attempt,
            checked_ns=self._checked_ns,
        )

    # --- what the stream does to it

    def listen(self, listener: Callable[[LiveBook], None]) -> None:
        """Call ``listener`` after each applied update and each change of state."""
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[LiveBook], None]) -> int:
        """Stop calling it; returns how many listeners are left."""
        self._listeners.remove(listener)
        return len(self._listeners)

    def delta(
        self, first_id: int, last_id: int, bids: Levels, asks: Levels, received_ns: int, previous_id: int | None = None
    ) -> None:
        """One delta arrived."""
        machine = self._machine
        was_live, before_id = machine.state is BookState.LIVE, machine.update_id
        machine.delta(first_id, last_id, bids, asks, previous_id)
        self._fed.set()
        if not was_live:
            return
        if machine.state is not BookState.LIVE:
            _log.info("%s: the book broke after update %d; rebuilding", self._instrument, before_id)
            self._rebuild_soon()
        elif machine.update_id != before_id:
            self._received_ns = received_ns
            if self._check is not None:
                self._check.delta(first_id, last_id, bids, asks)
            self._tell()

    def opened(self) -> None:
        """The socket is up: deltas will come."""
        self._open = True
        self._opened += 1
        if self._told is BookState.STALE:
            self._tell()

    def closed(self) -> None:
        """The socket is gone: deltas are being missed."""
        if self._open:
            already_old_ns = (STALE_AFTER_S * _SECOND + 1) if self._told is BookState.STALE else 0
            self._closed_ns = self._clock.monotonic_ns() - already_old_ns
        self._open = False
        self._fed.clear()
        self._machine.distrust()
        self._rebuild_soon()

    def start(self) -> None:
        """Begin to fetch snapshots and to watch for silence."""
        self._tasks = [
            asyncio.create_task(self._keep_live(), name=f"book {self._instrument}"),
            asyncio.create_task(self._watch(), name=f"book watch {self._instrument}"),
        ]

    async def close(self) -> None:
        """Stop; may be called twice."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- inside

    def _unheard_ns(self) -> int:
        return self._clock.monotonic_ns() - self._closed_ns

    def _tell(self) -> None:
        self._told = self.state
        for listener in tuple(self._listeners):
            listener(self)

    def _rebuild_soon(self) -> None:
        self._check = None
        self._attempt = 1
        self._lost.set()
        self._tell()

    async def _keep_live(self) -> None:
        while True:
            await self._lost.wait()
            self._lost.clear()
            for attempt, wait_s in enumerate(delays(self._rng, _FIRST_RETRY_S), start=1):
                self._attempt = attempt
                await self._first_delta()
                if await self._load():
                    break
                self._tell()
                await self._wait(wait_s)

    async def _load(self) -> bool:
        """Fetch one snapshot and try it; False when another one is needed."""
        try:
            shot = await self._snapshots(check=False)
        except TradedeskError as problem:
            _log.info("%s: no snapshot: %s", self._instrument, problem.sentence)
            return False
        if not self._open:
            return False
        self._lost.clear()
        self._machine.snapshot(shot.update_id, shot.bids, shot.asks)
        if self._machine.state is not BookState.LIVE:
            return False
        self._received_ns = self._clock.time_ns()
        self._attempt = 0
        self._tell()
        return True

    async def _wait(self, wait_s: float) -> None:
        """Back off, but not beyond the socket's return: then everything is worth trying at once."""
        opened, waited_s = self._opened, 0.0
        while waited_s < wait_s and opened == self._opened:
            await self._clock.sleep(min(_TICK_S / 5, wait_s - waited_s))
            waited_s += _TICK_S / 5

    async def _first_delta(self) -> None:
        """Wait until the socket is up and the first delta is kept, or the market proves quiet: only then ask."""
        while not self._open:
            await self._clock.sleep(_TICK_S / 10)
        waited_s: float = 0
        while not self._fed.is_set() and waited_s < _FIRST_DELTA_S:
            await self._clock.sleep(_TICK_S / 10)
            waited_s += _TICK_S / 10

    async def _watch(self) -> None:
        """Tell of a state that changed by time alone, and check the book now and then."""
        # Books that came up together would all be held against their snapshots in the same moment, for good: sixty
        # requests and answers at once are a wait for whoever sends an order then.
        first_s = CHECK_EVERY_S * (1 - self._rng.random() / 2)
        due_ns = self._clock.monotonic_ns() + int(first_s * _SECOND)
        while True:
            await self._clock.sleep(_TICK_S)
            if self.state is not self._told:
                self._tell()
            if self._clock.monotonic_ns() >= due_ns:
                if self.state is BookState.LIVE:
                    await self._compare()
                due_ns = self._clock.monotonic_ns() + CHECK_EVERY_S * _SECOND

    async def _compare(self) -> None:
        """Hold the book against a snapshot at the same id."""
        check = self._check = self._begin_check()
        try:
            shot = await self._snapshots(check=True)
            opinion = check.compare(shot.update_id, shot.bids, shot.asks)
            waited_s: float = 0
            while opinion is None and waited_s < _CHECK_PATIENCE_S and self._check is check:
                await self._clock.sleep(_TICK_S / 5)
                waited_s += _TICK_S / 5
                opinion = check.compare(shot.update_id, shot.bids, shot.asks)
        except TradedeskError as problem:
            _log.info("%s: not checked: %s", self._instrument, problem.sentence)
            return
        finally:
            still_valid = self._check is check
            self._check = None
        if opinion and still_valid:
            self._checked_ns = self._clock.time_ns()
        elif opinion is False and still_valid:
            _log.warning("%s: the book differs from a snapshot at %d; rebuilding", self._instrument, shot.update_id)
            self._machine.distrust()
            self._rebuild_soon()


def _level(best: tuple[str, str] | None) -> BookLevel | None:
    return None if best is None else BookLevel(Decimal(best[0]), Decimal(best[1]))
