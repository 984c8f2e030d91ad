"""The one AEAD of the suite, and the one source of chance (SECURITY-SPEC §2, T3c)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from connectors.model.secret import SecretBytes

NONCE = 12
TAG = 16


def fresh(length: int) -> bytes:
    """``length`` bytes of chance from the system, for what is no secret: ids, salts, nonces."""
    return os.urandom(length)


def fresh_secret(length: int) -> SecretBytes:
    """A new random secret."""
    return SecretBytes(bytearray(os.urandom(length)))


def encrypt(key: SecretBytes, nonce: bytes, plain: bytearray, associated: bytes) -> bytes:
    """ChaCha20-Poly1305 (RFC 8439): ciphertext and tag.

    Args:
        key: 32 bytes.
        nonce: 12 bytes from `fresh`; never twice under one key.
        plain: What is hidden.
        associated: What is not hidden, and cannot be changed either.
    """
    return ChaCha20Poly1305(key.buffer).encrypt(nonce, plain, associated)


def decrypt(key: SecretBytes, nonce: bytes, hidden: bytes, associated: bytes) -> SecretBytes | None:
    """The plaintext; None when key, nonce, ciphertext or associated data is not what it was.

    None, not an error: only the caller knows what its failure means.
    """
    if len(hidden) < TAG:
        return None
    plain = SecretBytes(bytearray(len(hidden) - TAG))
    try:
        ChaCha20Poly1305(key.buffer).decrypt_into(nonce, hidden, associated, plain.buffer)
    except InvalidTag:
        plain.close()
        return None
    return plain
