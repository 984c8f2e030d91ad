"""ticker, book, candles, trades, instruments: public data, asked once."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli.options import AsJson, Symbol, Venue

_Limit = Annotated[int, typer.Option("--limit", help="How many, newest ones.")]


def ticker(symbol: Symbol, venue: Venue = None, as_json: AsJson = False) -> None:
    """24-hour statistics and the touch."""
    from tui.cli import market_answers, run

    run.run("ticker", market_answers.ticker(symbol, venue, as_json=as_json))


def book(
    symbol: Symbol,
    venue: Venue = None,
    levels: Annotated[int, typer.Option("--levels", help="Levels a side, at most 200.")] = 10,
    as_json: AsJson = False,
) -> None:
    """The order book, best levels in the middle."""
    from tui.cli import market_answers, run

    run.run("book", market_answers.book(symbol, venue, levels, as_json=as_json))


def candles(
    symbol: Symbol,
    venue: Venue = None,
    interval: Annotated[str, typer.Option("--interval", help="1s 1m 3m 5m 15m 30m 1h … 1d 1w 1M.")] = "1m",
    limit: _Limit = 20,
    start: Annotated[str | None, typer.Option("--start", help="From this time on, ISO 8601, UTC.")] = None,
    end: Annotated[str | None, typer.Option("--end", help="Up to this time, ISO 8601, UTC.")] = None,
    as_json: AsJson = False,
) -> None:
    """Candles, oldest first."""
    from tui.cli import market_answers, run

    asked = market_answers.candles(symbol, venue, interval, (start, end), limit, as_json=as_json)
    run.run("candles", asked)


def trades(symbol: Symbol, venue: Venue = None, limit: _Limit = 20, as_json: AsJson = False) -> None:
    """Public trades, oldest first; the side is the taker's."""
    from tui.cli import market_answers, run

    run.run("trades", market_answers.trades(symbol, venue, limit, as_json=as_json))


def instruments(
    symbol: Annotated[str | None, typer.Argument(help="Only this one.", show_default=False)] = None,
    venue: Venue = None,
    as_json: AsJson = False,
) -> None:
    """What a venue trades, and on which grid."""
    from tui.cli import market_answers, run

    run.run("instruments", market_answers.instruments(symbol, venue, as_json=as_json))
