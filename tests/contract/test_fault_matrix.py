"""Each fault × each endpoint class: what the venue did and what the client saw, both in the venue's log.

The expectations were written first (`contract.fault_expectations`) and are looked up here, not made here. A loop on
which time runs twenty times faster makes minutes of time-outs and back-off bearable.
"""

from __future__ import annotations

import asyncio
import time

import pytest

from contract.fault_cells import REST, STREAMS, Call, Nothing, Stream
from contract.fault_expectations import CELLS, FAULTS
from contract.fault_rig import REQUESTS, Client, Entry, RawSocket, Rig, outcome

pytestmark = pytest.mark.peers

_EVERYWHERE = {"clock", "status", "filters", "maintenance", "restart"}
"""Kinds that change the venue as a whole."""
_DOOR = {"drop_answer", "reset", "error", "html", "throttle"}
"""Kinds that meet a stream at its handshake: the open connection is cut so that there is one."""
_PATIENCE_S = 100
_NOT_WITHIN_S = 4
"""On the faster clock of the streams: 20 s and 0.8 s by the wall."""
_UPDATES = 5
"""Of the book, after which what has not been heard will not be."""

_CLOCKS = ("clock ahead", "clock behind")

DIFFERS: dict[tuple[str, str], str] = {}
"""Where today's Binance connector differs from its cell, and how."""


def _cells(*endpoints: str, only: tuple[str, ...] = tuple(CELLS), without: tuple[str, ...] = ()) -> list[object]:
    return [
        pytest.param(
            fault,
            endpoint,
            id=f"{fault}-{endpoint}",
            marks=[pytest.mark.xfail(reason=DIFFERS[fault, endpoint])] if (fault, endpoint) in DIFFERS else [],
        )
        for fault, row in CELLS.items()
        for endpoint in endpoints
        if not isinstance(row[endpoint], Nothing) and fault in only and fault not in without
    ]


def test_every_fault_has_a_cell_for_every_class() -> None:
    classes = {*REST, *STREAMS, "ws_order"}
    assert set(CELLS) == set(FAULTS)
    assert {fault: set(row) for fault, row in CELLS.items()} == dict.fromkeys(CELLS, classes)
    assert all(cell.why for row in CELLS.values() for cell in row.values())


@pytest.mark.scaled(20)
@pytest.mark.parametrize(("fault", "endpoint"), _cells(*REST, without=_CLOCKS))
async def test_a_call_comes_to_what_was_written_before(rig: Rig, fault: str, endpoint: str) -> None:
    await assert_call(rig, fault, endpoint)


@pytest.mark.parametrize(("fault", "endpoint"), _cells(*REST, only=_CLOCKS))
async def test_a_call_at_the_wrong_time_comes_to_what_was_written_before(rig: Rig, fault: str, endpoint: str) -> None:
    """Not on the faster clock: it would have asked for the time again before the call."""
    await assert_call(rig, fault, endpoint)


async def assert_call(rig: Rig, fault: str, endpoint: str) -> None:
    cell = CELLS[fault][endpoint]
    assert isinstance(cell, Call)
    async with rig.client() as client:
        request = client.request()
        if endpoint != "create":
            await client.place(request)
        name = await _strike(rig, fault, endpoint)
        saw = await outcome(client.call(endpoint, request))
        await rig.saw(endpoint, " ".join(saw), request.client_order_id)
        if cell.accepted is not None:
            await _venue_did(rig, name, endpoint, cell)
        assert {*saw} & {*cell.saw}, (saw, cell.why)
        log = await rig.log()
        assert [entry.get("detail", "") for entry in log if entry["who"] == "client"] == [" ".join(saw)]
        if cell.requests is not None:
            reached = [entry for entry in log if entry.get("request") == REQUESTS[endpoint]]
            assert len(reached) == cell.requests, reached
        if cell.then:
            await _learns(rig, client, cell.then)
        if endpoint == "create":
            await rig.disarm()
            assert await rig.orders(request.client_order_id) == (cell.accepted is not False or saw == ("ok",))


@pytest.mark.scaled(5)
@pytest.mark.parametrize(("fault", "endpoint"), _cells(*STREAMS))
async def test_a_stream_comes_to_what_was_written_before(rig: Rig, fault: str, endpoint: str) -> None:
    cell = CELLS[fault][endpoint]
    assert isinstance(cell, Stream)
    async with rig.client() as client:
        request = client.request()
        if endpoint == "market_stream":
            await client.watch_market()
        else:
            await client.watch_account(request)
        begun = len(client.heard.items)
        name = await _strike(rig, fault, endpoint)
        if fault == "shutdown":
            await rig.entry(lambda entry: entry["what"] == "connection" and entry.get("detail") == "ended")
        if "REPORT" in cell.saw + cell.never:
            await client.place(request)
        await _hears(client, cell, begun)
        heard = " ".join(client.heard.items[begun:])
        await rig.saw(endpoint, heard)
        log = await rig.log()
        assert [entry for entry in log if entry.get("fault") == name and entry["what"] != "armed"], log
        assert [entry.get("detail", "") for entry in log if entry["who"] == "client"] == [heard]
        if cell.anew:
            assert [entry for entry in log if entry["what"] == "handshake" and entry["accepted"]], log


@pytest.mark.parametrize(("fault", "endpoint"), _cells("ws_order"))
async def test_an_order_over_a_socket_comes_to_what_was_written_before(rig: Rig, fault: str, endpoint: str) -> None:
    """By a client of its own: today's connector sends its orders over REST."""
    cell = CELLS[fault][endpoint]
    assert isinstance(cell, Call)
    async with RawSocket(rig) as socket:
        name = await _strike(rig, fault, endpoint)
        client_id, saw = await socket.order()
    await rig.saw(endpoint, " ".join(saw), client_id)
    if cell.accepted is not None:
        await _venue_did(rig, name, endpoint, cell)
        await rig.disarm()
        assert await rig.orders(client_id) == cell.accepted
    assert {*saw} & {*cell.saw}, (saw, cell.why)


async def _strike(rig: Rig, fault: str, endpoint: str) -> str:
    """Arm a fault where the cell has it; returns its name in the log, which begins here."""
    await rig.forget()
    kind = FAULTS[fault]["kind"]
    if kind in _EVERYWHERE:
        return await rig.arm(FAULTS[fault])
    if endpoint not in STREAMS:
        return await rig.arm({**FAULTS[fault], "of": REQUESTS[endpoint]}, endpoint)
    if kind not in _DOOR:
        return await rig.arm(FAULTS[fault], endpoint)
    name = await rig.arm(FAULTS[fault], "market_stream" if endpoint == "market_stream" else "ws_handshake")
    await rig.arm({"kind": "drop_stream"}, endpoint)
    return name


async def _venue_did(rig: Rig, name: str, endpoint: str, cell: Call) -> None:
    """The venue's side of a call, as its log has it."""

    def struck(entry: Entry) -> bool:
        return (entry.get("fault"), entry.get("request")) == (name, REQUESTS[endpoint])

    entry = await rig.entry(struck)
    assert entry["endpoint"] == endpoint
    assert (entry["accepted"], entry["answered"]) == (cell.accepted, cell.answered), (entry, cell.why)
    assert entry.get("status", 0) == cell.status, entry


async def _hears(client: Client, cell: Stream, begun: int) -> None:
    """Wait for what must be heard, in order (a GAP comes when it comes), then for what must not."""
    at = begun
    for word in cell.saw:
        if word == "EPOCH":
            assert await _begun_anew(client)
            continue
        place = await client.position(word, after=begun if word == "GAP" else at)
        at = at if word == "GAP" else place + 1
    if client.updates.items and "LIVE" not in cell.never:
        await client.updates.count(len(client.updates.items) + _UPDATES, seconds=_PATIENCE_S)
    elif cell.never:
        with pytest.raises(AssertionError, match="not heard"):
            await client.heard.until(lambda word: word in cell.never, after=at, seconds=_NOT_WITHIN_S)
    assert not {*cell.never} & {*client.heard.items[begun if "LIVE" not in cell.never else at :]}, cell.why


async def _learns(rig: Rig, client: Client, then: str) -> None:
    """What a refusal teaches the connector of the instrument, at once and unasked (F3)."""
    what, _, value = then.partition(" ")
    end = time.monotonic() + 3
    while True:
        instrument = await client.connector.market.instrument(client.instrument.symbol)
        found = instrument.status.value if what == "status" else f"{instrument.filters.tick_size.normalize():f}"
        if found == value:
            return
        assert time.monotonic() < end, found
        await rig.log()


async def _begun_anew(client: Client) -> bool:
    """Whether the venue's life is another one: evidence may come after the sockets are back, and is asked for again."""
    for _ in range(200):
        if await client.connector.epoch() != client.connector.connection.epoch_hint:
            return True
        await asyncio.sleep(0.5)
    return False
