"""Reads clients' public keys and checks what they signed (§2.1): RSA with PKCS#1 v1.5 and SHA-256, and Ed25519."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from connectors.simulator.entry.keys import Algorithm, NotAKeyError, Verify

_SHORTEST, _LONGEST = 2048, 4096
"""Bits of an RSA key (§2.1)."""


def verifier(pem: str) -> tuple[Algorithm, Verify]:
    """What a public key signs with, and its check.

    Raises:
        NotAKeyError: The text is none that can be used.
    """
    try:
        key = load_pem_public_key(pem.encode("ascii", "replace"))
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise NotAKeyError("is no public key in PEM") from wrong
    if isinstance(key, Ed25519PublicKey):
        return Algorithm.ED25519, _ed25519(key)
    if not isinstance(key, RSAPublicKey):
        raise NotAKeyError("is neither RSA nor Ed25519")
    if not _SHORTEST <= key.key_size <= _LONGEST:
        raise NotAKeyError(f"has {key.key_size} bits, not {_SHORTEST} to {_LONGEST}")
    return Algorithm.RSA, _rsa(key)


def _ed25519(key: Ed25519PublicKey) -> Verify:
    def verify(text: str, signature: str) -> bool:
        try:
            key.verify(base64.b64decode(signature, validate=True), text.encode())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    return verify


def _rsa(key: RSAPublicKey) -> Verify:
    def verify(text: str, signature: str) -> bool:
        try:
            key.verify(base64.b64decode(signature, validate=True), text.encode(), PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    return verify
