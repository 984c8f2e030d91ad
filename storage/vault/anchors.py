"""The anchor's two places: its file and, with a keyring slot, an item of the system's keyring (SECURITY-SPEC §5).

Whoever can write our files can put back an old vault together with its old anchor. What the keyring keeps is not among
those files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.errors import VaultDamaged, VaultError, VaultRolledBack
from connectors.model.secret import SecretBytes
from storage.vault.anchor import Anchor, AnchorStore, encode_anchor, judge, parse_anchor
from storage.vault.contents import Contents
from storage.vault.slot import Slot, SlotKind
from storage.vault.unlocking import Keyring, keyring_account

UNREAD = (
    "The system's keyring did not give the second copy of the anchor, so its file alone told that this vault is the"
    " newest. Unlock the keyring, and the next unlock looks at both."
)
UNWRITTEN = (
    "The system's keyring did not take the second copy of the anchor. What the vault holds is safe, and the copy is"
    " brought up at the next unlock with the keyring open."
)


def copy_account(vault_id: bytes) -> str:
    """Under which name the keyring keeps the copy."""
    return f"{vault_id.hex()}/anchor"


def no_keyring() -> Keyring | None:
    """For who has none."""
    return None


def has_keyring_slot(contents: Contents) -> bool:
    """Whether a keyring opens this vault, and so keeps its second anchor."""
    return bool(contents.slots_of(SlotKind.KEYRING))


@dataclass(frozen=True, slots=True)
class Kept:
    """What the two places said before the vault was read."""

    file: Anchor | None
    copy: Anchor | None = None
    copied: bool = False
    """There should be a copy."""
    notice: str = ""
    """What failed at the keyring, as a sentence."""

    @property
    def all(self) -> tuple[Anchor, ...]:
        """Those that are there."""
        return tuple(anchor for anchor in (self.file, self.copy) if anchor is not None)

    @property
    def generation(self) -> int:
        """The newest write any of them knows of; 0 where there is none."""
        return max((anchor.generation for anchor in self.all), default=0)

    def stands_at(self, seal: bytes) -> bool:
        """Whether every place there should be tells of exactly this state."""
        wanted = (self.file, self.copy) if self.copied else (self.file,)
        return all(anchor is not None and anchor.seal == seal for anchor in wanted)

    def judge(self, contents: Contents, seal: bytes) -> None:
        """Hold an opened vault against each: the newer one counts, and of two equal ones both.

        Raises:
            VaultRolledBack: One of them knows better.
        """
        for anchor in self.all:
            judge(contents, seal, anchor)


class Anchors:
    """Reads and writes both places; a keyring that does not answer holds up nothing, and `notice` says so.

    Args:
        file: The first place.
        keyring: The system's, when there is one; asked only for a vault that has a keyring slot, or has lost its file.
    """

    def __init__(self, file: AnchorStore, keyring: Callable[[], Keyring | None] = no_keyring) -> None:
        self._file = file
        self._keyring = keyring
        self.notice = ""
        """What failed at the keyring in the last write, as a sentence; empty when nothing did."""

    def is_in_file(self) -> bool:
        """Whether the file knows of a vault.

        Raises:
            VaultDamaged: The file cannot be read.
        """
        return self._file.read() is not None

    def read(self, contents: Contents | None) -> Kept:
        """What both places say.

        Args:
            contents: The vault as it was a moment ago, not verified: whose copy, and whether there should be one.

        Raises:
            VaultDamaged: The file cannot be read.
        """
        file = self._file.read()
        if contents is None:
            return Kept(file)
        copied = has_keyring_slot(contents)
        # Without a file somebody may have put back a vault of before it had the slot, and only the copy can tell.
        if not copied and file is not None:
            return Kept(file)
        keyring = self._keyring()
        if keyring is None:
            return Kept(file, copied=copied, notice=UNREAD if copied else "")
        try:
            copy = _copy(keyring, contents.header.vault_id)
        except VaultError:
            return Kept(file, copied=copied, notice=UNREAD)
        return Kept(file, copy, copied)

    def write(self, anchor: Anchor, *, copied: bool) -> None:
        """Put an anchor in both places, where what is there is not newer.

        Args:
            anchor: The newest state, verified.
            copied: The vault has a keyring slot.

        Raises:
            HomeUnusable: The file could not be written.
        """
        self.notice = ""
        try:
            there = self._file.read()
        except VaultDamaged:
            # What we know was verified: it takes the place of an anchor that cannot be read.
            there = None
        if not _is_newer(there, anchor):
            self._file.write(anchor)
        if copied:
            self._write_copy(anchor)

    def forget_copy(self, vault_id: bytes) -> None:
        """Drop the copy of a vault that has no keyring slot any more; one that stays behind opens nothing."""
        keyring = self._keyring()
        if keyring is not None:
            self._forget(keyring, copy_account(vault_id))

    def forget_slots(self, contents: Contents) -> None:
        """Drop all that the keyring keeps of a vault whose keyring slots have ended."""
        if has_keyring_slot(contents):
            self.forget_copy(contents.header.vault_id)
        for slot in contents.slots_of(SlotKind.KEYRING):
            self.forget_item(self._keyring(), slot)

    def forget_item(self, keyring: Keyring | None, slot: Slot) -> None:
        """Drop the item of a slot that has ended; where that fails, `notice` says what is left."""
        self._forget(keyring, keyring_account(slot.prefix.vault_id, slot.slot_id))

    def _forget(self, keyring: Keyring | None, account: str) -> None:
        if keyring is None:
            self.notice = (
                f"The system's keyring could not be reached, so {account} of tradedesk-vault is still in it. It opens"
                " old copies of the vault: delete it with the system's own tool."
            )
            return
        try:
            keyring.delete(account)
        except VaultError as problem:
            self.notice = problem.sentence

    def _write_copy(self, anchor: Anchor) -> None:
        keyring = self._keyring()
        if keyring is None:
            self.notice = UNWRITTEN
            return
        try:
            if not _is_newer(_copy_or_none(keyring, anchor.vault_id), anchor):
                with SecretBytes(bytearray(encode_anchor(anchor))) as text:
                    keyring.put(copy_account(anchor.vault_id), text)
        except VaultError:
            self.notice = UNWRITTEN


def _copy(keyring: Keyring, vault_id: bytes) -> Anchor | None:
    """What the keyring keeps for a vault; raises a `VaultError` when it does not answer, or with something else."""
    found = keyring.get(copy_account(vault_id))
    if found is None:
        return None
    with found:
        copy = parse_anchor(bytes(found.buffer))
    if copy.vault_id != vault_id:
        raise VaultDamaged("the anchor's second copy", "is another vault's")
    return copy


def _copy_or_none(keyring: Keyring, vault_id: bytes) -> Anchor | None:
    try:
        return _copy(keyring, vault_id)
    except VaultDamaged:
        # As in the file: what we know was verified, and takes its place.
        return None


def _is_newer(there: Anchor | None, anchor: Anchor) -> bool:
    """Whether another process has committed since, and said so."""
    return there is not None and there.vault_id == anchor.vault_id and there.generation > anchor.generation


def is_older(kept: Kept, contents: Contents, seal: bytes, *, accepted: bool) -> bool:
    """Whether an opened vault is older than its anchors know.

    Args:
        kept: What they said before the vault was read.
        contents: The vault.
        seal: Its seal.
        accepted: The user has typed that an older copy is to be the newest from now on.

    Raises:
        VaultRolledBack: It is, and that was not accepted.
    """
    try:
        kept.judge(contents, seal)
    except VaultRolledBack:
        if not accepted:
            raise
        return True
    return False
