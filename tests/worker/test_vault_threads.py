"""Argon2 runs in the vault's own thread: not the loop's, and not the one in which orders are committed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from connectors.model.secret import SecretBytes
from connectors.worker.keys import signing
from storage.vault import kdf, unlocking
from storage.vault.parameters import Cost
from worker.house import a_worker
from worker.owner import Owner


async def test_the_derivation_runs_in_a_thread_of_its_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    derived: list[str] = []
    real = kdf.argon2id

    def watched(secret: SecretBytes, salt: bytes, cost: Cost) -> SecretBytes:
        derived.append(threading.current_thread().name)
        return real(secret, salt, cost)

    monkeypatch.setattr(unlocking, "argon2id", watched)
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        await owner.open()
        archive = await house.worker.keeper.ask(lambda _archive: threading.current_thread().name)
    assert len(derived) == 2
    assert set(derived).isdisjoint({threading.current_thread().name, archive})
    assert all(name.startswith("vault") for name in derived)


async def test_signers_are_made_in_the_vaults_thread_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = signing.make_all

    def watched(*given: object) -> tuple[signing.Made, ...]:
        made.append(threading.current_thread().name)
        return real(*given)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(signing, "make_all", watched)
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        await owner.open()
    assert [name.startswith("vault") for name in made] == [True]
