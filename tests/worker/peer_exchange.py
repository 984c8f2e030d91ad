"""An exchange whose faults can be armed, told things by raw REST as another client of the same account would."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx

from chaos.peers import Desk
from connectors.model.connection import Connection
from connectors.worker import api
from connectors.worker.link import LinkClient
from support.simulator import Simulator

_PATIENCE_S = 60
"""On a machine that has other things to do."""


class PeerExchange:
    """The exchange's control path and its REST interface."""

    def __init__(self, venue: Simulator) -> None:
        self.venue = venue

    def _http(self) -> httpx.AsyncClient:
        """On loopback nothing is encrypted: without certificates a client is made in a tenth of the time."""
        return httpx.AsyncClient(base_url=self.venue.rest, timeout=_PATIENCE_S, verify=False, trust_env=False)  # noqa: S501

    async def arm(self, **fault: object) -> None:
        """Arm a fault."""
        async with self._http() as http:
            answer = await http.post("/control/faults", json=fault)
        assert answer.status_code == 200, answer.text

    async def disarm(self) -> None:
        """Take all faults away."""
        async with self._http() as http:
            (await http.delete("/control/faults")).raise_for_status()

    async def asked(self, wanted: Callable[[dict[str, Any]], bool]) -> int:
        """How many requests the exchange has had of a kind."""
        async with self._http() as http:
            lines = (await http.get("/control/log")).text.splitlines()
        return sum(wanted(json.loads(line)) for line in lines)

    async def signed(self, method: str, path: str, **params: object) -> Any:
        """A request signed by hand; returns what was answered."""
        query = urlencode({**params, "recvWindow": 60_000, "timestamp": time.time_ns() // 1_000_000})
        signature = hmac.new(self.venue.api_secret.encode(), query.encode(), hashlib.sha256).hexdigest()
        address = f"{self.venue.rest}/api/v3/{path}?{query}&signature={signature}"
        async with self._http() as http:
            answer = await http.request(method, address, headers={"X-MBX-APIKEY": self.venue.api_key})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def public(self, path: str, **params: str) -> Any:
        """A request that needs no key; returns what was answered."""
        async with self._http() as http:
            answer = await http.get(f"/api/v3/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def attach(self, link: LinkClient) -> Desk:
        """Hand the exchange to a worker and learn under which account it keeps it."""
        connection: Connection = self.venue.connection()
        answer = await link.attach_embedded(connection, self.venue.api_key, self.venue.api_secret)
        assert answer == api.Done(), answer
        listed = await link.request(api.ListConnections())
        assert isinstance(listed, api.ConnectionList)
        return Desk(link, listed.connections[0].account)


class Ears:
    """What a client was told since it attached."""

    def __init__(self, link: LinkClient) -> None:
        self.told: list[api.NumberedEvent] = []
        link.on_event = self._hear

    def _hear(self, push: object) -> None:
        if isinstance(push, api.Numbered):
            self.told.append(push.event)

    def alerts(self) -> list[str]:
        """Alerts, oldest first."""
        return [event.alert.sentence for event in self.told if isinstance(event, api.AlertRaised)]
