"""One encrypted value: padded so that its length does not show, under a key of its own (FORMAT.md §5)."""

from __future__ import annotations

import re

from connectors.errors import SecretRefused, VaultDamaged
from connectors.model.secret import SecretBytes, overwrite
from storage.vault.cipher import NONCE, TAG, decrypt, encrypt, fresh
from storage.vault.codec import check_kind, lp, u8, u16
from storage.vault.datakey import DataKey
from storage.vault.parameters import SUITE

MAGIC = b"TDF1"
BLOCK = 64
MAX_SECRET = 8192
FIELD_NAMES = ("api_key", "passphrase", "secret")
"""The columns ``enc_…`` of a connection, sorted."""
_HEAD = len(MAGIC) + 1 + NONCE
_LENGTH = 2
_LONGEST = _HEAD + (MAX_SECRET + _LENGTH + BLOCK - 1) // BLOCK * BLOCK + TAG
_ITEM = re.compile(r"[a-z][a-z0-9._-]{0,63}")


def item_field(name: str) -> str:
    """The field name under which an item is bound."""
    return f"item:{name}"


def is_item_name(name: str) -> bool:
    """Say whether an item may have this name."""
    return _ITEM.fullmatch(name) is not None


def associated(binding: bytes, name: str) -> bytes:
    """AAD: the binding, and which field it is."""
    return binding + lp(name.encode())


def seal_field(key: DataKey, binding: bytes, name: str, secret: SecretBytes) -> bytes:
    """Encrypt one value as it is stored.

    Raises:
        SecretRefused: It is empty or longer than 8192 bytes.
    """
    if not 1 <= len(secret) <= MAX_SECRET:
        raise SecretRefused(f"The field {name} has {len(secret)} bytes, and 1 to {MAX_SECRET} can be kept.")
    return envelope(key, binding, name, secret, fresh(NONCE))


def envelope(key: DataKey, binding: bytes, name: str, secret: SecretBytes, nonce: bytes) -> bytes:
    """`seal_field` with its nonce given: `seal_field` draws a new one, the known answers a fixed one."""
    aad = associated(binding, name)
    filled = _LENGTH + len(secret)
    plain = bytearray(-(-filled // BLOCK) * BLOCK)
    try:
        plain[:_LENGTH] = u16(len(secret))
        plain[_LENGTH:filled] = secret.buffer
        with key.field_key(aad) as own:
            return MAGIC + u8(SUITE) + nonce + encrypt(own, nonce, plain, aad)
    finally:
        overwrite(plain)


def check_envelope(body: bytes, part: str) -> None:
    """Look at the outside of an encrypted value.

    Raises:
        VaultDamaged: Its length is none that we write.
        VaultUnsupported: It is of a later format.
    """
    hidden = len(body) - _HEAD - TAG
    if not (hidden > 0 and len(body) <= _LONGEST and hidden % BLOCK == 0):
        raise VaultDamaged(part, f"has {len(body)} bytes, which no field has")
    check_kind(body, MAGIC, part)


def open_field(key: DataKey, binding: bytes, name: str, body: bytes) -> SecretBytes | None:
    """Decrypt one value; None when it is not what was written for exactly this binding and name."""
    aad = associated(binding, name)
    with key.field_key(aad) as own:
        plain = decrypt(own, body[_HEAD - NONCE : _HEAD], body[_HEAD:], aad)
    if plain is None:
        return None
    with plain:
        padded = plain.buffer
        end = _LENGTH + int.from_bytes(padded[:_LENGTH], "big")
        shortest = -(-end // BLOCK) * BLOCK == len(padded)
        if end == _LENGTH or not shortest or any(padded[end:]):
            return None
        return SecretBytes(padded[_LENGTH:end])
