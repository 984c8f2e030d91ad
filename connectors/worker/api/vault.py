"""The vault, without its secrets: those cross in the frames of `connectors.worker.secrets`."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId
from connectors.model.rights import Acceptance, KeyRights
from connectors.model.vault import SlotFacts


@dataclass(frozen=True, slots=True)
class GetVault:
    """Reply: `connectors.model.vault.VaultFacts`."""


@dataclass(frozen=True, slots=True)
class CoverVault:
    """Drop the data key and refuse what shows or risks money; signers, streams and cancels go on. Reply: `Done`.

    Nothing happens where the vault is not open.
    """

    reason: str = ""
    """What the lock screen says, such as ``Locked after 30 min without a key.``"""


@dataclass(frozen=True, slots=True)
class LockVault:
    """Drop the data key and every signer made from it: keyed connections close. Reply: `Done`.

    What is under way at the venues ends or becomes UNKNOWN first, as at the worker's end.
    """


@dataclass(frozen=True, slots=True)
class EditConnection:
    """Change what a connection is; a keyed one is bound anew, which needs the vault open. Reply: `Done`.

    Venue and mode cannot change: they are another connection. Switching it on or off needs no open vault.
    """

    account: AccountId
    label: str | None = None
    hosts: Hosts | None = None
    active: bool | None = None
    accepted: tuple[Acceptance, ...] | None = None
    hosts_typed: tuple[str, ...] = ()
    """Hosts that a live key may go to though its venue's room does not name them: each was typed out in full."""


@dataclass(frozen=True, slots=True)
class VaultOpened:
    """A vault was opened or made."""

    slot: SlotFacts
    """Which slot opened it."""
    anchored: bool
    """False: nothing was there to tell whether this is the newest copy. Said once."""


@dataclass(frozen=True, slots=True)
class SlotKept:
    """A slot was added, or has taken another's place."""

    slot: SlotFacts


@dataclass(frozen=True, slots=True)
class KeyKept:
    """A key was stored, and what was found on the way."""

    connection: Connection
    steps: tuple[tuple[str, bool, str], ...]
    rights: KeyRights | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyTried:
    """A key was tried without being stored; it stands or falls by every step."""

    steps: tuple[tuple[str, bool, str], ...]
    """(step, passed, sentence), as `ConnectionTested`."""
    rights: KeyRights | None
    warnings: tuple[str, ...] = ()
    """Such as a key without an IP list. They stay visible."""
    needs: tuple[Acceptance, ...] = ()
    """What must be accepted by typing before this key is kept."""


@dataclass(frozen=True, slots=True)
class SealDifference:
    """What a reseal would drop and what it would keep; nothing was changed."""

    sealed: bool
    """The seal is whole: there is nothing to accept."""
    broken: tuple[str, ...]
    """What does not open, and would be dropped."""
    kept: tuple[str, ...]
    """Connections of which something opens, with venue, mode, hosts and what was accepted: compare every fact."""
    slots_dropped: tuple[str, ...]
