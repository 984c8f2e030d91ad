"""``docs/simulator.md``: the embedded exchange; its figures measured, its lists read from the code."""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import get_args

from connectors.simulator import options
from connectors.simulator.crowd.regimes import FOLLOWERS, MOODS, Regime
from connectors.simulator.faults.fault import Endpoint, Fault
from connectors.simulator.faults.kinds import AnyFault
from connectors.simulator.rest.routes import ROUTES
from connectors.simulator.sockets.methods import METHODS
from simulator.figures import SEEDS, TAPE_S, Figure, of_flow, of_tape
from simulator.tapes import TAPE
from support.shared import shared_root

WORDS = Path(__file__).with_name("simulator_words.md")
"""The page in words; what is measured or read from the code goes where its name stands in double braces."""
REGIME_S = 120
"""Of virtual time that each regime is measured for."""
REGIME_ROWS = (
    "spread, ticks",
    "bids, best 1, BTC",
    "asks, best 20, BTC",
    "levels changed a second",
    "changes of the best prices a second",
    "trades a second",
    "trade size, BTC",
    "1 s volatility in 10 s, bps",
    "1 s volatility of the whole, bps",
)
_OPTION = re.compile(r"^  (--[\w-]+)(?: (\S+))? {2,}(.+)$", re.MULTILINE)


def page() -> str | None:
    """The whole page; None where the recording is absent that it is measured against."""
    tape = shared_root().joinpath(*TAPE)
    return made(tape) if tape.exists() else None


@cache
def made(tape: Path) -> str:
    """The page, measured."""
    recorded = of_tape(tape, TAPE_S)
    seeds = [of_flow(seed, Regime.NORMAL, TAPE_S) for seed in SEEDS]
    regimes = {regime: of_flow(SEEDS[0], regime, REGIME_S) for regime in Regime}
    parts = {
        "options": table(("option", "means"), option_rows()),
        "figures": figure_table(recorded, seeds),
        "regimes": regime_table(regimes),
        "surface": surface(),
        "faults": table(("kind of fault", "what happens"), fault_rows()),
        "endpoints": iter([", ".join(f"`{each.value}`" for each in Endpoint)]),
    }
    text = WORDS.read_text(encoding="utf-8")
    for name, lines in parts.items():
        text = text.replace(f"{{{{{name}}}}}", "\n".join(lines))
    return text


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """A table of Markdown."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def listed_options() -> dict[str, str]:
    """Every option with what it means, as the command line explains it."""
    parser = options.grammar()
    parser.formatter_class = partial(argparse.HelpFormatter, width=400, max_help_position=60)
    return {f"{name} {value}".strip(): means for name, value, means in _OPTION.findall(parser.format_help())}


def option_rows() -> Iterator[Sequence[str]]:
    """The table of options."""
    for name, means in listed_options().items():
        flag, _, value = name.partition(" ")
        yield f"`{flag}`" + (f" {value}" if value else ""), means


def number(value: float | None) -> str:
    """Three digits; a dash for nothing."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def figure_table(recorded: Mapping[str, Figure], made_by_seed: Sequence[Mapping[str, Figure]]) -> Iterator[str]:
    """Tape, flow and their ratio: of the flow the middle seed, of the ratio the least and the most."""

    def rows() -> Iterator[Sequence[str]]:
        for name, tape in recorded.items():
            flows = [each[name] for each in made_by_seed]
            ratios = list(zip(*(flow.over(tape) for flow in flows), strict=True))
            told = [f"{min(each):.2f} – {max(each):.2f}" for each in ratios]
            middle = [sorted(each)[len(flows) // 2] for each in zip(*(pair(flow) for flow in flows), strict=True)]
            p90 = middle[1] if tape.p90 is not None else None
            yield (
                name,
                number(tape.median),
                number(tape.p90),
                number(middle[0]),
                number(p90),
                *told,
                *["–"][len(told) - 1 :],
            )

    head = ("BTCUSDT", "tape, median", "p90", "flow, median", "p90", "flow ÷ tape, median", "p90")
    return table(head, rows())


def pair(figure: Figure) -> tuple[float, float]:
    """Both values; the median again where there is one."""
    return figure.median, figure.median if figure.p90 is None else figure.p90


def regime_table(found: Mapping[Regime, Mapping[str, Figure]]) -> Iterator[str]:
    """What each regime looks like, and what follows it."""

    def rows() -> Iterator[Sequence[str]]:
        for name in REGIME_ROWS:
            told = [found[regime][name] for regime in Regime]
            yield name, *(number(f.median) + ("" if f.p90 is None else f" / {number(f.p90)}") for f in told)
        yield "with `auto`: lasts, on average", *(f"{MOODS[regime].stay_s:g} s" for regime in Regime)
        yield "with `auto`: then comes", *(followers(regime) for regime in Regime)

    return table(("median / p90", *(f"`{regime}`" for regime in Regime)), rows())


def followers(regime: Regime) -> str:
    """What may follow a regime, with its chance."""
    after = FOLLOWERS[regime]
    return ", ".join(f"{other} {after.count(other) / len(after):.0%}" for other in Regime if other in after)


def surface() -> Iterator[str]:
    """What is served, path by path."""
    rest = [f"{'/'.join(verbs)} `{path.removeprefix('/api/v3/')}`" for path, verbs in ROUTES.items()]
    yield f"**REST**, below `/api/v3` where no other path is named: {', '.join(rest)}."
    yield ""
    yield f"**WebSocket API**, on `/ws-api/v3`: {', '.join(f'`{name}`' for name in METHODS)}."


def fault_rows() -> Iterator[Sequence[str]]:
    """Every kind of fault with the first sentence said of it."""
    kinds: tuple[type[Fault], ...] = get_args(AnyFault)
    for kind in kinds:
        about = (inspect.getdoc(kind) or "").partition("\n\n")[0]
        yield f"`{kind.__struct_config__.tag}`", " ".join(about.replace("``", "`").split())
