"""A whole vault taken apart: every blob parsed and every id, epoch and count held against the others.

Pure. From here on nothing is a bare blob from a file; what the seal covers is computed from this form and never from
the layout of the tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

import msgspec

from connectors.errors import VaultDamaged
from storage.vault.binding import Accepted, Bound, check_generation, check_stored, printable
from storage.vault.codec import MAX_BLOB, lp, u16, u32, u64
from storage.vault.field import FIELD_NAMES, check_envelope, is_item_name
from storage.vault.header import PART, SEAL_LENGTH, Header, parse_header
from storage.vault.slot import Slot, SlotKind, parse_slot
from storage.vault.store import Stored, StoredItem, StoredRow

MOST_SLOTS: Mapping[SlotKind, int] = {SlotKind.PASSPHRASE: 2, SlotKind.KEYRING: 4, SlotKind.RECOVERY: 1}
MAX_ROWS = 1000
MAX_ITEMS = 64
_SEAL_DOMAIN = b"tradedesk/seal/1\0"
_ORIGINS = msgspec.json.Decoder(tuple[tuple[str, str], ...])


@dataclass(frozen=True, slots=True)
class Row:
    """One connection that holds encrypted fields."""

    bound: Bound
    generation: int
    fields: Mapping[str, bytes] = field(repr=False)
    """Name → envelope; never empty."""

    def binding(self, header: Header) -> bytes:
        """B of this row."""
        return self.bound.encode(header.vault_id, header.epoch, self.generation)


@dataclass(frozen=True, slots=True)
class Item:
    """One encrypted value that belongs to no connection, such as the key of the audit anchors."""

    name: str
    generation: int
    envelope: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything the seal covers. Slots by id, rows by connection id, items by name: sorted."""

    header: Header
    slots: tuple[Slot, ...]
    rows: tuple[Row, ...] = ()
    items: tuple[Item, ...] = ()

    def sealed_message(self) -> bytes:
        """What the seal is the HMAC of."""
        parts = [_SEAL_DOMAIN, lp(self.header.encode()), u16(len(self.slots))]
        parts += [lp(slot.encode()) for slot in self.slots]
        parts.append(u32(len(self.rows)))
        for row in self.rows:
            parts += [lp(row.binding(self.header)), u16(len(row.fields))]
            for name in sorted(row.fields):
                parts.append(lp(name.encode()) + hashlib.sha256(row.fields[name]).digest())
        parts.append(u16(len(self.items)))
        parts += [lp(item.name.encode()) + u64(item.generation) + lp(item.envelope) for item in self.items]
        return b"".join(parts)

    def stored(self, seal: bytes) -> Stored:
        """As the store keeps it."""
        return Stored(
            header=self.header.encode(),
            seal=seal,
            slots={slot.slot_id.hex(): slot.encode() for slot in self.slots},
            rows={str(UUID(bytes=row.bound.connection_id)): _stored_row(row) for row in self.rows},
            items={item.name: StoredItem(item.generation, item.envelope) for item in self.items},
        )

    def row(self, connection_id: bytes) -> Row | None:
        """The row of one connection."""
        return next((row for row in self.rows if row.bound.connection_id == connection_id), None)

    def item(self, name: str) -> Item | None:
        """One item."""
        return next((item for item in self.items if item.name == name), None)

    def slots_of(self, kind: SlotKind) -> tuple[Slot, ...]:
        """The slots of one kind."""
        return tuple(slot for slot in self.slots if slot.kind is kind)

    def with_slots(self, *added: Slot, without: frozenset[bytes] = frozenset()) -> Contents:
        """With some slots in and some out."""
        kept = (*(slot for slot in self.slots if slot.slot_id not in without), *added)
        return replace(self, slots=tuple(sorted(kept, key=lambda slot: slot.slot_id)))

    def with_row(self, row: Row | None, connection_id: bytes) -> Contents:
        """With a connection's row replaced; None takes it out."""
        kept = [other for other in self.rows if other.bound.connection_id != connection_id]
        kept += [row] if row is not None else []
        return replace(self, rows=tuple(sorted(kept, key=lambda each: each.bound.connection_id)))

    def with_item(self, item: Item) -> Contents:
        """With an item put in place of what had its name."""
        kept = (*(other for other in self.items if other.name != item.name), item)
        return replace(self, items=tuple(sorted(kept, key=lambda each: each.name)))


def parse_contents(stored: Stored) -> Contents | None:
    """Take a vault apart; None where there is none at all.

    Raises:
        VaultDamaged: A blob, a count or an id is wrong, or parts of a vault lie there without its header.
        VaultUnsupported: It is of a later format.
    """
    if stored.header is None:
        if stored.seal is not None or stored.slots or stored.rows or stored.items:
            raise VaultDamaged(PART, "is gone, and other parts of a vault are there")
        return None
    _check_counts(stored)
    header = parse_header(_blob(stored.header, PART))
    if stored.seal is None or len(stored.seal) != SEAL_LENGTH:
        raise VaultDamaged("the seal", f"is missing or does not have {SEAL_LENGTH} bytes")
    slots = tuple(sorted((_slot(name, body, header) for name, body in stored.slots.items()), key=lambda s: s.slot_id))
    _check_kinds(slots)
    rows = (_row(name, row, header) for name, row in stored.rows.items())
    items = (_item(name, item, header) for name, item in stored.items.items())
    return Contents(
        header,
        slots,
        tuple(sorted(rows, key=lambda row: row.bound.connection_id)),
        tuple(sorted(items, key=lambda item: item.name)),
    )


def _blob(body: bytes, part: str) -> bytes:
    if len(body) > MAX_BLOB:
        raise VaultDamaged(part, f"is longer than {MAX_BLOB} bytes")
    return body


def _check_counts(stored: Stored) -> None:
    for what, found, most in (
        ("slots", len(stored.slots), sum(MOST_SLOTS.values())),
        ("connections", len(stored.rows), MAX_ROWS),
        ("items", len(stored.items), MAX_ITEMS),
    ):
        if found > most:
            raise VaultDamaged(f"the list of {what}", f"has {found} entries, and {most} are the most")


def _check_kinds(slots: tuple[Slot, ...]) -> None:
    for kind, most in MOST_SLOTS.items():
        found = sum(slot.kind is kind for slot in slots)
        if found > most:
            raise VaultDamaged("the list of slots", f"has {found} of kind {kind.words}, and {most} is the most")


def _slot(name: str, body: bytes, header: Header) -> Slot:
    part = f"slot {printable(name)[:8]}"
    slot = parse_slot(_blob(body, part), _hex_id(name, part))
    if (slot.prefix.vault_id, slot.prefix.epoch) != (header.vault_id, header.epoch):
        raise VaultDamaged(part, "belongs to another vault or to another data key")
    return slot


def _hex_id(name: str, part: str) -> bytes:
    try:
        found = bytes.fromhex(name)
    except ValueError:
        found = b""
    if found.hex() != name or len(found) != len(UUID(int=0).bytes):
        raise VaultDamaged(part, "lies under an id that is none")
    return found


def _row(name: str, row: StoredRow, header: Header) -> Row:
    part = f"connection {printable(row.label)[:64]}"
    try:
        connection = UUID(name)
        origins = _ORIGINS.decode(row.origins)
    except (ValueError, msgspec.MsgspecError):
        connection, origins = None, ()
    if connection is None or str(connection) != name:
        raise VaultDamaged(part, "has an id or hosts that cannot be read")
    bound = Bound(connection.bytes, row.venue, row.mode, row.auth_kind, row.label, _flags(row, part), origins)
    if encode_origins(origins) != row.origins:
        raise VaultDamaged(bound.part, "has hosts that are not in their one written form")
    check_stored(bound, row.generation, header.generation)
    if not row.fields or not set(row.fields) <= set(FIELD_NAMES):
        raise VaultDamaged(bound.part, "has fields that no connection has")
    for name_of_field, body in row.fields.items():
        where = f"{name_of_field} of {bound.part}"
        check_envelope(_blob(body, where), where)
    return Row(bound, row.generation, dict(row.fields))


def _flags(row: StoredRow, part: str) -> Accepted:
    known = int(~Accepted.NOTHING)
    if not 0 <= row.flags <= known:
        raise VaultDamaged(part, f"has flags {row.flags}, and only {known} are defined")
    return Accepted(row.flags)


def _item(name: str, item: StoredItem, header: Header) -> Item:
    part = f"item {printable(name)[:64]}"
    if not is_item_name(name):
        raise VaultDamaged(part, "has a name that no item has")
    check_generation(part, item.generation, header.generation)
    check_envelope(_blob(item.body, part), part)
    return Item(name, item.generation, item.body)


def encode_origins(origins: tuple[tuple[str, str], ...]) -> str:
    """The one text in which a row's hosts are kept: JSON without spaces."""
    return msgspec.json.encode(origins).decode()


def _stored_row(row: Row) -> StoredRow:
    bound = row.bound
    return StoredRow(
        venue=bound.venue,
        label=bound.label,
        mode=bound.mode,
        auth_kind=bound.auth_kind,
        origins=encode_origins(bound.origins),
        flags=int(bound.flags),
        generation=row.generation,
        fields=row.fields,
    )
