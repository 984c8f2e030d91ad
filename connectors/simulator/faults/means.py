"""What both gates work with."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.simulator.faults.classify import Asked
from connectors.simulator.faults.journal import Journal
from connectors.simulator.faults.kinds import ClockShift, Decisive, Maintenance
from connectors.simulator.faults.plan import Armed, Plan
from connectors.simulator.faults.valve import Valves

_CLOCK = -1021
Struck = tuple[Armed, Decisive | Maintenance]
"""The fault that settles a request, and what it is to do: for one that changed the venue, the refusal it leads to."""


@dataclass(frozen=True)
class Means:
    """The run's plan, its journal, the connections and the true time in ms; ``decide`` settles a request."""

    plan: Plan
    journal: Journal
    valves: Valves
    now: Callable[[], int]
    decide: Callable[[Asked], Struck | None]
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the run ends: nothing waits any longer."""

    async def wait(self, delay_ms: int) -> None:
        """Let a while pass."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), delay_ms / 1000)

    def note(self, what: str, asked: Asked, struck: tuple[Armed, Any] | None, **facts: Any) -> None:
        """Write down what became of a request, a handshake or a frame.

        A refused timestamp is put down to a clock that is wrong, where it is.
        """
        if struck is None and facts.get("code") == _CLOCK:
            wrong = self.plan.standing(ClockShift, self.now())
            struck = None if wrong is None else (wrong, wrong.fault)
        self.journal.note(
            self.now(),
            what,
            fault=struck[0].name if struck else "",
            kind=struck[0].fault.kind if struck else "",
            endpoint=asked.endpoint.value,
            request=asked.name,
            id=asked.id,
            client_id=asked.client_id,
            **facts,
        )
