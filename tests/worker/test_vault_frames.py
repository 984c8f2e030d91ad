"""Every frame of the vault over a real socket: made, opened, covered, locked; wrong secrets; what waits to be typed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.model.vault import OpenedBy, VaultState
from connectors.worker import api
from connectors.worker.link import LinkClient
from connectors.worker.secrets import CreateVault, OpenVault, Typed
from support.vaults import PASSPHRASE
from worker.house import WorkerHouse, a_worker


def typed(text: str = PASSPHRASE, by: OpenedBy = OpenedBy.PASSPHRASE) -> Typed:
    return Typed(by, bytearray(text, "utf-8"))


async def state(link: LinkClient) -> VaultState:
    facts = await link.request(api.GetVault())
    assert isinstance(facts, api.VaultFacts)
    return facts.state


@pytest.fixture
async def house(home: Path) -> AsyncIterator[WorkerHouse]:
    async with a_worker(home) as made:
        yield made


async def test_a_vault_is_made_covered_opened_and_locked_over_a_socket(house: WorkerHouse) -> None:
    link = await house.join("socket")
    assert await state(link) is VaultState.NONE
    made = await link.hand(CreateVault(bytearray(PASSPHRASE, "utf-8")))
    assert isinstance(made, api.VaultOpened)
    assert await state(link) is VaultState.OPEN
    assert await link.request(api.CoverVault("test")) == api.Done()
    assert await state(link) is VaultState.COVERED
    opened = await link.hand(OpenVault(typed()))
    assert isinstance(opened, api.VaultOpened)
    assert await state(link) is VaultState.OPEN
    assert await link.request(api.LockVault()) == api.Done()
    assert await state(link) is VaultState.LOCKED
