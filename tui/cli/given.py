"""The vault's passphrase as this process was given it: through a descriptor, else in the environment.

A process runs one command, and what it was given is read before that begins: before another process is started.
"""

from __future__ import annotations

from connectors.model.secret import SecretBytes
from tui.cli import environment
from tui.cli.descriptors import read_descriptor
from tui.cli.options import PASSPHRASE_FD

_by_descriptor: list[SecretBytes] = []


def take_descriptor(number: int) -> None:
    """Read the vault's passphrase from a descriptor. Raises as `read_descriptor`."""
    forget()
    _by_descriptor.append(read_descriptor(number, PASSPHRASE_FD))


def passphrase() -> SecretBytes | None:
    """A copy of what was given, or None where somebody has to be asked.

    Raises:
        EnvironmentRefused: As `environment.held`.
    """
    if _by_descriptor:
        return SecretBytes(bytearray(_by_descriptor[0].buffer))
    found = environment.held().passphrase
    return SecretBytes(bytearray(found)) if found else None


def forget() -> None:
    """Overwrite what came through a descriptor; may be called twice."""
    while _by_descriptor:
        _by_descriptor.pop().close()
