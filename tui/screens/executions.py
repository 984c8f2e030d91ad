"""The statistics of executions: asked of the worker while they are looked at, and again once something has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.worker import api
from tui.format.times import clock
from tui.messages.failure import sentence_of
from tui.widgets.executions import ExecutionsTable

if TYPE_CHECKING:
    from tui.desk import Desk

_PAUSE_NS = 2_000_000_000
"""Not sooner after the newest answer: counting them reads every order of the archive."""
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
        self._answered_ns: int | None = None
        self._as_of_ns: int | None = None
        self._trouble = ""

    @property
    def words(self) -> str:
        """``by day, as of 14:03:27``; why they are not known, where they are not."""
        by = f"by {self._by.value.lower()}"
        if self._trouble:
            return f"{by}: {self._trouble}"
        return f"{by}, counting …" if self._as_of_ns is None else f"{by}, as of {clock(self._as_of_ns)}"

    def turn(self) -> None:
        """Count by the other."""
        self._by = _OTHER[self._by]
        self.open()

    def open(self) -> None:
        """They come to be looked at: nothing old is shown as if it were of now."""
        self._as_of_ns, self._trouble = None, ""
        self._table.put_statistics((), self._by, {})
        self._ask()

    def note(self) -> None:
        """Orders or fills have changed: what is shown is not the newest any more."""
        self._moved = True

    def beat(self) -> None:
        """Ask again where something has changed, and the newest answer is old enough."""
        rested = self._answered_ns is None or self._owner.clock.monotonic_ns() - self._answered_ns >= _PAUSE_NS
        if self._moved and rested and not self._asking:
            self._ask()

    def _ask(self) -> None:
        self._asking, self._moved = True, False
        self._owner.spawn(self._answered(self._by))

    async def _answered(self, by: api.StatisticsBy) -> None:
        desk = self._owner
        result = await desk.session.ask(api.GetStatistics(by))
        self._asking = False
        self._answered_ns = desk.clock.monotonic_ns()
        if by is not self._by:
            return
        self._trouble = sentence_of(result)
        if isinstance(result, api.Statistics):
            labels = {account: connection.label for account, connection in desk.store.connections.items()}
            self._as_of_ns = desk.clock.time_ns()
            self._table.put_statistics(result.rows, by, labels)
        desk.orders.show_view()
