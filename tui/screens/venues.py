"""The venues screen: connections, what their venues can do, who can open the vault; the form of a connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from connectors.model.connection import Connection
from connectors.model.ids import AccountId
from connectors.model.vault import VaultState
from connectors.worker import api
from tui.commands.command import Context
from tui.format.times import count
from tui.screens.frame import DeskScreen
from tui.styles.palette import Ink
from tui.venues import facts
from tui.venues.clerk import Clerk
from tui.venues.door import DeskDoor
from tui.venues.facts import Row
from tui.venues.form_hand import FormHand
from tui.venues.keeping import Keeping
from tui.venues.listing import VenuesTable
from tui.venues.opening import Opening
from tui.venues.sheets import DetailSheet, FormSheet, Sheet
from tui.venues.side import SidePane
from tui.widgets.line import DIM, PLAIN, Line, width_of
from tui.widgets.pane import LinePane
from tui.widgets.secret_input import TypedField
from tui.widgets.table import LinesPane, TitleRow

if TYPE_CHECKING:
    from tui.desk import Desk

_NORMAL, _WIDE = 100, 160
_SIDE, _SIDE_WIDE = 37, 68
"""Cells of the pane beside the list."""
_LOCK = "   vl lock now"
_ABILITIES_WORDS, _VAULT_WORDS = "CAPABILITIES", "VAULT"


class VenuesScreen(DeskScreen):
    """Every connection.

    Args:
        owner: The desk.
    """

    name_of = "venues"
    context = Context.VENUES
    DEFAULT_CSS = """
    VenuesScreen #venues-list { width: 1fr; }
    """

    def __init__(self, owner: Desk) -> None:
        super().__init__()
        self._owner = owner
        self.heading_row = TitleRow()
        self.title_row = self.heading_row
        self.table = VenuesTable(id="venues")
        self.abilities = LinesPane(id="abilities")
        self.slots = LinesPane(id="slots")
        self.side = SidePane(owner.clock, rule=True, id="side")
        self.left = Vertical(self.table, self.abilities, self.slots, id="venues-list")
        self.door = DeskDoor(owner)
        opening = Opening(owner, self.door)
        self.clerk = Clerk(owner, self, opening)
        self.keeping = Keeping(owner, self, opening)
        self.hand = self.text = FormHand(owner, self)
        self.form: FormSheet | None = None
        self._sheet: Sheet | None = None
        self._details = False
        self._venues: dict[str, api.VenueFacts] = {}
        self._asked = False

    def compose_body(self) -> ComposeResult:
        """The list with what its venue can do and who can open the vault; beside it the sheet."""
        yield Horizontal(self.left, self.side)

    def body_panes(self) -> Iterator[LinePane]:
        """Panes that are seen."""
        if self.left.display:
            yield from (self.table, self.abilities, self.slots)
        if self.side.display:
            yield self.side.pane
            yield from (secret for secret in self.side.secrets.values() if secret.display)

    def on_mount(self) -> None:
        """Start in the list."""
        for secret in self.side.secrets.values():
            secret.on_changed = self.hand.edited
        self.table.focus()
        self._lay_out()

    def on_resize(self) -> None:
        """Beside each other, or one at a time where there is no room."""
        super().on_resize()
        self._lay_out()

    def _lay_out(self) -> None:
        """Which halves are seen, and how wide."""
        width = self.app.size.width
        beside = width >= _NORMAL
        asked = self._sheet is not None or self._details
        self.side.display = beside or asked
        self.left.display = beside or not asked
        self.side.styles.width = "100%" if not beside else _SIDE_WIDE if width >= _WIDE else _SIDE
        self.side.pane.rule = beside
        self.show()

    def on_screen_suspend(self) -> None:
        """Another screen was gone to: a half-typed key does not wait for the way back."""
        if self.form is not None and self._owner.current_mode != self.name_of:
            self.keeping.leave()

    # --- facts ------------------------------------------------------------------------------------------------------

    @property
    def _rows(self) -> list[Row]:
        """All connections by label, the simulated market first."""
        store = self._owner.store
        if self._owner.session.condition.lost:
            rows = [Row(each, known=False) for each in store.connections.values()]
        else:
            rows = [
                Row(each, store.statuses.get(account), used_ns=store.used_ns(account))
                for account, each in store.connections.items()
            ]
        return sorted(rows, key=lambda row: (not row.connection.embedded, row.connection.label))

    @property
    def selected(self) -> Connection | None:
        """The selected connection."""
        key = self.table.selected_key
        return next((row.connection for row in self._rows if row.connection.account == key), None)

    def take_facts(self) -> None:
        """Draw what is so now."""
        if not self._asked and self._owner.session.joined:
            self._asked = True
            self._owner.spawn(self._ask_venues())
        if self.form is not None and self._owner.store.vault.state is VaultState.COVERED:
            self.keeping.leave()
        self.show()

    async def _ask_venues(self) -> None:
        answer = await self._owner.session.ask(api.GetVenues())
        if isinstance(answer, api.VenueList):
            self.know_venues(answer.venues)
            self.show()
        else:
            self._asked = False

    def know_venues(self, venues: Sequence[api.VenueFacts]) -> None:
        """Take what the venues can do."""
        self._venues = {each.venue: each for each in venues}

    def before_flush(self) -> None:
        """Ages grow, and the vault's lock comes nearer."""
        self._show_heading()

    def show(self) -> None:
        """Draw list, panes and sheet."""
        if not self.is_mounted:
            return
        owner, now_ns = self._owner, self._owner.clock.time_ns()
        vault, rows = owner.store.vault, self._rows
        self.table.put_connections(rows, vault.state, now_ns)
        self._show_heading()
        row = next((each for each in rows if each.connection.account == self.table.selected_key), None)
        self._show_below(row)
        if self._sheet is not None:
            self.show_form()
            return
        account = None if row is None else row.connection.account
        verdict = None if account is None else self.clerk.verdicts.get(account)
        self.side.put(DetailSheet(row, vault.state, now_ns, verdict, testing=account in self.clerk.testing))

    def _show_heading(self) -> None:
        store, lost = self._owner.store, self._owner.session.condition.lost
        told = facts.vault_words(store.vault, self.door.locks_in_ns, known=not lost)
        line: Line = [(" VENUES ", Ink(bold=True)), (f"  {count(len(store.connections), 'connection')}", PLAIN)]
        line.append((f"   {told}", PLAIN))
        if store.vault.state is VaultState.OPEN and not lost:
            line.append((_LOCK.rjust(self.app.size.width - width_of(line) - 1), DIM))
        self.heading_row.put(line)

    def _show_below(self, row: Row | None) -> None:
        width = max(self.left.size.width, 40)
        title: Line = [(_ABILITIES_WORDS, Ink(bold=True))]
        known = None
        if row is not None:
            title.append((f" {facts.venue_words(row.connection)}", PLAIN))
            known = self._venues.get(row.connection.venue)
        taken = self._put(self.abilities, title, facts.ability_lines(known, width) if row is not None else [])
        slots = facts.slot_lines(self._owner.store.vault)
        taken += self._put(self.slots, [(_VAULT_WORDS, Ink(bold=True)), ("  who can open it", PLAIN)], slots)
        # The list as high as it is long, so that the eye finds what belongs to it right below.
        room = max(self.left.size.height - taken, 3)
        self.table.styles.height = min(max(self.table.row_count, 1) + 2, room)

    @staticmethod
    def _put(pane: LinesPane, title: Line, lines: list[Line]) -> int:
        """Show a section as high as it is long; its height."""
        height = len(lines) + 2
        pane.put(title, lines)
        pane.styles.height = height
        return height

    # --- the sheet --------------------------------------------------------------------------------------------------

    def open_sheet(self, sheet: Sheet) -> None:
        """Show a form or a question beside the list, or in its place."""
        self._sheet = sheet
        self.form = sheet if isinstance(sheet, FormSheet) else None
        self.secret = self.form is not None
        if self.form is not None:
            self.keeping.begin()
        self._lay_out()
        self.call_after_refresh(self.focus_form)

    def close_sheet(self) -> None:
        """Back to the list; what was typed as a secret is overwritten."""
        self._sheet = self.form = None
        self.secret = False
        self.side.put(None)
        self._lay_out()
        self.set_focus(self.table)
        self._owner.rooms.settle()

    def show_form(self) -> None:
        """Draw the form anew."""
        self.side.note()
        self.side.put(self._sheet)
        self._owner.rooms.show_keys()

    def focus_form(self) -> None:
        """Put the hand into the form."""
        if self.form is not None:
            self.side.take_focus()
            self.show_form()
            self._owner.rooms.settle()

    def refocus(self) -> None:
        """After the typed line: the form, or the list."""
        if self.form is not None:
            self.side.take_focus()
        else:
            self.set_focus(self.table)

    def toggle_details(self) -> None:
        """Show or hide what is known, where there is no room for it beside the list."""
        self._details = not self._details and self.app.size.width < _NORMAL
        self._lay_out()

    def step_back(self) -> bool:
        """From the details to the list, where one stands in the other's place."""
        if not self._details or self.app.size.width >= _NORMAL:
            return False
        self.toggle_details()
        return True

    # --- keys -------------------------------------------------------------------------------------------------------

    def move_list(self, rows: int) -> None:
        """Move the selection."""
        self.table.move(rows)
        self.show()

    def select(self, account: AccountId) -> None:
        """Select a connection, once it is in the list."""
        self.table.select(account)
        self.show()

    def context_of(self, focused: Widget | None) -> Context:
        """The form's keys, or the list's."""
        inside = focused is self.side.pane or isinstance(focused, TypedField)
        return Context.VENUE_FORM if self.form is not None and inside else Context.VENUES
