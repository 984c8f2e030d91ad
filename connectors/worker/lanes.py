"""What happens to events when a client reads slower than the world moves: one policy per kind (DESIGN §3).

Pure state machines; `connectors.worker.session` drains them onto a wire. Times are monotonic ns.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice

from connectors.model.book import BookTop
from connectors.model.candle import Candle
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from connectors.worker.api import Numbered, NumberedEvent, PaneEvent, WatchPushed

FASTEST_HZ = 20
"""No pane gets more pushes a second than this: the screen paints no faster."""

WATCH_HELD = 10_000
"""Items a watch holds for a slow reader before the oldest are dropped and counted."""

RING_HELD = 1_024
"""Numbered events kept for clients that fall behind; who falls further gets a picture. Each holds an order as it was:
four times as many were megabytes, of a morning's orders, for a client that has not read for minutes."""

WatchItem = BookTop | Trade | Candle | Ticker | Gap

_SECOND_NS = 1_000_000_000


class PaneLane:
    """Latest-wins for one pane, at most so many times a second.

    What is pushed is made when it is sent: a book that changed a thousand times between two beats is looked at once.
    A second is cut into slots that begin at the same moments for every lane, and each slot has one push: what
    belongs together reaches the screen together, and is painted once.
    """

    def __init__(self, rate_hz: int, take: Callable[[], Sequence[PaneEvent]]) -> None:
        self._take = take
        self._dirty = False
        self._last_ns: int | None = None
        self._space_ns = _SECOND_NS
        self.pace(rate_hz)

    def pace(self, rate_hz: int) -> None:
        """Change the rate; held between 1 and `FASTEST_HZ`."""
        self._space_ns = _SECOND_NS // max(1, min(rate_hz, FASTEST_HZ))

    def mark(self) -> bool:
        """Say that there is something newer; whether there was nothing to push before."""
        was_clean, self._dirty = not self._dirty, True
        return was_clean

    @property
    def due_ns(self) -> int | None:
        """When the next push is due, in monotonic ns (0: at once); None when there is nothing to push."""
        if not self._dirty:
            return None
        return 0 if self._last_ns is None else (self._last_ns // self._space_ns + 1) * self._space_ns

    def wait_ns(self, now_ns: int) -> int | None:
        """Ns until the next push is due (0: now); None when there is nothing to push."""
        due_ns = self.due_ns
        return None if due_ns is None else max(0, due_ns - now_ns)

    def pop(self, now_ns: int) -> Sequence[PaneEvent]:
        """What is due now, oldest first; empty when nothing is."""
        if self.wait_ns(now_ns) != 0:
            return ()
        self._dirty = False
        self._last_ns = now_ns
        return self._take()


class WatchLane:
    """Every update, bounded: when full the oldest is dropped, and the next item that leaves says how many were."""

    def __init__(self, watch: int, held: int = WATCH_HELD) -> None:
        self._watch = watch
        self._held = held
        self._items: deque[WatchItem] = deque()
        self._dropped = 0

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: WatchItem) -> None:
        """Add an item."""
        if len(self._items) >= self._held:
            self._items.popleft()
            self._dropped += 1
        self._items.append(item)

    def pop(self) -> WatchPushed | None:
        """The oldest item, with the number of those dropped just before it; None when empty."""
        if not self._items:
            return None
        dropped, self._dropped = self._dropped, 0
        return WatchPushed(self._watch, self._items.popleft(), dropped)


class Ring:
    """Never-drop: numbered events, 1, 2, … without a hole, and the newest of them kept for whoever is behind."""

    def __init__(self, held: int = RING_HELD) -> None:
        self._events: deque[Numbered] = deque(maxlen=held)
        self._last = 0

    @property
    def last(self) -> int:
        """Number of the newest event; 0 before the first."""
        return self._last

    def append(self, event: NumberedEvent) -> Numbered:
        """Number an event and keep it."""
        self._last += 1
        numbered = Numbered(self._last, event)
        self._events.append(numbered)
        return numbered

    def after(self, number: int, limit: int) -> Sequence[Numbered] | None:
        """Events after ``number``, oldest first, at most ``limit``; None when some of them are no longer kept."""
        missing = self._last - number
        if missing > len(self._events):
            return None
        start = len(self._events) - missing
        return tuple(islice(self._events, start, start + limit))
