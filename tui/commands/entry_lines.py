"""Lines that open a position: ``buy 0.01 @ bid``, ``sell 50% mkt``. What is not understood whole sends nothing.

Only the word ``mkt`` makes a market order, a bare number is only ever a size in base units, and one unknown word
refuses the line. What it would send is shown while it is typed, and enter takes no other order than the one shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic import ValidationError

from connectors.model.order import OrderType, Side, TimeInForce
from tui.format import numbers
from tui.format.clean import clean
from tui.ticket import judge, prices, sizes
from tui.ticket.preview import preview
from tui.ticket.rules import floor_to, lot_step
from tui.ticket.seen import Seen
from tui.ticket.sentence import describe
from tui.ticket.ticket import Ticket, why

NOTHING = "Nothing was sent."
SIDES = {"buy": Side.BUY, "b": Side.BUY, "sell": Side.SELL, "s": Side.SELL}
DERIVATIVES = frozenset({"long", "short"})
_FORCES = {"gtc": TimeInForce.GTC, "ioc": TimeInForce.IOC, "fok": TimeInForce.FOK}
_LATER = {
    "risk": "Sizes by risk are not built yet: give the size, then :stop PRICE",
    "stop": "An attached stop is not built yet: :stop PRICE places one once this is filled",
    "tp": "An attached target is not built yet: :tp PRICE places one once this is filled",
    "gtd": "gtd by line is not built yet: tradedesk order place --gtd TIME has it",
    "day": "day by line is not built yet: tradedesk order place --gtd TIME has it",
}
_NUMBER = re.compile(r"^(\d[\d_]*)(\.\d+)?([km]?)$")
_SHARE = re.compile(r"^(\d+(?:\.\d+)?)%(bal|pos|eq)?$")
_POWERS = {"": Decimal(1), "k": Decimal(1000), "m": Decimal(1_000_000)}
_ALIKE = Decimal(2)
"""A bare size within this factor of the price is a price that was meant."""


class NotAnEntry(ValueError):
    """The line opens nothing; the sentence says which word is wrong and what is written instead."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a line may name beside the instrument on the screen."""

    label: str
    """The connection's name."""
    symbols: Sequence[str]
    slots: Mapping[int, sizes.Size]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line means, with every price and size worked out."""

    ticket: Ticket
    cursor: bool = False
    """The price came from the cursor."""
    reduces: bool = False


@dataclass(slots=True)
class _Words:
    """What is left of a line while it is read from left to right."""

    verb: str
    rest: list[str]

    def take(self) -> str:
        return self.rest.pop(0) if self.rest else ""

    def next_is(self, *words: str) -> bool:
        return bool(self.rest) and self.rest[0] in words


def is_entry(text: str) -> bool:
    """Whether a line begins like one of these."""
    return bool(text.split()) and text.split(maxsplit=1)[0].lower() in {*SIDES, *DERIVATIVES}


def read(text: str, seen: Seen, known: Known) -> Entry:
    """Read a line against what is painted.

    Raises:
        NotAnEntry: A word is missing, unknown, or does not fit.
        NotAPrice: A price is none.
        NotASize: A size is none.
    """
    words = _Words(*_split(text))
    if words.verb in DERIVATIVES:
        raise NotAnEntry(f"{words.verb} is for derivatives; {seen.instrument.symbol} is spot: buy, or sell")
    side = SIDES[words.verb]
    _no_later(words)
    _instrument(known, words, seen)
    typed = words.take()
    if not typed or typed in {"@", "mkt"}:
        raise NotAnEntry(f"how much? {words.verb} 0.01 @ bid, {words.verb} $500 mkt")
    if words.next_is(seen.instrument.base.lower(), seen.instrument.quote.lower()):
        typed += words.take()
    _instrument(known, words, seen)
    size = _size(known, typed, side, seen)
    _no_price_as_size(size, typed, words, seen)
    return _entry(words, side, size, seen)


def _split(text: str) -> tuple[str, list[str]]:
    """Verb and words; what stands after ``@`` may be written together or apart: ``@ bid - 2t``."""
    words = re.sub(r"@", " @ ", text.strip().lower()).split()
    joined: list[str] = []
    for word in words:
        signed = word[:1] in {"+", "-"} and joined[-1:] != ["@"]
        glued = "@" in joined and (signed or joined[-1][-1:] in {"+", "-"})
        if glued:
            joined[-1] += word
        else:
            joined.append(word)
    return joined[0], joined[1:]


def _no_later(words: _Words) -> None:
    for word in words.rest:
        told = _LATER.get("risk" if re.fullmatch(r"\d+(\.\d+)?r", word) else word)
        if told:
            raise NotAnEntry(told)


def _instrument(known: Known, words: _Words, seen: Seen) -> None:
    """A symbol, where one stands next: it must be the one on the screen, whose book was looked at."""
    word = words.rest[0].upper() if words.rest else ""
    if not re.fullmatch(r"[A-Z][A-Z0-9]{4,}", word):
        return
    if word not in known.symbols:
        near = sorted(name for name in known.symbols if name.startswith(word[:3]))[:3]
        has = f". It has {', '.join(near)}" if near else ""
        raise NotAnEntry(f"{clean(known.label)} has no {clean(word, 20)}{has}")
    if word != seen.instrument.symbol:
        raise NotAnEntry(f"{word} is not on the screen: w switches to it, then its book is what you see")
    words.take()


def _size(known: Known, typed: str, side: Side, seen: Seen) -> sizes.Size:
    base, quote = seen.instrument.base.lower(), seen.instrument.quote.lower()
    if typed == "all":
        if side is Side.BUY:
            raise NotAnEntry("buy all of what? buy 100%bal takes the whole free balance")
        return sizes.Size(Decimal(100), sizes.Unit.POSITION_SHARE)
    if typed.startswith("#"):
        slot = known.slots.get(int(typed[1:])) if typed[1:].isdecimal() else None
        if slot is None:
            raise NotAnEntry(f"{clean(typed, 20)} is no size slot. The size strip shows them; z fills one")
        return slot
    share = _SHARE.match(typed)
    if share is not None:
        return _share(Decimal(share[1]), share[2] or ("bal" if side is Side.BUY else "pos"), seen)
    if typed.endswith(quote) and typed != quote:
        return replace(sizes.read(_plain(typed.removesuffix(quote))), unit=sizes.Unit.QUOTE)
    if typed.startswith("$"):
        return replace(sizes.read(_plain(typed[1:])), unit=sizes.Unit.QUOTE)
    return sizes.read(_plain(typed.removesuffix(base)))


def _share(percent: Decimal, of: str, seen: Seen) -> sizes.Size:
    if not 0 < percent <= 100:  # noqa: PLR2004  # per cent
        raise NotAnEntry(f"{numbers.exact(percent)} % is no share: above 0, up to 100")
    if of == "eq":
        if seen.equity is None:
            raise NotAnEntry("the equity is not known now")
        return sizes.Size(seen.equity * percent / 100, sizes.Unit.QUOTE)
    return sizes.Size(percent, sizes.Unit.FREE_SHARE if of == "bal" else sizes.Unit.POSITION_SHARE)


def _plain(text: str) -> str:
    """``1_500`` and ``1.5k`` as plain digits; anything else as it is, for `sizes.read` to refuse."""
    match = _NUMBER.match(text)
    if match is None and "," not in text:
        raise sizes.NotASize(f"{clean(text, 20) or 'nothing'} is no size. Write 0.01, $500, 10%bal or 50%pos")
    if match is None:
        return text
    value = Decimal(match[1].replace("_", "") + (match[2] or "")) * _POWERS[match[3]]
    return numbers.typed(value)


def _no_price_as_size(size: sizes.Size, typed: str, words: _Words, seen: Seen) -> None:
    mid = seen.mid
    if size.unit is not sizes.Unit.BASE or mid is None or not mid / _ALIKE < size.amount < mid * _ALIKE:
        return
    shown = numbers.exact(size.amount)
    raise NotAnEntry(f"{shown} is a price, not a size. Did you mean {words.verb} SIZE @ {clean(typed, 20)} ?")


def _entry(words: _Words, side: Side, size: sizes.Size, seen: Seen) -> Entry:
    how = words.take()
    if how not in {"@", "mkt"}:
        said = f"unknown word {clean(how, 20)}" if how else "at what price? Add @ PRICE, or mkt"
        raise NotAnEntry(said)
    typed = words.take() if how == "@" else ""
    if how == "@" and not typed:
        raise NotAnEntry("at what price? @ 61800, @ bid, @ ask-2t")
    price = prices.read(_plain(typed) if _NUMBER.match(typed) else typed, seen, side) if typed else None
    kind, force = OrderType.LIMIT if typed else OrderType.MARKET, None
    if not typed and words.next_is("cap"):
        words.take()
        price, kind, force = _cap(words.take(), side, seen), OrderType.LIMIT, TimeInForce.IOC
    post, reduces = False, False
    while words.rest:
        flag = words.take()
        if flag in _FORCES and typed:
            force = _FORCES[flag]
        elif flag == "post" and typed:
            post = True
        elif flag == "reduce":
            reduces = True
        else:
            raise NotAnEntry(f"{clean(flag, 20)} does not belong here. After the price: post, ioc, fok, gtc, reduce")
    if post and force not in {None, TimeInForce.GTC}:
        raise NotAnEntry(f"post rests and {force} does not: take one of them")
    kind, force = (OrderType.LIMIT_MAKER, None) if post else (kind, force)
    if kind not in seen.instrument.order_types or (force or TimeInForce.GTC) not in seen.instrument.times_in_force:
        raise NotAnEntry(f"{seen.instrument.symbol} takes no {force or ('post-only' if post else kind.value)} order")
    quantity = _quantity(size, side, kind, price, seen)
    if reduces:
        _see_that_it_reduces(side, quantity, seen)
    try:
        ticket = Ticket(side=side, type=kind, quantity=quantity, price=price, time_in_force=force, reduce_only=reduces)
    except ValidationError as problem:
        raise NotAnEntry(why(problem).rstrip(".")) from None
    return Entry(ticket, cursor=typed.startswith("cursor"), reduces=reduces)


def _cap(distance: str, side: Side, seen: Seen) -> Decimal:
    """The worst price of a market order that is capped: so far through the touch, and never worse."""
    met = seen.opposite(side)
    if met is None:
        raise NotAnEntry("the other side of the book is not known now")
    if not distance or distance[0] in "+-":
        raise NotAnEntry("cap by how much? mkt cap 5bp")
    sign = "+" if side is Side.BUY else "-"
    return prices.shifted(met, f"{sign}{distance}", seen, side)


def _quantity(size: sizes.Size, side: Side, kind: OrderType, price: Decimal | None, seen: Seen) -> Decimal:
    unit = price if price is not None else seen.opposite(side)
    found = sizes.resolve(size, seen.instrument, kind, price=unit, free=seen.free_quote, position=seen.position)
    if found is None:
        raise NotAnEntry(f"{size} is nothing here: no balance or price is known")
    lots = floor_to(found, lot_step(seen.instrument, kind))
    if lots <= 0:
        flat = size.unit is sizes.Unit.POSITION_SHARE and not seen.position
        raise NotAnEntry(f"{size} is nothing here: {'there is no position' if flat else 'it is less than one lot'}")
    return lots


def _see_that_it_reduces(side: Side, quantity: Decimal, seen: Seen) -> None:
    held = seen.position
    if held * side.sign >= 0:
        raise NotAnEntry(f"reduce: {'nothing is held' if not held else f'{side} adds to what is held'}")
    if quantity > abs(held):
        raise NotAnEntry(f"reduce: {numbers.exact(quantity)} is more than the {numbers.exact(abs(held))} held")


def shown(entry: Entry, seen: Seen) -> tuple[str, bool]:
    """What enter would do, for the message line; and whether it would be refused."""
    ticket = entry.ticket
    words = describe(ticket, seen.instrument)
    refusal = judge.state_refusal(ticket, seen, reduces=entry.reduces)
    if not refusal and ticket.takes_book_price:
        refusal = judge.book_refusal(seen, cursor=entry.cursor)
    refusal = refusal or judge.number_refusal(ticket, seen, reduces=entry.reduces)
    if refusal:
        return f"refused: {refusal}", True
    lines = dict(preview(ticket, seen).lines)
    fee = next(text for name, text in lines.items() if name.startswith("fee")).split("  ")[0]
    level = judge.reducing_class(seen) if entry.reduces else judge.klass(ticket, seen)
    asks = ("", " · asks once more", " · asks in a dialog")[level]
    return f"{words} · {lines['notional']}{asks} · fee {fee} · {lines['slippage']} · → {lines['position']}", False
