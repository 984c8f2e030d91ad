"""What the crowd thinks a symbol is worth, and how excited it is about that."""

from __future__ import annotations

from math import exp
from random import Random

from connectors.model.side import Side
from connectors.simulator.crowd.regimes import Mood
from connectors.simulator.crowd.temper import STEP_MS, TEMPER

_STEP_S = STEP_MS / 1000
_SLOW_S = 15.0
_SLOW_SPREAD = 0.3
"""Activity also drifts: log-normal, forgotten within this time."""
_ARRIVES = 0.35
"""Share of a move that arrives in each step."""
_STICKY = 0.35
"""Ticks the value must move before anyone quotes anew: else a price on the edge would flicker."""
_HALF_SPREAD = 0.8
"""Log-normal spread of what makers keep from the fair value."""
_EXCITING = 0.7
"""A move's excitement is its length in median moves to this power."""
_LEAST_TICKS = 1000.0
"""The value stays above this, where a tick is a tenth of a percent: lower there is no room for a book."""
_LONGEST = 11.0
"""Moves are at most so many times the median."""
_MOST_EXCITED = 6.0
_UP = 0.5
_STILL = 1.0
"""Ticks: what is left of a move that nobody follows any more."""


class Fair:
    """A fair value that moves in short bursts.

    Args:
        rng: Chance.
        price: Where it starts, in ticks.
        reach: How far it moves at a time beside BTC.

    Attributes:
        value: In ticks.
        excited: Zero in most seconds; about one right after a median move.
    """

    def __init__(self, rng: Random, price: int, reach: float, mood: Mood) -> None:
        self.value = float(price)
        self.excited = 0.0
        self._rng = rng
        self._reach = TEMPER.reach * reach
        self._center = self._target = self.value
        self._slow = 0.0
        self._half = mood.half_spread

    @property
    def awake(self) -> float:
        """Activity beside its mean, without excitement."""
        return exp(self._slow)

    @property
    def leans(self) -> Side | None:
        """Which way a move goes that is under way."""
        away = self._target - self.value
        if abs(away) < _STILL:
            return None
        return Side.BUY if away > 0 else Side.SELL

    def step(self, mood: Mood) -> None:
        """Sometimes the value begins to move, and everyone is excited for a moment."""
        rng = self._rng
        self._slow += -self._slow * _STEP_S / _SLOW_S
        self._slow += rng.gauss(0, 1) * _SLOW_SPREAD * (2 * _STEP_S / _SLOW_S) ** 0.5
        self.excited *= 1 - _STEP_S / TEMPER.calm_s
        if rng.random() < TEMPER.moves * mood.moves * self.awake * _STEP_S:
            size = min(_LONGEST, exp(rng.gauss(0, TEMPER.reach_spread)))
            way = self._reach * mood.reach * size * self.value
            self._target = max(_LEAST_TICKS, self._target + (way if rng.random() < _UP else -way))
            self.excited = min(_MOST_EXCITED, self.excited + size**_EXCITING)
            self._half = mood.half_spread * exp(rng.gauss(0, _HALF_SPREAD))
        self.value += (self._target - self.value) * _ARRIVES
        if abs(self.value - self._center) > _STICKY:
            self._center = self.value

    def anchor(self, side: Side) -> int:
        """Best price the crowd would quote: the tick below the value or above it, or as far off as it cares."""
        half = self._half * self._center
        return int(self._center - half) if side is Side.BUY else int(self._center + half) + 1

    def overran(self, side: Side, price: int) -> bool:
        """Whether a quote of a side at a price gives more than the value."""
        return side.sign * (price - self._center) > 0
