"""Opening the desk in this terminal: real time, real processes, and nothing of Textual's that writes keys down."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from textual import constants

from connectors.clock import SystemClock
from tui import splash
from tui.desk import Desk
from tui.knocks import KnockLoop
from tui.late import Folders, LateBackstage
from tui.market import DEMO
from tui.messages.teller import Tone
from tui.pulse import TimerPulse


def run_desk(
    *,
    home: Folders,
    venue: str | None,
    tape: Path | None,
    seed: int | None,
    lock_after: int,
    notices: Sequence[str] = (),
    started: object = None,
) -> int:
    """Open the desk in this terminal and stay until it is left.

    Args:
        home: The desk's folders (`storage.paths.Home`), prepared.
        venue: Label of the connection to open; None: the embedded exchange.
        tape: A recording for the embedded exchange.
        seed: Of the embedded exchange's market.
        lock_after: Minutes without a key until an open vault is covered; 0: never.
        notices: What the checks before the start warn of; said at once.
        started: What was started ahead (`tui.cli.started.Started`); handed on.

    Returns:
        The exit code.
    """
    # Its debugging mode writes every key that is pressed, a passphrase too, into a file.
    constants.DEBUG = False  # type: ignore[misc]  # read when the driver is made
    clock = SystemClock()
    desk = Desk(
        clock=clock,
        backstage=LateBackstage(home, exchange=venue in {None, DEMO}, tape=tape, seed=seed, started=started),
        pulse=TimerPulse(clock),
        wanted=venue,
        lock_after=lock_after,
        log=home.state / "desk.log",
    )
    for notice in notices:
        desk.teller.say(notice, Tone.WARN, sticky=True, now_ns=clock.time_ns())
    splash.forget_keys()
    with asyncio.Runner(loop_factory=KnockLoop) as runner:
        runner.run(desk.run_async())
    return desk.return_code or 0
