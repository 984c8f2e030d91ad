"""The gate before the exchange's HTTP surface: each request passes, is answered in its place, or meets a fault."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from connectors.simulator.entry.asgi import Receive, Scope, Send
from connectors.simulator.faults import classify
from connectors.simulator.faults.answers import answer
from connectors.simulator.faults.classify import Asked
from connectors.simulator.faults.kinds import Decisive, DropAnswer, HalfOpen, Latency, Maintenance, Quiet, Reset
from connectors.simulator.faults.means import Means, Struck
from connectors.simulator.faults.plan import Armed
from connectors.simulator.faults.valve import Valve

App = Callable[[Scope, Receive, Send], Any]
Message = MutableMapping[str, Any]
_MOST_BODY = 65_536
"""What the surface takes, and so what is read ahead here; a longer body passes by unread."""


class HttpGate:
    """Serves one request at a time, with or without the exchange."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def serve(self, app: App, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        ahead = await _read(receive)
        body = b"".join(message.get("body", b"") for message in ahead).decode("utf-8", "replace")
        asked = classify.rest(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), body)
        slow = self._means.plan.strike(Latency, asked.endpoint, asked.name, self._means.now())
        struck = self._means.decide(asked)
        if slow is not None and not slow[1].answer:
            await self._means.wait(slow[0].delay_ms())
        said = _Said()
        if struck is None or (isinstance(struck[1], Decisive) and struck[1].accepted):
            await app(scope, _replay(ahead, receive), said.take)
        if slow is not None and slow[1].answer:
            await self._means.wait(slow[0].delay_ms())
        if struck is None:
            self._note(asked, slow, said, answered=True)
            for message in said.messages:
                await send(message)
            return
        await self._strike(asked, struck, said, (self._means.valves.find(scope.get("client")), receive, send))

    async def _strike(
        self,
        asked: Asked,
        struck: Struck,
        said: _Said,
        ends: tuple[Valve | None, Receive, Send],
    ) -> None:
        """Do what the fault does with the answer, or without one."""
        valve, receive, send = ends
        fault = struck[1]
        if not isinstance(fault, (DropAnswer, Reset, Quiet)):
            given = answer(fault, self._means.now())
            said.given(given.status, given.code)
            self._note(asked, struck, said, answered=True)
            await send({"type": "http.response.start", "status": given.status, "headers": given.headers})
            await send({"type": "http.response.body", "body": given.body})
            return
        self._note(asked, struck, said, answered=False)
        if valve is not None:
            _silence(valve, fault)
        while (await receive())["type"] != "http.disconnect":
            continue  # the server wants an answer of whoever returns while the client is still there

    def _note(self, asked: Asked, struck: tuple[Armed, Any] | None, said: _Said, *, answered: bool) -> None:
        status, code = (said.status, said.code) if answered else (0, 0)
        self._means.note("request", asked, struck, accepted=said.accepted, answered=answered, status=status, code=code)


def _silence(valve: Valve, fault: Decisive | Maintenance) -> None:
    """End a connection, or leave it open without an answer."""
    if isinstance(fault, DropAnswer):
        valve.end()
    elif isinstance(fault, Reset):
        valve.reset()
    elif isinstance(fault, HalfOpen):
        valve.go()
    else:
        valve.held = True


class _Said:
    """What the exchange answered, before anything of it goes out."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.accepted = False
        self.status = 0
        self.code = 0

    async def take(self, message: Message) -> None:
        """Keep a message of the exchange's."""
        self.messages.append(message)
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.accepted = self.status < 400  # noqa: PLR2004 - what HTTP calls a success
        elif self.status >= 400:  # noqa: PLR2004
            self.code = classify.code(message.get("body", b""))

    def given(self, status: int, code: int) -> None:
        """Another answer is given in its place."""
        self.status, self.code = status, code


async def _read(receive: Receive) -> list[Message]:
    """The request's body as it comes, as far as it may be read."""
    found: list[Message] = []
    size = 0
    while True:
        message = await receive()
        found.append(message)
        size += len(message.get("body", b""))
        if not message.get("more_body") or size > _MOST_BODY:
            return found


def _replay(ahead: list[Message], receive: Receive) -> Receive:
    """The same body for the exchange to read."""
    left = list(ahead)

    async def again() -> Message:
        return left.pop(0) if left else await receive()

    return again
