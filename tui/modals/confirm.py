"""The dialog of class 2: ``y`` sends, ``n`` or esc drops, Enter does nothing, and the first 300 ms are deaf."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.commands.command import Context
from tui.commands.guard import MS
from tui.modals.dialog import Dialog
from tui.styles.palette import Ink
from tui.widgets.line import DIM, Line, left

DEAF_NS = 300 * MS
_NAME = 14


class Confirm(Dialog):
    """Ask once more.

    Args:
        title: What is asked.
        lines: (name, text) pairs.
        answer: Called once with the answer.
        now_ns: Monotonic time of its opening.
    """

    context = Context.CONFIRM

    def __init__(
        self, title: str, lines: Sequence[tuple[str, str]], answer: Callable[[bool], None], now_ns: int
    ) -> None:
        rows: list[Line] = [[(left(name, _NAME), DIM), (text, Ink(bold=not name))] for name, text in lines]
        rows += [[], [("y", Ink(bold=True)), ("  send          ", DIM), ("n", Ink(bold=True)), (" or ", DIM)]]
        rows[-1] += [("esc", Ink(bold=True)), ("  drop it          (enter does nothing here)", DIM)]
        super().__init__(title, rows)
        self._answer = answer
        self._opened_ns = now_ns
        self._answered = False

    def deaf(self, now_ns: int) -> bool:
        """Whether a yes would come too early to be meant."""
        return now_ns - self._opened_ns < DEAF_NS

    def answer(self, yes: bool) -> None:  # the answer is the argument
        """Give the answer, once."""
        if not self._answered:
            self._answered = True
            self._answer(yes)
