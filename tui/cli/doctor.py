"""doctor: is everything here that the desk stands on."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli.options import AsJson


def doctor(
    as_json: AsJson = False,
    fix_permissions: Annotated[
        bool, typer.Option("--fix-permissions", help="First close what is yours and open to others.")
    ] = False,
) -> None:
    """Check everything the desk stands on.

    Folders, files, settings, archive, disk, process, ciphers, worker, vault, venues, clocks, terminal. Ends with 1 if
    one check fails.
    """
    from tui.cli import checkup

    checkup.run(as_json=as_json, fix=fix_permissions)
