"""The closes of one account's panic: of what the desk's own ledger holds, each sent once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from decimal import Decimal, localcontext

import uuid6

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import MarketNow
from connectors.engine.panicking import Close, closes, closing_terms
from connectors.engine.positions import WIDE
from connectors.model.book import BookState, BookTop
from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.order import FINAL, Order, OrderStatus
from connectors.model.risk import LimitName
from connectors.worker.executor import Executor
from connectors.worker.live import Live

ASK_S = 10.0
"""How long one question to a venue may take before the next look."""

CLOSES_REFUSED = 5
"""So often may a venue refuse to close one instrument before that is left to a human."""

_MAY_PASS_LATER = frozenset({"DOWN", "BALANCE", "COLLAR", "REDUCING", "STATUS"})
"""Why a close may be declined now and pass later; any other reason is a filter that will not change."""

_BASIS_POINTS = Decimal(10_000)


class Closings:
    """The closes of one account's panic.

    Args:
        account: Whose.
        find: Finds the account's connection; raises what a client would be told.
        executor: What leaves goes through the engine.
    """

    def __init__(self, account: AccountId, find: Callable[[], Live], executor: Executor) -> None:
        self._account = account
        self._find = find
        self._executor = executor
        self._sent: dict[OrderId, BookTop] = {}
        """Closes that were sent, and the touch each was sent at."""
        self._refused: Counter[InstrumentId] = Counter()
        self.stays: dict[InstrumentId, str] = {}
        """What cannot be closed, and why."""

    @property
    def ids(self) -> frozenset[OrderId]:
        """Closes of this panic; they end by themselves."""
        return frozenset(self._sent)

    def orders(self) -> list[Order]:
        """The closes that were sent."""
        known = self._executor.state.orders
        return [known[order_id] for order_id in self._sent if order_id in known]

    def under_way(self) -> list[Order]:
        """Closes that have not ended; UNKNOWN ones are looked up, not sent again."""
        return [order for order in self.orders() if order.status not in FINAL]

    def wanted(self) -> list[Close]:
        """What is still to be closed, as far as is known."""
        found = closes(self._executor.state, self._account)
        return [close for close in found if close.instrument not in self.stays]

    async def send(self) -> None:
        """Close what can be closed now, unless closes are under way.

        Raises:
            TradedeskError: The venue could not be asked for balances or the touch.
            TimeoutError: It did not answer.
        """
        positions = self._executor.state.positions
        if self.under_way() or not any(key[0] == self._account and each.quantity for key, each in positions.items()):
            return
        account = self._find().account
        if account is not None:
            # What a cancel has just freed is told late by the stream.
            async with asyncio.timeout(ASK_S):
                balances = tuple(await account.balances())
            self._executor.feed(inputs.BalancesSeen(self._account, balances, self._executor.now()))
        for close in self.wanted():
            await self._send(close)

    async def _send(self, close: Close) -> None:
        live = self._find()
        async with asyncio.timeout(ASK_S):
            market = await live.market()
            instrument = await market.instrument(close.instrument.symbol)
            top = await market.touch(close.instrument)
        connector = live.connector
        if connector is None:
            return
        collar = self._executor.state.bound(LimitName.COLLAR, self._account, close.instrument).value
        terms = closing_terms(close, instrument, connector.capabilities, top, collar)
        if terms is None:
            self.stays[close.instrument] = f"{close.instrument.symbol} stays: less than one lot."
            return
        order_id = OrderId(uuid6.uuid7())
        effects = self._executor.feed(
            inputs.Place(
                order_id=order_id,
                account=self._account,
                instrument=instrument,
                capabilities=connector.capabilities,
                market=MarketNow(BookState.LIVE, top.bid, top.ask, _middle(top)),
                side=close.side,
                type=terms.type,
                at=self._executor.now(),
                quantity=terms.quantity,
                price=terms.price,
                time_in_force=terms.time_in_force,
                reduce_only=True,
                panic=True,
            )
        )
        declined = next((effect for effect in effects if isinstance(effect, fx.Declined)), None)
        if declined is None:
            self._sent[order_id] = top
        elif declined.code not in _MAY_PASS_LATER:
            self.stays[close.instrument] = f"{close.instrument.symbol} stays: {declined.sentence}"

    def judge(self) -> None:
        """Give up an instrument whose close the venue refuses again and again."""
        for order in self.orders():
            if order.status is OrderStatus.REJECTED:
                del self._sent[order.order_id]
                self._refused[order.instrument] += 1
                if self._refused[order.instrument] >= CLOSES_REFUSED:
                    self.stays[order.instrument] = f"{order.instrument.symbol} stays: {order.reason}"

    def words(self) -> str:
        """``BTCUSDT 0.051 avg 61803.71 -0.5 bp``, and what stays."""
        told = [_words(order, self._sent[order.order_id]) for order in self.orders() if order.filled]
        unknown = [f"{order.handle} UNKNOWN: looked up" for order in self.under_way() if order.status in _DOUBT]
        return " · ".join([*told, *unknown, *self.stays.values()])


_DOUBT = frozenset({OrderStatus.UNKNOWN})


def _middle(top: BookTop) -> Decimal | None:
    return (top.bid.price + top.ask.price) / 2 if top.bid and top.ask else None


def _words(order: Order, top: BookTop) -> str:
    with localcontext(WIDE):
        average, middle = order.average_price, _middle(top)
        if average is None:
            return order.instrument.symbol
        text = f"{order.instrument.symbol} {order.filled.normalize():f} avg {average.quantize(Decimal('0.01')):f}"
        if middle is None:
            return text
        worse = order.side.sign * (average - middle) / middle * _BASIS_POINTS
        return f"{text} {-worse:+.1f} bp"
