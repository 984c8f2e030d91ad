"""desk, demo, simulator, worker: commands that are processes of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_Tape = Annotated[
    Path | None, typer.Option("--tape", help="A recording to replay instead of the seeded market.", show_default=False)
]
_Seed = Annotated[int | None, typer.Option("--seed", help="Seed of the market.", show_default=False)]


def desk(
    venue: Annotated[
        str | None, typer.Option("--venue", metavar="LABEL", help="Connection to open.", show_default=False)
    ] = None,
) -> None:
    """Open the desk, on the simulated market."""
    from tui.cli import desk_start

    raise typer.Exit(desk_start.start(venue=venue, tape=None, seed=None))


def demo(tape: _Tape = None, seed: _Seed = None) -> None:
    """Open the desk on a simulated or recorded market."""
    from tui.cli import desk_start

    raise typer.Exit(desk_start.start(venue=desk_start.LABEL, tape=tape, seed=seed))


def simulator(
    port: Annotated[int, typer.Option("--port", help="Loopback port; 0 takes a free one.")] = 0,
    market: Annotated[str | None, typer.Option("--market", help="flow or tape.", show_default=False)] = None,
    tape: _Tape = None,
    seed: _Seed = None,
    symbols: Annotated[int, typer.Option("--symbols", help="Symbols of the flow market, 1 to 20.")] = 2,
    speed: Annotated[float, typer.Option("--speed", help="How many times faster than recorded a tape plays.")] = 1,
    limits: Annotated[
        Path | None, typer.Option("--limits", help="JSON file of rate limits to enforce.", show_default=False)
    ] = None,
    with_parent: Annotated[bool, typer.Option("--with-parent", help="End when standard input ends.")] = False,
) -> None:
    """Run an exchange on loopback until interrupted.

    Its first line says where it listens and with which key, as JSON.
    """
    import importlib

    options = importlib.import_module("connectors.simulator.options")
    kind = market or ("flow" if tape is None else "tape")
    words = ["--port", str(port), "--market", kind, "--symbols", str(symbols), "--speed", str(speed)]
    for name, value in (("--tape", tape), ("--seed", seed), ("--limits", limits)):
        words += [] if value is None else [name, str(value)]
    words += ["--with-parent"] if with_parent else []
    try:
        chosen = options.parse(words)
    except options.RefusedError as refused:
        from tui.cli.exits import CommandFailed, Exit

        raise CommandFailed(str(refused), Exit.USAGE) from None
    serve = importlib.import_module("connectors.simulator.serve")
    raise typer.Exit(serve.run(chosen))


def worker() -> None:
    """Be the connector worker; started by whoever finds none."""
    import os

    from storage.paths import Home
    from tui.wiring import run_worker

    raise typer.Exit(run_worker(Home.find(os.environ)))
