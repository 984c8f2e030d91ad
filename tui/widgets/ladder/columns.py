"""Columns of the ladder: their widths by size class, and one row of facts drawn into them.

Widths never change while an instrument is open, except with the window. When room shrinks, columns go in this order:
cumulative, volume, queue, then own orders shrink to the bare size; bid, price and ask always stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.side import Side
from tui.format.numbers import compact
from tui.styles.palette import Ink
from tui.widgets.ladder.marks import OwnMark
from tui.widgets.line import DIM, PLAIN, Line, Run, Token, left, right

_CURSOR = 1
_BID = 9
_ASK = 8
_PRICE = 11
_SIZE = 6
"""Cells of a size; a longer one may take the spare cells of its column."""
_BRACKETS = 2
_VOLUME_GAP = 1
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_EIGHT = 8

_BID_INK = Ink(Token.BID)
_ASK_INK = Ink(Token.ASK)
_OWN_INK = Ink(Token.OWN)
_ALARM_INK = Ink(Token.DANGER, bold=True, reverse=True)
_GHOST_INK = Ink(Token.OWN, bold=True)
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


@dataclass(frozen=True, slots=True)
class SideCell:
    """A size in the bid or ask column."""

    text: str = ""
    bar: int = 0
    """Cells of background bar, from the price outwards."""
    large: bool = False


@dataclass(frozen=True, slots=True)
class RowFacts:
    """Everything one row shows. Equal facts draw equal rows."""

    label: str
    cursor: bool = False
    live: bool = True
    in_spread: bool = False
    bid: SideCell = SideCell()
    ask: SideCell = SideCell()
    own_bid: OwnMark | None = None
    own_ask: OwnMark | None = None
    own_is_ghost: bool = False
    own_is_flash: bool = False
    hatched: bool = False
    stale: bool = False
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


def draw_row(row: RowFacts, layout: Layout) -> Line:
    """One row of the ladder, `Layout.width` cells."""
    line: Line = [("▶" if row.cursor else " " if row.live else _HATCH, PLAIN if row.cursor or row.live else DIM)]
    if layout.cumulative_bid:
        line.append((right(_sum_text(row.cumulative_bid), layout.cumulative_bid), DIM))
    line += _left_of_price(row, layout)
    line += _price(row, layout)
    line += _right_of_price(row, layout)
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


def _left_of_price(row: RowFacts, layout: Layout) -> Line:
    """Own buys and bids. A long own mark runs on into the spare cells before the bid's number."""
    if row.note and not row.bid.text and row.own_bid is None:
        return [(left(f"{row.note}", layout.before_price), _OWN_INK)]
    number = ("◆" if row.bid.large else "") + row.bid.text
    spare = max(layout.bid - max(len(number), _SIZE) - 1, 0)
    own, ink = _own(row, row.own_bid, layout, layout.own + spare)
    if len(own) > layout.own:
        taken = len(own) - layout.own
        return [(own, ink), *_size(number, layout.bid - taken, row.bid.bar, _bid_ink(row), Token.BID_BAR)]
    padding = (" " * (layout.own - len(own)), PLAIN)
    cell = [padding, (own, ink)] if layout.roomy else [(own, ink), padding]
    return [*cell, *_size(number, layout.bid, row.bid.bar, _bid_ink(row), Token.BID_BAR)]


def _right_of_price(row: RowFacts, layout: Layout) -> Line:
    """Asks and own sells; the first cell of the ask column takes a mark that the price had no room for."""
    if row.note and not row.ask.text and row.own_ask is None and (row.bid.text or row.own_bid is not None):
        return [(left(f" {row.note}", layout.ask + layout.own), _OWN_INK)]
    number = row.ask.text.rjust(min(_SIZE, layout.ask)) + ("◆" if row.ask.large else "")
    text = left(number, layout.ask)
    own, ink = _own(row, row.own_ask, layout, layout.own)
    sells: Line = [(" " * (layout.own - len(own)), PLAIN), (own, ink)]
    spilled = _marks(row)[1:] if not row.cursor else _marks(row)
    runs = _bar_right(text, row.ask.bar, _ask_ink(row))
    if spilled and text.startswith(" "):
        first, ink_of_first = runs[0]
        runs[0] = (first[1:], ink_of_first)
        runs.insert(0, (spilled[0][0], spilled[0][1]._replace(back=ink_of_first.back)))
    return [*runs, *sells]


def _own(row: RowFacts, mark: OwnMark | None, layout: Layout, room: int) -> Run:
    if mark is None:
        return (_HATCH * layout.own, DIM) if row.hatched else ("", _OWN_INK)
    text = mark.best(room)
    if mark.alarm:
        return (text, _ALARM_INK)
    if row.own_is_ghost:
        return (text, _GHOST_INK)
    return (text, _OWN_INK._replace(reverse=True) if row.own_is_flash else _OWN_INK)


def _bid_ink(row: RowFacts) -> Ink:
    return _BID_INK if row.live else DIM


def _ask_ink(row: RowFacts) -> Ink:
    return _ASK_INK if row.live else DIM


def _size(text: str, width: int, bar: int, ink: Ink, back: Token) -> Line:
    """A size right-aligned against the price, its bar growing leftwards from there."""
    whole = right(text, width)
    filled = max(min(bar, width), 0)
    cut = width - filled
    return [run for run in ((whole[:cut], ink), (whole[cut:], ink._replace(back=back))) if run[0]]


def _bar_right(text: str, bar: int, ink: Ink) -> Line:
    """A size in the ask column, its bar growing rightwards from the price."""
    filled = max(min(bar, len(text)), 0)
    return [run for run in ((text[:filled], ink._replace(back=Token.ASK_BAR)), (text[filled:], ink)) if run[0]]


def _marks(row: RowFacts) -> list[Run]:
    """What wants to stand behind the label, most wanted first: the last trade, then entry, mark, liquidation."""
    marks: list[Run] = []
    if row.trade is not None:
        marks.append(("↑", _BID_INK) if row.trade is Side.BUY else ("↓", _ASK_INK))
    if row.mark:
        marks.append((row.mark, _OWN_INK))
    return marks


def _price(row: RowFacts, layout: Layout) -> Line:
    label = right(row.label, layout.label)
    if row.cursor:
        return [(f"[{label}]" if label == row.label else f"{label[: -len(row.label)]}[{row.label}]", Ink(reverse=True))]
    ink = DIM if row.stale or row.in_spread else PLAIN
    marks = _marks(row)
    return [(f" {label}", ink), marks[0] if marks else (" ", ink)]
