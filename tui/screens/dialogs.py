"""Opening, answering and closing what lies over a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.screen import ModalScreen

from tui.commands.command import Context
from tui.modals.confirm import Confirm
from tui.modals.dialog import Dialog
from tui.modals.help import HelpPage
from tui.modals.sheet import Sheet
from tui.modals.switch import Switcher
from tui.ticket.judge import crosses
from tui.ticket.preview import confirm_lines
from tui.ticket.seen import Seen
from tui.ticket.ticket import Ticket

if TYPE_CHECKING:
    from tui.desk import Desk


class Dialogs:
    """The dialogs.

    Args:
        desk: The app.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def top(self) -> Dialog | Sheet | None:
        """The dialog on top, if any."""
        top = self._desk.screen if self._desk.screen_stack else None
        return top if isinstance(top, Dialog | Sheet) else None

    @property
    def sheet(self) -> Sheet | None:
        """The sheet on top, if one is: a dialog that is typed into."""
        top = self.top
        return top if isinstance(top, Sheet) else None

    def open_sheet(self, sheet: Sheet) -> None:
        """Put a sheet over the body; what is staged is dropped."""
        self._desk.ask(None)
        self._desk.push_screen(sheet)

    def open_help(self) -> None:
        """The keys of where the hand is."""
        self._desk.push_screen(HelpPage(self._desk.rooms.context()))
        self._desk.call_later(self._desk.rooms.settle)

    def open_switch(self) -> None:
        """Choose an instrument."""
        market = self._desk.market
        self._desk.push_screen(Switcher(market.symbols(), market.symbol))
        self._desk.call_later(self._desk.rooms.settle)

    def confirm(self, ticket: Ticket, seen: Seen, *, reduces: bool = False) -> None:
        """Ask in a dialog, deaf at first: class 2. What only takes risk off stays so after the answer."""
        desk = self._desk
        title = f"SEND THIS?   {'CROSSES the touch' if crosses(ticket, seen) else 'class 2'}"
        lines = confirm_lines(ticket, seen)

        def answer(yes: bool) -> None:  # the answer is the argument
            if yes:
                desk.trader.confirmed(ticket, reduces=reduces)
            else:
                desk.say("Dropped: nothing was sent.")

        desk.push_screen(Confirm(title, lines, answer, desk.clock.monotonic_ns()))
        desk.call_later(self._desk.rooms.settle)

    def confirm_lines(
        self, title: str, lines: Sequence[tuple[str, str]], yes: Callable[[], None], dropped: str
    ) -> None:
        """Ask something else of class 2: ``yes`` does it, and ``dropped`` is said where it is not done."""
        desk = self._desk

        def answer(agreed: bool) -> None:  # the answer is the argument
            if agreed:
                yes()
            else:
                desk.say(dropped)

        desk.push_screen(Confirm(title, lines, answer, desk.clock.monotonic_ns()))
        desk.call_later(desk.rooms.settle)

    def close(self) -> None:
        """Close whatever lies over the screen, and the typed line. Closing answers a question with no."""
        if self._desk.rooms.typing:
            self._desk.asking.close()
        while isinstance(self._desk.screen, ModalScreen) and self._desk.screen is not self._desk.locker.cover:
            dialog = self.top
            self._desk.pop_screen()
            if isinstance(dialog, Confirm):
                dialog.answer(False)
        self._desk.call_later(self._desk.rooms.settle)

    def answer(self, *, yes: bool) -> None:
        """Answer the question of the dialog on top."""
        dialog = self.top
        if not isinstance(dialog, Confirm) or (yes and dialog.deaf(self._desk.clock.monotonic_ns())):
            return
        self._desk.pop_screen()
        dialog.answer(yes)
        self._desk.call_later(self._desk.rooms.settle)

    def scroll(self, step: int) -> None:
        """Scroll the page, or move the choice."""
        dialog = self.top
        if isinstance(dialog, HelpPage | Switcher):
            dialog.step(step)

    def take_choice(self) -> None:
        """Open the instrument that is chosen in the list."""
        dialog = self.top
        if isinstance(dialog, Switcher):
            chosen = dialog.chosen
            self.close()
            if chosen:
                self._desk.rooms.show_symbol(chosen)

    def erase_choice(self) -> None:
        """Take a typed character away in the list."""
        dialog = self.top
        if isinstance(dialog, Switcher):
            dialog.erase()

    def write(self, character: str) -> bool:
        """Give a printable key to a text that is not Textual's own; whether one took it."""
        dialog = self.top
        if isinstance(dialog, Switcher):
            dialog.write(character)
            return True
        if self._desk.rooms.context() is Context.TICKET:
            self._desk.floor.ticket.write(character)
            return True
        base = self._desk.rooms.base
        return dialog is None and base is not None and base.text is not None and base.text.write(character)

    def paste(self, text: str) -> bool:
        """Give what was pasted to a text that is not Textual's own; whether one took it."""
        base = self._desk.rooms.base
        return self.top is None and base is not None and base.text is not None and base.text.paste(text)
