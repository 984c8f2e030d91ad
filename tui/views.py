"""Books as they came, until the one that was painted is known; and how far they are believed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from connectors.model.book import BookState, BookView
from tui.widgets.ladder.ladder import PaintedFrame

VIEWS_KEPT = 64
"""Pushed books remembered until one of them is the painted one."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A pushed book and when it came, on the monotonic clock."""

    view: BookView
    arrived_ns: int


class Views:
    """The newest books of one instrument.

    Attributes:
        vouched: Whether the worker answers for what it pushed. While it does not, a LIVE book is a STALE one.
    """

    def __init__(self) -> None:
        self.vouched = True
        self._arrivals: deque[Arrival] = deque(maxlen=VIEWS_KEPT)

    def add(self, view: BookView, now_ns: int) -> None:
        """Take a pushed book; ``now_ns`` on the monotonic clock."""
        self._arrivals.append(Arrival(view, now_ns))

    def clear(self) -> None:
        """Forget them: another instrument is shown."""
        self._arrivals.clear()

    @property
    def newest(self) -> BookView | None:
        """The newest one, in the state it may be believed in."""
        if not self._arrivals:
            return None
        view = self._arrivals[-1].view
        return view if self.vouched or view.state is not BookState.LIVE else replace(view, state=BookState.STALE)

    def painted(self, frame: PaintedFrame | None) -> BookView | None:
        """The whole book behind a painted frame, in the state it was painted in."""
        if frame is None:
            return None
        for arrival in reversed(self._arrivals):
            if arrival.view.update_id == frame.update_id:
                return replace(arrival.view, state=frame.state)
        return None

    def behind_ns(self, frame: PaintedFrame | None, now_ns: int) -> int:
        """For how long a newer book than the painted one has been waiting."""
        if frame is None:
            return 0
        waiting = [arrival for arrival in self._arrivals if arrival.view.update_id > frame.update_id]
        return now_ns - waiting[0].arrived_ns if waiting else 0
