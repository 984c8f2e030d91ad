"""The format is what FORMAT.md says: known answers, and a stranger who opens our vaults without our code."""

from __future__ import annotations

import hashlib
import importlib.util
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from connectors.model.secret import SecretBytes
from storage.vault.binding import Accepted, Bound
from storage.vault.cipher import decrypt, encrypt
from storage.vault.contents import Contents, Row, parse_contents
from storage.vault.datakey import DataKey
from storage.vault.field import envelope, open_field
from storage.vault.header import Header
from storage.vault.kdf import argon2id, slot_keys
from storage.vault.parameters import DEFAULT_COST, NO_COST, Cost
from storage.vault.passphrase import read_passphrase
from storage.vault.recovery import read_recovery_key, write_recovery_key
from storage.vault.slot import SlotKind, SlotPrefix
from storage.vault.unlocking import ByKeyring, ByPassphrase, ByRecoveryKey, keyring_account, wrap
from support.vault_tampering import VECTORS, answer
from support.vaults import (
    PASSPHRASE,
    Desk,
    MemoryAnchors,
    MemoryKeyring,
    MemoryStore,
)

KEPT = sorted(VECTORS.glob("*.json"))
TIME = 1_700_000_000_000


def run_of(first: int, last: int) -> bytes:
    return bytes(range(first, last + 1))


def held(value: bytes) -> SecretBytes:
    return SecretBytes(bytearray(value))


KEY = DataKey(held(run_of(0x40, 0x5F)), run_of(0x00, 0x0F), 1)
BOUND = Bound(
    run_of(0x80, 0x8F),
    "binance",
    "LIVE",
    "hmac",
    "main",
    Accepted.NOTHING,
    (("rest", "https://api.binance.com:443"), ("ws_api", "wss://ws-api.binance.com:443")),
)
HEADER = (
    "544456310100000102030405060708090a0b0c0d0e0f0000000100000000000000070000018bcfe568000000018bcfe56800f3814bb2eb50"
    "244d8507c811725ddbd476411b4a640cd2e76679dcfa245224b596eeb3420dc7ec84"
)
FIELD = (
    "5444463101707172737475767778797a7b0b3922124b3da1b58bb5937780d32a4c44f5c73b01ec500dfc938423d8d247addb98ffc5f9ecc5"
    "d88c235d9322496de6c6742a69e313d301df70a937926656fcbe8193fa9f444572e9f7de0d2c59e91e"
)
SEAL = "fef9b3d05f348ffee764f1f3038003a671635e19230d96b09a82f03a75f2c95c"
KEK = "768204e041eef09d66d7b4e31a7bf0a2f21272a4cbc9949f072e7fec0defafc3"
COMMIT = "4f04a536302d8d6c169562affcd132e7897bc51b8780b1ff12810dc98b532ea7"
WRAPPED = "29577d6a5d0be8e75f3e6c0d5284f448a311f68c0462540a5b2bc9d144e64907c052ad62a4cbc861220965904bad54ae"


@pytest.mark.parametrize(
    ("cost", "material", "slot"),
    [
        (
            Cost(64, 1, 1),
            "de3c4f14e0a7e9b443a0616def109437ffbb93ee6a33a1e88d356dbfd3b16e99",
            "d5bbb745193ea037b56bd551951fe96e732ccc163ea62aa103e8537a698d9cb4",
        ),
        (
            DEFAULT_COST,
            "dadae2d56277f8e96ad6211451f4e7eb5e905caa704729cd133c59a53114bf6e",
            "174602793e5a587bce5fa638dcbd2f062794f7f439f504188051e5f41e8c51ca",
        ),
    ],
    ids=str,
)
def test_a_slot_is_the_one_of_the_design(cost: Cost, material: str, slot: str) -> None:
    prefix = SlotPrefix(SlotKind.PASSPHRASE, KEY.vault_id, run_of(0x10, 0x1F), 1, TIME, run_of(0x20, 0x2F), cost)
    derived = argon2id(read_passphrase(PASSPHRASE), prefix.salt, cost)
    assert derived.buffer.hex() == material
    made = wrap(KEY, prefix, derived, run_of(0x60, 0x6B), b"main")
    assert hashlib.sha256(made.encode()).hexdigest() == slot
    if cost != DEFAULT_COST:
        kek, commit = slot_keys(derived, prefix.salt, b"tradedesk/slot/1\0" + prefix.encode())
        assert (kek.buffer.hex(), commit.hex(), made.wrapped.hex()) == (KEK, COMMIT, WRAPPED)


def test_header_binding_field_and_seal_are_those_of_the_design() -> None:
    header = Header(KEY.vault_id, 1, 7, TIME, TIME, KEY.check)
    assert header.encode().hex() == HEADER
    binding = BOUND.encode(KEY.vault_id, 1, 7)
    assert len(binding) == 183
    expected = "6ffc4fa5a18ce54874934252e3387f5b88de75059a035e2503557e46bf1af3b5"
    assert hashlib.sha256(binding).hexdigest() == expected
    body = envelope(KEY, binding, "secret", held(b"s3cr3t"), run_of(0x70, 0x7B))
    assert body.hex() == FIELD
    opened = open_field(KEY, binding, "secret", body)
    assert opened is not None
    assert opened.buffer == b"s3cr3t"
    prefix = SlotPrefix(
        SlotKind.PASSPHRASE, KEY.vault_id, run_of(0x10, 0x1F), 1, TIME, run_of(0x20, 0x2F), Cost(64, 1, 1)
    )
    slot = wrap(
        KEY, prefix, argon2id(read_passphrase(PASSPHRASE), prefix.salt, prefix.cost), run_of(0x60, 0x6B), b"main"
    )
    contents = Contents(header, (slot,), (Row(BOUND, 7, {"secret": body}),))
    assert KEY.seal_of(contents.sealed_message()).hex() == SEAL


def test_the_recovery_key_is_the_one_of_the_design() -> None:
    written = "TDR1-M2GT-58X4-MPKA-FA59-NANT-SBDE-NYRB-3CNK-95PN"
    assert write_recovery_key(held(run_of(0xA0, 0xB3))) == written
    assert read_recovery_key(written).buffer == run_of(0xA0, 0xB3)


def test_t2_the_primitives_answer_as_their_standards_say() -> None:
    # RFC 9106 §5.3: the library's Argon2id, with the inputs that we never give it.
    argon = Argon2id(salt=b"\2" * 16, length=32, iterations=3, lanes=4, memory_cost=32, ad=b"\4" * 12, secret=b"\3" * 8)
    expected = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    assert argon.derive(b"\1" * 32).hex() == expected
    # RFC 5869 A.1, of which 42 bytes are given.
    first, second = slot_keys(held(b"\x0b" * 22), run_of(0, 12), run_of(0xF0, 0xF9))
    expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    assert (first.buffer + second).hex().startswith(expected)
    # RFC 8439 §2.8.2.
    text = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future,"
        b" sunscreen would be it."
    )
    key, nonce = held(run_of(0x80, 0x9F)), bytes.fromhex("070000004041424344454647")
    aad = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    hidden = encrypt(key, nonce, bytearray(text), aad)
    assert hidden.hex().startswith("d31a8d34648e60db7b86afbc53ef7ec2")
    assert hidden.hex().endswith("1ae10b594f09e26a7e902ecbd0600691")
    shown = decrypt(key, nonce, hidden, aad)
    assert shown is not None
    assert shown.buffer == text


def test_the_known_answers_are_what_the_code_makes_now() -> None:
    spec = importlib.util.spec_from_file_location("known_answers", VECTORS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert made.answers() == {path.name: path.read_text(encoding="utf-8") for path in KEPT}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_t3d_every_known_answer_opens_by_each_of_its_secrets(path: Path) -> None:
    opened_by, stored = answer(path)
    contents = parse_contents(stored)
    assert contents is not None
    assert contents.stored(stored.seal or b"") == stored
    keyring = MemoryKeyring()
    for slot in contents.slots_of(SlotKind.KEYRING):
        keyring.items[keyring_account(slot.prefix.vault_id, slot.slot_id)] = bytes.fromhex(opened_by["keyring"])
    openers: dict[str, Any] = {
        "passphrase": lambda text: ByPassphrase(read_passphrase(unicodedata.normalize("NFD", text))),
        "second passphrase": lambda text: ByPassphrase(read_passphrase(text)),
        "recovery": lambda text: ByRecoveryKey(read_recovery_key(text)),
        "keyring": lambda _: ByKeyring(keyring),
    }
    for kind, text in opened_by.items():
        vault = Desk(MemoryStore(stored), MemoryAnchors()).vault()
        vault.unlock(openers[kind](text))
        assert len(vault.credentials.all()) == len(stored.rows)
        assert [name for name in ("audit.mac", "note") if vault.credentials.item(name)] == sorted(stored.items)


def test_slots_without_argon2_hold_no_parameters() -> None:
    _, stored = answer(VECTORS / "whole.json")
    contents = parse_contents(stored)
    assert contents is not None
    costs = {slot.kind: slot.prefix.cost for slot in contents.slots if slot.kind is not SlotKind.PASSPHRASE}
    assert costs == {SlotKind.KEYRING: NO_COST, SlotKind.RECOVERY: NO_COST}
