"""The vault as the worker sees it: blocking, in a thread of its own; secrets in buffers that their owner overwrites.

Implemented by `storage.vault.door`. Every method that reads or writes raises `connectors.errors.VaultError` in the
form that says what happened, or `ArchiveFailed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from connectors.model.connection import Connection, KeyKind
from connectors.model.ids import AccountId, Mode
from connectors.model.rights import Acceptance
from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy, SlotFacts, VaultFacts, VaultState

API_KEY, SECRET, PASSPHRASE = "api_key", "secret", "passphrase"  # names of fields
"""A key's fields."""


@dataclass(frozen=True, slots=True)
class Given:
    """A secret of the vault as it was typed; whoever made it closes it."""

    by: OpenedBy
    secret: SecretBytes = field(repr=False)
    """UTF-8 of a passphrase or of a recovery key as written; empty for the keyring."""


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """What a key is tied to: change one of these behind the vault's back and the key does not open."""

    account: AccountId
    venue: str
    mode: Mode
    kind: KeyKind
    label: str
    accepted: tuple[Acceptance, ...]
    origins: tuple[tuple[str, str], ...]
    """(role, origin), only the roles that carry credentials; in any order and spelling when written."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is to be said after a vault was opened or made."""

    slot: SlotFacts
    anchored: bool
    """False: nothing was there to tell whether this is the newest copy."""
    notice: str = ""
    """What the system's keyring failed to do for it, as a sentence; empty when nothing."""


@dataclass(frozen=True, slots=True)
class SealSeen:
    """A broken seal, looked at."""

    sealed: bool
    broken: tuple[str, ...]
    kept: tuple[KeyBinding, ...]
    slots_dropped: tuple[str, ...]
    seen: object = field(repr=False)
    """What `Vault.reseal` is given back: it accepts this state and no other."""


class Slots(Protocol):
    """Who can open the vault. Every change asks for a typed secret again."""

    def change_passphrase(self, authority: Given, new: SecretBytes, slot_id: str = "") -> SlotFacts:
        """New passphrase in, the old one's slot out; ``slot_id`` names it where there are several."""
        ...

    def add_passphrase(self, authority: Given, new: SecretBytes, label: str) -> SlotFacts:
        """Let a second passphrase open the vault."""
        ...

    def add_keyring(self, authority: Given, label: str) -> SlotFacts:
        """Let the system's keyring open the vault at start."""
        ...

    def remove(self, authority: Given, slot_id: str) -> None:
        """Let one secret no longer open the vault."""
        ...

    def new_recovery_key(self, authority: Given, *, instead: bool = False) -> SecretBytes:
        """A new recovery key as it is written on paper, ASCII; nothing is kept.

        Args:
            authority: Looked at first, so that nobody writes down a key that could not be kept.
            instead: It takes the place of one that is there, in a renewal.
        """
        ...

    def add_recovery(self, authority: Given, written: SecretBytes) -> SlotFacts:
        """Let a recovery key open the vault, once it was shown and typed back."""
        ...


class Keys(Protocol):
    """The venues' keys. Everything here needs the vault open."""

    def all(self) -> Sequence[KeyBinding]:
        """What every key is tied to, verified."""
        ...

    def fields(self, account: AccountId) -> Mapping[str, SecretBytes]:
        """A connection's secrets, to be closed by the caller; none when it has no key."""
        ...

    def put(self, binding: KeyBinding, fields: Mapping[str, SecretBytes]) -> None:
        """Keep a connection's secrets in place of what it had."""
        ...

    def require_one_mode(self, binding: KeyBinding, api_key: SecretBytes) -> str:
        """See that an API key is kept under no other venue or mode, before it is sent to this one's.

        Returns:
            The label of another connection of this venue and mode that has it; empty where none has.
        """
        ...

    def rebind(self, binding: KeyBinding) -> None:
        """Tie a connection's secrets to other facts."""
        ...

    def forget(self, account: AccountId) -> None:
        """Drop a connection's secrets; nothing happens when it has none."""
        ...


class Vault(Protocol):
    """One vault in the worker; one thread at a time calls it."""

    @property
    def state(self) -> VaultState:
        """How far it is open; NONE and LOCKED are not told apart before `facts` has looked."""
        ...

    @property
    def notice(self) -> str:
        """What the system's keyring failed to do in the last write, as a sentence; empty when nothing."""
        ...

    @property
    def slots(self) -> Slots:
        """Who can open it."""
        ...

    @property
    def keys(self) -> Keys:
        """What it holds for the connections."""
        ...

    def facts(self) -> VaultFacts:
        """What may be shown of it."""
        ...

    def create(self, passphrase: SecretBytes) -> Opened:
        """Make a vault that this passphrase opens, and leave it open."""
        ...

    def open(self, given: Given, *, accept_older: bool = False) -> Opened:
        """Unlock or uncover it."""
        ...

    def cover(self) -> None:
        """Drop the data key; only a typed secret opens it again. One that is not open stays as it is."""
        ...

    def lock(self) -> None:
        """Drop the data key; the keyring may open it again."""
        ...

    def renew(
        self,
        authority: Given,
        passphrases: Sequence[SecretBytes] = (),
        recovery: SecretBytes | None = None,
        drop: Sequence[str] = (),
    ) -> None:
        """Renew the data key, every field and every slot; ``recovery`` is a new key as it was shown."""
        ...

    def look_at_seal(self, given: Given) -> SealSeen:
        """What a reseal would drop and keep; changes nothing."""
        ...

    def reseal(self, given: Given, seen: SealSeen) -> Opened:
        """Seal what was seen, and unlock."""
        ...

    def item(self, name: str) -> SecretBytes | None:
        """A secret of the desk's own, such as the key of the audit anchors; None when there is none."""
        ...

    def keep_item(self, name: str, secret: SecretBytes) -> None:
        """Keep a secret of the desk's own, in place of what it had."""
        ...

    def close(self) -> None:
        """Lock it and let go of the file; may be called twice."""
        ...


class SleepWatch(Protocol):
    """Notices that the machine was asleep."""

    def slept(self, running_ns: int, awake_ns: int) -> bool:
        """Whether there was a sleep since the look before: boot (or wall) time against monotonic time, in ns."""
        ...


@dataclass(frozen=True, slots=True)
class VaultSource:
    """Where the worker gets its vault from."""

    open: Callable[[], Vault]
    """Called once, in the vault's own thread, after the archive is open and migrated."""
    watch: SleepWatch


BoundOrigins = Callable[[Connection], tuple[tuple[str, str], ...]]
"""The (role, origin) pairs of a keyed connection that carry its credentials."""
