"""The data key and what is derived from it: made, held for as long as the vault is open, overwritten (FORMAT.md §2)."""

from __future__ import annotations

import hashlib
import hmac

from connectors.model.secret import SecretBytes, Unspeakable
from storage.vault.cipher import fresh_secret
from storage.vault.codec import u32
from storage.vault.kdf import KEY, expand

_KEY_DOMAIN = b"tradedesk/key/1\0"
_FIELD_DOMAIN = b"tradedesk/field/1\0"


class DataKey(Unspeakable):
    """One epoch's data key (DEK) with its three uses: check, seal, data.

    Args:
        dek: 32 bytes; closed with this object.
        vault_id: The vault it belongs to.
        epoch: Its number.
    """

    __slots__ = ("_data", "_seal", "check", "dek", "epoch", "vault_id")

    def __init__(self, dek: SecretBytes, vault_id: bytes, epoch: int) -> None:
        self.dek = dek
        self.vault_id = vault_id
        self.epoch = epoch
        info = _KEY_DOMAIN + vault_id + u32(epoch)
        # K.check stands in the header for all to see; it says nothing about the other two.
        with expand(dek, info + b"check") as check:
            self.check = bytes(check.buffer)
        self._seal = expand(dek, info + b"seal")
        self._data = expand(dek, info + b"data")

    @classmethod
    def fresh(cls, vault_id: bytes, epoch: int) -> DataKey:
        """A new random one."""
        return cls(fresh_secret(KEY), vault_id, epoch)

    def seal_of(self, message: bytes) -> bytes:
        """HMAC-SHA256 under K.seal."""
        return hmac.digest(self._seal.buffer, message, "sha256")

    def field_key(self, associated: bytes) -> SecretBytes:
        """The key of one version of one field: it depends on everything the field is bound to."""
        return expand(self._data, _FIELD_DOMAIN + hashlib.sha256(associated).digest())

    def close(self) -> None:
        """Overwrite them all; may be called twice."""
        for held in (self.dek, self._seal, self._data):
            held.close()
