"""The anchor's second copy in the system's keyring: what it tells when the file is gone or has been put back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from connectors.errors import SlotRefused, VaultLocked, VaultRolledBack
from connectors.model.secret import SecretBytes
from storage.vault.anchor import encode_anchor, parse_anchor
from storage.vault.anchors import UNREAD, UNWRITTEN, copy_account
from storage.vault.slot import SlotKind
from storage.vault.unlocking import ByKeyring, Keyring
from storage.vault.vault import Vault
from support.clock import FakeClock
from support.vaults import Desk, MemoryAnchors, MemoryKeyring, MemoryStore, bound, by, cheap, secret


@dataclass
class SilentKeyring(MemoryKeyring):
    """A keyring that can fall silent."""

    silent: bool = False
    asked: int = 0

    def get(self, account: str) -> SecretBytes | None:
        self.asked += 1
        if self.silent:
            raise VaultLocked("The keyring does not answer.")
        return super().get(account)

    def put(self, account: str, secret: SecretBytes) -> None:
        if self.silent:
            raise SlotRefused("The keyring does not answer.")
        super().put(account, secret)

    def delete(self, account: str) -> None:
        if self.silent:
            raise SlotRefused("The keyring does not answer, and its item is still there.")
        super().delete(account)


class KeyringDesk(Desk):
    """A vault that knows a keyring."""

    def __init__(self, store: MemoryStore | None = None, anchors: MemoryAnchors | None = None) -> None:
        super().__init__(store or MemoryStore(), anchors or MemoryAnchors(), FakeClock())
        self.keyring: SilentKeyring | None = SilentKeyring()

    def vault(self) -> Vault:
        return Vault(self.store, self.anchors, self.clock, cost=cheap(), keyring=self.find)

    def find(self) -> Keyring | None:
        return self.keyring

    @property
    def account(self) -> str:
        anchor = self.anchors.read()
        assert anchor is not None
        return copy_account(anchor.vault_id)

    def with_slot(self) -> tuple[Vault, SilentKeyring]:
        assert self.keyring is not None
        vault = self.made(connections=1)
        vault.slots.add_keyring(by(), self.keyring)
        return vault, self.keyring

    def state(self) -> MemoryStore:
        assert isinstance(self.store, MemoryStore)
        return self.store


@pytest.fixture
def desk() -> KeyringDesk:
    return KeyringDesk()


def test_with_a_keyring_slot_each_write_leaves_the_same_anchor_in_both_places(desk: KeyringDesk) -> None:
    vault, keyring = desk.with_slot()
    for number in (2, 3):
        vault.credentials.put(bound(number), {"secret": secret("s")})
        assert parse_anchor(keyring.items[desk.account]) == desk.anchors.read()
        assert vault.keyring_notice == ""
    anchor = desk.anchors.read()
    assert anchor is not None
    assert keyring.items[desk.account] == encode_anchor(anchor)


def test_without_a_keyring_slot_the_keyring_is_not_asked(desk: KeyringDesk) -> None:
    desk.made(connections=2)
    assert desk.vault().unlock(by()).notice == ""
    assert desk.keyring is not None
    assert (desk.keyring.asked, desk.keyring.items) == (0, {})


# What it tells


@pytest.mark.parametrize("file", ["removed", "put back"])
def test_an_older_copy_with_its_own_anchor_is_told_by_the_keyring(desk: KeyringDesk, file: str) -> None:
    vault, _ = desk.with_slot()
    old, old_anchor = desk.state().now, desk.anchors.read()
    vault.credentials.put(bound(2), {"secret": secret("s")})
    vault.credentials.put(bound(3), {"secret": secret("s")})
    desk.state().now = old
    desk.anchors = MemoryAnchors(None if file == "removed" else old_anchor)
    with pytest.raises(VaultRolledBack, match="3 here, 5 was the newest"):
        desk.vault().unlock(by())
    assert desk.vault().unlock(by(), accept_older=True).anchored
    anchor = desk.anchors.read()
    assert anchor is not None
    assert anchor.generation == 6
    assert desk.vault().unlock(by()).anchored


def test_a_vault_of_before_the_slot_is_told_where_the_file_is_gone(desk: KeyringDesk) -> None:
    assert desk.keyring is not None
    vault = desk.made()
    old = desk.state().now
    vault.slots.add_keyring(by(), desk.keyring)
    desk.state().now, desk.anchors = old, MemoryAnchors()
    with pytest.raises(VaultRolledBack, match="1 here, 2 was the newest"):
        desk.vault().unlock(by())


def test_of_two_anchors_of_one_age_neither_is_passed_over(desk: KeyringDesk) -> None:
    vault, _ = desk.with_slot()
    old = desk.state().now
    vault.credentials.put(bound(2), {"secret": secret("s")})
    fork = Desk(MemoryStore(old), MemoryAnchors())
    fork.opened().credentials.put(bound(3), {"secret": secret("t")})
    desk.store, desk.anchors = fork.store, fork.anchors
    with pytest.raises(VaultRolledBack, match="another copy of the same age"):
        desk.vault().unlock(by())


def test_an_anchor_file_that_is_gone_is_made_again_from_what_was_verified(desk: KeyringDesk) -> None:
    desk.with_slot()
    there, desk.anchors = desk.anchors.read(), MemoryAnchors()
    assert desk.vault().unlock(by()).anchored
    assert desk.anchors.read() == there


def test_a_copy_that_a_crash_left_behind_is_brought_up_at_the_next_unlock(desk: KeyringDesk) -> None:
    vault, keyring = desk.with_slot()
    behind = dict(keyring.items)
    vault.credentials.put(bound(2), {"secret": secret("s")})
    keyring.items = behind
    assert desk.vault().unlock(by()).notice == ""
    assert parse_anchor(keyring.items[desk.account]) == desk.anchors.read()


def test_a_slower_process_does_not_take_the_copy_back(desk: KeyringDesk) -> None:
    first, keyring = desk.with_slot()
    second = desk.opened()
    store = desk.state()

    def overtake(step: str) -> None:
        if step == "committed":
            store.step = lambda _: None
            second.refresh()
            second.credentials.put(bound(3), {"secret": secret("t")})

    store.step = overtake
    first.credentials.put(bound(2), {"secret": secret("s")})
    assert parse_anchor(keyring.items[desk.account]).generation == 5


# When the keyring does not answer


@pytest.mark.parametrize("how", ["silent", "gone", "spoilt", "another's"])
def test_a_keyring_that_does_not_tell_holds_up_nothing_and_is_named(desk: KeyringDesk, how: str) -> None:
    vault, keyring = desk.with_slot()
    if how == "silent":
        keyring.silent = True
    elif how == "gone":
        desk.keyring = None
    elif how == "spoilt":
        keyring.items[desk.account] = b"{}"
    else:
        anchor = parse_anchor(keyring.items[desk.account])
        keyring.items[desk.account] = encode_anchor(replace(anchor, vault_id=bytes(16)))
    opened = desk.vault()
    unlocked = opened.unlock(by())
    assert (unlocked.anchored, unlocked.notice) == (True, UNREAD)
    opened.credentials.put(bound(2), {"secret": secret("s")})
    lost = how in {"silent", "gone"}
    assert opened.keyring_notice == (UNWRITTEN if lost else "")
    assert (parse_anchor(keyring.items[desk.account]) == desk.anchors.read()) is not lost
    assert vault.slots.all()


def test_an_older_copy_is_still_told_by_the_file_where_the_keyring_is_silent(desk: KeyringDesk) -> None:
    vault, keyring = desk.with_slot()
    old = desk.state().now
    vault.credentials.put(bound(2), {"secret": secret("s")})
    desk.state().now, keyring.silent = old, True
    with pytest.raises(VaultRolledBack):
        desk.vault().unlock(by())


# When the slot ends


def test_the_copy_goes_with_the_last_keyring_slot(desk: KeyringDesk) -> None:
    vault, keyring = desk.with_slot()
    second = vault.slots.add_keyring(by(), keyring, "laptop")
    vault.slots.remove(by(), second.slot_id, keyring)
    assert len(keyring.items) == 2
    (slot,) = (facts for facts in vault.slots.all() if facts.kind is SlotKind.KEYRING)
    vault.slots.remove(by(), slot.slot_id, keyring)
    assert keyring.items == {}


@pytest.mark.parametrize("how", ["silent", "gone"])
def test_an_item_that_could_not_be_deleted_is_named_and_its_slot_has_ended(desk: KeyringDesk, how: str) -> None:
    vault, keyring = desk.with_slot()
    second = vault.slots.add_keyring(by(), keyring, "laptop")
    keyring.silent = True
    vault.slots.remove(by(), second.slot_id, keyring if how == "silent" else None)
    assert "still" in vault.keyring_notice
    assert second not in desk.opened().slots.all()
    keyring.silent = False
    vault.rekey(by(), drop=frozenset(slot.slot_id for slot in vault.slots.all() if slot.kind is SlotKind.KEYRING))
    assert "still in it. It opens old copies" in vault.keyring_notice


def test_a_renewed_data_key_keeps_the_copy_true(desk: KeyringDesk) -> None:
    vault, keyring = desk.with_slot()
    vault.rekey(by(), keyring=keyring)
    assert parse_anchor(keyring.items[desk.account]) == desk.anchors.read()
    assert len(keyring.items) == 2
    assert desk.vault().unlock(ByKeyring(keyring)).notice == ""


def test_a_reseal_stands_above_the_copy_and_ends_all_that_the_keyring_has(desk: KeyringDesk) -> None:
    vault, keyring = desk.with_slot()
    tampered = desk.state().now
    for number in (2, 3, 4):
        vault.credentials.put(bound(number), {"secret": secret("s")})
    desk.state().now, desk.anchors = replace(tampered, rows={}), MemoryAnchors()
    again = desk.vault()
    again.resealing.accept(by(), again.resealing.difference(by()))
    anchor = desk.anchors.read()
    assert anchor is not None
    assert anchor.generation == 7
    assert keyring.items == {}
    assert desk.vault().unlock(by()).anchored
