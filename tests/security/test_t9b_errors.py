"""T9b: no error carries a key, a signature or the foreign exception that has them.

A venue answers with the very request it got, head, key and signature, under every status and code there is, breaks off
in every way, and what is raised is walked: words, fields, causes and whatever its frames still hold.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog

from connectors.errors import Malformed, Refused, Retry, TradedeskError, Unauthorised, Unknown
from connectors.venues.binance.constants import DEFAULT_LIMITS
from connectors.venues.binance.endpoints import ENDPOINTS, Endpoint
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.refusals import _BY_CODE  # the table itself, so that no code is left out
from connectors.wire.hosts import HostClient
from connectors.wire.limiter import Limiter, Priority
from connectors.wire.loggers import silence
from connectors.wire.origins import Origin, parse
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.signers import HmacSigner
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from connectors.worker.log import log_to
from security.canaries import leaks, reachable
from storage.settings import SettingsRefused, load_settings
from support.clock import LoopClock
from support.scripted import HOLD, Cut, Reply, answer, scripted_http

KEY = "CANARYkey" + "k" * 55
SECRET = b"CANARYsecret" + b"s" * 52
SIGNATURE = re.compile(rb"signature=([0-9a-f]{64})")
CREATE = next(endpoint for endpoint in ENDPOINTS if endpoint.method == "POST" and endpoint.signed)
READ = next(endpoint for endpoint in ENDPOINTS if endpoint.method == "GET" and endpoint.signed)
CANCEL = next(endpoint for endpoint in ENDPOINTS if endpoint.method == "DELETE" and endpoint.signed)
STATUSES = (300, 302, 400, 401, 403, 404, 409, 410, 418, 429, 451, 500, 502, 503, 504)
Script = Callable[[bytes], Reply | Cut]


def echo(status: int, code: int) -> Script:
    """Answer with the request itself as the venue's words."""

    def script(request: bytes) -> Reply:
        words = request.decode("latin-1")
        return answer(json.dumps({"code": code, "msg": words[:900] + words[-900:]}), status)

    return script


def echo_page(status: int) -> Script:
    """Answer with a page that holds the request."""
    return lambda request: answer(f"<html>{request.decode('latin-1')}</html>", status, kind="text/html")


def echo_head(request: bytes) -> Cut:
    """Answer with something that is no HTTP and holds the request."""
    return Cut(b"NOT HTTP " + request)


def echo_headers(request: bytes) -> Reply:
    """Send the request back in the headers, and a body that is not what the length says."""
    line = request.split(b"\r\n")[0].decode("latin-1")
    return answer("{", 200, f"Location: {line}", "Content-Encoding: gzip", f"X-Bad: {line}")


def hang_up(_request: bytes) -> Reply:
    return None


def half(_request: bytes) -> Cut:
    return Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")


@asynccontextmanager
async def gate_to(origin: Origin) -> AsyncIterator[Gate]:
    """The one way to a venue's REST interface, with a key."""
    clock = LoopClock()
    bindings = {Role.PUBLIC: Binding(origin), Role.KEYED: Binding(origin, {"X-MBX-APIKEY": KEY})}
    rest = RestClient("binance", bindings, clock, client_context())
    limiter = Limiter("binance", clock, clock.time_ns)
    limiter.configure(DEFAULT_LIMITS)
    yield Gate(
        HostClient([origin], lambda _: rest, clock), HmacSigner(KEY, SECRET), clock, random.Random(1), limiter, Skew()
    )
    await limiter.close()
    await rest.close()


async def raised(script: Script, endpoint: Endpoint) -> tuple[TradedeskError, list[bytes]]:
    """What a call ends with at such a venue, and the requests it got."""
    async with scripted_http(script) as venue, gate_to(venue.origin) as gate:
        with pytest.raises(TradedeskError) as caught:
            await gate.ask(endpoint, {"symbol": "BTCUSDT"}, priority=Priority.CANCEL, attempts=1)
        return caught.value, venue.requests


def carries(error: BaseException, requests: list[bytes]) -> list[str]:
    """Which secret an error carries."""
    secrets = {"key": KEY.encode(), "secret": SECRET}
    for number, request in enumerate(requests):
        found = SIGNATURE.search(request)
        if found:
            secrets[f"signature {number}"] = found[1]
    return leaks(secrets, {where: repr(value).encode() for where, value in reachable(error)})


def foreign(error: BaseException) -> list[str]:
    """Exceptions in its chain that are not ours."""
    return [where for where, value in reachable(error) if where.endswith(".args") and not _ours(where)]


def _ours(where: str) -> bool:
    names = {kind.__name__ for kind in _kinds(TradedeskError)}
    return where.removesuffix(".args").split()[-1].split(".")[0] in names


def _kinds(kind: type[TradedeskError]) -> list[type[TradedeskError]]:
    return [kind, *(inner for each in kind.__subclasses__() for inner in _kinds(each))]


@pytest.mark.parametrize("endpoint", [CREATE, READ, CANCEL], ids=lambda endpoint: endpoint.operation)
async def test_no_status_and_no_page_makes_an_error_that_carries_a_secret(endpoint: Endpoint) -> None:
    kinds = set()
    for status in STATUSES:
        for script in (echo(status, -9999), echo_page(status)):
            error, requests = await raised(script, endpoint)
            assert requests
            assert carries(error, requests) == [], status
            assert foreign(error) == [], status
            kinds.add(type(error).__name__)
    assert len(kinds) >= 5, kinds


async def test_no_code_makes_an_error_that_carries_a_secret() -> None:
    kinds = set()
    for code in (*_BY_CODE, -1003, -1013, -1015, -2010, -2011, -2021, -2022, 0):
        error, requests = await raised(echo(400, code), CREATE)
        assert carries(error, requests) == [], code
        assert foreign(error) == [], code
        assert len(error.text) <= 200
        kinds.add(type(error).__name__)
    assert len(kinds) >= 8, kinds


@pytest.mark.parametrize("endpoint", [CREATE, READ], ids=["create", "read"])
@pytest.mark.parametrize("script", [echo_head, echo_headers, hang_up, half], ids=lambda script: script.__name__)
async def test_no_way_of_breaking_off_makes_an_error_that_carries_a_secret(script: Script, endpoint: Endpoint) -> None:
    error, requests = await raised(script, endpoint)
    assert requests
    assert isinstance(error, Unknown if endpoint is CREATE else Retry | Malformed)
    assert carries(error, requests) == []
    assert foreign(error) == []


@pytest.mark.scaled(60)
async def test_a_venue_that_never_answers_makes_an_error_that_carries_none() -> None:
    error, requests = await raised(lambda _request: HOLD, CREATE)
    assert isinstance(error, Unknown)
    assert carries(error, requests) == []
    assert foreign(error) == []


async def test_a_venue_that_is_not_there_makes_an_error_that_carries_none() -> None:
    async with gate_to(Origin("http", "127.0.0.1", 1)) as gate:
        with pytest.raises(Retry) as caught:
            await gate.ask(READ, {"symbol": "BTCUSDT"}, attempts=1)
    assert carries(caught.value, []) == []
    assert foreign(caught.value) == []


def test_a_bad_settings_file_is_not_in_its_error(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    for content in (b'binance = "CANARYsecret-in-a-file"\nvenue = ', b"CANARYsecret-in-a-file \xff\xfe"):
        file.write_bytes(content)
        with pytest.raises(SettingsRefused) as caught:
            load_settings(file, {})
        told = {where: repr(value).encode() for where, value in reachable(caught.value)}
        assert leaks({"secret": b"CANARYsecret-in-a-file"}, told) == []


def test_an_address_with_a_password_is_not_in_its_error() -> None:
    with pytest.raises(Refused) as caught:
        parse("https://me:CANARYpassword@[bad", ("https",))
    told = {where: repr(value).encode() for where, value in reachable(caught.value)}
    assert leaks({"password": b"CANARYpassword"}, told) == []


def test_the_walk_finds_what_an_error_holds_on_to() -> None:
    """The control: each place a secret could hide in is looked at."""

    def fails() -> None:
        held = OSError("CANARYheld")
        try:
            raise LookupError("CANARYcontext")
        except LookupError:
            problem = Unauthorised("x", text="CANARYtext")
            problem.add_note(f"CANARYnote {len(str(held))}")
            raise problem from ValueError("CANARYcause")

    with pytest.raises(Unauthorised) as caught:
        fails()
    told = {where: repr(value).encode() for where, value in reachable(caught.value)}
    for word in ("held", "context", "text", "note", "cause"):
        assert leaks({"it": f"CANARY{word}".encode()}, told), word


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The worker's log, with every logger there is forced to say everything."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log_to(tmp_path / "worker.log")
    for name in ("", "httpx", "httpcore.http11", "websockets.client", "asyncio", *logging.Logger.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield tmp_path / "worker.log"
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level
    for name in tuple(logging.Logger.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.NOTSET)
    silence()
    structlog.reset_defaults()


async def test_loggers_that_say_everything_write_no_secret(log: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """All talk, and somebody has opened the closed ones again: the handler alone stands in the way."""
    secrets = {"key": KEY.encode(), "secret": SECRET}
    for script in (echo(401, -2015), echo_page(502), echo_head, hang_up):
        async with scripted_http(script) as venue, gate_to(venue.origin) as gate:
            for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "websockets.client"):
                logger = logging.getLogger(name)
                logger.handlers, logger.propagate = [], True
                logger.setLevel(logging.DEBUG)
            with pytest.raises(TradedeskError) as caught:
                await gate.ask(READ, {"symbol": "BTCUSDT"}, attempts=1)
            logging.getLogger("tradedesk.worker").error("failed", exc_info=caught.value)
            logging.getLogger("httpx").error("HTTP Request: %s", venue.requests[0].decode("latin-1"))
            for number, request in enumerate(venue.requests):
                found = SIGNATURE.search(request)
                secrets |= {f"signature {number}": found[1]} if found else {}
    out, err = await asyncio.to_thread(capfd.readouterr)
    text = await asyncio.to_thread(log.read_bytes)
    assert text.count(b'"failed"') == 4
    assert b"HTTP Request" in text, "it was heard, without its values"
    assert leaks(secrets, {"log": text, "stdout": out.encode(), "stderr": err.encode()}) == []
