"""What the crowd of a symbol is like: figures calibrated against the recorded tape, and how symbols differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STEP_MS = 20
"""The event clock's step."""


@dataclass(frozen=True, slots=True)
class Temper:
    """What was calibrated; rates are per second, both sides together.

    Attributes:
        touch: Orders joining or leaving the best price.
        near: Orders placed or taken back on the levels right behind it.
        far: The same anywhere behind.
        takers: Taking orders.
        moves: Moves of the fair value.
        reach: Median move, as a share of the price.
        reach_spread: Log-normal spread of moves.
        burst: How much a median move excites the crowd: quoting and taking then multiply.
        rush: Taking orders at an excitement of one.
        calm_s: Time in which an excitement falls to a third.
        depth: Median quote value that stands at the best price.
        depth_spread: Its log-normal spread.
        spacing: Mean distance of levels near the best price, as a share of the price.
        pulled: Share of overrun quotes whose owners pull them in time.
        level_count: Levels kept a side.
        orders: Orders kept, both sides.
    """

    touch: float = 23
    near: float = 32
    far: float = 75
    takers: float = 3.0
    moves: float = 0.46
    reach: float = 6.8e-5
    reach_spread: float = 1.15
    burst: float = 8
    rush: float = 0.95
    calm_s: float = 0.35
    depth: float = 265_000
    depth_spread: float = 0.7
    spacing: float = 6.3e-6
    pulled: float = 0.92
    level_count: int = 320
    orders: int = 900


@dataclass(frozen=True, slots=True)
class Habit:
    """How a symbol differs from BTC: sizes in quote, how often something happens, how far its price moves."""

    weight: float
    pace: float
    reach: float = 1


TEMPER = Temper()
HABITS: Mapping[str, Habit] = {
    "BTC": Habit(1, 1),
    "ETH": Habit(0.6, 0.95, 1.2),
    "SOL": Habit(0.4, 0.9, 1.5),
    "BNB": Habit(0.3, 0.85),
    "XRP": Habit(0.2, 0.85, 1.4),
    "DOGE": Habit(0.25, 0.85, 1.7),
}
OTHERS = Habit(0.15, 0.8, 1.5)
