"""After a sleep of the machine: nothing that was known or promised before it holds, until the venues were asked again.

Clocks are compared anew, connections made anew, accounts reconciled; until then no order leaves, and one that waited
through the sleep is not sent at all: nobody is at the desk any more.
"""

from __future__ import annotations

import asyncio

from connectors.engine import inputs
from connectors.errors import TradedeskError, Unavailable
from connectors.model.ids import AccountId
from connectors.wire.proof import listening
from connectors.worker import api
from connectors.worker.house import House
from connectors.worker.live import Live
from connectors.worker.log import logger
from connectors.worker.pause import happens_within
from connectors.worker.roster import Roster

RETRY_S = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Waits between attempts to reach a venue again; the last one repeats."""

AWAKE_S = 10.0
"""How long a cancel waits for its connection to be made anew before it says that there is none."""

WAITED = "The machine was asleep while this order waited: it was not sent. Look at the market, and place it again."


class Waking:
    """What a sleep made stale.

    Args:
        house: The worker's parts.
        roster: The connections.

    Attributes:
        naps: How many sleeps were noticed: who waited compares.
    """

    def __init__(self, house: House, roster: Roster) -> None:
        self.naps = 0
        self._house = house
        self._roster = roster
        self._stale: dict[AccountId, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def slept(self) -> None:
        """The machine was asleep: from this moment nothing of before is used."""
        self.naps += 1
        executor = self._house.executor
        for live in self._roster.all():
            if not live.was_opened:
                continue
            account = live.connection.account
            if account not in self._stale:
                self._stale[account] = asyncio.Event()
                if live.connection.keyed:
                    executor.feed(inputs.AccountDown(account, executor.now()))
                with listening(None):  # whoever noticed the sleep asked for none of this
                    task = self._house.supervisor.spawn(f"wake-{live.connection.label}", self._wake(live))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        if self._stale:
            sentence = "The machine was asleep: every connection is made anew and asked what happened meanwhile."
            executor.warn(api.AlertLevel.WARN, sentence)

    def require_awake(self, account: AccountId, since_naps: int | None = None) -> None:
        """See that orders may be sent there.

        Args:
            account: Where to.
            since_naps: The `naps` of when the order came, for one that has waited.

        Raises:
            Unavailable: The machine slept, and the account has not been asked since, or the order waited through it.
        """
        if since_naps is not None and since_naps != self.naps:
            raise Unavailable(WAITED)
        if account in self._stale:
            live = self._roster.find(account)
            label = live.connection.label if live is not None else "the account"
            raise Unavailable(
                f"The machine was asleep: {label} is asked what happened. Nothing was sent. Try again in a moment."
            )

    def is_stale(self, account: AccountId) -> bool:
        """Whether an account was not asked since the machine slept."""
        return account in self._stale

    async def awake(self, account: AccountId) -> None:
        """Wait until an account was asked again, at most `AWAKE_S`: for what lessens risk."""
        stale = self._stale.get(account)
        if stale is not None:
            await happens_within(stale, self._house.clock, AWAKE_S)

    async def stop(self) -> None:
        """Make nothing anew any more: the worker closes its connections."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _wake(self, live: Live) -> None:
        account, label = live.connection.account, live.connection.label
        tries = 0
        try:
            fresh = await self._renewed(live)
            while not await _answers(fresh, keyed=live.connection.keyed):
                if self._roster.find(account) is not fresh:
                    return  # removed, or replaced: whoever did that begins with nothing of before
                await self._house.clock.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
                tries += 1
            logger().info("awake_again", label=label)
        finally:
            self._stale.pop(account).set()

    async def _renewed(self, live: Live) -> Live:
        """What takes a connection's place; the old one is closed whole, even where the worker ends meanwhile."""
        renewing = asyncio.ensure_future(self._roster.renew(live.connection))
        try:
            return await asyncio.shield(renewing)
        except asyncio.CancelledError:
            await renewing
            raise


async def _answers(live: Live, *, keyed: bool) -> bool:
    """Whether a connection was made, which compares the clocks first, and its account reconciled."""
    try:
        await live.market()
        if keyed and live.follower is not None:
            await live.follower.wait_ready()
    except TradedeskError as problem:
        logger().warning("not_awake", label=live.connection.label, sentence=problem.sentence)
        return False
    return True
