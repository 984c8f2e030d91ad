"""A box over the body, drawn by hand like every pane."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.screen import ModalScreen

from tui.commands.command import Context
from tui.styles.palette import Ink
from tui.widgets.line import Line, fit, width_of
from tui.widgets.pane import LinePane

_FRAME = Ink()
_PADDING = 4
"""The two rules and a blank inside each."""


class Box(LinePane):
    """A frame with a title and lines in it."""

    DEFAULT_CSS = "Box { width: auto; height: auto; background: $surface; }"
    HAS_TITLE = False

    def __init__(self, title: str, lines: list[Line], *, top: int = 0) -> None:
        super().__init__()
        self._title = title
        self._inner = lines
        self.top = top

    def put(self, lines: list[Line]) -> None:
        """Take other lines; the box keeps its size."""
        self._inner = lines
        self.touch_up()

    @property
    def content(self) -> list[Line]:
        """What is in it."""
        return self._inner

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The frame and as many lines as fit."""
        inner = max(width - _PADDING, 0)
        title = f" {self._title} "[: max(width - 4, 0)]
        top: Line = [("╭─", _FRAME), (title, Ink(bold=True)), ("─" * (width - 3 - len(title)) + "╮", _FRAME)]
        rows: list[Line] = [top]
        for line in self._inner[self.top : self.top + max(height - 2, 0)]:
            rows.append([("│ ", _FRAME), *fit(line, inner), (" │", _FRAME)])
        while len(rows) < height - 1:
            rows.append([("│" + " " * max(width - 2, 0) + "│", _FRAME)])
        return [*rows, [("╰" + "─" * max(width - 2, 0) + "╯", _FRAME)]]


class Dialog(ModalScreen[None]):
    """A box in the middle of the body. The desk's dispatcher reads its keys; Textual's own bindings never apply."""

    DEFAULT_CSS = """
    Dialog { align: center top; background: transparent; }
    Dialog > Box { margin-top: 2; }
    """
    context: ClassVar[Context]
    AUTO_FOCUS = None

    def __init__(self, title: str, lines: list[Line]) -> None:
        super().__init__()
        self.box = Box(title, lines)

    def compose(self) -> ComposeResult:
        """The box alone."""
        yield self.box

    def on_mount(self) -> None:
        """Measure the box against the window."""
        self.measure()

    def on_resize(self) -> None:
        """Measure again."""
        self.measure()

    def measure(self) -> None:
        """Give the box the room its lines need, rows 1, 2, H-1 and H left free."""
        widest = max((width_of(line) for line in self.box.content), default=0) + _PADDING
        self.box.styles.width = min(max(widest, 40), self.app.size.width)
        self.box.styles.height = min(len(self.box.content) + 2, max(self.app.size.height - 4, 3))

    def flush(self, now_ns: int) -> None:
        """Repaint what changed."""
        self.box.flush(now_ns)
