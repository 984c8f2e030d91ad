"""What a process of ours does before it imports anything else (SECURITY-SPEC §8).

What it makes is its owner's alone; no core file holds a key; other programs of the same user cannot read its memory,
its environment or its open files; and no debug switch of the shell it was started from makes a library talkative.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import sys
from collections.abc import Mapping, MutableMapping

DEVELOPMENT = "TRADEDESK_DEV"
"""Set to 1, a debugger of the same user may attach; so no vault with a LIVE key is opened then."""

_DROPPED = frozenset({"SSLKEYLOGFILE", "PYTHONASYNCIODEBUG", "PYTHONDEVMODE"})
"""The first writes the keys of TLS sessions to a file, the others make asyncio log calls with their arguments."""
_DROPPED_PREFIX = "TEXTUAL"
"""Textual's switches log every key that is pressed, and open a port for its development tools."""

_PR_GET_DUMPABLE = 3
_PR_SET_DUMPABLE = 4


def harden(environ: MutableMapping[str, str]) -> None:
    """Close this process to others. Called first; nothing is imported or opened before.

    Args:
        environ: ``os.environ``, from which switches of other programs are dropped.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name in [name for name in environ if name in _DROPPED or name.startswith(_DROPPED_PREFIX)]:
        del environ[name]
    if sys.platform == "linux" and not development(environ):
        _prctl(_PR_SET_DUMPABLE, 0)
    if sys.stderr is not None:  # closed by whoever started us
        faulthandler.enable()


def development(environ: Mapping[str, str]) -> bool:
    """Whether this process was left open to a debugger: then a vault with a LIVE key refuses to open."""
    return environ.get(DEVELOPMENT, "") == "1"


def readable_by_others() -> bool | None:
    """Whether other programs of this user can read this process; None where the system does not tell."""
    if sys.platform != "linux":
        return None
    return _prctl(_PR_GET_DUMPABLE, 0) != 0


def _prctl(option: int, value: int) -> int:
    import ctypes  # noqa: PLC0415  # 4 ms, and on Linux alone

    return int(ctypes.CDLL(None).prctl(option, value, 0, 0, 0))
