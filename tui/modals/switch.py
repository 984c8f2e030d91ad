"""Choose an instrument: type a part of its symbol, enter opens it."""

from __future__ import annotations

from collections.abc import Sequence

from tui.commands.command import Context
from tui.format.clean import clean
from tui.modals.dialog import Dialog
from tui.styles.palette import Ink
from tui.widgets.line import DIM, Line, left

SHOWN = 12
_WIDTH = 36


class Switcher(Dialog):
    """A list that narrows as one types.

    Args:
        symbols: Every symbol of the connection.
        current: The one under the hand; it stands first.
    """

    context = Context.SWITCH

    def __init__(self, symbols: Sequence[str], current: str) -> None:
        self._symbols = sorted(symbols, key=lambda symbol: symbol != current)
        self._typed = ""
        self._at = 0
        super().__init__("INSTRUMENT", self._rows())

    @property
    def matches(self) -> list[str]:
        """Symbols that contain what was typed, those that begin with it first."""
        wanted = self._typed.upper()
        found = [symbol for symbol in self._symbols if wanted in symbol.upper()]
        return sorted(found, key=lambda symbol: not symbol.upper().startswith(wanted)) if wanted else found

    @property
    def chosen(self) -> str:
        """The marked symbol; empty when nothing matches."""
        matches = self.matches
        return matches[self._at] if self._at < len(matches) else ""

    def write(self, character: str) -> None:
        """Take a typed character."""
        self._typed += character
        self._at = 0
        self._show()

    def erase(self) -> None:
        """Take the last one away."""
        self._typed = self._typed[:-1]
        self._at = 0
        self._show()

    def step(self, rows: int) -> None:
        """Move the mark."""
        self._at = max(0, min(self._at + rows, len(self.matches) - 1))
        self._show()

    def _show(self) -> None:
        self.box.put(self._rows())
        self.box.flush()

    def _rows(self) -> list[Line]:
        first = max(0, self._at - SHOWN + 1)
        matches = self.matches
        rows: list[Line] = [[("find  ", DIM), (left(self._typed + "▏", _WIDTH), Ink(bold=True))]]
        for at in range(first, first + SHOWN):
            if at < len(matches):
                mark = "▶ " if at == self._at else "  "
                rows.append([(mark + left(clean(matches[at]), _WIDTH), Ink(bold=at == self._at))])
            else:
                rows.append([("  no instrument matches" if not matches and at == first else "", DIM)])
        rows.append([(f"{len(matches)} of {len(self._symbols)}   enter opens   esc closes", DIM)])
        return rows
