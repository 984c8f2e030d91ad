"""An account followed: its stream fed to the engine, its state reconciled when the stream comes up and at intervals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import assert_never

from connectors.engine import inputs
from connectors.errors import ArchiveFailed, TradedeskError, Unavailable
from connectors.model.connection import Connection
from connectors.model.fill import RecordedFill
from connectors.model.ids import Epoch
from connectors.model.order import OrderReport
from connectors.model.order_list import OrderListReport
from connectors.ports.venue import (
    Account,
    AccountEvent,
    AccountStreamDown,
    AccountStreamUp,
    BalanceUpdate,
    Connector,
    EpochBegun,
    ExternalFlow,
    MarketData,
    Subscription,
    Trading,
)
from connectors.worker.api import AccountReconciled
from connectors.worker.clocks import has_our_clock, tell_clock
from connectors.worker.comparing import compared
from connectors.worker.house import House
from connectors.worker.ledgers import bring_ledger
from connectors.worker.lives import remember_life
from connectors.worker.log import logger
from connectors.worker.pause import happens_within
from connectors.worker.recall import fills_of, recall
from connectors.worker.reconciling import Reason, reason_of, take_snapshot

RECONCILE_EVERY_S = 60.0
"""The account stream has no replay and no numbers: whatever it lost is found at the latest after so long."""

READY_S = 10.0
"""How long a command waits for an account that is connecting for the first time."""

_BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

_Told = OrderReport | OrderListReport | BalanceUpdate | ExternalFlow | AccountStreamUp | AccountStreamDown
"""What is fed in its turn; only the beginning of a life has to wait for the archive."""


class AccountFollower:
    """One account's stream, epoch and reconciliation."""

    def __init__(
        self, connection: Connection, connector: Connector, market: MarketData, house: House, tell: Callable[[], None]
    ) -> None:
        if connector.account is None or connector.trading is None:
            raise ValueError("a keyless connection has no account to follow")
        self._connection = connection
        self._connector = connector
        self._account: Account = connector.account
        self._trading: Trading = connector.trading
        self._market = market
        self._house = house
        self._tell = tell
        self._subscription: Subscription | None = None
        self._up = False
        self._opened = asyncio.Event()  # whether the engine is in the life that `epoch` names
        self._reconciled = asyncio.Event()
        self._settled = asyncio.Event()  # set once the first comparison is over; never cleared
        self._wanted = asyncio.Event()
        self._running: asyncio.Task[AccountReconciled] | None = None
        self._asks_everything = True
        self.first: AccountReconciled | None = None  # what the first comparison found
        self._tasks: list[asyncio.Task[None]] = []
        self._events: asyncio.Queue[AccountEvent] = asyncio.Queue()
        self.epoch = Epoch("")

    @property
    def ready(self) -> bool:
        """Whether orders can be sent: stream subscribed and reconciled."""
        return self._up and self._reconciled.is_set()

    async def open(self) -> None:
        """Learn the epoch and the instruments, then follow the account.

        Raises:
            TradedeskError: The venue cannot be asked.
        """
        house, account = self._house, self._connection.account
        self.epoch = await self._connector.epoch()
        previous = await house.keeper.ask(lambda archive: archive.connections.epoch(account))
        fills = () if previous in {None, self.epoch} else await fills_of(house.keeper, account, self.epoch)
        instruments = await self._market.instruments()
        feed, now = house.executor.feed, house.executor.now
        assets = {instrument.id: (instrument.base, instrument.quote) for instrument in instruments}
        feed(inputs.AssetsKnown(assets, now()))
        self._enter(previous, fills)
        await bring_ledger(house.executor, house.keeper, account, self.epoch)
        if previous != self.epoch:
            # Last: killed before, the next worker begins the same life once more, from what is on disk by then.
            await remember_life(self._connection, self.epoch, house.keeper)
        self._opened.set()
        spawn, label = house.supervisor.spawn, self._connection.label
        self._tasks = [
            spawn(f"account-{label}", self._take_events()),
            spawn(f"reconcile-{label}", self._keep_reconciling()),
        ]
        self._subscription = await self._account.watch_account(self._hear)
        # A wipe that was noticed before anybody listened is told by the connector's status alone.
        known = self._connector.status().epoch
        if known and known != self.epoch:
            self._hear(EpochBegun(Epoch(known), house.clock.time_ns()))

    def _enter(self, previous: Epoch | None, fills: Sequence[RecordedFill]) -> None:
        """Tell the engine in which of the venue's lives the account is."""
        account, label = self._connection.account, self._connection.label
        conclusive_ms = self._connector.capabilities.conclusive_after_ms
        executor = self._house.executor
        executor.feed(
            inputs.AccountOpened(
                account,
                label,
                self.epoch,
                previous,
                conclusive_ms,
                executor.now(),
                fills,
                venue=self._connection.venue,
            )
        )
        tell_clock(executor, self._connector.status())

    async def close(self) -> None:
        """Stop following."""
        self._down()
        for task in (*self._tasks, self._running):
            if task is not None:
                task.cancel()
        if self._subscription is not None:
            await self._subscription.close()

    async def wait_ready(self) -> None:
        """Wait for the first reconciliation; afterwards only say how it stands.

        Raises:
            Unavailable: The account is not up.
        """
        if not self._settled.is_set():
            try:
                await asyncio.wait_for(self._settled.wait(), READY_S)
            except TimeoutError:
                logger().warning("account_not_ready", label=self._connection.label)
        if not self.ready:
            label = self._connection.label
            raise Unavailable(
                f"{label} cannot take orders now: its account is not up or not reconciled. Cancels are still tried."
            )

    async def reconcile(self, *, everything: bool = False) -> AccountReconciled:
        """Ask for orders, fills and balances now; whoever comes meanwhile waits for the same answer.

        Args:
            everything: Ask for the fills of every instrument the archive knows of, though nothing seems to have moved.

        Raises:
            TradedeskError: The venue could not be asked.
        """
        if everything and self._running is not None and not self._running.done() and not self._asks_everything:
            # What runs asks for less than is wanted: its answer is not waited for by whoever wants to know.
            await asyncio.wait((self._running,))
        if self._running is None or self._running.done():
            reason = reason_of(settled=self._settled.is_set(), reconciled=self._reconciled.is_set(), asked=everything)
            self._asks_everything = reason is not Reason.ROUTINE
            self._running = asyncio.create_task(self._reconcile(reason), name=f"snapshot-{self._connection.label}")
        return await asyncio.shield(self._running)

    async def _reconcile(self, reason: Reason) -> AccountReconciled:
        await self._opened.wait()
        epoch, label, house, executor = self.epoch, self._connection.label, self._house, self._house.executor
        connection, same = self._connection, has_our_clock(self._connector.status())
        taken = await take_snapshot(connection, self._trading, self._account, epoch, house, reason, same_clock=same)
        if epoch != self.epoch:
            # Its answers may come from two lives, in which one id means two orders.
            raise Unavailable(f"{label} began a new life at the venue while it was asked. Ask again.")
        tell_clock(executor, self._connector.status())
        before = executor.state.orders
        effects = executor.feed(taken.snapshot)
        found = compared(label, taken.snapshot, taken.instruments, before, effects, executor.state.orders)
        if self._up and not self._reconciled.is_set():
            logger().info("reconciled", label=label)
            self._reconciled.set()
        if self.first is None:
            self.first = found
        self._settled.set()
        self._tell()
        return found

    async def _keep_reconciling(self) -> None:
        """At every start of the stream, with back-off until it worked, and then at intervals."""
        failures, clock = 0, self._house.clock
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            began_ns = clock.monotonic_ns()
            try:
                await self.reconcile()
            except TradedeskError as problem:
                logger().warning("not_reconciled", label=self._connection.label, sentence=problem.sentence)
                wait_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
                failures += 1
            else:
                # From its beginning: a venue that answers slowly is not asked less often.
                took_s, failures = (clock.monotonic_ns() - began_ns) / 1_000_000_000, 0
                wait_s = max(RECONCILE_EVERY_S - took_s, 0.0)
            if not await happens_within(self._wanted, clock, wait_s) and self._up:
                self._wanted.set()

    def _hear(self, event: AccountEvent) -> None:
        if isinstance(event, EpochBegun) and event.epoch != self.epoch:
            # Not in its turn but now: from here on nothing is asked for by an id of the former life.
            self.epoch = event.epoch
            self._opened.clear()
            self._reconciled.clear()
            executor = self._house.executor
            executor.feed(inputs.AccountDown(self._connection.account, executor.now()))
        self._events.put_nowait(event)

    async def _begin(self, begun: EpochBegun) -> None:
        """The venue was wiped under an open connection: live on in its new life, as a start in it would."""
        house, label = self._house, self._connection.label
        if begun.epoch != self.epoch or self._opened.is_set():
            return
        logger().warning("epoch_begun", label=label, epoch=begun.epoch)
        fills: Sequence[RecordedFill] = ()
        try:
            fills = await fills_of(house.keeper, self._connection.account, begun.epoch)
        except ArchiveFailed as problem:
            logger().warning("life_not_read", label=label, sentence=problem.sentence)
        if begun.epoch != self.epoch:
            return
        self._enter(None, fills)
        await bring_ledger(house.executor, house.keeper, self._connection.account, begun.epoch)
        if begun.epoch != self.epoch:
            return
        self._opened.set()
        if self._up:
            house.executor.feed(inputs.AccountUp(self._connection.account, house.executor.now()))
            self._wanted.set()
        self._tell()
        try:
            await remember_life(self._connection, begun.epoch, house.keeper)
        except ArchiveFailed as problem:
            # The next start finds the former life there, and begins this one once more.
            logger().warning("life_not_written", label=label, sentence=problem.sentence)

    async def _take_events(self) -> None:
        """Feed the stream to the engine, in order; a fault over one event does not lose the next."""
        while True:
            event = await self._events.get()
            if isinstance(event, EpochBegun):
                await self._begin(event)
                continue
            if isinstance(event, OrderReport):
                await recall(self._house.executor, self._house.keeper, self._connection.account, event)
            self._house.supervisor.call("account-event", partial(self._take, event))

    def _take(self, event: _Told) -> None:
        account, feed, now = self._connection.account, self._house.executor.feed, self._house.executor.now
        match event:
            case OrderReport():
                feed(inputs.Reported(account, event, now()))
            case BalanceUpdate():
                feed(inputs.BalancesSeen(account, event.balances, now()))
            case ExternalFlow():
                feed(inputs.FlowSeen(account, event.asset, event.delta, now()))
            case AccountStreamUp():
                self._up = True
                if self._opened.is_set():  # otherwise the new life says so, once it is opened
                    feed(inputs.AccountUp(account, now()))
                self._wanted.set()
                self._tell()
            case OrderListReport():
                # Its orders have reports of their own, which alone decide what becomes of them.
                logger().debug("order_list", list=event.venue_list_id, status=event.status.value)
            case AccountStreamDown():
                logger().warning("account_stream_down", label=self._connection.label, reason=event.reason)
                self._down()
                self._tell()
            case _:
                assert_never(event)

    def _down(self) -> None:
        self._up = False
        self._reconciled.clear()
        executor = self._house.executor
        executor.feed(inputs.AccountDown(self._connection.account, executor.now()))
