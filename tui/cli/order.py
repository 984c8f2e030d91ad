"""order place, cancel, show."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli import account
from tui.cli.options import Arm, AsJson, Venue

app = typer.Typer(help="Place, cancel and show single orders.")
app.command("list")(account.orders)

_Handle = Annotated[str, typer.Argument(help="Handle (k3), order id or client order id.", show_default=False)]
_Timeout = Annotated[int, typer.Option("--timeout", min=1, max=600, help="Seconds to wait for the venue's word.")]


@app.command()
def place(  # noqa: PLR0917  # Typer calls it by name; an option is an argument
    side: Annotated[str, typer.Argument(help="BUY or SELL.", show_default=False)],
    size: Annotated[str, typer.Argument(help="In base units, such as 0.01.", show_default=False)],
    symbol: Annotated[str, typer.Argument(help="Symbol at the venue, such as BTCUSDT.", show_default=False)],
    price: Annotated[str | None, typer.Option("--price", help="Limit price in quote.", show_default=False)] = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="limit, market or post-only; with --price limit.", show_default=False)
    ] = None,
    tif: Annotated[
        str | None, typer.Option("--tif", help="GTC, IOC or FOK; of limit orders.", show_default=False)
    ] = None,
    quote_size: Annotated[bool, typer.Option("--quote-size", help="SIZE is in quote units; market orders.")] = False,
    venue: Venue = None,
    arm: Arm = None,
    timeout: _Timeout = 15,
    as_json: AsJson = False,
) -> None:
    """Place one order, wait for the venue's word and print it. Sent at most once; UNKNOWN is said and ends with 4."""
    from tui.cli import order_place, run

    asked = order_place.Asked(side, size, symbol, price, kind, tif, quote_size=quote_size, venue=venue, arm=arm)
    run.run("order place", order_place.place(asked, timeout, as_json=as_json))


@app.command()
def cancel(handle: _Handle, timeout: _Timeout = 15, as_json: AsJson = False) -> None:
    """Cancel one order and wait until the venue confirms."""
    from tui.cli import order_answers, run

    run.run("order cancel", order_answers.cancel(handle, timeout, as_json=as_json))


@app.command()
def show(handle: _Handle, as_json: AsJson = False) -> None:
    """One order with its evidence: what was sent, what came back, when."""
    from tui.cli import order_answers, run

    run.run("order show", order_answers.show(handle, as_json=as_json))


@app.command()
def stuck(venue: Venue = None, as_json: AsJson = False) -> None:
    """Orders that wait longer than they should for a word of the venue, and what may be done."""
    from tui.cli import order_stuck, run

    run.run("order stuck", order_stuck.stuck(venue, as_json=as_json))


@app.command()
def resolve(
    handle: _Handle,
    ask: Annotated[bool, typer.Option("--ask", help="Look it up now; what happens without any of these.")] = False,
    cancel_anyway: Annotated[
        bool, typer.Option("--cancel-anyway", help="Send a cancel, though nobody may know of the order.")
    ] = False,
    never_arrived: Annotated[
        bool, typer.Option("--never-arrived", help="Decide that it is not at the venue and never was.")
    ] = False,
    canceled: Annotated[bool, typer.Option("--canceled", help="Decide that it is not there any more.")] = False,
    typed: Annotated[
        str | None, typer.Option("--typed", metavar="HANDLE", help="The handle, typed once more.", show_default=False)
    ] = None,
    timeout: _Timeout = 15,
    as_json: AsJson = False,
) -> None:
    """Resolve an order that is stuck. The venue's later word outweighs a decision by hand."""
    from tui.cli import order_stuck, run

    decision = order_stuck.decision_of(
        ask=ask, cancel_anyway=cancel_anyway, never_arrived=never_arrived, canceled=canceled
    )
    run.run("order resolve", order_stuck.resolve(handle, decision, typed, timeout, as_json=as_json))
