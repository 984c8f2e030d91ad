"""The venues screen of this release: the connections and their states, to look at. The shell adds and tests them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from connectors.model.connection import Connection, ConnectionStatus
from tui.commands.command import Context
from tui.format import words
from tui.format.clean import clean
from tui.format.times import count
from tui.screens.frame import DeskScreen
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Run, Token
from tui.widgets.pane import LinePane
from tui.widgets.table import Column, TableList, TableRow, TitleRow

if TYPE_CHECKING:
    from tui.desk import Desk


class VenuesTable(TableList):
    """Connections."""

    EMPTY = words.NO_CONNECTION
    COLUMNS = (
        Column("label", 10, left=True),
        Column("venue", 10, left=True),
        Column("mode", 8, left=True),
        Column("state", 14, left=True),
        Column("key", 6, left=True, rank=1),
        Column("reason", 60, left=True, rank=2),
    )

    def put_connections(self, rows: list[tuple[Connection, ConnectionStatus | None]]) -> None:
        """Take all connections with their states."""
        self.put_rows([TableRow(each.account, _cells(each, status)) for each, status in rows])


def _cells(connection: Connection, status: ConnectionStatus | None) -> tuple[Run, ...]:
    state = "○ OFF" if status is None else f"{words.LINK_GLYPHS[status.state]} {status.state.value}"
    ink = Ink(Token.DANGER) if connection.mode.value == "live" else PLAIN
    return (
        (clean(connection.label), Ink(bold=True)),
        (clean(connection.venue), PLAIN),
        (connection.mode.name, ink),
        (state, PLAIN),
        ("yes" if connection.keyed else "none", PLAIN),
        ("" if status is None else clean(status.reason), DIM),
    )


class VenuesScreen(DeskScreen):
    """Every connection.

    Args:
        owner: The desk.
    """

    name_of = "venues"
    context = Context.VENUES

    def __init__(self, owner: Desk) -> None:
        super().__init__()
        self._owner = owner
        self.heading_row = TitleRow()
        self.title_row = self.heading_row
        self.table = VenuesTable(id="venues")

    def compose_body(self) -> ComposeResult:
        """The list."""
        yield self.table

    def body_panes(self) -> Iterator[LinePane]:
        """The list."""
        yield self.table

    def on_mount(self) -> None:
        """Start in the list."""
        self.table.focus()

    def take_facts(self) -> None:
        """Draw what is so now."""
        store = self._owner.store
        rows = [(each, store.statuses.get(account)) for account, each in store.connections.items()]
        self.table.put_connections(sorted(rows, key=lambda row: row[0].label))
        title = f"  {count(len(rows), 'connection')}   in a shell: tradedesk venues add, test"
        self.heading_row.put([(" VENUES ", Ink(bold=True)), (title, PLAIN), ("      gm market", DIM)])

    def move_list(self, rows: int) -> None:
        """Move the selection."""
        self.table.move(rows)
