"""An account followed: its stream fed to the engine, its state reconciled when the stream comes up and at intervals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from connectors.engine import inputs
from connectors.errors import TradedeskError, Unavailable
from connectors.model.connection import Connection
from connectors.model.fill import RecordedFill
from connectors.model.ids import Epoch
from connectors.model.order import OrderReport
from connectors.ports.venue import (
    Account,
    AccountEvent,
    AccountStreamDown,
    AccountStreamUp,
    BalanceUpdate,
    Connector,
    ExternalFlow,
    MarketData,
    Subscription,
    Trading,
)
from connectors.worker.house import House
from connectors.worker.log import logger
from connectors.worker.pause import happens_within
from connectors.worker.recall import recall
from connectors.worker.reconciling import take_snapshot

RECONCILE_EVERY_S = 60.0
"""The account stream has no replay and no numbers: whatever it lost is found at the latest after so long."""

READY_S = 10.0
"""How long a command waits for an account that is connecting for the first time."""

_BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


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
        self._reconciled = asyncio.Event()
        self._settled = asyncio.Event()
        """Set once the first reconciliation is over; never cleared."""
        self._wanted = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
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
        previous, fills = await self._remembered()
        instruments = await self._market.instruments()
        feed, now = house.executor.feed, house.executor.now
        assets = {instrument.id: (instrument.base, instrument.quote) for instrument in instruments}
        feed(inputs.AssetsKnown(assets, now()))
        conclusive_ms = self._connector.capabilities.conclusive_after_ms
        label = self._connection.label
        feed(inputs.AccountOpened(account, label, self.epoch, previous, conclusive_ms, now(), fills))
        if previous != self.epoch:
            # Last: killed before, the next worker begins the same life once more, from what is on disk by then.
            await house.keeper.flush()
            await house.keeper.ask(lambda archive: archive.connections.set_epoch(account, self.epoch))
        spawn = house.supervisor.spawn
        self._tasks = [
            spawn(f"account-{label}", self._take_events()),
            spawn(f"reconcile-{label}", self._keep_reconciling()),
        ]
        self._subscription = await self._account.watch_account(self._events.put_nowait)

    async def _remembered(self) -> tuple[Epoch | None, Sequence[RecordedFill]]:
        """The newest epoch the archive has seen; and where this is another one, what the archive has of this one."""
        keeper, account = self._house.keeper, self._connection.account
        previous = await keeper.ask(lambda archive: archive.connections.epoch(account))
        if previous in {None, self.epoch}:
            return previous, ()
        await keeper.flush()
        return previous, await keeper.ask(lambda archive: archive.fills.of_epoch(account, self.epoch))

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

    async def reconcile(self) -> None:
        """Ask for orders, fills and balances now; whoever comes meanwhile waits for the same answer.

        Raises:
            TradedeskError: The venue could not be asked.
        """
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._reconcile(), name=f"snapshot-{self._connection.label}")
        await asyncio.shield(self._running)

    async def _reconcile(self) -> None:
        snapshot = await take_snapshot(
            self._connection, self._trading, self._account, self.epoch, self._house, first=not self._settled.is_set()
        )
        self._house.executor.feed(snapshot)
        if self._up and not self._reconciled.is_set():
            logger().info("reconciled", label=self._connection.label)
            self._reconciled.set()
        self._settled.set()
        self._tell()

    async def _keep_reconciling(self) -> None:
        """At every start of the stream, with back-off until it worked, and then at intervals."""
        failures = 0
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self.reconcile()
            except TradedeskError as problem:
                logger().warning("not_reconciled", label=self._connection.label, sentence=problem.sentence)
                wait_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
                failures += 1
            else:
                wait_s, failures = RECONCILE_EVERY_S, 0
            if not await happens_within(self._wanted, self._house.clock, wait_s) and self._up:
                self._wanted.set()

    async def _take_events(self) -> None:
        """Feed the stream to the engine, in order; a fault over one event does not lose the next."""
        while True:
            event = await self._events.get()
            if isinstance(event, OrderReport):
                await recall(self._house.executor, self._house.keeper, self._connection.account, event)
            self._house.supervisor.call("account-event", partial(self._take, event))

    def _take(self, event: AccountEvent) -> None:
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
                feed(inputs.AccountUp(account, now()))
                self._wanted.set()
                self._tell()
            case AccountStreamDown():
                logger().warning("account_stream_down", label=self._connection.label, reason=event.reason)
                self._down()
                self._tell()

    def _down(self) -> None:
        self._up = False
        self._reconciled.clear()
        executor = self._house.executor
        executor.feed(inputs.AccountDown(self._connection.account, executor.now()))
