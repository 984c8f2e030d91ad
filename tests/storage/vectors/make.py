"""Make the known answers: vaults of which everything is fixed, chance included.

    PYTHONPATH=tests:. python tests/storage/vectors/make.py

A test makes them anew and compares; `open_vault.py`, which shares no line with this, opens each of them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from connectors.model.secret import SecretBytes
from storage.vault.binding import Accepted, Bound, item_binding
from storage.vault.contents import Contents, Item, Row
from storage.vault.datakey import DataKey
from storage.vault.field import envelope, item_field
from storage.vault.header import Header
from storage.vault.kdf import argon2id
from storage.vault.parameters import DEFAULT_COST, NO_COST, Cost
from storage.vault.passphrase import read_passphrase
from storage.vault.recovery import write_recovery_key
from storage.vault.slot import Slot, SlotKind, SlotPrefix
from storage.vault.unlocking import wrap

HERE = Path(__file__).resolve().parent
TIME = 1_700_000_000_000
PASSPHRASE = "correct horse battery staple"
LESS_PLAIN = "Ünïcödé “σ” 密碼 passphrase"
"""Composed; the test types it decomposed."""
CHEAP = Cost(64, 1, 1)
VAULT_ID = bytes(range(16))
ORIGINS = (("rest", "https://api.binance.com:443"), ("ws_api", "wss://ws-api.binance.com:443"))


def run_of(first: int, length: int) -> bytes:
    """``first``, ``first + 1``, …"""
    return bytes((first + at) % 256 for at in range(length))


def secret(value: bytes) -> SecretBytes:
    """A secret of fixed bytes."""
    return SecretBytes(bytearray(value))


def key(epoch: int) -> DataKey:
    """The data key 40…5f."""
    return DataKey(secret(run_of(0x40, 32)), VAULT_ID, epoch)


def slot(data_key: DataKey, kind: SlotKind, material: SecretBytes, cost: Cost, number: int, label: str) -> Slot:
    """The slot with this number; number 0 is the one of the design."""
    prefix = SlotPrefix(
        kind, VAULT_ID, run_of(0x10 + number, 16), data_key.epoch, TIME, run_of(0x20 + number, 16), cost
    )
    return wrap(data_key, prefix, material, run_of(0x60 + number, 12), label.encode())


def passphrase_slot(data_key: DataKey, text: str, cost: Cost, number: int, label: str) -> Slot:
    """A slot that a passphrase opens."""
    material = argon2id(read_passphrase(text), run_of(0x20 + number, 16), cost)
    return slot(data_key, SlotKind.PASSPHRASE, material, cost, number, label)


def row(data_key: DataKey, bound: Bound, generation: int, secrets: dict[str, str], nonce: int) -> Row:
    """A connection whose fields have nonces that count up."""
    binding = bound.encode(VAULT_ID, data_key.epoch, generation)
    fields = {
        name: envelope(data_key, binding, name, secret(text.encode()), run_of(nonce + at, 12))
        for at, (name, text) in enumerate(sorted(secrets.items()))
    }
    return Row(bound, generation, fields)


def plain(cost: Cost) -> dict[str, Any]:
    """The vault of the design's known answers."""
    data_key = key(1)
    header = Header(VAULT_ID, 1, 7, TIME, TIME, data_key.check)
    bound = Bound(run_of(0x80, 16), "binance", "LIVE", "hmac", "main", Accepted.NOTHING, ORIGINS)
    contents = Contents(
        header,
        (passphrase_slot(data_key, PASSPHRASE, cost, 0, "main"),),
        (row(data_key, bound, 7, {"secret": "s3cr3t"}, 0x70),),
    )
    return described(data_key, contents, {"passphrase": PASSPHRASE})


def whole() -> dict[str, Any]:
    """A vault with every kind of slot, two connections, all fields, flags, and items."""
    data_key = key(3)
    header = Header(VAULT_ID, 3, 41, TIME, TIME + 86_400_000, data_key.check)
    recovery, keyring = secret(run_of(0xA0, 20)), secret(run_of(0xC0, 32))
    slots = (
        passphrase_slot(data_key, LESS_PLAIN, CHEAP, 0, "main"),
        passphrase_slot(data_key, PASSPHRASE, Cost(72, 2, 3), 1, "laptop"),
        slot(data_key, SlotKind.KEYRING, keyring, NO_COST, 2, "login"),
        slot(data_key, SlotKind.RECOVERY, recovery, NO_COST, 3, "paper"),
    )
    bounds = (
        Bound(run_of(0x80, 16), "binance", "live", "ed25519", "main", Accepted.NOTHING, ORIGINS),
        Bound(
            run_of(0x90, 16),
            "bitget",
            "demo",
            "hmac",
            "zweites Konto ✓",
            Accepted.WITHDRAWAL | Accepted.UNKNOWN_PERMISSION,
            (("rest", "https://[2001:db8::1]:8443"),),
        ),
    )
    rows = (
        row(data_key, bounds[0], 40, {"api_key": "k" * 61, "secret": "s" * 62}, 0x70),
        row(data_key, bounds[1], 12, {"api_key": "key", "secret": "x" * 8192, "passphrase": "pass"}, 0x78),
    )
    items = tuple(
        Item(
            name, at, envelope(data_key, item_binding(VAULT_ID, 3, at), item_field(name), secret(text), run_of(at, 12))
        )
        for name, at, text in (("audit.mac", 1, b"m" * 32), ("note", 41, b"a note"))
    )
    opened_by = {
        "passphrase": LESS_PLAIN,
        "second passphrase": PASSPHRASE,
        "recovery": write_recovery_key(recovery),
        "keyring": keyring.buffer.hex(),
    }
    return described(data_key, Contents(header, slots, rows, items), opened_by)


def described(data_key: DataKey, contents: Contents, opened_by: dict[str, str]) -> dict[str, Any]:
    """A vault as it is stored, in JSON."""
    stored = contents.stored(data_key.seal_of(contents.sealed_message()))
    assert stored.header is not None
    assert stored.seal is not None
    columns = ("venue", "mode", "auth_kind", "label", "origins", "flags", "generation")
    return {
        "opened_by": opened_by,
        "vault": {
            "header": stored.header.hex(),
            "seal": stored.seal.hex(),
            "slots": {name: body.hex() for name, body in stored.slots.items()},
            "connections": {
                str(UUID(name)): {
                    **{column: getattr(kept, column) for column in columns},
                    "fields": {field: body.hex() for field, body in kept.fields.items()},
                }
                for name, kept in stored.rows.items()
            },
            "items": {
                name: {"generation": item.generation, "body": item.body.hex()} for name, item in stored.items.items()
            },
        },
    }


def answers() -> dict[str, str]:
    """File name → text of every known answer."""
    made = {"plain": plain(CHEAP), "default_cost": plain(DEFAULT_COST), "whole": whole()}
    return {
        f"{name}.json": json.dumps(vault, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        for name, vault in made.items()
    }


if __name__ == "__main__":
    for name, text in answers().items():
        (HERE / name).write_text(text, encoding="utf-8")
