"""Processes as another program of the same user sees them, and as root does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"
AS_NOBODY = (sys.executable, "-I", str(PROGRAMS / "as_nobody.py"), sys.executable)
"""Begins the command line of a Python that runs as a user without privileges."""
NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Seen:
    """One process from outside; None where the kernel would not tell."""

    pid: int
    cmdline: bytes
    environ: bytes | None
    memory: bytes | None
    descriptors: dict[str, str] | None

    @property
    def name(self) -> str:
        """What it is, by its words."""
        words = self.cmdline.split(b"\0")
        return next((word.decode() for word in words if word in {b"worker", b"desk", b"watch"}), "exchange")

    @property
    def text(self) -> bytes:
        """Everything that was seen, to be searched."""
        told = json.dumps(self.descriptors).encode()
        return b"\n".join((self.cmdline, self.environ or b"", told))


def look(pids: Iterable[int], *, privileged: bool = False) -> list[Seen]:
    """Look at processes with a program of its own.

    Args:
        pids: Which.
        privileged: As the user of the tests, which may be root, instead of as one without privileges.
    """
    before = (sys.executable, "-I") if privileged else AS_NOBODY
    words = [*before, str(PROGRAMS / "look.py"), *(str(pid) for pid in pids)]
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return [
        Seen(int(pid), _bytes(one["cmdline"]) or b"", _bytes(one["environ"]), _bytes(one["memory"]), one["fd"])
        for pid, one in told.items()
    ]


def _bytes(told: str | None) -> bytes | None:
    return None if told is None else bytes.fromhex(told)


def descendants(root: int) -> list[int]:
    """A process and everything it has started that has not been left to another parent."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue  # it ended while we looked
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def give_to_nobody(folder: Path) -> None:
    """Let the user without privileges own a folder and what is in it, where that is another than ours."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
