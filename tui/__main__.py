"""The command ``tradedesk``, and ``python -m tui``."""

from __future__ import annotations

import os
import sys

from tui.hardening import harden
from tui.slices import ask_for_short_slices

_SWITCH_S = 0.0005
_YOUNG = 10_000
"""Objects made, and not freed, until the collector looks for those that only hold each other; 700 by default."""
_WORKER = "worker"
"""The hidden command, as `tui.cli.started` writes it."""


def main() -> None:
    """Run the command line of this process and exit with its code."""
    # Before anything else is imported or opened: what we make is ours alone, and nobody reads what we know.
    harden(os.environ)
    # Whoever waits for the interpreter's lock (the archive's commit, the terminal's input) gets it ten times sooner.
    sys.setswitchinterval(_SWITCH_S)
    ask_for_short_slices()
    # What is loaded now stays: walking it again and again meanwhile is a quarter of the time that takes. Whoever has
    # loaded what it needs turns the collector on.
    import gc

    gc.disable()
    # Young objects are walked a tenth as often as by default: each walk holds a key or an order up for a millisecond.
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    # pydantic would search every installed package for plug-ins; none is ours, and it takes a tenth of a second.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        from tui.cli import environment

        environment.hold(os.environ)
        from tui.cli import crash

        crash.install()
        if sys.argv[1:] == [_WORKER]:
            # Started by a desk that waits for it: nobody has typed anything that would have to be understood.
            from tui.cli import serve

            code = serve.run()
        else:
            from tui.cli import door

            code = door.run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
