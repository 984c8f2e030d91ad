"""What the vault will not do: each refusal says why, and leaves everything as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.errors import SecretRefused, SlotRefused, VaultDamaged, VaultLocked, VaultMoved, VaultTampered
from connectors.model.secret import SecretBytes
from connectors.model.vault import VaultState
from storage.vault.credentials import CredentialBook
from storage.vault.recovery import new_recovery_key
from storage.vault.slot import SlotKind
from storage.vault.store import Stored
from storage.vault.unlocking import ByRecoveryKey
from storage.vault.vault import Vault
from support.vault_tampering import refused
from support.vaults import (
    OTHER,
    SECRET,
    Crash,
    Desk,
    MemoryKeyring,
    MemoryStore,
    bound,
    by,
    fields,
    secret,
    text_of,
)

THIRD = "a third long passphrase"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def crash_at(desk: Desk, name: str) -> None:
    """Let the next write of the store fail before a step."""

    def step(called: str) -> None:
        if called == name:
            raise Crash

    assert isinstance(desk.store, MemoryStore)
    desk.store.step = step


def go_on(desk: Desk) -> None:
    assert isinstance(desk.store, MemoryStore)
    desk.store.step = lambda _: None


def test_with_two_passphrases_the_slot_to_replace_is_named(desk: Desk) -> None:
    vault = desk.made()
    key = new_recovery_key()
    second = vault.slots.add_passphrase(by(), by(OTHER), "second")
    paper = vault.slots.add_recovery(by(), key)
    with pytest.raises(SlotRefused, match="has 2 passphrases: name the slot"):
        vault.slots.change_passphrase(ByRecoveryKey(key), by(THIRD))
    with pytest.raises(SlotRefused, match="'paper' is a recovery key, not a passphrase"):
        vault.slots.change_passphrase(by(), by(THIRD), replaces=paper.slot_id)
    with pytest.raises(SlotRefused, match="no slot 07070707"):
        vault.slots.change_passphrase(by(), by(THIRD), replaces=bytes([7] * 16))
    made = vault.slots.change_passphrase(ByRecoveryKey(key), by(THIRD), replaces=second.slot_id, label="laptop")
    assert made.label == "laptop"
    assert {facts.label for facts in desk.opened(THIRD).slots.all()} == {"main", "laptop", "paper"}


def test_a_keyring_item_without_a_slot_is_not_left_behind(desk: Desk) -> None:
    vault, keyring = desk.made(), MemoryKeyring()
    crash_at(desk, "write")
    with pytest.raises(Crash):
        vault.slots.add_keyring(by(), keyring)
    assert keyring.items == {}


class ForgetfulKeyring(MemoryKeyring):
    def put(self, account: str, secret: SecretBytes) -> None:
        """Keep nothing, as a system without a keyring does."""


def test_a_keyring_that_keeps_nothing_makes_no_slot(desk: Desk) -> None:
    with pytest.raises(SlotRefused, match="did not keep the new key"):
        desk.made().slots.add_keyring(by(), ForgetfulKeyring())
    assert len(desk.opened().slots.all()) == 1


def test_a_rekey_that_fails_leaves_the_old_vault_its_key_and_its_keyring_items(desk: Desk) -> None:
    vault, keyring = desk.made(connections=1), MemoryKeyring()
    vault.slots.add_keyring(by(), keyring)
    items = dict(keyring.items)
    assert isinstance(desk.store, MemoryStore)
    before = desk.store.now
    crash_at(desk, "commit")
    with pytest.raises(Crash):
        vault.rekey(by(), keyring=keyring)
    go_on(desk)
    assert desk.store.now is before
    assert keyring.items == items
    assert text_of(vault.credentials.field(bound(1).connection_id, "secret")) == f"{SECRET}-1"
    vault.credentials.put(bound(2), fields(2))


def test_a_rekey_whose_commit_stands_is_held_even_when_what_follows_fails(desk: Desk) -> None:
    vault = desk.made(connections=1)
    assert isinstance(desk.store, MemoryStore)
    before = desk.store.now
    crash_at(desk, "forget")
    with pytest.raises(Crash):
        vault.rekey(by())
    go_on(desk)
    assert desk.store.now is not before
    assert text_of(vault.credentials.field(bound(1).connection_id, "secret")) == f"{SECRET}-1"
    vault.credentials.put(bound(2), fields(2))
    assert len(desk.opened().credentials.all()) == 2


def test_rekey_asks_for_the_keyring_and_a_new_recovery_key_where_the_vault_has_them(desk: Desk) -> None:
    vault = desk.made()
    vault.slots.add_keyring(by(), MemoryKeyring())
    with pytest.raises(SlotRefused, match="'login' needs its keyring item"):
        vault.rekey(by())
    drop = frozenset(facts.slot_id for facts in vault.slots.all() if facts.kind is SlotKind.KEYRING)
    vault.slots.add_recovery(by(), new_recovery_key())
    with pytest.raises(SlotRefused, match="'paper' needs its recovery key"):
        vault.rekey(by(), drop=drop)
    everything = frozenset(facts.slot_id for facts in vault.slots.all())
    with pytest.raises(SlotRefused, match="last passphrase or recovery key"):
        vault.rekey(by(), drop=everything)


def test_a_lost_passphrase_is_dropped_by_a_rekey_with_the_recovery_key(desk: Desk) -> None:
    vault, old, new = desk.made(connections=1), new_recovery_key(), new_recovery_key()
    vault.slots.add_recovery(by(), old)
    lost = frozenset(facts.slot_id for facts in vault.slots.all() if facts.kind is SlotKind.PASSPHRASE)
    vault.rekey(ByRecoveryKey(old), recovery=new, drop=lost)
    again = desk.vault()
    again.unlock(ByRecoveryKey(new))
    assert again.credentials.all() == (bound(1),)


@pytest.mark.parametrize(
    ("facts", "held", "said"),
    [
        (bound(1, label=""), {"secret": "s"}, "empty"),
        (bound(1, label="a\x1bb"), {"secret": "s"}, "unprintable"),
        (bound(1, origins=()), {"secret": "s"}, "0 hosts"),
        (bound(1, origins=(("rest", "https://A:1"),)), {"secret": "s"}, "scheme://host:port"),
        (bound(1, origins=(("REST", "https://a:1"),)), {"secret": "s"}, "no words"),
        (bound(1), {}, "api_key, passphrase, secret"),
        (bound(1), {"note": "s"}, "api_key, passphrase, secret"),
    ],
)
def test_facts_and_fields_that_cannot_be_bound_are_refused_before_a_write(
    desk: Desk, facts: object, held: dict[str, str], said: str
) -> None:
    vault = desk.made()
    assert isinstance(desk.store, MemoryStore)
    before = desk.store.now
    with pytest.raises(SecretRefused, match=said) as caught:
        vault.credentials.put(facts, {name: secret(text) for name, text in held.items()})  # type: ignore[arg-type]
    assert caught.value.sentence.isprintable()
    assert desk.store.now is before


@pytest.mark.parametrize("name", ["", "UPPER", "a" * 65, "1a", "a/b"])
def test_an_item_has_a_name_of_small_letters(desk: Desk, name: str) -> None:
    with pytest.raises(SecretRefused, match="cannot be kept"):
        desk.made().credentials.put_item(name, secret("s"))


def test_nothing_is_answered_while_the_vault_is_not_open(desk: Desk) -> None:
    vault = desk.made(connections=1)
    for close, state in ((vault.cover, VaultState.COVERED), (vault.lock, VaultState.LOCKED)):
        close()
        assert vault.state is state
        book: CredentialBook = vault.credentials
        for ask in (
            book.all,
            lambda: vault.credentials.field(bound(1).connection_id, "secret"),
            lambda: vault.credentials.put(bound(1), fields(1)),
            lambda: vault.credentials.forget(bound(1).connection_id),
            lambda: vault.credentials.item("note"),
            lambda: vault.slots.change_passphrase(by(), by(OTHER)),
            lambda: vault.rekey(by()),
            vault.refresh,
        ):
            with pytest.raises(VaultLocked, match="vault unlock"):
                ask()
        assert len(vault.slots.all()) == 1
        vault.unlock(by())
    vault.lock()
    vault.cover()
    assert vault.state is VaultState.LOCKED


def test_more_passphrases_than_there_may_be_are_damage(desk: Desk) -> None:
    vault = desk.made()
    vault.slots.add_passphrase(by(), by(OTHER), "second")
    assert isinstance(desk.store, MemoryStore)
    slots = dict(desk.store.now.slots)
    vault.slots.change_passphrase(by(), by(THIRD))
    problem = refused(replace(desk.store.now, slots={**desk.store.now.slots, **slots}))
    assert isinstance(problem, VaultDamaged)
    assert "3 of kind passphrase, and 2 is the most" in str(problem)


def test_a_vault_that_vanishes_while_it_is_open_is_not_written_over(desk: Desk) -> None:
    vault = desk.made(connections=1)
    assert isinstance(desk.store, MemoryStore)
    desk.store.now = Stored()
    with pytest.raises(VaultMoved):
        vault.credentials.put(bound(2), fields(2))
    with pytest.raises(VaultDamaged, match="header is gone"):
        vault.refresh()
    assert desk.store.now == Stored()


def test_what_was_written_without_the_key_is_not_taken_over_by_a_refresh(desk: Desk) -> None:
    vault = desk.made(connections=1)
    assert isinstance(desk.store, MemoryStore)
    desk.store.now = replace(desk.store.now, seal=bytes(32))
    with pytest.raises(VaultTampered):
        vault.refresh()
    assert vault.state is VaultState.OPEN


def reachable(root: object) -> Iterator[object]:
    """Everything that can be reached from an object; modules and classes are the whole program, and left out."""
    seen, waiting = set(), [root]
    while waiting:
        found = waiting.pop()
        if id(found) in seen or isinstance(found, type) or type(found).__name__ in {"module", "function"}:
            continue
        seen.add(id(found))
        yield found
        waiting += gc.get_referents(found)


def holds(vault: Vault, needle: bytes) -> bool:
    return any(needle in found for found in reachable(vault) if isinstance(found, bytes | bytearray))


def test_t7a_from_a_covered_or_locked_vault_no_data_key_and_no_secret_is_reached(desk: Desk) -> None:
    vault = desk.made(connections=2)
    vault.credentials.field(bound(1).connection_id, "secret").close()
    dek = bytes(vault._session.key().dek.buffer)  # noqa: SLF001  # what must not be found
    assert holds(vault, dek)
    assert not holds(vault, SECRET.encode())
    for close in (vault.cover, vault.lock):
        close()
        assert not holds(vault, dek)
        assert not holds(vault, SECRET.encode())
        vault.unlock(by())
