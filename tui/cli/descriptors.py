"""Secrets that come through a descriptor: the door for scripts. Nothing of them is ever in an argument."""

from __future__ import annotations

import os

from connectors.model.secret import SecretBytes, overwrite
from tui.cli.exits import CommandFailed, Exit

MOST = 16 * 1024
"""Bytes taken; the largest secret that is kept has 8 KiB."""

_OUTPUTS = (1, 2)


def read_descriptor(number: int, option: str) -> SecretBytes:
    """Everything a descriptor holds, without one line break at its end; the descriptor is closed.

    Args:
        number: The descriptor, such as 3 of ``3<file`` in a shell.
        option: For the sentences, such as ``--secret-fd``.

    Raises:
        CommandFailed: It is not open for reading, is a terminal (which would echo), holds nothing or too much.
    """
    if number in _OUTPUTS or number < 0:
        raise CommandFailed(
            f"{option} {number} is where we write. Use 0, or 3 and above: {option} 3 3<FILE", Exit.USAGE
        )
    held = bytearray(MOST + 1)
    count = 0
    try:
        os.set_inheritable(number, False)
        terminal = os.isatty(number)
        while not terminal and count <= MOST:
            read = os.readv(number, [memoryview(held)[count:]])
            if not read:
                break
            count += read
        os.close(number)
        fault = ""
    except OSError as problem:
        fault = problem.strerror or type(problem).__name__
        terminal = False
    try:
        if fault:
            raise CommandFailed(
                f"{option} {number} cannot be read ({fault}). Open it for this command: {number}<FILE",
                Exit.USAGE,
            )
        if terminal:
            raise CommandFailed(
                f"{option} {number} is a terminal, which shows what is typed. Leave the option out to be asked.",
                Exit.USAGE,
            )
        if count > MOST:
            raise CommandFailed(f"{option} {number} holds more than {MOST:,} bytes. That is no secret.", Exit.USAGE)
        end = count - held.endswith(b"\n", 0, count)
        if not end:
            raise CommandFailed(f"{option} {number} holds nothing. Nothing was changed.", Exit.USAGE)
        return SecretBytes(bytearray(memoryview(held)[:end]))
    finally:
        overwrite(held)
