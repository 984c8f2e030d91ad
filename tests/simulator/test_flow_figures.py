"""The flow against the recording: every figure within half and twice, in virtual time; and what regimes do to it."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from random import Random

import pytest

from connectors.matching.terms import Request
from connectors.model.side import Side
from connectors.simulator.crowd.regimes import AUTO, MOODS, Regime, Weather
from connectors.simulator.crowd.sizes import JOINING, RESTING, TAKEN, Quantiles, Sizes
from connectors.simulator.market import Print
from connectors.simulator.options import RefusedError, parse
from connectors.simulator.specs import LISTED, SymbolSpec
from simulator.figures import (
    LEAST,
    MOST,
    SEEDS,
    START_MS,
    TAPE_S,
    Figure,
    Gauge,
    figure,
    flow,
    measure,
    of_flow,
    of_tape,
)
from simulator.tapes import TAPE
from support.shared import shared_path

ORDERED = (Regime.CALM, Regime.NORMAL, Regime.VOLATILE, Regime.PANIC)


def outside(made: Mapping[str, Figure], recorded: Mapping[str, Figure]) -> list[str]:
    """Figures of the flow that are less than half, or more than twice, the tape's."""
    assert made.keys() == recorded.keys()
    return [name for name, found in made.items() if not all(LEAST <= r <= MOST for r in found.over(recorded[name]))]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_of_the_flow_is_within_half_and_twice_the_tapes(seed: str) -> None:
    recorded = of_tape(shared_path(*TAPE), TAPE_S)
    assert outside(of_flow(seed, Regime.NORMAL, TAPE_S), recorded) == []


def test_a_market_that_is_too_wild_is_told_from_the_tape() -> None:
    recorded = of_tape(shared_path(*TAPE), TAPE_S)
    wild = outside(of_flow("1", Regime.PANIC, 60), recorded)
    for name in ("spread, ticks", "bids, best 1, BTC", "levels changed a second", "trades a second"):
        assert name in wild
    assert "1 s volatility of the whole, bps" in wild


def test_the_gauge_sees_the_tape_as_its_readme_describes_it() -> None:
    """Its 9,757 trades in 346 s, a spread of mostly one tick, and a first level of about two BTC."""
    recorded = of_tape(shared_path(*TAPE), TAPE_S)
    assert recorded["spread, ticks"] == Figure(1, 1)
    assert recorded["trades a second"] == Figure(9, 56)
    assert 1.8 < recorded["bids, best 1, BTC"].median < 2


def test_a_figure_is_the_median_and_the_ninetieth_percentile() -> None:
    assert figure([float(each) for each in range(100, 0, -1)]) == Figure(51, 91)
    assert list(Figure(3, 8).over(Figure(2, 2))) == [1.5, 4]
    assert list(Figure(0, None).over(Figure(0, None))) == [1]
    assert list(Figure(1, None).over(Figure(0, None))) == [float("inf")]


def test_regimes_go_from_calm_to_panic() -> None:
    found = [of_flow("4", regime, 60) for regime in ORDERED]
    for name in ("1 s volatility of the whole, bps", "levels changed a second", "trades a second"):
        medians = [figures[name].median for figures in found]
        assert medians == sorted(medians), name
        assert medians[-1] > 3 * medians[1], name
    for side in ("bids", "asks"):
        for levels in (1, 5, 20):
            depths = [figures[f"{side}, best {levels}, BTC"].median for figures in found]
            assert depths[1:] == sorted(depths[1:], reverse=True), (side, levels)
            assert depths[-1] < depths[1] / 2
        assert found[0][f"{side}, best 20, BTC"].median > found[1][f"{side}, best 20, BTC"].median
    spreads = [figures["spread, ticks"].median for figures in found]
    assert spreads[:2] == [1, 1]
    assert 1 < spreads[2] < spreads[3]
    assert found[3]["spread, bps"].median < 2


@pytest.mark.parametrize("spec", LISTED, ids=lambda spec: spec.symbol)
@pytest.mark.parametrize("regime", [Regime.NORMAL, Regime.PANIC])
def test_no_symbol_crosses_its_book_or_has_fewer_than_two_hundred_levels_a_side(
    spec: SymbolSpec, regime: Regime
) -> None:
    gauge = measure(flow("6", regime, spec), 12)
    assert gauge.crossed == 0
    assert gauge.least_levels >= 200
    start = spec.grid.ticks(spec.price)
    assert gauge.prices
    assert all(0.9 < price / start < 1.1 for price in gauge.prices)
    if regime is Regime.NORMAL:
        quote = float(spec.tick) * gauge.figures()[f"bids, best 20, {spec.base}"].median * start
        assert 10_000 < quote < 3_000_000


def test_a_book_that_a_user_swept_bare_is_furnished_again() -> None:
    market = flow("7", Regime.PANIC)
    gauge = Gauge(market.spec)
    market.open(gauge, START_MS)
    for number, side in enumerate((Side.BUY, Side.SELL), start=1):
        taken = market.submit(Request(number, side, 10**12), START_MS)
        assert taken.outcome.filled > 0
    assert market.top().bid is None
    assert market.top().ask is None
    market.advance(START_MS + 200)
    gauge.begin(market)
    gauge.look()
    assert gauge.crossed == 0
    assert gauge.least_levels >= 200


@pytest.mark.parametrize("side", Side)
def test_an_order_of_the_user_too_large_for_the_crowd_stands_as_a_wall(side: Side) -> None:
    """Whatever the fair value does, nobody trades through it, and nobody quotes on its other side."""
    market = flow("8", Regime.PANIC)
    wall = market.last_price + side.sign * 200
    market.restore(Request(1, side, None, limit=wall), 10**12)
    gauge = Walled(market.spec)
    market.open(gauge, START_MS)
    gauge.begin(market)
    for now_ms in range(START_MS, START_MS + 20_000, 20):
        market.advance(now_ms)
        gauge.look()
    assert gauge.crossed == 0
    assert gauge.own > 0
    assert all(side.sign * (price - wall) >= 0 for price in gauge.prices)
    assert wall in gauge.prices


class Walled(Gauge):
    """Listens where the user has an order."""

    own = 0

    def filled(self, *_: object) -> None:
        """The user's order traded."""
        self.own += 1


def test_the_same_seed_gives_the_same_figures_and_another_seed_others() -> None:
    first, again, other = (measure(flow(seed), 20) for seed in ("9", "9", "10"))
    assert first.figures() == again.figures()
    assert first.prices == again.prices
    assert first.prices != other.prices


def hours(seed: str) -> list[Regime]:
    """The regime of each second of two days."""
    weather = Weather(AUTO, seed, 1)
    found = [weather.regime]
    for _ in range(2 * 86_400):
        weather.step()
        assert weather.mood is MOODS[weather.regime]
        found.append(weather.regime)
    return found


def test_with_auto_regimes_follow_one_another_and_each_lasts_long_enough_to_be_seen() -> None:
    runs = [(regime, len(list(same))) for regime, same in groupby(hours("1"))]
    assert runs[0][0] is Regime.NORMAL
    assert {regime for regime, _ in runs} == set(Regime)
    for (regime, lasted), (after, _) in pairwise(runs):
        assert lasted >= MOODS[regime].stay_s / 3 - 1
        assert regime is not Regime.PANIC or after is Regime.VOLATILE
    assert hours("1") == hours("1")
    assert hours("1") != hours("2")


def test_a_regime_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(RefusedError, match="Regime mad is unknown; --regime takes calm, normal, volatile, panic, auto"):
        parse(["--regime", "mad"])
    assert parse(["--regime", "auto"]).regime == AUTO


def test_a_market_that_opens_has_traded_before_within_its_minute() -> None:
    market, gauge = flow("11"), Opening(LISTED[0])
    market.open(gauge, START_MS + 50_000)
    assert len(gauge.times) > 100
    assert gauge.times[0] == START_MS + 30_000
    assert gauge.times[-1] <= START_MS + 50_000
    assert gauge.times == sorted(gauge.times)
    early, late = flow("11"), Opening(LISTED[0])
    early.open(late, START_MS + 5_000)
    assert late.times[0] == START_MS


class Opening(Gauge):
    """Keeps when what was told happened."""

    def __init__(self, spec: SymbolSpec) -> None:
        super().__init__(spec)
        self.times: list[int] = []

    def printed(self, prints: Sequence[Print]) -> None:
        """Trades."""
        self.times += [one.time_ms for one in prints]


def test_a_panic_is_everybodys() -> None:
    symbols = [flow(f"3:{spec.symbol}", AUTO, spec) for spec in (LISTED[0], LISTED[9])]
    seen: list[Regime] = []
    for market in symbols:
        market.open(Gauge(market.spec), START_MS)
    for now_ms in range(START_MS, START_MS + 10**7, 4000):
        for market in symbols:
            market.advance(now_ms)
        first, second = (market.regime for market in symbols)
        assert first is second
        seen.append(first)
        if first is not Regime.NORMAL:
            break
    assert len(set(seen)) == 2


def test_without_auto_the_regime_stays() -> None:
    weather = Weather("volatile", "1", 3600)
    assert not any(weather.step() for _ in range(1000))
    assert weather.regime is Regime.VOLATILE


@pytest.mark.parametrize("quantiles", [TAKEN, RESTING, JOINING], ids=["taken", "resting", "joining"])
def test_sizes_follow_their_quantiles(quantiles: Quantiles) -> None:
    rng, sizes = Random(3), Sizes(quantiles, 1e-7, 1)
    quotes = sorted(sizes.lots(rng, 6_180_000) * 0.618 for _ in range(20_000))
    for share, quote in quantiles[1:-1]:
        assert abs(bisect(quotes, quote) / 20_000 - share) < 0.05
    assert quotes[0] > quantiles[0][1] - 0.7
    assert quotes[-1] <= quantiles[-1][1]
