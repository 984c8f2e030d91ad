"""Settling and stalls: when the picture has just changed, or has not been painted, order keys wait. Pure."""

from __future__ import annotations

from tui.commands.guard import MS

SETTLE_NS = 300 * MS
"""After a change of screen, pane, instrument, size, book state, a closed dialog, a re-centre or a return of focus."""
STALL_NS = 250 * MS
"""A loop that stood still for longer showed nothing of what happened meanwhile."""
BEATS_AFTER_STALL = 2
"""One beat paints the whole screen, the next proves that it was painted."""
STORM_SIZES = 4
"""So many sizes inside a second are a window being dragged."""
STORM_NS = 1_000 * MS

SETTLING = "Settling: press again."
STALLED = "The screen stood still for {ms} ms. Press again once it moves."
RESIZING = "The window is being resized. Press again once it rests."
BEHIND = "The screen was not repainted for {ms} ms. Press again once it moves."


class Gate:
    """Says whether an order key may act now.

    Args:
        beating: Whether a pulse drives the screen; without one (tests) nobody can be late for a beat.
        period_ns: Ns between beats.
    """

    def __init__(self, *, beating: bool = False, period_ns: int = 50 * MS) -> None:
        self._beating = beating
        self._period_ns = period_ns
        self._settled_ns = 0
        self._last_beat_ns: int | None = None
        self._beats_owed = 0
        self._why = ""
        self._sizes: list[int] = []

    def settle(self, now_ns: int) -> None:
        """Something under the hand has just changed."""
        self._settled_ns = max(self._settled_ns, now_ns + SETTLE_NS)

    def stall(self, lag_ns: int) -> None:
        """The loop stood still: refuse until one full frame was painted and one beat has passed."""
        self._owe(STALLED.format(ms=lag_ns // MS))

    def resized(self, now_ns: int) -> None:
        """A new size; a storm of them counts as a stall."""
        self.settle(now_ns)
        self._sizes = [time_ns for time_ns in self._sizes if now_ns - time_ns < STORM_NS] + [now_ns]
        if len(self._sizes) >= STORM_SIZES:
            self._owe(RESIZING)

    def beat(self, now_ns: int) -> bool:
        """Count a beat.

        Returns:
            Whether the loop stood still before it, so that the whole screen must be painted anew.
        """
        lag_ns = 0 if self._last_beat_ns is None else now_ns - self._last_beat_ns - self._period_ns
        self._last_beat_ns = now_ns
        if lag_ns > STALL_NS:
            self.stall(lag_ns)
            return True
        self._beats_owed = max(0, self._beats_owed - 1)
        return False

    def refusal(self, now_ns: int) -> str:
        """Why an order key must wait, as a sentence; empty when it may act."""
        if self._beats_owed:
            return self._why
        if self._beating and self._last_beat_ns is not None:
            late_ns = now_ns - self._last_beat_ns - self._period_ns
            if late_ns > STALL_NS:
                return BEHIND.format(ms=late_ns // MS)
        return SETTLING if now_ns < self._settled_ns else ""

    def _owe(self, why: str) -> None:
        self._why = why
        self._beats_owed = BEATS_AFTER_STALL
