"""The trading state, and time."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.engine.inputs.moment import Moment, Trading


@dataclass(frozen=True, slots=True)
class SetTrading:
    """New orders on or off."""

    trading: Trading
    reason: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""

    at: Moment
