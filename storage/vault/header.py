"""The vault's header: which vault, which data key, how often it was written (FORMAT.md §3)."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.errors import VaultDamaged
from storage.vault.codec import Reader, checked, checksum, u8, u32, u64
from storage.vault.parameters import SUITE

MAGIC = b"TDV1"
LENGTH = 90
PART = "the header"
SEAL_LENGTH = 32
_FLAGS = 0


@dataclass(frozen=True, slots=True)
class Header:
    """One header; times in ms since the Unix epoch."""

    vault_id: bytes
    epoch: int
    """Number of the data key: 1, and one more with each `rekey`."""
    generation: int
    """Grows by one with every committed write."""
    created_ms: int
    rotated_ms: int
    check: bytes
    """``K.check``: tells the right data key from any other."""

    def encode(self) -> bytes:
        """The 90 bytes."""
        content = b"".join(
            (
                MAGIC,
                u8(SUITE),
                u8(_FLAGS),
                self.vault_id,
                u32(self.epoch),
                u64(self.generation),
                u64(self.created_ms),
                u64(self.rotated_ms),
                self.check,
            )
        )
        return content + checksum(content)


def parse_header(body: bytes) -> Header:
    """Read a header.

    Raises:
        VaultDamaged: Length, checksum, flags or a number is wrong.
        VaultUnsupported: It is of a later format.
    """
    content = checked(body, MAGIC, PART, LENGTH, LENGTH)
    reader = Reader(content, PART, skip=len(MAGIC) + 1)
    if (flags := reader.number(1)) != _FLAGS:
        raise VaultDamaged(PART, f"has flags {flags:#x}, and none are defined")
    header = Header(
        vault_id=reader.take(16),
        epoch=reader.number(4),
        generation=reader.count(),
        created_ms=reader.count(),
        rotated_ms=reader.count(),
        check=reader.take(32),
    )
    reader.end()
    return header
