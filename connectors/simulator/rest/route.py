"""What the exchange knows of one method of one path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.simulator.exchange import Exchange
from connectors.simulator.protocol.parameters import Parameters

Answer = Callable[[Exchange, Parameters], Any]
Weight = int | Callable[[Parameters], int]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    answer: Answer
    weight: Weight
    signed: bool = False
    free: bool = False
    """Weighs nothing when it succeeds, ``weight`` when it fails (§3.1)."""
    order: bool = False
    """Its answer carries the order-count headers."""

    def weighs(self, params: Parameters) -> int:
        """Its weight with these parameters."""
        return self.weight if isinstance(self.weight, int) else self.weight(params)
