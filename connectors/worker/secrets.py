"""The out-of-band frames of the link: what was typed, on its way to the worker, and a new recovery key on its way back.

None of them is a command: they are never logged, journalled or held. Buffers are bytearrays, so that whoever takes one
can overwrite it (`wipe`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from connectors.model.connection import Connection, KeyKind
from connectors.model.secret import overwrite
from connectors.model.vault import OpenedBy


@dataclass(frozen=True, slots=True)
class AttachEmbedded:
    """The embedded exchange and the key of this run. Reply: `Done`."""

    connection: Connection
    """Label, mode SIM, ``embedded`` and the hosts of this run; the account of a connection of that label is kept."""
    api_key: str = field(repr=False)
    api_secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Typed:
    """A secret of the vault as somebody typed it."""

    by: OpenedBy
    secret: bytearray = field(repr=False, default_factory=bytearray)
    """UTF-8 of a passphrase or of a recovery key as written; empty for the keyring."""


@dataclass(frozen=True, slots=True)
class CreateVault:
    """Make the vault, opened by this passphrase, and leave it open. Reply: `api.VaultOpened`."""

    passphrase: bytearray = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenVault:
    """Unlock or uncover. Reply: `api.VaultOpened`; the keyed connections that are switched on then connect."""

    typed: Typed
    accept_older: bool = False
    """After `VaultRolledBack`: the user has typed that this copy is the newest from now on."""


@dataclass(frozen=True, slots=True)
class KeyText:
    """A venue's key as it was given."""

    kind: KeyKind
    api_key: str = field(repr=False)
    secret: bytearray = field(repr=False)
    """The shared secret of an HMAC key, else the private key as PEM."""
    passphrase: bytearray | None = field(repr=False, default=None)
    """The key's third part at the venues that have one, or what opens an encrypted PEM."""


@dataclass(frozen=True, slots=True)
class TryKey:
    """Connect with a key that is not kept, step by step. Reply: `api.KeyTried`.

    Of a registered connection's account without a key: the kept one is tried.
    """

    connection: Connection
    key: KeyText | None
    hosts_typed: tuple[str, ...] = ()
    """Hosts that a live key may go to though its venue's room does not name them: each was typed out in full."""


@dataclass(frozen=True, slots=True)
class KeepKey:
    """Register a keyed connection, or give a registered one (same account) another key. Reply: `api.KeyKept`.

    Tried first, as `TryKey`: a key that may withdraw, or of which that is not known, is refused with
    `AcceptanceNeeded` unless ``connection.accepted`` says otherwise; one that fails its test is kept only with
    ``connection.active`` False. Needs the vault open.
    """

    connection: Connection
    key: KeyText
    hosts_typed: tuple[str, ...] = ()
    """As of `TryKey`."""


@dataclass(frozen=True, slots=True)
class ChangePassphrase:
    """New passphrase in, the old one's slot out, in one commit. Reply: `api.SlotKept`."""

    authority: Typed
    """The old passphrase, or the recovery key where that is lost."""
    passphrase: bytearray = field(repr=False)
    slot_id: str = ""
    """Which passphrase's slot goes; empty: that of ``authority``, or the only one."""


@dataclass(frozen=True, slots=True)
class AddPassphrase:
    """Let a second passphrase open the vault. Reply: `api.SlotKept`."""

    authority: Typed
    passphrase: bytearray = field(repr=False)
    label: str = "second"


@dataclass(frozen=True, slots=True)
class AddKeyring:
    """Let the system's keyring open the vault at start. Reply: `api.SlotKept`."""

    authority: Typed
    label: str = "login"


@dataclass(frozen=True, slots=True)
class RemoveSlot:
    """Let one secret no longer open the vault. Reply: `Done`."""

    authority: Typed
    slot_id: str
    """Whole, or as much of its beginning as names one slot."""


@dataclass(frozen=True, slots=True)
class MakeRecovery:
    """Make a recovery key. Reply: `RecoveryMade`; nothing is kept until `ConfirmRecovery`."""

    authority: Typed


@dataclass(frozen=True, slots=True)
class ConfirmRecovery:
    """Two groups of the shown key, typed back. Reply: `api.SlotKept` or, at the end of a `RenewDataKey`, `Done`.

    Wrong groups are refused and may be typed again; the key waits for ten minutes and for this link only.
    """

    groups: tuple[bytearray, bytearray] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RenewDataKey:
    """Renew the data key, every field and every slot. Reply: `Done`, or `RecoveryMade` where a recovery slot stays."""

    authority: Typed
    """A typed secret; a passphrase also renews its own slot."""
    passphrases: tuple[bytearray, ...] = field(repr=False, default=())
    """The other passphrases."""
    drop: tuple[str, ...] = ()
    """Slots that end here."""


@dataclass(frozen=True, slots=True)
class LookAtSeal:
    """After `VaultTampered`: what a reseal would drop and keep. Reply: `api.SealDifference`."""

    typed: Typed


@dataclass(frozen=True, slots=True)
class Reseal:
    """Seal what the last `LookAtSeal` of this link showed, and unlock. Reply: `api.VaultOpened`."""

    typed: Typed


@dataclass(frozen=True, slots=True)
class RecoveryMade:
    """A recovery key, to be shown once and typed back in part. The one secret that the worker sends."""

    text: bytearray = field(repr=False)
    """``TDR1-…``, ASCII."""
    groups: tuple[int, int] = (1, 2)
    """Which of its groups are asked back, counted from 1, ``TDR1`` not counted."""


SecretFrame = (
    AttachEmbedded
    | CreateVault
    | OpenVault
    | TryKey
    | KeepKey
    | ChangePassphrase
    | AddPassphrase
    | AddKeyring
    | RemoveSlot
    | MakeRecovery
    | ConfirmRecovery
    | RenewDataKey
    | LookAtSeal
    | Reseal
)


def wipe(frame: SecretFrame) -> None:
    """Overwrite every buffer a frame holds; text it holds (an API key) cannot be."""
    _wipe(frame)


def _wipe(value: object) -> None:
    if isinstance(value, bytearray):
        overwrite(value)
    elif isinstance(value, tuple):
        for part in value:
            _wipe(part)
    elif isinstance(value, Typed | KeyText | SecretFrame):
        for part in fields(value):
            _wipe(getattr(value, part.name))
