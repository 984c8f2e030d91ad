"""The exact words of every state: one table, so that a state is called the same on every screen (UX §8).

Whatever a venue or a user wrote is cleaned before it is set into a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.book import BookState
from connectors.model.connection import LinkState
from connectors.model.ids import Mode
from tui.format.clean import clean
from tui.format.numbers import fixed
from tui.format.times import NANOS, clock, count, milliseconds, ordinal, seconds_words

BANNERS = {
    Mode.SIM: "SIM simulated market",
    Mode.DEMO: "DEMO venue demo money",
    Mode.PAPER: "PAPER fills are simulated",
    Mode.TESTNET: "TESTNET test money",
    Mode.LIVE: "LIVE real money",
}
"""The mode banner: on every screen, in exports and in the terminal's title."""

KEYLESS = "public data, no key"
"""Stands after the mode of a connection that cannot send an order."""

NO_CONNECTION = "No connection yet. gv then a adds one; :demo opens the simulated market."
NO_ORDERS = "No working orders. b or s on the ladder places one."
NO_ORDERS_NARROW = "No working orders. b or s places one."
NO_POSITIONS = "Flat."
NO_FILLS = "No fills today."
NO_EXECUTIONS = "No orders of this desk in that time."
NOT_COUNTED = "Not known yet."
NO_INSTRUMENTS = "Empty. a adds an instrument."
NO_ALERTS = "No alerts."
NO_BALANCES = "No balances yet."
WORKER_GONE = "The connector worker stopped. Orders at the venues are untouched. r restarts it and reconciles."
REDUCING = "REDUCING: only orders that shrink a position pass. :resume"
PASTE_IGNORED = "Paste ignored: the ladder takes keys"
SETTLING = "Settling: press again"

LINK_GLYPHS = {
    LinkState.OFF: "○",
    LinkState.CONNECTING: "↻",
    LinkState.LIVE: "●",
    LinkState.SLOW: "◐",
    LinkState.RECONNECTING: "↻",
    LinkState.DOWN: "✗",
    LinkState.REFUSED: "✗",
}

_WAIT_LONG_NS = 8 * NANOS
_WITHOUT_KEY = frozenset({Mode.SIM, Mode.PAPER})
"""Modes whose banner holds without a key too."""


def banner(mode: Mode, *, keyed: bool = True) -> str:
    """The mode banner. Without a key no order can be sent, so no money is named."""
    return BANNERS[mode] if keyed or mode in _WITHOUT_KEY else f"{mode.name} {KEYLESS}"


def loading(symbol: str, label: str, waited_ns: int) -> str:
    """Waiting for the first book; after 8 s it says where to look."""
    if waited_ns < _WAIT_LONG_NS:
        return f"Waiting for the first book of {clean(symbol)}."
    return f"Still nothing from {clean(label)}. tradedesk doctor shows why."


def resync(attempt: int) -> str:
    """The book is being rebuilt."""
    return f"The book is being rebuilt (try {max(attempt, 1)}). Keys that use its prices wait; cancel and close work."


def resync_refusal(attempt: int) -> str:
    """An order key while the book is rebuilt: what the line of 80 columns has room for."""
    return f"Book RESYNC (try {max(attempt, 1)}). Cancel and close work. Nothing was sent."


def stale_refusal(label: str, age_ns: int) -> str:
    """An order key while no book comes."""
    return f"No book from {clean(label)} for {age_ns // NANOS} s: price keys are off. Nothing was sent."


def stale(label: str, age_ns: int) -> str:
    """No frame on the book's socket."""
    return f"No book from {clean(label)} for {age_ns // NANOS} s. What you see is old. Price keys are off."


def book_sentence(state: BookState, symbol: str, label: str, age_ns: int, attempt: int = 0) -> str:
    """Why price keys are refused; empty when the book is LIVE.

    Args:
        state: The book's.
        symbol: The instrument.
        label: The connection's name.
        age_ns: Since the book was last believed, or since it was asked for.
        attempt: Of the resync under way.
    """
    if state is BookState.LOADING:
        return loading(symbol, label, age_ns)
    if state is BookState.RESYNC:
        return resync(attempt)
    return stale(label, age_ns) if state is BookState.STALE else ""


def cursor_hidden(price: str) -> str:
    """An order key with the cursor off the screen."""
    return f"Cursor {price} is off screen. c: market, arrow: cursor."


def halted_by_hand(time_ns: int) -> str:
    """HALTED by the trader."""
    return f"HALTED by you {clock(time_ns)}. No new orders; cancel and close work. :resume"


def halted_refusal(time_ns: int, reason: str = "by you") -> str:
    """An order key while HALTED: what the line of 80 columns has room for."""
    return f"{halted_title(reason, time_ns)}. Nothing was sent. :resume"


def halted_title(reason: str, time_ns: int) -> str:
    """A halt in few words: ``HALTED by you 14:20:11``."""
    return f"HALTED {clean(reason) or 'by you'} {clock(time_ns)}"


def reducing_title(reason: str, time_ns: int) -> str:
    """REDUCING in few words; whose doing it was where it was not the trader's."""
    told = f" ({clean(reason)})" if reason and reason != "by you" else ""
    return f"REDUCING{told} {clock(time_ns)}"


def locked_title(loss: Decimal) -> str:
    """A shut loss lock in few words."""
    return f"LOCKED: day loss {fixed(loss, 2)}"


def halted_by_loss(loss: Decimal, limit: Decimal) -> str:
    """HALTED by the loss lock; quote units."""
    return f"HALTED: day loss {fixed(loss, 2)} of {fixed(limit, 2)} reached. Unlock by typing RESUME; it is recorded."


@dataclass(frozen=True, slots=True)
class Gone:
    """A connection that is gone, as far as its sentence tells."""

    label: str
    since_ns: int
    now_ns: int
    working: int
    """Orders the lists show as working."""
    reason: str = ""
    next_try_ns: int | None = None
    attempt: int = 0


def disconnected(gone: Gone) -> tuple[str, ...]:
    """Since when a connection is gone, why, when it is tried again, and of what time the lists are.

    Returns:
        Wordings from the fullest to the shortest: the reason gives way first, then the counts.
    """
    reason = clean(gone.reason).rstrip(". ")
    since = clock(gone.since_ns)
    head = f"{clean(gone.label)} is gone since {since}"
    once = counted = ""
    if gone.next_try_ns is not None:
        again = f" Trying again in {max(gone.next_try_ns - gone.now_ns, 0) // NANOS} s"
        once, counted = f"{again}.", f"{again}, {ordinal(max(gone.attempt, 1))} time."
    shown = f" Orders shown are as of {since}: {gone.working} working."
    wordings = (
        f"{head} ({reason}).{counted}{shown}" if reason else "",
        f"{head}.{counted}{shown}",
        f"{head}.{once}{shown}",
        f"{head}.{once} Orders shown as of then.",
        f"{head}.{once}",
        f"{head}.",
    )
    return tuple(dict.fromkeys(wording for wording in wordings if wording))


def unknown_order(handle: str, label: str, waited_ns: int, next_check_ns: int | None) -> str:
    """An order without an answer."""
    check = "" if next_check_ns is None else f"; next check {clock(next_check_ns)}"
    return f"{handle} UNKNOWN: no answer from {clean(label)} in {waited_ns // NANOS} s. Looking it up{check}."


def cannot_trade(label: str) -> str:
    """A key without the right to trade."""
    return f"{clean(label)} can read but not trade. Change the key's rights at the venue, then t tests it again."


def unexpected(code: str) -> str:
    """A fault of the desk itself."""
    return (
        f"Something in the desk failed ({code}). Orders and connections go on. "
        "desk.log in the state folder has the details."
    )


def too_small(width: int, height: int, working: int, position: str) -> str:
    """The window is below 80×24."""
    held = f", {position}" if position else ""
    return (
        f"{width}×{height} is too small. The desk needs 80×24. Orders keep working: {working} working{held}. "
        "^g panic, ^q quit."
    )


def no_terminal(term: str) -> str:
    """The terminal cannot draw."""
    return (
        f"This terminal cannot draw the desk (TERM={clean(term)}). Use another one, or  tradedesk orders --json  "
        "for work without a screen."
    )


def quit_with_orders(working: int, stops: int, label: str, mode: Mode) -> str:
    """Quitting while orders rest."""
    stop_words = f" and {count(stops, 'stop')}" if stops else ""
    verb = "stays" if working + stops == 1 else "stay"
    return (
        f"Quit? {count(working, 'order')}{stop_words} {verb} at {clean(label)} ({mode.name}). "
        "The desk's own trailing stop ends. y quit  x cancel entries, then quit  n stay"
    )


def needs_pane(key: str) -> str:
    """An order key outside the ladder."""
    return f"{key} needs the ladder: gl"


def key_to_ack(latency_ns: int) -> str:
    """``(key to ack 9 ms)``."""
    return f"(key to ack {milliseconds(latency_ns)})"


def age_words(age_ns: int) -> str:
    """An age for a title: ``0.8 s``, ``12 s``."""
    return seconds_words(age_ns)
