"""Class 3: one word, typed, then enter. Used where a ``y`` would be too easy: real money, a shut loss lock."""

from __future__ import annotations

from collections.abc import Callable

from tui.messages.teller import Tone
from tui.modals.sheet import Sheet, Step
from tui.widgets.secret_input import WordInput

WORD = "Word"
_MOST = 64


class TypedWord(Sheet):
    """Ask for a word.

    Args:
        title: What is asked.
        above: Why, and what it will do.
        words: Those that agree, exactly as they are written.
        keys: What enter does, for the last row.
        agreed: Called once the word was typed.
        left: Said when it is left without.
    """

    secret = False

    def __init__(
        self,
        title: str,
        above: tuple[str, ...],
        words: tuple[str, ...],
        keys: str,
        agreed: Callable[[], None],
        left: str,
    ) -> None:
        self._field = WordInput(most=_MOST)
        super().__init__(title, {WORD: self._field})
        self._why = above
        self._words = words
        self._enter = keys
        self._agreed = agreed
        self._left = left

    def first(self) -> Step:
        """The word alone."""
        keys = (("enter", self._enter), ("esc", "leave it as it is"))
        return Step(self._take, above=(*self._why, ""), fields=(WORD,), keys=keys)

    def _take(self) -> None:
        if self._field.text.strip() not in self._words:
            self.go(self.first(), f"That is not {' or '.join(self._words)}. Nothing was changed.", Tone.WARN)
            return
        self.close()
        self._agreed()

    def escape(self) -> None:
        """Leave: nothing is changed."""
        desk = self.desk
        super().escape()
        desk.say(self._left)
