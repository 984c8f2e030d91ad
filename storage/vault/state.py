"""How far a vault is open in this process, and which state of the store that process has verified."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.errors import VaultLocked, VaultMoved
from storage.vault.contents import Contents
from storage.vault.store import Stored


@dataclass(frozen=True, slots=True)
class Known:
    """The state of the store this process has verified."""

    contents: Contents
    seal: bytes

    def is_same(self, stored: Stored) -> bool:
        """Whether the store still shows that state: the seal covers all the rest."""
        return stored.header == self.contents.header.encode() and stored.seal == self.seal


def locked() -> VaultLocked:
    """The refusal where a data key is needed and none is held."""
    return VaultLocked("The vault is locked, and this needs it open. Run: tradedesk vault unlock")


def moved() -> VaultMoved:
    """The refusal where what is known is no longer what is there."""
    return VaultMoved("Another process has changed the vault since. Nothing was written: try again.")
