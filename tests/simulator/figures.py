"""What a market looks like in figures: measured alike on a recording and on the flow, in virtual time.

Either market is run on a clock that is moved in steps of 20 ms. Its book is kept from what it tells, and looked at each
100 ms; what it tells is counted by the second. Prices are in ticks until they become figures.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from connectors.matching.terms import Match
from connectors.simulator.crowd.flow import FlowMarket
from connectors.simulator.market import Change, Market, Print, Top
from connectors.simulator.recording.replay import TapeMarket
from connectors.simulator.recording.tape import load
from connectors.simulator.specs import LISTED, SymbolSpec

START_MS = 1_893_553_440_000
"""2030-01-02 03:04:00 UTC: where virtual time begins."""
TAPE_S = 345
"""Whole seconds of the recorded tape."""
SEEDS = ("1", "2", "3")
"""Of the calibration."""
LEAST, MOST = 0.5, 2.0
"""Between these must lie flow ÷ tape."""
_STEP_MS = 20
_SAMPLE_MS = 100
_LEVELS = (1, 5, 10, 20)
_WINDOW_S = 10
_SIDES = ("bids", "asks")


@dataclass(frozen=True, slots=True)
class Figure:
    """Median and ninetieth percentile of what was sampled; without the latter where there is one value."""

    median: float
    p90: float | None

    def over(self, other: Figure) -> Iterator[float]:
        """The ratios of the two; nothing over nothing is 1."""
        for own, theirs in ((self.median, other.median), (self.p90, other.p90)):
            if own is not None and theirs is not None:
                yield own / theirs if theirs else 1.0 if not own else math.inf


def figure(values: Sequence[float]) -> Figure:
    """Of at least one value."""
    ordered = sorted(values)
    return Figure(ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10])


@dataclass
class Gauge:
    """Listens to a market (it is its sink) and looks at the book that is told.

    Attributes:
        least_levels: The fewest levels a side had.
        crossed: How often a bid was as high as an ask, or a side empty.
    """

    spec: SymbolSpec
    now_ms: int = START_MS
    least_levels: int = 1_000_000
    crossed: int = 0
    prices: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    _bids: dict[int, int] = field(default_factory=dict)
    _asks: dict[int, int] = field(default_factory=dict)
    _spreads: list[int] = field(default_factory=list)
    _depths: dict[str, list[int]] = field(default_factory=dict)
    _mids: list[float] = field(default_factory=list)
    _counts: dict[str, Counter[int]] = field(default_factory=dict)

    def begin(self, market: Market) -> None:
        """Forget what came before, and start from the book as it stands."""
        depth = market.depth(5000)
        self._bids, self._asks = dict(depth.bids), dict(depth.asks)
        self._counts.clear()
        self.prices.clear()
        self.sizes.clear()

    def printed(self, prints: Sequence[Print]) -> None:
        """Trades."""
        self._count("trades", len(prints))
        self.prices += [one.price for one in prints]
        self.sizes += [one.lots for one in prints]

    def touched(self, _top: Top) -> None:
        """Best prices."""
        self._count("best", 1)

    def changed(self, change: Change) -> None:
        """A depth event."""
        self._count("changes", len(change.bids) + len(change.asks))
        for book, levels in ((self._bids, change.bids), (self._asks, change.asks)):
            for price, lots in levels:
                book[price] = lots
                if not lots:
                    del book[price]

    def filled(self, match: Match, trade_id: int, time_ms: int) -> None:
        """Nobody trades but the market itself."""
        raise AssertionError((match, trade_id, time_ms))

    def look(self) -> None:
        """Sample the book."""
        bids, asks = sorted(self._bids, reverse=True), sorted(self._asks)
        self.least_levels = min(self.least_levels, len(bids), len(asks))
        if not bids or not asks or bids[0] >= asks[0]:
            self.crossed += 1
            return
        self._spreads.append(asks[0] - bids[0])
        for side, book, prices in zip(_SIDES, (self._bids, self._asks), (bids, asks), strict=True):
            sizes = [book[price] for price in prices[: _LEVELS[-1]]]
            for count in _LEVELS:
                self._depths.setdefault(f"{side}, best {count}", []).append(sum(sizes[:count]))
                self._depths.setdefault(f"{side}, level {count} alone", []).append(sizes[min(count, len(sizes)) - 1])
        second = (self.now_ms - 1 - START_MS) // 1000
        del self._mids[second:]
        self._mids.append((bids[0] + asks[0]) / 2)

    def figures(self) -> dict[str, Figure]:
        """Everything measured, by its name with its unit."""
        lot = float(self.spec.grid.lot)
        first = self._mids[0]
        seconds = range(len(self._mids))
        found = {
            "spread, ticks": figure(self._spreads),
            "spread, bps": figure([10_000 * spread / first for spread in self._spreads]),
        }
        found |= {f"{name}, {self.spec.base}": figure([lot * each for each in v]) for name, v in self._depths.items()}
        for name, told in (("changes", "levels changed a second"), ("best", "changes of the best prices a second")):
            found[told] = figure([self._counts[name][second] for second in seconds])
        found["trades a second"] = figure([self._counts["trades"][second] for second in seconds])
        found[f"trade size, {self.spec.base}"] = figure([lot * size for size in self.sizes])
        returns = [10_000 * math.log(after / before) for before, after in pairwise(self._mids)]
        windows = [returns[at : at + _WINDOW_S] for at in range(0, len(returns) - _WINDOW_S + 1, _WINDOW_S)]
        found["1 s volatility in 10 s, bps"] = figure([statistics.pstdev(window) for window in windows])
        found["1 s volatility of the whole, bps"] = Figure(statistics.pstdev(returns), None)
        return found

    def _count(self, name: str, count: int) -> None:
        self._counts.setdefault(name, Counter())[(self.now_ms - 1 - START_MS) // 1000] += count


def measure(market: Market, seconds: int) -> Gauge:
    """Run a market for so many seconds of virtual time."""
    gauge = Gauge(market.spec)
    market.open(gauge, START_MS)
    gauge.begin(market)
    for now_ms in range(START_MS + _STEP_MS, START_MS + 1000 * seconds + 1, _STEP_MS):
        gauge.now_ms = now_ms
        market.advance(now_ms)
        if now_ms % _SAMPLE_MS == 0:
            gauge.look()
    return gauge


def flow(seed: str, regime: str = "normal", spec: SymbolSpec = LISTED[0]) -> FlowMarket:
    """A flow market that nobody trades on."""
    return FlowMarket(spec, seed, spec.grid.ticks(spec.price), 0, START_MS, regime)


@cache
def of_flow(seed: str, regime: str, seconds: int) -> Mapping[str, Figure]:
    """Figures of BTCUSDT as the flow makes it."""
    return measure(flow(seed, regime), seconds).figures()


@cache
def of_tape(path: Path, seconds: int) -> Mapping[str, Figure]:
    """Figures of a recording."""
    return measure(TapeMarket(load(path), 1, 0, lambda _: None), seconds).figures()
