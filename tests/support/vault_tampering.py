"""Vaults that someone without the key has changed, and what becomes of opening them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from connectors.errors import VaultError
from connectors.model.vault import VaultState
from storage.vault.anchor import Anchor
from storage.vault.codec import checksum
from storage.vault.store import Stored, StoredItem, StoredRow
from storage.vault.vault import Vault
from support.vaults import OTHER, Desk, MemoryAnchors, MemoryStore, bound, by, secret

VECTORS = Path(__file__).resolve().parents[1] / "storage" / "vectors"

Change = Callable[[Stored], Stored]


def stored_of(desk: Desk) -> Stored:
    assert isinstance(desk.store, MemoryStore)
    return desk.store.now


def full() -> Stored:
    """A vault with three connections, two items and two passphrases."""
    desk = Desk()
    vault = desk.made(connections=3)
    vault.slots.add_passphrase(by(), by(OTHER), "second")
    vault.credentials.put_item("audit.mac", secret("m" * 32))
    vault.credentials.put_item("note", secret("n" * 32))
    return stored_of(desk)


def opening(stored: Stored, anchor: Anchor | None = None) -> Vault:
    vault = Desk(MemoryStore(stored), MemoryAnchors(anchor)).vault()
    vault.unlock(by())
    return vault


def refused(stored: Stored, anchor: Anchor | None = None) -> VaultError:
    """The error that an unlock ends in, after which nothing is open and nothing was written."""
    store, anchors = MemoryStore(stored), MemoryAnchors(anchor)
    vault = Desk(store, anchors).vault()
    with pytest.raises(VaultError) as caught:
        vault.unlock(by())
    assert vault.state is VaultState.LOCKED
    assert store.now is stored
    assert anchors.now is anchor
    assert caught.value.sentence.endswith((".", "FILE", "slots", "reseal")), caught.value.sentence
    return caught.value


def flipped(body: bytes, at: int, mask: int, *, mended: bool) -> bytes:
    changed = bytearray(body)
    changed[at] ^= mask
    content = bytes(changed)
    return content[:-8] + checksum(content[:-8]) if mended else content


def row_change(number: int, **columns: Any) -> Change:
    def change(stored: Stored) -> Stored:
        name = name_of(number)
        return replace(stored, rows={**stored.rows, name: replace(stored.rows[name], **columns)})

    return change


def name_of(number: int) -> str:
    return str(UUID(bytes=bound(number).connection_id))


def answer(path: Path) -> tuple[dict[str, str], Stored]:
    """A known answer: the secrets that open it, and what is stored."""
    read = json.loads(path.read_text(encoding="utf-8"), parse_float=str)
    vault = read["vault"]

    def row(kept: dict[str, Any]) -> StoredRow:
        return StoredRow(**{**kept, "fields": {name: bytes.fromhex(body) for name, body in kept["fields"].items()}})

    return read["opened_by"], Stored(
        bytes.fromhex(vault["header"]),
        bytes.fromhex(vault["seal"]),
        {name: bytes.fromhex(body) for name, body in vault["slots"].items()},
        {name: row(kept) for name, kept in vault["connections"].items()},
        {name: StoredItem(kept["generation"], bytes.fromhex(kept["body"])) for name, kept in vault["items"].items()},
    )


def plain() -> Stored:
    """The vault of the design's known answers."""
    return answer(VECTORS / "plain.json")[1]
