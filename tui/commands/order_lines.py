"""Lines that change, cancel, close and protect what is there. Nothing here opens a position.

No verb is completed or guessed, and a bare number is never a distance: it needs its unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.model.order import Order, OrderStatus, OrderType, Side
from tui.commands.exits import NO_FLIP
from tui.commands.question import Question
from tui.format import numbers, times
from tui.format.clean import clean
from tui.format.orders import protective
from tui.modals.resolve import ResolveSheet
from tui.ticket import change as changes
from tui.ticket import prices, sizes
from tui.ticket.change import Change
from tui.ticket.cover import exit_side
from tui.ticket.eye import look_over
from tui.ticket.rules import floor_to, lot_step
from tui.ticket.seen import Seen

if TYPE_CHECKING:
    from tui.desk import Desk

NOTHING = "Nothing was sent."
HUNDRED = Decimal(100)
_PAIR = 2
_BEHIND = re.compile(r"^(\d+(?:\.\d+)?)(bp|%)$")
_STUCK = frozenset({OrderStatus.UNKNOWN, OrderStatus.SUBMITTING})
_SIDES = {"buys": Side.BUY, "sells": Side.SELL}


class NoTarget(ValueError):
    """What was named is no order of ours."""


def _order(desk: Desk, name: str) -> Order:
    """The order a line names: a handle, ``last``, or ``cursor``.

    Raises:
        NoTarget: There is none.
    """
    if name == "last":
        found = desk.changer.last()
        missing = "No order of yours was placed here last"
    elif name == "cursor":
        found = desk.changer.at_cursor()
        missing = f"No order of yours at {desk.floor.cursor_words}"
    else:
        found = desk.store.named(name)
        missing = f"No order is called {clean(name, 20)}"
    if found is None:
        raise NoTarget(f"{missing}. {NOTHING}")
    return found


def _seen(desk: Desk, order: Order) -> Seen:
    seen = look_over(desk, order.account, order.instrument)
    if seen is None:
        raise NoTarget(f"The instruments of {order.handle} are not known yet. {NOTHING}")
    return seen


def move(desk: Desk, words: list[str]) -> str:
    """``move k3 @ 61790``, ``move k3 +2t``, ``move last @ bid``."""
    if len(words) < _PAIR:
        return f"move what, and where? move k3 @ 61790, or move k3 +2t. {NOTHING}"
    order = _order(desk, words[0])
    seen, at = _seen(desk, order), "".join(words[1:])
    standing = changes.standing_price(order)
    if at.startswith("@"):
        price = prices.read(at[1:], seen, order.side)
    elif standing is None or at[0] not in "+-":
        return f"move {order.handle} where? @ 61790, or a distance: +2t, -5bp, +0.1%. {NOTHING}"
    else:
        price = prices.shifted(standing, at, seen)
    desk.changer.enter(changes.to_price(order, price), seen=seen)
    return ""


def resize(desk: Desk, words: list[str]) -> str:
    """``resize k3 0.02``: its whole size, what is filled included."""
    if len(words) != _PAIR:
        return f"resize what, to what? resize k3 0.02. {NOTHING}"
    order = _order(desk, words[0])
    seen, size = _seen(desk, order), sizes.read(words[1])
    quantity = sizes.resolve(
        size, seen.instrument, order.type, price=order.price, free=seen.free_quote, position=seen.position
    )
    if quantity is None or quantity <= 0:
        return f"{size} is nothing here. {NOTHING}"
    lots = floor_to(quantity, lot_step(seen.instrument, order.type))
    desk.changer.enter(Change(order, quantity=None if lots == order.quantity else lots), seen=seen)
    return ""


def cancel(desk: Desk, words: list[str]) -> str:
    """``cancel k3``, ``last``, ``buys``, ``sells``, ``all``, a symbol, ``everything``; ``stops`` takes those too."""
    stops, rest = "stops" in words, [word for word in words if word != "stops"]
    if len(rest) != 1:
        return f"cancel what? A handle such as k3, last, buys, sells, all or everything. {NOTHING}"
    name = rest[0]
    named = name.upper() in desk.market.symbols()
    if not named and name not in {"all", "everything", *_SIDES}:
        order = _order(desk, name)
        if not order.working:
            return f"{order.handle} is {order.status}: there is nothing to cancel."
        desk.closer.cancel([order], "")
        return ""
    symbol = name.upper() if named else desk.market.symbol
    orders = [
        order
        for order in desk.store.working(None if name == "everything" else desk.market.account)
        if (stops or not protective(order))
        and _SIDES.get(name, order.side) is order.side
        and (name == "everything" or order.instrument.symbol == symbol)
    ]
    kept = "" if stops else " Protective orders stay: add stops."
    if name != "everything" or not orders:
        desk.closer.cancel(orders, f"No such order of yours works.{kept}")
        return ""
    asked = f"Cancel {times.count(len(orders), 'order')} at every venue? y cancels  n keeps"
    dropped = "Kept: nothing was canceled."
    desk.ask(Question(asked, {"y": lambda: desk.closer.cancel(orders, "")}, dropped=dropped))
    return ""


def close(desk: Desk, words: list[str]) -> str:
    """``close``, ``close 0.01``, ``close 50%``, ``close 50% @ ask``: the selected position, else the one here."""
    text = " ".join(words).removesuffix("mkt").strip()
    wanted, at, price_text = text.partition("@")
    if at and not price_text.strip():
        return f"close at what price? close 50% @ ask. {NOTHING}"
    seen = desk.closer.seen_of(desk.positions.chosen)
    if seen is None:
        return ""
    size = _share(wanted.strip(), seen)
    price = prices.read(price_text, seen, exit_side(seen.position)) if at else None
    desk.closer.close_so(seen, size, price)
    return ""


def _share(text: str, seen: Seen) -> Decimal | None:
    """Base units of a position: a number, or a share of it; None: all.

    Raises:
        NotASize: If it is none.
    """
    if text in {"", "all"}:
        return None
    size = sizes.read(f"{text}pos" if text.endswith("%") else text)
    return sizes.resolve(
        size, seen.instrument, OrderType.MARKET, price=seen.mid, free=seen.free_quote, position=seen.position
    )


def flip(_desk: Desk, _words: list[str]) -> str:
    """Refused on spot."""
    return f"{NO_FLIP} {NOTHING}"


def stop(desk: Desk, words: list[str]) -> str:
    """``stop 61500``, ``stop -1%`` (from the average entry), ``stop be``, with a size after it."""
    seen = desk.seen()
    if seen is None:
        return ""
    if not words:
        return f"stop where? stop 61500, stop -1%, stop be. {NOTHING}"
    desk.protector.put_stop(seen, _protective_price(words[0], seen), _part(words[1:], seen))
    return ""


def target(desk: Desk, words: list[str]) -> str:
    """``tp 62500``, ``tp 62500 50%``."""
    seen = desk.seen()
    if seen is None:
        return ""
    if not words:
        return f"tp where? tp 62500, tp +1%. {NOTHING}"
    desk.protector.put_target(seen, _protective_price(words[0], seen), _part(words[1:], seen))
    return ""


def oco(desk: Desk, words: list[str]) -> str:
    """``oco 62500 61500``: target and stop, one cancels the other."""
    seen = desk.seen()
    if seen is None:
        return ""
    if len(words) < _PAIR:
        return f"oco where? The target, then the stop: oco 62500 61500. {NOTHING}"
    first, second = (_protective_price(word, seen) for word in words[:_PAIR])
    desk.protector.put_oco(seen, first, second, _part(words[_PAIR:], seen))
    return ""


def _protective_price(text: str, seen: Seen) -> Decimal:
    """A price, a distance from the average entry, or ``be``: the entry with both fees in it.

    Raises:
        NotAPrice: If it is none.
    """
    side = exit_side(seen.position)
    if text[:1] not in {"+", "-"} and text != "be":
        return prices.read(text, seen, side)
    if seen.average is None:
        raise prices.NotAPrice(f"{text} counts from the average entry, and nothing is held")
    return prices.shifted(seen.average, text, seen) if text != "be" else prices.break_even(seen)


def _part(words: list[str], seen: Seen) -> Decimal | None:
    """How much of the position, None for what is bare.

    Raises:
        NotASize: If it is none.
    """
    if len(words) > 1:
        raise sizes.NotASize(f"{clean(' '.join(words), 30)} is one word too many")
    found = _share(words[0], seen) if words else None
    if found is not None and found > abs(seen.position):
        raise sizes.NotASize(f"{numbers.exact(found)} is more than the {numbers.exact(abs(seen.position))} held")
    return found


def resolve(desk: Desk, words: list[str]) -> str:
    """``resolve k6``: decide by hand what no evidence says, in a dialog that is typed into."""
    if len(words) != 1:
        return "resolve which order? resolve k6. Nothing was decided."
    order = _order(desk, words[0])
    if order.status not in _STUCK and not order.canceling and order.amending is None:
        return f"{order.handle} is {order.status}: the venue has said so, there is nothing to decide."
    known = desk.store.instrument_of(order.account, order.instrument)
    desk.dialogs.open_sheet(ResolveSheet(order, 2 if known is None else known.price_decimals))
    return ""


def trail(desk: Desk, words: list[str]) -> str:
    """``trail 0.5%``, ``trail 50bp``, with a size after it: a stop at market that follows the price."""
    seen = desk.seen()
    if seen is None:
        return ""
    if not words:
        return f"trail how far behind? trail 0.5%, trail 50bp. {NOTHING}"
    match = _BEHIND.match(words[0])
    delta = None if match is None else Decimal(match[1]) * (HUNDRED if match[2] == "%" else 1)
    if delta is None or delta <= 0 or delta % 1:
        return f"{clean(words[0], 20)} is no distance to trail at: whole basis points, such as 50bp or 0.5%. {NOTHING}"
    desk.protector.put_trail(seen, int(delta), _part(words[1:], seen))
    return ""


ORDER_LINES: dict[str, Callable[[Desk, list[str]], str]] = {
    "move": move,
    "resize": resize,
    "cancel": cancel,
    "close": close,
    "flip": flip,
    "stop": stop,
    "tp": target,
    "oco": oco,
    "trail": trail,
    "resolve": resolve,
}


def order_line(desk: Desk, verb: str, words: list[str]) -> str | None:
    """Do what a line of this kind says: why it was refused, empty where it was done; None: it is of another kind."""
    do = ORDER_LINES.get(verb)
    if do is None:
        return None
    try:
        return do(desk, words)
    except NoTarget as problem:
        return str(problem)
    except (prices.NotAPrice, sizes.NotASize) as problem:
        return f"{problem}. {NOTHING}"
