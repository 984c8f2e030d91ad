"""A list in columns: fixed widths, marks, and a selection that follows its row."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Run, Token, left, right, whole, width_of
from tui.widgets.pane import LinePane

_GAP = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        title: Its header.
        width: Cells without the gap before it.
        left: Left-aligned; numbers are not.
        rank: The highest rank is left out first when the list is too narrow; 0 never.
    """

    title: str
    width: int
    left: bool = False
    rank: int = 0


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: a key that names it for its life, and a run per column."""

    key: Hashable
    cells: tuple[Run, ...]


def shown_columns(columns: Sequence[Column], width: int) -> list[int]:
    """Indexes of the columns that fit."""
    shown = list(range(len(columns)))
    while shown and 1 + sum(columns[at].width + _GAP for at in shown) > width:
        worst = max(shown, key=lambda at: (columns[at].rank, at))
        if columns[worst].rank == 0:
            break
        shown.remove(worst)
    return shown


class TableList(LinePane):
    """A list with a header row as its title. Subclasses give `COLUMNS` and call `put_rows`."""

    can_focus = True
    COLUMNS: tuple[Column, ...] = ()
    EMPTY = ""
    """What an empty list says."""

    def __init__(
        self,
        *,
        rule: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(rule=rule, name=name, id=id, classes=classes)
        self._rows: tuple[TableRow, ...] = ()
        self._at = 0
        self._top = 0
        self._marked: set[Hashable] = set()

    # --- facts ------------------------------------------------------------------------------------------------------

    def put_rows(self, rows: Sequence[TableRow]) -> None:
        """Take all rows in their order. Selection and marks follow their rows; of a gone one the place is kept."""
        key = self.selected_key
        self._rows = tuple(rows)
        keys = [row.key for row in rows]
        self._at = keys.index(key) if key in keys else max(min(self._at, len(rows) - 1), 0)
        self._marked &= set(keys)
        self.touch_up()

    # --- keys -------------------------------------------------------------------------------------------------------

    def move(self, rows: int) -> None:
        """Move the selection down (positive) or up."""
        self._at = max(min(self._at + rows, len(self._rows) - 1), 0)
        self.touch_up()

    def select(self, key: Hashable) -> bool:
        """Select a row by its key; False when it is not there."""
        for number, row in enumerate(self._rows):
            if row.key == key:
                self._at = number
                self.touch_up()
                return True
        return False

    def toggle_mark(self) -> bool:
        """Mark or unmark the selected row; returns whether it is marked now."""
        key = self.selected_key
        if key is None:
            return False
        self._marked ^= {key}
        self.touch_up()
        return key in self._marked

    def clear_marks(self) -> None:
        """Unmark everything."""
        self._marked.clear()
        self.touch_up()

    def from_cursor(self, count: int) -> tuple[Hashable, ...]:
        """Keys of ``count`` rows from the selection down: what a count before a key means."""
        return tuple(row.key for row in self._rows[self._at : self._at + max(count, 0)])

    # --- what is so -------------------------------------------------------------------------------------------------

    @property
    def selected_key(self) -> Hashable | None:
        """Key of the selected row; None in an empty list."""
        return self._rows[self._at].key if self._rows else None

    @property
    def selected_index(self) -> int:
        """Place of the selected row from the top, 0 first."""
        return self._at

    @property
    def marked_keys(self) -> tuple[Hashable, ...]:
        """Keys of the marked rows, in the list's order."""
        return tuple(row.key for row in self._rows if row.key in self._marked)

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    # --- drawing ----------------------------------------------------------------------------------------------------

    def heading(self, width: int) -> Line:
        """Titles of the columns that fit."""
        line: Line = []
        for number, at in enumerate(shown_columns(self.COLUMNS, width + 1)):
            column = self.COLUMNS[at]
            title = left(column.title, column.width) if column.left else right(column.title, column.width)
            line.append((title if number == 0 else " " * _GAP + title, DIM))
        return [(" ", DIM), *line]

    def body_lines(self, width: int, height: int) -> list[Line]:
        """One line per row; the list scrolls so that the selection is seen."""
        if not self._rows:
            return [[(f"  {self.EMPTY}", DIM)]]
        if height > 0:
            self._top = max(min(self._top, self._at, len(self._rows) - 1), self._at - height + 1, 0)
        shown = shown_columns(self.COLUMNS, width)
        rows = self._rows[self._top : self._top + max(height, 0)]
        return [self._line(row, self._top + number, shown) for number, row in enumerate(rows)]

    def _line(self, row: TableRow, number: int, shown: Sequence[int]) -> Line:
        selected = number == self._at
        mark = "▶" if selected else "*" if row.key in self._marked else " "
        if selected and row.key in self._marked:
            mark = "◆"
        line: Line = [(mark, Ink(Token.INFO, bold=True))]
        for at in shown:
            column = self.COLUMNS[at]
            text, ink = row.cells[at]
            fitted = left(text, column.width) if column.left else right(text, column.width)
            line.append((" " * _GAP + fitted, ink._replace(bold=ink.bold or (selected and self.has_focus))))
        return line


class TitleRow(LinePane):
    """One row with a line of its owner's: the title of a screen, the header of a section."""

    DEFAULT_CSS = "TitleRow { height: 1; }"
    HAS_TITLE = False

    _line: tuple[Run, ...] = ()

    def put(self, line: Sequence[Run]) -> None:
        """Show a line."""
        self._line = tuple(line)
        self.touch_up()

    def put_text(self, text: str, *, bold: bool = False) -> None:
        """Show plain text."""
        self.put([(text, PLAIN._replace(bold=bold))])

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The line; no field of it is cut."""
        return [whole(self._line, width)] if height else []


class LinesPane(LinePane):
    """A title and lines of its owner's, such as evidence or history; it scrolls by `scroll_rows`."""

    def __init__(
        self,
        *,
        rule: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(rule=rule, name=name, id=id, classes=classes)
        self._title: tuple[Run, ...] = ()
        self._body: tuple[Line, ...] = ()
        self._first = 0

    def put(self, title: Sequence[Run], body: Sequence[Line]) -> None:
        """Show a title and lines; the scroll position is kept as far as it goes."""
        self._title, self._body = tuple(title), tuple(body)
        self._first = max(min(self._first, len(body) - 1), 0)
        self.touch_up()

    def scroll_rows(self, rows: int) -> None:
        """Scroll down (positive) or up."""
        self._first = max(min(self._first + rows, len(self._body) - 1), 0)
        self.touch_up()

    def heading(self, width: int) -> Line:
        """The title with a rule to the edge."""
        title = whole(self._title, width - 2)
        used = width_of(title)
        return [("─ ", DIM), *title, (" " + "─" * max(width - used - 3, 0), DIM)]

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The lines from the scroll position on; no field of one is cut."""
        return [whole(line, width) for line in self._body[self._first : self._first + max(height, 0)]]
