"""A client that follows every instrument of an exchange and looks at nothing: the load of a bench, in its own process.

Decoding what it is pushed would take the interpreter's lock from whoever measures, if it were the same process.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import uuid
from pathlib import Path

from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Mode
from connectors.worker import api
from connectors.worker.codec import Kind, decode, encode
from connectors.worker.wires import SocketWire

UNFOCUSED_HZ = 2
"""The slowest pace the design gives a pane out of focus."""
_WHAT = (api.PaneKind.BOOK, api.PaneKind.TRADES, api.PaneKind.TICKER)


async def _ask(wire: SocketWire, number: int, command: object) -> object:
    """The answer to a command; pushes before it are thrown away."""
    await wire.write(encode(Kind.REQUEST, number, command))
    while (body := await wire.read()) is not None:
        frame = decode(body)
        if frame.kind is Kind.REPLY and frame.id == number:
            return frame.value
    raise AssertionError("the worker hung up")


async def follow(socket: Path, label: str, hosts: Hosts) -> None:
    """Open panes on everything, say so, and throw away what comes until this process is killed."""
    reader, writer = await asyncio.open_unix_connection(socket)
    wire, numbers = SocketWire(reader, writer), itertools.count(1)
    account = AccountId(uuid.uuid4())
    await _ask(wire, next(numbers), api.Hello(label))
    added = Connection(account, "binance", label, Mode.TESTNET, hosts=hosts)
    await _ask(wire, next(numbers), api.AddConnection(added))
    found = await _ask(wire, next(numbers), api.GetInstruments(account))
    if not isinstance(found, api.Instruments):
        raise AssertionError(f"{found}")
    panes = itertools.count(1000)
    for instrument in found.instruments:
        for kind in _WHAT:
            opened = api.OpenPane(next(panes), account, instrument.symbol, kind, levels=20, rate_hz=UNFOCUSED_HZ)
            await _ask(wire, next(numbers), opened)
    print("following", flush=True)
    while await reader.read(1 << 20):
        pass


if __name__ == "__main__":
    path, name, rest, stream, ws_api = sys.argv[1:]
    asyncio.run(follow(Path(path), name, Hosts((rest,), stream, ws_api)))
