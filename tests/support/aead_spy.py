"""Watches the vault's one AEAD while any test runs: no key meets a nonce twice, no nonce is ours to choose (T3c).

Installed for the whole suite by `tests/conftest.py`. A test that gives nonces on purpose, to compare with known
answers, is named in `GIVEN`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from storage.vault import cipher

GIVEN = (
    "test_vault_known_answers.py::",
    "test_vault_parsing.py::test_a_plaintext_that_is_padded_otherwise_is_none_of_ours",
    "test_vault_fuzz.py::test_a_field_opens_for_its_own_binding_and_name_alone",
)
"""Tests whose nonces are fixed: the vectors of the standards and of the format."""


class Watched:
    """`ChaCha20Poly1305`, which keeps what it has seen for as long as the tests run."""

    seen: set[bytes] = set()  # noqa: RUF012  # of all of them together
    drawn: set[bytes] = set()  # noqa: RUF012

    def __init__(self, key: bytearray) -> None:
        self._key = hashlib.sha256(key).digest()
        self._real = ChaCha20Poly1305(key)

    def encrypt(self, nonce: bytes, plain: bytearray, associated: bytes) -> bytes:
        """Encrypt, where nonce and pair are new."""
        if not any(test in os.environ.get("PYTEST_CURRENT_TEST", "") for test in GIVEN):
            pair = self._key + nonce
            assert pair not in self.seen, "this key has met this nonce before"
            assert nonce in self.drawn, "this nonce was not drawn from os.urandom"
            self.seen.add(pair)
        return self._real.encrypt(nonce, plain, associated)

    def decrypt_into(self, nonce: bytes, hidden: bytes, associated: bytes, buffer: bytearray) -> int:
        """Decrypt; a nonce is read as often as one likes."""
        return self._real.decrypt_into(nonce, hidden, associated, buffer)


def _drawn(length: int) -> bytes:
    made = os.urandom(length)
    Watched.drawn.add(made)
    return made


@contextmanager
def watched() -> Iterator[None]:
    """Put the watch in place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cipher, "ChaCha20Poly1305", Watched)
        patch.setattr(cipher, "os", SimpleNamespace(urandom=_drawn))
        yield
