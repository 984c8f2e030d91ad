"""The last door: whatever a command ends with leaves as a sentence and an exit code; no traceback reaches a user."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import typer

from connectors.errors import TradedeskError
from tui.cli import environment, usage
from tui.cli.app import command_for
from tui.cli.exits import Exit, ReaderLeft, exit_of
from tui.cli.output import complain, complain_of

_SAYS_WITHOUT = frozenset({"doctor", "--help", "-h", "--version"})
"""Words of command lines that say what they say whatever stands in the environment; ``doctor`` says that too."""


def run(words: Sequence[str]) -> int:
    """Run one command line.

    Args:
        words: The command line without the program's name.

    Returns:
        The exit code. What is unexpected is raised, and told by `tui.cli.crash`.
    """
    command = command_for(words)
    try:
        if not _SAYS_WITHOUT.intersection(words):
            environment.held()
        gc.enable()
        code = command.main(list(words), prog_name="tradedesk", standalone_mode=False)
    except typer.TyperException as problem:
        complain(usage.sentence(problem, words))
        return Exit.USAGE
    except TradedeskError as problem:
        complain_of(problem)
        return exit_of(problem)
    except (typer.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except (ReaderLeft, BrokenPipeError):
        _let_go_of_output()
        return Exit.DONE
    return int(code or 0)


def _let_go_of_output() -> None:
    """Nobody reads it any more, and Python would complain of that at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
