"""The words of ``order place``, read: one order, two that cancel each other, or an entry with its exits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

import uuid6

from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.legality import PRICED, TIMED, TRIGGERED
from connectors.model.order import OrderType, SelfTradePrevention, Side, TimeInForce
from connectors.model.order_list import ListKind
from connectors.worker import api
from tui.cli import words
from tui.cli.exits import CommandFailed, Exit


class Kind(StrEnum):
    """Order types as they are typed."""

    LIMIT = "limit"
    MARKET = "market"
    POST_ONLY = "post-only"
    STOP = "stop"
    STOP_LIMIT = "stop-limit"
    TAKE_PROFIT = "take-profit"
    TAKE_PROFIT_LIMIT = "take-profit-limit"
    TRAILING = "trailing"


_TYPES = {
    Kind.LIMIT: OrderType.LIMIT,
    Kind.MARKET: OrderType.MARKET,
    Kind.POST_ONLY: OrderType.LIMIT_MAKER,
    Kind.STOP: OrderType.STOP_LOSS,
    Kind.STOP_LIMIT: OrderType.STOP_LOSS_LIMIT,
    Kind.TAKE_PROFIT: OrderType.TAKE_PROFIT,
    Kind.TAKE_PROFIT_LIMIT: OrderType.TAKE_PROFIT_LIMIT,
    Kind.TRAILING: OrderType.TRAILING,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    side: str
    size: str
    symbol: str
    price: str | None = None
    kind: str | None = None
    tif: str | None = None
    quote_size: bool = False
    venue: str | None = None
    arm: str | None = None
    trigger: str | None = None
    trailing_bp: int | None = None
    gtd: str | None = None
    iceberg: str | None = None
    stp: str | None = None
    post: bool = False
    oco: bool = False
    take_profit: str | None = None
    stop_loss: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was meant."""

    side: Side
    size: Decimal
    type: OrderType
    price: Decimal | None = None
    time_in_force: TimeInForce | None = None
    quote_sized: bool = False
    trigger_price: Decimal | None = None
    trailing_delta: int | None = None
    expire_time_ns: int | None = None
    iceberg: Decimal | None = None
    stp: SelfTradePrevention = SelfTradePrevention.VENUE_DEFAULT
    oco: bool = False
    take_profit: Decimal | None = None
    stop_loss: Decimal | None = None

    @property
    def listed(self) -> bool:
        """Whether it is a list."""
        return self.oco or self.take_profit is not None or self.stop_loss is not None


def read(asked: Asked) -> Wanted:
    """Read the words of an order; a missing price never becomes a market order.

    Raises:
        CommandFailed: A word does not fit, or the words do not fit together.
    """
    side = words.word(asked.side, Side, "Side")
    size = words.amount(asked.size, "Size")
    target, stop = _price(asked.take_profit, "Target"), _price(asked.stop_loss, "Stop")
    stp = SelfTradePrevention.VENUE_DEFAULT
    if asked.stp is not None:
        stp = words.word(asked.stp.replace("-", "_"), SelfTradePrevention, "Self-trade prevention")
    if asked.oco:
        return _oco(
            asked, Wanted(side, size, OrderType.LIMIT_MAKER, stp=stp, oco=True, take_profit=target, stop_loss=stop)
        )
    price, trigger = _price(asked.price, "Price"), _price(asked.trigger, "Trigger")
    kind = _kind(asked)
    _fits(asked, kind)
    wanted = Wanted(
        side,
        size,
        _TYPES[kind],
        price,
        _force(asked, kind),
        asked.quote_size,
        trigger,
        asked.trailing_bp,
        words.instant(asked.gtd, "Expiry"),
        None if asked.iceberg is None else words.amount(asked.iceberg, "Visible part"),
        stp,
        take_profit=target,
        stop_loss=stop,
    )
    if wanted.listed and kind not in {Kind.LIMIT, Kind.POST_ONLY}:
        raise _usage(f"Exits hang on a limit or post-only order, not on a {kind.value} order. Give --price.")
    return wanted


def _price(text: str | None, what: str) -> Decimal | None:
    return None if text is None else words.amount(text, what)


def _usage(sentence: str) -> CommandFailed:
    return CommandFailed(sentence, Exit.USAGE)


def _kind(asked: Asked) -> Kind:
    """The type that was named, or that the prices make plain."""
    if asked.kind is not None:
        kind = words.word(asked.kind, Kind, "Type")
        if asked.post and kind is not Kind.POST_ONLY:
            raise _usage(f"--post makes a post-only order, not a {kind.value} order. Leave one of them out.")
        return kind
    if asked.trailing_bp is not None:
        return Kind.TRAILING
    if asked.trigger is not None:
        return Kind.STOP if asked.price is None else Kind.STOP_LIMIT
    if asked.price is None:
        raise _usage("Neither --price nor --type market is given. Say one of them; nothing was sent.")
    return Kind.POST_ONLY if asked.post else Kind.LIMIT


def _fits(asked: Asked, kind: Kind) -> None:
    """See that the words fit together; the sentence names the option."""
    named, type_ = f"A {kind.value} order", _TYPES[kind]
    needs = (
        (asked.price, type_ in PRICED, "price", "--price"),
        (asked.trigger, type_ in TRIGGERED, "trigger", "--trigger"),
        (asked.trailing_bp, kind is Kind.TRAILING, "trail", "--trailing-bp"),
    )
    for given, needed, what, option in needs:
        if needed and given is None:
            raise _usage(f"{named} needs {option}. Nothing was sent.")
        may = needed or (kind is Kind.TRAILING and option == "--trigger")
        if not may and given is not None:
            raise _usage(f"{named} has no {what}. Leave out {option} or --type {kind.value}.")
    if asked.quote_size and kind is not Kind.MARKET:
        raise _usage("--quote-size is for market orders. Give the size in base units.")
    if (asked.tif is not None or asked.gtd is not None) and type_ not in TIMED:
        raise _usage(f"{named} has no time in force. Leave out {'--tif' if asked.tif else '--gtd'}.")


def _force(asked: Asked, kind: Kind) -> TimeInForce | None:
    force = TimeInForce.GTC if _TYPES[kind] in TIMED else None
    if asked.gtd is not None:
        force = TimeInForce.GTD
    if asked.tif is not None:
        named = words.word(asked.tif, TimeInForce, "Time in force")
        if (named is TimeInForce.GTD) is not (asked.gtd is not None):
            raise _usage("GTD needs --gtd with the time, and no other --tif. Nothing was sent.")
        force = named
    return force


def _oco(asked: Asked, wanted: Wanted) -> Wanted:
    if wanted.take_profit is None or wanted.stop_loss is None:
        raise _usage("--oco needs --take-profit and --stop-loss. Nothing was sent.")
    given = (asked.price, asked.kind, asked.tif, asked.trigger, asked.trailing_bp, asked.gtd, asked.iceberg)
    if asked.quote_size or asked.post or any(one is not None for one in given):
        raise _usage("An OCO is a size, --take-profit and --stop-loss. Leave the other options out.")
    return wanted


def single(wanted: Wanted, account: AccountId, instrument: InstrumentId) -> api.PlaceOrder:
    """The command for one order, with an identity of its own."""
    return api.PlaceOrder(
        order_id=OrderId(uuid6.uuid7()),
        account=account,
        instrument=instrument,
        side=wanted.side,
        type=wanted.type,
        quantity=None if wanted.quote_sized else wanted.size,
        quote_quantity=wanted.size if wanted.quote_sized else None,
        price=wanted.price,
        trigger_price=wanted.trigger_price,
        time_in_force=wanted.time_in_force,
        expire_time_ns=wanted.expire_time_ns,
        trailing_delta=wanted.trailing_delta,
        iceberg_quantity=wanted.iceberg,
        self_trade_prevention=wanted.stp,
    )


def hung_together(wanted: Wanted, account: AccountId, instrument: InstrumentId) -> api.PlaceList:
    """The command for a list: an OCO, or an entry with one exit (OTO) or two (OTOCO)."""
    entry = None if wanted.oco else single(wanted, account, instrument)
    side = wanted.side if wanted.oco else (Side.SELL if wanted.side is Side.BUY else Side.BUY)
    blank = Wanted(side, wanted.size, OrderType.LIMIT_MAKER, stp=wanted.stp)
    target = stop = None
    if wanted.take_profit is not None:
        target = single(replace(blank, price=wanted.take_profit), account, instrument)
    if wanted.stop_loss is not None:
        exit_ = replace(blank, type=OrderType.STOP_LOSS, trigger_price=wanted.stop_loss)
        stop = single(exit_, account, instrument)
    list_id = OrderId(uuid6.uuid7())
    if entry is None or (target is not None and stop is not None):
        kind = ListKind.OCO if entry is None else ListKind.OTOCO
        return api.PlaceList(kind, list_id, entry=entry, take_profit=target, stop_loss=stop)
    if target is not None:
        # Placed when the entry is filled, it may have to take: a post-only order would be refused then.
        target = replace(target, type=OrderType.LIMIT, time_in_force=TimeInForce.GTC)
    return api.PlaceList(ListKind.OTO, list_id, entry=entry, exit=target or stop)
