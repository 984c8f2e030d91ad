"""What takes risk off: cancel, close, halt. None of it needs the arm switch, an ACTIVE desk or a live book."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from connectors.model.order import Order, OrderType, Side
from connectors.model.position import Position
from connectors.worker import api
from tui.commands.question import Answer, Question
from tui.format import numbers, times
from tui.format.orders import protective
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.ticket import resuming
from tui.ticket.eye import look_over
from tui.ticket.leaving import left_behind
from tui.ticket.rules import floor_to, lot_step
from tui.ticket.seen import Seen
from tui.ticket.ticket import Ticket

if TYPE_CHECKING:
    from tui.desk import Desk

HALF = Decimal(2)


class Closer:
    """The leaving hand.

    Args:
        desk: Whose screen, store and link are used.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._leaving = False

    # --- cancel -----------------------------------------------------------------------------------------------------

    def cancel(self, orders: Sequence[Order], nothing: str) -> None:
        """Cancel orders; protective ones only after a question.

        Args:
            orders: Which.
            nothing: Said when there are none.
        """
        if not orders:
            self._desk.say(nothing)
            return
        guarding = [order for order in orders if protective(order)]
        if not guarding:
            self._cancel(orders)
            return
        bare = sum((order.remaining or Decimal(0) for order in guarding), Decimal(0))
        names = ", ".join(order.handle for order in orders)
        sentence = f"Cancel {names}? It leaves {numbers.exact(bare)} unprotected. y cancels  n keeps"
        self._desk.ask(
            Question(sentence, {"y": partial(self._cancel, tuple(orders))}, dropped="Kept: nothing was canceled.")
        )

    def cancel_entries(self, side: Side | None) -> None:
        """Cancel my entries on the focused instrument, narrowed to a side; protective orders stay and are counted."""
        market = self._desk.market
        working = self._desk.store.working(market.account, market.instrument_id)
        entries = [order for order in working if not protective(order) and side in {None, order.side}]
        kept = sum(1 for order in working if protective(order) and side in {None, order.side})
        what = "orders" if side is None else ("buys" if side is Side.BUY else "sells")
        self.cancel(entries, f"No {what} of yours work on {market.symbol}.{_stay(kept)}")
        if entries and kept:
            self._desk.say(f"Cancel sent for {times.count(len(entries), 'order')}.{_stay(kept)}")

    def _cancel(self, orders: Sequence[Order]) -> None:
        if len(orders) > 1:
            self._desk.say(f"Cancel sent for {times.count(len(orders), 'order')}.")
        else:
            self._desk.say(f"{orders[0].handle}: cancel sent.")
        for order in orders:
            self._desk.spawn(self._cancel_one(order))

    async def _cancel_one(self, order: Order) -> None:
        result = await self._desk.session.ask(api.CancelOrder(order.order_id))
        trouble = sentence_of(result)
        if trouble:
            self._desk.say(f"{order.handle} was not canceled: {trouble}", Tone.DANGER, sticky=True)

    # --- close ------------------------------------------------------------------------------------------------------

    def close(self, *, half: bool = False, position: Position | None = None) -> None:
        """Close a position at market, or half of it. On spot that sells what is held.

        Args:
            half: Half of it.
            position: Which; None for the instrument under the hand.
        """
        seen = self.seen_of(position)
        if seen is not None:
            self.close_so(seen, abs(seen.position) / HALF if half else None)

    def seen_of(self, position: Position | None) -> Seen | None:
        """What is known where a position is; None: of the instrument under the hand."""
        if position is None:
            return self._desk.seen()
        return look_over(self._desk, position.account, position.instrument)

    def close_so(self, seen: Seen, wanted: Decimal | None, price: Decimal | None = None) -> None:
        """Take a position off by so many base units, all of it for None; at market, or by a limit order."""
        instrument, held = seen.instrument, seen.position
        kind = OrderType.MARKET if price is None else OrderType.LIMIT
        side = Side.SELL if held > 0 else Side.BUY
        asked = wanted
        wanted = abs(held) if wanted is None else min(wanted, abs(held))
        locked = Decimal(0)
        if side is Side.SELL and seen.free_base is not None and seen.free_base < wanted:
            locked, wanted = wanted - seen.free_base, seen.free_base
        quantity = floor_to(wanted, lot_step(instrument, kind))
        if quantity <= 0:
            self._desk.say(_why_nothing(held, locked, instrument.base))
            return
        if asked is not None and asked > abs(held):
            self._desk.say(f"Only {numbers.exact(abs(held))} {instrument.base} is held.")
        elif locked > 0:
            self._desk.say(
                f"{numbers.exact(locked)} {instrument.base} is locked in your orders and stays. {_FREE} first."
            )
        ticket = Ticket(side=side, type=kind, quantity=quantity, price=price, reduce_only=True)
        self._desk.trader.enter(ticket, seen, reduces=True)

    # --- halt and resume ---------------------------------------------------------------------------------------------

    def halt(self) -> None:
        """Refuse new orders from this moment: here at once, in the worker as soon as it hears."""
        desk = self._desk
        desk.store.trading = api.TradingState.HALTED
        desk.store.trading_reason = "by you"
        desk.store.trading_since_ns = desk.clock.time_ns()
        desk.status_changed()
        desk.spawn(self.set_trading(api.TradingState.HALTED))

    def follow_up(self) -> None:
        """After every change of an order: leave, where that waits for entries to be gone."""
        desk = self._desk
        if self._leaving and not any(not protective(order) for order in desk.store.working()):
            desk.leave()

    def reduce(self) -> None:
        """Let only what shrinks a position pass from now on: here at once, in the worker as soon as it hears."""
        self._desk.store.trading = api.TradingState.REDUCING
        self._desk.store.trading_reason = "by you"
        self._desk.store.trading_since_ns = self._desk.clock.time_ns()
        self._desk.status_changed()
        self._desk.spawn(self.set_trading(api.TradingState.REDUCING))

    def resume(self) -> None:
        """Ask, then let new orders pass again."""
        resuming.resume(self._desk)

    async def set_trading(self, state: api.TradingState) -> None:
        """Tell the worker, and say what became of it."""
        desk = self._desk
        trouble = sentence_of(await desk.session.ask(api.SetTrading(state)))
        if trouble:
            here = "Nothing was changed."
            if state is not api.TradingState.ACTIVE:
                here = "This desk refuses new orders all the same."
            desk.say(f"{trouble} {here}", Tone.DANGER, sticky=True)
            return
        if state is api.TradingState.ACTIVE:
            desk.alarm.resumed()
            desk.store.trading = state
            desk.say("ACTIVE. New orders pass.", Tone.GOOD)
            desk.status_changed()

    # --- leaving ----------------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Ask before leaving where orders or positions stay behind; leave at once where nothing does."""
        desk = self._desk
        places = left_behind(desk.store)
        if not places:
            desk.leave()
            return
        answers: dict[str, Answer] = {"y": desk.leave}
        choices = "y quit  n stay"
        if any(not protective(order) for order in desk.store.working()):
            answers["x"] = lambda: desk.spawn(self._cancel_and_leave())
            choices = "y quit  x cancel, then quit  n stay"
        desk.ask(Question(f"Quit? {', '.join(places)}. {choices}", answers, dropped="Staying.", deaf_ns=0))

    async def _cancel_and_leave(self) -> None:
        desk = self._desk
        entries = [order for order in desk.store.working() if not protective(order)]
        for order in entries:
            trouble = sentence_of(await desk.session.ask(api.CancelOrder(order.order_id)))
            if trouble:
                desk.say(f"{order.handle} was not canceled: {trouble} The desk stays open.", Tone.DANGER, sticky=True)
                return
        self._leaving = True
        self.follow_up()


_FREE = ":cancel all stops cancels them"
"""What frees a position: ``da`` spares the protective orders, which are what locks it most often."""


def _stay(kept: int) -> str:
    return f" {times.count(kept, 'protective order')} stay." if kept else ""


def _why_nothing(held: Decimal, locked: Decimal, base: str) -> str:
    if not held:
        return "Flat: nothing to close."
    if locked > 0:
        return f"All {numbers.exact(abs(held))} {base} is locked in your orders. {_FREE}, then ff closes."
    return f"{numbers.exact(abs(held))} {base} is less than one lot: the venue takes no order that small."
