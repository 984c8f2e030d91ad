"""Key files: read once, and said to be deletable then."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from connectors.model.secret import SecretBytes, overwrite
from tui.cli.descriptors import MOST
from tui.cli.exits import CommandFailed, Exit
from tui.cli.output import complain

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WHITE = b" \t\r\n"


def is_json(held: SecretBytes) -> bool:
    """Whether it is a venue's JSON rather than the secret itself."""
    return held.buffer.lstrip(_WHITE).startswith(b"{")


def read_json(held: SecretBytes, source: str) -> tuple[SecretBytes, SecretBytes]:
    """``{"name": …, "privateKey": …}``, as Coinbase hands keys out; ``held`` is closed.

    Args:
        held: The file's text.
        source: Where it came from, for the sentence.

    Returns:
        The API key and the secret.

    Raises:
        CommandFailed: It has no such fields.
    """
    with held:
        try:
            said = json.loads(held.buffer.decode("utf-8"))
            found = said["name"], said["privateKey"]
        except (ValueError, KeyError, TypeError):
            found = None, None
    name, secret = found
    if not isinstance(name, str) or not isinstance(secret, str):
        raise CommandFailed(f"{source} is JSON without name and privateKey. That is no key file.", Exit.USAGE)
    return SecretBytes(bytearray(name, "utf-8")), SecretBytes(bytearray(secret, "utf-8"))


def read_file(path: Path) -> SecretBytes:
    """A key file, whole; said where others can read it.

    Raises:
        CommandFailed: It is no file that can be read, or too long to be a key.
    """
    held = bytearray(MOST + 1)
    count = 0
    try:
        with path.open("rb", buffering=0) as file:
            mode = path.stat().st_mode
            if not stat.S_ISREG(mode):
                raise CommandFailed(f"{path} is no file. Name the key's own file.", Exit.USAGE)
            while count <= MOST and (read := file.readinto(memoryview(held)[count:])):
                count += read
        if mode & _OTHERS:
            complain(f"Others can read {path} ({stat.S_IMODE(mode):04o}). Close it: chmod 600 {path}")
        if not 0 < count <= MOST:
            raise CommandFailed(f"{path} has no key in it: 1 to {MOST:,} bytes were expected.", Exit.USAGE)
        return SecretBytes(bytearray(memoryview(held)[:count]))
    except OSError as problem:
        fault = problem.strerror or type(problem).__name__
    finally:
        overwrite(held)
    raise CommandFailed(f"{path} cannot be read ({fault}). Nothing was stored.", Exit.USAGE)
