"""From the screen to `Seen`: what was painted, gathered at the press of a key."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.model.connection import LinkState
from connectors.model.ids import AccountId, InstrumentId
from connectors.model.risk import LimitName
from connectors.worker.api import TradingState
from tui.format import words
from tui.format.clean import clean
from tui.session import Phase
from tui.ticket.daily import locked_words
from tui.ticket.seen import ORDER_SHARE, Seen

if TYPE_CHECKING:
    from tui.desk import Desk


def look(desk: Desk) -> Seen | None:
    """What the market screen shows now; None while there is no instrument."""
    market = desk.market
    instrument, account = market.instrument, market.account
    if instrument is None or account is None:
        return None
    store, ladder = desk.store, desk.floor.ladder
    frame = ladder.painted_frame
    position = store.position(account, instrument.id)
    connection = market.connection
    return Seen(
        account=account,
        label=market.label,
        mode=market.mode,
        instrument=instrument,
        now_ns=desk.clock.time_ns(),
        book=market.painted(frame),
        newest=market.newest,
        behind_ns=market.behind_ns(frame),
        last=ladder.model.last_trade.price if ladder.model.last_trade is not None else None,
        cursor=ladder.cursor_price,
        cursor_visible=ladder.cursor_visible,
        cursor_drifted=ladder.drifted_at_key,
        trading=store.trading,
        trading_words=halt_words(desk),
        locked=locked_words(store.locked(account)),
        order_share=order_share(desk, account),
        armed=desk.trader.armed,
        keyed=connection is not None and connection.keyed,
        unable=unable(desk),
        position=position.quantity,
        average=position.average_entry,
        free_base=store.free(account, instrument.base),
        free_quote=store.free(account, instrument.quote),
        equity=equity_of(desk, account, instrument.quote),
    )


def look_over(desk: Desk, account: AccountId, instrument_id: InstrumentId) -> Seen | None:
    """What is known of an instrument, looked at from any screen; None while its instruments are not known.

    On the market screen that is what is painted there. Elsewhere the newest book of the instrument under the hand is
    what the line above the keys shows, and of another instrument no book is there.
    """
    here = account == desk.market.account and instrument_id == desk.market.instrument_id
    if here and desk.rooms.base is desk.floor:
        return look(desk)
    store = desk.store
    instrument, connection = store.instrument_of(account, instrument_id), store.connections.get(account)
    if instrument is None or connection is None:
        return None
    position = store.position(account, instrument_id)
    book = desk.market.newest if here else None
    return Seen(
        account=account,
        label=connection.label,
        mode=connection.mode,
        instrument=instrument,
        now_ns=desk.clock.time_ns(),
        book=book,
        newest=book,
        trading=store.trading,
        trading_words=halt_words(desk),
        locked=locked_words(store.locked(position.account)),
        order_share=order_share(desk, position.account),
        armed=desk.trader.armed,
        keyed=connection.keyed,
        unable=unable(desk),
        position=position.quantity,
        average=position.average_entry,
        free_base=store.free(account, instrument.base),
        free_quote=store.free(account, instrument.quote),
        equity=equity_of(desk, account, instrument.quote),
    )


def halt_words(desk: Desk) -> str:
    """The sentence of a halt; empty while trading is ACTIVE."""
    store = desk.store
    if store.trading is TradingState.ACTIVE:
        return ""
    if store.trading is TradingState.REDUCING:
        return words.REDUCING
    return words.halted_refusal(store.trading_since_ns, store.trading_reason or "by you")


def equity_of(desk: Desk, account: AccountId, quote: str) -> Decimal | None:
    """What the account is worth: as the worker counts it, by which it refuses; else as far as this desk can tell."""
    risk = desk.store.risk.get(account)
    if risk is not None and risk.equity is not None and risk.currency == quote:
        return risk.equity
    return desk.store.equity(account, quote)


def order_share(desk: Desk, account: AccountId) -> Decimal | None:
    """The worker's limit on one order; its default until the worker has told it."""
    if account not in desk.store.risk:
        return ORDER_SHARE
    return desk.store.bound(account, LimitName.ORDER_VALUE)


def unable(desk: Desk) -> str:
    """Why no order can leave at all; empty when one can."""
    condition, market = desk.session.condition, desk.market
    if condition.phase is Phase.GONE:
        return words.WORKER_GONE
    if condition.phase is not Phase.JOINED:
        return condition.sentence or "The connector worker is starting."
    if condition.exchange_gone and market.connection is not None and market.connection.embedded:
        return condition.exchange_gone
    status = None if market.account is None else desk.store.statuses.get(market.account)
    if status is None or status.trading:
        return ""
    if status.state in {LinkState.LIVE, LinkState.SLOW}:
        return f"{market.label} is connected and not yet reconciled."
    why = f" ({clean(status.reason).rstrip('.')})" if status.reason else ""
    return f"{market.label} is {status.state}{why}."
