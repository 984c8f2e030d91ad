"""The recovery key: 160 random bits, written for paper, with a check against slips of the pen (FORMAT.md §7)."""

from __future__ import annotations

import hashlib

from connectors.errors import RecoveryKeyMistyped
from connectors.model.secret import SecretBytes
from storage.vault.cipher import fresh_secret

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O, U."""
LENGTH = 20
MARK = "TDR1"
_DOMAIN = b"tradedesk/recovery/1\0"
_GROUP = 4
_SIGNS = 32
"""Of the key itself."""
_CHECK_BITS = 20
_LOOKALIKES = str.maketrans("ILO", "110", " -\t\r\n")


def new_recovery_key() -> SecretBytes:
    """20 random bytes."""
    return fresh_secret(LENGTH)


def write_recovery_key(key: SecretBytes) -> str:
    """As it is shown, once: ``TDR1-`` and nine groups of four, the last one a check."""
    held = key.buffer
    signs = _base32(int.from_bytes(held, "big"), _SIGNS) + _check(held)
    return "-".join([MARK, *(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))])


def read_recovery_key(text: str) -> SecretBytes:
    """Read what was typed: case, spaces and dashes do not matter, I and L are 1, O is 0, the mark may be left out.

    Raises:
        RecoveryKeyMistyped: A sign is none of the alphabet, one is missing, or the check fails.
    """
    signs = text.upper().translate(_LOOKALIKES)
    if len(signs) == len(MARK) + _SIGNS + _GROUP and signs.startswith(MARK):
        signs = signs.removeprefix(MARK)
    if len(signs) != _SIGNS + _GROUP or any(sign not in ALPHABET for sign in signs):
        raise RecoveryKeyMistyped(
            f"This is no recovery key: after {MARK} it has {_SIGNS + _GROUP} letters and digits, never U."
            " Compare it with your paper and type it again."
        )
    number = 0
    for sign in signs[:_SIGNS]:
        number = number << 5 | ALPHABET.index(sign)
    key = SecretBytes(bytearray(number.to_bytes(LENGTH, "big")))
    if _check(key.buffer) != signs[_SIGNS:]:
        key.close()
        raise RecoveryKeyMistyped(
            "The recovery key is mistyped: its last group does not belong to the others."
            " Compare it with your paper and type it again."
        )
    return key


def _check(key: bytearray) -> str:
    digest = hashlib.sha256(_DOMAIN + key).digest()
    return _base32(int.from_bytes(digest[:3], "big") >> (24 - _CHECK_BITS), _GROUP)


def _base32(number: int, signs: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (signs - 1), -1, -5))
