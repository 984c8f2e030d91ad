"""What the message line shows: the last result, until something stickier or newer comes. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum

HISTORY = 200
"""Messages kept for the alerts screen."""
MERGE_NS = 10_000_000_000
"""Identical messages within so long become one with a count."""


class Tone(StrEnum):
    """How a message is meant; the glyph says it where colour cannot."""

    PLAIN = ""
    GOOD = "✓"
    WARN = "!"
    DANGER = "✗"


@dataclass(frozen=True, slots=True)
class Saying:
    """One message."""

    text: str
    tone: Tone
    sticky: bool
    """Only a key clears it."""
    time_ns: int
    """Wall time of its first telling."""
    count: int = 1

    @property
    def line(self) -> str:
        """The message as the line writes it, with its glyph and its count."""
        times = f"  ×{self.count}" if self.count > 1 else ""
        return f"{self.tone} {self.text}{times}" if self.tone else f"{self.text}{times}"


class Teller:
    """Chooses what stands on the line. Nothing but a key clears a sticky message; what it hides is in the history."""

    def __init__(self) -> None:
        self.history: deque[Saying] = deque(maxlen=HISTORY)
        """Newest first."""
        self._standing: Saying | None = None

    @property
    def standing(self) -> Saying | None:
        """The message that stands on the line."""
        return self._standing

    def say(self, text: str, tone: Tone = Tone.PLAIN, *, sticky: bool = False, now_ns: int = 0) -> None:
        """Tell something.

        Args:
            text: One or two sentences.
            tone: How it is meant.
            sticky: Whether it stays until a key is pressed.
            now_ns: Wall time.
        """
        newest = self.history[0] if self.history else None
        saying = Saying(text, tone, sticky, now_ns)
        if newest is not None and newest.text == text and now_ns - newest.time_ns < MERGE_NS:
            saying = replace(newest, count=newest.count + 1, sticky=sticky, tone=tone)
            self.history[0] = saying
        else:
            self.history.appendleft(saying)
        if sticky or self._standing is None or not self._standing.sticky:
            self._standing = saying

    def touched(self) -> None:
        """A key was pressed: what was sticky may be replaced now."""
        if self._standing is not None and self._standing.sticky:
            self._standing = replace(self._standing, sticky=False)

    def clear(self) -> None:
        """Empty the line; the history stays."""
        self._standing = None
