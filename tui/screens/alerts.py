"""The alerts screen: alerts, unacknowledged ones first, over what the message line has said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from connectors.worker.api import Alert, AlertLevel
from tui.commands.command import Context
from tui.format import times
from tui.format.clean import clean
from tui.format.words import NO_ALERTS
from tui.messages.teller import Tone
from tui.screens.frame import DeskScreen
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Token
from tui.widgets.pane import LinePane
from tui.widgets.table import Column, LinesPane, TableList, TableRow, TitleRow

if TYPE_CHECKING:
    from tui.desk import Desk

_INKS = {
    AlertLevel.INFO: PLAIN,
    AlertLevel.WARN: Ink(Token.WARN, bold=True),
    AlertLevel.DANGER: Ink(Token.DANGER, bold=True, reverse=True),
}
_TONES = {
    Tone.PLAIN: PLAIN,
    Tone.GOOD: PLAIN,
    Tone.WARN: Ink(Token.WARN),
    Tone.DANGER: Ink(Token.DANGER, bold=True),
}
_LONGEST = 400


class AlertList(TableList):
    """Alerts; what is new has a ``!``."""

    EMPTY = NO_ALERTS
    COLUMNS = (
        Column("", 1, left=True),
        Column("time", 8, left=True),
        Column("level", 6, left=True),
        Column("venue", 6, left=True, rank=1),
        Column("what", 160, left=True),
    )

    def heading(self, width: int) -> Line:
        """Titles of the columns; the last one takes what is left."""
        return super().heading(max(width, sum(column.width + 1 for column in self.COLUMNS)))

    def body_lines(self, width: int, height: int) -> list[Line]:
        """Rows as wide as they are: a sentence is cut at the edge."""
        return super().body_lines(max(width, sum(column.width + 1 for column in self.COLUMNS) + 1), height)


class AlertsScreen(DeskScreen):
    """Alerts and messages.

    Args:
        owner: The desk.
    """

    name_of = "alerts"
    context = Context.ALERTS
    DEFAULT_CSS = """
    AlertsScreen #alerts { height: 1fr; }
    AlertsScreen #messages { height: 1fr; }
    """

    def __init__(self, owner: Desk) -> None:
        super().__init__()
        self._owner = owner
        self.heading_row = TitleRow()
        self.title_row = self.heading_row
        self.table = AlertList(id="alerts")
        self.messages = LinesPane(id="messages")
        self._shown: tuple[object, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Alerts over messages."""
        yield self.table
        yield self.messages

    def body_panes(self) -> Iterator[LinePane]:
        """Both."""
        yield self.table
        yield self.messages

    def on_mount(self) -> None:
        """Start in the list."""
        self.table.focus()

    def before_flush(self) -> None:
        """Messages come without an event of their own."""
        self.take_facts()

    def take_facts(self) -> None:
        """Draw what is so now."""
        store, history = self._owner.store, self._owner.teller.history
        newest = history[0] if history else None
        shown = (tuple(store.alerts), frozenset(store.acknowledged), newest)
        if shown == self._shown:
            return
        self._shown = shown
        alerts = sorted(store.alerts, key=lambda alert: (alert in store.acknowledged, -alert.time_ns))
        self.table.put_rows([self._row(alert) for alert in alerts])
        fresh = len(store.unacknowledged)
        self.heading_row.put(
            [
                (" ALERTS ", Ink(bold=True)),
                (f" {fresh} new of {len(store.alerts)}", Ink(Token.WARN) if fresh else PLAIN),
                ("      enter acknowledges", DIM),
                ("   gm market", DIM),
            ]
        )
        lines: list[Line] = [
            [
                (f" {times.clock(saying.time_ns)}  ", DIM),
                (clean(saying.line, _LONGEST, spaces=True), _TONES[saying.tone]),
            ]
            for saying in history
        ]
        self.messages.put([("MESSAGES", Ink(bold=True)), (f"  {len(lines)}", PLAIN)], lines)

    def _row(self, alert: Alert) -> TableRow:
        fresh = alert not in self._owner.store.acknowledged
        connection = None if alert.account is None else self._owner.store.connections.get(alert.account)
        ink = _INKS[alert.level] if fresh else DIM
        cells = (
            ("!" if fresh else " ", ink),
            (times.clock(alert.time_ns), DIM),
            (alert.level.value, ink),
            ("" if connection is None else clean(connection.label), PLAIN),
            (clean(alert.sentence, _LONGEST), PLAIN if fresh else DIM),
        )
        return TableRow(alert, cells)

    # --- keys -------------------------------------------------------------------------------------------------------

    def move_list(self, rows: int) -> None:
        """Move the selection."""
        self.table.move(rows)

    def scroll_messages(self, rows: int) -> None:
        """Look further back in the messages."""
        self.messages.scroll_rows(rows)

    def acknowledge(self, *, every: bool = False) -> None:
        """Take the selected alert as read, or all of them."""
        store, key = self._owner.store, self.table.selected_key
        read = list(store.alerts) if every else [alert for alert in store.alerts if alert == key]
        store.acknowledged.update(read)
        self.take_facts()
        self._owner.status_changed()
