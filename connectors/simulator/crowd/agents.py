"""The crowd behind `flow`: what its members do in one step of the event clock.

Makers stand at the best price, and near and far behind it; takers come alone, or in a rush when the fair value moves.
A move is a short burst: overrun quotes are pulled or swept, the old best price is left, the new one fills up. Most
seconds see none. Figures of this kind were taken from the recorded tape; `docs/simulator.md` shows how near they come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from math import exp, sqrt
from random import Random

from connectors.matching.queue import QueueBook
from connectors.matching.terms import Match
from connectors.model.side import Side
from connectors.simulator.crowd.fair import Fair
from connectors.simulator.crowd.members import Crowd
from connectors.simulator.crowd.regimes import Mood
from connectors.simulator.crowd.sizes import JOINING, RESTING, TAKEN, Sizes
from connectors.simulator.crowd.temper import HABITS, OTHERS, STEP_MS, TEMPER
from connectors.simulator.specs import SymbolSpec

LEAST_LEVELS = 200


_STEP_S = STEP_MS / 1000
_NEAR = 20
"""Levels that makers watch closely."""
_FIRST = 40
"""Orders at the best price, and near it, that a side is furnished with."""
_TAKEN_BEFORE = 150
"""Taking orders before the market opened: a few hundred trades."""
_EVEN = 0.5
_WITH_MOVE = 0.85
"""Share of takers who go with a move."""
_STALE = 0.12
"""Share of what stood at a best price now left behind that is pulled in each step."""
_MOST_SWEPT = 300_000.0
"""Quote value that one rush takes in a step: an order of the user larger than this stands as a wall."""
_CHANGED_MIND = 0.3
"""How often makers want another depth when the best price has moved."""
_DEEP = 0.65
"""How large orders far behind are beside those near the best price."""
_TIGHT = 1.15
"""Ticks between levels where the tick is coarse."""
_REACH_LEVELS = 230
"""Mean distance of orders far behind, in spacings."""


class Agents:
    """Everyone but the user."""

    def __init__(self, spec: SymbolSpec, book: QueueBook, rng: Random, price: int, mood: Mood) -> None:
        self.mood = mood
        self._book = book
        self._rng = rng
        self._temper = TEMPER
        self._crowd = Crowd(book, rng)
        self._unit = float(spec.grid.unit)
        natural = price * TEMPER.spacing
        self._spacing = max(natural, _TIGHT)
        habit = HABITS.get(spec.base, OTHERS)
        self._fair = Fair(rng, price, habit.reach, mood)
        scale = habit.weight * sqrt(self._spacing / natural)
        self._depth = TEMPER.depth * scale / self._unit
        self._taken = Sizes(TAKEN, self._unit, habit.weight)
        self._resting = Sizes(RESTING, self._unit, scale)
        self._joining = Sizes(JOINING, self._unit, scale)
        self._pace = habit.pace
        self._wanted = {Side.BUY: self._depth_wanted(), Side.SELL: self._depth_wanted()}
        self._touch: dict[Side, tuple[int, list[int]]] = {Side.BUY: (0, []), Side.SELL: (0, [])}
        self._stale: dict[Side, list[int]] = {Side.BUY: [], Side.SELL: []}

    def furnish(self) -> None:
        """Fill both sides of the book around the fair value, keeping clear of what already rests there."""
        for side in (Side.BUY, Side.SELL):
            self._crowd.add(side, self._fair.anchor(side), self._joined())
            self._leave_behind(side)
            for _ in range(_FIRST):
                self._at_touch(side)
                self._offer_near(side)
            self._thicken(side, self._temper.level_count)

    def warm_up(self) -> Iterator[Sequence[Match]]:
        """Trades of before the market opened, around a value that stands still: someone always traded before."""
        for _ in range(_TAKEN_BEFORE):
            for side in (Side.BUY, Side.SELL):
                self._leave_behind(side)
                self._at_touch(side)
            self._close_spread()
            yield self._take()

    def step(self) -> Iterator[Sequence[Match]]:
        """One step; yields the matches of each order that takes, right after it took."""
        self._fair.step(self.mood)
        yield from self._follow(Side.SELL)
        yield from self._follow(Side.BUY)
        self._close_spread()
        temper, mood, fair = self._temper, self.mood, self._fair
        awake = fair.awake * self._pace
        busy = awake * mood.quotes * (1 + fair.excited * temper.burst)
        for side in (Side.BUY, Side.SELL):
            self._leave_behind(side)
            for _ in range(self._count(temper.touch * busy / 2)):
                self._at_touch(side)
                yield ()
            self._near(side, self._count(temper.near * busy / 2))
        for _ in range(self._count(temper.far * busy)):
            self._far()
        takers = temper.takers * awake * (1 + fair.excited * temper.burst * temper.rush)
        for _ in range(self._count(takers * mood.takers)):
            yield self._take()
        for side in (Side.BUY, Side.SELL):
            if len(self._book.side(side)) < LEAST_LEVELS + 20:
                self._thicken(side, LEAST_LEVELS + 40)

    def dropped(self, matches: Sequence[Match]) -> None:
        """Forget orders of the crowd that an order of the user took whole."""
        self._crowd.dropped(matches)

    def _follow(self, side: Side) -> Iterator[Sequence[Match]]:
        """Quotes that the fair value has run over are pulled by their owners, or swept before they are."""
        rng, crowd, book = self._rng, self._crowd, self._book
        ladder = book.side(side)
        anchor = self._fair.anchor(side)
        prices = [price for price, _ in takewhile(lambda level: ladder.better(level[0], anchor), ladder.walk())]
        left, worst = 0, anchor
        for price in prices:
            overrun = self._fair.overran(side, price)
            for order in book.queue(side, price):
                if order.order_id < 0 and (not overrun or rng.random() < self._temper.pulled):
                    crowd.cancel(order.order_id)
                elif overrun:
                    left += order.lots
                    worst = price
        if left:
            most = max(1, int(_MOST_SWEPT / self._unit / self._fair.value))
            yield crowd.take(Side.BUY if side is Side.SELL else Side.SELL, min(left, most), worst)

    def _close_spread(self) -> None:
        """Someone quotes inside a spread wider than makers want it, mostly at once."""
        bid, ask = self._book.bids.best(), self._book.asks.best()
        if bid is None or ask is None or ask - bid <= 1 or self._rng.random() < self.mood.lazy:
            return
        low, high = self._fair.anchor(Side.BUY), self._fair.anchor(Side.SELL)
        if bid < low < ask:
            self._crowd.add(Side.BUY, low, self._joined())
            bid = low
        if bid < high < ask:
            self._crowd.add(Side.SELL, high, self._joined())

    def _leave_behind(self, side: Side) -> None:
        """Notice a new best price; what stood at the old one is pulled bit by bit, unless the price comes back."""
        best = self._book.side(side).best()
        price, ids = self._touch[side]
        stale = self._stale[side]
        if best is not None and best != price:
            stale += ids
            self._touch[side] = (best, [])
            if self._rng.random() < _CHANGED_MIND:
                self._wanted[side] = self._depth_wanted()
        for _ in range(self._count(len(stale) * _STALE / _STEP_S)):
            order_id = self._pop(stale)
            order = self._book.order(order_id)
            if order is None:
                continue
            if order.price == best:
                self._touch[side][1].append(order_id)
            else:
                self._crowd.cancel(order_id)

    def _at_touch(self, side: Side) -> None:
        """Someone joins the best price, or leaves it when more stands there than makers care to show."""
        ladder = self._book.side(side)
        best = ladder.best()
        if best is None:
            return
        wanted = self._wanted[side] * self.mood.depth / self._fair.value
        standing = ladder.lots(best)
        ids = self._touch[side][1]
        if self._rng.random() * (wanted + standing) < wanted or not ids:
            added = self._crowd.add(side, best, self._joined())
            if added is not None:
                ids.append(added)
            return
        order_id = self._pop(ids)
        if order_id in self._crowd:
            self._crowd.cancel(order_id)

    def _near(self, side: Side, count: int) -> None:
        """Makers keep the levels right behind the best price about as far apart as they like them."""
        if not count:
            return
        levels = self._book.side(side).levels(_NEAR)
        if len(levels) < _NEAR:
            return
        width = abs(levels[-1][0] - levels[0][0])
        for _ in range(count):
            if self._rng.random() * (width + self._near_width) < width:
                self._offer_near(side)
            else:
                price = levels[1 + int(self._rng.random() * (len(levels) - 1))][0]
                queue = self._book.queue(side, price)
                if queue and queue[-1].order_id < 0:
                    self._crowd.cancel(queue[-1].order_id)

    def _far(self) -> None:
        """Someone places an order far behind, or takes one back from wherever it is."""
        if self._rng.random() * 2 * self._temper.orders < len(self._crowd):
            self._crowd.cancel_any()
        else:
            self._offer_far(Side.BUY if self._rng.random() < _EVEN else Side.SELL)

    def _take(self) -> Sequence[Match]:
        """Someone takes: with the move while there is one, else either way; never far through the book."""
        leans = self._fair.leans
        chance = _EVEN if leans is None else _WITH_MOVE if leans is Side.BUY else 1 - _WITH_MOVE
        side = Side.BUY if self._rng.random() < chance else Side.SELL
        best = self._book.side(Side.SELL if side is Side.BUY else Side.BUY).best()
        if best is None:
            return ()
        limit = best + side.sign * int(self._near_width / 2)
        return self._crowd.take(side, self._taken.lots(self._rng, self._fair.value), max(1, limit))

    def _offer_near(self, side: Side) -> None:
        best = self._book.side(side).best() or self._fair.anchor(side)
        away = 1 + int(self._rng.random() * self._near_width)
        self._crowd.add(side, best - side.sign * away, self._shown())

    def _offer_far(self, side: Side) -> None:
        best = self._book.side(side).best() or self._fair.anchor(side)
        away = 1 + int(self._rng.expovariate(1) * self._spacing * _REACH_LEVELS)
        price = best - side.sign * away
        if price >= 1:
            self._crowd.add(side, price, max(1, int(self._shown() * _DEEP)))

    def _thicken(self, side: Side, levels: int) -> None:
        ladder = self._book.side(side)
        while len(ladder) < levels:
            self._offer_far(side)

    @property
    def _near_width(self) -> float:
        return _NEAR * self._spacing

    def _joined(self) -> int:
        return max(1, int(self._joining.lots(self._rng, self._fair.value) * self.mood.depth))

    def _shown(self) -> int:
        return max(1, int(self._resting.lots(self._rng, self._fair.value) * self.mood.depth))

    def _depth_wanted(self) -> float:
        """Tick-lots."""
        return self._depth * exp(self._rng.gauss(0, self._temper.depth_spread))

    def _pop(self, ids: list[int]) -> int:
        """Take any one out of a list whose order does not matter."""
        at = int(self._rng.random() * len(ids))
        ids[at], ids[-1] = ids[-1], ids[at]
        return ids.pop()

    def _count(self, rate: float) -> int:
        """How often something of a rate per second happens in this step."""
        mean = rate * _STEP_S
        return int(mean + self._rng.random())
