"""Faults as text: a script of JSON lines (``--faults FILE``) or what the control path is sent."""

from __future__ import annotations

from pathlib import Path

import msgspec

from connectors.simulator.faults.fault import Fault
from connectors.simulator.faults.kinds import AnyFault
from connectors.simulator.options import RefusedError

_ONE = msgspec.json.Decoder(AnyFault)
_SOME = msgspec.json.Decoder(list[AnyFault])


class WrongFaultError(Exception):
    """The text holds no faults; the message is the rest of a sentence on what is wrong."""


def read(data: bytes) -> list[Fault]:
    """One fault, or a list of them.

    Raises:
        WrongFaultError: What makes no sense about it.
    """
    try:
        found: list[Fault] = list(_SOME.decode(data)) if data.lstrip()[:1] == b"[" else [_ONE.decode(data)]
    except msgspec.MsgspecError as broken:
        raise WrongFaultError(str(broken)) from broken
    for fault in found:
        wrong = fault.wrong()
        if wrong is not None:
            raise WrongFaultError(wrong)
    return found


def load(path: Path) -> list[tuple[int, Fault]]:
    """Line numbers and faults of a script; blank lines and lines that begin with # say nothing.

    Raises:
        RefusedError: One sentence naming the line.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as broken:
        raise RefusedError(
            f"The fault script {path} cannot be read ({broken.strerror}); name another with --faults."
        ) from broken
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith(b"#"):
            continue
        try:
            found += [(number, fault) for fault in read(line)]
        except WrongFaultError as broken:
            raise RefusedError(f"Line {number} of the fault script {path} is no fault: {broken}; mend it.") from broken
    return found
