"""reconcile, ledger: what is known here against what the venues say, and what balances and positions are made of."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli.options import AsJson, Symbol, Venue

app = typer.Typer(help="What balances and positions are made of.")

_Account = Annotated[
    str | None,
    typer.Option(
        "--account", "--venue", metavar="LABEL", help="Connection; without it every one with a key.", show_default=False
    ),
]


def reconcile(account: _Account = None, as_json: AsJson = False) -> None:
    """Ask the venues for orders, fills and balances now, and tell what differed. The venue's word holds."""
    from tui.cli import reconcile_answers, run

    run.run("reconcile", reconcile_answers.reconcile(account, as_json=as_json))


@app.command()
def assets(venue: Venue = None, as_json: AsJson = False) -> None:
    """Each balance as what the desk's own fills made of it, and everything else."""
    from tui.cli import ledger_answers, run

    run.run("ledger assets", ledger_answers.assets(venue, as_json=as_json))


@app.command()
def history(
    symbol: Symbol,
    venue: Venue = None,
    limit: Annotated[int, typer.Option("--limit", help="How many, newest ones.")] = 50,
    as_json: AsJson = False,
) -> None:
    """What made a position what it is: opened, increased, decreased, closed, flipped, reconciled."""
    from tui.cli import ledger_answers, run

    run.run("ledger history", ledger_answers.history(symbol, venue, limit, as_json=as_json))


@app.command()
def totals(
    by: Annotated[str, typer.Option("--by", help="instrument, asset or venue.")] = "instrument",
    currency: Annotated[str, typer.Option("--in", metavar="ASSET", help="Reporting currency.")] = "USDT",
    as_json: AsJson = False,
) -> None:
    """Positions added up in a reporting currency, with the rates used; never over two modes."""
    from tui.cli import ledger_answers, run

    run.run("ledger totals", ledger_answers.totals(by, currency, as_json=as_json))
