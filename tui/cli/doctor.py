"""doctor: is everything here that the desk stands on."""

from __future__ import annotations

from tui.cli.options import AsJson


def doctor(as_json: AsJson = False) -> None:
    """Check everything the desk stands on.

    Folders, settings, archive, disk, worker, simulated market, clock, terminal. Ends with 1 if one check fails.
    """
    from tui.cli import checkup

    checkup.run(as_json=as_json)
