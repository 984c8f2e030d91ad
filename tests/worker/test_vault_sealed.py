"""Hosts, marks and rows changed behind the seal: no key goes where it was not sealed for, whatever is asked."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Mode
from connectors.model.rights import Acceptance
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.venue import Connector
from connectors.worker import api
from connectors.worker.secrets import KeepKey, LookAtSeal, OpenVault, Reseal, TryKey
from worker.house import WorkerHouse, a_worker
from worker.owner import Away, Owner, kept, key, nowhere, rows, typed

EVIL = "https://evil.example"
TO_EVIL = f"hosts = json_set(hosts, '$.rest', json('[\"{EVIL}\"]'), '$.ws_api', 'wss://evil.example')"
HALF_EATEN = "enc_secret = enc_api_key, enc_api_key = enc_secret"
EVIL_HOSTS = Hosts((EVIL,), "", "wss://evil.example")

MADE: list[tuple[Mode, Hosts]] = []
"""Every connector that got a key: mode and hosts."""


def spy(connection: Connection, signer: Signer | None, clock: Clock, trail: AuditTrail | None = None) -> Connector:
    if signer is not None:
        MADE.append((connection.mode, connection.hosts))
    return Away(connection, signer, clock, trail=trail)


@pytest.fixture(autouse=True)
def _nothing_made() -> Iterator[None]:
    MADE.clear()
    yield
    MADE.clear()


def behind(home: Path, change: str) -> None:
    """Write what is not sealed, as any program of the user can."""
    with closing(sqlite3.connect(home / "data" / "tradedesk.db")) as file, file:
        file.execute(f"UPDATE exchange_connections SET {change}")  # noqa: S608  # this file's own words


async def live_key(home: Path, *, active: bool) -> AccountId:
    """A live key that was kept; the worker is gone again."""
    async with a_worker(home, make_connector=spy) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        row = replace(nowhere("real", Mode.LIVE), accepted=(Acceptance.UNKNOWN_RIGHTS,))
        account = (await kept(owner, row)).connection.account
        if active:
            await owner.link.request(api.EditConnection(account, active=True))
    MADE.clear()
    return account


@asynccontextmanager
async def reopened(home: Path) -> AsyncIterator[tuple[WorkerHouse, Owner]]:
    async with a_worker(home, make_connector=spy) as house:
        owner = Owner(await house.join("socket"))
        await owner.open()
        yield house, owner


async def origins(house: WorkerHouse) -> list[str]:
    """Every origin a key is sealed for."""
    held = await house.worker.keys.room.ask(lambda vault: vault.keys.all())
    return [origin for binding in held for _, origin in binding.origins]


@pytest.mark.parametrize("active", [True, False])
async def test_a_key_whose_hosts_were_changed_is_switched_on_for_nothing(home: Path, active: bool) -> None:
    account = await live_key(home, active=active)
    behind(home, TO_EVIL)
    async with reopened(home) as (house, owner):
        await owner.link.request(api.EditConnection(account, active=True))
        assert house.worker.signers.signer(account) is None
        assert "origins differ" in (await owner.refused(api.GetBalances(account))).sentence
        assert MADE == []


@pytest.mark.parametrize("active", [True, False])
async def test_a_key_whose_hosts_were_changed_is_tried_at_none_of_them(home: Path, active: bool) -> None:
    account = await live_key(home, active=active)
    behind(home, TO_EVIL)
    async with reopened(home) as (_, owner):
        row = (await owner.listed())["real"][0]
        for asked in (api.TestConnection(account), TryKey(replace(row, key_tail=""), None)):
            assert "origins differ" in (await owner.refused(asked)).sentence
        assert MADE == []


@pytest.mark.parametrize(
    "change",
    [{"label": "renamed"}, {"accepted": ()}, {"hosts": EVIL_HOSTS}, {"label": "renamed", "hosts": EVIL_HOSTS}],
    ids=["label", "accepted", "hosts", "both"],
)
async def test_an_edit_seals_a_key_for_no_host_that_nobody_typed(home: Path, change: dict[str, object]) -> None:
    account = await live_key(home, active=True)
    behind(home, TO_EVIL)
    async with reopened(home) as (house, owner):
        command = api.EditConnection(account, **change)  # type: ignore[arg-type]  # fields by name
        refused = await owner.refused(command)
        assert refused.kind is api.FailureKind.REFUSED
        assert not any("evil" in origin for origin in await origins(house))
        assert house.worker.signers.signer(account) is None
        assert MADE == []


@pytest.mark.parametrize("meant", [EVIL_HOSTS, Hosts()], ids=["as the file says", "as it was sealed"])
async def test_hosts_that_were_changed_are_set_right_by_whoever_types_them(home: Path, meant: Hosts) -> None:
    account = await live_key(home, active=True)
    behind(home, TO_EVIL)
    async with reopened(home) as (house, owner):
        strange = ("evil.example",) if meant is EVIL_HOSTS else ()
        command = api.EditConnection(account, hosts=meant, hosts_typed=strange)
        assert await owner.link.request(command) == api.Done()
        assert house.worker.signers.signer(account) is not None
        assert any("evil" in origin for origin in await origins(house)) == bool(strange)
        assert {hosts for _, hosts in MADE} == {meant}


async def test_a_key_that_a_reseal_drops_is_used_for_nothing_any_more(home: Path) -> None:
    async with a_worker(home, make_connector=spy) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (await kept(owner, nowhere())).connection.account
        await owner.link.request(api.EditConnection(account, active=True))
        assert house.worker.signers.signer(account) is not None
        await owner.link.request(api.CoverVault(""))
        behind(home, f"{TO_EVIL}, {HALF_EATEN}")
        assert (await owner.refused(OpenVault(typed()))).kind is api.FailureKind.VAULT_TAMPERED
        await owner.hand(LookAtSeal(typed()))
        MADE.clear()
        assert isinstance(await owner.hand(Reseal(typed())), api.VaultOpened)
        assert house.worker.signers.signer(account) is None
        live = house.worker.roster.find(account)
        assert live is not None
        assert not live.connection.keyed
        await owner.link.request(api.GetInstruments(account))
        assert MADE == []


@pytest.mark.parametrize("change", ["keyed = 0", "embedded = 1"])
async def test_a_row_whose_mark_was_changed_is_removed_together_with_its_key(home: Path, change: str) -> None:
    async with a_worker(home, make_connector=spy) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (await kept(owner, nowhere())).connection.account
        await kept(owner, nowhere("second"), key("B"))
    behind(home, f"{change} WHERE label = 'main'")
    async with a_worker(home, make_connector=spy) as house:
        owner = Owner(await house.join("socket"))
        assert (await owner.refused(api.RemoveConnection(account))).kind is api.FailureKind.VAULT_LOCKED
        await owner.open()
        row, _, advice = (await owner.listed())["main"]
        assert "tradedesk venues remove main" in advice
        assert not row.embedded, "clients remove no row that they take for the embedded exchange"
        assert await owner.link.request(api.RemoveConnection(account)) == api.Done()
        assert rows(home) == [("second", True, True)]
        await owner.link.request(api.LockVault())
        await owner.open()


async def test_a_key_that_stands_under_another_mode_is_sent_nowhere_before_it_is_refused(home: Path) -> None:
    async with a_worker(home, make_connector=spy) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        await kept(owner, nowhere())
        MADE.clear()
        other = nowhere("demo two", Mode.DEMO)
        for frame in (KeepKey(other, key()), TryKey(other, key())):
            twice = await owner.refused(frame)
            assert twice.kind is api.FailureKind.SECRET_REFUSED
            assert "one key belongs to one venue and one mode" in twice.sentence
        assert MADE == []
        assert isinstance(await owner.hand(TryKey(other, key("B"))), api.KeyTried)
