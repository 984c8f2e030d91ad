"""Passphrases: one spelling, a least length, no common ones; and a generated one (SECURITY-SPEC §2)."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

from connectors.errors import SecretRefused
from connectors.model.secret import SecretBytes
from storage.vault.cipher import fresh_secret
from storage.vault.recovery import ALPHABET

LEAST = 12
MOST = 1024
_GENERATED = 25
"""Characters of 5 bits: 125 bits."""


def read_passphrase(text: str) -> SecretBytes:
    """The bytes a typed passphrase stands for: Unicode NFC, then UTF-8.

    Raises:
        SecretRefused: It is empty, too long, or holds a control character or half a character.
    """
    if len(text) > MOST:
        raise SecretRefused(f"The passphrase is longer than {MOST} bytes. Use a shorter one.")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        raise SecretRefused("The passphrase holds a control character, such as a line break. Type it without.")
    found = SecretBytes(bytearray(unicodedata.normalize("NFC", text), "utf-8"))
    if not 1 <= len(found) <= MOST:
        found.close()
        raise SecretRefused(f"The passphrase must have 1 to {MOST} bytes. Type it again.")
    return found


def read_descriptor(data: bytearray) -> SecretBytes:
    """A passphrase that came through a descriptor: UTF-8, one newline at its end left out. ``data`` is overwritten.

    Raises:
        SecretRefused: It is no UTF-8, or no passphrase.
    """
    with SecretBytes(data):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = None
    if text is None:
        raise SecretRefused("The passphrase from the descriptor is not UTF-8. Write it in that encoding.")
    return read_passphrase(text.removesuffix("\n"))


def check_new(passphrase: SecretBytes) -> None:
    """Refuse a new passphrase that would be tried first.

    Raises:
        SecretRefused: Too short, one character repeated, or a common one.
    """
    held = passphrase.buffer
    if not LEAST <= len(held) <= MOST:
        raise SecretRefused(
            f"The new passphrase has {len(held)} bytes, and {LEAST} to {MOST} are needed. Take a longer one."
        )
    text = held.decode("utf-8")
    if len(set(text)) == 1:
        raise SecretRefused("The new passphrase is one character repeated. Take another.")
    if text.casefold() in _common():
        raise SecretRefused("The new passphrase is among the first thousand that thieves try. Take another.")


def generate() -> SecretBytes:
    """A passphrase of 25 characters and 125 bits: digits and small letters, none that look alike."""
    with fresh_secret(_GENERATED) as chance:
        # The low five bits of a random byte are evenly spread over the 32 signs.
        return SecretBytes(bytearray(ord(ALPHABET[byte & 31].lower()) for byte in chance.buffer))


@cache
def _common() -> frozenset[str]:
    return frozenset(files(__package__ or "storage.vault").joinpath("common.txt").read_text("utf-8").split())
