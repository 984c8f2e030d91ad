"""T11: a key goes to the hosts it was saved for, whatever proxies, redirects and names say (SECURITY-SPEC §11)."""

from __future__ import annotations

import ast
import random
import re
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve

from architecture.checkers.source import ROOT
from connectors.errors import Refused, TradedeskError
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Mode
from connectors.venues.binance.constants import DEFAULT_LIMITS
from connectors.venues.binance.endpoints import ENDPOINTS
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.places import bind
from connectors.venues.binance.user import UserStream
from connectors.wire.dialogue import SocketHealth
from connectors.wire.hosts import HostClient
from connectors.wire.limiter import Limiter, Priority
from connectors.wire.origins import Origin
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.signers import HmacSigner
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.heard import Heard
from support.scripted import Scripted, answer, scripted_http

KEY = "CANARYkeyT11"
SIGNER = HmacSigner(KEY, b"secret")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY", "SOCKS_PROXY")
KEYED = [endpoint for endpoint in ENDPOINTS if endpoint.signed]
ROUTES = st.lists(st.sampled_from(PROXIES), unique=True, min_size=1)


def send_elsewhere(patch: pytest.MonkeyPatch, names: list[str], other: int, folder: Path) -> None:
    """Whatever the environment can say of where requests go, says the other place."""
    for name in names:
        for spelling in (name, name.lower()):
            patch.setenv(spelling, f"http://user:word@127.0.0.1:{other}")
    patch.setenv("NO_PROXY", "")
    netrc = folder / "netrc"
    netrc.write_text(f"default login {KEY} password {KEY}\n")
    netrc.chmod(0o600)
    patch.setenv("NETRC", str(netrc))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate])
@given(
    names=ROUTES,
    status=st.sampled_from([200, 301, 302, 303, 307, 308, 401, 407, 502]),
    endpoint=st.sampled_from(KEYED),
    scheme=st.sampled_from(["http", "https"]),
)
async def test_no_proxy_and_no_redirect_takes_a_signed_request_elsewhere(
    tmp_path: Path, names: list[str], status: int, endpoint: object, scheme: str
) -> None:
    asked = next(one for one in KEYED if one is endpoint)
    async with scripted_http(lambda _: answer("{}")) as elsewhere:
        location = f"Location: {scheme}://127.0.0.1:{elsewhere.origin.port}/api/v3/order"
        with pytest.MonkeyPatch.context() as patch:
            send_elsewhere(patch, names, elsewhere.origin.port, tmp_path)
            async with scripted_http(
                lambda _: answer("{}", status, location, f"Proxy-Authenticate: Basic realm={status}")
            ) as bound:
                await ask(bound, asked)
        assert bound.requests, "it went where it belongs"
        assert KEY.encode() in bound.requests[0]
        assert (elsewhere.requests, elsewhere.connections) == ([], 0)


async def ask(bound: Scripted, endpoint: object) -> None:
    """One signed call by the connector's own way."""
    clock = LoopClock()
    rest = RestClient("binance", {Role.KEYED: Binding(bound.origin, {"X-MBX-APIKEY": KEY})}, clock, client_context())
    limiter = Limiter("binance", clock, clock.time_ns)
    limiter.configure(DEFAULT_LIMITS)
    gate = Gate(HostClient([bound.origin], lambda _: rest, clock), SIGNER, clock, random.Random(1), limiter, Skew())
    found = next(one for one in KEYED if one is endpoint)
    try:
        await gate.ask(found, {"symbol": "BTCUSDT"}, priority=Priority.CANCEL, attempts=1)
    except TradedeskError as problem:
        assert KEY not in str(problem)
    await limiter.close()
    await rest.close()


async def test_no_proxy_takes_a_login_on_a_socket_elsewhere(tmp_path: Path) -> None:
    reached: Heard[str] = Heard()

    async def hear(connection: ServerConnection) -> None:
        reached(str(await connection.recv()))

    async with scripted_http(lambda _: answer("{}")) as elsewhere, serve(hear, "127.0.0.1", 0) as bound:
        with pytest.MonkeyPatch.context() as patch:
            send_elsewhere(patch, list(PROXIES), elsewhere.origin.port, tmp_path)
            clock = LoopClock()
            health: Heard[SocketHealth] = Heard()
            port = next(iter(bound.sockets)).getsockname()[1]
            user = UserStream(
                Origin("ws", "127.0.0.1", port, "/ws-api/v3"),
                SIGNER,
                clock,
                random.Random(2),
                tls=client_context(),
                limiter=Limiter("binance", clock, clock.time_ns),
                venue_ns=clock.time_ns,
                compare_clocks=lambda: None,
                on_health=health,
            )
            user.start()
            login = await reached.until(lambda text: KEY in text)
            await user.close()
        assert "signature" in login
        assert elsewhere.connections == 0


def keyed(mode: Mode, rest: str, stream: str, ws_api: str) -> Connection:
    """A registration with these hosts."""
    hosts = Hosts((rest,), stream, ws_api)
    return Connection(AccountId(UUID(int=1)), "binance", "mine", mode, hosts=hosts, keyed=True)


@pytest.mark.parametrize("mode", [Mode.SIM, Mode.TESTNET])
@pytest.mark.parametrize("host", ["127.0.0.1:9", "[::1]:9", "127.9.9.9:9"])
def test_plain_text_carries_a_key_to_a_literal_of_this_machine_in_sim_and_testnet(mode: Mode, host: str) -> None:
    assert bind(keyed(mode, f"http://{host}", f"ws://{host}", f"ws://{host}"), keyed=True).rest[0].plain


@pytest.mark.parametrize(
    ("mode", "host"),
    [
        (Mode.SIM, "localhost:9"),
        (Mode.TESTNET, "localhost:9"),
        (Mode.DEMO, "127.0.0.1:9"),
        (Mode.PAPER, "127.0.0.1:9"),
        (Mode.LIVE, "127.0.0.1:9"),
    ],
)
def test_plain_text_carries_no_key_anywhere_else(mode: Mode, host: str) -> None:
    """A name is looked up by others: what ``localhost`` means is not ours to say."""
    with pytest.raises(Refused, match="mine: "):
        bind(keyed(mode, f"http://{host}", f"ws://{host}", f"ws://{host}"), keyed=True)


MOVES_FUNDS = re.compile(r"withdraw|transfer", re.IGNORECASE)
SAYS_WHAT_A_KEY_MAY = {"/sapi/v1/account/apiRestrictions"}


def paths(text: str) -> set[str]:
    """Everything in a source that looks like an address's path."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("/"):
            found.add(node.value)
    return found


def test_no_room_of_a_venue_has_a_path_that_moves_funds() -> None:
    """T11c, over every venue there is or will be."""
    rooms = sorted((ROOT / "connectors" / "venues").rglob("*.py"))
    found = {(path.name, one) for path in rooms for one in paths(path.read_text(encoding="utf-8"))}
    assert len(found) > 15
    assert not {one for one in found if MOVES_FUNDS.search(one[1])} - SAYS_WHAT_A_KEY_MAY
    assert paths('WITHDRAW = "/sapi/v1/capital/withdraw/apply"') == {"/sapi/v1/capital/withdraw/apply"}
