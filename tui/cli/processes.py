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


def simulator(context: typer.Context) -> None:
    """Run an exchange on loopback until interrupted.

    Its first line says where it listens and with which key, as JSON. `tradedesk simulator --help` lists its options.
    """
    import importlib

    # The exchange has one list of options, its own: what is said here is what it is told.
    options = importlib.import_module("connectors.simulator.options")
    try:
        chosen = options.parse(context.args, called="tradedesk simulator")
    except options.RefusedError as refused:
        from tui.cli.exits import CommandFailed, Exit

        raise CommandFailed(str(refused), Exit.USAGE) from None
    serve = importlib.import_module("connectors.simulator.serve")
    raise typer.Exit(serve.run(chosen))


def worker(
    no_archive: Annotated[bool, typer.Option("--no-archive", help="Write no archive: the last resort.")] = False,
) -> None:
    """Be the connector worker; started by whoever finds none."""
    from tui.cli import serve

    raise typer.Exit(serve.run(archive_too=not no_archive))
