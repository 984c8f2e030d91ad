"""A worker's executor as far as calls and recalls go: the engine alone, in virtual time."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Moment
from connectors.engine.state import State
from engine.world import Desk


class EngineAlone:
    """Feeds an engine's desk, and does nothing of what it wants done."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def state(self) -> State:
        return self.desk.state

    def now(self) -> Moment:
        return self.desk.now

    def feed(self, happened: inputs.Input) -> Sequence[fx.Effect]:
        return self.desk.happen(happened)
