"""Row 1: the mode, the connection, what may be sent, what is working. It is on every screen and under every dialog."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from connectors.model.connection import ConnectionStatus, LimitUse, LinkState
from connectors.model.ids import Mode
from connectors.worker.api import TradingState
from tui.format.clean import clean
from tui.format.times import NANOS, clock, clock_short, zone_name
from tui.format.words import LINK_GLYPHS, banner
from tui.styles.palette import Ink
from tui.widgets.line import PLAIN, Line, Token, fit, width_of
from tui.widgets.pane import LinePane
from tui.widgets.squeeze import Part, squeeze

_BANNER_INKS = {
    Mode.SIM: Ink(Token.ON_BANNER, Token.BANNER_DEMO),
    Mode.DEMO: Ink(Token.ON_BANNER, Token.BANNER_DEMO),
    Mode.PAPER: Ink(Token.ON_BANNER, Token.BANNER_PAPER),
    Mode.TESTNET: Ink(Token.ON_BANNER, Token.BANNER_TESTNET),
    Mode.LIVE: Ink(Token.ON_LIVE, Token.BANNER_LIVE, bold=True),
}
_HALTED_INK = Ink(Token.ON_HALTED, Token.HALTED, bold=True)
_WARN = Ink(Token.WARN)
_DANGER = Ink(Token.DANGER, bold=True, reverse=True)

_LIMIT_WARN, _LIMIT_DANGER = 80, 95
_OFFSET_WARN_MS, _OFFSET_DANGER_MS = 250, 1000
_NORMAL, _ROOMY = 100, 160
_SECONDS, _HALT, _TRIP = 6, 5, 4
"""Ranks at which the clock, the words of a halt and those of the connection are shortened."""


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """What row 1 says. Whoever feeds it makes a new one for every change."""

    mode: Mode
    label: str = ""
    """The connection's name."""
    symbol: str = ""
    connection: ConnectionStatus | None = None
    trading: TradingState = TradingState.ACTIVE
    trading_words: str = ""
    """Instead of the bare state, such as ``HALTED by you 14:20:11``."""
    locked: bool = False
    """The account's loss lock is shut."""
    armed: bool = False
    working: int = 0
    unknown: int = 0
    alerts: int = 0
    """Not yet acknowledged."""
    quiet_ns: int | None = None
    """Since the last frame on the market-data socket, once that is worth saying."""
    known: bool = True
    """False: no worker answers, so nobody knows how the connection stands."""
    stale: bool = False
    zone: tzinfo = UTC
    keyed: bool = True
    """False: public data only, no order can be sent."""


class StatusBar(LinePane):
    """Row 1. Never dropped: mode banner, connection glyph, ARMED / DISARMED / HALTED, working and UNKNOWN orders."""

    EVERY = 4

    DEFAULT_CSS = "StatusBar { height: 1; }"
    HAS_TITLE = False
    TICK_NS = NANOS

    _status = DeskStatus(Mode.SIM)

    def put(self, status: DeskStatus) -> None:
        """Take what is so now."""
        self._status = status
        self.touch_up()

    @property
    def status(self) -> DeskStatus:
        """What was put last."""
        return self._status

    def body_lines(self, width: int, height: int) -> list[Line]:
        """One line."""
        return [status_line(self._status, width, self.now_ns)] if height else []


def status_line(status: DeskStatus, width: int, now_ns: int) -> Line:
    """Row 1 in at most ``width`` cells.

    When narrow these go first: alerts, account, limit use below 80 %, the word ACTIVE, seconds and zone, who halted and
    when, the round trip; only then the clock and the symbol.
    """
    banner_ink = _BANNER_INKS[status.mode]
    roomy = width >= _ROOMY
    parts = [
        Part((clean(status.label),), PLAIN, rank=9),
        Part((clean(status.symbol),), PLAIN, rank=2),
        _connection(status, now_ns, width),
        _offset(status),
        _limits(status, now_ns, roomy=roomy),
        _trading(status, roomy=roomy),
        Part(("ARMED" if status.armed else "DISARMED",), Ink(bold=status.armed)),
        *_orders(status, width),
        Part((f"{status.alerts} alerts" if status.alerts != 1 else "1 alert",), PLAIN, rank=10),
        _clock(status, now_ns),
    ]
    line = [(f" {banner(status.mode, keyed=status.keyed)} ", banner_ink), ("│ ", Ink(Token.DIM))]
    line += squeeze(parts, width - width_of(line), gap=" │ ")
    whole = _whole_row(status)
    return line if whole is None else [(text, whole) for text, _ in fit(line, width)]


def _whole_row(status: DeskStatus) -> Ink | None:
    """Row 1 is of one colour only for HALTED, for LOCKED and for LIVE armed."""
    if status.trading is TradingState.HALTED or status.locked:
        return _HALTED_INK
    return _BANNER_INKS[Mode.LIVE] if status.mode is Mode.LIVE and status.armed else None


def _connection(status: DeskStatus, now_ns: int, width: int) -> Part:
    link = status.connection
    if link is None:
        return Part(("○ OFF", "○") if status.known else ("○ ?",), rank=_TRIP, last=0)
    glyph = LINK_GLYPHS[link.state]
    trip = "" if link.round_trip_ms is None else f"{link.round_trip_ms}ms"
    if link.state is LinkState.LIVE:
        return _live(status, glyph, trip, width)
    if link.state is LinkState.SLOW:
        return Part((f"{glyph} SLOW {trip}".rstrip(), f"{glyph} SLOW"), _WARN, rank=_TRIP, last=0)
    if link.state in {LinkState.RECONNECTING, LinkState.CONNECTING}:
        wait = ""
        if link.next_try_ns is not None and link.next_try_ns > now_ns:
            wait = f" {-(-(link.next_try_ns - now_ns) // NANOS)}s"
        word = "RECONNECT" if link.state is LinkState.RECONNECTING else "CONNECTING"
        ink = _DANGER if word == "RECONNECT" else _WARN
        return Part((f"{glyph} {word}{wait}", f"{glyph}{wait}"), ink, rank=_TRIP, last=0)
    calm = link.state is LinkState.OFF
    return Part((f"{glyph} {link.state.value}", glyph), PLAIN if calm else _DANGER, rank=_TRIP, last=0)


def _live(status: DeskStatus, glyph: str, trip: str, width: int) -> Part:
    if status.stale:
        return Part(("◐ STALE", "◐"), _DANGER, rank=_TRIP, last=0)
    if status.quiet_ns is not None:
        return Part((f"{glyph} QUIET {status.quiet_ns // NANOS}s", f"{glyph} {trip}".rstrip()), rank=_TRIP, last=0)
    bare = f"{glyph} {trip}" if trip else f"{glyph} LIVE"
    if width < _NORMAL:
        return Part((bare, glyph), rank=_TRIP, last=0)
    shown = f"rtt {trip[:-2]} ms" if width >= _ROOMY and trip else trip
    return Part((f"{glyph} LIVE {shown}".rstrip(), bare), rank=_TRIP, last=0)


def _offset(status: DeskStatus) -> Part:
    offset = 0 if status.connection is None else status.connection.clock_offset_ms or 0
    if abs(offset) <= _OFFSET_WARN_MS:
        return Part(("",))
    tenths = round(abs(offset) / 100)
    sign = "+" if offset > 0 else "-"
    danger = abs(offset) > _OFFSET_DANGER_MS
    return Part((f"clock {sign}{tenths // 10}.{tenths % 10}s",), _DANGER if danger else _WARN, rank=2)


def _limits(status: DeskStatus, now_ns: int, *, roomy: bool) -> Part:
    """Use of the weight limit, or of whichever limit is nearest to its end."""
    limits = () if status.connection is None else tuple(each for each in status.connection.limits if each.limit > 0)
    if not limits:
        return Part(("",))
    fullest = max(limits, key=lambda each: each.used * 1000 // each.limit)
    percent = fullest.used * 100 // fullest.limit
    if percent >= _LIMIT_WARN:
        return _pressed(fullest, percent, now_ns, status.zone)
    name = "weight" if roomy else "wt"
    text = f"{name} {limits[0].used}/{limits[0].limit}"
    if roomy and len(limits) > 1:
        text += f"  orders {limits[1].used}/{limits[1].limit}"
    return Part((text,), PLAIN, rank=8)


def _pressed(limit: LimitUse, percent: int, now_ns: int, zone: tzinfo) -> Part:
    if percent >= _LIMIT_DANGER and limit.used >= limit.limit and limit.resets_ns > now_ns:
        return Part((f"CLOSED till {clock_short(limit.resets_ns, zone)}",), _DANGER)
    text = f"wt {limit.used:,}/{limit.limit} {percent}%"
    return Part((text, f"wt {percent}%"), _DANGER if percent >= _LIMIT_DANGER else _WARN, rank=1)


def _trading(status: DeskStatus, *, roomy: bool) -> Part:
    if status.trading is TradingState.ACTIVE and not status.locked:
        return Part(("trading ACTIVE" if roomy else "ACTIVE",), PLAIN, rank=7)
    words = clean(status.trading_words) or status.trading.value
    shut = status.locked or status.trading is TradingState.HALTED
    least = "LOCKED" if status.locked and status.trading is not TradingState.HALTED else status.trading.value
    ink = _HALTED_INK if shut else Ink(Token.WARN, bold=True)
    return Part((words, least), ink, rank=_HALT, last=0)


def _orders(status: DeskStatus, width: int) -> list[Part]:
    working = f"{status.working} working" if width >= _ROOMY else f"{status.working} ord"
    if status.unknown == 0:
        return [Part((f"{working} 0 {'unknown' if width >= _NORMAL else '?'}",))]
    return [Part((working,)), Part((f"{status.unknown} UNKNOWN",), _DANGER)]


def _clock(status: DeskStatus, now_ns: int) -> Part:
    full = clock(now_ns, status.zone)
    short = clock_short(now_ns, status.zone)
    return Part((f"{full} {zone_name(now_ns, status.zone)}", full, short), PLAIN, rank=_SECONDS, last=3)
