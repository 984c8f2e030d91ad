"""What became of orders: look-ups that are due together are asked together, so that many cost little more than one.

One order costs its own question (Binance: weight 4). Five hundred would cost two thousand at each of their turns, while
one list of open orders and one of the history answer for all of them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.errors import OrderNotFound, Refused, TradedeskError
from connectors.model.ids import AccountId, InstrumentId
from connectors.model.order import OrderReport
from connectors.ports.venue import Trading
from connectors.worker.executor import Executor
from connectors.worker.keeper import Keeper
from connectors.worker.recall import recall
from connectors.worker.supervise import Supervisor

FEW = 3
"""So many are asked about one by one first: the answer by its own id is the quickest and the surest."""

HISTORY_MOST = 5_000
"""Orders read of one instrument's history; where there are more, "not in it" proves nothing."""

_NOT_READ = "Its history is longer than can be read at once. It is asked about again."


class LookUps:
    """Asks for one worker, one batch of an account at a time.

    Args:
        executor: Told how each look-up ended, exactly once.
        keeper: The archive, for orders of long ago.
        supervisor: Runs the questions.
        trading: Order calls of an account; raises where it is not connected.
    """

    def __init__(
        self,
        executor: Executor,
        keeper: Keeper,
        supervisor: Supervisor,
        trading: Callable[[AccountId], Trading],
    ) -> None:
        self._executor = executor
        self._keeper = keeper
        self._supervisor = supervisor
        self._trading = trading
        self._waiting: dict[AccountId, list[fx.LookUp]] = defaultdict(list)
        self._asked: dict[AccountId, list[fx.LookUp]] = {}
        """Under way, without those that are answered."""

    def ask(self, look_up: fx.LookUp) -> None:
        """Ask about an order with whatever else of its account is due."""
        account = look_up.account
        if look_up in self._waiting[account] or look_up in self._asked.get(account, ()):
            return
        self._waiting[account].append(look_up)
        if account not in self._asked:
            self._asked[account] = []
            self._supervisor.spawn(f"look-up-{account}", self._run(account), lambda why: self._fault(account, why))

    async def _run(self, account: AccountId) -> None:
        await asyncio.sleep(0)  # the effects of one step come one after the other
        while batch := self._waiting.pop(account, []):
            self._asked[account] = batch
            await _Batch(self, account, self._trading, batch).ask()
        del self._asked[account]

    def _fault(self, account: AccountId, why: str) -> None:
        left = [*self._asked.pop(account, []), *self._waiting.pop(account, [])]
        for look_up in left:
            self.end(look_up, None, asked_ns=self.now_ns(), sentence=why)

    def now_ns(self) -> int:
        """Monotonic time."""
        return self._executor.now().mono_ns

    async def found(self, look_up: fx.LookUp, report: OrderReport, asked_ns: int) -> None:
        """A look-up ended with the venue's word."""
        await recall(self._executor, self._keeper, look_up.account, report)
        self.end(look_up, report, asked_ns=asked_ns)

    def end(
        self,
        look_up: fx.LookUp,
        report: OrderReport | None,
        *,
        asked_ns: int,
        absent: bool = False,
        sentence: str = "",
        asked: str = "",
    ) -> None:
        """A look-up ended.

        Args:
            look_up: Which.
            report: The venue's word, where it has one.
            asked_ns: When the first of its questions left, monotonic.
            absent: It is neither among the open orders nor in the whole of the history.
            sentence: Why it could not be asked.
            asked: What was asked, in words.
        """
        under_way = self._asked.get(look_up.account, [])
        if look_up in under_way:
            under_way.remove(look_up)
        missing = False if absent and report is None else None
        now = self._executor.now()
        self._executor.feed(
            inputs.LookUpEnded(look_up.order_id, report, missing, missing, asked_ns, now, sentence, asked)
        )


class _Batch:
    """Look-ups of one account that are asked together."""

    def __init__(
        self,
        ends: LookUps,
        account: AccountId,
        trading: Callable[[AccountId], Trading],
        batch: Sequence[fx.LookUp],
    ) -> None:
        self._ends = ends
        self._account = account
        self._trading_of = trading
        self._left = list(batch)
        self._asked_ns = ends.now_ns()
        self._words: list[str] = []

    async def ask(self) -> None:
        """Ask until every one of them has ended."""
        try:
            trading = self._trading_of(self._account)
            # Of a stranger nothing but the venue's id is known, so that no part of the history would be enough.
            first = self._left if len(self._left) <= FEW else [one for one in self._left if not one.since_ns]
            if first:
                await self._ask_by_id(trading, first)
            await self._ask_open(trading)
            unread = await self._ask_history(trading)
            await self._ask_some(trading, unread)
        except TradedeskError as problem:
            for look_up in tuple(self._left):
                self._ends.end(look_up, None, asked_ns=self._asked_ns, sentence=str(problem))
            return
        for look_up in tuple(self._left):
            cut = look_up.instrument in unread
            self._ends.end(
                look_up,
                None,
                asked_ns=self._asked_ns,
                absent=not cut and look_up.since_ns > 0,
                sentence=_NOT_READ if cut else "",
                asked=", ".join(self._words),
            )

    async def _ask_by_id(self, trading: Trading, wanted: Sequence[fx.LookUp]) -> None:
        self._words.append("by its id")
        for look_up in tuple(wanted):
            report = await _by_id(trading, look_up)
            if report is not None:
                await self._take(look_up, report)

    async def _ask_open(self, trading: Trading) -> None:
        """One list answers for all of them."""
        if not self._left:
            return
        self._words.append("open orders")
        instruments = {look_up.instrument for look_up in self._left}
        only = next(iter(instruments)) if len(instruments) == 1 else None
        await self._match(await trading.open_orders(only))

    async def _ask_history(self, trading: Trading) -> set[InstrumentId]:
        """One list an instrument; returns those that are too long to be read whole."""
        unread: set[InstrumentId] = set()
        wanted = [look_up for look_up in self._left if look_up.since_ns]
        if wanted:
            self._words.append("history")
        for instrument in sorted({look_up.instrument for look_up in wanted}):
            since = [look_up.since_ns for look_up in wanted if look_up.instrument == instrument]
            history = await trading.order_history(instrument, start_ns=min(since), limit=HISTORY_MOST)
            if len(history) >= HISTORY_MOST:
                unread.add(instrument)
            await self._match(history)
        return unread

    async def _ask_some(self, trading: Trading, unread: set[InstrumentId]) -> None:
        """Where the history is too long, a few are asked about by their ids: the others have their turn later."""
        some = [look_up for look_up in self._left if look_up.instrument in unread][:FEW]
        if some and "by its id" not in self._words:
            await self._ask_by_id(trading, some)

    async def _match(self, reports: Sequence[OrderReport]) -> None:
        for look_up in tuple(self._left):
            report = match(look_up, reports)
            if report is not None:
                await self._take(look_up, report)

    async def _take(self, look_up: fx.LookUp, report: OrderReport) -> None:
        self._left.remove(look_up)
        await self._ends.found(look_up, report, self._asked_ns)


async def _by_id(trading: Trading, look_up: fx.LookUp) -> OrderReport | None:
    """By the venue's id where it is known, else by every client id the order may carry."""
    if look_up.venue_order_id is not None:
        try:
            return await trading.order(look_up.instrument, venue_order_id=look_up.venue_order_id)
        except OrderNotFound:
            return None
    for client_id in look_up.client_order_ids or (look_up.client_order_id,):
        try:
            return await trading.order(look_up.instrument, client_order_id=client_id)
        except (OrderNotFound, Refused):
            # Refused: a venue that cannot be asked by client ids; its lists are matched all the same.
            continue
    return None


def match(look_up: fx.LookUp, reports: Sequence[OrderReport]) -> OrderReport | None:
    """The report that is about the order of a look-up: by the venue's id where it is known, else by any client id."""
    names = {*look_up.client_order_ids, look_up.client_order_id} - {None}
    for report in reports:
        if look_up.venue_order_id is not None:
            if report.venue_order_id == look_up.venue_order_id:
                return report
        elif report.client_order_id in names:
            return report
    return None
