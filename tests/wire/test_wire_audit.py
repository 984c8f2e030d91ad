"""What is taken down of an exchange with an account: one request, one answer, whatever happens, and never a key."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import TradedeskError
from connectors.model.audit import AuditFact, AuditKind
from connectors.model.ids import AccountId
from connectors.wire.audit import MOST_BYTES, REDACTED, Auditor
from connectors.wire.origins import Origin
from connectors.wire.rest import Binding, Call, RestClient, Role
from connectors.wire.tls import client_context
from support.clock import FakeClock, LoopClock
from support.scripted import CLOSE, HOLD, Reply, Script, answer, scripted_http

ACCOUNT = AccountId(UUID(int=7))
KEY = "CanaryApiKey0123456789"
SECRET = "0f" * 32
CREATE = Call(
    "order.place",
    "POST",
    "/api/v3/order",
    body=f"symbol=BTCUSDT&quantity=0.010&newClientOrderId=td-1&timestamp=17&signature={SECRET}",
    role=Role.KEYED,
    idempotent=False,
    client_order_id="td-1",
)
READ = Call("balances", "GET", "/api/v3/account", query=f"timestamp=17&signature={SECRET}", role=Role.KEYED)


class Trail:
    """An audit trail that is a list."""

    def __init__(self) -> None:
        self.facts: list[AuditFact] = []
        self.written: set[str] = set()

    def record(self, fact: AuditFact) -> None:
        self.facts.append(fact)

    def committed(self, account: AccountId, client_order_id: str, operation: str) -> bool:
        assert account == ACCOUNT
        there = client_order_id in self.written
        self.written.discard(client_order_id)
        return there

    def details(self) -> list[dict[str, Any]]:
        return [json.loads(fact.detail) for fact in self.facts]

    def kinds(self) -> list[tuple[AuditKind, str]]:
        return [(fact.kind, fact.outcome) for fact in self.facts]


@asynccontextmanager
async def venue(script: Script, trail: Trail) -> AsyncIterator[RestClient]:
    async with scripted_http(script) as server:
        made = RestClient("binance", _bindings(server.origin), LoopClock(), client_context(), _auditor(trail))
        yield made
        await made.close()


def _auditor(trail: Trail) -> Auditor:
    return Auditor(trail, ACCOUNT, FakeClock(), (KEY,))


def _bindings(origin: Origin) -> dict[Role, Binding]:
    return {Role.KEYED: Binding(origin, {"X-MBX-APIKEY": KEY}), Role.PUBLIC: Binding(origin)}


async def test_a_create_is_taken_down_whole_without_key_and_signature() -> None:
    trail = Trail()
    reply = f'{{"orderId":28,"clientOrderId":"td-1","price":"61804.10","apiKey":"{KEY}","seen":"signature={SECRET}"}}'
    async with venue(lambda _: answer(reply), trail) as rest:
        await rest.send(CREATE)
    assert trail.kinds() == [(AuditKind.REQUEST, "SENT"), (AuditKind.ANSWER, "200")]
    assert {(fact.operation, fact.connection, fact.client_order_id) for fact in trail.facts} == {
        ("order.place", ACCOUNT, "td-1")
    }
    asked, answered = trail.details()
    wanted = {"symbol": "BTCUSDT", "quantity": "0.010", "newClientOrderId": "td-1", "timestamp": "17"}
    assert asked == {"sent": "POST /api/v3/order", "params": wanted}
    assert answered["body"] == {
        "orderId": 28, "clientOrderId": "td-1", "price": "61804.10", "apiKey": REDACTED, "seen": f"signature={REDACTED}"
    }  # fmt: skip


async def test_a_request_that_was_written_with_its_intent_is_not_written_again_but_a_second_send_is() -> None:
    trail = Trail()
    trail.written.add("td-1")
    async with venue(lambda _: answer("{}"), trail) as rest:
        await rest.send(CREATE)
        await rest.send(CREATE)
    assert [kind for kind, _ in trail.kinds()] == [AuditKind.ANSWER, AuditKind.REQUEST, AuditKind.ANSWER]
    first, _, second = trail.details()
    assert first["params"]["newClientOrderId"] == "td-1", "what was sent stands in the answer's row"
    assert "params" not in second


async def test_a_read_is_taken_down_by_its_digest() -> None:
    trail = Trail()
    body = '{"balances":[{"asset":"BTC","free":"1.5"}]}'
    async with venue(lambda _: answer(body), trail) as rest:
        await rest.send(READ)
    asked, answered = trail.details()
    digest = hashlib.sha256(b'{"timestamp":"17"}').hexdigest()
    assert asked == {"sent": "GET /api/v3/account", "digest": digest}
    assert answered == {"status": 200, "bytes": len(body), "digest": hashlib.sha256(body.encode()).hexdigest()}


async def test_a_refused_read_keeps_the_venues_words() -> None:
    trail = Trail()
    async with venue(lambda _: answer('{"code":-2015,"msg":"Invalid API-key"}', 401), trail) as rest:
        await rest.send(READ)
    assert trail.kinds()[-1] == (AuditKind.ANSWER, "401")
    assert trail.details()[-1]["body"] == {"code": -2015, "msg": "Invalid API-key"}


async def test_what_carries_no_key_is_not_taken_down() -> None:
    trail = Trail()
    async with venue(lambda _: answer("{}"), trail) as rest:
        await rest.send(Call("time", "GET", "/api/v3/time"))
    assert trail.facts == []


@pytest.mark.parametrize(("script", "outcome"), [(lambda _: CLOSE, "LOST"), (lambda _: HOLD, "LOST")])
async def test_an_answer_that_never_came_ends_the_exchange(script: Script, outcome: str) -> None:
    trail = Trail()
    async with venue(script, trail) as rest:
        with pytest.raises(TradedeskError):
            await rest.send(CREATE, total_s=0.2)
    assert trail.kinds() == [(AuditKind.REQUEST, "SENT"), (AuditKind.ANSWER, outcome)]


async def test_what_never_left_says_so() -> None:
    trail = Trail()
    async with scripted_http(lambda _: answer("{}")) as server:
        gone = server.origin
    rest = RestClient("binance", _bindings(gone), LoopClock(), client_context(), _auditor(trail))
    with pytest.raises(TradedeskError):
        await rest.send(CREATE)
    await rest.close()
    assert trail.kinds() == [(AuditKind.REQUEST, "SENT"), (AuditKind.ANSWER, "NOT_SENT")]


async def test_an_exchange_that_is_cut_short_ends_too() -> None:
    trail = Trail()
    asked = asyncio.Event()

    def hold(_request: bytes) -> Reply:
        asked.set()
        return HOLD

    async with venue(hold, trail) as rest:
        under_way = asyncio.create_task(rest.send(CREATE))
        await asked.wait()
        under_way.cancel()
        await asyncio.wait({under_way})
    assert [kind for kind, _ in trail.kinds()] == [AuditKind.REQUEST, AuditKind.ANSWER]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"\xff",
        b'"\\ud800"',
        b"[" * 100_000,
        b'{"a":1e9999999999999999999}',
        b"[1" + b",1" * MOST_BYTES + b"]",
    ],
    ids=["page", "no text", "half a letter", "deep", "huge number", "long"],
)
def test_a_body_that_cannot_be_kept_is_kept_by_its_digest(body: bytes) -> None:
    trail = Trail()
    _auditor(trail).asked("order.place", "POST /x", "", changes=True).answered(200, body)
    told = trail.details()[-1]
    assert told == {"status": 200, "bytes": len(body), "digest": hashlib.sha256(body).hexdigest()}


SHAPES: dict[str, Callable[[str], object]] = {
    "a name": lambda secret: {"secret": secret, "apiKey": secret, "listenKey": secret, "X-MBX-APIKEY": secret},
    "assigned": lambda secret: [f"signature={secret}&x=1", f"apiKey: {secret}", f'{{"token":"{secret}"}}'],
    "deep": lambda secret: {"a": [{"b": {"passphrase": secret}}]},
}


@given(secret=st.text("abcdefghXYZ0123456789", min_size=12, max_size=40), shape=st.sampled_from(sorted(SHAPES)))
def test_no_secret_stands_in_a_detail(secret: str, shape: str) -> None:
    trail = Trail()
    body = json.dumps(SHAPES[shape](f"canary{secret}")).encode()
    _auditor(trail).asked("x", "POST /x", f"signature=canary{secret}&a=b", changes=True).answered(200, body)
    _auditor(trail).asked("x", "GET /x", {"apiKey": f"canary{secret}"}, changes=False).answered(401, body)
    assert trail.facts
    assert not any(b"canary" in fact.detail for fact in trail.facts)


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"the key {KEY} is wrong",
        "a" * 64,
        "eyJhbGciOi.eyJzdWIi.c2ln",
        "TDR1-M2GT-58X4",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQ",
    ],
)
def test_what_looks_like_a_key_is_not_kept_whatever_its_name(text: str) -> None:
    trail = Trail()
    _auditor(trail).asked("x", "POST /x", {"note": text}, changes=True).answered(
        400, json.dumps({"msg": text}).encode()
    )
    for told in trail.details():
        assert REDACTED in json.dumps(told)
        assert text not in json.dumps(told)
