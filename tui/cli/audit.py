"""audit verify, head, retain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tui.cli.options import AsJson

app = typer.Typer(help="Prove the record of what touched an account, within its limits, and keep it in bounds.")


@app.command()
def verify(
    head: Annotated[
        str,
        typer.Option(
            "--head", metavar="FILE|HEX", help="A head kept elsewhere, as `audit head` prints it.", show_default=False
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Go over the whole chain and say what could be proved.

    The chain alone shows a careless change. Anchors, with the vault open, show what someone without its key did before
    the last of them. A head kept elsewhere shows what was cut off since. Ends with 0, with 1 if a row is broken (the
    first is named), with 2 if less could be proved than was asked.
    """
    from tui.cli import audit_answers, run

    run.run("audit verify", audit_answers.verify(head, as_json=as_json))


@app.command()
def head(as_json: AsJson = False) -> None:
    """Print the newest row's mark, to be kept on another disk: 112 hex digits."""
    from tui.cli import audit_answers, run

    run.run("audit head", audit_answers.head(as_json=as_json))


@app.command()
def retain(
    *,
    days: Annotated[int, typer.Option("--days", metavar="N", help="Keep so many days, 90 at least.")],
    export: Annotated[
        Path, typer.Option("--export", metavar="FILE", help="New file for the rows that go.", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """Move the oldest rows to a file and sign what is left; needs the vault open.

    Never rows that no anchor has signed, nor those since the oldest order that still works. At most 50,000 at a time.
    """
    from tui.cli import audit_answers, run

    run.run("audit retain", audit_answers.retain(days, export, as_json=as_json))
