"""A price-time queue: orders of one instrument, best price first, first come first served."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.matching.ladder import Ladder
from connectors.matching.terms import Appetite, End, Match, Outcome, Prevented, Prevention, Request
from connectors.model.order import TimeInForce
from connectors.model.side import Side


@dataclass(slots=True)
class Resting:
    """An order in the queue; ``lots`` is what it shows, ``hidden`` what stands behind that."""

    order_id: int
    side: Side
    price: int
    lots: int
    owner: str = ""
    hidden: int = 0
    peak: int = 0

    @classmethod
    def of(cls, request: Request, lots: int) -> Resting:
        """What rests of a request; ValueError for a market order."""
        if request.limit is None:
            raise ValueError("a market order cannot rest")
        shown = min(lots, request.peak or lots)
        return cls(request.order_id, request.side, request.limit, shown, request.owner, lots - shown, request.peak)

    @property
    def left(self) -> int:
        """All lots it still has, shown or not."""
        return self.lots + self.hidden


class QueueBook:
    """The book of one instrument.

    ``revision`` rises by one with every change of a level's quantity; `drain` tells which levels have changed since
    it was last asked, so that a feed of absolute quantities can be made from it.
    """

    def __init__(self) -> None:
        self.bids = Ladder(Side.BUY)
        self.asks = Ladder(Side.SELL)
        self.revision = 0
        self._queues: dict[tuple[Side, int], dict[int, Resting]] = {}
        self._orders: dict[int, Resting] = {}
        self._changed: dict[tuple[Side, int], None] = {}

    def __contains__(self, order_id: int) -> bool:
        return order_id in self._orders

    def __len__(self) -> int:
        return len(self._orders)

    def side(self, side: Side) -> Ladder:
        """Levels on which orders of this side rest."""
        return self.bids if side is Side.BUY else self.asks

    def order(self, order_id: int) -> Resting | None:
        """The resting order with this id."""
        return self._orders.get(order_id)

    def queue(self, side: Side, price: int) -> list[Resting]:
        """Orders at a price, first in line first."""
        return list(self._queues.get((side, price), {}).values())

    def drain(self) -> list[tuple[Side, int, int]]:
        """(side, price, lots now) of each level changed since the last call."""
        changed = [(side, price, self.side(side).lots(price)) for side, price in self._changed]
        self._changed.clear()
        return changed

    def rest(self, order: Resting) -> None:
        """Put an order at the end of its queue without matching it."""
        self._orders[order.order_id] = order
        self._queues.setdefault((order.side, order.price), {})[order.order_id] = order
        self._move(order.side, order.price, order.lots)

    def cancel(self, order_id: int) -> int | None:
        """Take an order out; returns the lots it had left, None when it does not rest here."""
        order = self._orders.get(order_id)
        if order is None:
            return None
        left = order.left
        self._shrink(order, left)
        return left

    def reduce(self, order_id: int, lots: int) -> bool:
        """Lower what is left of a resting order without moving it in its queue; False where that is no reduction.

        What it shows shrinks only when less is left than that.
        """
        order = self._orders.get(order_id)
        if order is None or not 0 < lots < order.left:
            return False
        self._shrink(order, order.left - lots)
        return True

    def submit(self, request: Request) -> Outcome:
        """Match an incoming order and let its rest wait, if it may.

        A fill-or-kill order trades in whole or not at all; what a post-only order would take, refuses it.
        """
        resting = self.side(_other(request.side))
        if request.post_only and _crosses(resting, request.limit):
            return Outcome(End.WOULD_TAKE, left=request.lots or 0)
        if request.time_in_force is TimeInForce.FOK and not self._can_fill(request):
            return Outcome(End.EXPIRED, left=request.lots or 0)
        appetite = Appetite.of(request)
        matches: list[Match] = []
        prevented: list[Prevented] = []
        stopped = False
        while not stopped:
            price = resting.best()
            if price is None or not resting.accepts(price, request.limit):
                break
            wanted = appetite.at(price)
            if not wanted:
                break
            maker = next(iter(self._queues[(resting.side, price)].values()))
            if request.owner and maker.owner == request.owner and request.prevention is not Prevention.NONE:
                whom = (maker.order_id, price, maker.left)
                gone = Prevented.between(request, wanted, whom, len(matches))
                prevented.append(gone)
                self._shrink(maker, gone.lots)
                stopped = appetite.give_up(price, gone, request)
                continue
            lots = min(wanted, maker.lots)
            appetite.take(price, lots)
            self._reduce(maker, lots)
            matches.append(Match(price, lots, maker.order_id, request.order_id, request.side, maker.left))
        return self._settle(request, appetite, matches, prevented, stopped=stopped)

    def _settle(
        self,
        request: Request,
        appetite: Appetite,
        matches: list[Match],
        prevented: list[Prevented],
        *,
        stopped: bool,
    ) -> Outcome:
        if request.lots is None:
            return Outcome(self._end_of_budget(request, appetite, stopped=stopped), matches, prevented)
        left = appetite.lots or 0
        if stopped:
            return Outcome(End.PREVENTED, matches, prevented, left)
        if not left:
            return Outcome(End.FILLED, matches, prevented)
        if request.limit is None or request.time_in_force is not TimeInForce.GTC:
            return Outcome(End.EXPIRED, matches, prevented, left)
        self.rest(Resting.of(request, left))
        return Outcome(End.RESTS, matches, prevented, left)

    def _end_of_budget(self, request: Request, appetite: Appetite, *, stopped: bool) -> End:
        """A budget is spent when its rest pays for no further lot; an empty book leaves it unspent."""
        if stopped:
            return End.PREVENTED
        best = self.side(_other(request.side)).best()
        return End.FILLED if best is not None and not appetite.at(best) else End.EXPIRED

    def _can_fill(self, request: Request) -> bool:
        """Whether a fill-or-kill order finds enough; orders of its own owner do not count where they give way."""
        ladder = self.side(_other(request.side))
        appetite = Appetite.of(request)
        apart = bool(request.owner) and request.prevention is not Prevention.NONE
        for price, _ in ladder.walk():
            if not ladder.accepts(price, request.limit):
                return False
            queue = self._queues[(ladder.side, price)].values()
            total = sum(order.left for order in queue)
            own = sum(order.left for order in queue if order.owner == request.owner) if apart else 0
            if own and request.prevention is not Prevention.EXPIRE_MAKER:
                ahead = _ahead_of_own(list(queue), request.owner)
                return appetite.at(price) <= ahead
            wanted = appetite.at(price)
            if wanted <= total - own:
                return True
            appetite.take(price, total - own)
        return False

    def _reduce(self, order: Resting, lots: int) -> None:
        """Take from what an order shows; its next part goes to the end of the queue."""
        order.lots -= lots
        shown = 0
        if not order.lots:
            queue = self._queues[(order.side, order.price)]
            del queue[order.order_id]
            if order.hidden:
                shown = order.lots = min(order.peak, order.hidden)
                order.hidden -= shown
                queue[order.order_id] = order
            else:
                del self._orders[order.order_id]
            if not queue:
                del self._queues[(order.side, order.price)]
        self._move(order.side, order.price, shown - lots)

    def _shrink(self, order: Resting, lots: int) -> None:
        """Take from an order in its place, from behind first."""
        behind = min(lots, order.hidden)
        order.hidden -= behind
        if lots > behind:
            self._reduce(order, lots - behind)

    def _move(self, side: Side, price: int, lots: int) -> None:
        ladder = self.bids if side is Side.BUY else self.asks
        ladder.put(price, ladder.lots(price) + lots)
        self.revision += 1
        self._changed[(side, price)] = None


def _ahead_of_own(queue: list[Resting], owner: str) -> int:
    ahead = 0
    for order in queue:
        if order.owner == owner:
            break
        ahead += order.lots
    return ahead


def _crosses(ladder: Ladder, limit: int | None) -> bool:
    best = ladder.best()
    return best is not None and ladder.accepts(best, limit)


def _other(side: Side) -> Side:
    return Side.SELL if side is Side.BUY else Side.BUY
