"""What Argon2 is asked, equal work whatever is typed, nonces that never come twice."""

from __future__ import annotations

import os

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from connectors.errors import (
    KdfTooCostly,
    SecretRefused,
    SlotRefused,
    VaultUnsupported,
    WrongPassphrase,
)
from storage.vault import cipher, kdf
from storage.vault.kdf import argon2id
from storage.vault.parameters import DEFAULT_COST, Cost, NewSlotCost, is_readable
from support.vaults import CHEAP, OTHER, Desk, MemoryStore, bound, by, cheap, fields, secret


@pytest.mark.parametrize(
    "cost",
    [
        Cost(1_048_577, 1, 1),
        Cost(1_048_576, 5, 1),
        Cost(64, 11, 1),
        Cost(4_194_304, 1, 1),
        Cost(0xFFFFFFFF, 0xFFFFFFFF, 255),
        Cost(64, 1, 9),
        Cost(15, 1, 2),
        Cost(64, 0, 1),
        Cost(64, 1, 0),
        Cost(0, 0, 0),
    ],
    ids=str,
)
def test_parameters_out_of_bounds_are_refused_before_anything_is_allocated(
    cost: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kdf, "Argon2id", None)
    monkeypatch.setattr(kdf, "bytearray", None, raising=False)
    with pytest.raises(KdfTooCostly) as caught:
        argon2id(secret("passphrase"), bytes(16), cost)
    assert str(cost) in str(caught.value)
    assert "allowed are" in str(caught.value)


def test_the_largest_parameters_that_are_read_stay_below_a_gibibyte_of_memory() -> None:
    assert is_readable(Cost(1_048_576, 4, 8))
    assert is_readable(Cost(419_430, 10, 8))
    assert is_readable(CHEAP)
    assert not is_readable(Cost(419_431, 10, 8))


def test_new_slots_are_never_cheap() -> None:
    assert NewSlotCost().cost == DEFAULT_COST == Cost(131_072, 3, 4)
    assert NewSlotCost(Cost(65_536, 3, 1)).cost.memory_kib == 65_536
    for weak in (Cost(65_535, 3, 1), Cost(65_536, 2, 1), CHEAP):
        with pytest.raises(SecretRefused, match="too easy to try"):
            NewSlotCost(weak)
    with pytest.raises(KdfTooCostly):
        NewSlotCost(Cost(1_048_576, 5, 1))
    assert cheap().cost == CHEAP


@pytest.mark.parametrize(
    ("raised", "becomes", "said"),
    [
        (MemoryError(), KdfTooCostly, "as much memory as is free"),
        (UnsupportedAlgorithm(""), VaultUnsupported, "OpenSSL"),
    ],
)
def test_a_machine_that_cannot_derive_says_so(
    raised: Exception, becomes: type[Exception], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(**_: object) -> None:
        raise raised

    monkeypatch.setattr(kdf, "Argon2id", cannot)
    with pytest.raises(becomes, match=said) as caught:
        argon2id(secret("passphrase"), bytes(16), CHEAP)
    assert caught.value.__context__ is None


def test_t5e_right_wrong_and_second_passphrases_cost_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    desk.made().slots.add_passphrase(by(), by(OTHER), "second")
    made: list[int] = []
    real = Argon2id

    def counted(**parameters: object) -> object:
        made.append(1)
        return real(**parameters)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(kdf, "Argon2id", counted)
    counts = []
    for typed in (by(), by(OTHER), by("some other passphrase")):
        made.clear()
        try:
            desk.vault().unlock(typed)
        except WrongPassphrase:
            counts.append(len(made))
        else:
            counts.append(len(made))
    assert counts == [2, 2, 2]


def test_t3c_no_nonce_comes_twice_and_each_is_the_systems_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bytes, bytes]] = []
    drawn: set[bytes] = set()
    real_chance = os.urandom

    class Spy:
        def __init__(self, key: bytearray) -> None:
            self._key, self._real = bytes(key), ChaCha20Poly1305(key)

        def encrypt(self, nonce: bytes, plain: bytearray, aad: bytes) -> bytes:
            seen.append((self._key, nonce))
            return self._real.encrypt(nonce, plain, aad)

        def decrypt_into(self, nonce: bytes, hidden: bytes, aad: bytes, buffer: bytearray) -> int:
            return self._real.decrypt_into(nonce, hidden, aad, buffer)

    def chance(length: int) -> bytes:
        drawn.add(made := real_chance(length))
        return made

    monkeypatch.setattr(cipher, "ChaCha20Poly1305", Spy)
    monkeypatch.setattr(os, "urandom", chance)
    vault = Desk().made(connections=3)
    vault.slots.add_passphrase(by(), by(OTHER), "second")
    vault.credentials.put_item("note", secret("n"))
    vault.credentials.put_item("note", secret("n"))
    vault.credentials.put(bound(1), fields(1))
    vault.credentials.rebind(bound(1))
    vault.slots.change_passphrase(by(), by("yet another passphrase"))
    vault.rekey(by("yet another passphrase"), passphrases=[by(OTHER)])
    assert len(seen) > 20
    assert len(set(seen)) == len(seen)
    assert len({nonce for _, nonce in seen}) == len(seen)
    assert {nonce for _, nonce in seen} <= drawn


def test_t3c_a_watch_over_every_test_sees_a_nonce_that_comes_twice_or_was_chosen() -> None:
    key, nonce = secret("k" * 32), cipher.fresh(12)
    cipher.encrypt(key, nonce, bytearray(b"plain"), b"")
    with pytest.raises(AssertionError, match="met this nonce before"):
        cipher.encrypt(key, nonce, bytearray(b"other"), b"")
    with pytest.raises(AssertionError, match=r"not drawn from os\.urandom"):
        cipher.encrypt(key, bytes(12), bytearray(b"other"), b"")


def test_the_length_of_a_secret_does_not_show() -> None:
    desk = Desk()
    vault = desk.made()
    assert isinstance(desk.store, MemoryStore)
    lengths = set()
    for length in (1, 20, 62):
        vault.credentials.put(bound(1), {"secret": secret("x" * length)})
        lengths.add(len(next(iter(desk.store.now.rows.values())).fields["secret"]))
    assert lengths == {97}
    for length in (0, 8193):
        with pytest.raises(SecretRefused, match=f"{length} bytes, and 1 to 8192"):
            vault.credentials.put(bound(1), {"secret": secret("x" * length)})


@pytest.mark.parametrize("label", ["", "x" * 65, "ü" * 33, "a\x1b[31mb"])
def test_a_slots_label_can_be_shown(label: str) -> None:
    vault = Desk().made()
    with pytest.raises(SlotRefused, match="1 to 64 bytes"):
        vault.slots.add_passphrase(by(), by(OTHER), label)
