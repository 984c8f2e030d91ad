"""What order keys do: build the ticket from what was painted, judge it, then send, stage or ask."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import ValidationError
from uuid6 import uuid7

from connectors.model.ids import AccountId, Mode, OrderId
from connectors.model.order import OrderStatus, OrderType, Side
from connectors.worker import api
from tui.commands.question import Answer, Question
from tui.format import numbers
from tui.format.clean import clean
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.modals.typed_word import TypedWord
from tui.ticket import judge, sizes
from tui.ticket.outgoing import Outgoing
from tui.ticket.seen import Seen
from tui.ticket.sentence import describe
from tui.ticket.slots import Slots
from tui.ticket.ticket import Ticket, why
from tui.ticket.unsent import UNSENT_REVISION, unsent

if TYPE_CHECKING:
    from tui.desk import Desk

DISARM_NS = 600_000_000_000
"""LIVE disarms itself after so long without a key."""
_STEPS = {"plus": 1, "equals_sign": 1, "minus": -1}
"""Keys that move what is staged, and by how many rows."""
NOTHING_SENT = "Nothing was sent."
LIVE_WORD = "LIVE"


class Trader:
    """The entering hand.

    Args:
        desk: Whose screen, store and link are used.

    Attributes:
        armed: Whether order keys act. LIVE starts disarmed.
        slots: Size slots.
        outgoing: Whether an order is on its way to the worker.
        last: The newest order placed here, for keys that mean "the last one".
        pressed_ns: Wall time of the key press by order, for the latencies of its message.
    """

    def __init__(self, desk: Desk) -> None:
        self.armed = True
        self.slots = Slots(desk)
        self.outgoing = Outgoing(desk.clock)
        self.last: OrderId | None = None
        self.pressed_ns: dict[OrderId, int] = {}
        self._desk = desk
        self._asked_live: set[AccountId] = set()  # armed by the typed word since the desk began
        self._account: AccountId | None = None

    # --- sizes ------------------------------------------------------------------------------------------------------

    def quantity(self, seen: Seen, side: Side, kind: OrderType, price: Decimal | None) -> Decimal | None:
        """Base units of the slot in use. Says why where there are none."""
        size = self.slots.in_use(seen.instrument.symbol)
        if size is None:
            self._refuse(f"Size slot {self.slots.number} is empty. z fills it.")
            return None
        unit = price if price is not None else seen.opposite(side)
        quantity = sizes.resolve(size, seen.instrument, kind, price=unit, free=seen.free_quote, position=seen.position)
        if quantity is not None and quantity > 0:
            return quantity
        reason = "no balance or price is known"
        if size.unit is sizes.Unit.POSITION_SHARE:
            reason = "there is no position"
        elif quantity is not None:
            reason = f"it is less than one lot ({numbers.exact(seen.instrument.filters.step_size)})"
        self._refuse(f"{size} is nothing here: {reason}.")
        return None

    # --- entries ----------------------------------------------------------------------------------------------------

    def at_cursor(self, side: Side) -> None:
        """Limit order at the cursor's price."""
        seen = self._desk.seen()
        if seen is not None:
            self._limit(side, seen.cursor, seen, cursor=True)

    def join(self, side: Side) -> None:
        """Limit order at the own side of the touch."""
        seen = self._desk.seen()
        if seen is not None:
            self._limit(side, seen.touch(side), seen, cursor=False)

    def improve(self, side: Side) -> None:
        """Limit order one tick better than the own side of the touch; refused where that would take."""
        seen = self._desk.seen()
        if seen is None:
            return
        own, met = seen.touch(side), seen.opposite(side)
        price = None if own is None else own + side.sign * seen.instrument.filters.tick_size
        if price is not None and met is not None and (price - met) * side.sign >= 0:
            shown = numbers.price(price, seen.instrument.price_decimals)
            self._desk.say(
                f"Improving to {shown} would cross: the spread is one tick. {NOTHING_SENT}", Tone.WARN, sticky=True
            )
            return
        self._limit(side, price, seen, cursor=False)

    def market(self, side: Side) -> None:
        """Market order; the collar applies."""
        seen = self._desk.seen()
        if seen is None:
            return
        quantity = self.quantity(seen, side, OrderType.MARKET, None)
        if quantity is not None:
            self.enter(Ticket(side=side, type=OrderType.MARKET, quantity=quantity), seen)

    def _limit(self, side: Side, price: Decimal | None, seen: Seen, *, cursor: bool) -> None:
        refusal = judge.book_refusal(seen, cursor=cursor) if price is None else ""
        if price is None:
            self._refuse(refusal or f"The book of {seen.instrument.symbol} has no such side now.")
            return
        quantity = self.quantity(seen, side, OrderType.LIMIT, price)
        if quantity is None:
            return
        try:
            ticket = Ticket(side=side, type=OrderType.LIMIT, quantity=quantity, price=price)
        except ValidationError as problem:
            self._refuse(why(problem))
            return
        self.enter(ticket, seen, cursor=cursor)

    def enter(self, ticket: Ticket, seen: Seen, *, cursor: bool = False, reduces: bool = False) -> None:
        """Judge a ticket and send, stage or ask.

        Args:
            ticket: What is meant.
            seen: What was painted when the key was pressed.
            cursor: Whether the price came from the cursor.
            reduces: Whether it only takes risk off: then neither the arm switch nor a halt stops it.
        """
        refusal = judge.state_refusal(ticket, seen, reduces=reduces)
        if not refusal and ticket.takes_book_price and not reduces:
            refusal = judge.book_refusal(seen, cursor=cursor)
        refusal = refusal or judge.number_refusal(ticket, seen, reduces=reduces)
        if refusal:
            self._refuse(refusal)
            return
        level = judge.reducing_class(seen) if reduces else judge.klass(ticket, seen)
        if level == 0:
            self.send(ticket, seen)
        elif level == 1:
            self.stage(ticket, seen, reduces=reduces)
        else:
            self._desk.dialogs.confirm(ticket, seen, reduces=reduces)

    def _refuse(self, sentence: str) -> None:
        whole = sentence if "othing was sent" in sentence else f"{sentence} {NOTHING_SENT}"
        self._desk.say(whole, Tone.WARN, sticky=True)

    # --- staging ----------------------------------------------------------------------------------------------------

    def stage(self, ticket: Ticket, seen: Seen, *, reduces: bool = False) -> None:
        """Show the order as a ghost and ask for ``y``."""
        crosses = "CROSSES. " if judge.crosses(ticket, seen) else ""
        amount = judge.notional(ticket, seen)
        cost = "" if amount is None else f" · {numbers.money(amount)} {seen.instrument.quote}"
        sentence = f"{crosses}{describe(ticket, seen.instrument)}{cost} · y sends  n drops"
        steps: dict[str, Answer] = {}
        if ticket.price is not None:
            sentence += "  + - row"
            steps = {key: partial(self._step, ticket, rows, reduces=reduces) for key, rows in _STEPS.items()}
        self._desk.floor.set_ghost(ticket)
        self._desk.ask(Question(sentence, {"y": partial(self.confirmed, ticket, reduces=reduces)}, steps))

    def _step(self, ticket: Ticket, rows: int, *, reduces: bool = False) -> None:
        """Stage the same order a row up or down; judged anew."""
        seen = self._desk.seen()
        if seen is None or ticket.price is None:
            return
        price = ticket.price + rows * self._desk.market.row_step
        if price <= 0:
            return
        moved = ticket.model_copy(update={"price": price})
        refusal = judge.number_refusal(moved, seen, reduces=reduces)
        if refusal:
            self._desk.ask(None)
            self._refuse(refusal)
            return
        self.stage(moved, seen, reduces=reduces)

    def confirmed(self, ticket: Ticket, *, reduces: bool = False) -> None:
        """The answer was yes: judge once more on what is painted now, and send without asking again."""
        seen = self._desk.seen()
        if seen is None:
            return
        refusal = judge.state_refusal(ticket, seen, reduces=reduces)
        if not refusal and ticket.takes_book_price and not reduces:
            refusal = judge.book_refusal(seen, cursor=False)
        refusal = refusal or judge.number_refusal(ticket, seen, reduces=reduces)
        if refusal:
            self._refuse(refusal)
            return
        self.send(ticket, seen)

    # --- sending ----------------------------------------------------------------------------------------------------

    def send(self, ticket: Ticket, seen: Seen) -> None:
        """Mint the order's id, hand it to the worker, and show it as being sent. Called once per press."""
        order_id = OrderId(UUID(int=uuid7().int))
        frame = seen.book.update_id if seen.book is not None and ticket.takes_book_price else None
        place = ticket.command(order_id, seen.account, seen.instrument.id, seen_price=seen.mid, frame=frame)
        reply = asyncio.ensure_future(self._desk.session.begin(place))
        self.outgoing.begin(reply)
        self.pressed_ns[order_id] = seen.now_ns
        self.last = order_id
        self._desk.store.orders[order_id] = unsent(place, seen.now_ns)
        self._desk.listener.facts_changed()
        self._desk.say(f"{describe(ticket, seen.instrument)} is on its way")
        self._desk.spawn(self._settle(place, reply))

    async def _settle(self, place: api.PlaceOrder, reply: Awaitable[api.Result]) -> None:
        """Show what became of it."""
        desk = self._desk
        result = await desk.session.answer(reply)
        if isinstance(result, api.OrderAccepted):
            desk.store.note(result.order)
        elif isinstance(result, api.Failure):
            self._failed(place, result)
        desk.listener.facts_changed()

    def _failed(self, place: api.PlaceOrder, failure: api.Failure) -> None:
        """A refusal clears the row; a lost answer stays on it as ``?``, since only evidence may clear it."""
        known = self._desk.store.orders.get(place.order_id)
        if known is not None and known.revision == UNSENT_REVISION:
            if failure.kind is api.FailureKind.UNKNOWN:
                lost = replace(known, status=OrderStatus.UNKNOWN, reason=failure.sentence)
                self._desk.store.orders[place.order_id] = lost
            else:
                del self._desk.store.orders[place.order_id]
        self.pressed_ns.pop(place.order_id, None)
        self._desk.say(sentence_of(failure), Tone.DANGER, sticky=True)

    # --- the arm switch ---------------------------------------------------------------------------------------------

    def meet(self, account: AccountId, mode: Mode) -> None:
        """Another account is under the hand: LIVE starts disarmed, everything else armed."""
        if account != self._account:
            self._account = account
            self.armed = mode is not Mode.LIVE

    def toggle_arm(self, mode: Mode) -> None:
        """Arm or disarm; LIVE asks for a typed word the first time."""
        if self.armed:
            self.disarm("DISARMED. Order keys say what they would send; cancel and close work. ctrl+t arms.")
        elif mode is Mode.LIVE and self._account not in self._asked_live:
            self._ask_live()
        else:
            self._arm()

    def disarm(self, sentence: str) -> None:
        """Switch order keys off and say why."""
        self.armed = False
        self._desk.say(sentence)
        self._desk.status_changed()

    def _ask_live(self) -> None:
        """The first time in a session real money takes a typed word: what is typed into the wrong window has none."""
        label = self._desk.market.label
        real = f"{clean(label)} trades real money. Armed, order keys send real orders at once."
        told = (real, f"Type {LIVE_WORD}, or the connection's label.")
        self._desk.dialogs.open_sheet(
            TypedWord("ARM LIVE", told, (LIVE_WORD, label), "arm", self._arm_live, "Still DISARMED.")
        )

    def _arm_live(self) -> None:
        if self._account is not None and self._desk.market.mode is Mode.LIVE:
            self._asked_live.add(self._account)
            self._arm()

    def _arm(self) -> None:
        self.armed = True
        self._desk.say("ARMED. Order keys act.", Tone.GOOD)
        self._desk.status_changed()
