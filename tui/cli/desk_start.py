"""Opening the desk: a terminal that can draw it, then the screen's own module."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from storage.paths import Home
from storage.settings import load_settings
from tui import splash
from tui.cli.exits import CommandFailed, Exit
from tui.cli.started import start_ahead
from tui.embedded import LABEL

__all__ = ["LABEL", "start"]

_LEAST_BETWEEN_PAINTS = "200"
"""Paints a second above which Textual puts one off, read when it is imported. The desk beats 20 times a second and
paints a key at once; at Textual's own 60 a key right after a beat waited for up to 17 ms."""


def start(*, venue: str | None, tape: Path | None, seed: int | None) -> int:
    """Open the desk.

    Args:
        venue: Label of the connection to open; None: the embedded exchange.
        tape: A recording for the embedded exchange.
        seed: Of the embedded exchange's market.

    Returns:
        The desk's exit code.

    Raises:
        CommandFailed: The terminal cannot draw it, or the tape is not there.
        FilesTooOpen: A file of the desk can be read by others.
        SettingsRefused: A setting is unknown or out of its bounds.
    """
    terminal = os.environ.get("TERM", "")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandFailed(_cannot_draw("it is no terminal"), Exit.USAGE)
    if terminal in {"", "dumb"}:
        raise CommandFailed(_cannot_draw(f"TERM={terminal}"), Exit.USAGE)
    if tape is not None and not tape.is_file():
        raise CommandFailed(f"There is no recording {tape}. Name a file after --tape.", Exit.USAGE)
    home = Home.find(os.environ)
    home.prepare()
    simulated = venue in {None, LABEL}
    splash.paint("SIM simulated market" if simulated else "", f"Opening {venue or LABEL} …")
    try:
        # Before the screen's own modules are read: all three come up side by side.
        gc.disable()  # until the desk has painted
        started = start_ahead(home, exchange=simulated, tape=tape, seed=seed)
        # What costs nothing to check; the worker checks the rest beside it, and the session says what it finds.
        from tui.cli import checkup

        notices = checkup.warnings_before_the_desk(home, os.environ)
        os.environ.setdefault("TEXTUAL_FPS", _LEAST_BETWEEN_PAINTS)
        from tui.opening import run_desk

        lock_after = load_settings(home.settings_file, os.environ).lock_after_minutes
    except BaseException:
        splash.leave()
        raise
    try:
        return run_desk(
            home=home, venue=venue, tape=tape, seed=seed, lock_after=lock_after, notices=notices, started=started
        )
    finally:
        splash.restore()


def _cannot_draw(why: str) -> str:
    return (
        f"This terminal cannot draw the desk ({why}). Use another one, or  tradedesk orders --json  for work without a"
        " screen."
    )
