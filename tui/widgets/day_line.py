"""The day of an account in one rule: its P&L, the equity, the way there, the worst of it, and the limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tui.format.clean import clean
from tui.format.numbers import money, signed
from tui.format.times import clock_short
from tui.styles.palette import Ink
from tui.widgets.chart.grid import SPARKS, sparkline
from tui.widgets.line import DIM, PLAIN, Line, Token, width_of
from tui.widgets.pane import NANOS, LinePane

_POINTS = 28
_CENTS = Decimal(100)
_LEAST_POINTS = 8
_WARN_SHARE = Decimal("0.7")


def nothing(_points: int) -> Sequence[Decimal]:
    """The way of a day nobody has looked on."""
    return ()


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What the line says; None: not known, written ``–``."""

    label: str = ""
    """The account, where there are several."""
    quote: str = ""
    pnl: Decimal | None = None
    equity: Decimal | None = None
    values: Callable[[int], Sequence[Decimal]] = nothing
    """P&L over the day in at most so many points."""
    worst: Decimal | None = None
    worst_ns: int = 0
    seen_ns: int | None = None
    """Since when this desk has looked on, where the day began before; None: since it began."""
    limit: Decimal | None = None
    """Loss at which the lock shuts; None: there is none."""


class DayLine(LinePane):
    """One row across the positions screen."""

    EVERY = 4

    DEFAULT_CSS = "DayLine { height: 1; }"
    HAS_TITLE = False
    TICK_NS = NANOS

    _facts = DayFacts()

    def put(self, facts: DayFacts) -> None:
        """Take what is so now."""
        self._facts = facts
        self.touch_up()

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The row."""
        return [day_line(self._facts, width)] if height else []


def day_line(facts: DayFacts, width: int) -> Line:
    """``── DAY +17.60 ── EQUITY 11,983.40 ── ▁▂▃▄▆█ ── worst -4.10 at 12:10 ── limit -250.00 ──``."""
    name = f"{clean(facts.label)} " if facts.label else ""
    wanted: list[tuple[int, Line]] = [
        (0, [(f"{name}DAY ", PLAIN), (signed(facts.pnl), _pnl_ink(facts))]),
        (1, [(f"EQUITY {money(facts.equity)} {clean(facts.quote)}".rstrip(), PLAIN)]),
    ]
    if facts.limit is not None:
        wanted.append((4, [(f"limit {signed(-facts.limit)}", PLAIN)]))
    if facts.worst is not None:
        since = "" if facts.seen_ns is None else f", seen since {clock_short(facts.seen_ns)}"
        wanted.append((3, [(f"worst {signed(facts.worst)} at {clock_short(facts.worst_ns)}{since}", PLAIN)]))
    shown: list[tuple[int, Line]] = []
    for each in wanted:
        if _width([*shown, each]) <= width:
            shown.append(each)
    room = min(width - _width(shown) - 4, _POINTS)
    values = facts.values(room) if room >= _LEAST_POINTS else ()
    if len(values) > 1:
        cents = [int(value * _CENTS) for value in values]
        shown.append((2, [(sparkline(cents, len(cents), SPARKS), Ink(Token.INFO))]))
    line: Line = []
    for _, group in sorted(shown, key=lambda each: each[0]):
        line += [("── " if line else "─ ", DIM), *group, (" ", DIM)]
    return [*line, ("─" * max(width - width_of(line), 0), DIM)]


def _width(groups: Sequence[tuple[int, Line]]) -> int:
    return sum(width_of(group) + 4 for _, group in groups)


def _pnl_ink(facts: DayFacts) -> Ink:
    pnl = facts.pnl
    if pnl is None or not pnl:
        return PLAIN
    if facts.limit is not None and -pnl >= facts.limit * _WARN_SHARE:
        return Ink(Token.WARN, bold=True)
    return Ink(Token.BID if pnl > 0 else Token.ASK, bold=True)
