"""balances, positions, orders, fills, stats: what the account has and did."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli.options import AsJson, Venue

_Limit = Annotated[int, typer.Option("--limit", help="How many, newest ones.")]
_Instrument = Annotated[
    str | None,
    typer.Option("--instrument", metavar="SYMBOL", help="Only those of one instrument.", show_default=False),
]
_Since = Annotated[str | None, typer.Option("--since", help="Only later ones, such as 2030-01-02.", show_default=False)]


def balances(venue: Venue = None, as_json: AsJson = False) -> None:
    """Balances as the venue states them now, and what of them came from elsewhere."""
    from tui.cli import account_answers, run

    run.run("balances", account_answers.balances(venue, as_json=as_json))


def positions(
    venue: Venue = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            help="Add up by instrument, asset or venue, in --currency, and never over two modes.",
            show_default=False,
        ),
    ] = None,
    currency: Annotated[str, typer.Option("--currency", help="What sums are in.")] = "USDT",
    as_json: AsJson = False,
) -> None:
    """Positions from fills, valued at the last price."""
    from tui.cli import account_answers, ledger_answers, run

    if by is not None:
        run.run("positions", ledger_answers.totals(by, currency, as_json=as_json))
        return
    run.run("positions", account_answers.positions(venue, as_json=as_json))


def orders(
    venue: Venue = None,
    working: Annotated[bool, typer.Option("--working", help="Only those the venue holds, or may hold.")] = False,
    unknown: Annotated[bool, typer.Option("--unknown", help="Only those nobody knows the state of.")] = False,
    done: Annotated[bool, typer.Option("--done", help="Only those that are over.")] = False,
    instrument: _Instrument = None,
    limit: _Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Orders, newest first."""
    from tui.cli import account_answers, run

    asked = account_answers.Listed(venue, instrument, limit, working=working, unknown=unknown, done=done)
    run.run("orders", account_answers.orders(asked, as_json=as_json))


def fills(
    venue: Venue = None,
    instrument: _Instrument = None,
    since: _Since = None,
    limit: _Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Own executions, newest first."""
    from tui.cli import account_answers, run

    run.run("fills", account_answers.fills(venue, instrument, since, limit, as_json=as_json))


def stats(
    by: Annotated[str, typer.Option("--by", help="day or instrument.")] = "day",
    venue: Annotated[
        str | None, typer.Option("--venue", metavar="LABEL", help="Only of one connection.", show_default=False)
    ] = None,
    since: _Since = None,
    as_json: AsJson = False,
) -> None:
    """How well orders were executed: filled, slippage against the mid at arrival, latency, fees."""
    from tui.cli import run, stats_answers

    run.run("stats", stats_answers.stats(by, venue, since, as_json=as_json))
