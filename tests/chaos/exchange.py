"""The exchange of a lane: it lives on while workers die, and is asked by hand over one connection."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from support.simulator import Simulator, running_simulator
from worker.peer_exchange import PeerExchange

_PATIENCE_S = 60
"""On a machine that has other things to do."""

_KEPT_S = 2
"""Shorter than the exchange keeps it, so that it never hangs up under a request."""

_ROOM = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "SECOND", "intervalNum": 1, "limit": 100_000},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 1, "limit": 1_000},
    {"rateLimitType": "RAW_REQUESTS", "interval": "SECOND", "intervalNum": 1, "limit": 100_000},
]
"""Every start asks for everything: at the usual limits the third worker of a minute would wait for the next one.

By the second and not by the minute, so that what was used of a minute is not held against the usual limit by a worker
that has not been told of these ones yet.
"""


@contextmanager
def an_exchange(home: Path, seed: int) -> Iterator[Simulator]:
    """Run an exchange with one instrument and room for many starts a minute."""
    home.mkdir(parents=True, exist_ok=True)
    limits = home / "limits.json"
    limits.write_text(json.dumps(_ROOM))
    with running_simulator(
        home, "--control", "--seed", str(seed), "--symbols", "1", "--limits", str(limits)
    ) as running:
        yield running


class KeptExchange(PeerExchange):
    """The same over one connection, which is kept."""

    def __init__(self, venue: Simulator) -> None:
        super().__init__(venue)
        # On loopback nothing is encrypted, and reading certificates takes longer than a hundred requests.
        self._kept = httpx.AsyncClient(
            base_url=venue.rest,
            timeout=_PATIENCE_S,
            verify=False,  # noqa: S501
            trust_env=False,
            limits=httpx.Limits(keepalive_expiry=_KEPT_S),
        )

    async def close(self) -> None:
        """Hang up."""
        await self._kept.aclose()

    async def arm(self, **fault: object) -> None:
        """Arm a fault."""
        answer = await self._kept.post("/control/faults", json=fault)
        assert answer.status_code == 200, answer.text

    async def disarm(self) -> None:
        """Take all faults away."""
        (await self._kept.delete("/control/faults")).raise_for_status()

    async def signed(self, method: str, path: str, **params: object) -> Any:
        """A request signed by hand; returns what was answered."""
        query = urlencode({**params, "recvWindow": 60_000, "timestamp": time.time_ns() // 1_000_000})
        signature = hmac.new(self.venue.api_secret.encode(), query.encode(), hashlib.sha256).hexdigest()
        address = f"/api/v3/{path}?{query}&signature={signature}"
        answer = await self._kept.request(method, address, headers={"X-MBX-APIKEY": self.venue.api_key})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def public(self, path: str, **params: str) -> Any:
        """A request that needs no key; returns what was answered."""
        answer = await self._kept.get(f"/api/v3/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()
