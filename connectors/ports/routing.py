"""What is kept of routing: settings, decisions, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from connectors.model.routing import RoutePart, RoutingDecision, RoutingSettings


class Routing(Protocol):
    """Routing in the archive. All calls block and run in the archive's own thread.

    Every method raises `connectors.errors.ArchiveFailed` with a sentence when the file cannot be read or written.
    """

    def settings(self) -> Sequence[RoutingSettings]:
        """All of them; that of every other pair first."""
        ...

    def set(self, settings: RoutingSettings) -> None:
        """Keep the settings of a pair in place of those it had."""
        ...

    def decide(self, decision: RoutingDecision) -> None:
        """Keep a decision, before any of its parts is sent.

        Raises:
            Refused: Its parts do not sum to its quantity.
        """
        ...

    def came_of(self, decision_id: UUID, position: int, part: RoutePart) -> None:
        """Keep what came of one part; ``position`` counts from 1.

        Raises:
            Refused: There is no such part.
        """
        ...

    def decisions(self, *, limit: int = 200) -> Sequence[RoutingDecision]:
        """Newest first."""
        ...
