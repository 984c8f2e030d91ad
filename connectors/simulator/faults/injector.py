"""The run's faults: plan, gates, clock and exchange put together, and what has to happen at a fault's time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from uvicorn.protocols.http.h11_impl import H11Protocol

from connectors.simulator.clock import Clock
from connectors.simulator.control import PREFIX, Control
from connectors.simulator.entry.asgi import Receive, Scope, Send
from connectors.simulator.entry.doorman import Doorman
from connectors.simulator.entry.reception import CONTROL
from connectors.simulator.exchange import Exchange
from connectors.simulator.faults import script
from connectors.simulator.faults.classify import Asked
from connectors.simulator.faults.clock import ShiftedClock
from connectors.simulator.faults.fault import CONNECTIONS, Fault
from connectors.simulator.faults.gate import App, HttpGate
from connectors.simulator.faults.journal import Journal
from connectors.simulator.faults.kinds import ClockShift, DropStream, Maintenance, Quiet, Restart, Shutdown, Venue
from connectors.simulator.faults.line import Line
from connectors.simulator.faults.means import Means, Struck
from connectors.simulator.faults.plan import Armed, Plan
from connectors.simulator.faults.sockets import SocketGate
from connectors.simulator.faults.valve import Valves
from connectors.simulator.faults.venue import Changes
from connectors.simulator.options import RefusedError


class Injector:
    """Every fault of a run. Made before the exchange, because the exchange is to have its clock.

    Attributes:
        clock: The exchange's clock.
        plan: What is armed.
        journal: What was done.
        valves: The connections.
        control: Whether the control path is served.
    """

    def __init__(self, clock: Clock, path: Path | None, *, control: bool) -> None:
        self.clock = ShiftedClock(clock)
        self.plan = Plan()
        self.journal = Journal()
        self.control = control
        self.instance = ""
        self._path = path
        self._script = script.load(path) if path is not None else []
        self.valves = Valves()
        self._exchange: Exchange | None = None
        self._changes: Changes | None = None
        self._renew: Callable[[], None] | None = None
        self._means = means = Means(self.plan, self.journal, self.valves, self._now, self._decide)
        self._http = HttpGate(means)
        self._sockets = SocketGate(means)

    @property
    def protocol(self) -> type[H11Protocol]:
        """What the server is to speak HTTP with."""
        return self.valves.protocol()

    def attach(self, exchange: Exchange, instance: str) -> None:
        """Take an exchange, a new one after a restart; the script begins with the first.

        Raises:
            RefusedError: The script names what this exchange does not have.
        """
        first = self._changes is None
        self._exchange, self._changes = exchange, Changes(exchange)
        self.instance = instance
        for number, fault in self._script if first else []:
            wrong = self._changes.wrong(fault)
            if wrong is not None:
                raise RefusedError(f"Line {number} of the fault script {self._path} makes no sense: {wrong}; mend it.")
        if first:
            self.plan.arm([fault for _, fault in self._script], self._now())
        else:
            self._apply()

    def renew_by(self, renew: Callable[[], None]) -> None:
        """What a restart calls: it makes a new exchange and attaches it."""
        self._renew = renew

    def around(self, app: App, doorman: Doorman) -> App:
        """The application with the faults before it, and the control path where there is to be one."""
        control = Control(self, doorman) if self.control else None

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await self._sockets.serve(app, scope, receive, send)
            elif control is not None and scope["path"].startswith(PREFIX):
                await (app if scope["path"] in CONTROL else control.serve)(scope, receive, send)
            else:
                await self._http.serve(app, scope, receive, send)

        return serve

    def advance(self) -> None:
        """Act upon the faults whose time has come, then let the markets move by the true time."""
        self.tick()
        if self._exchange is not None:
            with self.clock.put_right():
                self._exchange.advance()

    def tick(self) -> None:
        """Act upon the faults whose time has come, or is over."""
        if not self.plan.armed:
            return
        now = self._now()
        for one in self.plan.beginning(now):
            self._begin(one)
        for one in self.plan.ending(now):
            self._end(one)

    def arm(self, faults: Iterable[Fault]) -> list[Armed]:
        """Arm faults; those whose time is now begin at once.

        Raises:
            WrongFaultError: One of them makes no sense on this exchange; none is armed.
        """
        found = list(faults)
        for fault in found:
            wrong = self._changes.wrong(fault) if self._changes is not None else None
            if wrong is not None:
                raise script.WrongFaultError(wrong)
        armed = self.plan.arm(found, self._now())
        for one in armed:
            self.journal.note(self._now(), "armed", fault=one.name, kind=one.fault.kind)
        self.tick()
        return armed

    def disarm(self, name: str | None = None) -> list[Armed]:
        """Take a fault away, or all, and undo what it did to the exchange and to connections."""
        gone = self.plan.disarm(name)
        for one in gone:
            self.journal.note(self._now(), "disarmed", fault=one.name, kind=one.fault.kind)
            self._end(one)
        if name is None:
            self.valves.cut_silent()
        return gone

    def close(self) -> None:
        """Let go of what would hold up the server's end."""
        self._means.closing.set()
        self.disarm()

    def _now(self) -> int:
        return self.clock.true.now_ms()

    def _decide(self, asked: Asked) -> Struck | None:
        """What settles a request: what the venue has become stands above what is to happen to the request."""
        now = self._now()
        closed = self.plan.standing(Maintenance, now)
        if closed is not None:
            closed.hits += 1
            return closed, Maintenance()
        refused = self._changes.refuses(asked) if self._changes is not None else None
        if refused is None:
            return self.plan.decide(asked.endpoint, asked.name, now)
        kind, refusal = refused
        cause = self.plan.standing(kind, now)
        return None if cause is None else (cause, refusal)

    def _begin(self, one: Armed) -> None:
        """The time of a fault that acts by itself has come."""
        fault = one.fault
        found = [line for line in list(self._sockets.lines) if any(map(line.carries, fault.places))]
        if isinstance(fault, DropStream):
            for line in found:
                _drop(line, fault)
        elif isinstance(fault, Shutdown):
            for line in found:
                line.later(line.shut_down(self._now(), fault.close_after_ms))
        elif isinstance(fault, Quiet) and fault.places & CONNECTIONS:
            found = [line for line in found if any(map(line.carries, fault.places & CONNECTIONS))]
            self._sockets.hush(one, found)
        elif isinstance(fault, Venue):
            self._change(fault)
            found = []
        else:
            return
        one.hits += 0 if isinstance(fault, Quiet) else len(found)
        what = "state" if isinstance(fault, Venue) else "connection"
        detail = "begins" if isinstance(fault, Venue) else f"{len(found)} connections"
        self.journal.note(self._now(), what, fault=one.name, kind=fault.kind, detail=detail)
        one.over = isinstance(fault, (DropStream, Shutdown, Restart)) and fault.for_ms is None

    def _change(self, fault: Venue) -> None:
        if isinstance(fault, ClockShift):
            self.clock.shift_ms = fault.shift_ms
        elif isinstance(fault, Restart) and self._renew is not None:
            self.valves.cut()
            self._renew()
        elif isinstance(fault, Maintenance):
            for line in list(self._sockets.lines):
                line.reset()
        self._apply()

    def _end(self, one: Armed) -> None:
        """A fault is through: what it changed is as before."""
        fault = one.fault
        self._sockets.unhush(one.name)
        if isinstance(fault, ClockShift):
            self.clock.shift_ms = 0
        if isinstance(fault, Venue):
            self._apply()
            if one.begun and not isinstance(fault, Restart):
                self.journal.note(self._now(), "state", fault=one.name, kind=fault.kind, detail="ends")

    def _apply(self) -> None:
        now = self._now()
        if self._changes is not None:
            self._changes.apply(one.fault for one in self.plan.armed.values() if one.stands(now))


def _drop(line: Line, fault: DropStream) -> None:
    if fault.how == "close":
        line.later(line.close())
    elif fault.how == "fin":
        line.end()
    else:
        line.reset()
