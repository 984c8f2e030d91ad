"""backup, restore, export: the archive as its owner's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tui.cli.options import AsJson

_File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.", show_default=False)]


def backup(
    file: _File,
    without_keys: Annotated[bool, typer.Option("--without-keys", help="Leave every key out.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Take the place of an earlier backup.")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy the archive to a file, while the desk is used.

    With its keys in it, still encrypted: it is then as strong as the passphrase. Candles are left out.
    """
    from tui.cli import archive_answers, run

    run.run("backup", archive_answers.backup(file, keys=not without_keys, overwrite=overwrite, as_json=as_json))


def restore(
    file: _File,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Accept a backup that was made without keys.")
    ] = False,
    stop_worker: Annotated[
        bool, typer.Option("--stop-worker", help="End the worker that uses the archive; it ends its requests first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the archive, which is kept beside it.

    The next start compares every account with its venue before it believes what it shows.
    """
    from tui.cli import restoring

    restoring.run(file, without_keys=without_keys, stop_worker=stop_worker, as_json=as_json)


def export(
    what: Annotated[str, typer.Argument(help="orders, fills, positions or audit.", show_default=False)],
    form: Annotated[str, typer.Option("--format", help="csv or json.")] = "csv",
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Not before, in ISO 8601; UTC without a zone.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before this time.")] = None,
    account: Annotated[str | None, typer.Option("--account", metavar="LABEL", help="Of one connection only.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A new file, 0600; else standard output.")
    ] = None,
) -> None:
    """Write orders, fills, positions or the audit chain, oldest first, as CSV or JSON.

    Amounts as they were written; times in ISO 8601, UTC, and in ns.
    """
    from tui.cli import archive_answers, run

    asked = archive_answers.Asked(what, form, since, until, account, out)
    run.run("export", archive_answers.export(asked))
