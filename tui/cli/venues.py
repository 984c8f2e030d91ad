"""venues add, list, test, remove."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli.options import AsJson

app = typer.Typer(help="Register exchanges. This release keeps no keys: what is added shows market data.")

_Label = Annotated[str, typer.Argument(help="Label of the connection.", show_default=False)]


@app.command()
def add(
    venue: Annotated[str, typer.Argument(help="Venue, such as binance.", show_default=False)],
    label: Annotated[str, typer.Option("--label", help="What you call it.", show_default=False)],
    mode: Annotated[str, typer.Option("--mode", help="live, testnet or demo.", show_default=False)],
    rest_url: Annotated[str, typer.Option("--rest-url", help="Origin of another REST host.", show_default=False)] = "",
    stream_url: Annotated[str, typer.Option("--stream-url", help="Origin of its streams.", show_default=False)] = "",
    ws_api_url: Annotated[str, typer.Option("--ws-api-url", help="Its WebSocket API.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """Register a connection without a key."""
    from tui.cli import run, venues_answers

    asked = venues_answers.Asked(venue, label, mode, rest_url, stream_url, ws_api_url)
    run.run("venues add", venues_answers.add(asked, as_json=as_json))


@app.command(name="list")
def list_all(as_json: AsJson = False) -> None:
    """Registered connections and their states."""
    from tui.cli import run, venues_answers

    run.run("venues list", venues_answers.list_all(as_json=as_json))


@app.command()
def test(label: _Label, as_json: AsJson = False) -> None:
    """Connect as at start and say what each step found."""
    from tui.cli import run, venues_answers

    run.run("venues test", venues_answers.test(label, as_json=as_json))


@app.command()
def remove(label: _Label, as_json: AsJson = False) -> None:
    """Forget a connection; its orders and fills stay in the archive."""
    from tui.cli import run, venues_answers

    run.run("venues remove", venues_answers.remove(label, as_json=as_json))
