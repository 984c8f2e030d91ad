"""The crowd behind `flow`: what its members do in one step of the event clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp
from random import Random

from connectors.matching.queue import QueueBook, Resting
from connectors.matching.terms import Match, Request
from connectors.model.order import TimeInForce
from connectors.model.side import Side
from connectors.simulator.specs import SymbolSpec

LEAST_LEVELS = 200
_LEVELS = 320
"""Levels a side is furnished with, and around which the crowd keeps it."""
_ORDERS = 2 * 420
_ACTIONS_A_STEP = 7.0
_CALM_ACTIONS_A_STEP = 2.0
_TRADES = 0.055
"""Share of actions that take."""
_JUMPS_A_STEP = 0.03
_JUMP = 5.3e-5
"""Standard deviation of one jump of the fair value: with 1.5 a second about 2 % a day."""
_AT_TOUCH = 0.36
_PULLED = 0.7
"""Share of overrun quotes that their owners pull before someone takes them."""
_LAZY = 0.15
"""Share of steps in which nobody closes a wide spread."""
_QUOTE_RESTING = 60.0
"""Median quote value of a resting order; the mean is a hundred times that (the tape's: 52 and 6,900)."""
_QUOTE_TOUCH = 25_000.0
_QUOTE_TAKEN = 37.0


class Agents:
    """Everyone but the user. Orders of the crowd have negative ids."""

    def __init__(self, spec: SymbolSpec, book: QueueBook, rng: Random, price: int, *, busy: bool) -> None:
        self._book = book
        self._rng = rng
        self._fair = float(price)
        self._lot_quote = float(spec.grid.unit)
        self._actions = _ACTIONS_A_STEP if busy else _CALM_ACTIONS_A_STEP
        self._spread_out = max(price * 0.001, 400.0)
        self._ids: list[int] = []
        self._place: dict[int, int] = {}
        self._next = 0

    def furnish(self) -> None:
        """Fill both sides of the book around the fair value, keeping clear of what already rests there."""
        for side in (Side.BUY, Side.SELL):
            self._add(side, self._anchor(side), self._size(_QUOTE_TOUCH, 0.8))
            self._thicken(side, _LEVELS)

    def step(self) -> Iterator[Sequence[Match]]:
        """One step; yields the matches of each order that takes, right after it took."""
        rng = self._rng
        if rng.random() < _JUMPS_A_STEP:
            self._fair = max(1000.0, self._fair * exp(rng.gauss(0, _JUMP)))
        yield from self._follow(Side.SELL)
        yield from self._follow(Side.BUY)
        self._close_spread()
        for _ in range(self._count()):
            draw = rng.random()
            if draw < _TRADES:
                yield self._take(rng.choice((Side.BUY, Side.SELL)), self._size(_QUOTE_TAKEN, 2.4))
            elif draw < _TRADES + (1 - _TRADES) * len(self._ids) / (2 * _ORDERS):
                self._withdraw()
            else:
                self._offer()
        for side in (Side.BUY, Side.SELL):
            if len(self._book.side(side)) < LEAST_LEVELS + 20:
                self._thicken(side, LEAST_LEVELS + 40)

    def dropped(self, matches: Sequence[Match]) -> None:
        """Forget orders of the crowd that an order took whole."""
        for match in matches:
            if match.maker_id < 0 and not match.maker_left:
                self._forget(match.maker_id)

    def _follow(self, side: Side) -> Iterator[Sequence[Match]]:
        """Quotes that the fair value has run over are pulled by their owners, or taken before they are."""
        rng = self._rng
        ladder = self._book.side(side)
        taker = Side.BUY if side is Side.SELL else Side.SELL
        for _ in range(8):
            best = ladder.best()
            if best is None or not ladder.better(best, self._anchor(side)):
                return
            first = self._book.queue(side, best)[0]
            if first.order_id < 0 and rng.random() < _PULLED:
                self._cancel(first.order_id)
            else:
                yield self._take(taker, self._size(_QUOTE_TOUCH / 4, 1.5), best)

    def _close_spread(self) -> None:
        """Someone quotes inside a spread wider than a tick, mostly at once."""
        bid, ask = self._book.bids.best(), self._book.asks.best()
        if bid is None or ask is None or ask - bid <= 1 or self._rng.random() < _LAZY:
            return
        low, high = self._anchor(Side.BUY), self._anchor(Side.SELL)
        if bid < low < ask:
            self._add(Side.BUY, low, self._size(_QUOTE_TOUCH, 0.8))
            bid = low
        if bid < high < ask:
            self._add(Side.SELL, high, self._size(_QUOTE_TOUCH, 0.8))

    def _offer(self) -> None:
        """A new resting order: at the best price, or somewhere behind it."""
        rng = self._rng
        side = rng.choice((Side.BUY, Side.SELL))
        best = self._book.side(side).best()
        if best is None:
            best = self._anchor(side)
        if rng.random() < _AT_TOUCH:
            self._add(side, best, self._size(_QUOTE_RESTING * 4, 1.5))
        else:
            self._add(side, self._behind(side, best), self._size(_QUOTE_RESTING, 2.6))

    def _withdraw(self) -> None:
        """Someone takes an order back: often the last to have joined the best price, else anyone."""
        rng = self._rng
        if rng.random() < _AT_TOUCH:
            side = rng.choice((Side.BUY, Side.SELL))
            best = self._book.side(side).best()
            queue = self._book.queue(side, best) if best is not None else []
            if len(queue) > 1 and queue[-1].order_id < 0:
                self._cancel(queue[-1].order_id)
                return
        if self._ids:
            self._cancel(rng.choice(self._ids))

    def _thicken(self, side: Side, levels: int) -> None:
        ladder = self._book.side(side)
        start = ladder.best() or self._anchor(side)
        while len(ladder) < levels:
            self._add(side, self._behind(side, start), self._size(_QUOTE_RESTING, 2.6))

    def _behind(self, side: Side, best: int) -> int:
        away = 1 + int(self._rng.expovariate(1) * self._spread_out)
        return max(1, best - side.sign * away)

    def _anchor(self, side: Side) -> int:
        """Best price the crowd would quote: the tick below the fair value, and the one above."""
        low = int(self._fair)
        return low if side is Side.BUY else low + 1

    def _size(self, quote: float, spread: float) -> int:
        """Lots of a size whose quote value is log-normal around a median, capped at sixty times the touch's."""
        value = min(quote * exp(self._rng.gauss(0, spread)), 60 * _QUOTE_TOUCH)
        return max(1, int(value / (self._fair * self._lot_quote)))

    def _count(self) -> int:
        """Actions in this step: Poisson."""
        limit, count, product = exp(-self._actions), 0, self._rng.random()
        while product > limit:
            count += 1
            product *= self._rng.random()
        return count

    def _add(self, side: Side, price: int, lots: int) -> None:
        """Rest an order; a price that would cross what rests (the user's orders too) stays just behind it."""
        other = self._book.asks.best() if side is Side.BUY else self._book.bids.best()
        if other is not None:
            price = min(price, other - 1) if side is Side.BUY else max(price, other + 1)
        if price < 1:
            return
        self._next -= 1
        self._place[self._next] = len(self._ids)
        self._ids.append(self._next)
        self._book.rest(Resting(self._next, side, price, lots))

    def _take(self, side: Side, lots: int, limit: int | None = None) -> Sequence[Match]:
        self._next -= 1
        request = Request(self._next, side, lots, limit=limit, time_in_force=TimeInForce.IOC)
        matches = self._book.submit(request).matches
        self.dropped(matches)
        return matches

    def _cancel(self, order_id: int) -> None:
        self._book.cancel(order_id)
        self._forget(order_id)

    def _forget(self, order_id: int) -> None:
        place = self._place.pop(order_id, None)
        if place is None:
            return
        last = self._ids.pop()
        if last != order_id:
            self._ids[place] = last
            self._place[last] = place
