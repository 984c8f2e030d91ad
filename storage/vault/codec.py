"""Reading and writing blobs, strictly: exact lengths, big-endian, no byte left over, one form only (FORMAT.md)."""

from __future__ import annotations

import hashlib
import hmac

from connectors.errors import VaultDamaged, VaultUnsupported
from storage.vault.parameters import SUITE

MAX_BLOB = 16 * 1024
"""Largest blob that is ever looked into."""
MAX_U63 = (1 << 63) - 1
"""Largest generation: SQLite keeps no larger integer."""
CHECKSUM = 8
_MAGIC = 4
_FAMILY = b"TD"
"""What every magic of ours begins with, in this and in later formats."""


def u8(value: int) -> bytes:
    """One byte."""
    return value.to_bytes(1, "big")


def u16(value: int) -> bytes:
    """Two bytes, big-endian."""
    return value.to_bytes(2, "big")


def u32(value: int) -> bytes:
    """Four bytes, big-endian."""
    return value.to_bytes(4, "big")


def u64(value: int) -> bytes:
    """Eight bytes, big-endian."""
    return value.to_bytes(8, "big")


def lp(data: bytes) -> bytes:
    """``data`` behind its length as u32, so that no two lists of parts read the same."""
    return u32(len(data)) + data


def checksum(data: bytes) -> bytes:
    """First 8 bytes of SHA-256: finds decay, stops nobody."""
    return hashlib.sha256(data).digest()[:CHECKSUM]


def check_kind(body: bytes, magic: bytes, part: str) -> None:
    """Tell a blob of a later format from one of ours.

    Raises:
        VaultUnsupported: Another magic, or another suite.
    """
    if body[:_MAGIC] != magic or body[_MAGIC] != SUITE:
        raise VaultUnsupported(
            f"In the vault, {part} is written as {body[:_MAGIC].hex()} suite {body[_MAGIC]}; this release reads"
            f" {magic.hex()} suite {SUITE}. Install a newer Tradedesk. Nothing was changed."
        )


def checked(body: bytes, magic: bytes, part: str, least: int, most: int) -> bytes:
    """Everything of a blob before its checksum, once length, checksum, magic and suite are right.

    Args:
        body: The whole blob.
        magic: Its first four bytes.
        part: What it is, for the error.
        least: Smallest length of the whole blob.
        most: Largest.

    Raises:
        VaultDamaged: Length or checksum is wrong.
        VaultUnsupported: It is of a later format.
    """
    if not least <= len(body) <= most:
        # A later format may have another length, and its checksum elsewhere; a cut-off blob of ours may not.
        if len(body) > _MAGIC and body.startswith(_FAMILY):
            check_kind(body, magic, part)
        raise VaultDamaged(part, f"has {len(body)} bytes, and {_range(least, most)} belong there")
    content = body[:-CHECKSUM]
    if not hmac.compare_digest(checksum(content), body[-CHECKSUM:]):
        raise VaultDamaged(part, "does not match its checksum")
    check_kind(body, magic, part)
    return content


def _range(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


class Reader:
    """Takes a blob apart from its start; what does not fit is damage."""

    __slots__ = ("_at", "_data", "_part")

    def __init__(self, data: bytes, part: str, *, skip: int = 0) -> None:
        self._data = data
        self._part = part
        self._at = skip

    def take(self, length: int) -> bytes:
        """The next ``length`` bytes.

        Raises:
            VaultDamaged: There are fewer.
        """
        end = self._at + length
        if end > len(self._data):
            raise VaultDamaged(self._part, f"ends at byte {len(self._data)}, and {end} are needed")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def number(self, length: int) -> int:
        """The next ``length`` bytes as a number.

        Raises:
            VaultDamaged: There are fewer.
        """
        return int.from_bytes(self.take(length), "big")

    def count(self) -> int:
        """The next 8 bytes as a generation or a time in ms.

        Raises:
            VaultDamaged: Beyond what SQLite keeps.
        """
        value = self.number(8)
        if value > MAX_U63:
            raise VaultDamaged(self._part, f"holds {value}, and {MAX_U63} is the largest number there")
        return value

    def end(self) -> None:
        """Nothing may follow.

        Raises:
            VaultDamaged: Something does.
        """
        if self._at != len(self._data):
            raise VaultDamaged(self._part, f"has {len(self._data) - self._at} bytes too many")
