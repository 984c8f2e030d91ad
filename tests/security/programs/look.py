"""What another program sees of processes: ``look.py PID…`` prints command line, environment and descriptors as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def _bytes(path: Path) -> str | None:
    try:
        return path.read_bytes().hex()
    except OSError:
        return None


def _descriptors(folder: Path) -> dict[str, str] | None:
    try:
        return {one.name: str(one.readlink()) for one in folder.iterdir()}
    except OSError:
        return None


def _look(process: Path) -> dict[str, object]:
    return {
        "cmdline": _bytes(process / "cmdline"),
        "environ": _bytes(process / "environ"),
        "memory": _bytes(process / "auxv"),
        "fd": _descriptors(process / "fd"),
    }


sys.stdout.write(json.dumps({number: _look(Path("/proc") / number) for number in sys.argv[1:]}))
