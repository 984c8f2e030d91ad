"""The market's moods: from calm to panic, what each does to the crowd, and how one follows another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Regime(StrEnum):
    """How the crowd behaves."""

    CALM = "calm"
    NORMAL = "normal"
    VOLATILE = "volatile"
    PANIC = "panic"


AUTO = "auto"
"""Beside the regimes: let one follow another."""


@dataclass(frozen=True, slots=True)
class Mood:
    """What a regime multiplies; all 1 for the one that was calibrated.

    Attributes:
        quotes: Orders placed and taken back.
        takers: Orders that take.
        moves: How often the fair value moves.
        reach: How far it moves at a time.
        depth: Sizes at the best price and behind it.
        half_spread: How far from the fair value makers keep, as a share of the price; 0 is as near as a tick allows.
        lazy: Share of steps in which nobody closes a spread wider than makers want it.
        stay_s: Mean time it lasts when regimes follow one another.
    """

    quotes: float = 1
    takers: float = 1
    moves: float = 1
    reach: float = 1
    depth: float = 1
    half_spread: float = 0
    lazy: float = 0.04
    stay_s: float = 600


MOODS: Mapping[Regime, Mood] = {
    Regime.CALM: Mood(quotes=0.65, takers=0.6, moves=0.5, reach=0.7, depth=1.5, lazy=0.02, stay_s=600),
    Regime.NORMAL: Mood(),
    Regime.VOLATILE: Mood(
        quotes=1.4, takers=1.6, moves=1.8, reach=1.6, depth=0.6, half_spread=1e-7, lazy=0.12, stay_s=240
    ),
    Regime.PANIC: Mood(quotes=1.8, takers=2, moves=3.5, reach=2.6, depth=0.25, half_spread=1.5e-5, lazy=0.3, stay_s=45),
}

FOLLOWERS: Mapping[Regime, tuple[Regime, ...]] = {
    Regime.CALM: (Regime.NORMAL, Regime.NORMAL, Regime.NORMAL, Regime.VOLATILE),
    Regime.NORMAL: (Regime.CALM, Regime.CALM, Regime.VOLATILE, Regime.VOLATILE, Regime.PANIC),
    Regime.VOLATILE: (Regime.NORMAL, Regime.NORMAL, Regime.NORMAL, Regime.PANIC),
    Regime.PANIC: (Regime.VOLATILE,),
}
"""What may follow, each as often as it is named: after a panic the market stays shaken for a while."""


class Weather:
    """Which regime it is: always the same one, or with ``auto`` one after another, by chance that is seeded.

    Args:
        name: A regime, or ``auto``, which begins normal.
        seed: Seed of the changes.
        step_s: How long a step lasts.
    """

    def __init__(self, name: str, seed: str, step_s: float) -> None:
        self._changes = name == AUTO
        self.regime = Regime.NORMAL if self._changes else Regime(name)
        self.mood = MOODS[self.regime]
        self._rng = Random(f"{seed}:weather")
        self._step_s = step_s
        self._left_s = self._stay()

    def step(self) -> bool:
        """One step; whether the regime changed."""
        if not self._changes:
            return False
        self._left_s -= self._step_s
        if self._left_s > 0:
            return False
        self.regime = self._rng.choice(FOLLOWERS[self.regime])
        self.mood = MOODS[self.regime]
        self._left_s = self._stay()
        return True

    def _stay(self) -> float:
        """At least a third of the mean, so that a regime is long enough to be seen."""
        mean = self.mood.stay_s
        return mean / 3 + self._rng.expovariate(1) * mean * 2 / 3
