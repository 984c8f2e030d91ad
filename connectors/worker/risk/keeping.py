"""Limits, days and locks over a restart; and whoever is attached hears of them when they moved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from connectors.engine.bounds import LimitKey
from connectors.engine.effects import DayMoved
from connectors.engine.inputs import LimitChanged, LossUnlocked, RiskKept
from connectors.errors import TradedeskError
from connectors.model.ids import AccountId, InstrumentId
from connectors.ports.archive import Archive
from connectors.worker import api
from connectors.worker.house import House
from connectors.worker.log import logger
from connectors.worker.risk.facts import account_risk, visible
from connectors.worker.risk.marks import MarkWatch
from connectors.worker.risk.paper import DAYS_KEY, LIMITS_KEY, read_days, read_limits, write_days, write_limits
from connectors.worker.roster import Roster

TELL_NS = 1_000_000_000
"""An account's numbers are told at most so often; its lock and its limits at once."""


class RiskKeeper:
    """What the worker does about risk beside feeding orders.

    Args:
        house: Clock, engine, archive.
        roster: The connections.
        publish: Gives a numbered event to everyone.
    """

    def __init__(self, house: House, roster: Roster, publish: Callable[[api.NumberedEvent], None]) -> None:
        self._house = house
        self._roster = roster
        self._publish = publish
        self._told: dict[AccountId, tuple[object, ...]] = {}
        self._told_ns: dict[AccountId, int] = {}
        self._unwritten = False
        self._writing: asyncio.Task[None] | None = None
        self.watch = MarkWatch(house, roster, self.tell)
        house.executor.on_day = self._day_moved

    async def load(self) -> None:
        """Take over what the archive has.

        Raises:
            ArchiveFailed: It cannot be read.
        """
        keeper, executor = self._house.keeper, self._house.executor
        limits, days = await keeper.ask(
            lambda archive: (archive.settings.get(LIMITS_KEY), archive.settings.get(DAYS_KEY))
        )
        executor.feed(RiskKept(read_limits(limits), read_days(days), executor.now()))

    # --- what stands

    def of(self, account: AccountId, instrument: InstrumentId | None = None) -> api.AccountRisk:
        """One account against its limits."""
        executor, live = self._house.executor, self._roster.find(account)
        label = live.connection.label if live is not None else executor.state.label(account)
        return account_risk(executor.state, account, label, executor.now().mono_ns, instrument)

    def all(self, instrument: InstrumentId | None = None) -> tuple[api.AccountRisk, ...]:
        """Every account that can trade, in the order of their making."""
        keyed = (live.connection for live in self._roster.all() if live.connection.keyed)
        return tuple(
            self.of(one.account, instrument) for one in keyed if instrument is None or instrument.venue == one.venue
        )

    async def look(self, account: AccountId) -> None:
        """Connect an account, where that is possible, and price what it holds: for whoever asks for numbers now."""
        live = self._roster.find(account)
        if live is None or not live.connection.keyed:
            return
        try:
            live = self._roster.get(account)
            await live.market()
            if live.follower is not None:
                await live.follower.wait_ready()
                await self.watch.look_now(live)
        except TradedeskError as problem:
            # What is known is told all the same: limits, the lock, the day as it stood.
            logger().info("risk_without_prices", sentence=problem.sentence)

    # --- what is told

    def tell(self, account: AccountId, *, at_once: bool = False) -> None:
        """Tell everyone of an account, if what a screen shows of it moved."""
        now_ns = self._house.clock.monotonic_ns()
        if not at_once and now_ns - self._told_ns.get(account, -TELL_NS) < TELL_NS:
            return
        live = self._roster.find(account)
        if live is None or not live.connection.keyed:
            return
        risk = self.of(account)
        seen = visible(risk)
        if self._told.get(account) == seen:
            return
        self._told[account], self._told_ns[account] = seen, now_ns
        self._publish(api.RiskChanged(risk))

    def _day_moved(self, moved: DayMoved) -> None:
        self.tell(moved.account, at_once=True)
        self._unwritten = True
        if self._writing is None or self._writing.done():
            self._writing = self._house.supervisor.spawn("remember-days", self._write_days())

    async def _write_days(self) -> None:
        while self._unwritten:
            self._unwritten = False
            write = partial(_put_days, write_days(self._house.executor.state.days))
            try:
                await self._house.keeper.ask(write)
            except TradedeskError as problem:
                sentence = f"The day's loss would begin anew after a restart of the worker. {problem.sentence}"
                self._house.executor.warn(api.AlertLevel.WARN, sentence)
                return

    async def settled(self) -> None:
        """Wait until what moved is on disk, or a human was told that it is not."""
        if self._writing is not None and not self._writing.done():
            await asyncio.wait((self._writing,))

    # --- what humans change

    async def set_limit(self, key: LimitKey, change: LimitChanged) -> None:
        """Write a limit, put it in force, tell.

        Raises:
            ArchiveFailed: It could not be written: nothing was changed.
        """
        executor = self._house.executor
        rules = {other: value for other, value in executor.state.rules.items() if other != key}
        if not change.unset:
            rules[key] = change.value
        text = write_limits(rules)
        await self._house.keeper.ask(lambda archive: archive.settings.set(LIMITS_KEY, text))
        executor.feed(replace(change, at=executor.now()))
        for live in self._roster.all():
            self.tell(live.connection.account, at_once=True)

    async def unlock(self, account: AccountId) -> None:
        """Open a loss lock, and see that it would be open after a restart too."""
        executor = self._house.executor
        executor.feed(LossUnlocked(account, executor.now()))
        await self.settled()


def _put_days(text: str, archive: Archive) -> None:
    archive.settings.set(DAYS_KEY, text)
