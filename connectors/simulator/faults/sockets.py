"""The gate before the exchange's WebSockets: handshakes, requests, answers and events, each with its faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.simulator.entry.asgi import Receive, Scope, Send
from connectors.simulator.faults import classify
from connectors.simulator.faults.answers import Answer, answer
from connectors.simulator.faults.classify import Asked, Frame
from connectors.simulator.faults.fault import Delaying, Endpoint
from connectors.simulator.faults.gate import App, Message
from connectors.simulator.faults.kinds import (
    Decisive,
    DropAnswer,
    DropStream,
    Duplicate,
    Gap,
    HalfOpen,
    LateEvents,
    Latency,
    MissingEvents,
    Quiet,
    Reorder,
    Reset,
    Stall,
)
from connectors.simulator.faults.line import Line
from connectors.simulator.faults.means import Means, Struck
from connectors.simulator.faults.plan import Armed

_DEPTH = '"e":"depthUpdate"'
_SYMBOL = '"s":"'


@dataclass(frozen=True, slots=True)
class _Pending:
    """A request that the exchange was given, and what is to become of its answer."""

    asked: Asked
    struck: Struck | None
    slow: tuple[Armed, Latency] | None


class SocketGate:
    """Serves WebSocket connections.

    Attributes:
        lines: Those that are open.
    """

    def __init__(self, means: Means) -> None:
        self.means = means
        self.lines: set[Line] = set()
        self._hushed: dict[str, list[Line]] = {}

    async def serve(self, app: App, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, from its handshake on."""
        market = not scope["path"].startswith("/ws-api")
        endpoint = Endpoint.MARKET_STREAM if market else Endpoint.WS_HANDSHAKE
        valve = self.means.valves.find(scope.get("client"))
        asked = Asked(endpoint, f"GET {scope['path']}")
        slow = None if market else self.means.plan.strike(Latency, endpoint, asked.name, self.means.now())
        if slow is not None:
            await self.means.wait(slow[0].delay_ms())
        refused = self._refuses(asked)
        combined = scope["path"].startswith("/stream")
        line = Line(self.means, send, valve, market=market, combined=combined)
        if refused is not None:
            await self._turn_away(asked, refused, line, receive, send)
            return
        self.means.note("handshake", asked, slow, accepted=True, answered=True, status=101)
        self.lines.add(line)
        if market:
            self.hush_new(line, endpoint)
        talk = Talk(self, line, receive, send)
        try:
            await app(scope, receive if market else talk.receive, talk.send)
        finally:
            self.lines.discard(line)
            line.stop()
            self.means.note("connection", asked, None, detail="ended")

    def _refuses(self, asked: Asked) -> tuple[Armed, Any] | None:
        """What keeps a new connection out."""
        where = Endpoint.WS_REQUEST if asked.endpoint is Endpoint.WS_HANDSHAKE else asked.endpoint
        dropping = self.means.plan.standing(DropStream, self.means.now(), where)
        if dropping is not None:
            dropping.hits += 1
            return dropping, dropping.fault
        return self.means.decide(asked)

    async def _turn_away(
        self, asked: Asked, struck: tuple[Armed, Any], line: Line, receive: Receive, send: Send
    ) -> None:
        fault = struck[1]
        await receive()
        if isinstance(fault, (DropStream, Reset, DropAnswer, Quiet)):
            self.means.note("handshake", asked, struck, accepted=False, answered=False)
            if isinstance(fault, DropAnswer):
                line.end()
            elif isinstance(fault, (Reset, DropStream)):
                line.reset()
            elif isinstance(fault, HalfOpen):
                line.go()
            while (await receive())["type"] != "websocket.disconnect":
                continue  # see HttpGate
            return
        given = answer(fault, self.means.now())
        self.means.note("handshake", asked, struck, accepted=False, answered=True, status=given.status, code=given.code)
        await send({"type": "websocket.http.response.start", "status": given.status, "headers": given.headers})
        await send({"type": "websocket.http.response.body", "body": given.body})

    def hush_new(self, line: Line, endpoint: Endpoint) -> None:
        """A silence that lasts falls on new connections too."""
        silence = self.means.plan.standing(Quiet, self.means.now(), endpoint)
        if silence is not None and silence.fault.for_ms is not None:
            self.hush(silence, [line])

    def hush(self, armed: Armed, lines: list[Line]) -> None:
        """Let a fault's silence fall on connections."""
        armed.hits += len(lines)
        self._hushed.setdefault(armed.name, []).extend(lines)
        for line in lines:
            if isinstance(armed.fault, HalfOpen):
                line.go()
                continue
            line.silent = True
            line.mute(isinstance(armed.fault, Stall) and not armed.fault.pings)

    def unhush(self, name: str) -> None:
        """A silence is over; what is gone stays gone."""
        for line in self._hushed.pop(name, []):
            if line.silent:
                line.silent = False
                line.mute(False)


class Talk:
    """One connection's traffic, in both directions."""

    def __init__(self, gate: SocketGate, line: Line, receive: Receive, send: Send) -> None:
        self._gate = gate
        self._means = gate.means
        self._line = line
        self._receive = receive
        self._send = send
        self._pending: dict[int | str | None, _Pending] = {}

    async def receive(self) -> Message:
        """The next message that is for the exchange; WebSocket API only."""
        plan, now = self._means.plan, self._means.now
        while True:
            message = await self._receive()
            found = classify.frame(message.get("text") or "") if message["type"] == "websocket.receive" else None
            if found is None:
                return message
            asked = classify.asked(found)
            self._line.ordered |= asked.endpoint is Endpoint.WS_ORDER
            user = asked.endpoint is Endpoint.USER_STREAM  # where latency is one of events
            slow = None if user else plan.strike(Latency, asked.endpoint, asked.name, now())
            struck = self._means.decide(asked)
            if slow is not None and not slow[1].answer:
                await self._means.wait(slow[0].delay_ms())
            if struck is None or (isinstance(struck[1], Decisive) and struck[1].accepted):
                self._pending[asked.id] = _Pending(asked, struck, slow)
                return message
            await self._strike(asked, struck, accepted=False)

    async def send(self, message: Message) -> None:
        """A message of the exchange's, on its way out."""
        if message["type"] != "websocket.send":
            await self._send(message)
        elif not self._line.silent:
            text = message["text"]
            await (self._market(text) if self._line.market else self._answer(text))

    async def _answer(self, text: str) -> None:
        found = classify.frame(text)
        if found is None or found.event is not None:
            await self._event(text, found)
            return
        pending = self._pending.pop(found.id, None) if isinstance(found.id, (int, str)) else None
        if pending is None:
            await self._line.say(text)
            return
        accepted = found.status < 400  # noqa: PLR2004 - statuses mean what they mean in HTTP (§1.5)
        subscribed = accepted and pending.asked.name.startswith("userDataStream.subscribe")
        self._line.subscribed |= subscribed
        if pending.struck is not None:
            await self._strike(pending.asked, pending.struck, accepted=accepted)
            return
        code = found.error.get("code", 0) if isinstance(found.error, dict) else 0
        slow = pending.slow
        facts = {"accepted": accepted, "answered": True, "status": found.status, "code": code}
        self._means.note("request", pending.asked, slow, **facts)
        if slow is not None and slow[1].answer:
            self._line.later(self._say_later(text, slow[0].delay_ms()))
        else:
            await self._line.say(text)
        if subscribed:
            self._gate.hush_new(self._line, Endpoint.USER_STREAM)

    async def _say_later(self, text: str, delay_ms: int) -> None:
        await self._means.wait(delay_ms)
        await self._line.say(text)

    async def _strike(self, asked: Asked, struck: Struck, *, accepted: bool) -> None:
        """Do what the fault does in the answer's place."""
        means, line, fault = self._means, self._line, struck[1]
        if isinstance(fault, (DropAnswer, Reset, Quiet)):
            means.note("request", asked, struck, accepted=accepted, answered=False)
            if isinstance(fault, DropAnswer):
                line.end()
            elif isinstance(fault, Reset):
                line.reset()
            elif isinstance(fault, HalfOpen):
                line.go()
            elif isinstance(fault, Stall) and not fault.pings:
                line.mute(True)
            return
        given: Answer = answer(fault, means.now())
        means.note("request", asked, struck, accepted=accepted, answered=True, status=given.status, code=given.code)
        await line.say(given.frame(asked.id, means.now()))

    async def _event(self, text: str, found: Frame | None) -> None:
        """An account event: told, told twice, told late or never."""
        plan, now = self._means.plan, self._means.now()
        kind = str(found.event.get("e", "")) if found is not None and isinstance(found.event, dict) else ""
        place = Endpoint.USER_STREAM
        missing = plan.strike(MissingEvents, place, kind, now, lambda fault: not fault.events or kind in fault.events)
        if missing is not None:
            self._means.note("frame", Asked(place, kind), missing, answered=False)
            return
        late: tuple[Armed, Delaying] | None = plan.strike(LateEvents, place, kind, now)
        if late is None:
            late = plan.strike(Latency, place, kind, now)
        twice = plan.strike(Duplicate, place, kind, now)
        for struck in (late, twice):
            if struck is not None:
                self._means.note("frame", Asked(place, kind), struck, answered=True)
        for _ in range(1 if twice is None else 2):
            await self._line.in_turn(text, None if late is None else late[0].delay_ms())

    async def _market(self, text: str) -> None:
        """A frame of a market stream; only depth events can be left out, doubled or swapped."""
        line, plan, now = self._line, self._means.plan, self._means.now()
        place = Endpoint.MARKET_STREAM
        frames = [text]
        if plan.armed or line.held:
            if _DEPTH in text:
                frames = self._depth(text, now)
            slow = plan.strike(Latency, place, "frame", now) if frames else None
            if slow is not None:
                self._means.note("frame", Asked(place, "frame"), slow, answered=True)
                for frame in frames:
                    await line.in_turn(frame, slow[0].delay_ms())
                return
        for frame in frames:
            await line.in_turn(frame, None)

    def _depth(self, text: str, now: int) -> list[str]:
        """The frames a depth event becomes."""
        line, plan, place = self._line, self._means.plan, Endpoint.MARKET_STREAM
        symbol = text.partition(_SYMBOL)[2].partition('"')[0]
        asked = Asked(place, f"depthUpdate {symbol}")
        for kind in (Gap, Duplicate, Reorder):
            if kind is Reorder and symbol in line.held:
                continue
            struck = plan.strike(kind, place, asked.name, now)
            if struck is None:
                continue
            self._means.note("frame", asked, struck, answered=kind is not Gap)
            if kind is Gap:
                return []
            if kind is Duplicate:
                return [text, text]
            line.held[symbol] = text
            return []
        held = line.held.pop(symbol, None)
        return [text] if held is None else [text, held]
