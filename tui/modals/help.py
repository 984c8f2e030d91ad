"""The keys of where the hand is, made from the command classes."""

from __future__ import annotations

from rich.cells import cell_len

from tui.commands.catalogue import HelpColumn, help_of
from tui.commands.command import Context, Group
from tui.modals.dialog import Dialog
from tui.styles.palette import Ink
from tui.widgets.line import DIM, Line, Token, fit, left, wrapped

_GAP = 2
_WIDE = 116

_MARKS = (
    "COLUMNS  B0.010 ~1.2 your buy, volume ahead of it   ▶[61,800.00] cursor   ↑ ↓ last trade   ◆ large   ░ not LIVE",
    "CONFIRM  class 0 at once · class 1: y sends what is staged · class 2: a dialog, y sends · esc never sends",
)


class HelpPage(Dialog):
    """One page per context."""

    context = Context.HELP

    def __init__(self, of: Context) -> None:
        super().__init__(f"HELP  {of}", [])
        self._of = of

    def measure(self) -> None:
        """Two columns in a narrow window, three in a wide one."""
        self.box.put(page(help_of(self._of), *columns_of(self.app.size.width)))
        super().measure()

    def step(self, rows: int) -> None:
        """Scroll."""
        shown = max(self.box.size.height - 2, 1)
        self.box.top = max(0, min(self.box.top + rows, len(self.box.content) - shown))
        self.box.touch_up()
        self.box.flush()


def columns_of(width: int) -> tuple[int, int]:
    """How many columns stand beside each other in a window of ``width`` cells, and the cells of one."""
    beside = 3 if width >= _WIDE else 2
    return beside, (min(width, _WIDE) - 4) // beside - 1


def page(columns: tuple[HelpColumn, ...], beside: int, room: int) -> list[Line]:
    """Lay help columns out.

    Args:
        columns: What to show.
        beside: How many columns stand beside each other.
        room: Cells of one.
    """
    go = [column for column in columns if column.title == Group.GO]
    blocks = [_block(column, room) for column in columns if column.title != Group.GO]
    lines: list[Line] = []
    for first in range(0, len(blocks), beside):
        row = blocks[first : first + beside]
        for at in range(max(map(len, row))):
            line: Line = []
            for block in row:
                line += fit(block[at] if at < len(block) else [], room)
                line.append((" ", DIM))
            lines.append(line)
        lines.append([])
    width = (room + 1) * beside
    for column in go:
        text = "GO  " + "  ".join(f"{keys} {words}" for keys, words in column.entries)
        lines += [[(row, DIM)] for row in wrapped(text, width)]
    for mark in _MARKS:
        lines += [[(row, DIM)] for row in wrapped(mark, width)]
    return lines


def _block(column: HelpColumn, room: int) -> list[Line]:
    title: Line = [(column.title, Ink(bold=True)), (f"  {column.note}", DIM)]
    lines = [title]
    name = max((cell_len(keys) for keys, _words in column.entries), default=0) + _GAP
    for keys, words in column.entries:
        for at, row in enumerate(wrapped(words, max(room - name, 1))):
            lines.append([(left("" if at else keys, name), Ink(Token.INFO, bold=True)), (row, Ink())])
    return lines
