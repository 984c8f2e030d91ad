"""The cancels of one account's panic: which orders go in which step, what was sent for them, what is still missing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice

from connectors.engine import inputs
from connectors.engine.panicking import Marked, one_of_each_list
from connectors.errors import TradedeskError
from connectors.model.capabilities import Support
from connectors.model.ids import AccountId, OrderId
from connectors.model.order import Order, OrderStatus
from connectors.ports.venue import Trading as OrderCalls
from connectors.worker.api.panic import PanicStep
from connectors.worker.executor import Executor
from connectors.worker.live import Live
from connectors.worker.log import logger
from connectors.worker.panic_closing import ASK_S


class Cancels:
    """The cancels of one account's panic.

    Args:
        account: Whose.
        find: Finds the account's connection; raises what a client would be told.
        executor: What leaves goes through the engine.
        marked: The orders as they are to go, decided anew at each look.
    """

    def __init__(
        self, account: AccountId, find: Callable[[], Live], executor: Executor, marked: Callable[[], Marked]
    ) -> None:
        self._account = account
        self._find = find
        self._executor = executor
        self._marked = marked
        self._targets: dict[OrderId, PanicStep] = {}
        self._rounds: Counter[PanicStep] = Counter()

    def wanted(self, step: PanicStep) -> tuple[Order, ...]:
        """What is still to go in a step."""
        found = self._marked()
        wanted = found.first if step is PanicStep.ENTRIES else found.then
        self._targets.update(dict.fromkeys((order.order_id for order in wanted), step))
        return wanted

    def begin(self, step: PanicStep) -> None:
        """What is sent from here on is another attempt."""
        self._rounds[step] += 1

    def again(self, step: PanicStep) -> bool:
        """Whether a step was attempted before."""
        return self._rounds[step] > 1

    async def send(self, trading: OrderCalls, step: PanicStep, *, all_at_once: bool) -> None:
        """Cancel what is wanted; an order whose cancel is under way is not cancelled twice.

        Args:
            trading: The way to the venue.
            step: Which orders.
            all_at_once: Whether orders of other tools go too, so that one request may take all of an instrument.
        """
        connector = self._find().connector if all_at_once and not self.again(step) else None
        if connector is not None and connector.capabilities.cancel_all is Support.NATIVE:
            await self._all_at_once(trading, self.wanted(step))
        left = self.wanted(step)
        for order in left if self.again(step) else one_of_each_list(left):
            self._executor.feed(inputs.Cancel(order.order_id, self._executor.now()))

    async def _all_at_once(self, trading: OrderCalls, wanted: Iterable[Order]) -> None:
        """All orders of an instrument in one request: only where orders of other tools are asked for as well.

        It takes whatever works there, what the desk has not heard of too. What it fails at is cancelled one by one.
        """
        for instrument, count in Counter(order.instrument for order in wanted).items():
            if count == 1:
                continue
            try:
                async with asyncio.timeout(ASK_S):
                    reports = await trading.cancel_all(instrument)
            except (TradedeskError, TimeoutError) as problem:
                logger().warning("panic_cancel_all", instrument=str(instrument), fault=type(problem).__name__)
                continue
            for report in reports:
                self._executor.feed(inputs.Reported(self._account, report, self._executor.now()))

    def quiet(self, step: PanicStep) -> bool:
        """Whether no answer is awaited about what is still to go in a step."""
        state = self._executor.state
        return not any(
            order.order_id in state.cancels or order.status is OrderStatus.SUBMITTING for order in self.wanted(step)
        )

    def answered(self) -> bool:
        """Whether every cancel of this panic has had its own answer, also where the stream told of the end first."""
        return not self._executor.state.cancels.keys() & self._targets

    def count(self, step: PanicStep) -> int:
        """How many orders a step is about."""
        return sum(1 for each in self._targets.values() if each is step)

    def missing(self, step: PanicStep, left: tuple[Order, ...]) -> str:
        """What is still to go, in words."""
        unknown = [order.handle for order in left if order.status is OrderStatus.UNKNOWN]
        rest = [order.handle for order in left if order.status is not OrderStatus.UNKNOWN]
        parts = [f"{first_few(unknown)} UNKNOWN: looked up"] if unknown else []
        parts += [f"{first_few(rest)}: cancelling, attempt {self._rounds[step]}"] if rest else []
        return " · ".join(parts)


def first_few(names: Iterable[str], most: int = 3) -> str:
    """``k1, k2, k3 …``."""
    found = list(islice(names, most + 1))
    return ", ".join(found[:most]) + (" …" if len(found) > most else "")
