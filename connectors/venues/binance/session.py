"""What is said on one connection of the WebSocket API (facts §1.3, §1.5): login, subscription, "are you there?".

An Ed25519 key opens a session (``session.logon``) and then subscribes without a further signature; every other kind
signs the subscription itself. Neither outlives its connection, so both are said anew after each one.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import count

import msgspec

from connectors.errors import Retry, TradedeskError
from connectors.model.connection import KeyKind
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer, kind_of
from connectors.venues.binance import frames, refusals, schemas
from connectors.venues.binance.auth import Params, signed_params
from connectors.venues.binance.constants import VENUE, WINDOW_MS
from connectors.wire.audit import Auditor, Exchange
from connectors.wire.dialogue import Link
from connectors.wire.retry_after import seconds

_MS = 1_000_000
_ANSWER_S = 10
_OK = 200
_REMEMBERED = 4096

PING = "ping"
"""The one request that is no account's."""
LOGON = "session.logon"
STATUS = "session.status"
SUBSCRIBE = "userDataStream.subscribe"
SUBSCRIBE_SIGNED = "userDataStream.subscribe.signature"

_log = logging.getLogger(__name__)


class Reply(msgspec.Struct, gc=False):
    """An answer of the WebSocket API."""

    id: int | str | None = None
    status: int | None = None
    error: schemas.Problem | None = None
    result: msgspec.Raw = msgspec.Raw(b"null")


class _Standing(msgspec.Struct, gc=False, rename="camel"):
    """``session.status``: whose session it is; nobody's when the key is null."""

    api_key: str | None = None


_reply = msgspec.json.Decoder(Reply)
_standing = msgspec.json.Decoder(_Standing)


class Session:
    """The requests of one connection.

    Args:
        link: The connection.
        signer: Signs.
        clock: Time.
        venue_ns: The venue's clock.
        on_granted: Called at once when the subscription stands: events may follow in the same read.
        auditor: Takes down what is asked of the account.
    """

    def __init__(
        self,
        link: Link,
        signer: Signer,
        clock: Clock,
        venue_ns: Callable[[], int],
        on_granted: Callable[[], None] = lambda: None,
        auditor: Auditor | None = None,
    ) -> None:
        self._auditor = auditor
        self.link = link
        """What it speaks over; another one once its connection has taken over."""
        self._signer = signer
        self._clock = clock
        self._venue_ns = venue_ns
        self._on_granted = on_granted
        self._logs_on = kind_of(signer) is KeyKind.ED25519
        self._numbers = count(1)
        self._subscribing = ""
        """Number of the subscription that is being asked for."""
        self._waiting: dict[str, asyncio.Future[Reply]] = {}

    async def begin(self) -> None:
        """Log on where the key can, then subscribe to the account.

        Raises:
            TradedeskError: The venue refuses, or does not answer.
        """
        if self._logs_on:
            await self._ask(LOGON, {}, signed=True)
            await self._ask(SUBSCRIBE, {})
        else:
            await self._ask(SUBSCRIBE_SIGNED, {}, signed=True)

    async def check(self) -> None:
        """Ask whether the service behind the socket lives, and whether the session is still ours.

        Raises:
            TradedeskError: It does not, or it is not: the connection must be made anew.
        """
        if not self._logs_on:
            await self._ask(PING, {})
            return
        reply = await self._ask(STATUS, {})
        try:
            ours = _standing.decode(reply.result).api_key == self._signer.api_key
        except msgspec.DecodeError:
            ours = False
        if not ours:
            raise Retry(f"{VENUE} has ended the session of this key.", venue=VENUE, operation=STATUS)

    def answered(self, data: bytes) -> Reply | None:
        """Take an answer to one of the requests.

        Returns:
            None when it was one; else what it says.
        """
        reply = _reply.decode(data)
        if str(reply.id) == self._subscribing and reply.status == _OK and reply.error is None:
            self._subscribing = ""
            self._on_granted()
        waiting = self._waiting.pop(str(reply.id), None)
        if waiting is None or waiting.done():
            return reply
        waiting.set_result(reply)
        return None

    def end(self) -> None:
        """The connection is gone: nobody need wait any longer."""
        for waiting in self._waiting.values():
            waiting.cancel()
        self._waiting.clear()

    async def _ask(self, method: str, params: Params, *, signed: bool = False) -> Reply:
        """Ask, and wait for a success.

        Raises:
            Retry: No answer came.
            TradedeskError: The venue refused.
        """
        number = f"u{next(self._numbers)}"
        if method in {SUBSCRIBE, SUBSCRIBE_SIGNED}:
            self._subscribing = number
        if signed:
            params = signed_params(params, self._signer, timestamp_ms=self._venue_ns() // _MS, window_ms=WINDOW_MS)
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        reply: Reply | None = None
        left = False
        exchange = None
        if self._auditor is not None and method != PING:
            exchange = self._auditor.asked(method, method, params, changes=False)
        try:
            await self.link.send(json.dumps({"id": number, "method": method, "params": params}, ensure_ascii=False))
            left = True
            async with asyncio.timeout(_ANSWER_S):
                reply = await waiting
        except TimeoutError:
            _log.info("%s user stream: no answer to %s within %d s", VENUE, method, _ANSWER_S)
        finally:
            self._waiting.pop(number, None)
            if exchange is not None:
                _take_down(exchange, reply, left=left)
        if reply is None:
            raise Retry(f"The user stream of {VENUE} did not answer {method}.", venue=VENUE, operation=method)
        if reply.status != _OK or reply.error is not None:
            raise self._refusal(reply)
        return reply

    def _refusal(self, reply: Reply) -> TradedeskError:
        problem = reply.error or schemas.Problem(0, "")
        until_ms = refusals.banned_until_ms(problem.msg)
        return refusals.error_of(
            refusals.Refusal(
                status=reply.status or 0,
                code=problem.code,
                text=problem.msg,
                operation="account.watch",
                idempotent=True,
                retry_after_s=seconds(str(until_ms), self._venue_ns()) if until_ms else None,
            )
        )


def _take_down(exchange: Exchange, reply: Reply | None, *, left: bool) -> None:
    if reply is None:
        exchange.failed(left=left)
    else:
        exchange.answered(reply.status or 0, bytes(reply.result) if reply.error is None else _words(reply.error))


def _words(problem: schemas.Problem) -> bytes:
    return msgspec.json.encode({"code": problem.code, "msg": problem.msg})


class Told:
    """Which events were told already, by what names each of them: an execution by its execution id (facts §1.4)."""

    def __init__(self) -> None:
        self._names: OrderedDict[Hashable, None] = OrderedDict()

    def again(self, event: frames.UserEvent) -> bool:
        """Whether this very event was told before; notes it."""
        name = _name(event)
        if name in self._names:
            return True
        self._names[name] = None
        if len(self._names) > _REMEMBERED:
            self._names.popitem(last=False)
        return False

    def forget(self) -> None:
        """The connection ended: the venue's numbers may begin anew on the next one."""
        self._names.clear()


def _name(event: frames.UserEvent) -> Hashable:
    if isinstance(event, frames.ExecutionReport):
        # The state beside the id: a venue that numbered carelessly would lose an order's news otherwise.
        return (event.s, event.I, event.i, event.x, event.X, event.t, event.z)
    return msgspec.json.encode(event)
