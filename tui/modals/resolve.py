"""Deciding by hand what became of an order of which no evidence says it: its handle is typed, and a word."""

from __future__ import annotations

from connectors.model.order import Order
from connectors.worker import api
from tui.format.orders import sentence
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.modals.sheet import Sheet, Step
from tui.widgets.secret_input import WordInput

WORD = "Decide"
_BYTES = 32
_WORDS = {"never": api.Decision.NEVER_ARRIVED, "canceled": api.Decision.CANCELED}


class ResolveSheet(Sheet):
    """Asks for the decision, typed.

    Args:
        order: The order nobody knows the state of.
        price_decimals: Digits its price is written with.
    """

    secret = False

    def __init__(self, order: Order, price_decimals: int) -> None:
        self._word = WordInput(most=_BYTES)
        super().__init__(f"DECIDE {order.handle} BY HAND   class 3", {WORD: self._word})
        self._order = order
        self._decimals = price_decimals

    def first(self) -> Step:
        """What is decided, and what that means."""
        order = self._order
        above = (
            sentence(order, self._decimals),
            "",
            "No answer of the venue says whether this order lives. Look at the venue's own page first.",
            "",
            f"{order.handle} never      it is not there and never was",
            f"{order.handle} canceled   it is not there any more; what is filled stays",
            "",
            "It is recorded in the audit log. If the venue speaks of it later, its word counts.",
            "",
        )
        keys = (("enter", "decide"), ("esc", "leave it to the evidence"))
        return Step(self._take, above=above, fields=(WORD,), keys=keys)

    def _take(self) -> None:
        handle, _, word = self._word.text.strip().lower().partition(" ")
        decision = _WORDS.get(word.strip())
        if handle != self._order.handle.lower() or decision is None:
            self.say(f"Type  {self._order.handle} never  or  {self._order.handle} canceled. Nothing was decided.")
            return
        self.begin("Writing it down…", self._decide(decision))

    async def _decide(self, decision: api.Decision) -> None:
        desk, order = self.desk, self._order
        result = await desk.session.ask(api.ResolveOrder(order.order_id, decision, typed=order.handle))
        trouble = sentence_of(result)
        self.busy = False
        if trouble:
            self.say(f"Nothing was decided: {trouble}", Tone.DANGER)
            return
        if isinstance(result, api.OrderAccepted):
            desk.store.note(result.order)
            desk.listener.facts_changed()
        if self.open:
            self.close()
        desk.say(
            f"{order.handle} is {decision.replace('_', ' ')} by hand. The venue's later word outweighs it.", Tone.WARN
        )
