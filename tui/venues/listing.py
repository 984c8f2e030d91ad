"""The list of connections."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.model.vault import VaultState
from tui.format import words
from tui.format.clean import clean
from tui.styles.palette import Ink
from tui.venues import facts
from tui.venues.facts import Row
from tui.widgets.line import DIM, PLAIN
from tui.widgets.table import Column, TableList, TableRow


class VenuesTable(TableList):
    """Connections."""

    EMPTY = words.NO_CONNECTION
    NARROW = (
        Column("label", 9, left=True),
        Column("venue", 12, left=True, rank=1),
        Column("mode", 7, left=True),
        Column("state", 14, left=True),
        Column("rights", 24, left=True),
        Column("last used", 9, left=True, rank=2),
    )
    ROOMY = (
        Column("label", 22, left=True),
        Column("venue", 18, left=True),
        Column("mode", 9, left=True),
        Column("state", 18, left=True),
        Column("rights", 30, left=True),
        Column("last used", 12, left=True),
    )
    COLUMNS = NARROW

    def put_connections(self, rows: Sequence[Row], vault: VaultState, now_ns: int) -> None:
        """Take all connections with their states."""
        self.put_rows(
            [
                TableRow(
                    row.connection.account,
                    (
                        (clean(row.connection.label), Ink(bold=True)),
                        (facts.venue_words(row.connection), PLAIN),
                        facts.mode_run(row.connection.mode),
                        facts.state_run(row, vault),
                        facts.rights_run(row),
                        (facts.used_words(row, now_ns), DIM),
                    ),
                )
                for row in rows
            ]
        )

    def on_resize(self) -> None:
        """Wider columns where there is room."""
        self.COLUMNS = self.ROOMY if self.size.width >= 1 + sum(each.width + 1 for each in self.ROOMY) else self.NARROW
        self.touch_up()
