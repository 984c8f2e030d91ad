"""Older copies of a vault are told from the newest, and what was changed while it is open is not sealed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.errors import VaultDamaged, VaultRolledBack, VaultTampered
from connectors.model.secret import SecretBytes
from storage.vault import kdf
from storage.vault.anchor import Anchor
from storage.vault.store import Stored
from support.vault_tampering import full, refused, row_change, stored_of
from support.vaults import Desk, MemoryAnchors, MemoryStore, bound, by, secret


def test_an_older_copy_is_told_with_both_ages_and_accepted_only_on_request() -> None:
    desk = Desk()
    vault = desk.made(connections=1)
    old = stored_of(desk)
    vault.credentials.put(bound(2), {"secret": secret("s")})
    vault.credentials.put(bound(3), {"secret": secret("s")})
    assert isinstance(desk.anchors, MemoryAnchors)
    anchor = desk.anchors.now
    problem = refused(old, anchor)
    assert isinstance(problem, VaultRolledBack)
    assert (problem.found, problem.newest) == (2, 4)
    assert "2 here, 4 was the newest" in str(problem)
    again = Desk(MemoryStore(old), MemoryAnchors(anchor))
    again.vault().unlock(by(), accept_older=True)
    assert isinstance(again.anchors, MemoryAnchors)
    assert again.anchors.now is not None
    assert again.anchors.now.generation == 5
    assert again.opened().credentials.all() == (bound(1),)


def test_another_history_of_the_same_length_and_another_vault_are_rollbacks_too() -> None:
    desk = Desk()
    vault = desk.made()
    old = stored_of(desk)
    vault.credentials.put(bound(1), {"secret": secret("s")})
    assert isinstance(desk.anchors, MemoryAnchors)
    anchor = desk.anchors.now
    assert anchor is not None
    fork = Desk(MemoryStore(old), MemoryAnchors())
    fork.opened().credentials.put(bound(2), {"secret": secret("t")})
    assert "another copy of the same age" in str(refused(stored_of(fork), anchor))
    assert "another one than was last used" in str(refused(full(), anchor))


def test_without_an_anchor_it_is_said_once_that_nobody_can_tell() -> None:
    desk = Desk()
    desk.made()
    desk.anchors = MemoryAnchors()
    assert not desk.vault().unlock(by()).anchored
    assert desk.vault().unlock(by()).anchored


def test_a_crash_between_commit_and_anchor_leaves_a_vault_that_opens_and_brings_the_anchor_up() -> None:
    desk = Desk()
    vault = desk.made()
    assert isinstance(desk.anchors, MemoryAnchors)
    behind = desk.anchors.now
    vault.credentials.put(bound(1), {"secret": secret("s")})
    newest = desk.anchors.now
    desk.anchors = MemoryAnchors(behind)
    assert desk.vault().unlock(by()).anchored
    assert desk.anchors.now == newest


# While it is open


def test_what_was_changed_after_the_unlock_is_not_sealed_by_the_next_write() -> None:
    desk = Desk()
    vault = desk.made(connections=1)
    assert isinstance(desk.store, MemoryStore)
    tampered = row_change(1, mode="live")(desk.store.now)
    desk.store.now = tampered
    with pytest.raises(VaultTampered, match="of connection desk 1"):
        vault.credentials.put(bound(2), {"secret": secret("s")})
    assert desk.store.now is tampered


def test_a_secret_that_is_closed_is_not_used_by_mistake() -> None:
    closed = SecretBytes(bytearray(b"x"))
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        Desk().made().credentials.put(bound(1), {"secret": closed})


class BusyStore(MemoryStore):
    """A store on which somebody else acts just after one of its reads."""

    busy: Callable[[], object] | None = None
    reads_left = 0

    def read(self) -> Stored:
        seen, self.reads_left = self.now, self.reads_left - 1
        if self.busy is not None and self.reads_left == 0:
            self.busy()
        return seen


@pytest.mark.parametrize("read", [1, 2])
def test_a_commit_of_another_process_during_an_unlock_is_no_rollback(read: int) -> None:
    store = BusyStore()
    desk = Desk(store)
    other = desk.made()
    store.busy, store.reads_left = lambda: other.credentials.put(bound(1), {"secret": secret("s")}), read
    assert desk.vault().unlock(by()).anchored
    assert isinstance(desk.anchors, MemoryAnchors)
    assert desk.anchors.now is not None
    assert desk.anchors.now.generation == 2


def test_of_two_commits_the_anchor_keeps_the_later_whoever_comes_last_to_write_it() -> None:
    desk = Desk()
    first, second = desk.made(), desk.opened()
    store = desk.store
    assert isinstance(store, MemoryStore)

    def overtake(step: str) -> None:
        if step == "committed":
            store.step = lambda _: None
            second.refresh()
            second.credentials.put(bound(2), {"secret": secret("t")})

    store.step = overtake
    first.credentials.put(bound(1), {"secret": secret("s")})
    assert isinstance(desk.anchors, MemoryAnchors)
    assert desk.anchors.now is not None
    assert desk.anchors.now.generation == 3
    assert len(desk.opened().credentials.all()) == 2


class SpoiltAnchors(MemoryAnchors):
    """An anchor that cannot be read until it is written again."""

    spoilt = False

    def read(self) -> Anchor | None:
        if self.spoilt:
            raise VaultDamaged("the anchor", "cannot be read")
        return self.now

    def write(self, anchor: Anchor) -> None:
        self.now, self.spoilt = anchor, False


def test_an_anchor_that_cannot_be_read_stops_an_unlock_before_any_key_and_is_renewed_by_a_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anchors = SpoiltAnchors()
    desk = Desk(anchors=anchors)
    vault = desk.made()
    anchors.spoilt = True
    vault.credentials.put(bound(1), {"secret": secret("s")})
    assert desk.vault().unlock(by()).anchored
    anchors.spoilt = True
    monkeypatch.setattr(kdf, "Argon2id", None)
    with pytest.raises(VaultDamaged, match="the anchor cannot be read"):
        desk.vault().unlock(by())
