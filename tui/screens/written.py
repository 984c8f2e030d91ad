"""What an order line means while it is typed: shown at each beat, and taken only as it was shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui.commands import entry_lines
from tui.commands.entry_lines import NOTHING, Entry, NotAnEntry
from tui.ticket import prices, sizes
from tui.ticket.seen import Seen
from tui.widgets.rows import MessageKind, MessageText

if TYPE_CHECKING:
    from tui.desk import Desk

ELSEWHERE = "buy and sell by line take prices from the market screen: gm shows it."


class Written:
    """The order line under the hand.

    Args:
        desk: Whose screen is looked at.

    Attributes:
        told: What the message line says of it; None while no such line is typed.
    """

    def __init__(self, desk: Desk) -> None:
        self.told: MessageText | None = None
        self._desk = desk
        self._shown: tuple[str, Entry] | None = None

    def clear(self) -> None:
        """The line is closed."""
        self.told = self._shown = None

    def look(self, text: str, *, again: bool = False) -> None:
        """Work out what a line would send now, for the message line.

        Args:
            text: As typed so far.
            again: Enter was pressed before this could be read.
        """
        self.clear()
        if not entry_lines.is_entry(text):
            return
        found = self._read(text)
        if isinstance(found, str):
            self.told = MessageText(found, MessageKind.WARN)
            return
        entry, seen = found
        words, refused = entry_lines.shown(entry, seen)
        self._shown = (text, entry)
        if refused:
            self.told = MessageText(words, MessageKind.WARN)
        else:
            self.told = MessageText(f"{'read it, then enter: ' if again else 'enter: '}{words}")

    def stands(self, text: str) -> bool:
        """Whether enter may take a line: it was shown as it reads now, or it is none that sends."""
        if not entry_lines.is_entry(text):
            return True
        found = self._read(text)
        return isinstance(found, str) or self._shown == (text, found[0])

    def send(self, text: str) -> str:
        """Enter the order of a line.

        Returns:
            Why it is none, as a sentence; empty where it was judged, and sent, staged or refused.
        """
        found = self._read(text)
        if isinstance(found, str):
            return found if "othing was sent" in found else f"{found} {NOTHING}"
        entry, seen = found
        self._desk.trader.enter(entry.ticket, seen, cursor=entry.cursor, reduces=entry.reduces)
        return ""

    def _read(self, text: str) -> tuple[Entry, Seen] | str:
        desk = self._desk
        if desk.rooms.base is not desk.floor:
            return ELSEWHERE
        seen = desk.seen(quiet=True)
        if seen is None:
            return f"{desk.market.trouble or f'Waiting for the instruments of {desk.market.label}.'}"
        try:
            symbol = seen.instrument.symbol
            known = entry_lines.Known(seen.label, desk.market.symbols(), desk.trader.slots.of(symbol))
            # The line shows the price it takes from the cursor: that is looked at, wherever the cursor came from.
            seen = replace(seen, cursor_drifted=False)
            return entry_lines.read(text, seen, known), seen
        except (NotAnEntry, prices.NotAPrice, sizes.NotASize) as problem:
            return f"{problem}."
