"""The processes that work for one TRADEDESK_HOME, as the kernel knows them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

_PROC = Path("/proc")


def of_home(home: Path, word: str = "") -> list[int]:
    """Process ids whose environment names ``home`` and whose command line is one of ours.

    Args:
        home: The TRADEDESK_HOME they were started with.
        word: Only those with this word in their command line, such as ``worker`` or ``desk``.
    """
    found = []
    for folder in _PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            environment = (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended while we looked
        ours = b"tui" in command or b"connectors.simulator" in command
        here = b"TRADEDESK_HOME=" + str(home).encode() in environment.split(b"\0")
        if ours and here and (not word or word.encode() in command):
            found.append(int(folder.name))
    return found


def until(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until something holds.

    Raises:
        AssertionError: It did not in ``seconds``.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.05)
