"""A field for a secret, and one for a word that is typed to agree: their bytes never travel in a message.

Textual's own password field gives its text to copy and cut, and posts it with every key in a message that the event
log prints. Here the desk's dispatcher writes each character straight into the field's buffer (`TypedField.write`), and
a paste likewise, so that no event with a part of a secret is ever dispatched to a widget.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from connectors.model.secret import SecretBytes, overwrite
from tui.styles.palette import Ink
from tui.widgets.line import DIM, Line, Token, fit
from tui.widgets.pane import NANOS, LinePane

if TYPE_CHECKING:
    from textual.selection import Selection

    from connectors.ports.clock import Clock

MARKS = 12
"""Dots that stand for any secret: its length does not show."""
SHOWN_NS = 5 * NANOS
"""How long a revealed secret stays readable."""
MOST_BYTES = 8_192
"""What the vault keeps at most in one field."""

_ABOVE, _CONTINUES = 0xC0, 0x80
"""In UTF-8 the two highest bits of every byte of a character but its first are 10."""

CONTROL = "A control character, such as a line break, cannot be part of it. Nothing was taken."
TOO_LONG = "That is longer than {most} bytes. Nothing was taken."
TRIMMED = "White space around what was pasted was left out."


class TypedField(LinePane):
    """One line that is typed into. The desk's dispatcher writes; nothing here is a message, a selection or a copy.

    Args:
        most: Bytes of UTF-8 it takes at most.
        lines: Whether line breaks may be pasted, as in a PEM file; every kind of break becomes a newline.
        id: As of `textual.widget.Widget`.

    Attributes:
        trouble: Why the newest key or paste was not taken, as a sentence; empty when it was.
        trimmed: Whether white space around something pasted was left out since the field was last empty.
        dead: Takes nothing while True: what was typed is being looked at.
    """

    DEFAULT_CSS = "TypedField { height: 1; width: 1fr; }"
    HAS_TITLE = False
    ALLOW_SELECT = False
    can_focus = True

    def __init__(
        self,
        *,
        most: int = MOST_BYTES,
        lines: bool = False,
        id: str | None = None,  # noqa: A002  # Textual's own word
    ) -> None:
        super().__init__(id=id)
        self.trouble = ""
        self.trimmed = False
        self.dead = False
        self._most = most
        self._lines_allowed = lines
        # All the room at once: a buffer that grows leaves what it held behind.
        self._held = SecretBytes(bytearray(most))
        self._length = 0

    # --- in ----------------------------------------------------------------------------------------------------------

    def write(self, character: str) -> None:
        """Take a typed character at the end; a control character is refused."""
        self._add(character)

    def paste(self, text: str) -> None:
        """Take pasted text at the end, without the white space around it."""
        bare = text.strip()
        if self._lines_allowed:
            bare = bare.replace("\r\n", "\n").replace("\r", "\n")
        if self._add(bare) and bare != text:
            self.trimmed = True

    def erase(self) -> None:
        """Take the last character away."""
        if self.dead:
            return
        held = self._held.buffer
        while self._length:
            self._length -= 1
            last, held[self._length] = held[self._length], 0
            if last & _ABOVE != _CONTINUES:
                break
        self._changed()

    def clear(self) -> None:
        """Empty it; what it held is overwritten."""
        if self._held:
            overwrite(self._held.buffer)
        self._length = 0
        self.trimmed = False
        self._changed()

    def _add(self, text: str) -> bool:
        if self.dead or not text or not self._held:
            return False
        allowed = "\n" if self._lines_allowed else ""
        if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in allowed for sign in text):
            self._refuse(CONTROL)
            return False
        added = bytearray(text, "utf-8")
        end = self._length + len(added)
        if end > self._most:
            overwrite(added)
            self._refuse(TOO_LONG.format(most=self._most))
            return False
        self._held.buffer[self._length : end] = added
        overwrite(added)
        self._length = end
        self._changed()
        return True

    def _refuse(self, sentence: str) -> None:
        self._changed()
        self.trouble = sentence

    # --- out ---------------------------------------------------------------------------------------------------------

    @property
    def filled(self) -> bool:
        """Whether anything is in it."""
        return self._length > 0

    def take(self) -> bytearray:
        """What was typed, as UTF-8: the caller's to overwrite. The field is empty afterwards."""
        taken = self.copied()
        self.clear()
        return taken

    def copied(self) -> bytearray:
        """What was typed, as UTF-8: the caller's to overwrite. The field keeps it."""
        return self._held.buffer[: self._length] if self._held else bytearray()

    # --- Textual -----------------------------------------------------------------------------------------------------

    def get_selection(self, selection: Selection) -> None:  # noqa: ARG002  # the base's signature
        """Nothing of it is ever selected, so nothing of it is ever copied."""
        return

    def on_unmount(self) -> None:
        """Overwrite what it holds; it takes nothing afterwards."""
        self.clear()
        self._held.close()

    def _changed(self) -> None:
        self.trouble = ""
        self.touch_up()
        if self.is_mounted:
            self.flush()

    def _boxed(self, inner: Line, width: int) -> Line:
        ink = Ink(Token.INFO, bold=True) if self.has_focus else DIM
        return [("[", ink), *fit(inner, max(width - 2, 0)), ("]", ink)]


class SecretInput(TypedField):
    """A field that shows a mark of fixed width instead of what is in it.

    Args:
        clock: Times the five seconds of `reveal`.
        may_reveal: Whether ``ctrl+r`` may show what was typed.
        most: As of `TypedField`.
        lines: As of `TypedField`.
        id: As of `textual.widget.Widget`.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        may_reveal: bool = False,
        most: int = MOST_BYTES,
        lines: bool = False,
        id: str | None = None,  # noqa: A002  # Textual's own word
    ) -> None:
        super().__init__(most=most, lines=lines, id=id)
        self.may_reveal = may_reveal
        self._clock = clock
        self._shown_until_ns: int | None = None

    @property
    def revealed(self) -> bool:
        """Whether what was typed can be read now."""
        return self._shown_until_ns is not None and self._clock.monotonic_ns() < self._shown_until_ns

    def reveal(self) -> str:
        """Show what was typed for five seconds, or hide it again; why that cannot be, empty when it can."""
        if not self.may_reveal:
            return "What is typed here is never shown."
        self._shown_until_ns = None if self.revealed else self._clock.monotonic_ns() + SHOWN_NS
        self._changed()
        return ""

    def hide(self) -> None:
        """Show the mark again."""
        if self._shown_until_ns is not None:
            self._shown_until_ns = None
            self._changed()

    def clear(self) -> None:
        """Empty it and hide what it showed."""
        self._shown_until_ns = None
        super().clear()

    def on_blur(self) -> None:
        """Whoever goes on to the next field has seen enough."""
        self.hide()

    def flush(self, now_ns: int | None = None) -> int:
        """Repaint what changed; five seconds after `reveal` the mark comes back."""
        if self._shown_until_ns is not None and not self.revealed:
            self._shown_until_ns = None
            self.touch_up()
        return super().flush(now_ns)

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The mark, or for five seconds the text."""
        if not height:
            return []
        if not self.revealed:
            return [self._boxed([("•" * MARKS if self.filled else "", Ink())], width)]
        held = bytes(self._held.buffer[: self._length])
        return [self._boxed([(held.decode("utf-8"), Ink(Token.WARN))], width)]


class WordInput(TypedField):
    """A field for a word that agrees to something, or for a name: what is typed can be read."""

    @property
    def text(self) -> str:
        """What was typed."""
        return bytes(self._held.buffer[: self._length]).decode("utf-8") if self._held else ""

    def put(self, text: str) -> None:
        """Begin with a text."""
        self.clear()
        self._add(text)

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The text and a caret."""
        caret = "▏" if self.has_focus else ""
        return [self._boxed([(self.text + caret, Ink(bold=True))], width)] if height else []
