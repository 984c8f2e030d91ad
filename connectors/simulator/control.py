"""The control path: faults armed, seen and taken away while the exchange runs, and the log of what it did.

It is served only where the run was started with ``--control``, on the same loopback port and behind the same doorman
(no page in a browser gets in). It asks for no token: a run that a person trades on is never started with it, a run that
is has nothing to protect, and a token in the first line would change that line for everybody who reads it.

``POST /control/faults`` arms one fault or a list, ``GET`` lists them, ``DELETE`` (``?id=f3``) takes them away.
``GET /control/log?after=N`` is the log as JSON lines; ``POST`` adds what a client saw; ``DELETE`` forgets.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec

from connectors.simulator.entry.asgi import Receive, Scope, Send, read_body, respond
from connectors.simulator.entry.doorman import Doorman
from connectors.simulator.faults.plan import Armed
from connectors.simulator.faults.script import WrongFaultError, read

if TYPE_CHECKING:
    from connectors.simulator.faults.injector import Injector

PREFIX = "/control/"
_FAULTS = PREFIX + "faults"
_LOG = PREFIX + "log"
_MOST_BODY = 1_000_000
"""What is longer than any list of faults is cut, and so refused."""
_TURNS = 3
"""Of the loop, in which connections that were cut are closed: who reads the answer can rely on it."""
_ENCODE = msgspec.json.Encoder().encode


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client noted: the same words as the log's own entries, where they apply."""

    endpoint: str = ""
    request: str = ""
    client_id: str = ""
    detail: str = ""


class Control:
    """Serves the control path."""

    def __init__(self, injector: Injector, doorman: Doorman) -> None:
        self._injector = injector
        self._doorman = doorman

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await read_body(receive, _MOST_BODY)
        if not self._doorman.admits(scope["headers"]):
            await _say(send, HTTPStatus.FORBIDDEN, {"error": "The control path answers its own loopback name only."})
            return
        query = {name: found[0] for name, found in parse_qs(scope["query_string"].decode("latin-1")).items()}
        act = (scope["method"], scope["path"])
        if act == ("GET", _LOG):
            after = query.get("after", "0")
            lines = self._injector.journal.lines(int(after) if after.isdecimal() else 0)
            await respond(send, int(HTTPStatus.OK), [(b"content-type", b"application/x-ndjson")], lines)
            return
        with self._injector.valves.sparing(scope.get("client")):
            status, value = self._do(act, query, body)
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        await _say(send, status, value)

    def _do(self, act: tuple[str, str], query: dict[str, str], body: bytes) -> tuple[HTTPStatus, Any]:
        injector = self._injector
        try:
            if act == ("POST", _FAULTS):
                found: dict[str, Any] = {"armed": [_row(one) for one in injector.arm(read(body))]}
            elif act == ("GET", _FAULTS):
                rows = [_row(one) for one in injector.plan.armed.values()]
                found = {"instance": injector.instance, "faults": rows}
            elif act == ("DELETE", _FAULTS):
                found = {"disarmed": [one.name for one in injector.disarm(query.get("id"))]}
            elif act == ("POST", _LOG):
                seen = msgspec.json.decode(body, type=Seen)
                entry = injector.journal.note(injector.clock.true.now_ms(), "note", who="client", **_facts(seen))
                found = {"n": entry.n}
            elif act == ("DELETE", _LOG):
                injector.journal.clear()
                found = {}
            else:
                return HTTPStatus.NOT_FOUND, {"error": f"There is no {act[0]} {act[1]}; see {_FAULTS} and {_LOG}."}
        except (WrongFaultError, msgspec.MsgspecError) as wrong:
            return HTTPStatus.BAD_REQUEST, {"error": f"That cannot be taken: {wrong}."}
        return HTTPStatus.OK, found


def _row(one: Armed) -> dict[str, Any]:
    return {"id": one.name, "begins_ms": one.begins_ms, "hits": one.hits, "fault": one.fault}


def _facts(seen: Seen) -> dict[str, str]:
    return {name: getattr(seen, name) for name in Seen.__struct_fields__}


async def _say(send: Send, status: HTTPStatus, value: Any) -> None:
    await respond(send, int(status), [(b"content-type", b"application/json")], _ENCODE(value))
