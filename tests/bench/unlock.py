"""How long an unlock takes with the real cost, and how long the worker's loop stands still meanwhile."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import uuid6

from bench.report import Figure, median_of
from connectors.model.connection import Connection, Hosts, KeyKind
from connectors.model.ids import AccountId, Mode
from connectors.model.secret import SecretBytes
from connectors.ports.vault import Vault
from connectors.worker import api
from connectors.worker.keys.signing import binding_for
from connectors.worker.secrets import OpenVault
from storage.vault.parameters import NewSlotCost
from worker.house import WorkerHouse, a_worker
from worker.owner import Owner, away, typed

RUNS = 10
KEYS = 10
_TICK_S = 0.001


def _connections() -> list[Connection]:
    hosts = Hosts(("http://127.0.0.1:1",), "ws://127.0.0.1:1", "ws://127.0.0.1:1/ws-api/v3")
    return [
        Connection(
            AccountId(uuid6.uuid7()), "binance", f"key {number}", Mode.TESTNET, hosts=hosts, keyed=True,
            key_kind=KeyKind.HMAC, active=number < 3,
        )
        for number in range(KEYS)
    ]  # fmt: skip


async def _fill(home: Path) -> None:
    """Make a vault with keys, three of them in use."""
    async with a_worker(home, make_connector=away, cost=NewSlotCost()) as house:
        await Owner(await house.join("socket")).create()
        for row in _connections():
            await house.worker.keeper.ask(lambda archive, row=row: archive.connections.add(row))  # type: ignore[misc]

            def put(vault: Vault, row: Connection = row) -> None:
                names = {"api_key": row.account.hex * 2, "secret": "S" * 64}
                fields = {name: SecretBytes(bytearray(text, "ascii")) for name, text in names.items()}
                vault.keys.put(binding_for(row), fields)

            await house.worker.keys.room.ask(put)


async def _unlock(house: WorkerHouse, owner: Owner) -> tuple[float, float]:
    """ms of one unlock, and ms of the loop's longest gap until half a second after it."""
    gaps: list[float] = []

    async def beat() -> None:
        while True:
            begin = time.perf_counter()
            await asyncio.sleep(_TICK_S)
            gaps.append((time.perf_counter() - begin - _TICK_S) * 1e3)

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0.05)
    begin = time.perf_counter()
    opened = await owner.hand(OpenVault(typed()))
    span = (time.perf_counter() - begin) * 1e3
    assert isinstance(opened, api.VaultOpened), opened
    await asyncio.sleep(0.5)
    beating.cancel()
    accounts = [row.account for row in house.worker.keys.holder.rows()]
    assert sum(house.worker.signers.signer(account) is not None for account in accounts) == 3
    return span, max(gaps)


async def _measured(home: Path) -> tuple[list[float], list[float]]:
    await _fill(home)
    spans: list[float] = []
    gaps: list[float] = []
    for _ in range(RUNS):
        async with a_worker(home, make_connector=away, cost=NewSlotCost()) as house:
            span, gap = await _unlock(house, Owner(await house.join("socket")))
            spans.append(span)
            gaps.append(gap)
    return spans, gaps


def measure() -> tuple[str, str, list[Figure]]:
    """Unlock a vault of ten keys, three of them in use, on workers that have just begun."""
    # As every process of ours does first (`tui.__main__`): the loop waits less for the interpreter's lock.
    sys.setswitchinterval(0.0005)
    with tempfile.TemporaryDirectory(prefix="td") as folder:
        spans, gaps = asyncio.run(_measured(Path(folder)))
    figures = [
        median_of("unlock", spans, "ms", limit=1500, note="Argon2id of 128 MiB, three passes, four lanes"),
        Figure("loop's longest gap p100", max(gaps), "ms", limit=50, note=f"{RUNS} unlocks"),
    ]
    return "Unlock", "A vault of ten keys, opened in the worker while its loop beats every millisecond.", figures
