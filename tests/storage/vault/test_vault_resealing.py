"""After tampering: the difference is shown, and only what the data key proves is sealed anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import SecretRefused, VaultLocked, VaultMoved, VaultTampered, WrongPassphrase
from storage.vault.unlocking import ByKeyring
from support.vault_tampering import Change, full, name_of, row_change
from support.vaults import OTHER, SECRET, Desk, MemoryAnchors, MemoryKeyring, MemoryStore, bound, by, text_of


def tampered(*changes: Change) -> Desk:
    stored = full()
    desk = Desk(MemoryStore(stored), MemoryAnchors())
    desk.opened()
    for change in changes:
        stored = change(stored)
    desk.store = MemoryStore(stored)
    return desk


def test_what_does_not_open_is_named_and_dropped_and_the_rest_is_sealed() -> None:
    desk = tampered(row_change(2, mode="live"))
    with pytest.raises(VaultTampered, match="vault reseal"):
        desk.vault().unlock(by())
    vault = desk.vault()
    seen = vault.resealing.difference(by())
    assert not seen.sealed
    assert seen.broken == tuple(f"{name} of connection desk 2 (binance live)" for name in ("api_key", "secret"))
    assert seen.kept == (bound(1), bound(3))
    assert seen.slots_dropped == ("second",)
    vault.resealing.accept(by(), seen)
    again = desk.opened()
    assert again.credentials.all() == (bound(1), bound(3))
    assert text_of(again.credentials.field(bound(3).connection_id, "secret")) == f"{SECRET}-3"
    with pytest.raises(SecretRefused, match="There is no secret"):
        again.credentials.field(bound(2).connection_id, "secret")
    with pytest.raises(WrongPassphrase):
        desk.vault().unlock(by(OTHER))


def test_a_key_redirected_to_another_host_never_comes_back() -> None:
    desk = tampered(row_change(1, origins='[["rest","https://evil.example:443"]]'))
    vault = desk.vault()
    vault.resealing.accept(by(), vault.resealing.difference(by()))
    assert all("evil" not in origin for facts in desk.opened().credentials.all() for _, origin in facts.origins)


def test_a_dropped_row_and_a_swapped_item_are_shown_by_what_is_left() -> None:
    desk = tampered(
        lambda stored: replace(stored, rows={k: v for k, v in stored.rows.items() if k != name_of(1)}),
        lambda stored: replace(stored, items={**stored.items, "note": stored.items["audit.mac"]}),
    )
    vault = desk.vault()
    seen = vault.resealing.difference(by())
    assert seen.kept == (bound(2), bound(3))
    assert seen.broken == ("item note",)
    vault.resealing.accept(by(), seen)
    again = desk.opened()
    assert again.credentials.item("note") is None
    assert again.credentials.item("audit.mac") is not None


def test_only_the_state_that_was_seen_is_sealed() -> None:
    desk = tampered(row_change(1, flags=1))
    vault = desk.vault()
    seen = vault.resealing.difference(by())
    assert isinstance(desk.store, MemoryStore)
    now = row_change(2, flags=1)(desk.store.now)
    desk.store.now = now
    with pytest.raises(VaultMoved, match="look again"):
        vault.resealing.accept(by(), seen)
    assert desk.store.now is now


def test_a_whole_seal_is_left_alone_and_the_secret_is_asked() -> None:
    desk = tampered()
    vault = desk.vault()
    seen = vault.resealing.difference(by())
    assert seen.sealed
    assert seen.broken == ()
    with pytest.raises(VaultMoved, match="nothing to accept"):
        vault.resealing.accept(by(), seen)
    with pytest.raises(WrongPassphrase):
        vault.resealing.difference(by("some other passphrase"))
    with pytest.raises(VaultLocked, match="secret that is typed"):
        vault.resealing.difference(ByKeyring(MemoryKeyring()))
    with pytest.raises(VaultLocked, match="no vault yet"):
        Desk().vault().resealing.difference(by())


def test_a_reseal_stands_above_every_copy_that_was_ever_written() -> None:
    desk = tampered(row_change(1, flags=1))
    assert isinstance(desk.anchors, MemoryAnchors)
    assert desk.anchors.now is not None
    desk.anchors.now = replace(desk.anchors.now, generation=50)
    vault = desk.vault()
    vault.resealing.accept(by(), vault.resealing.difference(by()))
    assert desk.anchors.now.generation == 51
    assert desk.opened().credentials.all() == (bound(2), bound(3))
