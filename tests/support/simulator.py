"""The simulator as a process of its own, spoken to over real sockets; tests know it by its one JSON line alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Mode
from connectors.wire.signers import HmacSigner

_CHECKOUT = Path(__file__).resolve().parents[2]
_ACCOUNT = AccountId(UUID("018f0000-0000-7000-8000-000000000001"))


@dataclass
class Simulator:
    """A running simulator.

    Attributes:
        rest: Origin of its REST interface.
        stream: Origin of its streams.
        ws_api: Its WebSocket API.
        instance: Its life.
        process: The process, for tests that end, stop or resume it.
        keys: What it minted for public keys it was handed: ``api_key``, ``type``, ``file``.
        keys: The keys it minted for clients' public keys, in the order of ``--public-key``: ``api_key``, ``type``,
            ``file``.
    """

    rest: str
    stream: str
    ws_api: str
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    instance: str
    process: subprocess.Popen[str] = field(repr=False)
    keys: list[dict[str, str]] = field(default_factory=list, repr=False)

    @property
    def port(self) -> int:
        """Its port, for one that takes its place."""
        return int(self.rest.rsplit(":", 1)[1])

    def connection(self, *, keyed: bool = True) -> Connection:
        """A registration that points at it."""
        return Connection(
            account=_ACCOUNT,
            venue="binance",
            label="demo",
            mode=Mode.SIM,
            hosts=Hosts(rest=(self.rest,), stream=self.stream, ws_api=self.ws_api),
            keyed=keyed,
            embedded=True,
            epoch_hint=self.instance,
        )

    def signer(self) -> HmacSigner:
        """A signer with the key it minted."""
        return HmacSigner(self.api_key, self.api_secret.encode())

    def freeze(self) -> None:
        """Stop it where it stands: sockets stay open and say nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run on."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self.process.kill()
        self.process.wait(timeout=60)


@contextmanager
def running_simulator(home: Path, *arguments: str, port: int = 0) -> Iterator[Simulator]:
    """Run a simulator for the length of a block.

    Args:
        home: Its TRADEDESK_HOME; the same one again is the same exchange again.
        arguments: Further arguments, such as ``"--market", "tape"``.
        port: Its port; 0 takes a free one.
    """
    process = _spawn(home, ["--port", str(port), *arguments])
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"the simulator said nothing and ended with {process.wait(timeout=60)}"
        yield Simulator(**json.loads(line), process=process)
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait(timeout=60)
        for pipe in (process.stdout, process.stdin):
            if pipe is not None:
                pipe.close()


def _spawn(home: Path, arguments: Sequence[str]) -> subprocess.Popen[str]:
    environment = {**os.environ, "TRADEDESK_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, "-m", "connectors.simulator", *arguments],
        cwd=_CHECKOUT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
