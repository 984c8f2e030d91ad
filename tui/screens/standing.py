"""What row 1 and the message line say, worked out from store, session and hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.model.book import BookState
from connectors.model.order import OrderStatus
from connectors.worker.api import TradingState
from tui.format import words
from tui.messages.teller import Tone
from tui.ticket.daily import day_loss
from tui.widgets.rows import MessageKind, MessageText
from tui.widgets.status import DeskStatus

if TYPE_CHECKING:
    from tui.desk import Desk


_KINDS = {
    Tone.PLAIN: MessageKind.PLAIN,
    Tone.GOOD: MessageKind.DONE,
    Tone.WARN: MessageKind.WARN,
    Tone.DANGER: MessageKind.REFUSED,
}


def message_of(desk: Desk) -> MessageText:
    """The message line: a question first, then a prefix's choices, then the last message."""
    question, standing = desk.hand.asker.open, desk.teller.standing
    if question is not None:
        return MessageText(question.sentence, MessageKind.STAGED)
    if desk.hand.prefix:
        return MessageText(desk.keyboard.choices)
    if desk.asking.written.told is not None:
        return desk.asking.written.told
    base = desk.rooms.base
    if base is not None and base.line_words and (standing is None or not standing.sticky):
        return MessageText(base.line_words)
    if standing is None:
        return MessageText("")
    return MessageText(standing.text, _KINDS[standing.tone], times=standing.count)


def status_of(desk: Desk) -> DeskStatus:
    """Row 1."""
    store, market = desk.store, desk.market
    working = store.working()
    unknown = [order for order in working if order.status is OrderStatus.UNKNOWN]
    lost = desk.session.condition.lost
    book = market.newest
    return DeskStatus(
        mode=market.mode,
        label=market.label,
        symbol=market.symbol,
        connection=None if lost or market.account is None else store.statuses.get(market.account),
        trading=store.trading,
        trading_words=halted_title(desk),
        locked=store.locked(market.account) is not None,
        armed=desk.trader.armed,
        working=len(working) - len(unknown),
        unknown=len(unknown),
        alerts=len(store.unacknowledged),
        known=not lost,
        keyed=market.connection is None or market.connection.keyed,
        stale=book is not None and book.state is BookState.STALE,
    )


def halted_title(desk: Desk) -> str:
    """A halt in few words: ``HALTED by you 14:20:11``; empty while new orders pass."""
    store = desk.store
    if store.trading is TradingState.HALTED:
        return words.halted_title(store.trading_reason, store.trading_since_ns)
    locked = store.locked(desk.market.account)
    if locked is not None:
        return words.locked_title(day_loss(locked))
    if store.trading is TradingState.REDUCING:
        return words.reducing_title(store.trading_reason, store.trading_since_ns)
    return ""
