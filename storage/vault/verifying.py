"""Holding an opened vault against its data key: what was changed by someone without the key is found and named."""

from __future__ import annotations

import hmac

from connectors.errors import VaultTampered
from storage.vault.binding import item_binding
from storage.vault.contents import Contents
from storage.vault.datakey import DataKey
from storage.vault.field import item_field, open_field


def verify(contents: Contents, seal: bytes, key: DataKey) -> None:
    """See that nothing under the seal was changed by someone without the key.

    Raises:
        VaultTampered: Something was; the row is named where one row alone tells.
    """
    if not hmac.compare_digest(key.check, contents.header.check):
        raise VaultTampered("the header does not belong to this data key")
    if not hmac.compare_digest(key.seal_of(contents.sealed_message()), seal):
        raise VaultTampered(_what_does_not_open(contents, key))


def _what_does_not_open(contents: Contents, key: DataKey) -> str:
    header = contents.header
    for row in contents.rows:
        for name, body in row.fields.items():
            opened = open_field(key, row.binding(header), name, body)
            if opened is None:
                return f"{name} of {row.bound.part} does not open as it was bound"
            opened.close()
    for item in contents.items:
        binding = item_binding(header.vault_id, header.epoch, item.generation)
        opened = open_field(key, binding, item_field(item.name), item.envelope)
        if opened is None:
            return f"item {item.name} does not open"
        opened.close()
    return "each field opens, but a row, slot or item was added, removed or put back from an older copy"
