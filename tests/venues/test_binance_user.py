"""The user stream: signed subscription, a fresh timestamp after each cut, and every event as a fact."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from connectors.errors import Unauthorised
from connectors.model.fill import Fee
from connectors.model.ids import AccountId
from connectors.model.order import OrderReport, OrderStatus
from connectors.ports.venue import AccountEvent, AccountStreamDown, AccountStreamUp, BalanceUpdate, ExternalFlow
from connectors.venues.binance.account import BinanceAccount
from connectors.venues.binance.auth import socket_text
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.user import UserStream
from connectors.wire.dialogue import SocketHealth
from connectors.wire.limiter import Limit, Limiter
from connectors.wire.origins import Origin
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.signers import HmacSigner
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.heard import Heard
from support.scripted_socket import Peer, ScriptedSocket, Talk, scripted_socket

ACCOUNT = AccountId(UUID(int=9))
SIGNER = HmacSigner("SIMkey", b"secret")
NOBODY = Origin("http", "127.0.0.1", 1)


def execution(**changed: Any) -> dict[str, Any]:
    event = {
        "e": "executionReport", "E": 1, "s": "BTCUSDT", "c": "mine", "S": "BUY", "o": "LIMIT", "f": "GTC", "q": "2",
        "p": "100", "P": "0", "x": "NEW", "X": "NEW", "r": "NONE", "i": 5, "l": "0", "z": "0", "L": "0", "n": "0",
        "N": None, "T": 1_795_000_000_000, "t": -1, "C": "", "w": True, "m": False, "Z": "0", "Y": "0", "Q": "0",
    }  # fmt: skip
    return {"subscriptionId": 0, "event": {**event, **changed}}


async def granted(peer: Peer, **answer: Any) -> dict[str, Any]:
    frame: dict[str, Any] = await peer.next()
    await peer.say({"id": frame["id"], "status": 200, "result": {"subscriptionId": 0}, **answer})
    return frame


@asynccontextmanager
async def following(
    talk: Talk,
) -> AsyncIterator[tuple[UserStream, BinanceAccount, ScriptedSocket, Limiter, Heard[SocketHealth]]]:
    clock, rng, tls = LoopClock(), random.Random(2), client_context()
    health: Heard[SocketHealth] = Heard()
    async with scripted_socket(talk, "/ws-api/v3") as server:
        limiter = Limiter("binance", clock, clock.time_ns)
        limiter.configure([Limit("REQUEST_WEIGHT", "M", 1, 6000)])
        user = UserStream(
            server.origin,
            SIGNER,
            clock,
            rng,
            tls=tls,
            limiter=limiter,
            venue_ns=clock.time_ns,
            compare_clocks=lambda: None,
            on_health=health,
        )
        rest = RestClient("binance", {Role.KEYED: Binding(NOBODY)}, clock, tls)
        account = BinanceAccount(ACCOUNT, Gate(rest, SIGNER, clock, rng, limiter, Skew()), user, clock)
        yield user, account, server, limiter, health
        await user.close()
        await rest.close()


async def test_the_subscription_is_signed_over_its_sorted_parameters() -> None:
    async def talk(peer: Peer) -> None:
        await granted(
            peer,
            rateLimits=[
                {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000, "count": 321}
            ],
        )
        await peer.listen()

    heard: Heard[AccountEvent] = Heard()
    async with following(talk) as (user, account, server, limiter, _):
        await account.watch_account(heard)
        assert isinstance((await heard.count(1))[0], AccountStreamUp)
        assert user.up
        asked = server.peers[0].got[0]
        assert [use.used for use in limiter.uses()] == [321]
    assert asked["method"] == "userDataStream.subscribe.signature"
    params = asked["params"]
    signature = params.pop("signature")
    assert sorted(params) == ["apiKey", "recvWindow", "timestamp"]
    assert signature == SIGNER.sign(socket_text(params).encode())


async def test_after_a_cut_it_is_subscribed_with_a_fresh_timestamp_and_says_down_and_up() -> None:
    async def talk(peer: Peer) -> None:
        await granted(peer)
        await peer.listen()

    heard: Heard[AccountEvent] = Heard()
    async with following(talk) as (_user, account, server, _, _health):
        await account.watch_account(heard)
        await heard.count(1)
        server.peers[0].cut()
        await heard.count(3)
        stamps = [peer.got[0]["params"]["timestamp"] for peer in server.peers]
    assert [type(event) for event in heard.items[:3]] == [AccountStreamUp, AccountStreamDown, AccountStreamUp]
    assert stamps[0] < stamps[1]


async def say_everything(peer: Peer) -> None:
    """One event of each kind, and one of a kind that is of no use here."""
    position = {"e": "outboundAccountPosition", "E": 3, "u": 3, "B": [{"a": "BTC", "f": "1", "l": "0.5"}]}
    flow = {"e": "balanceUpdate", "E": 4, "a": "BTC", "d": "-0.25", "T": 4}
    traded = {"x": "TRADE", "X": "PARTIALLY_FILLED", "l": "1", "z": "1", "L": "99.5", "n": "0.001", "N": "BTC"}
    await granted(peer)
    await peer.say({"subscriptionId": 0, "event": {"e": "externalLockUpdate", "a": "BTC", "d": "1", "T": 4}})
    await peer.say(execution())
    await peer.say(execution(**traded, t=77, Z="99.5", Y="99.5", m=True))
    await peer.say(execution(x="CANCELED", X="CANCELED", c="cancel-7", C="mine", z="1", Z="99.5"))
    await peer.say(execution(X="FROZEN", x="THAWED", o="ICE", eR="MOON"))
    await peer.say({"subscriptionId": 0, "event": position})
    await peer.say({"subscriptionId": 0, "event": flow})
    await peer.listen()


async def test_every_event_is_a_fact_and_what_nobody_knows_is_passed_over() -> None:
    heard: Heard[AccountEvent] = Heard()
    async with following(say_everything) as (_user, account, _server, _, _health):
        await account.watch_account(heard)
        up, *reports, balances, flow = await heard.count(7)
    assert isinstance(up, AccountStreamUp)
    new, traded, cancelled, strange = (report for report in reports if isinstance(report, OrderReport))
    assert (new.status, new.fill, new.client_order_id) == (OrderStatus.OPEN, None, "mine")
    assert (traded.status, traded.filled, traded.cost) == (OrderStatus.PARTIALLY_FILLED, Decimal(1), Decimal("99.5"))
    fill = traded.fill
    assert fill is not None
    assert (fill.trade_id, fill.price, fill.quantity, fill.maker) == ("77", Decimal("99.5"), Decimal(1), True)
    assert fill.fee == Fee("BTC", Decimal("0.001"))
    assert (cancelled.client_order_id, cancelled.status) == ("mine", OrderStatus.CANCELED)
    assert (strange.status, strange.reason) == (OrderStatus.UNKNOWN, "MOON")
    assert isinstance(balances, BalanceUpdate)
    assert (balances.balances[0].free, balances.balances[0].locked) == (Decimal(1), Decimal("0.5"))
    assert flow == ExternalFlow("BTC", Decimal("-0.25"), 4_000_000)


async def test_a_key_that_is_refused_is_told_and_shown() -> None:
    async def talk(peer: Peer) -> None:
        frame = await peer.next()
        await peer.say({"id": frame["id"], "status": 401, "error": {"code": -2015, "msg": "Invalid API-key."}})
        await peer.listen()

    async with following(talk) as (user, account, _server, _, health):
        await account.watch_account(lambda _: None)
        state = await health.until(lambda state: not state.up and state.reason != "")
        assert "key" in state.reason
        assert isinstance(user.problem, Unauthorised)
        assert not user.up


@pytest.mark.scaled(20)
async def test_an_interface_that_no_longer_answers_is_left_although_the_socket_lives() -> None:
    async def talk(peer: Peer) -> None:
        await granted(peer)
        await peer.listen()

    heard: Heard[AccountEvent] = Heard()
    async with following(talk) as (_user, account, server, _, _health):
        await account.watch_account(heard)
        await heard.until(lambda event: isinstance(event, AccountStreamDown), seconds=400)
        assert [frame["method"] for frame in server.peers[0].got] == ["userDataStream.subscribe.signature", "ping"]


async def test_a_subscription_the_venue_ends_is_taken_out_again() -> None:
    async def talk(peer: Peer) -> None:
        await granted(peer)
        if peer.number == 1:
            await peer.say({"subscriptionId": 0, "event": {"e": "eventStreamTerminated", "E": 1}})
        await peer.listen()

    heard: Heard[AccountEvent] = Heard()
    async with following(talk) as (_user, account, server, _, _health):
        await account.watch_account(heard)
        await heard.count(3)
        assert len(server.peers) == 2


async def test_a_second_listener_is_told_at_once_that_the_stream_is_up() -> None:
    async def talk(peer: Peer) -> None:
        await granted(peer)
        await peer.listen()

    first: Heard[AccountEvent] = Heard()
    second: Heard[AccountEvent] = Heard()
    async with following(talk) as (_user, account, _server, _, _health):
        await account.watch_account(first)
        await first.count(1)
        subscription = await account.watch_account(second)
        assert isinstance(second.items[0], AccountStreamUp)
        await subscription.close()
        await subscription.close()
