"""The market screen's counter: the ticket, opened on a new order or on one that is changed, and handed in."""

from __future__ import annotations

from connectors.model.order import Order
from tui.messages.teller import Tone
from tui.screens.pushes import Pushes
from tui.ticket.form import NotYet
from tui.ticket.seen import Seen
from tui.widgets.ladder.marks import order_price


class Counter(Pushes):
    """Opens, closes and sends the ticket."""

    def edit_order(self) -> None:
        """Open the ticket on my order at the cursor, else on the last one."""
        order = self._owner.changer.at_cursor() or self._owner.changer.last()
        if order is None or order.quantity is None or order_price(order) is None:
            self._owner.say(f"No order of yours at {self._owner.floor.cursor_words}. o goes to the next one.")
            return
        self.ticket.form.change(order)
        self._show_ticket()

    def open_ticket(self) -> None:
        """Open the ticket, filled from slot and cursor."""
        self.ticket.form.drop_change()
        self.fill_ticket()
        self._show_ticket()

    def _show_ticket(self) -> None:
        if not self.has_class("-wide"):
            self.add_class("-ticket")
        self.ticket.display = True
        self.set_focus(self.ticket)
        self._owner.rooms.settle()

    def close_ticket(self) -> None:
        """Close it; its values are kept, an order that was edited stays as it is."""
        self.ticket.form.drop_change()
        self.remove_class("-ticket")
        self.set_focus(self.ladder)
        self._owner.rooms.settle()

    def send_ticket(self) -> None:
        """Send what the fields make; a broken field is named."""
        owner = self._owner
        seen = owner.seen()
        if seen is None:
            return
        form = self.ticket.form
        if form.changing is not None:
            self._send_change(form.changing, seen)
            return
        unsupported = form.unsupported(seen.instrument)
        try:
            ticket = form.ticket(seen)
        except NotYet as missing:
            owner.say(f"{missing.place}: {missing}. Nothing was sent.", Tone.WARN, sticky=True)
            return
        if unsupported:
            owner.say(f"{unsupported} Nothing was sent.", Tone.WARN, sticky=True)
            return
        owner.trader.enter(ticket, seen)

    def _send_change(self, order: Order, seen: Seen) -> None:
        """Change the order the ticket was opened on; once it is on its way the ticket closes."""
        owner, form = self._owner, self.ticket.form
        try:
            change = form.changed(order, seen)
        except NotYet as missing:
            owner.say(f"{missing.place}: {missing}. Nothing was sent.", Tone.WARN, sticky=True)
            return
        if owner.changer.enter(change):
            self.close_ticket()
