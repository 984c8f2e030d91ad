"""What the market commands do and write."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from connectors.model.book import BookView
from connectors.model.candle import Interval
from connectors.model.connection import Connection
from connectors.model.instrument import Instrument
from connectors.model.ticker import Ticker
from connectors.worker import api
from tui.cli import shapes, words
from tui.cli.client import Client
from tui.cli.output import pairs, say, say_json, table
from tui.format import numbers
from tui.format.clean import clean
from tui.format.times import clock_ms, date

Body = Callable[[Client], Coroutine[Any, Any, None]]

_MOST_LEVELS = 200
_MOST_TRADES = 1_000
_MOST_CANDLES = 20_000


def ticker(symbol: str, venue: str | None, *, as_json: bool) -> Body:
    """24-hour statistics."""

    async def body(client: Client) -> None:
        connection, instrument = await _place(client, venue, symbol)
        found = await client.ask(api.GetTicker(connection.account, instrument.symbol), Ticker)
        if as_json:
            say_json(shapes.ticker(connection.label, found))
            return
        prices, sizes = instrument.price_decimals, instrument.size_decimals
        say(
            pairs(
                [
                    (clean(f"{instrument.symbol}"), f"{connection.label} {connection.mode.value.upper()}"),
                    ("last", f"{numbers.price(found.last, prices)} {instrument.quote}"),
                    ("bid", f"{numbers.price(found.bid, prices)} {instrument.quote}"),
                    ("ask", f"{numbers.price(found.ask, prices)} {instrument.quote}"),
                    (
                        "24 h change",
                        f"{numbers.signed(found.change, prices)} {instrument.quote}"
                        f"  {numbers.percent(found.change_percent)}",
                    ),
                    ("24 h high", f"{numbers.price(found.high, prices)} {instrument.quote}"),
                    ("24 h low", f"{numbers.price(found.low, prices)} {instrument.quote}"),
                    (
                        "24 h volume",
                        f"{numbers.fixed(found.volume, sizes)} {instrument.base}"
                        f"  {numbers.fixed(found.quote_volume, 0)} {instrument.quote}",
                    ),
                ]
            )
        )

    return body


def book(symbol: str, venue: str | None, levels: int, *, as_json: bool) -> Body:
    """The local book."""
    words.count(levels, "--levels", most=_MOST_LEVELS)

    async def body(client: Client) -> None:
        connection, instrument = await _place(client, venue, symbol)
        view = await client.ask(api.GetBook(connection.account, instrument.symbol, levels), BookView)
        if as_json:
            say_json(shapes.book(connection.label, view))
            return
        prices, sizes = instrument.price_decimals, instrument.size_decimals
        asks = [("ask", level) for level in reversed(view.asks[:levels])]
        bids = [("bid", level) for level in view.bids[:levels]]
        rows = [
            (side, numbers.price(level.price, prices), numbers.fixed(level.size, sizes)) for side, level in asks + bids
        ]
        say(table(["", f">price {instrument.quote}", f">size {instrument.base}"], rows))
        say(f"{view.state.value}  update {view.update_id}")

    return body


def candles(
    symbol: str, venue: str | None, interval: str, span: tuple[str | None, str | None], limit: int, *, as_json: bool
) -> Body:
    """Candles, oldest first."""
    kind = words.word(interval, Interval, "Interval", exactly=True)
    start_ns, end_ns = words.instant(span[0], "--start"), words.instant(span[1], "--end")
    words.count(limit, "--limit", most=_MOST_CANDLES)

    async def body(client: Client) -> None:
        connection, instrument = await _place(client, venue, symbol)
        asked = api.GetCandles(connection.account, instrument.symbol, kind, start_ns, end_ns, limit)
        found = (await client.ask(asked, api.Candles)).candles
        if as_json:
            say_json([shapes.candle(one) for one in found])
            return
        prices, sizes = instrument.price_decimals, instrument.size_decimals
        rows = [
            (
                f"{date(one.open_ns)} {clock_ms(one.open_ns)[:8]}",
                *(numbers.price(value, prices) for value in (one.open, one.high, one.low, one.close)),
                numbers.fixed(one.volume, sizes),
                "" if one.closed else "open",
            )
            for one in found
        ]
        quote, base = instrument.quote, instrument.base
        say(table(["opens UTC", f">open {quote}", ">high", ">low", ">close", f">volume {base}", ""], rows))

    return body


def trades(symbol: str, venue: str | None, limit: int, *, as_json: bool) -> Body:
    """Public trades."""
    words.count(limit, "--limit", most=_MOST_TRADES)

    async def body(client: Client) -> None:
        connection, instrument = await _place(client, venue, symbol)
        found = (await client.ask(api.GetTrades(connection.account, instrument.symbol, limit), api.Trades)).trades
        if as_json:
            say_json([shapes.trade(one) for one in found])
            return
        prices, sizes = instrument.price_decimals, instrument.size_decimals
        rows = [
            (
                clock_ms(one.time_ns),
                one.aggressor.value,
                numbers.price(one.price, prices),
                numbers.fixed(one.quantity, sizes),
            )
            for one in found
        ]
        say(table(["time UTC", "side", f">price {instrument.quote}", f">size {instrument.base}"], rows))

    return body


def instruments(symbol: str | None, venue: str | None, *, as_json: bool) -> Body:
    """What the venue trades."""

    async def body(client: Client) -> None:
        connection = await client.use(venue)
        if symbol is not None:
            found: tuple[Instrument, ...] = (await client.instrument(connection, symbol),)
        else:
            found = (await client.ask(api.GetInstruments(connection.account), api.Instruments)).instruments
        if as_json:
            say_json([shapes.instrument(one) for one in found])
            return
        rows = [
            (
                clean(one.symbol),
                clean(one.base),
                clean(one.quote),
                numbers.exact(one.filters.tick_size),
                numbers.exact(one.filters.step_size),
                numbers.exact(one.filters.min_notional),
                one.status.value,
            )
            for one in found
        ]
        say(table(["symbol", "base", "quote", ">tick (quote)", ">step (base)", ">least (quote)", "status"], rows))

    return body


async def _place(client: Client, venue: str | None, symbol: str) -> tuple[Connection, Instrument]:
    connection = await client.use(venue)
    return connection, await client.instrument(connection, symbol)
