"""Binance's refusals as errors a trader can act on (facts §7): every code falls in one class, unknown ones too."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.errors import (
    ClockSkew,
    DuplicateOrder,
    InsufficientFunds,
    InvalidOrder,
    MarketClosed,
    OrderNotFound,
    Rejected,
    Retry,
    Throttled,
    TradedeskError,
    Unauthorised,
    Unavailable,
    Unknown,
    UnknownInstrument,
)
from connectors.venues.binance.constants import VENUE
from connectors.venues.binance.reports import clean

TOO_MANY, BANNED, SERVER_FAULT, FORBIDDEN, UNAUTHORISED = 429, 418, 500, 403, 401
CONFLICT = 409
"""Half of something happened (facts §4.5): without its ``data``, nobody knows which half."""

_DEFAULT_PAUSE_S = {TOO_MANY: 10, BANNED: 120}
_BANNED_UNTIL = re.compile(r"banned until (\d{13})")
_FILTER = re.compile(r"Filter failure: ([A-Z_]+)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the venue said, and of what."""

    status: int
    code: int
    text: str
    operation: str
    idempotent: bool
    retry_after_s: float | None = None
    data: bytes = b""
    """What stood beside code and text, as JSON."""

    @property
    def where(self) -> dict[str, str]:
        """The fields every error carries."""
        return {"venue": VENUE, "operation": self.operation, "code": str(self.code), "text": clean(self.text)}


class TwoOutcomes(Rejected):
    """A cancel-and-replace of which at least one half failed; ``data`` says what became of each (facts §4.5)."""

    data: bytes = b""


def error_of(refusal: Refusal) -> TradedeskError:
    """The error a refusal stands for."""
    if refusal.code in {-2021, -2022} and refusal.data:
        return _halved(refusal)
    if refusal.status in {TOO_MANY, BANNED} or refusal.code in {-1003, -1015}:
        return _throttled(refusal)
    make = _BY_CODE.get(refusal.code)
    if make is not None:
        return make(refusal)
    if refusal.status >= SERVER_FAULT or refusal.status == CONFLICT:
        return _lost(refusal)
    if refusal.status in {UNAUTHORISED, FORBIDDEN}:
        return _unauthorised(refusal)
    return _by_text(refusal)


def banned_until_ms(text: str) -> int | None:
    """The end of a ban that only the text names."""
    found = _BANNED_UNTIL.search(text)
    return int(found.group(1)) if found else None


def _halved(refusal: Refusal) -> TwoOutcomes:
    halves = TwoOutcomes("Binance did one half of the replacement at most.", **refusal.where)
    halves.data = refusal.data
    return halves


def _throttled(refusal: Refusal) -> TradedeskError:
    banned = refusal.status == BANNED
    wait_s = refusal.retry_after_s if refusal.retry_after_s is not None else _DEFAULT_PAUSE_S.get(refusal.status, 10)
    what = "too many new orders" if refusal.code == -1015 else "too many requests"  # noqa: PLR2004  # facts §7.1
    sentence = f"Binance counts {what} from here; nothing happened. Wait {max(1, round(wait_s))} s."
    if banned:
        sentence = f"Binance has closed its door to this address for {max(1, round(wait_s))} s; nothing happened."
    return Throttled(sentence, retry_after_s=wait_s, banned=banned, **refusal.where)


def _lost(refusal: Refusal) -> TradedeskError:
    if refusal.idempotent:
        return Retry("Binance could not answer; it may be asked again.", **refusal.where)
    return Unknown("Binance lost the answer; it may have happened. It is being looked up.", **refusal.where)


def _overloaded(refusal: Refusal) -> TradedeskError:
    if refusal.idempotent:
        return Retry("Binance is overloaded and did not take the request.", **refusal.where)
    return Unavailable(
        "Binance is overloaded and did not take the order. Send it again when it calms.", **refusal.where
    )


def _unauthorised(refusal: Refusal) -> TradedeskError:
    return Unauthorised(
        "Binance refuses this key: check that it is the right one for this mode, that it may trade, and that this "
        "address is on its list.",
        **refusal.where,
    )


def _bad_signature(refusal: Refusal) -> TradedeskError:
    return Unauthorised("Binance finds the signature wrong: the secret does not belong to this key.", **refusal.where)


def _clock(refusal: Refusal) -> TradedeskError:
    return ClockSkew(
        "Binance finds the time of the request wrong; nothing happened. The clock is being compared again.",
        **refusal.where,
    )


def _no_symbol(refusal: Refusal) -> TradedeskError:
    return UnknownInstrument("Binance has no such symbol. Look it up with `tradedesk instruments`.", **refusal.where)


def _no_order(refusal: Refusal) -> TradedeskError:
    return OrderNotFound("Binance knows no such order; it may be filled or cancelled already.", **refusal.where)


def _precision(refusal: Refusal) -> TradedeskError:
    return InvalidOrder("Price or size has more digits than Binance takes for this symbol.", **refusal.where)


def _order_rule(refusal: Refusal) -> TradedeskError:
    return InvalidOrder("Binance does not take this combination of order fields.", **refusal.where)


def _gone(refusal: Refusal) -> TradedeskError:
    return Unavailable("Binance has switched this service off.", **refusal.where)


_BY_CODE: Mapping[int, Callable[[Refusal], TradedeskError]] = {
    -1000: _lost,
    -1001: _lost,
    -1006: _lost,
    -1007: _lost,
    -1008: _overloaded,
    -1002: _unauthorised,
    -2014: _unauthorised,
    -2015: _unauthorised,
    -1022: _bad_signature,
    -1021: _clock,
    -1016: _gone,
    -1121: _no_symbol,
    -1220: _no_symbol,
    -2013: _no_order,
    -2026: _no_order,
    -1111: _precision,
    -1014: _order_rule,
    **dict.fromkeys((-1158, -1160, -1165, -1166, -1168, -1196, -1197, -1198, -1199), _order_rule),
    **dict.fromkeys((-1210, -1211, -1222, -1223, -1224, -1225), _order_rule),
}

_BY_WORDS: tuple[tuple[str, type[Rejected], str], ...] = (
    ("insufficient balance", InsufficientFunds, "The balance is too small for this order. Lower the size."),
    ("duplicate order", DuplicateOrder, "Binance already has an open order with this id; it is being looked up."),
    ("unknown order", OrderNotFound, "Binance knows no such open order; it may be filled or cancelled already."),
    ("market is closed", MarketClosed, "The market is closed for this symbol now."),
    ("immediately match and take", InvalidOrder, "A post-only order at this price would take. Move the price away."),
    ("would trigger immediately", InvalidOrder, "The trigger price is on the wrong side of the market."),
    ("zero or less", InvalidOrder, "Price times size is zero. Raise the size."),
    ("iceberg", InvalidOrder, "The visible part exceeds the order."),
    ("not supported for this symbol", InvalidOrder, "This symbol does not take such orders."),
    (
        "order book liquidity is less",
        InvalidOrder,
        "The book is too thin for this size. Lower it, or use a limit order.",
    ),
    ("relationship of the prices", InvalidOrder, "The prices of the two legs are the wrong way round."),
    ("change no state", InvalidOrder, "The amend would change nothing: the order has that quantity already."),
    ("quantity increase", InvalidOrder, "Binance only lowers a quantity in place. Replace the order to raise it."),
    ("cancel restrictions", Rejected, "The order was not cancelled: its state is not the one asked for."),
)

_FORBIDDEN_WORDS = (
    "not permitted for this account",
    "restricted for this account",
    "disabled on this account",
    "may not place or cancel",
    "trading is not enabled",
)


def _by_text(refusal: Refusal) -> TradedeskError:
    """Codes such as -1010, -1013, -2010 and -2011 say what they mean only in words."""
    text = refusal.text.lower()
    failed = _FILTER.search(refusal.text)
    if failed:
        name = failed.group(1)
        return InvalidOrder(
            f"Binance's filter {name} refuses this order. {_remedy(name)}", filter=name, **refusal.where
        )
    if any(words in text for words in _FORBIDDEN_WORDS):
        return Unauthorised("This account may not trade that way. Check its permissions at Binance.", **refusal.where)
    for words, kind, sentence in _BY_WORDS:
        if words in text:
            return kind(sentence, **refusal.where)
    return Rejected(f"Binance refused {refusal.operation}; nothing happened.", **refusal.where)


def _remedy(name: str) -> str:
    if name.startswith(("MAX_NUM", "EXCHANGE_MAX")):
        return "Too many orders are open: cancel one first."
    return {
        "PRICE_FILTER": "Put the price on the tick.",
        "LOT_SIZE": "Put the size on the lot step and within its bounds.",
        "MARKET_LOT_SIZE": "Put the size within the bounds for market orders.",
        "NOTIONAL": "Raise price times size above the minimum.",
        "MIN_NOTIONAL": "Raise price times size above the minimum.",
        "PERCENT_PRICE": "Move the price nearer to the market.",
        "PERCENT_PRICE_BY_SIDE": "Move the price nearer to the market.",
        "MAX_POSITION": "The position would grow too large: lower the size.",
    }.get(name, "Check the order against the symbol's rules.")
