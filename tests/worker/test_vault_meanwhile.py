"""What comes meanwhile: a lock while a key is tried or the vault is being opened; two clients at one registration."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.model.connection import Connection
from connectors.model.secret import SecretBytes
from connectors.model.vault import VaultState
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.vault import Given
from connectors.ports.venue import Connector
from connectors.worker import api
from connectors.worker.secrets import (
    ConfirmRecovery,
    CreateVault,
    KeepKey,
    MakeRecovery,
    OpenVault,
    RecoveryMade,
    RenewDataKey,
)
from storage.vault import kdf, unlocking
from storage.vault.parameters import Cost
from storage.vault.slots_door import SlotsDoor
from support.vaults import PASSPHRASE
from worker.house import a_worker, until
from worker.owner import Away, Owner, away, kept, key, nowhere, rows, typed


class Held(Away):
    """A venue whose answer is held back."""

    tried = 0
    answer = asyncio.Event()

    async def connect(self) -> None:
        Held.tried += 1
        await Held.answer.wait()
        await super().connect()


def held(connection: Connection, signer: Signer | None, clock: Clock, trail: AuditTrail | None = None) -> Connector:
    return Held(connection, signer, clock, trail=trail)


@pytest.fixture(autouse=True)
def _nothing_tried() -> None:
    Held.tried, Held.answer = 0, asyncio.Event()


@contextmanager
def slow_derivation(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, Callable[[], bool]]]:
    """Argon2 that waits to be let go, and whether it has begun."""
    go, begun = threading.Event(), threading.Event()
    real = kdf.argon2id

    def watched(secret: SecretBytes, salt: bytes, cost: Cost) -> SecretBytes:
        begun.set()
        go.wait(20)
        return real(secret, salt, cost)

    with monkeypatch.context() as patched:
        patched.setattr(unlocking, "argon2id", watched)
        yield go, begun.is_set


async def test_a_lock_while_a_key_is_tried_keeps_neither_the_key_nor_its_row(home: Path) -> None:
    async with a_worker(home, make_connector=held) as house:
        owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
        await owner.create()
        keeping = asyncio.ensure_future(owner.refused(KeepKey(nowhere(), key())))
        await until(lambda: Held.tried == 1)
        assert await other.link.request(api.LockVault()) == api.Done()
        Held.answer.set()
        assert (await keeping).kind is api.FailureKind.VAULT_LOCKED
        assert rows(home) == []


async def test_two_clients_that_change_one_registration_do_not_undo_each_other(home: Path) -> None:
    async with a_worker(home, make_connector=held) as house:
        owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
        await owner.create()
        Held.answer.set()
        row = (await kept(owner, nowhere())).connection
        Held.answer.clear()
        Held.tried = 0
        keeping = asyncio.ensure_future(owner.refused(KeepKey(replace(row, key_tail=""), key("B"))))
        await until(lambda: Held.tried == 1)
        assert await other.link.request(api.EditConnection(row.account, label="renamed")) == api.Done()
        Held.answer.set()
        assert "changed by another client" in (await keeping).sentence
        assert rows(home) == [("renamed", True, True)]
        await owner.link.request(api.LockVault())
        await owner.open()


async def test_a_lock_while_the_vault_is_being_opened_leaves_it_locked_and_no_signer(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_worker(home, make_connector=away) as house:
        owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
        await owner.create()
        row = (await kept(owner, nowhere())).connection
        assert await owner.link.request(api.EditConnection(row.account, active=True)) == api.Done()
        await owner.link.request(api.LockVault())
        with slow_derivation(monkeypatch) as (go, begun):
            opening = asyncio.ensure_future(owner.refused(OpenVault(typed())))
            await until(begun)
            locking = asyncio.ensure_future(other.link.request(api.LockVault()))
            assert await other.state() is VaultState.LOCKED
            go.set()
            assert (await opening).kind is api.FailureKind.VAULT_LOCKED
            assert await locking == api.Done()
        assert await other.state() is VaultState.LOCKED
        assert house.worker.signers.signer(row.account) is None
        await owner.open()


async def test_a_cover_while_the_vault_is_being_made_covers_it_once_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_worker(home, make_connector=away) as house:
        owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
        with slow_derivation(monkeypatch) as (go, begun):
            making = asyncio.ensure_future(owner.hand(CreateVault(bytearray(PASSPHRASE, "utf-8"))))
            await until(begun)
            covering = asyncio.ensure_future(other.link.request(api.CoverVault("test")))
            assert await other.state() is VaultState.NONE
            go.set()
            await making
            assert await covering == api.Done()
        assert await other.state() is VaultState.COVERED
        await owner.open()


async def test_a_cover_while_the_vault_is_being_uncovered_wins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_worker(home, make_connector=away) as house:
        owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
        await owner.create()
        await owner.link.request(api.CoverVault("first"))
        with slow_derivation(monkeypatch) as (go, begun):
            opening = asyncio.ensure_future(owner.refused(OpenVault(typed())))
            await until(begun)
            covering = asyncio.ensure_future(other.link.request(api.CoverVault("second")))
            assert await other.state() is VaultState.COVERED
            go.set()
            assert (await opening).kind is api.FailureKind.VAULT_LOCKED
            assert await covering == api.Done()
        assert await other.state() is VaultState.COVERED
        await owner.open()


@pytest.mark.parametrize("command", [api.CoverVault("test"), api.LockVault()], ids=["cover", "lock"])
@pytest.mark.parametrize("renews", [False, True], ids=["made", "renewed"])
async def test_a_recovery_key_that_is_made_while_another_client_covers_or_locks_is_shown_to_nobody(
    home: Path, monkeypatch: pytest.MonkeyPatch, command: api.Command, renews: bool
) -> None:
    async with a_worker(home, make_connector=away) as house:
        owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
        await owner.create()
        if renews:
            await keep_paper(owner)
        made: list[SecretBytes] = []
        real = SlotsDoor.new_recovery_key

        def watched(door: SlotsDoor, authority: Given, *, instead: bool = False) -> SecretBytes:
            made.append(real(door, authority, instead=instead))
            return made[-1]

        monkeypatch.setattr(SlotsDoor, "new_recovery_key", watched)
        with slow_derivation(monkeypatch) as (go, begun):
            asked = RenewDataKey(typed()) if renews else MakeRecovery(typed())
            making = asyncio.ensure_future(owner.refused(asked))
            await until(begun)
            locking = asyncio.ensure_future(other.link.request(command))
            await until(lambda: house.worker.keys.state is not VaultState.OPEN)
            go.set()
            assert (await making).kind is api.FailureKind.VAULT_LOCKED
            assert await locking == api.Done()
        (written,) = made
        with pytest.raises(ValueError, match="the secret is closed"):
            _ = written.buffer
        await owner.open()
        late = ConfirmRecovery((bytearray(b"0000"), bytearray(b"0000")))
        assert "Make a new one" in (await owner.refused(late)).sentence


async def keep_paper(owner: Owner) -> None:
    """Make a recovery key and type it back."""
    shown = await owner.hand(MakeRecovery(typed()))
    assert isinstance(shown, RecoveryMade)
    parts = shown.text.split(b"-")
    groups = (bytearray(parts[shown.groups[0]]), bytearray(parts[shown.groups[1]]))
    assert isinstance(await owner.hand(ConfirmRecovery(groups)), api.SlotKept)
