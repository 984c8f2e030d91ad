"""What the list of connections asks of the worker: to test, switch, change or forget one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.model.connection import Connection
from connectors.model.ids import AccountId
from connectors.model.vault import VaultState
from connectors.worker import api
from connectors.worker.secrets import TryKey
from tui.format.clean import clean
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.venues.form import Form
from tui.venues.opening import Opening, Then
from tui.venues.sheets import DeleteSheet, FormSheet
from tui.venues.verdict import Verdict

if TYPE_CHECKING:
    from tui.desk import Desk
    from tui.screens.venues import VenuesScreen


class Clerk:
    """See the module.

    Args:
        desk: The app.
        screen: The venues screen.
        opening: Opens the vault where a deed needs it.

    Attributes:
        verdicts: Newest test of each registered connection.
        testing: Connections that are being tested.
    """

    def __init__(self, desk: Desk, screen: VenuesScreen, opening: Opening) -> None:
        self.verdicts: dict[AccountId, Verdict] = {}
        self.testing: set[AccountId] = set()
        self._desk = desk
        self._screen = screen
        self._opening = opening

    # --- the list ---------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Open an empty form."""
        if self._screen.form is not None:
            self._screen.focus_form()
        elif not self._unlocked(self.add):
            return
        else:
            self._desk.spawn(self._open(None))

    def edit(self) -> None:
        """Open the form with the selected connection."""
        connection = self._chosen("changed")
        if connection is not None and self._unlocked(self.edit):
            self._desk.spawn(self._open(connection))

    def _unlocked(self, again: Then) -> bool:
        """Whether no vault is in the way; a locked one is asked for first, because asking wipes half-typed secrets."""
        if self._desk.store.vault.state is not VaultState.LOCKED:
            return True
        self._opening.door.unlock(again)
        return False

    async def _open(self, connection: Connection | None) -> None:
        answer = await self._desk.session.ask(api.GetVenues())
        if not isinstance(answer, api.VenueList):
            self._desk.say(sentence_of(answer) or "The worker did not tell its venues.", Tone.WARN, sticky=True)
            return
        self._screen.know_venues(answer.venues)
        taken = frozenset(each.label for each in self._desk.store.connections.values())
        if connection is None:
            form = Form.for_new(answer.venues, taken)
        else:
            form = Form.for_edit(answer.venues, taken, connection)
        self._screen.open_sheet(FormSheet(form))
        self._desk.say("tab goes on, ^y saves. esc at any step leaves nothing behind.")

    def test(self) -> None:
        """Test the selected connection as it is kept."""
        connection = self._screen.selected
        if connection is None:
            self._desk.say("There is no connection to test. a adds one.")
        elif connection.account not in self.testing:
            self._desk.spawn(self._test(connection))

    async def _test(self, connection: Connection) -> None:
        self.testing.add(connection.account)
        self._screen.show()
        label = clean(connection.label)
        self._desk.say(f"Testing {label}: no order is sent.")
        try:
            if connection.keyed and not connection.embedded:
                result = await self._opening.hand(TryKey(connection, None), self.test)
            else:
                result = await self._opening.ask(api.TestConnection(connection.account), self.test)
        finally:
            self.testing.discard(connection.account)
        if isinstance(result, api.KeyTried | api.ConnectionTested):
            verdict = self.verdicts[connection.account] = Verdict.of(result)
            if verdict.passed:
                self._desk.say(f"{label} passed every step. No order was sent.", Tone.GOOD)
            else:
                self._desk.say(f"{label} did not pass: {verdict.failure}", Tone.WARN, sticky=True)
        elif result is not None:
            self._opening.failed(result)
        self._screen.show()

    def switch(self) -> None:
        """Switch the selected connection on or off."""
        connection = self._chosen("switched")
        if connection is not None:
            self._desk.spawn(self._switch(connection))

    async def _switch(self, connection: Connection) -> None:
        on = not connection.active
        command = api.EditConnection(connection.account, active=on)
        result = await self._opening.ask(command, lambda: self._desk.spawn(self._switch(connection)))
        if isinstance(result, api.Done):
            told = "on" if on else "off: its orders stay at the venue"
            self._desk.say(f"{clean(connection.label)} is switched {told}.", Tone.GOOD)
        elif result is not None:
            self._opening.failed(result)

    def delete(self) -> None:
        """Ask before the selected connection is forgotten."""
        connection, store = self._chosen("deleted"), self._desk.store
        if connection is None:
            return
        working = len(store.working(connection.account))
        held = [each.instrument.symbol for each in store.open_positions() if each.account == connection.account]
        self._screen.open_sheet(DeleteSheet(connection, working, [clean(symbol) for symbol in held]))
        label = connection.label
        self._desk.say(f"Delete {clean(label)}? Its label and enter delete it, esc keeps it.", Tone.WARN)

        def take(text: str) -> str:
            self._screen.close_sheet()
            if text.strip() != label:
                return f"{clean(text, 40) or 'Nothing'} is not {clean(label)}. Nothing was deleted."
            self._desk.spawn(self._delete(connection))
            return ""

        self._desk.asking.ask_text("delete", f"type {clean(label)} to delete it", take, self._screen.close_sheet)

    async def _delete(self, connection: Connection) -> None:
        command = api.RemoveConnection(connection.account)
        result = await self._opening.ask(command, lambda: self._desk.spawn(self._delete(connection)))
        if isinstance(result, api.Done):
            self.verdicts.pop(connection.account, None)
            told = " Revoke its key at the venue." if connection.keyed else ""
            self._desk.say(f"{clean(connection.label)} is deleted. Its orders and fills stay.{told}", Tone.GOOD)
        elif result is not None:
            self._opening.failed(result)

    def _chosen(self, deed: str) -> Connection | None:
        """The selected connection, where it may be changed."""
        connection = self._screen.selected
        if connection is None:
            self._desk.say("There is no connection yet. a adds one.")
        elif connection.embedded:
            self._desk.say(f"{clean(connection.label)} is the simulated market and stays. Nothing was {deed}.")
            return None
        return connection
