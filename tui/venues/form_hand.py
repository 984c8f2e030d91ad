"""What the keys of the form do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.venues.fields import HIDDEN, TEXTS, Field

if TYPE_CHECKING:
    from tui.desk import Desk
    from tui.screens.venues import VenuesScreen


class FormHand:
    """See the module.

    Args:
        desk: The app.
        screen: The venues screen.
    """

    def __init__(self, desk: Desk, screen: VenuesScreen) -> None:
        self._desk = desk
        self._screen = screen

    @property
    def in_text(self) -> bool:
        """Whether the hand is in a field that takes text."""
        sheet = self._screen.form
        return sheet is not None and sheet.form.focus in TEXTS | HIDDEN

    def paste(self, text: str) -> bool:
        """Paste, without the white space around it; whether a field took it."""
        return self.write(text.strip())

    def write(self, text: str) -> bool:
        """Type or paste into the text under the hand; whether there was one."""
        sheet = self._screen.form
        if sheet is None or sheet.form.focus not in TEXTS:
            return False
        sheet.form.write(text)
        self.edited()
        return True

    def move(self, steps: int) -> None:
        """Another field."""
        sheet = self._screen.form
        if sheet is not None:
            sheet.form.move(steps)
            self._screen.side.take_focus()
            self._screen.show_form()

    def enter(self) -> None:
        """The next field; on the test, run it."""
        sheet = self._screen.form
        if sheet is not None and sheet.form.focus is Field.TEST:
            self._screen.keeping.try_form()
        else:
            self.move(1)

    def turn(self, steps: int) -> None:
        """Another choice."""
        sheet = self._screen.form
        if sheet is not None and sheet.form.focus not in TEXTS | HIDDEN | {Field.TEST}:
            sheet.form.turn(steps)
            self.edited()

    def erase(self, *, whole: bool = False) -> None:
        """Take a character away, or all."""
        sheet = self._screen.form
        if sheet is not None and sheet.form.focus in TEXTS:
            sheet.form.erase(whole=whole)
            self.edited()

    def reveal(self) -> None:
        """Show the secret for five seconds."""
        secret = self._screen.side.secrets[Field.SECRET]
        if secret.display and secret.filled:
            secret.reveal()
        else:
            self._desk.say("There is no secret here to show.")

    def edited(self) -> None:
        """What is filled in is another connection now: what was tested was not this one."""
        if self._screen.form is not None:
            self._screen.keeping.changed()
            self._screen.show_form()
