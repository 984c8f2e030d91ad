"""The statistics of executions: asked of the worker while they are looked at, and again once something has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.worker import api
from tui.format import times
from tui.messages.failure import sentence_of
from tui.widgets.executions import ExecutionsTable

if TYPE_CHECKING:
    from tui.desk import Desk

_DAYS = 30
"""How far back is counted; `tradedesk stats` counts everything."""
_DAY_NS = 24 * 3_600 * 1_000_000_000
_PAUSE_NS = 2_000_000_000
_SHARE = 20
"""Not sooner than so many times what the newest answer took: commits share the archive's thread with the counting."""
_OTHER = {
    api.StatisticsBy.DAY: api.StatisticsBy.INSTRUMENT,
    api.StatisticsBy.INSTRUMENT: api.StatisticsBy.DAY,
}


class Executions:
    """What fills the table of executions.

    Args:
        owner: The desk.
        table: The table.
    """

    def __init__(self, owner: Desk, table: ExecutionsTable) -> None:
        self._owner = owner
        self._table = table
        self._by = api.StatisticsBy.DAY
        self._asking = False
        self._moved = True
        self._rests_until_ns = 0
        self._as_of_ns: int | None = None
        self._trouble = ""

    @property
    def words(self) -> str:
        """``30 days by day, as of 14:03:27``; why they are not known, where they are not."""
        by = f"{_DAYS} days by {self._by.value.lower()}"
        if self._trouble:
            return f"{by}: {self._trouble}"
        return f"{by}, counting …" if self._as_of_ns is None else f"{by}, as of {times.clock(self._as_of_ns)}"

    def turn(self) -> None:
        """Count by the other."""
        self._by = _OTHER[self._by]
        self.open()

    def open(self) -> None:
        """They come to be looked at: nothing old is shown as if it were of now."""
        self._as_of_ns, self._trouble = None, ""
        self._table.put_statistics(None, self._by, {})
        self._ask()

    def note(self) -> None:
        """Orders or fills have changed: what is shown is not the newest any more."""
        self._moved = True

    def beat(self) -> None:
        """Ask again where something has changed, and the newest answer is old enough."""
        if self._moved and not self._asking and self._owner.clock.monotonic_ns() >= self._rests_until_ns:
            self._ask()

    def _ask(self) -> None:
        self._asking, self._moved = True, False
        self._owner.spawn(self._answered(self._by))

    async def _answered(self, by: api.StatisticsBy) -> None:
        desk, clock = self._owner, self._owner.clock
        asked_ns, now_ns = clock.monotonic_ns(), clock.time_ns()
        result = await desk.session.ask(api.GetStatistics(by, since_ns=max(now_ns - _DAYS * _DAY_NS, 0)))
        answered_ns = clock.monotonic_ns()
        self._asking = False
        self._rests_until_ns = answered_ns + max(_PAUSE_NS, _SHARE * (answered_ns - asked_ns))
        if by is not self._by:
            return
        self._trouble = sentence_of(result)
        known = result.rows if isinstance(result, api.Statistics) else None
        self._as_of_ns = None if known is None else now_ns
        labels = {account: connection.label for account, connection in desk.store.connections.items()}
        self._table.put_statistics(known, by, labels)
        desk.orders.show_view()
