"""What may be shown of the vault: how far it is open, and who can open it. Never a secret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VaultState(StrEnum):
    """How far the vault is open in the worker."""

    NONE = "NONE"
    """There is none: it is made with the first key."""
    LOCKED = "LOCKED"
    """No data key, no signer."""
    OPEN = "OPEN"
    COVERED = "COVERED"
    """Was open; the data key is gone, the signers made from it live on. Only a typed secret opens it again."""


class OpenedBy(StrEnum):
    """What opens a slot."""

    PASSPHRASE = "passphrase"  # noqa: S105  # a word for the kind
    KEYRING = "keyring"
    """The operating system's, extra ``tradedesk[keyring]``."""
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """What may be shown of a slot."""

    slot_id: str
    """32 hex digits; its first 8 are enough to name it."""
    by: OpenedBy
    label: str
    created_ms: int
    weak: bool = False
    """Made with parameters below what a new slot gets: the desk offers to change the passphrase."""


@dataclass(frozen=True, slots=True)
class VaultFacts:
    """The vault as its users see it."""

    state: VaultState = VaultState.NONE
    slots: tuple[SlotFacts, ...] = ()
    """By age. Not verified while LOCKED."""
    keyring: str = ""
    """Name of the system's keyring where one can be used; else empty."""
    keyring_sentence: str = ""
    """Why none can be used."""
    guess_wait_ms: int = 0
    """How long the next secret is not looked at, after wrong ones."""
