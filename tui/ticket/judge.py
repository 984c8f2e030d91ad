"""Refusals and classes (what may be sent, and how much asking it needs). Pure; the sentences are the contract's.

Order of refusals: what makes the whole desk refuse first, then the connection, then the arm switch, then the
instrument's status, then the picture, then the numbers. So the sentence names the thing to mend next.
"""

from __future__ import annotations

from decimal import Decimal

from connectors.model.book import BookState
from connectors.model.ids import Mode
from connectors.model.instrument import Instrument, InstrumentStatus
from connectors.model.order import OrderType, Side
from connectors.worker.api import TradingState
from tui.format import numbers, words
from tui.format.orders import STOPS
from tui.ticket.rules import breaches, floor_to, lot_step
from tui.ticket.seen import Seen
from tui.ticket.sentence import describe
from tui.ticket.ticket import Ticket
from tui.ticket.walk import opposite, walk

MS = 1_000_000
BEHIND_NS = 500 * MS
"""A painting further behind the book than this shows prices that may be gone."""

COLLAR = Decimal("0.01")
"""Share of the touch beyond which a price through it is refused."""
FAR = Decimal("0.2")
"""Share of the touch beyond which a resting price is refused."""
SOFT = Decimal("0.1")
"""Share of equity above which an entry asks once more, at most; never above half of what is refused."""
HARD = Decimal("0.5")
"""Share of equity above which an entry is refused, at most: the worker's own limit goes before it where it is less."""
HALF = Decimal(2)
CROSS_TICKS, CROSS_SHARE = 5, Decimal("0.0002")
"""A price through the touch by more than the larger of these CROSSES."""
MOVED_TICKS, MOVED_SHARE = 2, Decimal("0.0001")
"""A touch that moved by more than the larger of these since the frame asks once more."""
PERCENT = Decimal(100)
MARKET_LIKE = frozenset({OrderType.MARKET, OrderType.STOP_LOSS, OrderType.TAKE_PROFIT})
"""Types that end in a market order: an instrument that takes limit orders only takes none of them."""
SWAPPED = "Digits swapped? Nothing was sent."


def state_refusal(ticket: Ticket, seen: Seen, *, reduces: bool = False) -> str:
    """Why the desk, the connection or the arm switch refuses; empty when none does."""
    if not seen.keyed:
        return f"{seen.label} has no key: it shows the market and cannot trade. Give it one on the venues screen (gv)."
    if not reduces and (shut := _shut(ticket, seen)):
        return shut
    if seen.unable:
        return f"{seen.unable} Nothing was sent."
    if not seen.armed and not reduces:
        return f"DISARMED. This would send: {describe(ticket, seen.instrument)}. ctrl+t arms."
    return _status_refusal(ticket, seen.instrument)


def _shut(ticket: Ticket, seen: Seen) -> str:
    """Why a halt, a shut loss lock or REDUCING lets an entry not through."""
    if seen.trading is TradingState.HALTED:
        return seen.trading_words
    if seen.locked and adds_risk(ticket, seen):
        return seen.locked
    return words.REDUCING if seen.trading is TradingState.REDUCING else ""


def _status_refusal(ticket: Ticket, instrument: Instrument) -> str:
    """Why the venue takes no such order in this instrument now; one whose status is not known is tried."""
    status = instrument.status
    rests = status is InstrumentStatus.POST_ONLY and ticket.type is OrderType.LIMIT_MAKER
    limits = status is InstrumentStatus.LIMIT_ONLY and ticket.type not in MARKET_LIKE
    if rests or limits or status in {InstrumentStatus.TRADING, InstrumentStatus.UNKNOWN}:
        return ""
    return f"{instrument.symbol} is in state {status} and takes no such order now. Nothing was sent."


def book_refusal(seen: Seen, *, cursor: bool) -> str:
    """Why a key that takes a price from the painted book must wait.

    Args:
        seen: The screen.
        cursor: Whether the key acts at the cursor.
    """
    for book in (seen.book, seen.newest):
        if book is not None and book.state is BookState.RESYNC:
            return words.resync_refusal(book.attempt)
        if book is not None and book.state is not BookState.LIVE:
            age_ns = seen.now_ns - book.received_ns
            if book.state is BookState.STALE:
                return words.stale_refusal(seen.label, age_ns)
            return words.book_sentence(book.state, seen.instrument.symbol, seen.label, age_ns, book.attempt)
    if seen.book is None:
        return words.loading(seen.instrument.symbol, seen.label, 0)
    if seen.behind_ns > BEHIND_NS:
        return f"The ladder is {seen.behind_ns // MS} ms behind the book. Press again once it is painted."
    return cursor_refusal(seen) if cursor else ""


def cursor_refusal(seen: Seen) -> str:
    """Why a key that acts at the cursor must wait; empty while the cursor is on the screen."""
    if seen.cursor is None:
        return "The cursor has no price yet. An arrow puts it on the market."
    if seen.cursor_visible and seen.cursor_drifted:
        there = numbers.price(seen.cursor, seen.instrument.price_decimals)
        return f"The cursor went with the market to {there}. Press again to act there."
    if seen.cursor_visible:
        return ""
    return words.cursor_hidden(numbers.price(seen.cursor, seen.instrument.price_decimals))


def number_refusal(ticket: Ticket, seen: Seen, *, reduces: bool = False) -> str:
    """Which filter, collar or line the numbers break; empty when all are legal."""
    reference = seen.opposite(ticket.side)
    broken = breaches(ticket, seen.instrument, reference)
    if broken:
        return broken[0].sentence
    collar = _trigger_refusal(ticket, seen) or _post_only_refusal(ticket, seen) or _collar(ticket, seen)
    if collar or reduces:
        return collar
    amount = notional(ticket, seen)
    share = hard_line(seen)
    if amount is not None and seen.equity is not None and amount > seen.equity * share and adds_risk(ticket, seen):
        line, quote = numbers.money(seen.equity * share), seen.instrument.quote
        told = f"{numbers.money(amount)} {quote} is above {line}, {numbers.exact(share * PERCENT)} % of equity."
        return f"{told}{_largest(ticket, amount, seen.equity * share, seen)}"
    return ""


def hard_line(seen: Seen) -> Decimal:
    """Share of equity above which an entry is refused: the worker's limit, which it would refuse by, or half."""
    return HARD if seen.order_share is None else min(seen.order_share, HARD)


def soft_line(seen: Seen) -> Decimal:
    """Share of equity above which an entry asks once more."""
    return min(SOFT, hard_line(seen) / HALF)


def _largest(ticket: Ticket, amount: Decimal, line: Decimal, seen: Seen) -> str:
    if ticket.quantity is None:
        return " Take less. Nothing was sent."
    most = floor_to(ticket.quantity * line / amount, lot_step(seen.instrument, ticket.type))
    return f" Largest size here: {numbers.exact(most)}." if most > 0 else " No size here is small enough."


def _trigger_refusal(ticket: Ticket, seen: Seen) -> str:
    """A stop or target on the wrong side of the market would fire in the moment it is placed."""
    trigger = ticket.trigger_price
    met = seen.opposite(ticket.side)
    if trigger is None or met is None:
        return ""
    stop = ticket.type in STOPS
    ahead = (trigger - met) * ticket.side.sign
    if ahead > 0 if stop else ahead < 0:
        return ""
    digits = seen.instrument.price_decimals
    word = "above" if trigger > met else "at" if trigger == met else "below"
    side, kind = ("ask" if ticket.side is Side.BUY else "bid"), ("stop" if stop else "target")
    touch = numbers.price(met, digits)
    return f"{numbers.price(trigger, digits)} is {word} the {side} {touch}: this {kind} would fire at once."


def _post_only_refusal(ticket: Ticket, seen: Seen) -> str:
    """A post-only order at a price that would take is refused by the venue: said before it is sent."""
    met = seen.opposite(ticket.side)
    if ticket.type is not OrderType.LIMIT_MAKER or ticket.price is None or met is None:
        return ""
    if (ticket.price - met) * ticket.side.sign < 0:
        return ""
    digits, (own, other) = seen.instrument.price_decimals, ("bid", "ask") if ticket.side is Side.BUY else ("ask", "bid")
    there, touch = numbers.price(ticket.price, digits), numbers.price(met, digits)
    return f"post-only at {there} would take; the {other} is {touch}. Use {own}, or drop post."


def _collar(ticket: Ticket, seen: Seen) -> str:
    taken, own = seen.opposite(ticket.side), seen.touch(ticket.side)
    if ticket.trigger_price is not None:
        # Its limit meets the market as it is once the trigger was reached.
        taken = own = ticket.trigger_price
    digits = seen.instrument.price_decimals
    word, far_word = ("above", "below") if ticket.side is Side.BUY else ("below", "above")
    sides = ("ask", "bid") if ticket.side is Side.BUY else ("bid", "ask")
    if ticket.type is OrderType.MARKET:
        return _market_collar(ticket, seen)
    if ticket.price is None:
        return ""
    if taken is not None and (ticket.price - taken) * ticket.side.sign > taken * COLLAR:
        off = numbers.fixed(abs(ticket.price - taken) / taken * PERCENT, 1)
        return f"{off} % {word} the {sides[0]} {numbers.price(taken, digits)}; the limit is 1 %. {SWAPPED}"
    if own is not None and (own - ticket.price) * ticket.side.sign > own * FAR:
        off = numbers.fixed(abs(ticket.price - own) / own * PERCENT, 1)
        return f"{off} % {far_word} the {sides[1]} {numbers.price(own, digits)}; the limit is 20 %. {SWAPPED}"
    return ""


def _market_collar(ticket: Ticket, seen: Seen) -> str:
    book = seen.book
    if book is None or ticket.quantity is None:
        return ""
    met = walk(opposite(book, ticket.side), ticket.quantity, side=ticket.side)
    base = seen.instrument.base
    if met.filled < ticket.quantity:
        held = numbers.exact(met.filled)
        return f"The painted book holds {held} of {numbers.exact(ticket.quantity)} {base}. Take less. Nothing was sent."
    if met.touch is not None and met.worst is not None and abs(met.worst - met.touch) > met.touch * COLLAR:
        worst = numbers.price(met.worst, seen.instrument.price_decimals)
        return f"MARKET would reach {worst}, more than 1 % from the touch. Take less. Nothing was sent."
    return ""


def notional(ticket: Ticket, seen: Seen) -> Decimal | None:
    """What the order is worth in quote; None without a price to value it at."""
    if ticket.quote_quantity is not None:
        return ticket.quote_quantity
    if ticket.quantity is None:
        return None
    if ticket.type is OrderType.MARKET and seen.book is not None:
        met = walk(opposite(seen.book, ticket.side), ticket.quantity, side=ticket.side)
        if met.filled == ticket.quantity:
            return met.cost
    unit = ticket.price or ticket.trigger_price or seen.opposite(ticket.side)
    return None if unit is None else unit * ticket.quantity


def adds_risk(ticket: Ticket, seen: Seen) -> bool:
    """Whether the order can leave a larger position than there is."""
    if ticket.quantity is None or ticket.side is Side.BUY:
        return True
    return ticket.quantity > seen.position


def crosses(ticket: Ticket, seen: Seen) -> bool:
    """Whether a priced order goes through the touch by more than a slip of the hand would."""
    taken = seen.opposite(ticket.side)
    if ticket.price is None or taken is None or not ticket.takes_book_price or ticket.type is OrderType.LIMIT_MAKER:
        return False
    through = (ticket.price - taken) * ticket.side.sign
    return through > max(CROSS_TICKS * seen.instrument.filters.tick_size, taken * CROSS_SHARE)


def moved(ticket: Ticket, seen: Seen) -> bool:
    """Whether the touch has left the painted frame behind."""
    then, now = seen.opposite(ticket.side), seen.opposite(ticket.side, newest=True)
    if then is None or now is None:
        return False
    return abs(now - then) > max(MOVED_TICKS * seen.instrument.filters.tick_size, then * MOVED_SHARE)


def klass(ticket: Ticket, seen: Seen) -> int:
    """How much asking an entry needs: 0 at once, 1 staged, 2 a dialog."""
    amount = notional(ticket, seen)
    soft = amount is None or seen.equity is None or amount > seen.equity * soft_line(seen)
    if not adds_risk(ticket, seen):
        soft = False
    level = int(soft) + int(seen.mode is Mode.LIVE) + int(crosses(ticket, seen)) + int(moved(ticket, seen))
    return min(level, 2)


def reducing_class(seen: Seen) -> int:
    """How much asking a close needs: one more while the book is not LIVE, since the fill price is unknown then."""
    live = seen.book is not None and seen.book.state is BookState.LIVE
    return int(not live) + int(seen.mode is Mode.LIVE)
