"""The WebSocket API's session: a login by Ed25519 keys, a signed subscription by the others, after each connection."""

from __future__ import annotations

import base64
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connectors.errors import Unauthorised
from connectors.ports.credentials import Signer
from connectors.venues.binance import frames
from connectors.venues.binance.auth import socket_text
from connectors.venues.binance.session import Told
from connectors.venues.binance.user import PATIENCE, UserStream
from connectors.wire.dialogue import Patience, SocketHealth
from connectors.wire.limiter import Limiter
from connectors.wire.signers import Ed25519Signer, HmacSigner, RsaSigner
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.heard import Heard
from support.scripted_socket import Peer, ScriptedSocket, Talk, scripted_socket

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def pem(key: Any) -> bytes:
    text: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return text


ED = Ed25519Signer("SIMkey", pem(KEY))


class Account:
    """A user stream and what it said."""

    def __init__(self, server: ScriptedSocket, signer: Signer, patience: Patience) -> None:
        clock, self.server = LoopClock(), server
        self.said: Heard[object] = Heard()
        self.health: Heard[SocketHealth] = Heard()
        self.stream = UserStream(
            server.origin,
            signer,
            clock,
            random.Random(2),
            tls=client_context(),
            limiter=Limiter("binance", clock, clock.time_ns),
            venue_ns=clock.time_ns,
            compare_clocks=lambda: None,
            on_health=self.health,
            patience=patience,
        )
        self.stream.on_event.append(self.said)
        self.stream.on_up.append(lambda: self.said("up"))
        self.stream.on_down.append(lambda _: self.said("down"))

    @property
    def numbers(self) -> list[int]:
        return [event.I for event in self.said.items if isinstance(event, frames.ExecutionReport)]

    def asked(self, number: int = 1) -> list[str]:
        return [frame["method"] for frame in self.server.peers[number - 1].got]


@asynccontextmanager
async def following(talk: Talk, signer: Signer = ED, patience: Patience = PATIENCE) -> AsyncIterator[Account]:
    async with scripted_socket(talk, "/ws-api/v3") as server:
        account = Account(server, signer, patience)
        account.stream.start()
        yield account
        await account.stream.close()


def execution(number: int, **changed: Any) -> dict[str, Any]:
    event = {
        "e": "executionReport", "E": 1, "s": "BTCUSDT", "c": "mine", "S": "BUY", "o": "LIMIT", "f": "GTC", "q": "2",
        "p": "100", "P": "0", "x": "NEW", "X": "NEW", "r": "NONE", "i": 5, "l": "0", "z": "0", "L": "0", "n": "0",
        "N": None, "T": 1, "t": -1, "C": "", "w": True, "m": False, "Z": "0", "Y": "0", "Q": "0", "I": number,
    }  # fmt: skip
    return {"subscriptionId": 0, "event": {**event, **changed}}


async def grant(peer: Peer, **result: Any) -> dict[str, Any]:
    frame: dict[str, Any] = await peer.next()
    await peer.say({"id": frame["id"], "status": 200, "result": {"apiKey": "SIMkey", **result}})
    return frame


async def grant_all(peer: Peer) -> None:
    while True:
        await grant(peer)


async def test_an_ed25519_key_logs_on_and_subscribes_without_a_second_signature() -> None:
    async with following(grant_all) as account:
        await account.said.count(1)
        logon, subscribe = account.server.peers[0].got[:2]
    assert (logon["method"], subscribe["method"]) == ("session.logon", "userDataStream.subscribe")
    params = dict(logon["params"])
    signature = params.pop("signature")
    assert sorted(params) == ["apiKey", "recvWindow", "timestamp"]
    KEY.public_key().verify(base64.b64decode(signature), socket_text(params).encode())
    assert subscribe["params"] == {}


@pytest.mark.parametrize(
    "signer", [HmacSigner("SIMkey", b"secret"), RsaSigner("SIMkey", pem(generate_private_key(65537, 2048)))]
)
async def test_other_keys_sign_the_subscription_itself(signer: Signer) -> None:
    async with following(grant_all, signer) as account:
        await account.said.count(1)
        assert account.asked() == ["userDataStream.subscribe.signature"]
        assert account.server.peers[0].got[0]["params"]["apiKey"] == "SIMkey"


async def test_after_a_cut_it_logs_on_anew_with_a_fresh_timestamp() -> None:
    async with following(grant_all) as account:
        await account.said.count(1)
        account.server.peers[0].cut()
        await account.said.count(3)
        stamps = [peer.got[0]["params"]["timestamp"] for peer in account.server.peers]
        assert account.asked(2) == ["session.logon", "userDataStream.subscribe"]
        assert account.said.items == ["up", "down", "up"]
    assert stamps[0] < stamps[1]


@pytest.mark.scaled(20)
async def test_a_session_the_venue_has_forgotten_is_opened_again() -> None:
    async def talk(peer: Peer) -> None:
        await grant(peer)
        await grant(peer)
        await grant(peer)
        await grant(peer, **({"apiKey": None, "authorizedSince": None} if peer.number == 1 else {}))
        await grant_all(peer)

    async with following(talk) as account:
        await account.said.count(3, seconds=400)
        assert account.asked() == ["session.logon", "userDataStream.subscribe", "session.status", "session.status"]
        assert len(account.server.peers) == 2


async def test_a_key_that_may_not_log_on_is_told() -> None:
    async def talk(peer: Peer) -> None:
        frame = await peer.next()
        error = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
        await peer.say({"id": frame["id"], "status": 401, "error": error})
        await peer.listen()

    async with following(talk) as account:
        await account.health.until(lambda state: not state.up and state.reason != "")
        assert isinstance(account.stream.problem, Unauthorised)
        assert account.asked() == ["session.logon"]
        assert account.said.items == []


async def test_a_key_revoked_while_it_is_logged_on_loses_the_stream_and_says_why() -> None:
    async def talk(peer: Peer) -> None:
        if peer.number == 1:
            await grant(peer)
            await grant(peer)
            await peer.say({"id": None, "status": 401, "error": {"code": -2015, "msg": "Revoked."}})
            await peer.listen()
        frame = await peer.next()
        await peer.say({"id": frame["id"], "status": 401, "error": {"code": -2015, "msg": "Revoked."}})
        await peer.listen()

    async with following(talk) as account:
        await account.said.count(2)
        await account.health.until(lambda state: not state.up and "key" in state.reason)
        assert account.said.items == ["up", "down"]


# --- succession


@pytest.mark.parametrize("signer", [ED, HmacSigner("SIMkey", b"secret")])
async def test_a_shutdown_announced_costs_no_event_and_tells_none_twice(signer: Signer) -> None:
    first: list[Peer] = []

    async def talk(peer: Peer) -> None:
        for _ in range(2 if signer is ED else 1):
            await grant(peer)
        if peer.number == 1:
            first.append(peer)
            await peer.say(execution(1))
            await peer.say({"event": {"e": "serverShutdown", "E": 2}})
            await peer.listen()
        # Both are subscribed: the old one tells 2 and 3, the new one 3 and 4, with 3 on both.
        await first[0].say(execution(2))
        await first[0].say(execution(3))
        await peer.say(execution(3, E=9))
        await peer.say(execution(4))
        await grant_all(peer)

    async with following(talk, signer, Patience(overlap_s=0.3)) as account:
        await account.said.until(lambda event: isinstance(event, frames.ExecutionReport) and event.I == 4)
        assert account.numbers == [1, 2, 3, 4]
        assert account.stream.up
        assert [event for event in account.said.items if isinstance(event, str)] == ["up"]
        assert all(state.up for state in account.health.items)
        assert len(account.server.peers) == 2


async def test_the_old_connection_delivers_until_the_new_one_takes_over() -> None:
    async def talk(peer: Peer) -> None:
        await grant(peer)
        await grant(peer)
        if peer.number == 1:
            await peer.say({"event": {"e": "serverShutdown", "E": 2}})
            await heard.until(lambda number: number == 2)
            await peer.say(execution(1))
        else:
            heard(2)
        await grant_all(peer)

    heard: Heard[int] = Heard()
    async with following(talk, ED, Patience(overlap_s=30)) as account:
        await account.said.until(lambda event: isinstance(event, frames.ExecutionReport))
        assert account.numbers == [1]


@pytest.mark.parametrize("says_goodbye", [True, False])
async def test_an_old_connection_that_ends_early_is_succeeded_only_if_nothing_can_be_lost(says_goodbye: bool) -> None:
    async def talk(peer: Peer) -> None:
        await grant(peer)
        await grant(peer)
        if peer.number == 1:
            await peer.say(execution(1))
            await peer.say({"event": {"e": "serverShutdown", "E": 2}})
            await stands.until(lambda _: True)
            if says_goodbye:
                await peer.connection.close()
            else:
                peer.cut()
            return
        await peer.say(execution(1))
        await peer.say(execution(2))
        pong = await peer.connection.ping()
        await pong
        stands(1)
        await grant_all(peer)

    stands: Heard[int] = Heard()
    async with following(talk, ED, Patience(overlap_s=300)) as account:
        await account.said.until(lambda event: isinstance(event, frames.ExecutionReport) and event.I == 2)
        words = [event for event in account.said.items if isinstance(event, str)]
        assert words == (["up"] if says_goodbye else ["up", "down", "up"])
        assert len(account.server.peers) == (2 if says_goodbye else 3)
        if says_goodbye:
            assert account.numbers == [1, 2]


@pytest.mark.scaled(20)
async def test_before_the_venue_cuts_a_connection_another_has_taken_over() -> None:
    assert Patience().life_s + 60 < 24 * 3600
    async with following(grant_all, ED, Patience(life_s=30)) as account:
        await account.said.count(1)
        clock = LoopClock()
        while len(account.server.peers) < 3 or "session.status" not in account.asked(3):
            await clock.sleep(1)
        assert account.said.items == ["up"]
        assert all(state.up for state in account.health.items)
        assert account.asked(2)[:2] == ["session.logon", "userDataStream.subscribe"]


async def test_a_successor_the_venue_refuses_leaves_the_old_connection_in_use() -> None:
    async def talk(peer: Peer) -> None:
        if peer.number == 2:
            frame = await peer.next()
            await peer.say({"id": frame["id"], "status": 500, "error": {"code": -1000, "msg": "no"}})
            return
        await grant(peer)
        await grant(peer)
        if peer.number == 1:
            await peer.say({"event": {"e": "serverShutdown", "E": 2}})
            await peer.listen()
        await peer.say(execution(7))
        await grant_all(peer)

    async with following(talk, ED, Patience(overlap_s=0.1)) as account:
        await account.said.until(lambda event: isinstance(event, frames.ExecutionReport))
        assert account.said.items[0] == "up"
        assert len(account.server.peers) == 3
        assert "down" not in account.said.items


def test_only_the_very_same_event_counts_as_told() -> None:
    told = Told()
    one, other = (frames.BalanceChange("BTC", Decimal(1), 5, told_ms) for told_ms in (5, 6))
    assert [told.again(event) for event in (one, other, one)] == [False, False, True]
    told.forget()
    assert not told.again(one)
