"""Signers for the kinds of keys venues hand out. They know a secret and never give it away.

Neither ``repr`` nor an error shows a key; pickling and copying are refused. What a PEM must be is said by the field it
came in, and the errors of the cryptography library, which may quote what they read, are left behind: errors are made
inside the ``except`` and raised outside it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from connectors.errors import CredentialRefused
from connectors.model.connection import KeyKind

PRIVATE_KEY = "private_key"
"""The field a PEM comes in."""

_FIRST_LINES = 200
"""Bytes of a PEM that say what it is."""
_RSA_BITS = range(2048, 4097)
_HEAD = b"-----BEGIN PRIVATE KEY-----"
_OTHERS = (
    (b"ENCRYPTED", "is encrypted. Decrypt it first: openssl pkey -in FILE -out PLAIN"),
    (b"-----BEGIN PUBLIC KEY-----", "is a public key; the private half is needed"),
    (b"-----BEGIN RSA PUBLIC KEY-----", "is a public key; the private half is needed"),
    (b"-----BEGIN CERTIFICATE", "is a certificate; the private key is needed"),
    (b"-----BEGIN EC PRIVATE KEY-----", "is an EC key, which signs nothing here"),
    (b"-----BEGIN RSA PRIVATE KEY-----", "is not in PKCS#8. Convert it: openssl pkcs8 -topk8 -nocrypt -in FILE"),
    (b"-----BEGIN OPENSSH PRIVATE KEY-----", "is an SSH key; a PKCS#8 PEM is needed"),
)


class _Guarded:
    """What every signer refuses and hides."""

    __slots__ = ("_api_key",)

    def __init__(self, api_key: str) -> None:
        self._api_key = api_key

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a signer is never copied to another process or file")

    @property
    def api_key(self) -> str:
        """The public half."""
        return self._api_key


class HmacSigner(_Guarded):
    """HMAC-SHA256, in lower-case hex. The secret is taken up once; each text is signed with a copy of the state."""

    __slots__ = ("_state",)
    kind = KeyKind.HMAC

    def __init__(self, api_key: str, secret: bytes) -> None:
        super().__init__(api_key)
        self._state = hmac.new(secret, digestmod=hashlib.sha256)

    def sign(self, text: bytes) -> str:
        """Hex digest of ``text``."""
        state = self._state.copy()
        state.update(text)
        return state.hexdigest()


class RsaSigner(_Guarded):
    """PKCS#1 v1.5 with SHA-256, in base64.

    Args:
        api_key: The public half.
        pem: An unencrypted PKCS#8 private key of 2048 to 4096 bits.

    Raises:
        CredentialRefused: The PEM is something else.
    """

    __slots__ = ("_key",)
    kind = KeyKind.RSA

    def __init__(self, api_key: str, pem: bytes) -> None:
        super().__init__(api_key)
        key = _private_key(pem)
        if not isinstance(key, RSAPrivateKey):
            raise _refused(f"holds {_kind(key)}, but an RSA key is wanted")
        if key.key_size not in _RSA_BITS:
            raise _refused(f"has {key.key_size} bits; 2048 to 4096 are wanted")
        self._key = key

    def sign(self, text: bytes) -> str:
        """Base64 signature of ``text``."""
        return base64.b64encode(self._key.sign(text, PKCS1v15(), SHA256())).decode("ascii")


class Ed25519Signer(_Guarded):
    """Ed25519, in base64.

    Args:
        api_key: The public half.
        pem: An unencrypted PKCS#8 private key.

    Raises:
        CredentialRefused: The PEM is something else.
    """

    __slots__ = ("_key",)
    kind = KeyKind.ED25519

    def __init__(self, api_key: str, pem: bytes) -> None:
        super().__init__(api_key)
        key = _private_key(pem)
        if not isinstance(key, Ed25519PrivateKey):
            raise _refused(f"holds {_kind(key)}, but an Ed25519 key is wanted")
        self._key = key

    def sign(self, text: bytes) -> str:
        """Base64 signature of ``text``."""
        return base64.b64encode(self._key.sign(text)).decode("ascii")


def decrypted(pem: bytearray, passphrase: bytearray) -> bytearray:
    """The unencrypted PKCS#8 PEM inside an encrypted one, in a buffer for the caller to overwrite.

    Args:
        pem: As it lies in the key's file.
        passphrase: What opens it.

    Raises:
        CredentialRefused: The passphrase does not open it, or it is no encrypted PEM.
    """
    problem = CredentialRefused(
        "The field passphrase does not open this private key. Type it again, or leave it out for a key that is not"
        " encrypted.",
        field="passphrase",
    )
    if b"ENCRYPTED" not in pem[:_FIRST_LINES]:
        raise problem
    try:
        key = load_pem_private_key(bytes(pem).strip(), password=bytes(passphrase))
        return bytearray(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # What the library says may quote what it read: it is left behind, and ours is raised outside.
        key = None
    raise problem


def _private_key(pem: bytes) -> object:
    """The key of an unencrypted PKCS#8 PEM.

    Raises:
        CredentialRefused: It is none; the sentence says what it is instead, as far as its first line tells.
    """
    text = pem.strip()
    if not text:
        raise _refused("is missing. Give the private key as PKCS#8 PEM")
    for mark, what in _OTHERS:
        if mark in text.split(b"\n\n", 1)[0][:200]:
            raise _refused(what)
    if not text.startswith(_HEAD):
        raise _refused("is not a PEM. It begins with -----BEGIN PRIVATE KEY-----")
    try:
        return load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        problem = _refused("is a damaged PEM, or holds a kind of key that is not known here")
    raise problem


def _kind(key: object) -> str:
    """The kind of a key, in a word: its class is all that may be said of it."""
    name = type(key).__name__
    for word in ("RSA", "Ed25519", "Ed448", "EC", "DSA"):
        if word.lower() in name.lower().replace("elliptic", "ec"):
            return f"an {word} key" if word[0] in "RE" else f"a {word} key"
    return "another kind of key"


def _refused(what: str) -> CredentialRefused:
    return CredentialRefused(f"The field {PRIVATE_KEY} {what}.", field=PRIVATE_KEY)
