"""One run: markets and ledger put together, a port bound on loopback, the clock that drives them."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Thread
from typing import TYPE_CHECKING, cast

import msgspec
import platformdirs
import uvicorn

from connectors.simulator.account.ledger import Ledger, LedgerError
from connectors.simulator.build import build
from connectors.simulator.clock import Clock, WallClock
from connectors.simulator.crowd.temper import STEP_MS
from connectors.simulator.entry.asgi import Receive, Scope, Send
from connectors.simulator.entry.doorman import Doorman
from connectors.simulator.entry.rate import USUAL, RateLimits, load
from connectors.simulator.entry.reception import CONTROL, Reception, receive_clients
from connectors.simulator.exchange import Exchange
from connectors.simulator.options import Options, RefusedError
from connectors.simulator.rest.web import Web
from connectors.simulator.sockets.counted import CountedProtocol
from connectors.simulator.sockets.streams import Streams
from connectors.simulator.sockets.ws_api import WsApi

if TYPE_CHECKING:
    from connectors.simulator.faults.injector import Injector

_HOST = "127.0.0.1"
_PING_S = 20
_PONG_S = 60
"""§3.2: a ping each 20 s, its pong within 60 s."""
_KEEP_ALIVE_S = 75
"""An idle connection is kept this long: a server that hangs up first may do so under an order."""
_GONE = 2
"""Exit code of a run that cannot start."""


def run(options: Options) -> int:
    """Serve until interrupted. Returns the exit code: 0; after a sentence on stderr 2 (cannot start) or 1 (disk full).

    Prints one JSON line on stdout once connections are welcome: rest, stream, ws_api, api_key, api_secret, instance.
    """
    clock: Clock = WallClock()
    faults: Injector | None = None
    try:
        options.checked()
        if options.control or options.faults is not None:
            faults = _injector(options, clock)
            clock = faults.clock
        limits = load(options.limits) if options.limits is not None else USUAL
        ledger = Ledger(options.home or _home(), options.market)
        listener = _bind(options.port)
        head = ledger.begin(options.seed, clock.now_ms())
        phases = Random(f"phases:{head.seed}") if options.limits is not None else None
        exchange = build(options, ledger, clock, RateLimits(limits, phases))
        reception = receive_clients(options, head.seed, clock)
        if faults is not None:
            faults.journal.tell(reception.door.log.struck)
            faults.attach(exchange, head.instance)
    except RefusedError as refused:
        sys.stderr.write(f"{refused}\n")
        return _GONE
    server = Server(exchange, listener, reception, with_parent=options.with_parent, faults=faults)
    if faults is not None:
        faults.renew_by(lambda: _renew(options, ledger, server, faults))
    try:
        asyncio.run(server.serve(head.instance))
    except LedgerError as broken:
        sys.stderr.write(f"{broken}\n")
        return 1
    finally:
        ledger.close()
    return 0


def _injector(options: Options, clock: Clock) -> Injector:
    """What makes things go wrong; a run without it does not wait for its loading."""
    room = importlib.import_module("connectors.simulator.faults.injector")
    return cast("Injector", room.Injector(clock, options.faults, control=options.control))


def _renew(options: Options, ledger: Ledger, server: Server, faults: Injector) -> None:
    """Another life on the same port, as after a testnet's reset: nothing is left but keys and rate limits (§1.1)."""
    ledger.wipe()
    head = ledger.begin(options.seed, faults.clock.now_ms())
    exchange = build(options, ledger, faults.clock, server.exchange.rate)
    server.take(exchange)
    faults.attach(exchange, head.instance)
    server.announce(head.instance)


def _home() -> Path:
    home = os.environ.get("TRADEDESK_HOME")
    return (Path(home) if home else platformdirs.user_data_path("tradedesk")) / "sim"


def _bind(port: int) -> socket.socket:
    """A listening socket on loopback, and nowhere else.

    The protocol is named because asyncio turns Nagle's delay (40 ms an answer) off only where it reads TCP.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(128)
    except OSError as taken:
        listener.close()
        raise RefusedError(
            f"Port {port} on {_HOST} cannot be used ({taken.strerror}); choose another with --port, or 0 for any."
        ) from taken
    return listener


class _Uvicorn(uvicorn.Server):
    """uvicorn without its own signal handling: `Server` ends it, whichever way the end was asked for."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


class Server:
    """The running exchange on its socket.

    Attributes:
        exchange: What it serves.

    uvicorn and not a bare `websockets` server, because requests with bodies, streams and the WebSocket API share one
    port and `websockets` answers no POST; its sans-I/O implementation of WebSocket speaks with websockets 17 and
    sends pings itself.
    """

    def __init__(
        self,
        exchange: Exchange,
        listener: socket.socket,
        reception: Reception,
        *,
        with_parent: bool,
        faults: Injector | None = None,
    ) -> None:
        self._listener = listener
        self._with_parent = with_parent
        self._reception = reception
        self._port = int(listener.getsockname()[1])
        doorman = Doorman(self._port)
        self._doorman = doorman
        self._faults = faults
        self._control = faults is not None and faults.control
        self.take(exchange)
        config = uvicorn.Config(
            self.app if faults is None else faults.around(self.app, doorman),
            interface="asgi3",
            http="h11" if faults is None else faults.protocol,
            ws=CountedProtocol,
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws_ping_interval=_PING_S,
            ws_ping_timeout=_PONG_S,
            ws_per_message_deflate=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=1,
        )
        self._server = _Uvicorn(config)

    async def serve(self, instance: str) -> None:
        """Until SIGINT, SIGTERM or, with a parent, the end of standard input."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        if self._with_parent:
            Thread(target=self._watch_parent, args=(loop,), daemon=True).start()
        driver = asyncio.create_task(self._drive())
        driver.add_done_callback(lambda _: self._stop())
        serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        self.announce(instance)
        await serving
        driver.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await driver
        self.exchange.mark()

    def take(self, exchange: Exchange) -> None:
        """Serve an exchange from now on."""
        self.exchange = exchange
        keys, door = self._reception.keys, self._reception.door
        self._web = Web(exchange, keys, self._doorman, door)
        self._streams = Streams(exchange, door)
        self._ws_api = WsApi(exchange, keys, door)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] == "http" and self._control and scope["path"] in CONTROL:
            await self._reception.serve(scope, receive, send, self._doorman)
        elif scope["type"] == "http":
            await self._web.serve(scope, receive, send)
        elif not self._doorman.admits(scope["headers"]):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif scope["path"].rstrip("/") == "/ws-api/v3":
            await self._ws_api.serve(scope, receive, send)
        elif scope["path"].startswith(("/ws", "/stream")):
            await self._streams.serve(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    async def _drive(self) -> None:
        """Move the markets on, a step of the event clock at a time; steps whose time has gone by are made up in one."""
        loop = asyncio.get_running_loop()
        step = STEP_MS / 1000
        due, skipped = loop.time(), 0
        while True:
            if self._faults is None:
                self.exchange.advance()
            else:
                self._faults.advance()
            self._reception.lag.beat(round((loop.time() - due) * 1_000_000_000), skipped)
            due += step
            skipped = max(0, int((loop.time() - due) / step))
            due += skipped * step
            await asyncio.sleep(max(0, due - loop.time()))

    def announce(self, instance: str) -> None:
        """Say on stdout, as a JSON line, where to connect; once more when a new life begins."""
        address = f"{_HOST}:{self._port}"
        line = {
            "rest": f"http://{address}",
            "stream": f"ws://{address}",
            "ws_api": f"ws://{address}/ws-api/v3",
            "api_key": self._reception.keys.api_key,
            "api_secret": self._reception.keys.secret,
            "instance": instance,
            **self._reception.brought(),
        }
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()

    def _stop(self) -> None:
        if self._faults is not None:
            self._faults.close()
        self._server.should_exit = True

    def _watch_parent(self, loop: asyncio.AbstractEventLoop) -> None:
        """Read standard input until it ends; a parent that dies, however it dies, ends it."""
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(self._stop)
