"""What changes orders that rest: nudge, carry, resize. Judged like entries, sent as one command, never sent twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from uuid6 import uuid7

from connectors.model.ids import OrderId
from connectors.model.order import Order, Side
from connectors.worker import api
from tui.commands.question import Answer, Question
from tui.format import numbers
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.ticket import change as changes
from tui.ticket.change import Change, standing_price
from tui.ticket.eye import look_over
from tui.ticket.seen import Seen
from tui.widgets.ladder.marks import Ghost

if TYPE_CHECKING:
    from tui.desk import Desk

_CARRY = dict.fromkeys(("up", "k", "plus", "equals_sign"), 1) | {"K": 10, "shift+up": 10}
_CARRY |= dict.fromkeys(("down", "j", "minus"), -1) | {"J": -10, "shift+down": -10}
"""Keys that carry a grabbed order, and by how many rows; positive is up."""


class Changer:
    """The changing hand.

    Args:
        desk: Whose screen, store and link are used.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # --- which order ------------------------------------------------------------------------------------------------

    def at_cursor(self) -> Order | None:
        """My order in the cursor's row; where several stand there, the newest. None says so."""
        here = self._desk.floor.orders_at_cursor()
        return max(here, key=lambda order: order.created_ns) if here else None

    def last(self) -> Order | None:
        """The last order that was placed here, while it works."""
        last = self._desk.trader.last
        order = None if last is None else self._desk.store.standing(last)
        return order if order is not None and order.working else None

    # --- ladder keys ------------------------------------------------------------------------------------------------

    def nudge(self, rows: int) -> None:
        """Move my order at the cursor, else the last one, up (positive) or down by rows of the ladder."""
        if self._desk.floor.hides_orders():
            return
        order = self.at_cursor() or self.last()
        if order is None:
            self._nothing()
            return
        self.move_by(order, rows * self._desk.market.row_step)

    def grab(self) -> None:
        """Take my order at the cursor: arrows carry its ghost, ``y`` drops it there."""
        if self._desk.floor.hides_orders():
            return
        order = self.at_cursor()
        at = None if order is None else standing_price(order)
        if order is None or at is None:
            self._nothing()
            return
        self._carry(order, at)

    def _carry(self, order: Order, to: Decimal) -> None:
        desk = self._desk
        seen = look_over(desk, order.account, order.instrument)
        now = desk.store.orders.get(order.order_id)
        if seen is None or to <= 0 or now is None:
            return
        desk.floor.show_price(to)
        desk.floor.put_ghost(Ghost(order.side, to, order.remaining or Decimal(0)))
        step, moved = desk.market.row_step, changes.to_price(now, to)
        steps: dict[str, Answer] = {key: partial(self._carry, order, to + rows * step) for key, rows in _CARRY.items()}
        if moved.moves:
            words = changes.sentence(moved, seen, desk.floor.ahead_of(order))
        else:
            words = f"{order.handle} {numbers.price(to, seen.instrument.price_decimals)}"
        answers: dict[str, Answer] = {"y": self._agreed(moved, 1)}
        question = Question(
            f"{words} · ↑↓ carry  y drops it there",
            answers,
            steps,
            dropped=f"{order.handle} stays where it was.",
            lapsed=f"{order.handle} stays where it was: 10 s without an answer.",
        )
        desk.ask(question)

    def _nothing(self) -> None:
        self._desk.say(f"No order of yours at {self._desk.floor.cursor_words}. o goes to the next one.")

    # --- changes ----------------------------------------------------------------------------------------------------

    def move_by(self, order: Order, distance: Decimal) -> None:
        """Move an order by a distance in quote."""
        at = standing_price(order)
        if at is None:
            self._refuse(f"{order.handle} has no price: there is nothing to move. Nothing was sent.")
        elif at + distance <= 0:
            self._refuse(f"{order.handle} would stand below zero. Nothing was sent.")
        else:
            self.enter(changes.to_price(order, at + distance))

    def enter(self, change: Change, *, seen: Seen | None = None, agreed: int = 0) -> bool:
        """Judge a change, and send, stage or ask; whether it was not refused.

        Args:
            change: What is meant.
            seen: What was painted when it was meant; None looks now.
            agreed: Class of the question that has been answered: up to it only the numbers are judged anew.
        """
        desk, order = self._desk, change.order
        now = desk.store.orders.get(order.order_id)
        if now is None:
            return self._refuse(f"{order.handle} is not there any more. Nothing was sent.")
        change = replace(change, order=now)
        seen = seen or look_over(desk, order.account, order.instrument)
        if seen is None:
            return self._refuse(f"The instruments of {order.handle} are not known yet. Nothing was sent.")
        refused = changes.refusal(change, seen)
        if refused:
            return self._refuse(refused)
        level = changes.klass(change, seen)
        if level <= agreed:
            self._send(change, seen)
        elif level == 1:
            self._stage(change, seen)
        else:
            self._ask(change, seen)
        return True

    def _stage(self, change: Change, seen: Seen) -> None:
        desk = self._desk
        at = change.trigger_price or change.price
        if at is not None and change.order.instrument == desk.market.instrument_id:
            desk.floor.put_ghost(Ghost(change.order.side, at, change.order.remaining or Decimal(0)))
        words = changes.sentence(change, seen, desk.floor.ahead_of(change.order))
        answers: dict[str, Answer] = {"y": self._agreed(change, 2)}
        kept = f"Dropped: {change.order.handle} stays as it is."
        desk.ask(Question(f"{words} · y sends  n drops", answers, dropped=kept, lapsed=kept))

    def _ask(self, change: Change, seen: Seen) -> None:
        desk, order = self._desk, change.order
        digits = seen.instrument.price_decimals
        words = changes.sentence(change, seen, desk.floor.ahead_of(order))
        touch = (numbers.price(seen.touch(side), digits) for side in (Side.BUY, Side.SELL))
        lines = [
            ("", f"{words.partition(' · ')[0]}   {seen.instrument.symbol}   {seen.label} ({seen.mode.name})"),
            ("queue", words.rpartition(" · ")[2]),
            ("you saw", "bid {}   ask {}".format(*touch)),
        ]
        desk.dialogs.confirm_lines(
            "CHANGE THIS?   class 2", lines, self._agreed(change, 2), f"{order.handle} stays as it is."
        )

    def _agreed(self, change: Change, level: int) -> Callable[[], None]:
        def send() -> None:
            self.enter(change, agreed=level)

        return send

    def _send(self, change: Change, seen: Seen) -> None:
        """Mint the change's id, hand it to the worker, and show it as being made. Called once per press."""
        desk, order = self._desk, change.order
        amend_id = OrderId(UUID(int=uuid7().int))
        command = change.command(amend_id, seen)
        reply = desk.session.begin(command)
        desk.trader.pressed_ns[amend_id] = seen.now_ns
        desk.store.orders[order.order_id] = replace(order, amending=change.shown(seen.now_ns))
        desk.listener.facts_changed()
        desk.say(f"{changes.sentence(change, seen).partition(' · ')[0]} is on its way")
        desk.spawn(self._settle(command, order, reply))

    async def _settle(self, command: api.AmendOrder, before: Order, reply: Awaitable[api.Result]) -> None:
        desk = self._desk
        result = await self._desk.session.answer(reply)
        if isinstance(result, api.OrderAccepted):
            desk.store.note(result.order)
            if result.order.order_id == command.amend_id and desk.trader.last == before.order_id:
                desk.trader.last = result.order.order_id
        elif isinstance(result, api.Failure):
            self._failed(before, result)
        desk.listener.facts_changed()

    def _failed(self, before: Order, failure: api.Failure) -> None:
        """A refusal takes the overlay away; after a lost answer it stays until the worker says what is so."""
        desk = self._desk
        known = desk.store.orders.get(before.order_id)
        if known is not None and known.revision == before.revision and failure.kind is not api.FailureKind.UNKNOWN:
            desk.store.orders[before.order_id] = before
        desk.say(sentence_of(failure), Tone.DANGER, sticky=True)

    def _refuse(self, sentence: str) -> bool:
        self._desk.say(sentence, Tone.WARN, sticky=True)
        return False
