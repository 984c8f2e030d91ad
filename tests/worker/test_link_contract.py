"""What a client may rely on, on both transports."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
import uuid6

from connectors.errors import Refused, WorkerGone
from connectors.model.connection import Connection
from connectors.model.ids import AccountId, InstrumentId, Mode, OrderId, Product
from connectors.model.order import OrderType, Side
from connectors.worker import api
from connectors.worker.codec import Kind, decode, encode
from connectors.worker.lanes import RING_HELD
from connectors.worker.link import LinkClient, connect_socket
from connectors.worker.wires import SocketWire, memory_pair
from worker.house import TRANSPORTS, WorkerHouse, a_worker, until

BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
KEYLESS = Connection(AccountId(uuid6.uuid7()), "binance", "b", Mode.LIVE)


@pytest.fixture
async def house(home: Path) -> AsyncIterator[WorkerHouse]:
    async with a_worker(home) as made:
        yield made


@pytest.fixture(params=TRANSPORTS)
async def link(house: WorkerHouse, request: pytest.FixtureRequest) -> LinkClient:
    return await house.join(request.param)


def alert(number: int) -> api.AlertRaised:
    return api.AlertRaised(api.Alert(number, api.AlertLevel.INFO, f"alert {number}"))


async def numbered(link: LinkClient, count: int) -> list[api.Numbered]:
    found: list[api.Numbered] = []
    async with asyncio.timeout(20):
        async for push in link.events():
            if isinstance(push, api.Numbered):
                found.append(push)
            if len(found) == count:
                break
    return found


async def test_a_client_that_says_hello_is_welcome_and_one_of_another_protocol_is_told_what_to_do(
    house: WorkerHouse,
) -> None:
    for transport in TRANSPORTS:
        link = await house.join(transport, greet=False)
        early = await link.request(api.ListConnections())
        assert isinstance(early, api.Failure)
        assert early.kind is api.FailureKind.REFUSED
        old = await link.request(api.Hello("old", protocol=api.PROTOCOL + 1))
        assert isinstance(old, api.Failure)
        assert "protocol" in old.sentence
        assert isinstance(await link.request(api.ListConnections()), api.Failure)
        welcome = await link.request(api.Hello("new"))
        assert isinstance(welcome, api.Welcome)
        assert welcome.worker_pid == os.getpid()


async def test_replies_come_to_whoever_asked_however_many_wait(link: LinkClient) -> None:
    replies = await asyncio.gather(*(link.request(api.GetPositions()) for _ in range(300)))
    assert replies == [api.Positions(())] * 300


async def test_what_is_begun_is_on_its_way_before_the_loop_turns_and_is_answered(link: LinkClient) -> None:
    begun = [link.begin(api.GetPositions()) for _ in range(20)]
    assert await asyncio.gather(*begun) == [api.Positions(())] * 20


async def test_a_begun_command_has_left_when_begin_returns() -> None:
    near, far = memory_pair()
    link = LinkClient(near)
    begun = link.begin(api.GetPositions())
    with pytest.raises(StopIteration) as read:
        # One step and no turn of the loop: what is not there yet would make it wait.
        far.read().send(None)
    assert decode(read.value.value).value == api.GetPositions()
    await link.close()
    with pytest.raises(WorkerGone):
        await begun


async def test_connections_are_registered_listed_and_forgotten(link: LinkClient) -> None:
    assert await link.request(api.AddConnection(KEYLESS)) == api.Done()
    listed = await link.request(api.ListConnections())
    assert isinstance(listed, api.ConnectionList)
    assert [connection.label for connection in listed.connections] == ["b"]
    assert listed.statuses == ()
    taken = await link.request(api.AddConnection(Connection(AccountId(uuid6.uuid7()), "binance", "b", Mode.LIVE)))
    assert isinstance(taken, api.Failure)
    assert taken.kind is api.FailureKind.REFUSED
    assert await link.request(api.RemoveConnection(KEYLESS.account)) == api.Done()
    assert await link.request(api.ListConnections()) == api.ConnectionList((), ())


async def test_a_keyless_connection_takes_no_order_and_a_keyed_one_is_not_registered(link: LinkClient) -> None:
    keyed = Connection(AccountId(uuid6.uuid7()), "binance", "k", Mode.LIVE, keyed=True)
    refused = await link.request(api.AddConnection(keyed))
    assert isinstance(refused, api.Failure)
    assert "vault" in refused.sentence
    await link.request(api.AddConnection(KEYLESS))
    order = api.PlaceOrder(
        OrderId(uuid6.uuid7()), KEYLESS.account, BTC, Side.BUY, OrderType.MARKET, quantity=Decimal(1)
    )
    answer = await link.request(order)
    assert isinstance(answer, api.Failure)
    assert "market data only" in answer.sentence
    assert await link.request(api.GetOrders()) == api.Orders(())


async def test_a_command_about_an_unknown_connection_or_order_fails_with_a_sentence(link: LinkClient) -> None:
    nobody = AccountId(UUID(int=9))
    for command in (
        api.GetTicker(nobody, "BTCUSDT"),
        api.OpenPane(1, nobody, "BTCUSDT", api.PaneKind.BOOK),
        api.Watch(1, nobody, "BTCUSDT", api.PaneKind.BOOK),
        api.GetBalances(nobody),
        api.TestConnection(nobody),
        api.Reconcile(nobody),
        api.RemoveConnection(nobody),
        api.CancelOrder(OrderId(UUID(int=9))),
    ):
        answer = await link.request(command)
        assert isinstance(answer, api.Failure), command
        assert answer.sentence.endswith(".")
    assert await link.request(api.CancelOrders()) == api.Canceling(0)
    assert await link.request(api.ClosePane(5)) == api.Done()
    assert await link.request(api.Unwatch(5)) == api.Done()


async def test_numbered_events_follow_the_picture_without_a_hole(house: WorkerHouse, link: LinkClient) -> None:
    house.worker.publish(alert(0))
    picture = await link.request(api.Attach())
    assert isinstance(picture, api.Picture)
    assert [kept.time_ns for kept in picture.alerts] == [0]
    for number in range(1, 501):
        house.worker.publish(alert(number))
    events = await numbered(link, 500)
    assert [event.number for event in events] == list(range(picture.number + 1, picture.number + 501))
    assert [event.event for event in events] == [alert(number) for number in range(1, 501)]


async def test_a_client_that_fell_behind_gets_a_fresh_picture_and_then_only_what_is_newer(
    house: WorkerHouse, link: LinkClient
) -> None:
    await link.request(api.Attach())
    for number in range(RING_HELD + 10):
        house.worker.publish(alert(number))
    pushes = []
    async with asyncio.timeout(20):
        async for push in link.events():
            pushes.append(push)
            if isinstance(push, api.Picture):
                break
    picture = pushes[-1]
    assert isinstance(picture, api.Picture)
    assert picture.number == RING_HELD + 10
    house.worker.publish(alert(-1))
    (newest,) = await numbered(link, 1)
    assert newest.number == RING_HELD + 11


async def test_halted_is_told_to_every_client_and_survives_the_worker(home: Path) -> None:
    async with a_worker(home) as house:
        one, other = await house.join("memory"), await house.join("socket")
        await other.request(api.Attach())
        assert await one.request(api.SetTrading(api.TradingState.HALTED)) == api.Done()
        (told,) = await numbered(other, 1)
        assert isinstance(told.event, api.TradingChanged)
        assert told.event.state is api.TradingState.HALTED
    async with a_worker(home) as house:
        picture = await (await house.join("socket")).request(api.Attach())
        assert isinstance(picture, api.Picture)
        assert picture.trading is api.TradingState.HALTED


async def test_events_go_to_a_callback_once_one_is_set_the_waiting_ones_first(
    house: WorkerHouse, link: LinkClient
) -> None:
    await link.request(api.Attach())
    house.worker.publish(alert(1))
    await link.request(api.GetPositions())
    heard: list[object] = []
    link.on_event = heard.append
    house.worker.publish(alert(2))
    await until(lambda: len(heard) == 2)
    assert [push.event for push in heard if isinstance(push, api.Numbered)] == [alert(1), alert(2)]


async def test_a_request_fails_with_worker_gone_when_the_link_dies_and_so_does_every_later_one(home: Path) -> None:
    async with a_worker(home) as house:
        links = [await house.join(transport) for transport in TRANSPORTS]
    for link in links:
        await asyncio.wait_for(link.closed(), 60)
        with pytest.raises(WorkerGone):
            await link.request(api.GetPositions())
        with pytest.raises(WorkerGone):
            await link.begin(api.GetPositions())
        assert not link.is_open


async def test_a_slow_reader_holds_up_nobody(house: WorkerHouse) -> None:
    reader, writer = await asyncio.open_unix_connection(house.socket)
    slow = SocketWire(reader, writer)
    await slow.write(encode(Kind.REQUEST, 1, api.Hello("slow")))
    await slow.write(encode(Kind.REQUEST, 2, api.Attach()))
    reader._transport.pause_reading()  # type: ignore[attr-defined]  # noqa: SLF001 - a client that hangs
    quick = await house.join("socket")
    await quick.request(api.Attach())
    for number in range(30_000):
        house.worker.publish(api.AlertRaised(api.Alert(number, api.AlertLevel.INFO, "x" * 500)))
        if not number % 1_000:
            await numbered(quick, 1)
    assert isinstance(await asyncio.wait_for(quick.request(api.GetPositions()), 10), api.Positions)
    await slow.close()


async def test_nobody_listens_on_a_path_is_told_as_worker_gone(short_tmp: Path) -> None:
    with pytest.raises(WorkerGone, match="No connector worker answers"):
        await connect_socket(short_tmp / "nobody.sock")


async def test_garbage_on_the_socket_costs_its_sender_the_link_and_nobody_else_anything(house: WorkerHouse) -> None:
    quiet = await house.join("socket")
    for garbage in (
        b"\x00\x00\x00\x03abc",
        b"\xff\xff\xff\xff",
        encode(Kind.PUSH, 0, alert_push()),
        b"GET / HTTP/1.1\r\n\r\n",
    ):
        reader, writer = await asyncio.open_unix_connection(house.socket)
        writer.write(garbage)
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()
    assert isinstance(await quick_positions(quiet), api.Positions)


def alert_push() -> api.Numbered:
    return api.Numbered(1, alert(1))


async def quick_positions(link: LinkClient) -> api.Result:
    return await asyncio.wait_for(link.request(api.GetPositions()), 60)


async def test_a_peer_of_another_user_is_refused(house: WorkerHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    link = await connect_socket(house.socket)
    with pytest.raises(WorkerGone):
        await asyncio.wait_for(link.request(api.Hello("stranger")), 60)


def test_the_socket_lies_where_only_its_user_can_open_it(home: Path) -> None:
    async def look() -> int:
        async with a_worker(home) as house:
            return house.socket.stat().st_mode & 0o777

    assert asyncio.run(look()) == 0o600


async def test_only_a_simulated_exchange_can_be_attached(link: LinkClient) -> None:
    live = Connection(AccountId(uuid6.uuid7()), "binance", "demo", Mode.LIVE)
    refused = await link.attach_embedded(live, "key", "secret")
    assert isinstance(refused, api.Failure)
    assert refused.kind is api.FailureKind.REFUSED
    assert await link.request(api.ListConnections()) == api.ConnectionList((), ())
    assert Refused.__name__ == refused.kind.value
