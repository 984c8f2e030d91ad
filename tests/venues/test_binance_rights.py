"""What a key may do: only a literal yes or no counts, everything else reads as unknown (REQUIREMENTS G1)."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.connection import Connection, Hosts, LinkState
from connectors.model.ids import AccountId, Mode
from connectors.model.rights import KeyRights, unknown
from connectors.venues.binance.connector import BinanceConnector
from connectors.venues.binance.constants import DEFAULT_LIMITS
from connectors.venues.binance.endpoints import ENDPOINTS
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.rights import Restrictions, RightsReader, rights
from connectors.wire.limiter import Limiter
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.signers import HmacSigner
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.fixtures import endpoint
from support.scripted import CLOSE, Reply, Script, Scripted, answer, page, scripted_http

SIGNER = HmacSigner("SIMkey", b"secret")
FIELDS = {
    "enableSpotAndMarginTrading": "trade",
    "enableWithdrawals": "withdraw",
    "ipRestrict": "ip_restricted",
}
SAFE = {
    **dict.fromkeys(FIELDS, False),
    "enableInternalTransfer": False,
    "permitsUniversalTransfer": False,
    "ipRestrict": True,
}


def read(fields: dict[str, Any]) -> KeyRights:
    return rights(msgspec.json.decode(json.dumps(fields), type=Restrictions), 7)


def test_the_recorded_answer_is_read() -> None:
    recorded = endpoint("Spot", "Account", "GetAPIKeyPermissions")
    assert (recorded.method, recorded.path, recorded.signed) in {(e.method, e.path, e.signed) for e in ENDPOINTS}
    assert rights(msgspec.json.decode(recorded.answer, type=Restrictions), 7) == KeyRights(
        trade=False,
        withdraw=False,
        transfer=False,
        ip_restricted=False,
        source="/sapi/v1/account/apiRestrictions",
        time_ns=7,
    )


@pytest.mark.parametrize(("field", "name"), FIELDS.items())
@given(
    value=st.none()
    | st.booleans()
    | st.text(max_size=6)
    | st.integers()
    | st.sampled_from(["true", "false", [], {}, [False]])
)
def test_only_a_literal_true_or_false_says_anything(field: str, name: str, value: Any) -> None:
    told = getattr(read({**SAFE, field: value}), name)
    assert told is (value if isinstance(value, bool) else None)


@pytest.mark.parametrize("field", [*SAFE])
def test_a_field_that_is_missing_is_unknown(field: str) -> None:
    told = read({name: value for name, value in SAFE.items() if name != field})
    name = FIELDS.get(field, "transfer")
    assert getattr(told, name) is None


def test_one_way_to_transfer_is_enough_and_one_unknown_way_leaves_it_unknown() -> None:
    assert read({**SAFE, "permitsUniversalTransfer": True, "enableInternalTransfer": "?"}).transfer is True
    assert read({**SAFE, "permitsUniversalTransfer": "?"}).transfer is None


@asynccontextmanager
async def reader(script: Script, mode: Mode = Mode.LIVE) -> AsyncIterator[tuple[RightsReader, Scripted]]:
    clock = LoopClock()
    async with scripted_http(script) as server:
        rest = RestClient("binance", {Role.KEYED: Binding(server.origin)}, clock, client_context())
        limiter = Limiter("binance", clock, clock.time_ns)
        limiter.configure(DEFAULT_LIMITS)
        gate = Gate(rest, SIGNER, clock, random.Random(3), limiter, Skew())
        yield RightsReader(gate, mode, clock), server
        await limiter.close()
        await rest.close()


@pytest.mark.parametrize(
    "reply",
    [
        page(404),
        page(502),
        answer("{}", 500),
        answer('{"code":-2015,"msg":"no"}', 401),
        answer("[1]"),
        answer("{broken"),
        answer("true"),
        CLOSE,
    ],
)
async def test_an_answer_that_is_none_reads_as_unknown_and_is_no_failure(reply: Reply) -> None:
    async with reader(lambda _: reply) as (made, server):
        told = await made.ask()
        assert (told.trade, told.withdraw, told.transfer, told.ip_restricted) == (None, None, None, None)
        assert told.source
        assert not told.known
        assert len(server.requests) == 1


@pytest.mark.parametrize("mode", [Mode.TESTNET, Mode.DEMO])
async def test_where_there_is_no_such_address_nobody_is_asked(mode: Mode) -> None:
    async with reader(lambda _: answer(json.dumps(SAFE)), mode) as (made, server):
        told = await made.ask()
        assert told == unknown(f"binance does not tell in mode {mode}", told.time_ns)
        assert server.requests == []


async def test_a_venue_that_fails_later_leaves_the_last_answer_with_its_age() -> None:
    replies = [answer(json.dumps({**SAFE, "enableWithdrawals": True})), page(503)]
    async with reader(lambda _: replies.pop(0)) as (made, _server):
        first = await made.ask()
        again = await made.ask()
        assert (again.withdraw, again.time_ns) == (True, first.time_ns)
        assert "in vain" in again.source


@pytest.mark.parametrize("can_withdraw", [True, False])
async def test_what_the_account_may_says_nothing_of_the_key(can_withdraw: bool) -> None:
    account = {"canTrade": True, "canWithdraw": can_withdraw, "balances": []}

    def venue(request: bytes) -> Reply:
        path = request.split(b" ")[1].split(b"?")[0].decode()
        if path.startswith("/sapi"):
            return page(404)
        body = {"/api/v3/account": account, "/api/v3/time": {"serverTime": 1_893_553_445_000}}.get(path, {})
        return answer(json.dumps(body))

    async with scripted_http(venue) as server:
        here = str(server.origin)
        socket = here.replace("http", "ws")
        hosts = Hosts((here,), socket, socket)
        connection = Connection(AccountId(UUID(int=3)), "binance", "demo", Mode.SIM, hosts=hosts, keyed=True)
        connector = BinanceConnector(connection, SIGNER, LoopClock(), random.Random(1))
        await connector.connect()
        status = connector.status()
        assert status.state in {LinkState.LIVE, LinkState.SLOW}
        assert status.rights is not None
        assert status.rights.withdraw is None
        assert any("/sapi/v1/account/apiRestrictions?" in line for line in server.lines())
        await connector.close()


def test_no_call_of_this_room_moves_funds() -> None:
    words = " ".join(f"{call.operation} {call.path}" for call in ENDPOINTS).lower()
    assert "withdraw" not in words
    assert "transfer" not in words
    assert "/sapi/v1/account/apirestrictions" in words
