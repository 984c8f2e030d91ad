"""The embedded exchange's name, and its process as it is launched; here so that this can come before all else.

`tui.exchange` does the rest, and loads what talks to the worker.
"""

from __future__ import annotations

import os
from pathlib import Path

from tui.spawn import Held, child_environment

LABEL = "demo"
"""The embedded exchange's connection; the label is taken for good."""


def launch(sim: Path, err: Path, tape: Path | None, seed: int | None) -> Held:
    """Start the simulator's process; it says where it listens in one line, and ends with us.

    Args:
        sim: Folder of its ledger; named ``sim``.
        err: Private file for its standard error.
        tape: A recording to replay; None: the seeded market.
        seed: Of the seeded market; None: the ledger's own.
    """
    words = ["-m", "connectors.simulator", "--with-parent"]
    if tape is not None:
        words += ["--market", "tape", "--tape", str(tape.absolute())]
    if seed is not None:
        words += ["--seed", str(seed)]
    # The simulator keeps its ledger in the folder sim of TRADEDESK_HOME, wherever that is for the desk itself.
    return Held(words, child_environment(os.environ, TRADEDESK_HOME=str(sim.parent)), err)
