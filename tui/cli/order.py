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


_Side = Annotated[str, typer.Argument(help="BUY or SELL.", show_default=False)]
_Size = Annotated[str, typer.Argument(help="In base units, such as 0.01.", show_default=False)]
_Symbol = Annotated[str, typer.Argument(help="Symbol at the venue, such as BTCUSDT.", show_default=False)]
_Price = Annotated[str | None, typer.Option("--price", help="Limit price in quote.", show_default=False)]
_Kind = Annotated[
    str | None,
    typer.Option(
        "--type",
        help="limit, market, post-only, stop, stop-limit, take-profit, take-profit-limit or trailing; left out, the"
        " prices tell.",
        show_default=False,
    ),
]
_Tif = Annotated[str | None, typer.Option("--tif", help="GTC, IOC or FOK; of limit orders.", show_default=False)]
_QuoteSize = Annotated[bool, typer.Option("--quote-size", help="SIZE is in quote units; market orders.")]
_Trigger = Annotated[
    str | None, typer.Option("--trigger", "--stop", help="Price at which a stop begins to work.", show_default=False)
]
_Trailing = Annotated[
    int | None,
    typer.Option("--trailing-bp", help="Follow the price at so many basis points (100 = 1 %).", show_default=False),
]
_Gtd = Annotated[
    str | None,
    typer.Option(
        "--gtd",
        help="Works until this time, such as 2030-01-02T03:04:05Z; where the venue has no GTD the worker cancels it.",
        show_default=False,
    ),
]
_Iceberg = Annotated[
    str | None, typer.Option("--iceberg", help="Show only so much of it at a time.", show_default=False)
]
_Stp = Annotated[
    str | None,
    typer.Option("--stp", help="Self-trade prevention, such as expire-taker or decrement.", show_default=False),
]
_Post = Annotated[bool, typer.Option("--post", help="Refused if it would take: the same as --type post-only.")]
_Oco = Annotated[bool, typer.Option("--oco", help="No entry: --take-profit and --stop-loss, one cancels the other.")]
_TakeProfit = Annotated[
    str | None, typer.Option("--take-profit", help="Price of a target that hangs on it.", show_default=False)
]
_StopLoss = Annotated[
    str | None, typer.Option("--stop-loss", help="Trigger of a stop that hangs on it.", show_default=False)
]


@app.command()
def place(  # noqa: PLR0917  # Typer calls it by name; an option is an argument
    side: _Side,
    size: _Size,
    symbol: _Symbol,
    price: _Price = None,
    kind: _Kind = None,
    tif: _Tif = None,
    quote_size: _QuoteSize = False,
    trigger: _Trigger = None,
    trailing_bp: _Trailing = None,
    gtd: _Gtd = None,
    iceberg: _Iceberg = None,
    stp: _Stp = None,
    post: _Post = False,
    oco: _Oco = False,
    take_profit: _TakeProfit = None,
    stop_loss: _StopLoss = None,
    venue: Venue = None,
    arm: Arm = None,
    timeout: _Timeout = 15,
    as_json: AsJson = False,
) -> None:
    """Place one order, wait for the venue's word and print it. Sent at most once; UNKNOWN is said and ends with 4.

    With --take-profit or --stop-loss these hang on it at the venue; with --oco they are all there is.
    """
    from tui.cli import order_asked, order_place, run

    asked = order_asked.Asked(
        side,
        size,
        symbol,
        price,
        kind,
        tif,
        quote_size=quote_size,
        venue=venue,
        arm=arm,
        trigger=trigger,
        trailing_bp=trailing_bp,
        gtd=gtd,
        iceberg=iceberg,
        stp=stp,
        post=post,
        oco=oco,
        take_profit=take_profit,
        stop_loss=stop_loss,
    )
    run.run("order place", order_place.place(asked, timeout, as_json=as_json))


@app.command()
def amend(
    handle: _Handle,
    price: Annotated[str | None, typer.Option("--price", help="New limit price.", show_default=False)] = None,
    size: Annotated[
        str | None, typer.Option("--size", help="New whole size, what is filled included.", show_default=False)
    ] = None,
    trigger: Annotated[str | None, typer.Option("--trigger", help="New trigger price.", show_default=False)] = None,
    arm: Arm = None,
    timeout: _Timeout = 15,
    as_json: AsJson = False,
) -> None:
    """Change one open order and wait for the venue's word; in its place where the venue can, else by another order.

    Another order loses the place in the queue, and is for what is not filled when it is sent.
    """
    from tui.cli import order_amend, run

    run.run("order amend", order_amend.amend(handle, price, size, trigger, timeout, as_json=as_json, arm=arm))


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
