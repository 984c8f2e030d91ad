"""balances, positions, orders, fills: what the account has and did."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli.options import AsJson, Venue

_Limit = Annotated[int, typer.Option("--limit", help="How many, newest ones.")]


def balances(venue: Venue = None, as_json: AsJson = False) -> None:
    """Balances as the venue states them now."""
    from tui.cli import account_answers, run

    run.run("balances", account_answers.balances(venue, as_json=as_json))


def positions(venue: Venue = None, as_json: AsJson = False) -> None:
    """Positions from fills, valued at the last price."""
    from tui.cli import account_answers, run

    run.run("positions", account_answers.positions(venue, as_json=as_json))


def orders(
    venue: Venue = None,
    working: Annotated[bool, typer.Option("--working", help="Only those the venue holds, or may hold.")] = False,
    limit: _Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Orders, newest first."""
    from tui.cli import account_answers, run

    run.run("orders", account_answers.orders(venue, limit, working=working, as_json=as_json))


def fills(venue: Venue = None, limit: _Limit = 50, as_json: AsJson = False) -> None:
    """Own executions, newest first."""
    from tui.cli import account_answers, run

    run.run("fills", account_answers.fills(venue, limit, as_json=as_json))
