"""Who may come and how they come in: the run's keys and its door, and the control path that changes the keys.

Served with ``--control`` only, behind the same doorman as everything else:

``GET /control/keys`` lists keys. ``POST`` mints one: ``{"publicKey": PEM, "rights": {…}}``, an HMAC key without
``publicKey`` (its answer has ``apiSecret``). ``PUT`` gives a key other rights: ``{"apiKey": …, "rights": {…}}``.
``DELETE`` with ``?apiKey=…`` revokes one. Rights are spelled as `rights.Rights` spells them.

``GET /control/lag`` tells how far the exchange has been behind its own clock (see `lag.Lag`); ``DELETE`` forgets it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec

from connectors.simulator.clock import Clock
from connectors.simulator.entry.access import AccessLog
from connectors.simulator.entry.asgi import Receive, Scope, Send, read_body, respond
from connectors.simulator.entry.door import Door, Latency
from connectors.simulator.entry.doorman import Doorman
from connectors.simulator.entry.keys import Key, Keys, NotAKeyError, load
from connectors.simulator.entry.rights import Rights
from connectors.simulator.lag import Lag
from connectors.simulator.options import Options

_KEYS, _LAG = "/control/keys", "/control/lag"
CONTROL = (_KEYS, _LAG)
"""Paths of the control path that are answered here; the faults answer the others."""
_MOST_BODY = 65_536
_ENCODE = msgspec.json.Encoder().encode


class Wish(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a new key is to be, or what an old one is to become."""

    public_key: str | None = None
    api_key: str | None = None
    rights: Rights = Rights()


@dataclass
class Reception:
    """The run's keys and door.

    Attributes:
        clients: Files of public keys that were named at the start, and the keys they were given.
    """

    keys: Keys
    door: Door
    clock: Clock
    clients: list[tuple[Path, Key]] = field(default_factory=list)
    lag: Lag = field(default_factory=Lag)

    def brought(self) -> dict[str, Any]:
        """What the first line tells of keys that clients brought: nothing where none did."""
        rows = [{"api_key": key.api_key, "type": key.algorithm, "file": str(file)} for file, key in self.clients]
        return {"keys": rows} if rows else {}

    async def serve(self, scope: Scope, receive: Receive, send: Send, doorman: Doorman) -> None:
        """Answer one request of the control path."""
        body = await read_body(receive, _MOST_BODY)
        if not doorman.admits(scope["headers"]):
            status, value = HTTPStatus.FORBIDDEN, {"error": "The control path answers its own loopback name only."}
        else:
            query = {name: found[0] for name, found in parse_qs(scope["query_string"].decode("latin-1")).items()}
            status, value = self._do(scope["method"], scope["path"], query, body)
        await respond(send, int(status), [(b"content-type", b"application/json")], _ENCODE(value))

    def _do(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[HTTPStatus, Any]:
        try:
            if path == _LAG:
                found: Any = self.lag.forget() if method == "DELETE" else self.lag.describe()
            elif method == "POST":
                found = self._mint(msgspec.json.decode(body or b"{}", type=Wish))
            elif method == "PUT":
                found = self._alter(msgspec.json.decode(body, type=Wish))
            elif method == "DELETE":
                revoked = self.keys.revoke(query.get("apiKey", ""))
                found = None if revoked is None else _row(revoked)
            else:
                found = {"keys": [_row(key) for key in self.keys.valid]}
        except (NotAKeyError, msgspec.MsgspecError) as wrong:
            return HTTPStatus.BAD_REQUEST, {"error": f"That cannot be taken: it {wrong}."}
        if found is None:
            return HTTPStatus.NOT_FOUND, {"error": "There is no such key; see GET /control/keys."}
        return HTTPStatus.OK, found

    def _alter(self, wish: Wish) -> dict[str, Any] | None:
        key = next((one for one in self.keys.valid if one.api_key == wish.api_key), None)
        if key is None:
            return None
        key.rights = wish.rights
        return _row(key)

    def _mint(self, wish: Wish) -> dict[str, Any]:
        now = self.clock.now_ms()
        if wish.public_key is None:
            key = self.keys.mint(now, wish.rights)
            return _row(key) | {"apiSecret": key.secret}
        return _row(self.keys.register(wish.public_key, now, wish.rights))


def receive_clients(options: Options, seed: int, clock: Clock) -> Reception:
    """Keys and door of a run.

    Raises:
        RefusedError: A file that was named cannot be used.
    """
    now = clock.now_ms()
    keys = Keys(now)
    clients = [(path, load(keys, path, now)) for path in options.public_keys]
    door = Door(Latency(options.latency, seed), AccessLog(options.access_log), options.socket_life)
    return Reception(keys, door, clock, clients)


def _row(key: Key) -> dict[str, Any]:
    return {"apiKey": key.api_key, "type": key.algorithm, "rights": key.rights}
