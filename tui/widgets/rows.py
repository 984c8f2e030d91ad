"""Single rows: the ticker (row 2), the message line (row H-1) and the footer of keys (row H)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from connectors.model.book import BookView
from connectors.model.instrument import Instrument, InstrumentStatus
from connectors.model.ticker import Ticker
from tui.format.clean import clean
from tui.format.numbers import NONE, basis_points, compact, fixed, percent, price, short
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Token, left, width_of
from tui.widgets.pane import LinePane
from tui.widgets.squeeze import Part, squeeze

_UP, _DOWN = Ink(Token.BID), Ink(Token.ASK)
_BOLD = Ink(bold=True)
_NORMAL, _WIDE = 100, 160
_LONG_MESSAGE = 400


def trend_ink(change: Decimal) -> Ink:
    """Up, down or neither."""
    return _UP if change > 0 else _DOWN if change < 0 else PLAIN


def trend_glyph(change: Decimal) -> str:
    """``▲``, ``▼`` or a blank: the direction without colour."""
    return "▲" if change > 0 else "▼" if change < 0 else " "


class TickerRow(LinePane):
    """Row 2 of the market screen: last price, change, spread, the day's range and volume, state of the market."""

    EVERY = 4

    DEFAULT_CSS = "TickerRow { height: 1; }"
    HAS_TITLE = False

    _instrument: Instrument | None = None
    _ticker: Ticker | None = None
    _view: BookView | None = None
    _last: Decimal | None = None
    _atr: Decimal | None = None

    def set_instrument(self, instrument: Instrument) -> None:
        """Show another instrument; what was known of the one before is forgotten."""
        if self._instrument is None or self._instrument.id != instrument.id:
            self._ticker = self._view = self._last = self._atr = None
        self._instrument = instrument
        self.touch_up()

    def put_ticker(self, ticker: Ticker) -> None:
        """Take 24-hour statistics."""
        if self._instrument is not None and ticker.instrument == self._instrument.id:
            self._ticker = ticker
            self.touch_up()

    def put_book(self, view: BookView) -> None:
        """Take a frame of the book, for the touch and its spread."""
        if self._instrument is not None and view.instrument == self._instrument.id:
            self._view = view
            self.touch_up()

    def put_last(self, last: Decimal) -> None:
        """Take the newest trade's price, which is younger than the ticker's."""
        self._last = last
        self.touch_up()

    def put_atr(self, atr: Decimal | None) -> None:
        """Take the average true range over 14 candles of the chart."""
        self._atr = atr
        self.touch_up()

    def body_lines(self, width: int, height: int) -> list[Line]:
        """One line; from the right items give way when it is narrow."""
        instrument = self._instrument
        if instrument is None or not height:
            return []
        decimals = instrument.price_decimals
        parts = [Part(("" if width < _NORMAL else clean(instrument.symbol),), _BOLD, rank=1)]
        parts += self._price_parts(decimals)
        parts += self._touch_parts(decimals, instrument.size_decimals, width)
        parts += self._day_parts(instrument.base, decimals, width)
        calm = instrument.status is InstrumentStatus.TRADING
        known = self._ticker is not None or self._view is not None or self._last is not None
        state = instrument.status.value if not calm else "NORMAL" if known else NONE
        if self.doubt_words:
            parts.append(Part((self.doubt_words, "STALE"), Ink(Token.DANGER, bold=True, reverse=True)))
        else:
            parts.append(Part((state,), PLAIN if calm else Ink(Token.DANGER, bold=True, reverse=True), rank=2))
        return [[(" ", PLAIN), *squeeze(parts, width - 1, gap="  ")]]

    def _price_parts(self, decimals: int) -> list[Part]:
        ticker = self._ticker
        last = self._last if self._last is not None else None if ticker is None else ticker.last
        change = Decimal(0)
        change_percent: Decimal | None = None
        if ticker is not None and last is not None:
            change = last - ticker.open
            change_percent = change / ticker.open * 100 if ticker.open else ticker.change_percent
        ink = trend_ink(change)._replace(bold=True)
        text = f"{price(last, decimals)} {trend_glyph(change)} {percent(change_percent)}"
        return [Part((text,), ink)]

    def _touch_parts(self, decimals: int, size_decimals: int, width: int) -> list[Part]:
        view = self._view
        bid, ask = (None, None) if view is None else (view.best_bid, view.best_ask)
        if bid is None or ask is None:
            return [Part((f"sprd {NONE}",), DIM, rank=3)]
        spread = ask.price - bid.price
        middle = (ask.price + bid.price) / 2
        points = basis_points(spread, middle)
        if width >= _WIDE:
            digits = min(size_decimals, 3)
            return [
                Part((f"bid {price(bid.price, decimals)} × {short(bid.size, 8, digits)}",), _UP, rank=5),
                Part((f"ask {price(ask.price, decimals)} × {short(ask.size, 8, digits)}",), _DOWN, rank=5),
                Part((f"spread {price(spread, decimals)} ({points} bp)",), PLAIN, rank=3),
            ]
        return [Part((f"sprd {price(spread, decimals)} {points}bp",), PLAIN, rank=3)]

    def _day_parts(self, base: str, decimals: int, width: int) -> list[Part]:
        ticker = self._ticker
        if ticker is None:
            return []
        high, low, name = fixed(ticker.high, decimals), fixed(ticker.low, decimals), clean(base)
        if width >= _WIDE:
            day = [f"24h vol {fixed(ticker.volume, 0)} {name}", f"high {high}  low {low}"]
        elif width >= _NORMAL:
            day = [f"24h {fixed(ticker.volume, 0)} {name}", f"H {high}  L {low}"]
        else:
            day = [f"24h {compact(ticker.volume)} {name}", f"{fixed(ticker.high, 0)}/{fixed(ticker.low, 0)}"]
        atr = (
            "" if self._atr is None else f"{'ATR14' if width >= _WIDE else 'ATR'} {fixed(self._atr, min(decimals, 1))}"
        )
        return [Part((day[0],), DIM, rank=6), Part((day[1],), DIM, rank=4), Part((atr,), DIM, rank=7)]


class MessageKind(Enum):
    """How a message is marked, in glyph and colour."""

    PLAIN = " "
    DONE = "✓"
    WARN = "!"
    REFUSED = "✗"
    STAGED = "▸"
    """Waits for ``y``."""


_MESSAGE_INKS = {
    MessageKind.PLAIN: PLAIN,
    MessageKind.DONE: PLAIN,
    MessageKind.WARN: Ink(Token.WARN),
    MessageKind.REFUSED: Ink(Token.DANGER, bold=True),
    MessageKind.STAGED: Ink(Token.OWN, bold=True),
}


@dataclass(frozen=True, slots=True)
class MessageText:
    """What stands on the message line."""

    text: str
    kind: MessageKind = MessageKind.PLAIN
    aside: str = ""
    """To the right where there is room, such as ``msgs: 2 new``."""
    times: int = 1
    """How often it came within ten seconds."""


class MessageLine(LinePane):
    """Row H-1: what Enter would send, what is staged, or the last result. Text of any origin is cleaned here."""

    DEFAULT_CSS = "MessageLine { height: 1; }"
    HAS_TITLE = False

    _message = MessageText("")

    def put(self, message: MessageText) -> None:
        """Show a message in place of the one before."""
        self._message = message
        self.touch_up()

    @property
    def message(self) -> MessageText:
        """What is shown now."""
        return self._message

    def body_lines(self, width: int, height: int) -> list[Line]:
        """One line; the aside gives way to the message."""
        if not height:
            return []
        message = self._message
        ink = _MESSAGE_INKS[message.kind]
        times = f" (×{message.times})" if message.times > 1 else ""
        text = clean(message.text, _LONG_MESSAGE, spaces=True) + times
        line: Line = [(f" {message.kind.value} " if message.kind is not MessageKind.PLAIN else " ", ink)]
        line.append((left(text, max(width - width_of(line) - 1, 0)).rstrip(), ink))
        aside = clean(message.aside)
        free = width - width_of(line) - len(aside) - 1
        if aside and free > 1:
            line += [(" " * free, PLAIN), (aside, DIM)]
        return [line]


class FooterKeys(LinePane):
    """Row H: keys and their words. Display only: nothing in it can be pressed by a mouse."""

    DEFAULT_CSS = "FooterKeys { height: 1; }"
    HAS_TITLE = False

    _keys: tuple[tuple[str, str], ...] = ()

    def put(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show (key, words) in this order; the last ones never give way: help and panic stand there."""
        self._keys = tuple(keys)
        self.touch_up()

    def body_lines(self, width: int, height: int) -> list[Line]:
        """One line: what does not fit is left out from before the last three on."""
        if not height:
            return []
        kept = list(self._keys)
        while len(kept) > _ALWAYS_KEYS and _footer_width(kept) > width - 1:
            del kept[-_ALWAYS_KEYS - 1]
        line: Line = [(" ", PLAIN)]
        for number, (key, words) in enumerate(kept):
            line += [("  " if number else "", PLAIN), (key, Ink(Token.INFO, bold=True)), (f" {words}", DIM)]
        return [[run for run in line if run[0]]]


_ALWAYS_KEYS = 3


def _footer_width(keys: Sequence[tuple[str, str]]) -> int:
    return sum(len(key) + len(words) + 1 for key, words in keys) + 2 * max(len(keys) - 1, 0)
