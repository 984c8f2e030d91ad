"""Whatever is done to a vault without its key, it opens as it was or not at all, and says which part it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from connectors.errors import (
    KdfTooCostly,
    VaultDamaged,
    VaultError,
    VaultTampered,
    VaultUnsupported,
    WrongPassphrase,
)
from storage.vault import kdf
from storage.vault.store import Stored, StoredItem
from support.vault_tampering import Change, flipped, full, name_of, opening, plain, refused, row_change, stored_of
from support.vaults import OTHER, Desk, bound, by, secret

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


@pytest.fixture(scope="module")
def whole() -> Stored:
    return full()


# One flipped byte (SECURITY-SPEC §15)


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_any_byte_of_a_slot_that_decays_is_damage_and_costs_no_key(mask: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kdf, "Argon2id", None)
    stored = plain()
    ((name, body),) = stored.slots.items()
    for at in range(len(body)):
        problem = refused(replace(stored, slots={name: flipped(body, at, mask, mended=False)}))
        assert type(problem) is VaultDamaged, at


SLOT_PARTS: list[tuple[str, range, tuple[type[VaultError], ...]]] = [
    ("magic and suite", range(5), (VaultUnsupported,)),
    ("kind, ids, epoch", range(5, 42), (VaultDamaged,)),
    ("created, salt", range(42, 66), (WrongPassphrase, VaultDamaged)),
    ("parameters", range(66, 75), (WrongPassphrase, KdfTooCostly)),
    ("COMMIT", range(75, 107), (WrongPassphrase,)),
    ("nonce, wrapped", range(107, 167), (VaultTampered,)),
    ("label length", range(167, 168), (VaultDamaged,)),
    ("label", range(168, 172), (VaultTampered,)),
]


@pytest.mark.parametrize("mask", [0x01, 0x04, 0xFF])
@pytest.mark.parametrize(("at", "kinds"), [(at, kinds) for _, at, kinds in SLOT_PARTS], ids=[p[0] for p in SLOT_PARTS])
def test_any_byte_of_a_slot_that_is_changed_on_purpose_is_told_by_its_part(
    at: range, kinds: tuple[type[VaultError], ...], mask: int
) -> None:
    stored = plain()
    ((name, body),) = stored.slots.items()
    for position in at:
        problem = refused(replace(stored, slots={name: flipped(body, position, mask, mended=True)}))
        assert type(problem) in kinds, (position, problem)
        # Only a time beyond what SQLite keeps is damage there: the top bit of created.
        assert type(problem) is not VaultDamaged or position not in range(43, 66)


def test_any_byte_of_the_header_and_the_seal_is_told() -> None:
    stored = plain()
    assert stored.header is not None
    assert stored.seal is not None
    for at in range(90):
        assert type(refused(replace(stored, header=flipped(stored.header, at, 1, mended=False)))) is VaultDamaged
        kinds = {VaultUnsupported} if at < 5 else {VaultDamaged, VaultTampered}
        if at < 82:
            assert type(refused(replace(stored, header=flipped(stored.header, at, 1, mended=True)))) in kinds
    for at in range(32):
        assert type(refused(replace(stored, seal=flipped(stored.seal, at, 1, mended=False)))) is VaultTampered


# T3b: swaps, copies, deletions, older versions


@dataclass(frozen=True)
class Tampering:
    """What is done, and what the refusal must name."""

    what: str
    change: Change
    names: str


def field_swap(first: tuple[int, str], second: tuple[int, str]) -> Change:
    def change(stored: Stored) -> Stored:
        rows = dict(stored.rows)
        one, two = rows[name_of(first[0])].fields[first[1]], rows[name_of(second[0])].fields[second[1]]
        for (number, name), body in ((first, two), (second, one)):
            row = rows[name_of(number)]
            rows[name_of(number)] = replace(row, fields={**row.fields, name: body})
        return replace(stored, rows=rows)

    return change


def rows_without(number: int) -> Change:
    return lambda stored: replace(stored, rows={k: v for k, v in stored.rows.items() if k != name_of(number)})


def tamperings() -> Iterator[Tampering]:
    for label, columns in (
        ("the mode", {"mode": "live"}),
        ("the venue", {"venue": "bybit"}),
        ("the kind of key", {"auth_kind": "rsa"}),
        ("the hosts", {"origins": '[["rest","https://evil.example:443"]]'}),
        (
            "one more host",
            {"origins": '[["rest","https://testnet.binance.vision:443"],["ws_api","wss://evil.example:443"]]'},
        ),
        ("an acceptance", {"flags": 1}),
        ("the generation", {"generation": 2}),
    ):
        yield Tampering(label, row_change(3, **columns), "of connection desk 3")
    yield Tampering("the label", row_change(3, label="desk 1b"), "of connection desk 1b")
    yield Tampering("two fields of a row", field_swap((1, "api_key"), (1, "secret")), "api_key of connection desk 1")
    yield Tampering("a field of two rows", field_swap((1, "secret"), (2, "secret")), "secret of connection desk 1")
    yield Tampering("a row dropped", rows_without(2), "added, removed")
    yield Tampering(
        "a row under another id",
        lambda stored: replace(rows_without(2)(stored), rows={**stored.rows, name_of(2): stored.rows[name_of(1)]}),
        "of connection desk 1",
    )
    yield Tampering(
        "a field dropped",
        lambda stored: row_change(1, fields={"secret": stored.rows[name_of(1)].fields["secret"]})(stored),
        "added, removed",
    )
    yield Tampering(
        "a field under another name",
        lambda stored: row_change(1, fields={"passphrase": stored.rows[name_of(1)].fields["secret"]})(stored),
        "passphrase of connection desk 1",
    )
    yield Tampering(
        "an item swapped",
        lambda stored: replace(stored, items={"audit.mac": stored.items["note"], "note": stored.items["audit.mac"]}),
        "item audit.mac",
    )
    yield Tampering(
        "an item's generation",
        lambda stored: replace(stored, items={**stored.items, "note": StoredItem(1, stored.items["note"].body)}),
        "item note",
    )
    yield Tampering("the items dropped", lambda stored: replace(stored, items={}), "added, removed")
    yield Tampering(
        "a slot dropped", lambda stored: replace(stored, slots=dict(list(own_slots(stored))[:1])), "added, removed"
    )


def own_slots(stored: Stored) -> Iterator[tuple[str, bytes]]:
    """The slots, the one that our passphrase opens first."""
    return iter(sorted(stored.slots.items(), key=lambda item: b"second" in item[1]))


@pytest.mark.parametrize("tampering", tamperings(), ids=lambda tampering: tampering.what)
def test_t3b_what_was_swapped_dropped_or_redirected_does_not_open(whole: Stored, tampering: Tampering) -> None:
    problem = refused(tampering.change(whole))
    assert type(problem) is VaultTampered
    assert tampering.names in problem.part


def test_t3b_an_older_row_slot_or_item_does_not_open_though_each_was_true_once() -> None:
    desk = Desk()
    vault = desk.made(connections=2)
    vault.credentials.put_item("note", secret("first"))
    old = stored_of(desk)
    vault.credentials.rebind(bound(1, label="renamed"))
    vault.credentials.put_item("note", secret("second"))
    vault.slots.change_passphrase(by(), by(OTHER))
    vault.slots.change_passphrase(by(OTHER), by())
    new = stored_of(desk)
    opening(new)
    older = (
        replace(new, rows={**new.rows, name_of(1): old.rows[name_of(1)]}),
        replace(new, items=old.items),
        replace(new, slots=old.slots),
        replace(new, seal=old.seal),
        replace(new, slots={**new.slots, **old.slots}),
    )
    for stored in older:
        assert type(refused(stored)) is VaultTampered
    # Rows that are newer than the header show without any key.
    assert type(refused(replace(new, header=old.header))) is VaultDamaged


def test_a_row_of_another_vault_does_not_open(whole: Stored) -> None:
    other = full()
    for name in whole.rows:
        assert "of connection" in refused_part(replace(whole, rows={**whole.rows, name: other.rows[name]}))
    assert type(refused(replace(whole, slots=other.slots))) is VaultDamaged
    assert type(refused(replace(whole, header=other.header))) is VaultDamaged


def refused_part(stored: Stored) -> str:
    problem = refused(stored)
    assert isinstance(problem, VaultTampered)
    return problem.part
