"""Choosing a passphrase: what is wrong with it before the worker is asked, and one made of 125 random bits."""

from __future__ import annotations

import hmac
import os

from connectors.model.secret import overwrite
from tui.widgets.secret_input import SecretInput

LEAST_BYTES, MOST_BYTES = 12, 1_024
"""What a new passphrase may have, as the vault holds it to."""
_SIGNS = b"0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32: no two look alike."""
_GENERATED = 25
"""Signs of 5 bits."""
_LOWEST_FIVE_BITS = 31

ADVICE = (
    f"{LEAST_BYTES} bytes or more; length counts, signs do not. It cannot be had back: only it, a keyring or a recovery"
    " key opens your keys."
)
DIFFER = "The two differ. Nothing was changed. Type both again."


def trouble_with(new: SecretInput, again: SecretInput) -> str:
    """Why the two fields are no new passphrase, as a sentence; empty when they are. The vault looks closer."""
    first, second = new.copied(), again.copied()
    try:
        if len(first) < LEAST_BYTES:
            return f"The new passphrase has {len(first)} bytes, and {LEAST_BYTES} are the least. Take a longer one."
        return "" if hmac.compare_digest(first, second) else DIFFER
    finally:
        overwrite(first)
        overwrite(second)


def generated() -> bytearray:
    """A passphrase of 125 random bits, to be written down: the caller's to overwrite."""
    chance = bytearray(os.urandom(_GENERATED))
    try:
        return bytearray(_SIGNS[byte & _LOWEST_FIVE_BITS] for byte in chance)
    finally:
        overwrite(chance)
