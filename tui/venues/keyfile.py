"""A key's secret half from a file: read once, into a buffer that can be overwritten."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from connectors.errors import CredentialRefused

MOST_BYTES = 8_192
"""What the vault keeps at most in one field."""
_OTHERS = 0o077


def read_key_file(path: str) -> tuple[bytearray, str]:
    """Read a PEM, or a file that holds the secret alone.

    Args:
        path: As typed; ``~`` is the user's folder.

    Returns:
        The secret without white space around it, the caller's to overwrite; and what is to be said of the file.

    Raises:
        CredentialRefused: It is no readable ordinary file, is empty, or is larger than a secret may be.
    """
    number = _opened(Path(path).expanduser())
    held = bytearray(MOST_BYTES + 1)
    try:
        facts = os.fstat(number)
        if not stat.S_ISREG(facts.st_mode):
            raise _refused("The key file is no ordinary file. Name another, or paste the secret.")
        length = os.readv(number, [held])
    finally:
        os.close(number)
    if length > MOST_BYTES:
        held[:] = bytes(len(held))
        raise _refused(f"The key file is longer than {MOST_BYTES:,} bytes, which no key is. Nothing was taken.")
    secret = held[:length].strip()
    held[:] = bytes(len(held))
    if not secret:
        raise _refused("The key file is empty.")
    said = " The key was read from the file, which may be deleted now."
    if facts.st_mode & _OTHERS:
        said = " Others of this machine can read the key file: delete it now, or run chmod 600 on it."
    return secret, said


def _opened(place: Path) -> int:
    try:
        # Without waiting: a pipe nobody writes to would stop the desk.
        return os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as problem:
        fault = problem.strerror or type(problem).__name__
    raise _refused(f"The key file cannot be read ({fault}). Name another, or paste the secret.")


def _refused(sentence: str) -> CredentialRefused:
    return CredentialRefused(sentence, field="secret", venue="")
