"""What ``watch`` does and writes."""

from __future__ import annotations

from connectors.errors import WorkerGone
from connectors.model.book import BookTop
from connectors.model.candle import Candle, Interval
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from connectors.worker import api
from tui.cli import shapes, words
from tui.cli.client import Client
from tui.cli.market_answers import Body
from tui.cli.output import Json, complain, say_json

_WATCH = 1


def follow(kind: str, symbol: str, venue: str | None, count: int | None, interval: str | None) -> Body:
    """Follow every update.

    Args:
        kind: ``book``, ``trades`` or ``candles``.
        symbol: As typed.
        venue: Label, or None for the default.
        count: Lines to write; None: until interrupted.
        interval: Of candles.
    """
    every = None if interval is None else words.word(interval, Interval, "Interval", exactly=True)

    async def body(client: Client) -> None:
        connection = await client.use(venue)
        instrument = await client.instrument(connection, symbol)
        command = api.Watch(_WATCH, connection.account, instrument.symbol, api.PaneKind(kind), every)
        await client.ask(command, api.Done)
        written = 0
        async for push in client.link.events():
            if not isinstance(push, api.WatchPushed) or push.watch != _WATCH:
                continue
            if push.dropped:
                complain(f"{push.dropped} updates were dropped here: this reader is slower than the market.")
            line = _line(push.item)
            if line is None:
                continue
            say_json(line)
            written += 1
            if written == count:
                return
        raise WorkerGone("The connector worker stopped. Orders at the venues are untouched. Start the watch again.")

    return body


def _line(item: BookTop | Trade | Candle | Ticker | Gap) -> Json:
    """The item's JSON; None for a book that has nothing yet."""
    if isinstance(item, BookTop):
        return shapes.top(item) if item.update_id else None
    if isinstance(item, Trade):
        return shapes.trade(item)
    if isinstance(item, Candle):
        return shapes.candle(item)
    return shapes.gap(item) if isinstance(item, Gap) else None
