"""Keys of a client's own, made for a test, and what they sign."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass(frozen=True)
class Signer:
    """A key pair: its public half in PEM, and base64 of what the private half signs (§2.1)."""

    pem: str
    sign: Callable[[str], str]


def ed25519() -> Signer:
    private = Ed25519PrivateKey.generate()
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return Signer(pem, lambda text: base64.b64encode(private.sign(text.encode())).decode())


def rsa(bits: int = 2048) -> Signer:
    private = generate_private_key(65537, bits)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return Signer(pem, lambda text: base64.b64encode(private.sign(text.encode(), PKCS1v15(), SHA256())).decode())


def elliptic() -> str:
    """The public half of a key of a kind the exchange does not take."""
    public = generate_ec(SECP256R1()).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
