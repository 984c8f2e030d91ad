"""Python modules that run as processes beside a bench, for as long as a block lasts."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NOTHING: Mapping[str, str] = {}


def environment(more: Mapping[str, str] = _NOTHING) -> dict[str, str]:
    """What a module of the tests or the project is to have, run from `ROOT`."""
    return {**os.environ, "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}", **more}


@contextlib.contextmanager
def module(
    *words: str, stdin: int = subprocess.PIPE, more: Mapping[str, str] = _NOTHING
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module of the tests or the project in a session of its own, and kill it in the end.

    Args:
        words: Its name, and the words it is given.
        stdin: As `subprocess.Popen` takes it.
        more: Variables of its environment, beside what this process has.

    Raises:
        AssertionError: It had ended before the block did: what was measured meanwhile was measured without it.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        stdin=stdin,
        stdout=subprocess.PIPE,
        env=environment(more),
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        yield process
        if process.poll() is not None:
            raise AssertionError(f"{words[0]} ended with {process.returncode} while it was needed")
    finally:
        process.kill()
        process.wait()
