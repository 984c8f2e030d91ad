"""The worker as a whole: connections, archive, engine, signers and clients, put together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from connectors.engine import inputs
from connectors.engine.bounds import Limits
from connectors.errors import Unavailable
from connectors.market.kept_candles import CandleMemory
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId
from connectors.model.vault import VaultState
from connectors.ports.archive import Archive
from connectors.ports.candles import CandleStore
from connectors.ports.clock import Clock
from connectors.ports.vault import VaultSource
from connectors.ports.venue import Account, ConnectorFactory
from connectors.ports.venue import Trading as OrderCalls
from connectors.worker import api
from connectors.worker.audit import recorded
from connectors.worker.beginning import FILLS_KEPT, read_past, with_unwritten
from connectors.worker.calls import Calls
from connectors.worker.copies import Copies
from connectors.worker.dispatch import answer
from connectors.worker.executor import Executor
from connectors.worker.house import House, Share
from connectors.worker.keeper import Keeper
from connectors.worker.keys.desk import KeyDesk
from connectors.worker.lanes import Ring
from connectors.worker.log import logger
from connectors.worker.panic import Panic
from connectors.worker.parting import Partings
from connectors.worker.picture import Pictured, locked_away, picture
from connectors.worker.rescue import Rescue
from connectors.worker.risk.keeping import RiskKeeper
from connectors.worker.roster import Roster
from connectors.worker.secrets import RecoveryMade
from connectors.worker.session import Session
from connectors.worker.signers import Signers
from connectors.worker.supervise import Supervisor
from connectors.worker.waking import Waking
from connectors.worker.wires import Wire

ALERTS_KEPT = 50

IN_FLIGHT_S = 5.0
"""How long requests under way may take once the worker is asked to stop; what has no answer by then is UNKNOWN."""

LAST_WORDS_S = 1.0
"""How long a client may take to read its last reply."""


class Worker:
    """Everything the background process does. All of it runs on one loop; the archive has a thread of its own.

    Args:
        clock: Source of time.
        make_connector: Makes a connector for a registration.
        share: Wraps market data so that subscriptions are shared and counted.
        rescue: File for what the archive cannot take.
        limits: What the desk refuses by itself.
        vault: Where the keys at rest come from; None: none are kept.
        candles: Opens the candle file; None: candles are always fetched.
    """

    def __init__(
        self,
        clock: Clock,
        make_connector: ConnectorFactory,
        share: Share,
        rescue: Path,
        limits: Limits | None = None,
        vault: VaultSource | None = None,
        candles: Callable[[], CandleStore] | None = None,
    ) -> None:
        self.clock = clock
        self.started_ns = clock.time_ns()
        self.supervisor = Supervisor()
        self.keeper = Keeper(clock, self.supervisor, Rescue(rescue))
        self.executor = Executor(clock, self.keeper, self.supervisor, self.publish, limits)
        self.fills: deque[RecordedFill] = deque(maxlen=FILLS_KEPT)
        """Newest last."""
        self.stopping = asyncio.Event()
        self._hurried = False
        make = recorded(make_connector, self.executor.recorder)
        self._candles = None if candles is None else CandleMemory(candles, clock)
        on_status = self._status_changed
        house = House(clock, self.keeper, self.executor, self.supervisor, make, share, on_status, self._candles)
        self.house = house
        self.signers = Signers()
        self.roster = Roster(house, self.signers, self.publish)
        self.risk = RiskKeeper(house, self.roster, self.publish)
        self.calls = Calls(self.executor, self.keeper, self.supervisor, self._order_calls, self._account_calls)
        self.executor.calls = self.calls
        self._ring = Ring()
        self.copies = Copies(self.keeper, self.executor, self.supervisor)
        self.keys = KeyDesk(house, self.roster, self.signers, self.publish, self._settle, vault)
        self.executor.recorder.ask_vault = self.keys.room.ask
        self.waking = Waking(house, self.roster)
        self.keys.on_slept = self.waking.slept
        self.calls.awake = self.waking.awake
        self.calls.forbidden = lambda: "the desk was covered" if self.keys.state is VaultState.COVERED else ""
        self.partings = Partings(self.keeper, self.executor)
        self.panic = Panic(house, self.roster, lambda: self.keys.state is VaultState.COVERED, self.publish)
        self._alerts: deque[api.Alert] = deque(maxlen=ALERTS_KEPT)
        self._sessions: set[Session] = set()
        self.supervisor.on_fault = lambda sentence: self.executor.warn(api.AlertLevel.DANGER, sentence)
        self.keeper.on_broken = self._archive_changed

    async def start(self, open_archive: Callable[[], Archive]) -> None:
        """Open the archive and replay it; nothing is connected yet.

        Raises:
            TradedeskError: The archive cannot be opened or read.
        """
        await self.keeper.open(open_archive)
        if self.keeper.refused:
            self.executor.warn(api.AlertLevel.DANGER, self.keeper.refused)
        unwritten = self.keeper.unwritten
        past = await self.keeper.ask(read_past)
        if unwritten:
            past = with_unwritten(past, unwritten)
        self.fills.extend(reversed(past.newest))
        self.executor.feed(past.started(self.executor.now()))
        self.supervisor.spawn("audit", self.executor.recorder.run())
        await self.keys.start()
        await self.roster.load()
        await self.risk.load()
        await self.panic.load()
        await self.partings.load()
        await self.copies.start()
        self.keys.begin()
        self.supervisor.spawn("engine-clock", self.executor.tick())
        self.supervisor.spawn("marks", self.risk.watch.run())
        logger().info("started", orders=len(past.orders), fills=len(past.fills), trading=past.trading.trading.value)

    @property
    def must_live(self) -> bool:
        """Whether the worker lives on without a client."""
        return self.roster.holds_real_account or self.panic.running

    def ask_to_stop(self) -> None:
        """Finish what is in flight and end; asked again, end without waiting for answers."""
        if self.stopping.is_set():
            self._hurried = True
        self.stopping.set()

    def require_still(self, command: object, account: AccountId, naps: int) -> None:
        """See that what has waited for its connection may still be sent: nobody covered the desk, slept or closed.

        Args:
            command: What waited.
            account: Where it goes.
            naps: `Waking.naps` when it came.

        Raises:
            VaultLocked: The desk was covered meanwhile.
            Unavailable: The machine slept, or the worker is closing.
        """
        self.keys.require_uncovered(command)
        self.waking.require_awake(account, naps)
        self.require_serving()

    def require_serving(self) -> None:
        """See that new orders are still taken.

        Raises:
            Unavailable: The worker is closing.
        """
        if self.stopping.is_set():
            raise Unavailable("The connector worker is closing: no new orders. Nothing was sent. Place it again.")

    async def serve(self, wire: Wire) -> None:
        """Serve one client until it leaves."""
        session = Session(wire, self._answer, self._ring, self.picture, self.supervisor, self.clock)
        self._sessions.add(session)
        try:
            await session.run()
        finally:
            self._sessions.discard(session)
            self.keys.left(session)
            if not self.stopping.is_set():
                self.partings.left(session, self._sessions)

    async def _answer(self, session: Session, command: object) -> api.Result | RecoveryMade:
        return await self.executor.recorder.noted(command, answer(self, session, command))

    def picture(self) -> api.Picture:
        """Everything a client needs that comes now."""
        connections, statuses = self.roster.pictured()
        number, now_ns, vault = self._ring.last, self.clock.time_ns(), self.keys.room.facts
        shown = picture(
            self.executor.state,
            Pictured(number, now_ns, connections, statuses, tuple(self.fills), tuple(self._alerts), vault),
        )
        hidden = locked_away(vault, connections)
        risk = () if vault.state is VaultState.COVERED else self.risk.all()
        return replace(shown, panic=self.panic.report(), risk=tuple(one for one in risk if one.account not in hidden))

    def publish(self, event: api.NumberedEvent) -> None:
        """Give a numbered event to everyone who is attached."""
        self.keys.look()
        self.executor.recorder.heard(event)
        if isinstance(event, api.FillRecorded):
            self.fills.append(event.fill)
        elif isinstance(event, api.AlertRaised):
            self._alerts.append(event.alert)
        elif isinstance(event, api.VaultChanged) and event.vault.state is api.VaultState.OPEN:
            # Who attached while the desk was covered or the vault locked was not shown every position and balance.
            for session in self._sessions:
                session.show_anew()
        self._ring.append(event)
        self.panic.moved(event)
        for session in self._sessions:
            session.wake()

    async def stop(self) -> None:
        """Let requests in flight finish or become UNKNOWN, flush the archive, close everything. May be called twice."""
        self.stopping.set()
        await self._settle()
        await self.panic.stop()
        await self.waking.stop()
        now = self.executor.now()
        for live in self.roster.all():
            self.executor.feed(inputs.AccountDown(live.connection.account, now))
        await self.executor.remembered()
        await self.roster.close()
        for session in tuple(self._sessions):
            await session.end(LAST_WORDS_S)
        # A write that is cancelled half-way may never be done.
        self.executor.recorder.flush()
        await self.keeper.flush()
        await self.supervisor.stop()
        await self.executor.recorder.settle()
        await self.keys.close()
        await self.keeper.close()
        if self._candles is not None:
            await self._candles.close()
        logger().info("stopped", unwritten=self.keeper.waiting)

    async def _settle(self) -> None:
        deadline_ns = self.clock.monotonic_ns() + int(IN_FLIGHT_S) * 1_000_000_000
        while not self._hurried and self.clock.monotonic_ns() < deadline_ns:
            if not self.calls.in_flight and not (self.panic.running and self.stopping.is_set()):
                return
            await self.clock.sleep(0.02)

    def _status_changed(self, account: AccountId) -> None:
        self.keys.holder.status_changed(account)
        self.roster.told(account)
        live = self.roster.find(account)
        if live is not None and live.status().trading:
            self.copies.reconciled(account)

    def _archive_changed(self, sentence: str | None) -> None:
        if sentence is None:
            text = "The archive works again; what was kept in memory is written."
            self.executor.warn(api.AlertLevel.INFO, text)
            return
        text = f"The archive cannot be written: new orders are refused, cancels are sent all the same. {sentence}"
        self.executor.warn(api.AlertLevel.DANGER, text)

    def _order_calls(self, account: AccountId) -> OrderCalls | None:
        self.keys.look()
        live = self.roster.find(account)
        return live.trading if live and not self.waking.is_stale(account) else None

    def _account_calls(self, account: AccountId) -> Account | None:
        live = self.roster.find(account)
        return live.account if live else None
