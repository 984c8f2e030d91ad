"""Columns of the ladder: their widths by size class, and one row of facts drawn into them.

Widths never change while an instrument is open, except with the window. When room shrinks, columns go in this order:
cumulative, volume, queue, then own orders shrink to the bare size; bid, price and ask always stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from connectors.model.side import Side
from tui.format.numbers import compact, short
from tui.styles.palette import Ink
from tui.widgets.ladder.marks import OwnMark
from tui.widgets.line import DIM, PLAIN, Line, Run, Token, left, right

_CURSOR = 1
_BID = 9
_ASK = 8
_PRICE = 11
_SIZE = 6
"""Cells of a size; a longer one may take the spare cells of its column."""
_SIZE_CELLS = 7
_BRACKETS = 2
_VOLUME_GAP = 1
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_EIGHT = 8

_HALF = Decimal("0.5")

_BID_INK = Ink(Token.BID)
_ASK_INK = Ink(Token.ASK)
_BID_BAR_INK = Ink(Token.BID, Token.BID_BAR)
_ASK_BAR_INK = Ink(Token.ASK, Token.ASK_BAR)
_OWN_INK = Ink(Token.OWN)
_ALARM_INK = Ink(Token.DANGER, bold=True, reverse=True)
_GHOST_INK = Ink(Token.OWN, bold=True)
_FLASH_INK = Ink(Token.OWN, reverse=True)
_CURSOR_INK = Ink(reverse=True)
_HATCH = "░"


@dataclass(frozen=True, slots=True)
class Layout:
    """Widths in cells; 0 leaves a column out."""

    own: int
    price: int
    bid: int
    ask: int
    cumulative_bid: int = 0
    cumulative_ask: int = 0
    volume: int = 0

    @property
    def width(self) -> int:
        """Cells of a whole row."""
        sides = self.cumulative_bid + self.cumulative_ask + 2 * self.own + self.bid + self.ask
        return _CURSOR + sides + self.price + self.volume

    @property
    def label(self) -> int:
        """Cells of a price without its brackets."""
        return self.price - _BRACKETS

    @property
    def roomy(self) -> bool:
        """Whether own cells have room for the queue estimate."""
        return self.own >= _NORMAL_OWN

    @property
    def before_price(self) -> int:
        """Cells of the own and bid columns together: where a note about what is outside goes."""
        return self.own + self.bid


_NORMAL_OWN = 12
_COMPACT_OWN = 6
WIDE, NORMAL, COMPACT = 76, 58, 41
"""Widths of a ladder in the three size classes."""


@lru_cache(maxsize=16)
def layout_for(width: int, label_width: int) -> Layout:
    """The layout for a ladder of ``width`` cells and prices of ``label_width`` characters.

    A long price takes its room from the spare cells of bid and ask, so that the ladder stays as wide as it was.
    """
    price = max(_PRICE, label_width + _BRACKETS)
    extra = price - _PRICE
    bid = max(_BID - extra, _SIZE + 1)
    ask = max(_ASK - max(extra - (_BID - bid), 0), _SIZE + 1)
    if width >= WIDE:
        return Layout(_NORMAL_OWN, price, bid, ask, cumulative_bid=9, cumulative_ask=7, volume=7)
    if width >= NORMAL:
        return Layout(_NORMAL_OWN, price, bid, ask, volume=5)
    own = _COMPACT_OWN if width >= COMPACT else max((width - _CURSOR - bid - ask - price) // 2, 0)
    return Layout(own, price, bid, ask)


class Special(Enum):
    """What stands in an own cell in place of an order."""

    GHOST = "ghost"
    FLASH = "flash"


class Look(NamedTuple):
    """What all rows have in common: where it changes, every row is drawn anew."""

    layout: Layout
    full: Decimal
    """The size that fills a bar; 0 draws none."""
    decimals: int
    """Digits of a displayed size."""
    live: bool = True
    stale: bool = False
    hatched: bool = False


class RowFacts(NamedTuple):
    """Everything one row shows that others may not. Equal facts of one `Look` draw equal rows.

    They are facts and not texts: written is only what differs from the frame before. They are compared at every beat,
    row by row, hence a tuple.
    """

    label: str
    cursor: bool = False
    in_spread: bool = False
    bid: Decimal | None = None
    ask: Decimal | None = None
    large_bid: bool = False
    large_ask: bool = False
    own_bid: OwnMark | None = None
    own_ask: OwnMark | None = None
    special: Special | None = None
    cumulative_bid: Decimal | None = None
    cumulative_ask: Decimal | None = None
    volume: int = 0
    """Eighths of a cell."""
    trade: Side | None = None
    """Aggressor of the last trade, when it was in this row."""
    mark: str = ""
    """``E`` average entry, ``M`` mark, ``L`` liquidation, in one word."""
    note: str = ""
    """What of mine lies outside the window, on the first and last row."""


def draw_row(row: RowFacts, look: Look) -> Line:
    """One row of the ladder, `Layout.width` cells."""
    layout, live = look.layout, look.live
    line: Line = [("▶" if row.cursor else " " if live else _HATCH, PLAIN if row.cursor or live else DIM)]
    if layout.cumulative_bid:
        line.append((right(_sum_text(row.cumulative_bid), layout.cumulative_bid), DIM))
    line += _left_of_price(row, look)
    line += _price(row, look)
    line += _right_of_price(row, look)
    if layout.cumulative_ask:
        text = right(_sum_text(row.cumulative_ask), _CUMULATIVE_ASK_DIGITS)
        line.append((left(text, layout.cumulative_ask), DIM))
    if layout.volume:
        bar = eighths(row.volume, layout.volume - _VOLUME_GAP)
        line.append((" " * _VOLUME_GAP + bar, DIM))
    return line


_CUMULATIVE_ASK_DIGITS = 5


def eighths(amount: int, width: int) -> str:
    """A bar of ``amount`` eighths of a cell, in ``width`` cells."""
    whole, rest = divmod(max(min(amount, width * _EIGHT), 0), _EIGHT)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(width)


def _sum_text(value: Decimal | None) -> str:
    if value is None:
        return ""
    return compact(value) if value >= 1000 else f"{value:.1f}"  # noqa: PLR2004  # four digits and the point


def bar_cells(size: Decimal, full: Decimal, width: int) -> int:
    """Cells of a bar of at most ``width``, rounded to the nearest; ``full`` fills it, and a ``full`` of 0 nothing."""
    return min(int(size * width / full + _HALF), width) if full else 0


def _left_of_price(row: RowFacts, look: Look) -> Line:
    """Own buys and bids. A long own mark runs on into the spare cells before the bid's number."""
    layout, size = look.layout, row.bid
    if row.note and size is None and row.own_bid is None:
        return [(left(f"{row.note}", layout.before_price), _OWN_INK)]
    number = "" if size is None else short(size, _SIZE_CELLS, look.decimals)
    if row.large_bid:
        number = f"◆{number}"
    spare = max(layout.bid - max(len(number), _SIZE) - 1, 0)
    own, ink = _own(row, row.own_bid, look, layout.own + spare)
    taken = len(own) - layout.own
    bids = _bids(number, layout.bid - max(taken, 0), size, look)
    if taken > 0:
        return [(own, ink), *bids]
    padding = (" " * -taken, PLAIN)
    return [padding, (own, ink), *bids] if layout.roomy else [(own, ink), padding, *bids]


def _bids(number: str, width: int, size: Decimal | None, look: Look) -> Line:
    """A size right-aligned against the price, its bar growing leftwards from there."""
    whole = right(number, width)
    filled = 0 if size is None else min(bar_cells(size, look.full, look.layout.bid), max(width, 0))
    ink = _BID_INK if look.live else DIM
    if not filled:
        return [(whole, ink)]
    cut = width - filled
    return [(whole[:cut], ink), (whole[cut:], _BID_BAR_INK)]


def _right_of_price(row: RowFacts, look: Look) -> Line:
    """Asks and own sells; the first cell of the ask column takes a mark that the price had no room for."""
    layout, size = look.layout, row.ask
    if row.note and size is None and row.own_ask is None and (row.bid is not None or row.own_bid is not None):
        return [(left(f" {row.note}", layout.ask + layout.own), _OWN_INK)]
    number = "" if size is None else short(size, _SIZE_CELLS, look.decimals)
    number = number.rjust(min(_SIZE, layout.ask))
    text = left(f"{number}◆" if row.large_ask else number, layout.ask)
    own, ink = _own(row, row.own_ask, look, layout.own)
    runs = _asks(text, size, look)
    marks = _marks(row)
    spilled = marks if row.cursor else marks[1:]
    if spilled and text.startswith(" "):
        first, ink_of_first = runs[0]
        runs[0] = (first[1:], ink_of_first)
        runs.insert(0, (spilled[0][0], spilled[0][1]._replace(back=ink_of_first.back)))
    return [*runs, (" " * (layout.own - len(own)), PLAIN), (own, ink)]


def _asks(text: str, size: Decimal | None, look: Look) -> Line:
    """A size in the ask column, its bar growing rightwards from the price."""
    filled = 0 if size is None else min(bar_cells(size, look.full, look.layout.ask), len(text))
    ink = _ASK_INK if look.live else DIM
    return [(text[:filled], _ASK_BAR_INK), (text[filled:], ink)] if filled else [(text, ink)]


def _own(row: RowFacts, mark: OwnMark | None, look: Look, room: int) -> Run:
    if mark is None:
        return (_HATCH * look.layout.own, DIM) if look.hatched else ("", _OWN_INK)
    text = mark.best(room)
    if mark.alarm:
        return (text, _ALARM_INK)
    if row.special is Special.GHOST:
        return (text, _GHOST_INK)
    return (text, _FLASH_INK if row.special is Special.FLASH else _OWN_INK)


def _marks(row: RowFacts) -> list[Run]:
    """What wants to stand behind the label, most wanted first: the last trade, then entry, mark, liquidation."""
    marks: list[Run] = []
    if row.trade is not None:
        marks.append(("↑", _BID_INK) if row.trade is Side.BUY else ("↓", _ASK_INK))
    if row.mark:
        marks.append((row.mark, _OWN_INK))
    return marks


def _price(row: RowFacts, look: Look) -> Line:
    label = right(row.label, look.layout.label)
    if row.cursor:
        return [(f"[{label}]" if label == row.label else f"{label[: -len(row.label)]}[{row.label}]", _CURSOR_INK)]
    ink = DIM if look.stale or row.in_spread else PLAIN
    marks = _marks(row)
    return [(f" {label}", ink), marks[0] if marks else (" ", ink)]
