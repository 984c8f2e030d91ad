"""What a worker finds when it begins: a keyring, an older copy, a broken seal, damage."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from connectors.errors import SlotRefused
from connectors.model.vault import OpenedBy, VaultState
from connectors.worker import api
from connectors.worker.secrets import (
    AddKeyring,
    AddPassphrase,
    CreateVault,
    LookAtSeal,
    OpenVault,
    RemoveSlot,
    RenewDataKey,
    Reseal,
    Typed,
)
from storage.vault.anchors import UNWRITTEN
from support.vaults import OTHER, MemoryKeyring
from worker.house import a_worker, until
from worker.owner import Owner, away, kept, key, nowhere, typed
from worker.peer_exchange import Ears

WRONG = "wrong horse battery staple"


def text(value: str) -> bytearray:
    return bytearray(value, "utf-8")


async def test_a_keyring_opens_the_vault_at_the_start_and_never_uncovers_it(home: Path) -> None:
    keyring = (MemoryKeyring(), "Test Keyring", "")
    async with a_worker(home, keyring=keyring) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        assert (await owner.facts()).keyring == "Test Keyring"
        assert isinstance(await owner.hand(AddKeyring(typed())), api.SlotKept)
    async with a_worker(home, keyring=keyring) as house:
        owner = Owner(await house.join("socket"))
        await until(lambda: house.worker.keys.state is VaultState.OPEN)
        await owner.link.request(api.CoverVault("test"))
        refused = await owner.refused(OpenVault(Typed(OpenedBy.KEYRING)))
        assert refused.kind is api.FailureKind.VAULT_LOCKED
        await owner.link.request(api.LockVault())
        assert (await owner.hand(OpenVault(Typed(OpenedBy.KEYRING)))) is not None
        assert await owner.state() is VaultState.OPEN


async def test_a_keyring_that_has_lost_its_half_is_told_and_the_passphrase_opens(home: Path) -> None:
    items = MemoryKeyring()
    keyring = (items, "Test Keyring", "")
    async with a_worker(home, keyring=keyring) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        await owner.hand(AddKeyring(typed()))
    items.items.clear()
    async with a_worker(home, keyring=keyring) as house:
        owner = Owner(await house.join("socket"))
        ears = Ears(owner.link)
        picture = await owner.link.request(api.Attach())
        assert isinstance(picture, api.Picture)
        await until(lambda: bool(picture.alerts or ears.alerts()))
        assert "keyring did not open the vault" in (*[alert.sentence for alert in picture.alerts], *ears.alerts())[0]
        await owner.open()


async def test_what_the_keyring_fails_to_do_is_said_after_every_change_and_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = MemoryKeyring()

    def broken(*_given: object) -> None:
        raise SlotRefused("The keyring did not delete it: it is still there.")

    async with a_worker(home, make_connector=away, keyring=(items, "Test Keyring", "")) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        slots = [await owner.hand(AddKeyring(typed(), label)) for label in ("here", "there")]
        ears = Ears(owner.link)
        await owner.link.request(api.Attach())
        with monkeypatch.context() as patched:
            patched.setattr(items, "delete", broken)
            assert isinstance(slots[0], api.SlotKept)
            assert await owner.hand(RemoveSlot(typed(), slots[0].slot.slot_id)) == api.Done()
            await owner.facts()
            assert ears.alerts() == ["The keyring did not delete it: it is still there."]
        with monkeypatch.context() as patched:
            patched.setattr(items, "put", broken)
            await kept(owner, nowhere())
            await owner.facts()
            assert ears.alerts()[1:] == [UNWRITTEN]
            await owner.open()
            await kept(owner, nowhere("second"), key("B"))
            await owner.facts()
            assert len(ears.alerts()) == 2, "the same is not said again"
        assert isinstance(slots[1], api.SlotKept)
        with monkeypatch.context() as patched:
            patched.setattr(items, "delete", broken)
            renewed = await owner.hand(RenewDataKey(typed(), drop=(slots[1].slot.slot_id,)))
            assert renewed == api.Done()
            await owner.facts()
            assert len(ears.alerts()) == 3


async def test_a_reseal_says_what_is_left_in_the_keyring(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = MemoryKeyring()

    def broken(_account: str) -> None:
        raise SlotRefused("The keyring did not delete it: it is still there.")

    async with a_worker(home, make_connector=away, keyring=(items, "Test Keyring", "")) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        await owner.hand(AddKeyring(typed()))
        await kept(owner, nowhere())
        await owner.link.request(api.LockVault())
        with closing(sqlite3.connect(home / "data" / "tradedesk.db")) as file, file:
            file.execute("UPDATE exchange_connections SET flags = 1")
        assert isinstance(await owner.hand(LookAtSeal(typed())), api.SealDifference)
        ears = Ears(owner.link)
        await owner.link.request(api.Attach())
        monkeypatch.setattr(items, "delete", broken)
        assert isinstance(await owner.hand(Reseal(typed())), api.VaultOpened)
        await owner.facts()
        assert "The keyring did not delete it: it is still there." in ears.alerts()


async def test_an_older_copy_is_refused_until_it_is_accepted(home: Path) -> None:
    database = home / "data" / "tradedesk.db"
    async with a_worker(home) as house:
        await Owner(await house.join("socket")).create()
    older = database.read_bytes()
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.open()
        await owner.hand(AddPassphrase(typed(), text(OTHER), "second"))
    database.write_bytes(older)
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        refused = await owner.refused(OpenVault(typed()))
        assert refused.kind is api.FailureKind.VAULT_ROLLED_BACK
        assert await owner.state() is VaultState.LOCKED
        assert isinstance(await owner.hand(OpenVault(typed(), accept_older=True)), api.VaultOpened)


async def test_a_broken_seal_is_looked_at_and_accepted_on_the_same_link(home: Path) -> None:
    async with a_worker(home, make_connector=away) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        await kept(owner, nowhere())
    with closing(sqlite3.connect(home / "data" / "tradedesk.db")) as file, file:
        file.execute("UPDATE exchange_connections SET flags = 1")
    async with a_worker(home, make_connector=away) as house:
        owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
        tampered = await owner.refused(OpenVault(typed()))
        assert tampered.kind is api.FailureKind.VAULT_TAMPERED
        assert "main" in tampered.sentence
        seen = await owner.hand(LookAtSeal(typed()))
        assert isinstance(seen, api.SealDifference), seen
        assert (seen.sealed, len(seen.broken)) == (False, 2)
        assert "looked at" in (await other.refused(Reseal(typed()))).sentence
        assert isinstance(await owner.hand(Reseal(typed())), api.VaultOpened)
        row, _, _ = (await owner.listed())["main"]
        assert (row.keyed, row.key_kind) == (False, None)


async def test_an_anchor_that_others_can_read_locks_the_vault_and_not_the_worker(home: Path) -> None:
    async with a_worker(home) as house:
        await Owner(await house.join("socket")).create()
    (home / "state" / "vault.anchor").chmod(0o644)
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        assert await owner.state() is VaultState.LOCKED
        assert "chmod" in (await owner.refused(OpenVault(typed()))).sentence


async def test_a_damaged_vault_is_locked_and_says_so_when_it_is_opened(home: Path) -> None:
    async with a_worker(home) as house:
        await Owner(await house.join("socket")).create()
    with closing(sqlite3.connect(home / "data" / "tradedesk.db")) as file, file:
        file.execute("UPDATE vault_header SET body = x'00'")
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        assert await owner.state() is VaultState.LOCKED
        damaged = await owner.refused(OpenVault(typed()))
        assert damaged.kind in {api.FailureKind.VAULT_DAMAGED, api.FailureKind.VAULT_UNSUPPORTED}
        assert (await owner.refused(CreateVault(text(OTHER)))).kind is damaged.kind
