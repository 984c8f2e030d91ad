"""panic: halt, cancel, close by policy, and show what the venues answered."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli.options import AsJson


def panic(
    yes: Annotated[bool, typer.Option("--yes", help="Send it without asking.")] = False,
    external: Annotated[bool, typer.Option("--external", help="Orders of other tools too.")] = False,
    no_archive: Annotated[
        bool,
        typer.Option("--no-archive", help="A worker that has to be started writes no archive: for a broken disk."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Halt new orders, cancel all, close positions where an account's policy says so, and ask the venues again."""
    from tui.cli import panic_answers, run

    body = panic_answers.panic(yes=yes, external=external, as_json=as_json)
    run.run("panic", body, archive_too=not no_archive)
