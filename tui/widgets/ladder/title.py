"""The ladder's title: group, how far the book can be believed, sums of the visible sides, imbalance."""

from __future__ import annotations

from decimal import Decimal

from connectors.model.book import BookState
from tui.format.clean import clean
from tui.format.numbers import compact, fixed
from tui.format.times import NANOS, seconds_words
from tui.styles.palette import Ink
from tui.widgets.ladder.columns import NORMAL, WIDE
from tui.widgets.ladder.model import LadderModel
from tui.widgets.line import DIM, PLAIN, Line, Token
from tui.widgets.squeeze import Part, squeeze

_BOLD = Ink(bold=True)
_WARN = Ink(Token.WARN, bold=True)
_DANGER = Ink(Token.DANGER, bold=True, reverse=True)
_JUMP_SHOWN_NS = 2 * NANOS
_HUNDRED = Decimal(100)


class Title:
    """The title; squeezed anew only when one of its parts says something else."""

    def __init__(self) -> None:
        self._line: Line = []
        self._of: tuple[int, list[Part]] | None = None

    def draw(self, model: LadderModel, width: int, bids: Decimal, asks: Decimal) -> Line:
        """Draw it.

        Args:
            model: The ladder's facts.
            width: Free cells.
            bids: Sum of the visible bids, base units.
            asks: Sum of the visible asks.
        """
        wanted = width, _parts(model, width, bids, asks)
        if wanted != self._of:
            self._of, self._line = wanted, squeeze(wanted[1], width, gap="  " if _roomy(width) else " ")
        return self._line


def _roomy(width: int) -> bool:
    return width >= NORMAL - 1


def _parts(model: LadderModel, width: int, bids: Decimal, asks: Decimal) -> list[Part]:
    roomy, wide = _roomy(width), width >= WIDE - 1
    parts = [Part(("LADDER",), _BOLD), Part((f"{'group ' if wide else ''}x{_group(model)}",), PLAIN)]
    if model.halted:
        parts.append(Part((clean(model.halted), "HALTED"), _DANGER))
    parts += [_state(model, roomy=roomy, wide=wide), *_window(model)]
    total = bids + asks
    if model.live and total:
        if wide:
            parts.append(Part((f"imbalance {_signed_percent(bids - asks, total)}",), DIM, rank=2))
        elif roomy:
            parts.append(Part((f"Σask {_sum(asks)} Σbid {_sum(bids)}",), DIM, rank=2))
        elif bids:
            parts.append(Part((f"Σ ask/bid {fixed(asks / bids, 2)}", f"Σ {fixed(asks / bids, 2)}"), DIM, rank=2))
    return parts


def _group(model: LadderModel) -> str:
    decimals = 0 if model.instrument is None else model.instrument.price_decimals
    return fixed(model.grid.step, decimals)


def _sum(value: Decimal) -> str:
    return compact(value) if value >= 1000 else fixed(value, 1)  # noqa: PLR2004  # four digits and the point


def _signed_percent(part: Decimal, whole: Decimal) -> str:
    text = fixed(part / whole * _HUNDRED, 0)
    return f"+{text}%" if part > 0 and text != "0" else f"{text}%"


def _state(model: LadderModel, *, roomy: bool, wide: bool) -> Part:
    view, state = model.view, model.state
    waited_ns = max(model.now_ns - model.state_since_ns, 0)
    if view is None or state is BookState.LOADING:
        return Part((f"LOADING {waited_ns // NANOS} s", "LOADING"), _WARN)
    if state is BookState.RESYNC:
        return Part((f"RESYNC try {max(view.attempt, 1)}, {seconds_words(waited_ns)}", "RESYNC"), _WARN)
    if state is BookState.STALE:
        return Part((f"STALE {max(model.now_ns - view.received_ns, 0) // NANOS} s", "STALE"), _WARN)
    if view.checked_ns is None:
        return Part(("LIVE ✓ sequence", "LIVE ✓") if wide else ("LIVE ✓",), PLAIN)
    age = max(model.now_ns - view.checked_ns, 0) // NANOS
    short = (f"LIVE ✓ REST {age}s", "LIVE ✓")
    if wide:
        return Part((f"LIVE ✓ sequence + REST check {age} s ago", *short), PLAIN)
    return Part(short if roomy else short[1:], PLAIN)


def _window(model: LadderModel) -> list[Part]:
    """What the window did, or where the market is when the window may stay away from it."""
    touch = model.touch_rows
    if touch is None:
        return []
    away = model.viewport.market_rows_away(*touch)
    if away:
        arrow = "▲" if away > 0 else "▼"
        return [Part((f"MARKET {arrow} {abs(away)} rows", f"{arrow}{abs(away)}"), _WARN)]
    if model.jumped_rows and model.now_ns - model.jumped_ns < _JUMP_SHOWN_NS:
        return [Part((f"↕ {model.jumped_rows:+d} rows", f"↕{model.jumped_rows:+d}"), Ink(Token.INFO))]
    return []
