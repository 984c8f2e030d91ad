"""watch: one JSON line per applied update, until it is interrupted or enough."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli.options import Symbol, Venue

app = typer.Typer(
    help="One JSON line per update, until ^C or --count. What had to be dropped is counted on standard error.",
)

_Count = Annotated[int | None, typer.Option("--count", min=1, help="Stop after so many lines.", show_default=False)]


@app.command()
def book(symbol: Symbol, venue: Venue = None, count: _Count = None) -> None:
    """The touch after each applied update: update_id bid_price bid_size ask_price ask_size state."""
    _watch("book", symbol, venue, count, None)


@app.command()
def trades(symbol: Symbol, venue: Venue = None, count: _Count = None) -> None:
    """Public trades: trade_id price size side time; a hole in the stream: gap from to."""
    _watch("trades", symbol, venue, count, None)


@app.command()
def candles(
    symbol: Symbol,
    venue: Venue = None,
    interval: Annotated[str, typer.Option("--interval", help="1s 1m 3m 5m 15m 30m 1h … 1d 1w 1M.")] = "1m",
    count: _Count = None,
) -> None:
    """The candle in progress and its close: time interval open high low close volume quote_volume trades closed."""
    _watch("candles", symbol, venue, count, interval)


def _watch(kind: str, symbol: str, venue: str | None, count: int | None, interval: str | None) -> None:
    from tui.cli import run, watch_lines

    run.run(f"watch {kind}", watch_lines.follow(kind, symbol, venue, count, interval))
