"""The typed line: the command line, and the one-line questions for a price or a size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.commands.line import HINT, run_line
from tui.messages.teller import Tone
from tui.screens.frame import DeskScreen
from tui.screens.written import Written
from tui.ticket import sizes

if TYPE_CHECKING:
    from tui.desk import Desk


LINE = ":"
"""Name of the command line among the questions."""
MOST_SAID = 50
"""Lines kept for going back to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the typed line is open for."""

    name: str
    hint: str
    take: Callable[[str], str]
    """Takes what was typed; returns why it cannot, empty when it could."""
    closed: Callable[[], None] = lambda: None
    """Told when it was left with esc."""


class Asking:
    """What the typed line is for. Closing the command line keeps its draft; a price or a size is asked for afresh.

    Args:
        desk: The app.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.written = Written(desk)
        self._asked: Asked | None = None
        self._draft = ""
        self._said: list[str] = []
        self._at = 0

    def open_line(self) -> None:
        """The command line, with its draft."""
        self._at = len(self._said)
        self._open(Asked(LINE, HINT, lambda text: run_line(self._desk, text)))

    def ask_price(self) -> None:
        """Ask for a price to put the cursor on."""
        self._open(Asked("/", "go to a price: 61800, bid, ask-2t", self._desk.floor.go_to_price))

    def ask_size(self) -> None:
        """Ask for the size of the slot in use."""
        slot = self._desk.trader.slots.number
        if slot == 0:
            self._desk.say("Slot 0 is the whole position. Choose 1 to 9, then z.")
            return
        self._open(Asked("z", f"size of slot {slot}: 0.01, $500, 10%bal, 50%pos", self._take_size))

    def _take_size(self, text: str) -> str:
        desk = self._desk
        try:
            size = sizes.read(text)
        except sizes.NotASize as problem:
            return f"{problem}."
        slots = desk.trader.slots
        slots.put(desk.market.symbol, slots.number, size)
        desk.say(f"Slot {slots.number} is {size}.", Tone.GOOD)
        return ""

    def ask_text(
        self, name: str, hint: str, take: Callable[[str], str], closed: Callable[[], None] = lambda: None
    ) -> None:
        """Ask for a line of text on the typed line; ``closed`` is told when it was left with esc."""
        self._open(Asked(name, hint, take, closed))

    def _open(self, asked: Asked) -> None:
        base = self._desk.rooms.base
        if base is not None:
            self._asked = asked
            base.open_typed(self._draft if asked.name == LINE else "", asked.hint, asked.name)
            self._desk.call_later(self._desk.rooms.settle)

    def entered(self) -> None:
        """Enter on the typed line: take it, once the keys before it have become text there.

        Those keys wait in the field's own queue; read at once, the line of a fast hand would be short or empty.
        """
        base = self._desk.rooms.base
        if base is not None:
            base.typed.call_later(self._take)

    def _take(self) -> None:
        """Take what was typed; what cannot be taken stays to be mended."""
        base, asked = self._desk.rooms.base, self._asked
        if base is None or asked is None:
            return
        text = base.typed.value
        if asked.name == LINE and not self.written.stands(text):
            self.written.look(text, again=True)
            self._desk.show_line()
            return
        self._keep(asked, "")
        self._remember(asked, text)
        self._shut(base)
        refusal = asked.take(text)
        if refusal:
            self._keep(asked, text)
            self._desk.say(refusal, Tone.WARN, sticky=True)

    def beat(self) -> None:
        """Show what the line would send, as it reads on the picture that has just been painted."""
        base, asked = self._desk.rooms.base, self._asked
        if base is None or asked is None or asked.name != LINE:
            return
        before = self.written.told
        self.written.look(base.typed.value)
        if self.written.told != before:
            self._desk.show_line()

    def recall(self, step: int) -> None:
        """Put a line that was given before into the command line, or go back towards the newest."""
        base, asked = self._desk.rooms.base, self._asked
        if base is None or asked is None or asked.name != LINE:
            return
        self._at = max(0, min(self._at + step, len(self._said)))
        text = self._said[self._at] if self._at < len(self._said) else ""
        base.typed.value = text
        base.typed.cursor_position = len(text)

    def _remember(self, asked: Asked, text: str) -> None:
        if asked.name == LINE and text.strip() and self._said[-1:] != [text]:
            self._said = [*self._said, text][-MOST_SAID:]

    def close(self) -> None:
        """Esc on the typed line: close it and keep the draft."""
        base, asked = self._desk.rooms.base, self._asked
        if base is not None and asked is not None:
            self._keep(asked, base.typed.value)
            self._shut(base)
            asked.closed()

    def _keep(self, asked: Asked, draft: str) -> None:
        if asked.name == LINE:
            self._draft = draft

    def _shut(self, base: DeskScreen) -> None:
        self._asked = None
        self.written.clear()
        base.close_typed()
        base.refocus()
        self._desk.rooms.settle()
