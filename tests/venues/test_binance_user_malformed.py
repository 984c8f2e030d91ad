"""P10 for the user stream: what cannot be read is `Malformed`, is told, and takes neither socket nor event along."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Malformed
from connectors.model.ids import AccountId
from connectors.model.order import OrderReport, OrderStatus, OrderType, SelfTradePrevention, TimeInForce
from connectors.model.order_list import ListKind, ListStatus, OrderListReport
from connectors.ports.account import AccountEvent, AccountStreamUp
from connectors.venues.binance import frames
from connectors.venues.binance.account import BinanceAccount, fact
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.user import UserStream
from connectors.wire.limiter import Limiter
from connectors.wire.origins import Origin
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.signers import HmacSigner
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.heard import Heard
from support.scripted_socket import Peer, scripted_socket

ACCOUNT = AccountId(UUID(int=9))
SIGNER = HmacSigner("SIMkey", b"secret")
NOBODY = Origin("http", "127.0.0.1", 1)
TLS = client_context()

ORDER: dict[str, Any] = {
    "e": "executionReport", "E": 1, "s": "BTCUSDT", "c": "mine", "S": "BUY", "o": "LIMIT", "f": "GTC", "q": "2",
    "p": "100", "P": "0", "F": "0", "g": -1, "x": "TRADE", "X": "PARTIALLY_FILLED", "r": "NONE", "i": 5, "l": "1",
    "z": "1", "L": "99.5", "n": "0.001", "N": "BTC", "T": 1_795_000_000_000, "t": 77, "C": "", "w": True, "m": True,
    "Z": "99.5", "Y": "99.5", "Q": "0", "V": "EXPIRE_MAKER", "eR": "NONE", "d": 40, "D": 1_794_000_000_000, "A": "0",
}  # fmt: skip
LIST: dict[str, Any] = {
    "e": "listStatus", "E": 1, "s": "BTCUSDT", "g": 2, "c": "OCO", "l": "EXEC_STARTED", "L": "EXECUTING", "r": "NONE",
    "C": "list", "T": 5, "O": [{"s": "BTCUSDT", "i": 17, "c": "a"}, {"s": "BTCUSDT", "i": 18, "c": "b"}],
}  # fmt: skip
POSITION = {"e": "outboundAccountPosition", "E": 3, "u": 3, "B": [{"a": "BTC", "f": "1", "l": "0.5"}]}
FLOW = {"e": "balanceUpdate", "E": 4, "a": "BTC", "d": "-0.25", "T": 4}
EVENTS: tuple[dict[str, Any], ...] = (ORDER, LIST, POSITION, FLOW)
STRANGE: tuple[Any, ...] = (
    None, True, [], {}, [1], {"a": None}, "NaN", "Infinity", "1e999999999999", "", "x", "-1", 1.5, 2**70, -(2**70),
)  # fmt: skip
"""Values that belong nowhere, or not everywhere."""
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


def framed(event: dict[str, Any]) -> bytes:
    return json.dumps({"subscriptionId": 0, "event": event}).encode()


class Stays:
    """A socket that only notes whether somebody wants to be rid of it."""

    def __init__(self) -> None:
        self.left = 0

    def replace(self) -> None:
        self.left += 1

    renew = replace


def stream() -> tuple[UserStream, Stays, list[AccountEvent], list[Malformed]]:
    """A user stream on no loop: frames go straight in."""
    clock, rng = LoopClock(), random.Random(3)
    limiter = Limiter("binance", clock, clock.time_ns)
    user = UserStream(
        NOBODY, SIGNER, clock, rng, tls=TLS, limiter=limiter, venue_ns=clock.time_ns, compare_clocks=lambda: None,
        on_health=lambda _: None,
    )  # fmt: skip
    stays, told, problems = Stays(), list[AccountEvent](), list[Malformed]()
    user.socket = stays  # type: ignore[assignment]

    def take(event: frames.UserEvent) -> None:
        known = fact(event, ACCOUNT)
        if known is not None:
            told.append(known)

    user.on_event.append(take)
    user.on_malformed.append(problems.append)
    return user, stays, told, problems


def numbers(value: Any) -> list[Decimal]:
    """Every number in a fact."""
    if isinstance(value, Decimal):
        return [value]
    if isinstance(value, tuple):
        return [number for each in value for number in numbers(each)]
    inside = getattr(value, "__dataclass_fields__", {})
    return [number for name in inside for number in numbers(getattr(value, name))]


@given(event=st.sampled_from(EVENTS), cut=st.integers(0, 400))
def test_a_truncated_frame_is_malformed_and_the_connection_stays(event: dict[str, Any], cut: int) -> None:
    user, stays, told, problems = stream()
    whole = framed(event)
    user.frame(whole[: min(cut, len(whole) - 1)], 0)
    assert (len(problems), told, stays.left) == (1, [], 0)
    assert (problems[0].venue, problems[0].operation) == ("binance", "account.watch")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["e"])
def test_a_field_of_another_kind_is_read_rightly_or_malformed_and_never_silent(event: dict[str, Any]) -> None:
    read = 0
    for name, value in ((name, value) for name in event if name != "e" for value in STRANGE):
        user, stays, told, problems = stream()
        user.frame(framed({**event, name: value}), 0)
        assert (len(told) + len(problems), stays.left) == (1, 0), (name, value)
        assert all(number.is_finite() for number in numbers(tuple(told)))
        read += len(told)
    assert 0 < read < len(STRANGE) * (len(event) - 1) / 2


@pytest.mark.parametrize("name", ["q", "z", "Z", "l", "L", "p", "P", "F", "n", "A", "Y", "Q"])
@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_a_number_that_is_none_is_malformed(name: str, value: str) -> None:
    user, _, told, problems = stream()
    user.frame(framed({**ORDER, name: value}), 0)
    assert (told, len(problems)) == ([], 1)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["e"])
def test_a_field_that_is_missing_has_a_default_or_is_malformed(event: dict[str, Any]) -> None:
    for gone in event.keys() - {"e"}:
        user, stays, told, problems = stream()
        user.frame(framed({key: value for key, value in event.items() if key != gone}), 0)
        assert (len(told) + len(problems), stays.left) == (1, 0), gone


@pytest.mark.parametrize(
    "data",
    [
        PAGE,
        b"",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"{}",
        b'{"event":{}}',
        b'{"event":[]}',
        b"\xff\xfe{",
        b'{"event":{"e":5}}',
    ],
)
def test_what_is_no_frame_at_all_is_malformed(data: bytes) -> None:
    user, stays, told, problems = stream()
    user.frame(data, 0)
    assert (len(problems), told, stays.left) == (1, [], 0)


@given(word=st.text(st.characters(categories=["Lu"]), min_size=1, max_size=12).map(lambda word: f"NEW_{word}"))
def test_a_word_added_later_is_unknown_and_no_failure(word: str) -> None:
    user, _, told, problems = stream()
    user.frame(framed({**ORDER, "x": word, "X": word, "o": word, "f": word, "V": word, "eR": word, "r": "NONE"}), 0)
    user.frame(framed({**LIST, "c": word, "L": word, "l": word}), 0)
    assert problems == []
    report, listed = told
    assert isinstance(report, OrderReport)
    assert (report.status, report.type, report.time_in_force, report.self_trade_prevention, report.reason) == (
        OrderStatus.UNKNOWN,
        OrderType.UNKNOWN,
        TimeInForce.UNKNOWN,
        SelfTradePrevention.UNKNOWN,
        word,
    )
    assert isinstance(listed, OrderListReport)
    assert (listed.kind, listed.status) == (ListKind.UNKNOWN, ListStatus.UNKNOWN)


def test_an_event_of_a_kind_added_later_is_passed_over_quietly() -> None:
    user, stays, told, problems = stream()
    user.frame(framed({"e": "futureThing", "E": 1, "anything": [None]}), 0)
    assert (told, problems, stays.left) == ([], [], 0)


@asynccontextmanager
async def following(*said: object) -> AsyncIterator[tuple[Heard[AccountEvent], Any]]:
    async def talk(peer: Peer) -> None:
        frame = await peer.next()
        await peer.say({"id": frame["id"], "status": 200, "result": {"subscriptionId": 0}})
        for each in said:
            await peer.say(each)
        await peer.listen()

    clock, rng = LoopClock(), random.Random(2)
    heard: Heard[AccountEvent] = Heard()
    async with scripted_socket(talk, "/ws-api/v3") as server:
        limiter = Limiter("binance", clock, clock.time_ns)
        user = UserStream(
            server.origin, SIGNER, clock, rng, tls=TLS, limiter=limiter, venue_ns=clock.time_ns,
            compare_clocks=lambda: None, on_health=lambda _: None,
        )  # fmt: skip
        rest = RestClient("binance", {Role.KEYED: Binding(NOBODY)}, clock, TLS)
        account = BinanceAccount(ACCOUNT, Gate(rest, SIGNER, clock, rng, limiter, Skew()), user, clock)
        await account.watch_account(heard)
        yield heard, server
        await user.close()
        await rest.close()


async def test_after_an_unreadable_frame_the_account_is_to_be_asked_and_the_same_socket_goes_on() -> None:
    broken = framed({**ORDER, "z": None}).decode()
    async with following(PAGE.decode(), broken, json.loads(framed(ORDER))) as (heard, server):
        told = await heard.count(4)
        assert len(server.peers) == 1
    assert [type(event) for event in told] == [AccountStreamUp, AccountStreamUp, AccountStreamUp, OrderReport]
