"""A vault's life: made, opened, changed, covered, renewed, lost and found again."""

from __future__ import annotations

import pytest

from connectors.errors import SecretRefused, SlotRefused, VaultLocked, VaultMoved, WrongPassphrase
from connectors.model.secret import SecretBytes
from connectors.model.vault import VaultState
from storage.vault.recovery import new_recovery_key, read_recovery_key, write_recovery_key
from storage.vault.slot import SlotKind
from storage.vault.unlocking import ByKeyring, ByRecoveryKey
from support.vaults import (
    API_KEY,
    OTHER,
    PASSPHRASE,
    SECRET,
    Desk,
    MemoryKeyring,
    MemoryStore,
    bound,
    by,
    fields,
    text_of,
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_key_comes_back_after_a_restart(desk: Desk) -> None:
    desk.made(connections=2)
    vault = desk.opened()
    assert vault.state is VaultState.OPEN
    assert text_of(vault.credentials.field(bound(2).connection_id, "secret")) == f"{SECRET}-2"
    assert text_of(vault.credentials.field(bound(1).connection_id, "api_key")) == f"{API_KEY}-1"
    assert vault.credentials.all() == (bound(1), bound(2))
    assert vault.credentials.names(bound(1).connection_id) == ("api_key", "secret")


def test_a_wrong_passphrase_opens_nothing_and_says_what_else_there_is(desk: Desk) -> None:
    desk.made()
    vault = desk.vault()
    with pytest.raises(WrongPassphrase, match=r"wrong\. Try again, or use the recovery key"):
        vault.unlock(by(OTHER))
    assert vault.state is VaultState.LOCKED
    with pytest.raises(VaultLocked, match="tradedesk vault unlock"):
        vault.credentials.all()


def test_there_is_one_vault_and_none_is_made_over_it(desk: Desk) -> None:
    assert not desk.vault().exists()
    with pytest.raises(VaultLocked, match="no vault yet"):
        desk.vault().unlock(by())
    desk.made()
    assert desk.vault().exists()
    with pytest.raises(VaultMoved, match="a vault already"):
        desk.vault().create(by(OTHER))
    assert desk.opened().state is VaultState.OPEN


def test_t5b_a_new_passphrase_touches_no_field_and_the_old_one_is_out(desk: Desk) -> None:
    vault = desk.made(connections=2)
    assert isinstance(desk.store, MemoryStore)
    before = desk.store.now
    vault.slots.change_passphrase(by(), by(OTHER))
    after = desk.store.now
    assert after.rows == before.rows
    assert after.items == before.items
    assert set(after.slots).isdisjoint(before.slots)
    assert desk.store.forgotten == 1
    with pytest.raises(WrongPassphrase):
        desk.vault().unlock(by())
    assert desk.opened(OTHER).slots.all()[0].label == "main"


def test_every_change_of_slots_asks_for_the_secret_again(desk: Desk) -> None:
    vault = desk.made()
    slot = vault.slots.all()[0].slot_id
    for change in (
        lambda: vault.slots.change_passphrase(by(OTHER), by(OTHER)),
        lambda: vault.slots.add_passphrase(by(OTHER), by(OTHER), "second"),
        lambda: vault.slots.add_recovery(by(OTHER), new_recovery_key()),
        lambda: vault.slots.add_keyring(by(OTHER), MemoryKeyring()),
        lambda: vault.slots.remove(by(OTHER), slot),
        lambda: vault.rekey(by(OTHER)),
    ):
        with pytest.raises(WrongPassphrase):
            change()
    assert [facts.slot_id for facts in desk.opened().slots.all()] == [slot]


def test_a_lost_passphrase_is_replaced_with_the_recovery_key_from_paper(desk: Desk) -> None:
    key = new_recovery_key()
    paper = write_recovery_key(key)
    desk.made(connections=1).slots.add_recovery(by(), key)
    vault = desk.vault()
    typed = read_recovery_key(paper.lower().replace("-", " "))
    unlocked = vault.unlock(ByRecoveryKey(typed))
    assert unlocked.slot.kind is SlotKind.RECOVERY
    vault.slots.change_passphrase(ByRecoveryKey(typed), by(OTHER))
    assert text_of(desk.opened(OTHER).credentials.field(bound(1).connection_id, "secret")) == f"{SECRET}-1"


def test_a_recovery_key_that_is_not_this_vaults_is_wrong_not_mistyped(desk: Desk) -> None:
    desk.made().slots.add_recovery(by(), new_recovery_key())
    with pytest.raises(WrongPassphrase, match="well written"):
        desk.vault().unlock(ByRecoveryKey(new_recovery_key()))
    with pytest.raises(SecretRefused, match="20 bytes"):
        ByRecoveryKey(SecretBytes(bytearray(19)))


def test_the_last_secret_a_person_can_type_is_not_removed(desk: Desk) -> None:
    vault = desk.made()
    keyring = MemoryKeyring()
    vault.slots.add_keyring(by(), keyring)
    (passphrase,) = (facts for facts in vault.slots.all() if facts.kind is SlotKind.PASSPHRASE)
    with pytest.raises(SlotRefused, match="last passphrase or recovery key"):
        vault.slots.remove(by(), passphrase.slot_id)
    vault.slots.add_recovery(by(), new_recovery_key())
    vault.slots.remove(by(), passphrase.slot_id)
    with pytest.raises(WrongPassphrase, match="has no passphrase"):
        desk.vault().unlock(by())


def test_each_kind_of_slot_has_its_most(desk: Desk) -> None:
    vault = desk.made()
    keyring = MemoryKeyring()
    vault.slots.add_passphrase(by(), by(OTHER), "second")
    vault.slots.add_recovery(by(), new_recovery_key())
    for number in range(4):
        vault.slots.add_keyring(by(), keyring, f"login {number}")
    with pytest.raises(SlotRefused, match="2 passphrase slots already"):
        vault.slots.add_passphrase(by(), by("yet another long one"), "third")
    with pytest.raises(SlotRefused, match="1 recovery key slots already"):
        vault.slots.add_recovery(by(), new_recovery_key())
    with pytest.raises(SlotRefused, match="4 keyring item slots already"):
        vault.slots.add_keyring(by(), keyring)
    assert len(keyring.items) == 4
    assert len(desk.opened(OTHER).slots.all()) == 7


def test_the_keyring_opens_at_start_and_never_uncovers(desk: Desk) -> None:
    keyring = MemoryKeyring()
    desk.made(connections=1).slots.add_keyring(by(), keyring)
    vault = desk.vault()
    assert vault.unlock(ByKeyring(keyring)).slot.kind is SlotKind.KEYRING
    vault.cover()
    with pytest.raises(VaultLocked, match="Type the passphrase"):
        vault.unlock(ByKeyring(keyring))
    with pytest.raises(VaultLocked):
        vault.credentials.field(bound(1).connection_id, "secret")
    vault.unlock(by())
    assert vault.state is VaultState.OPEN
    vault.lock()
    assert vault.unlock(ByKeyring(keyring)).anchored


def test_the_keyring_authorises_no_change(desk: Desk) -> None:
    keyring = MemoryKeyring()
    vault = desk.made()
    vault.slots.add_keyring(by(), keyring)
    with pytest.raises(VaultLocked, match="secret that is typed"):
        vault.slots.change_passphrase(ByKeyring(keyring), by(OTHER))


def test_removing_a_keyring_slot_deletes_its_item(desk: Desk) -> None:
    keyring = MemoryKeyring()
    vault = desk.made()
    slot = vault.slots.add_keyring(by(), keyring)
    vault.slots.remove(by(), slot.slot_id, keyring)
    assert keyring.items == {}
    with pytest.raises(WrongPassphrase, match="no keyring item"):
        desk.vault().unlock(ByKeyring(keyring))


def test_a_keyring_whose_item_is_gone_or_cut_asks_for_the_passphrase(desk: Desk) -> None:
    keyring = MemoryKeyring()
    desk.made().slots.add_keyring(by(), keyring)
    (account,) = keyring.items
    for item in (None, b"short", bytes(32)):
        keyring.items = {} if item is None else {account: item}
        with pytest.raises(WrongPassphrase, match="Type the passphrase"):
            desk.vault().unlock(ByKeyring(keyring))


def test_rekey_renews_every_slot_every_field_and_every_item(desk: Desk) -> None:
    keyring = MemoryKeyring()
    vault = desk.made(connections=2)
    vault.slots.add_passphrase(by(), by(OTHER), "second")
    vault.slots.add_recovery(by(), new_recovery_key())
    vault.slots.add_keyring(by(), keyring)
    with SecretBytes(bytearray(b"audit key")) as item:
        vault.credentials.put_item("audit.mac", item)
    assert isinstance(desk.store, MemoryStore)
    before, accounts = desk.store.now, set(keyring.items)
    data_key = bytes(vault._session.key().dek.buffer)  # noqa: SLF001  # that it is another one is the point
    recovery = new_recovery_key()
    made = vault.rekey(by(), passphrases=[by(OTHER)], recovery=recovery, keyring=keyring)
    after = desk.store.now
    assert len(made) == 4
    assert vault._session.key().dek.buffer != data_key  # noqa: SLF001
    assert set(after.slots).isdisjoint(before.slots)
    assert set(keyring.items).isdisjoint(accounts)
    assert len(keyring.items) == 1
    for name, row in after.rows.items():
        assert all(body != before.rows[name].fields[key] for key, body in row.fields.items())
    assert after.items["audit.mac"].body != before.items["audit.mac"].body
    for opener in (by(), by(OTHER), ByRecoveryKey(recovery), ByKeyring(keyring)):
        again = desk.vault()
        again.unlock(opener)
        assert text_of(again.credentials.field(bound(2).connection_id, "secret")) == f"{SECRET}-2"
        kept = again.credentials.item("audit.mac")
        assert kept is not None
        assert text_of(kept) == "audit key"


def test_rekey_forgets_no_slot_in_silence(desk: Desk) -> None:
    vault = desk.made()
    vault.slots.add_passphrase(by(), by(OTHER), "second")
    second = next(facts for facts in vault.slots.all() if facts.label == "second")
    with pytest.raises(SlotRefused, match=r"Slot 'second' needs its passphrase here.*or drop the slot"):
        vault.rekey(by())
    assert len(desk.opened(OTHER).slots.all()) == 2
    vault.rekey(by(), drop=frozenset({second.slot_id}))
    assert [facts.label for facts in desk.opened().slots.all()] == ["main"]


def test_a_write_of_another_process_is_noticed_and_taken_over(desk: Desk) -> None:
    first, second = desk.made(), desk.opened()
    first.credentials.put(bound(1), fields(1))
    with pytest.raises(VaultMoved, match="try again"):
        second.credentials.put(bound(2), fields(2))
    for stale in (
        lambda: second.slots.change_passphrase(by(OTHER), by(OTHER)),
        lambda: second.credentials.forget(bound(1).connection_id),
        lambda: second.rekey(by(OTHER)),
    ):
        with pytest.raises(VaultMoved, match="try again"):
            stale()
    second.refresh()
    second.credentials.put(bound(2), fields(2))
    first.refresh()
    assert first.credentials.all() == (bound(1), bound(2))
    first.rekey(by())
    with pytest.raises(VaultLocked, match="renewed the data key"):
        second.refresh()
    assert second.state is VaultState.LOCKED


def test_new_facts_move_the_secrets_along(desk: Desk) -> None:
    vault = desk.made(connections=1)
    moved = bound(1, label="renamed", origins=(("rest", "https://api.binance.com:443"),))
    vault.credentials.rebind(moved)
    again = desk.opened()
    assert again.credentials.all() == (moved,)
    assert text_of(again.credentials.field(moved.connection_id, "secret")) == f"{SECRET}-1"
    with pytest.raises(SecretRefused, match="There is no key for connection desk 2"):
        vault.credentials.rebind(bound(2))


def test_a_forgotten_key_is_gone(desk: Desk) -> None:
    vault = desk.made(connections=2)
    vault.credentials.forget(bound(1).connection_id)
    vault.credentials.forget(bound(1).connection_id)
    again = desk.opened()
    assert again.credentials.all() == (bound(2),)
    with pytest.raises(SecretRefused, match="no secret for this connection"):
        again.credentials.field(bound(1).connection_id, "secret")


def test_one_api_key_stands_in_one_venue_and_one_mode(desk: Desk) -> None:
    vault = desk.made(connections=1)
    for other in (bound(2, mode="live"), bound(2, venue="bybit")):
        with pytest.raises(SecretRefused, match=r"already kept for connection desk 1 \(binance testnet\)"):
            vault.credentials.put(other, fields(1))
    vault.credentials.put(bound(2), fields(1))
    assert len(desk.opened().credentials.all()) == 2


def test_an_unlock_writes_nothing_to_the_store(desk: Desk) -> None:
    desk.made(connections=1)
    assert isinstance(desk.store, MemoryStore)
    before = desk.store.now
    desk.opened()
    assert desk.store.now is before


def test_the_passphrase_of_a_slot_below_todays_floor_is_offered_to_be_wrapped_anew(desk: Desk) -> None:
    desk.made()
    assert desk.vault().unlock(by()).slot.weak
    assert by(PASSPHRASE).kind is SlotKind.PASSPHRASE
