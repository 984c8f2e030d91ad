"""What the two strips under the market say, worked out from store, market and hand. Pure but for what it reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.model.connection import LinkState
from connectors.model.order import OrderType, Side
from connectors.model.risk import LimitName
from connectors.worker.api import TradingState
from tui.format import numbers, words
from tui.session import Condition, Phase
from tui.ticket import judge, sizes
from tui.ticket.daily import day_loss, day_pnl
from tui.ticket.preview import FEE, position_after, queue_ahead, takes
from tui.ticket.seen import Seen
from tui.ticket.sentence import size_text
from tui.ticket.ticket import Ticket
from tui.widgets.strips import SizeFacts, StripFacts

if TYPE_CHECKING:
    from tui.desk import Desk

_DOWN = frozenset({LinkState.DOWN, LinkState.RECONNECTING, LinkState.REFUSED})


def banner(desk: Desk) -> tuple[str, ...]:
    """What is gone, in the exact words, from the fullest wording to the shortest; empty when nothing is."""
    condition, store, market = desk.session.condition, desk.store, desk.market
    if condition.lost:
        return worker_lost(condition)
    status = None if market.account is None else store.statuses.get(market.account)
    if condition.exchange_gone:
        return exchange_lost(condition)
    if status is None or status.state not in _DOWN:
        return (market.trouble,) if market.trouble else ()
    return words.disconnected(
        words.Gone(
            label=market.label,
            since_ns=status.since_ns or status.time_ns,
            now_ns=desk.clock.time_ns(),
            working=len(store.working(market.account)),
            reason=status.reason,
            next_try_ns=status.next_try_ns,
            attempt=status.attempt,
        )
    )


def worker_lost(condition: Condition) -> tuple[str, ...]:
    """That nobody answers for what is shown; empty while the worker does. Every screen says it."""
    if condition.phase is Phase.GONE:
        if not condition.sentence or "worker stopped" in condition.sentence:
            return (words.WORKER_GONE,)
        return (f"{condition.sentence} r tries again.",)
    return (condition.sentence,) if condition.lost and condition.sentence else ()


def exchange_lost(condition: Condition) -> tuple[str, ...]:
    """That the embedded exchange is gone; empty while it lives, or where none is wanted."""
    said = condition.exchange_gone
    return (said if " r " in said else f"{said} r starts it again.",) if said else ()


def strip_facts(desk: Desk) -> StripFacts:
    """The position strip."""
    store, market = desk.store, desk.market
    instrument, account = market.instrument, market.account
    gone = banner(desk)
    if instrument is None or account is None:
        return StripFacts(banner=gone)
    position = store.position(account, instrument.id)
    mark = store.mark(instrument.id)
    balance = store.balances.get((account, instrument.quote))
    open_gain = position.unrealised(mark) if mark is not None else None
    risk = store.risk.get(account)
    day = None if open_gain is None else position.realised + open_gain
    if risk is not None and risk.day_began_ns:
        day = day_pnl(risk)
    return StripFacts(
        base=instrument.base,
        quote=instrument.quote,
        price_decimals=instrument.price_decimals,
        position=position,
        mark=mark,
        day=day,
        free=None if balance is None else balance.free,
        locked=None if balance is None else balance.locked,
        day_loss=None if risk is None else day_loss(risk),
        day_limit=None if risk is None else risk.loss_limit,
        shut=store.locked(account) is not None,
        position_limit=store.bound(account, LimitName.POSITION_VALUE),
        banner=gone,
    )


def size_facts(desk: Desk) -> SizeFacts:
    """The size strip: slots, cursor, and what ``b`` and ``s`` would do now."""
    market, trader = desk.market, desk.trader
    instrument = market.instrument
    if instrument is None:
        return SizeFacts()
    slots = trader.slots.of(instrument.symbol)
    settled = trader.slots.settled(instrument.symbol)
    texts = tuple(
        slots[number].shown(instrument) if settled or slots[number].unit is not sizes.Unit.BASE else numbers.NONE
        for number in sorted(slots)
    )
    seen = desk.seen(quiet=True)
    if seen is None or seen.cursor is None:
        return SizeFacts(texts, trader.slots.number)
    seen = replace(seen, cursor_drifted=False)  # that was of the newest key; here stands what the next one does
    cursor = numbers.price(seen.cursor, instrument.price_decimals)
    buy, sell = (_ticket(desk, seen, side) for side in (Side.BUY, Side.SELL))
    if buy is None or sell is None:
        return SizeFacts(texts, trader.slots.number, cursor, ("size is nothing here",), (), warn=True)
    return SizeFacts(texts, trader.slots.number, cursor, *_previews(seen, buy, sell))


def _ticket(desk: Desk, seen: Seen, side: Side) -> Ticket | None:
    """The limit order a bare key would make; silent where there is none."""
    size = desk.trader.slots.in_use(seen.instrument.symbol)
    if size is None or seen.cursor is None:
        return None
    quantity = sizes.resolve(
        size, seen.instrument, OrderType.LIMIT, price=seen.cursor, free=seen.free_quote, position=seen.position
    )
    if quantity is None or quantity <= 0:
        return None
    return Ticket(side=side, type=OrderType.LIMIT, quantity=quantity, price=seen.cursor)


def _previews(seen: Seen, buy: Ticket, sell: Ticket) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Preview, aside and warning: what ``b`` would send, else why not."""
    if seen.trading is TradingState.HALTED:
        return ("HALTED: b and s are refused",), (), True
    if seen.locked:
        return ("LOCKED: b and s pass only where they reduce", "LOCKED: only reducing"), (), True
    refusal = judge.book_refusal(seen, cursor=True)
    if refusal:
        return (refusal, refusal.partition(". ")[0], "price keys wait"), (), True
    amount, quote = judge.notional(buy, seen), seen.instrument.quote
    cost, fee = numbers.money(amount), numbers.money(None if amount is None else amount * FEE)
    queue = queue_ahead(buy, seen)
    ahead = "" if queue is None else f"queue ~{numbers.short(queue, 6, 3)}"
    meets = "takes" if takes(buy, seen) else "rests"
    size = size_text(buy.quantity, seen.instrument) if buy.quantity is not None else ""
    after = position_after(buy, seen)
    full = f"b BUY {size} = {cost} {quote}, fee {fee}, {meets}{', ' + ahead if ahead else ''} → {after}"
    middle = f"b BUY {cost} fee {fee} → {after}   {ahead}".rstrip()
    short = f"b BUY {cost} fee {fee}  {ahead}".rstrip()
    selling = judge.klass(sell, seen)
    aside = ("", "s SELL: staged", "s SELL: asks in a dialog")[selling]
    if judge.crosses(sell, seen):
        aside = "s SELL crosses: staged" if selling == 1 else "s SELL crosses: asks"
    warn = words.SETTLING in refusal
    return (full, middle, short, f"b BUY {cost}"), (aside,) if aside else (), warn
