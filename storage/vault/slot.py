"""A slot: the data key, wrapped under one secret (FORMAT.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from connectors.errors import VaultDamaged
from storage.vault.codec import Reader, checked, checksum, u8, u32, u64
from storage.vault.parameters import NO_COST, SUITE, Cost

MAGIC = b"TDS1"
FIXED_LENGTH = 176
"""Everything but the label."""
MAX_LABEL = 64
WRAPPED_LENGTH = 48


class SlotKind(IntEnum):
    """What opens a slot."""

    PASSPHRASE = 1
    KEYRING = 2
    RECOVERY = 3

    @property
    def words(self) -> str:
        """As a sentence names it."""
        return {1: "passphrase", 2: "keyring item", 3: "recovery key"}[self.value]


@dataclass(frozen=True, slots=True)
class SlotPrefix:
    """The part of a slot that is bound into both its keys and its wrapping."""

    kind: SlotKind
    vault_id: bytes
    slot_id: bytes
    epoch: int
    created_ms: int
    salt: bytes
    cost: Cost

    def encode(self) -> bytes:
        """P, 75 bytes."""
        return b"".join(
            (
                MAGIC,
                u8(SUITE),
                u8(self.kind),
                self.vault_id,
                self.slot_id,
                u32(self.epoch),
                u64(self.created_ms),
                self.salt,
                u32(self.cost.memory_kib),
                u32(self.cost.passes),
                u8(self.cost.lanes),
            )
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot as it is stored."""

    prefix: SlotPrefix
    commit: bytes
    """Says whether a secret is this slot's, before anything is unwrapped."""
    nonce: bytes
    wrapped: bytes
    label: bytes
    """UTF-8 as it was given; under the seal, not under the checksum's word alone."""

    def encode(self) -> bytes:
        """176 bytes and the label."""
        content = b"".join(
            (self.prefix.encode(), self.commit, self.nonce, self.wrapped, u8(len(self.label)), self.label)
        )
        return content + checksum(content)

    @property
    def slot_id(self) -> bytes:
        """Its id, which is also its row's primary key (as hex)."""
        return self.prefix.slot_id

    @property
    def kind(self) -> SlotKind:
        """What opens it."""
        return self.prefix.kind

    @property
    def name(self) -> str:
        """The label for a sentence; whatever a hostile file has put there, it is printable."""
        text = self.label.decode("utf-8", "replace")
        return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def parse_slot(body: bytes, slot_id: bytes) -> Slot:
    """Read a slot.

    Args:
        body: The blob.
        slot_id: The primary key of its row.

    Raises:
        VaultDamaged: A length, the checksum, the kind, the id or the parameters of a kind are wrong.
        VaultUnsupported: It is of a later format.
    """
    part = f"slot {slot_id.hex()[:8]}"
    content = checked(body, MAGIC, part, FIXED_LENGTH, FIXED_LENGTH + MAX_LABEL)
    reader = Reader(content, part, skip=len(MAGIC) + 1)
    kind = _kind(reader.number(1), part)
    prefix = SlotPrefix(
        kind=kind,
        vault_id=reader.take(16),
        slot_id=reader.take(16),
        epoch=reader.number(4),
        created_ms=reader.count(),
        salt=reader.take(16),
        cost=Cost(reader.number(4), reader.number(4), reader.number(1)),
    )
    if kind is not SlotKind.PASSPHRASE and prefix.cost != NO_COST:
        raise VaultDamaged(part, f"is a {kind.words} and asks for Argon2 ({prefix.cost})")
    if prefix.slot_id != slot_id:
        raise VaultDamaged(part, "lies under another slot's id")
    slot = Slot(prefix, reader.take(32), reader.take(12), reader.take(WRAPPED_LENGTH), reader.take(reader.number(1)))
    reader.end()
    return slot


def _kind(number: int, part: str) -> SlotKind:
    if number not in set(SlotKind):
        raise VaultDamaged(part, f"is of kind {number}, and 1 to {len(SlotKind)} are known")
    return SlotKind(number)
