"""A book followed from a feed, with our own orders beside it: what paper trading and a replayed tape match against.

The recorded book is never altered. What we took of a level is kept beside it until the feed speaks of that level again;
an order of ours waits behind what stood at its price when it came, and moves up as recorded trades use that up.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.matching.ladder import Ladder
from connectors.matching.terms import Appetite, End, Match, Outcome, Prevented, Prevention, Request
from connectors.model.order import TimeInForce
from connectors.model.side import Side


@dataclass(slots=True)
class Waiting:
    """An order of ours: ``lots`` left, ``ahead`` lots of the feed's before it, ``shown`` lots of a ``peak`` to see."""

    order_id: int
    side: Side
    price: int
    lots: int
    ahead: int
    owner: str = ""
    peak: int = 0
    shown: int = 0


class FollowedBook:
    """Levels by a feed's absolute quantities, orders of ours matched against them.

    Args:
        step: Our trades are multiples of this many lots, where a feed's sizes are finer than what may be ordered.
    """

    def __init__(self, step: int = 1) -> None:
        self._step = step
        self.bids = Ladder(Side.BUY)
        self.asks = Ladder(Side.SELL)
        self._taken: dict[tuple[Side, int], int] = {}
        self._orders: dict[int, Waiting] = {}

    def __contains__(self, order_id: int) -> bool:
        return order_id in self._orders

    def side(self, side: Side) -> Ladder:
        """The feed's levels of one side, as recorded."""
        return self.bids if side is Side.BUY else self.asks

    def available(self, side: Side, price: int) -> int:
        """Lots still to be had at a level, in whole steps: recorded less what we took since its last update."""
        left = max(0, self.side(side).lots(price) - self._taken.get((side, price), 0))
        return left - left % self._step

    def depth(self, side: Side) -> list[tuple[int, int]]:
        """(price, lots) that a taker finds, best first: the feed's levels less what we took, plus our own orders."""
        found = {price: self.available(side, price) for price, _ in self.side(side).walk()}
        for order in self._orders.values():
            if order.side is side:
                found[order.price] = found.get(order.price, 0) + order.lots
        return sorted(((p, n) for p, n in found.items() if n), key=lambda level: -side.sign * level[0])

    def put(self, side: Side, price: int, lots: int) -> None:
        """Apply one absolute level of the feed. Follow a whole event with `cross`."""
        self.side(side).put(price, lots)
        self._taken.pop((side, price), None)
        for order in self._orders.values():
            if order.price == price and order.side is side and order.ahead > lots:
                order.ahead = lots

    def cross(self) -> list[Match]:
        """Fill orders of ours that the feed's opposite levels have reached, out of what stands there."""
        matches: list[Match] = []
        for order in self._by_priority():
            ladder = self.side(_other(order.side))
            for price, _ in ladder.walk():
                if not order.lots or not ladder.accepts(price, order.price):
                    break
                lots = min(order.lots, self.available(ladder.side, price))
                if lots:
                    self._take(ladder.side, price, lots)
                    matches.append(self._fill(order, lots))
        return matches

    def trade(self, price: int, lots: int, taker: Side) -> list[Match]:
        """A recorded trade: an order of ours at a better price fills whole; at its price, by its place in line."""
        matches: list[Match] = []
        served = 0
        for order in self._by_priority():
            if order.side is taker:
                continue
            beyond = order.side.sign * (order.price - price)
            if beyond > 0:
                matches.append(self._fill(order, order.lots))
            elif beyond == 0:
                over = lots - order.ahead
                order.ahead = max(0, -over)
                rest = max(0, over - served)
                got = min(order.shown, rest - rest % self._step)
                if got:
                    served += got
                    matches.append(self._fill(order, got))
        return matches

    def rest(self, request: Request, lots: int) -> None:
        """Put a limit order in line, behind all that the feed shows at its price."""
        if request.limit is None:
            raise ValueError("a market order cannot rest")
        ahead = self.side(request.side).lots(request.limit)
        shown = min(lots, request.peak or lots)
        order = Waiting(request.order_id, request.side, request.limit, lots, ahead, request.owner, request.peak, shown)
        self._orders[request.order_id] = order

    def reduce(self, order_id: int, lots: int) -> bool:
        """Lower what is left of an order of ours without moving it in line; False where that is no reduction."""
        order = self._orders.get(order_id)
        if order is None or not 0 < lots < order.lots:
            return False
        order.lots = lots
        order.shown = min(order.shown, lots)
        return True

    def cancel(self, order_id: int) -> int | None:
        """Take an order of ours out; returns the lots it had left, None when it does not wait here."""
        order = self._orders.pop(order_id, None)
        return None if order is None else order.lots

    def submit(self, request: Request) -> Outcome:
        """Match an incoming order of ours against the feed's levels and our own resting ones."""
        other = _other(request.side)
        if request.post_only and self._next(other, request.limit) is not None:
            return Outcome(End.WOULD_TAKE, left=request.lots or 0)
        if request.time_in_force is TimeInForce.FOK and not self._can_fill(request):
            return Outcome(End.EXPIRED, left=request.lots or 0)
        appetite = Appetite.of(request)
        matches: list[Match] = []
        prevented: list[Prevented] = []
        stopped = False
        starved = True
        while not stopped:
            found = self._next(other, request.limit)
            if found is None:
                break
            price, own = found
            wanted = appetite.at(price)
            wanted -= wanted % self._step
            if not wanted:
                starved = False
                break
            if own is None:
                lots = min(wanted, self.available(other, price))
                self._take(other, price, lots)
                matches.append(Match(price, lots, 0, request.order_id, request.side))
            elif request.prevention is Prevention.NONE or own.owner != request.owner:
                lots = min(wanted, own.lots)
                matches.append(self._fill(own, lots, request.order_id))
            else:
                gone = Prevented.between(request, wanted, (own.order_id, price, own.lots), len(matches))
                prevented.append(gone)
                self._shrink(own, gone.lots)
                stopped = appetite.give_up(price, gone, request)
                continue
            appetite.take(price, lots)
        if request.lots is None:
            end = End.PREVENTED if stopped else End.EXPIRED if starved else End.FILLED
            return Outcome(end, matches, prevented)
        return self._settle(request, appetite.lots or 0, matches, prevented, stopped=stopped)

    def _settle(
        self, request: Request, left: int, matches: list[Match], prevented: list[Prevented], *, stopped: bool
    ) -> Outcome:
        if stopped:
            return Outcome(End.PREVENTED, matches, prevented, left)
        if not left:
            return Outcome(End.FILLED, matches, prevented)
        if request.limit is None or request.time_in_force is not TimeInForce.GTC:
            return Outcome(End.EXPIRED, matches, prevented, left)
        self.rest(request, left)
        return Outcome(End.RESTS, matches, prevented, left)

    def _next(self, side: Side, limit: int | None) -> tuple[int, Waiting | None] | None:
        """The first in line on a side: a level of the feed (None) or an order of ours; the feed first at one price."""
        ladder = self.side(side)
        own = next((order for order in self._by_priority() if order.side is side), None)
        for price, _ in ladder.walk():
            if own is not None and ladder.better(own.price, price):
                break
            if not ladder.accepts(price, limit):
                return None
            if self.available(side, price):
                return price, None
        if own is None or not ladder.accepts(own.price, limit):
            return None
        return own.price, own

    def _can_fill(self, request: Request) -> bool:
        """Whether the feed alone satisfies a fill-or-kill order (our own orders give way or do not count)."""
        ladder = self.side(_other(request.side))
        appetite = Appetite.of(request)
        for price, _ in ladder.walk():
            if not ladder.accepts(price, request.limit):
                return False
            found = self.available(ladder.side, price)
            if appetite.at(price) <= found:
                return True
            appetite.take(price, found)
        return False

    def _by_priority(self) -> list[Waiting]:
        """Our orders, better prices first, then in the order they came."""
        return sorted(self._orders.values(), key=lambda order: -order.side.sign * order.price)

    def _take(self, side: Side, price: int, lots: int) -> None:
        self._taken[(side, price)] = self._taken.get((side, price), 0) + lots

    def _show(self, order: Waiting) -> None:
        """The next part of an order whose shown part is used up: behind the feed's lots and other orders of ours."""
        if order.lots and not order.shown:
            order.shown = min(order.lots, order.peak)
            order.ahead = self.side(order.side).lots(order.price)
            del self._orders[order.order_id]
            self._orders[order.order_id] = order

    def _shrink(self, order: Waiting, lots: int) -> None:
        order.lots -= lots
        order.shown = min(order.shown, order.lots)
        if not order.lots:
            del self._orders[order.order_id]

    def _fill(self, order: Waiting, lots: int, taker_id: int = 0) -> Match:
        order.shown -= min(order.shown, lots)
        self._shrink(order, lots)
        self._show(order)
        return Match(order.price, lots, order.order_id, taker_id, _other(order.side), order.lots)


def _other(side: Side) -> Side:
    return Side.SELL if side is Side.BUY else Side.BUY
