"""The embedded exchange: starts with one line, dies with us, keeps its ledger for itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from connectors.errors import Refused
from storage.paths import Home, private_file
from support.command import Command
from support.until import until
from tui.exchange import EmbeddedExchange

pytestmark = pytest.mark.peers


@pytest.fixture
async def exchange(home: Path) -> AsyncIterator[EmbeddedExchange]:
    made = make(home)
    yield made
    await made.stop()


def make(home: Path, timeout_s: float = 20) -> EmbeddedExchange:
    folders = Home.below(home)
    folders.prepare()
    err = folders.state / "exchange.err"
    private_file(err)
    return EmbeddedExchange(folders.sim, err, timeout_s=timeout_s)


async def test_it_starts_keeps_its_ledger_in_its_folder_and_stops(exchange: EmbeddedExchange, home: Path) -> None:
    await exchange.start()
    assert exchange.alive
    assert list((home / "sim").iterdir())
    await exchange.stop()
    assert (await exchange.gone()).startswith("The exchange ended with exit code 0.")
    await exchange.stop()


async def test_it_can_be_started_again_after_it_stopped(exchange: EmbeddedExchange) -> None:
    await exchange.start()
    await exchange.stop()
    await exchange.start()
    assert exchange.alive


async def test_a_second_one_on_the_same_ledger_is_refused_in_its_own_words(
    exchange: EmbeddedExchange, home: Path
) -> None:
    await exchange.start()
    with pytest.raises(Refused, match="Another simulator already uses"):
        await make(home).start()


async def test_one_that_says_nothing_is_stopped(home: Path) -> None:
    with pytest.raises(Refused, match="said nothing within"):
        await make(home, timeout_s=0.0001).start()


async def test_its_key_is_in_no_argument_no_environment_and_no_repr(exchange: EmbeddedExchange, home: Path) -> None:
    await exchange.start()
    announced = exchange._announced  # noqa: SLF001  # the secret itself
    process = exchange._process  # noqa: SLF001
    assert announced is not None
    assert process is not None
    place = Path(f"/proc/{process.pid}")
    for secret in (announced.api_key, announced.api_secret):
        assert secret.encode() not in (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
        assert secret not in repr(announced)
    assert _files(home)
    assert not [path for path in _files(home) if announced.api_secret.encode() in path.read_bytes()]


PARENT = """
import asyncio, os, sys
from pathlib import Path
from tui.exchange import EmbeddedExchange
async def main():
    exchange = EmbeddedExchange(Path(sys.argv[1]), Path(sys.argv[2]), timeout_s=20)
    await exchange.start()
    print(exchange._process.pid, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def test_it_dies_with_whoever_started_it_however_that_died(home: Path) -> None:
    folders = Home.below(home)
    folders.prepare()
    err = folders.state / "exchange.err"
    private_file(err)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folders.sim), str(err)],
        stdout=subprocess.PIPE,
        text=True,
        env=Command(home).environ,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert _runs(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until(lambda: not _runs(child), "the exchange ended with its parent")
    with Command(home).running("simulator") as again:
        assert again.stdout is not None
        assert '"rest"' in again.stdout.readline(), "its ledger is free"


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_the_command_simulator_tells_where_it_listens_and_ends_with_0_when_interrupted(tradedesk: Command) -> None:
    with tradedesk.running("simulator", "--seed", "7") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        announced = json.loads(line)
        assert list(announced) == ["rest", "stream", "ws_api", "api_key", "api_secret", "instance"]
        assert httpx.get(f"{announced['rest']}/api/v3/ping", trust_env=False).json() == {}
        taken = announced["rest"].rpartition(":")[2]
        said = tradedesk("simulator", "--port", taken, TRADEDESK_HOME=f"{tradedesk.home}2")
        assert said.code == 2
        assert said.err.startswith(f"Port {taken} on 127.0.0.1 cannot be used")
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(20) == 0
