"""From a secret to keys: Argon2id (RFC 9106) and HKDF-SHA256 (RFC 5869), into buffers of our own."""

from __future__ import annotations

from typing import cast

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from connectors.errors import VaultError, VaultUnsupported
from connectors.model.secret import SecretBytes, overwrite
from storage.vault.parameters import Cost, check_readable, too_costly

KEY = 32


def argon2id(passphrase: SecretBytes, salt: bytes, cost: Cost) -> SecretBytes:
    """Derive 32 bytes, slowly; takes its memory only after the parameters were checked.

    Blocks for as long as ``cost`` says and releases the interpreter's lock: run it in a thread.

    Raises:
        KdfTooCostly: The parameters are out of bounds, or there is not enough memory.
        VaultUnsupported: This build of the cryptographic library has no Argon2id.
    """
    check_readable(cost)
    derived = bytearray(KEY)
    failure: VaultError
    try:
        engine = Argon2id(salt=salt, length=KEY, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
        # Its stub asks for bytes; it takes any buffer, and bytes could not be overwritten.
        engine.derive_into(cast("bytes", passphrase.buffer), derived)
    except MemoryError:
        failure = too_costly(cost)
    except UnsupportedAlgorithm:
        failure = VaultUnsupported(
            "This build of the cryptography library has no Argon2id, which the vault needs."
            " Install the wheel from the package index: it brings OpenSSL 3.2 or newer."
        )
    else:
        return SecretBytes(derived)
    raise failure


def slot_keys(material: SecretBytes, salt: bytes, info: bytes) -> tuple[SecretBytes, bytes]:
    """KEK and COMMIT of a slot.

    Args:
        material: What the secret was made into (IKM).
        salt: The slot's.
        info: Domain and prefix of the slot.
    """
    both = bytearray(2 * KEY)
    try:
        HKDF(SHA256(), 2 * KEY, salt, info).derive_into(material.buffer, both)
        return SecretBytes(both[:KEY]), bytes(both[KEY:])
    finally:
        overwrite(both)


def expand(key: SecretBytes, info: bytes) -> SecretBytes:
    """HKDF-Expand to 32 bytes: one key of one use from a key that is already uniform."""
    derived = bytearray(KEY)
    HKDFExpand(SHA256(), KEY, info).derive_into(key.buffer, derived)
    return SecretBytes(derived)
