"""A vault that any release has written opens in every later one (T3d)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.vault.contents import parse_contents
from storage.vault.passphrase import read_passphrase
from storage.vault.recovery import read_recovery_key
from storage.vault.slot import SlotKind
from storage.vault.unlocking import ByKeyring, ByPassphrase, ByRecoveryKey, Opener, keyring_account
from support.vault_tampering import VECTORS, answer
from support.vaults import API_KEY, SECRET, Desk, MemoryAnchors, MemoryKeyring, MemoryStore, bound, text_of

ROOT = Path(__file__).resolve().parents[3]
RELEASED = sorted((VECTORS / "released").glob("*.json"))
BEFORE_THE_VAULT = {"0.1.0"}
"""Releases without one."""


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_t3d_a_vault_of_every_release_opens_by_each_of_its_secrets(path: Path) -> None:
    opened_by, stored = answer(path)
    contents = parse_contents(stored)
    assert contents is not None
    (slot,) = contents.slots_of(SlotKind.KEYRING)
    account = keyring_account(slot.prefix.vault_id, slot.slot_id)
    keyring = MemoryKeyring({account: bytes.fromhex(opened_by["keyring"])})
    openers: dict[str, Callable[[str], Opener]] = {
        "passphrase": lambda text: ByPassphrase(read_passphrase(text)),
        "second passphrase": lambda text: ByPassphrase(read_passphrase(text)),
        "recovery": lambda text: ByRecoveryKey(read_recovery_key(text)),
        "keyring": lambda _: ByKeyring(keyring),
    }
    for kind, text in opened_by.items():
        vault = Desk(MemoryStore(stored), MemoryAnchors()).vault()
        vault.unlock(openers[kind](text))
        for number in (1, 2):
            account_id = bound(number).connection_id
            assert text_of(vault.credentials.field(account_id, "api_key")) == f"{API_KEY}-{number}"
            assert text_of(vault.credentials.field(account_id, "secret")) == f"{SECRET}-{number}"
        assert text_of(vault.credentials.field(bound(2).connection_id, "passphrase")) == "opens the PEM"
        item = vault.credentials.item("audit.mac")
        assert item is not None
        assert text_of(item) == "m" * 32


def test_t3d_every_release_that_has_a_vault_left_one_behind() -> None:
    headings = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    left = {path.stem for path in RELEASED}
    assert "format-1" in left
    assert sorted(set(headings) - BEFORE_THE_VAULT - left) == [], "run tests/storage/vectors/release.py VERSION"
