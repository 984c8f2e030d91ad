"""Prices of what accounts hold, for the engine: from followed books where there are some, else asked for now and then.

Nothing here comes per tick: an account is looked at once a second, and only what it holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.engine.inputs import MarksSeen
from connectors.engine.money import report_in
from connectors.errors import TradedeskError
from connectors.model.book import BookState
from connectors.model.ids import AccountId, InstrumentId
from connectors.worker.house import House
from connectors.worker.live import Live
from connectors.worker.log import logger
from connectors.worker.roster import Roster

LOOK_S = 1.0
"""How often an account is looked at."""
POSITION_S = 5
"""How often the price of a position is asked for that no book is followed of."""
BALANCE_S = 60
"""The same of what is merely held."""
IDLE_LOOKS = 10
"""An account without a position is told of every so many looks: its day may have ended."""
ASKED_AT_ONCE = 4
"""Prices asked for in one look; the rest waits for the next."""

_SECOND_NS = 1_000_000_000


@dataclass(slots=True)
class _Watched:
    """One account between two looks."""

    asked: dict[InstrumentId, int] = field(default_factory=dict)
    """When a price was asked for last, whether it came or not."""
    looks: int = 0
    task: asyncio.Task[None] | None = None


class MarkWatch:
    """Looks at accounts.

    Args:
        house: Clock and engine.
        roster: The connections.
        seen: Told that an account's marks were fed.
    """

    def __init__(self, house: House, roster: Roster, seen: Callable[[AccountId], None]) -> None:
        self._house = house
        self._roster = roster
        self._seen = seen
        self._watched: dict[AccountId, _Watched] = {}
        self._pairs: dict[str, dict[tuple[str, str], InstrumentId]] = {}
        """Instruments by their two assets, by venue."""
        self._currencies: dict[str, str] = {}
        self._known = 0
        """How many instruments both were made of."""

    async def run(self) -> None:
        """Look at every account once a second; runs for ever. One that is slow holds up no other."""
        while True:
            await self._house.clock.sleep(LOOK_S)
            for live in self._roster.all():
                if live.follower is None or not live.follower.ready:
                    continue
                watched = self._watched.setdefault(live.connection.account, _Watched())
                if watched.task is None or watched.task.done():
                    name = f"marks-{live.connection.label}"
                    watched.task = self._house.supervisor.spawn(name, self.look(live, watched))

    async def look_now(self, live: Live) -> None:
        """Look at one account now, beside the looks of every second."""
        await self.look(live, self._watched.setdefault(live.connection.account, _Watched()))

    async def look(self, live: Live, watched: _Watched) -> None:
        """Gather what is known of one account's prices, and feed it."""
        account, state = live.connection.account, self._house.executor.state
        self._learn()
        pairs = self._pairs.get(live.connection.venue, {})
        kept = state.days.get(account)
        currency = kept.currency if kept is not None else self._currencies.get(live.connection.venue, "")
        if not currency:
            return
        held = self._held(account)
        wanted = dict.fromkeys(self._of_balances(account, currency, pairs), BALANCE_S)
        wanted.update(dict.fromkeys(held, POSITION_S))
        marks = self._followed(live, wanted)
        before = state.marks.get(account, {})
        due = [one for one, every_s in wanted.items() if one not in marks and self._is_due(watched, one, every_s)]
        marks.update(await self._ask(live, watched, due[:ASKED_AT_ONCE]))
        complete = all(one in marks or one in before or one in watched.asked for one in wanted)
        watched.looks += 1
        new = {one: mark for one, mark in marks.items() if before.get(one) != mark}
        quiet = kept is not None and kept.locked_ns is None and not held
        if quiet and not new and watched.looks % IDLE_LOOKS:
            return
        if live.follower is None or not live.follower.ready:
            return
        executor = self._house.executor
        executor.feed(MarksSeen(account, currency, executor.now(), new, complete))
        self._seen(account)

    def _learn(self) -> None:
        """Index instruments by their assets, when there are more of them."""
        assets = self._house.executor.state.assets
        if len(assets) == self._known:
            return
        self._known = len(assets)
        self._pairs = {}
        for instrument in sorted(assets):
            self._pairs.setdefault(instrument.venue, {}).setdefault(assets[instrument], instrument)
        self._currencies = {venue: report_in(pairs) for venue, pairs in self._pairs.items()}

    def _held(self, account: AccountId) -> list[InstrumentId]:
        positions = self._house.executor.state.positions
        return [instrument for (owner, instrument), one in positions.items() if owner == account and one.quantity]

    def _of_balances(
        self, account: AccountId, currency: str, pairs: dict[tuple[str, str], InstrumentId]
    ) -> list[InstrumentId]:
        """Instruments that price what is held, and the assets fees were paid in, directly or over one other asset."""
        state = self._house.executor.state
        day = state.days.get(account)
        assets = {one.asset for one in state.balances.get(account, {}).values() if one.total}
        assets |= set(day.fees) if day is not None else set()
        assets |= {state.assets[one][1] for one in self._held(account) if one in state.assets}
        found: list[InstrumentId] = []
        for asset in sorted(assets - {currency}):
            found.extend(_way(asset, currency, pairs))
        return found

    def _followed(self, live: Live, wanted: dict[InstrumentId, int]) -> dict[InstrumentId, Decimal]:
        found = {}
        for instrument in wanted:
            now = live.market_now(instrument)
            if now.book is BookState.LIVE and now.reference is not None:
                found[instrument] = now.reference
        return found

    def _is_due(self, watched: _Watched, instrument: InstrumentId, every_s: int) -> bool:
        last = watched.asked.get(instrument)
        return last is None or self._house.clock.monotonic_ns() - last >= every_s * _SECOND_NS

    async def _ask(self, live: Live, watched: _Watched, instruments: list[InstrumentId]) -> dict[InstrumentId, Decimal]:
        found = {}
        for instrument in instruments:
            try:
                ticker = await (await live.market()).ticker(instrument)
            except TradedeskError as problem:
                logger().info("no_mark", symbol=instrument.symbol, sentence=problem.sentence)
            else:
                mark = (ticker.bid + ticker.ask) / 2 if ticker.bid and ticker.ask else ticker.last
                if mark:
                    found[instrument] = mark
            watched.asked[instrument] = self._house.clock.monotonic_ns()
        return found


def _way(asset: str, currency: str, pairs: dict[tuple[str, str], InstrumentId]) -> list[InstrumentId]:
    """Instruments that lead from an asset to the currency: one, two over another asset, or none."""
    for one in ((asset, currency), (currency, asset)):
        if one in pairs:
            return [pairs[one]]
    for base, quote in sorted(pairs):
        if base == asset and (quote, currency) in pairs:
            return [pairs[base, quote], pairs[quote, currency]]
    return []
