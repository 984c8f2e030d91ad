"""risk, halt, reduce, resume: what may still be traded."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli.options import AsJson

app = typer.Typer(help="Limits, their use, and the loss lock.", invoke_without_command=True)

_Name = Annotated[
    str, typer.Argument(help="Such as order-value; `tradedesk risk show` lists them.", show_default=False)
]
_Account = Annotated[
    str | None, typer.Option("--account", metavar="LABEL", help="Of this connection alone.", show_default=False)
]
_Exchange = Annotated[
    str | None,
    typer.Option("--exchange", metavar="NAME", help="Of every connection to this venue.", show_default=False),
]
_Instrument = Annotated[
    str | None, typer.Option("--instrument", metavar="SYMBOL", help="Of this instrument alone.", show_default=False)
]


@app.callback()
def _show_without_a_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        show()


@app.command()
def show(account: _Account = None, instrument: _Instrument = None, as_json: AsJson = False) -> None:
    """Trading state, limits and what is used of them, the day's loss and its lock."""
    from tui.cli import risk_answers, run

    run.run("risk show", risk_answers.show(account, instrument, as_json=as_json))


@app.command("set")
def set_limit(
    name: _Name,
    value: Annotated[str, typer.Argument(help="5%, 0.05, 10, 2000, or off.", show_default=False)],
    account: _Account = None,
    exchange: _Exchange = None,
    instrument: _Instrument = None,
    as_json: AsJson = False,
) -> None:
    """Set a limit, or switch it off: in force at once, kept, recorded."""
    from tui.cli import risk_answers, run

    place = risk_answers.Place(account, exchange, instrument)
    run.run("risk set", risk_answers.put(name, value, place, as_json=as_json))


@app.command()
def unset(
    name: _Name,
    account: _Account = None,
    exchange: _Exchange = None,
    instrument: _Instrument = None,
    as_json: AsJson = False,
) -> None:
    """Take back what was set there: the wider limit holds again."""
    from tui.cli import risk_answers, run

    place = risk_answers.Place(account, exchange, instrument)
    run.run("risk unset", risk_answers.put(name, None, place, as_json=as_json))


@app.command()
def unlock(
    account: _Account = None,
    typed: Annotated[
        str | None, typer.Option("--typed", metavar="RESUME", help="For the typed word.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a loss lock that is shut, by a typed word. It is recorded."""
    from tui.cli import risk_answers, run

    run.run("risk unlock", risk_answers.unlock(account, typed, as_json=as_json))


def halt(as_json: AsJson = False) -> None:
    """No new orders, in every client, until somebody resumes. Cancels and orders that only reduce pass."""
    from tui.cli import risk_answers, run

    run.run("halt", risk_answers.trading("HALTED", as_json=as_json))


def reduce(as_json: AsJson = False) -> None:
    """Only orders that shrink a position pass, until somebody resumes."""
    from tui.cli import risk_answers, run

    run.run("reduce", risk_answers.trading("REDUCING", as_json=as_json))


def resume(as_json: AsJson = False) -> None:
    """New orders pass again. A loss lock stays shut: see risk unlock."""
    from tui.cli import risk_answers, run

    run.run("resume", risk_answers.trading("ACTIVE", as_json=as_json))
