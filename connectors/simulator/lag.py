"""How late the exchange is by its own clock: each beat of the market is due at a time, and may come after it."""

from __future__ import annotations

from collections import deque
from typing import Any

_KEPT = 60_000
"""Beats remembered: twenty minutes of one each 20 ms."""


class Lag:
    """Lateness of beats, in ns."""

    def __init__(self) -> None:
        self._late: deque[int] = deque(maxlen=_KEPT)
        self._skipped = 0

    def beat(self, late_ns: int, skipped: int) -> None:
        """A beat came this late; ``skipped`` others were passed over because their time had gone by."""
        self._late.append(max(0, late_ns))
        self._skipped += skipped

    def forget(self) -> dict[str, Any]:
        """Begin anew; tells what is forgotten."""
        found = self.describe()
        self._late.clear()
        self._skipped = 0
        return found

    def describe(self) -> dict[str, Any]:
        """Number of beats, those passed over, and lateness in ms: median, p99, worst, and of the last one."""
        late = sorted(self._late)
        if not late:
            return {"beats": 0, "skipped": self._skipped}
        places = {"p50_ms": len(late) // 2, "p99_ms": len(late) * 99 // 100, "worst_ms": len(late) - 1}
        rows = {name: late[place] / 1e6 for name, place in places.items()}
        return {"beats": len(late), "skipped": self._skipped} | rows | {"last_ms": self._late[-1] / 1e6}
