"""API keys (§2.1): HMAC ones the exchange mints with a secret, RSA and Ed25519 ones for a client's public key."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex

from connectors.simulator.entry.rights import Rights
from connectors.simulator.options import RefusedError
from connectors.simulator.protocol.errors import ApiError, missing

_KEY = re.compile(r"^[A-Za-z0-9_-]{8,128}$")

Verify = Callable[[str, str], bool]


class Algorithm(StrEnum):
    """What a key signs with."""

    HMAC = "HMAC"
    RSA = "RSA"
    ED25519 = "ED25519"


class NotAKeyError(Exception):
    """A text is no public key that can be used here; says why, in words that follow "it"."""


@dataclass(eq=False)
class Key:
    """One key.

    Attributes:
        verify: Whether a signature is that of a text.
        rights: What it may do; may change while the exchange runs.
        created_ms: When it was minted.
        secret: What signs for it, where the exchange knows it (HMAC).
    """

    api_key: str
    algorithm: Algorithm
    verify: Verify = field(repr=False)
    rights: Rights = field(default_factory=Rights)
    created_ms: int = 0
    secret: str | None = field(default=None, repr=False)


class Keys:
    """The run's keys, minted while it lasts and never kept. One HMAC key is there from the start."""

    def __init__(self, now_ms: int = 0) -> None:
        self._keys: dict[str, Key] = {}
        self.revoked: dict[object, Callable[[Key], None]] = {}
        """Who wants to be told that a key is no longer valid."""
        first = self.mint(now_ms)
        self.api_key = first.api_key
        self.secret = first.secret or ""

    @property
    def valid(self) -> list[Key]:
        """All keys, in the order they were minted."""
        return list(self._keys.values())

    def mint(self, now_ms: int, rights: Rights | None = None) -> Key:
        """A new HMAC key."""
        secret = token_hex(32)

        def verify(text: str, signature: str) -> bool:
            expected = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
            return hmac.compare_digest(expected.encode(), signature.lower().encode())

        return self._add(Key(_minted(), Algorithm.HMAC, verify, rights or Rights(), now_ms, secret))

    def register(self, pem: str, now_ms: int, rights: Rights | None = None) -> Key:
        """A new key for a client's public key.

        Raises:
            NotAKeyError: The text is no RSA (2048 to 4096 bits) or Ed25519 public key in PEM.
        """
        # Only a run that is given public keys pays for loading what reads them: a tenth of a second.
        room = importlib.import_module("connectors.simulator.entry.public_keys")
        algorithm, verify = room.verifier(pem)
        return self._add(Key(_minted(), algorithm, verify, rights or Rights(), now_ms))

    def revoke(self, api_key: str) -> Key | None:
        """Make a key invalid at once; None when there is no such key."""
        key = self._keys.pop(api_key, None)
        if key is not None:
            for told in list(self.revoked.values()):
                told(key)
        return key

    def find(self, given: str | None) -> Key:
        """A key by its name: -2014 for a missing or misshapen one, -2015 for one that is not ours."""
        if given is None or not _KEY.match(given):
            raise ApiError(-2014, "API-key format invalid.", HTTPStatus.UNAUTHORIZED)
        key = self._keys.get(given)
        if key is None:
            raise not_permitted()
        return key

    def _add(self, key: Key) -> Key:
        self._keys[key.api_key] = key
        return key


def load(keys: Keys, path: Path, now_ms: int) -> Key:
    """A key for the public key in a file.

    Raises:
        RefusedError: One sentence on what is wrong with the file.
    """
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError as broken:
        raise RefusedError(
            f"The public key {path} cannot be read ({broken.strerror}); name another with --public-key."
        ) from broken
    try:
        return keys.register(text, now_ms)
    except NotAKeyError as wrong:
        raise RefusedError(f"The public key {path} cannot be used: it {wrong}; give one in PEM.") from wrong


def check_signature(key: Key, text: str, given: str | None) -> None:
    """-1102 without a signature, -1022 for one that is not the key's of this text."""
    if not given:
        raise missing("signature")
    if not key.verify(text, given):
        raise ApiError(-1022, "Signature for this request is not valid.")


def not_permitted() -> ApiError:
    """-2015: an unknown key, an address it may not be used from, or something it may not do."""
    return ApiError(-2015, "Invalid API-key, IP, or permissions for action.", HTTPStatus.UNAUTHORIZED)


def _minted() -> str:
    # As long as a venue's own, and of the same signs: a connection on a testnet's mode takes no other.
    return ("SIM" + token_hex(31))[:64]
