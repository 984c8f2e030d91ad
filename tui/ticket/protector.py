"""What puts stops and targets: at the cursor by key, at a typed price by line. They take risk off; entries do not."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from uuid6 import uuid7

from connectors.model.ids import OrderId
from connectors.model.instrument import grid_neighbours
from connectors.model.order import OrderType, Side
from connectors.model.order_list import ListKind
from connectors.model.position import Position
from connectors.worker import api
from tui.commands.question import Answer, Question
from tui.format import numbers
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.ticket import judge
from tui.ticket.cover import exit_side, stop_type, stopped
from tui.ticket.rules import floor_to, lot_step
from tui.ticket.seen import Seen
from tui.ticket.ticket import Ticket

if TYPE_CHECKING:
    from tui.desk import Desk

ZERO = Decimal(0)
SLACK = Decimal("0.01")
"""Share a stop-limit's limit stands behind its trigger where the venue has no stop at market."""


class Protector:
    """The careful hand.

    Args:
        desk: Whose screen, store and link are used.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # --- keys -------------------------------------------------------------------------------------------------------

    def stop_here(self) -> None:
        """A stop at the cursor for the part of the position that has none, side worked out."""
        seen = self._at_cursor()
        if seen is not None and seen.cursor is not None:
            self.put_stop(seen, seen.cursor)

    def target_here(self) -> None:
        """A target at the cursor for the part of the position that no order stands for."""
        seen = self._at_cursor()
        if seen is not None and seen.cursor is not None:
            self.put_target(seen, seen.cursor)

    def stop_entry(self, side: Side) -> None:
        """A stop order at the cursor that enters: it buys above the market, or sells below it."""
        desk, seen = self._desk, self._at_cursor()
        if seen is None or seen.cursor is None:
            return
        refusal = judge.book_refusal(seen, cursor=True)
        if refusal:
            self._refuse(refusal)
            return
        ticket_type = stop_type(seen.instrument.order_types)
        quantity = desk.trader.quantity(seen, side, ticket_type or OrderType.LIMIT, seen.cursor)
        if quantity is not None:
            self._enter(seen, side, seen.cursor, quantity, reduces=False)

    def _at_cursor(self) -> Seen | None:
        seen = self._desk.seen()
        if seen is None:
            return None
        refusal = judge.cursor_refusal(seen)
        if refusal:
            self._refuse(refusal)
            return None
        return seen

    # --- what both do -----------------------------------------------------------------------------------------------

    def put_stop(self, seen: Seen, trigger: Decimal, quantity: Decimal | None = None) -> None:
        """A stop at a price: ``quantity`` of the position, else all of it that is bare."""
        found = self.bare(seen, stops=True) if quantity is None else quantity
        if found is not None:
            self._enter(seen, exit_side(seen.position), trigger, found, reduces=True)

    def put_target(self, seen: Seen, price: Decimal, quantity: Decimal | None = None) -> None:
        """A limit order that takes the position off in profit."""
        found = self.bare(seen, stops=False) if quantity is None else quantity
        if found is None:
            return
        side = exit_side(seen.position)
        met = seen.opposite(side)
        if met is not None and (price - met) * side.sign >= 0:
            digits = seen.instrument.price_decimals
            there, touch = numbers.price(price, digits), numbers.price(met, digits)
            self._refuse(f"{there} is through the market at {touch}: a target there fills at once. ff closes.")
            return
        ticket = Ticket(side=side, type=OrderType.LIMIT, quantity=found, price=price)
        self._desk.trader.enter(ticket, seen, reduces=True)

    def put_trail(self, seen: Seen, delta_bp: int, quantity: Decimal | None = None) -> None:
        """A stop that follows the best price since it was placed, so many basis points behind it."""
        if OrderType.TRAILING not in seen.instrument.order_types:
            self._refuse(f"{seen.instrument.symbol} takes no trailing stop. :stop PRICE places one that stands still.")
            return
        found = self.bare(seen, stops=True) if quantity is None else quantity
        if found is not None:
            side = exit_side(seen.position)
            ticket = Ticket(side=side, type=OrderType.TRAILING, quantity=found, trailing_delta=delta_bp)
            self._desk.trader.enter(ticket, seen, reduces=True)

    def bare(self, seen: Seen, *, stops: bool) -> Decimal | None:
        """Base units no stop (or no order at all) stands for, rounded down to the lot; None says why there are none."""
        held, base = seen.position, seen.instrument.base
        if not held:
            self._desk.say("Flat: there is nothing to protect.")
            return None
        position = Position(seen.account, seen.instrument.id, held)
        orders = self._desk.store.working(seen.account, seen.instrument.id)
        wanted = abs(held) - (stopped(position, orders) if stops else ZERO)
        if wanted <= 0:
            self._desk.say(f"All {numbers.exact(abs(held))} {base} has a stop already.")
            return None
        if held > 0 and seen.free_base is not None and seen.free_base < wanted:
            wanted = seen.free_base
        quantity = floor_to(wanted, lot_step(seen.instrument, OrderType.LIMIT))
        if quantity <= 0:
            self._desk.say(f"All {numbers.exact(abs(held))} {base} is locked in your orders. x cancels one first.")
            return None
        return quantity

    def _enter(self, seen: Seen, side: Side, trigger: Decimal, quantity: Decimal, *, reduces: bool) -> None:
        ticket = self.stop_ticket(seen, side, trigger, quantity)
        if ticket is not None:
            self._desk.trader.enter(ticket, seen, reduces=reduces)

    def stop_ticket(self, seen: Seen, side: Side, trigger: Decimal, quantity: Decimal) -> Ticket | None:
        """A stop as the instrument takes it: at market, else with a limit a little behind. None says why not."""
        kind = stop_type(seen.instrument.order_types)
        if kind is None:
            self._refuse(f"{seen.instrument.symbol} takes no stop orders.")
            return None
        if kind is OrderType.STOP_LOSS:
            return Ticket(side=side, type=kind, quantity=quantity, trigger_price=trigger)
        tick = seen.instrument.filters.tick_size
        limit = trigger * (1 + SLACK * side.sign)
        if tick > 0:
            limit = grid_neighbours(limit, tick)[0]
        return Ticket(side=side, type=kind, quantity=quantity, trigger_price=trigger, price=limit)

    # --- one cancels the other --------------------------------------------------------------------------------------

    def put_oco(self, seen: Seen, target: Decimal, trigger: Decimal, quantity: Decimal | None = None) -> None:
        """A target and a stop for the same part of the position: the venue cancels one when the other is filled."""
        if ListKind.OCO not in seen.instrument.list_kinds:
            self._refuse(f"{seen.instrument.symbol} takes no OCO. stop and tp place one each.")
            return
        found = self.bare(seen, stops=True) if quantity is None else quantity
        if found is None:
            return
        side = exit_side(seen.position)
        stop = self.stop_ticket(seen, side, trigger, found)
        if stop is None:
            return
        above = Ticket(side=side, type=OrderType.LIMIT_MAKER, quantity=found, price=target)
        for ticket in (above, stop):
            refusal = judge.state_refusal(ticket, seen, reduces=True) or judge.number_refusal(
                ticket, seen, reduces=True
            )
            if refusal:
                self._refuse(refusal)
                return
        self._stage_oco(seen, above, stop)

    def _stage_oco(self, seen: Seen, above: Ticket, stop: Ticket) -> None:
        desk, digits = self._desk, seen.instrument.price_decimals
        target, trigger = numbers.price(above.price, digits), numbers.price(stop.trigger_price, digits)
        size = numbers.exact(above.quantity or ZERO)
        told = f"{above.side} {size} target {target} or stop {trigger}, one cancels the other"
        if judge.reducing_class(seen) == 0:
            self._send_oco(seen, above, stop, told)
            return
        answers: dict[str, Answer] = {"y": lambda: self._send_oco(seen, above, stop, told)}
        desk.ask(Question(f"{told} · y sends  n drops", answers))

    def _send_oco(self, seen: Seen, above: Ticket, stop: Ticket, told: str) -> None:
        ids = [OrderId(UUID(int=uuid7().int)) for _ in range(3)]
        profit, loss = (
            ticket.command(order_id, seen.account, seen.instrument.id, seen_price=seen.mid, frame=None)
            for ticket, order_id in ((above, ids[0]), (stop, ids[1]))
        )
        self._desk.say(f"{told}: on its way")
        self._desk.spawn(self._placed(api.PlaceList(ListKind.OCO, ids[2], take_profit=profit, stop_loss=loss)))

    async def _placed(self, command: api.PlaceList) -> None:
        desk = self._desk
        result = await desk.session.ask(command)
        if isinstance(result, api.ListAccepted):
            for order in result.orders:
                desk.store.note(order)
            desk.listener.facts_changed()
        elif isinstance(result, api.Failure):
            desk.say(sentence_of(result), Tone.DANGER, sticky=True)

    def _refuse(self, sentence: str) -> None:
        whole = sentence if "othing was sent" in sentence else f"{sentence} Nothing was sent."
        self._desk.say(whole, Tone.WARN, sticky=True)
