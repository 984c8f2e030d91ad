"""A socket that is kept up: back-off, resubscription, silence (REQUIREMENTS E1–E3)."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from connectors.errors import Retry, Unauthorised
from connectors.wire.dialogue import Link, Patience, SocketHealth
from connectors.wire.socket import Socket
from connectors.wire.streams import FRAMES_PER_SECOND, StreamBoard
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.heard import Heard
from support.scripted_socket import Peer, ScriptedSocket, Talk, scripted_socket


class Language:
    def subscribe(self, streams: Iterable[str], number: int) -> str:
        return json.dumps({"method": "SUBSCRIBE", "params": list(streams), "id": number})

    def unsubscribe(self, streams: Iterable[str], number: int) -> str:
        return json.dumps({"method": "UNSUBSCRIBE", "params": list(streams), "id": number})


class Talker:
    """A dialogue over a board, which keeps what happens."""

    def __init__(self, clock: LoopClock) -> None:
        self.silent: Heard[str] = Heard()
        self.board = StreamBoard(Language(), clock, on_silent=self.silent)
        self.frames: Heard[bytes] = Heard()
        self.ended: Heard[str] = Heard()
        self.refuse: Exception | None = None

    @property
    def expects_data(self) -> bool:
        return self.board.expects_data

    async def opened(self, link: Link) -> None:
        if self.refuse is not None:
            raise self.refuse

    async def converse(self, link: Link) -> None:
        await self.board.converse(link)

    def frame(self, data: bytes, received_ns: int) -> None:
        self.frames(data)
        self.board.heard(json.loads(data).get("stream", ""))

    def closed(self, reason: str) -> None:
        self.board.forget()
        self.ended(reason)


@asynccontextmanager
async def talking(
    talk: Talk,
    patience: Patience = Patience(),  # noqa: B008  # frozen
) -> AsyncIterator[tuple[ScriptedSocket, Socket, Talker, Heard[SocketHealth]]]:
    clock = LoopClock()
    health: Heard[SocketHealth] = Heard()
    async with scripted_socket(talk) as server:
        talker = Talker(clock)
        made = Socket(
            server.origin,
            talker,
            clock,
            random.Random(1),
            tls=client_context(),
            on_health=health,
            patience=patience,
        )
        made.start()
        yield server, made, talker, health
        await made.close()


def asked(peer: Peer) -> list[str]:
    return [name for frame in peer.got if frame["method"] == "SUBSCRIBE" for name in frame["params"]]


async def echo(peer: Peer) -> None:
    """Acknowledge, and send one message for each stream that is asked for."""
    while True:
        frame = await peer.next()
        await peer.say({"result": None, "id": frame["id"]})
        if frame["method"] == "SUBSCRIBE":
            for name in frame["params"]:
                await peer.say({"stream": name, "data": {}})


async def test_every_subscription_stands_again_after_a_cut() -> None:
    async with talking(echo) as (server, _, talker, health):
        for name in ("a", "b", "c"):
            talker.board.add(name)
        talker.board.drop("b")
        await talker.frames.until(lambda frame: b'"c"' in frame)
        before = len(talker.frames.items)
        server.peers[0].cut()
        await health.until(lambda state: not state.up and state.reason != "")
        # Sooner than the watchdog would find them missing.
        await talker.frames.until(lambda frame: b'"c"' in frame, after=before, seconds=3)
        assert sorted(asked(server.peers[1])) == ["a", "c"]


async def test_many_streams_go_into_one_frame_and_frames_are_paced() -> None:
    asking: Heard[float] = Heard()

    async def talk(peer: Peer) -> None:
        while True:
            await peer.next()
            asking(clock.monotonic_ns() / 1e9)

    clock = LoopClock()
    async with talking(talk) as (server, _, talker, _health):
        for number in range(500):
            talker.board.add(f"s{number}")
        await asking.count(3)
        assert sum(len(frame["params"]) for frame in server.peers[0].got) == 500
        assert all(later - earlier >= 0.9 / FRAMES_PER_SECOND for earlier, later in pairwise(asking.items))


async def test_the_last_one_out_ends_a_stream_and_others_do_not() -> None:
    async with talking(echo) as (server, _, talker, _health):
        talker.board.add("a")
        talker.board.add("a")
        await talker.frames.until(lambda frame: b'"stream": "a"' in frame)
        talker.board.drop("a")
        assert talker.board.wanted == {"a"}
        talker.board.drop("a")
        await talker.frames.count(3)
        assert [frame["method"] for frame in server.peers[0].got] == ["SUBSCRIBE", "UNSUBSCRIBE"]


@pytest.mark.scaled(10)
async def test_an_acknowledged_stream_that_stays_silent_is_asked_for_again_and_reported() -> None:
    async def talk(peer: Peer) -> None:
        while True:
            frame = await peer.next()
            await peer.say({"result": None, "id": frame["id"]})
            await peer.say({"stream": "alive", "data": {}})

    async with talking(talk) as (server, _, talker, _health):
        talker.board.add("alive")
        talker.board.add("dead")
        assert await talker.silent.until(lambda _: True, seconds=200) == "dead"
        assert asked(server.peers[0]).count("alive") == 1
        assert asked(server.peers[0]).count("dead") == 2


@pytest.mark.scaled(10)
async def test_a_socket_that_answers_no_ping_is_replaced() -> None:
    async def talk(peer: Peer) -> None:
        if peer.number == 1:
            peer.connection.transport.pause_reading()
        await peer.connection.wait_closed()

    async with talking(talk) as (server, _, talker, health):
        assert "said nothing" in await talker.ended.until(lambda _: True, seconds=200)
        await health.until(lambda state: state.up, after=2, seconds=200)
        assert len(server.peers) == 2


@pytest.mark.scaled(10)
async def test_a_socket_whose_streams_all_fall_silent_is_replaced_although_it_answers_pings() -> None:
    async with talking(echo) as (_server, _, talker, _health):
        talker.board.add("a")
        await talker.frames.until(lambda frame: b'"stream": "a"' in frame, seconds=200)
        assert "no data" in await talker.ended.until(lambda _: True, seconds=400)


@pytest.mark.scaled(20)
async def test_a_quiet_socket_that_owes_no_data_is_left_alone() -> None:
    async def talk(peer: Peer) -> None:
        await peer.connection.wait_closed()

    async with talking(talk) as (server, made, talker, health):
        await health.until(lambda state: state.up, seconds=200)
        await LoopClock().sleep(60)
        assert (len(server.peers), talker.ended.items, made.health.up) == (1, [], True)
        assert made.quiet_ns < 3_000_000_000


@pytest.mark.scaled(10)
async def test_attempts_back_off_and_a_hurry_begins_anew() -> None:
    async with talking(echo) as (server, made, talker, health):
        talker.refuse = Retry("not now")
        await health.until(lambda state: state.attempt == 5, seconds=2_000)
        waits = [state for state in health.items if state.next_try_ns is not None]
        assert {state.reason for state in waits[1:]} == {"not now"}
        talker.refuse = None
        tries = len(server.peers)
        made.hurry()
        await health.until(lambda state: state.up, after=len(health.items), seconds=5)
        assert len(server.peers) == tries + 1
        assert made.health.attempt == 0


async def test_a_refused_dialogue_is_told_with_its_sentence() -> None:
    async with talking(echo) as (_server, _, talker, health):
        talker.refuse = Unauthorised("The key is refused.")
        state = await health.until(lambda state: not state.up and "key" in state.reason)
        assert state.reason == "The key is refused."


async def test_sending_on_a_closed_socket_may_be_tried_again() -> None:
    async with scripted_socket(echo) as server:
        clock = LoopClock()
        made = Socket(
            server.origin, Talker(clock), clock, random.Random(1), tls=client_context(), on_health=lambda _: None
        )
        with pytest.raises(Retry):
            await made.send("{}")
        await made.close()
