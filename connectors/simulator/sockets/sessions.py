"""Logging on to the WebSocket API and listening to the account over it (§1.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from connectors.simulator.clock import Clock
from connectors.simulator.entry.keys import Algorithm, Key
from connectors.simulator.protocol.errors import ApiError
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.sockets.method import Method

if TYPE_CHECKING:
    from connectors.simulator.sockets.ws_api import Session

_MOST_IDS = 65_535
"""Subscriptions over the life of a connection (§1.3)."""

Tell = Callable[[int, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Logon:
    """Who has logged on, and when."""

    key: Key
    since_ms: int


class Subscriptions:
    """Account events over one connection. Its keys all belong to the one account, so one is active at a time.

    Args:
        clock: The exchange's clock.
        say: Sends an event of a subscription.
    """

    def __init__(self, clock: Clock, say: Tell) -> None:
        self._clock = clock
        self._say = say
        self._active: dict[int, bool] = {}
        self._given = 0

    @property
    def ids(self) -> list[int]:
        """Those that are active."""
        return list(self._active)

    def begin(self, *, of_session: bool) -> int:
        """Begin one; -2035 while the account has one, -2042 when the connection has used up its ids."""
        if self._active:
            raise ApiError(-2035, "User Data Stream subscription already active.")
        if self._given >= _MOST_IDS:
            raise ApiError(-2042, "Maximum number of subscription ids reached; reconnect.")
        number, self._given = self._given, self._given + 1
        self._active[number] = of_session
        return number

    def tell(self, event: dict[str, Any]) -> None:
        """An event of the account."""
        for number in self._active:
            self._say(number, event)

    def end(self, number: int | None = None, *, of_session: bool = False) -> bool:
        """End one, all, or that of the session; each is told so (§1.4). Whether there was any."""
        ending = [one for one, session in self._active.items() if number in {None, one} and (session or not of_session)]
        for one in ending:
            self._say(one, {"e": "eventStreamTerminated", "E": self._clock.now_ms()})
            del self._active[one]
        return bool(ending)


def log_on(session: Session, params: Parameters) -> dict[str, Any]:
    """Let a key speak for the requests that follow: Ed25519 only (§1.3). A second one takes its place."""
    params.finish()
    key = params.caller
    if key is None or key.algorithm is not Algorithm.ED25519:
        name = "HMAC_SHA256" if key is None or key.algorithm is Algorithm.HMAC else key.algorithm.value
        raise ApiError(-4056, f"{name} API key is not supported.")
    session.logon = Logon(key, session.exchange.clock.now_ms())
    return _status(session)


def status(session: Session, params: Parameters) -> dict[str, Any]:
    """Who has logged on, and since when."""
    params.finish()
    return _status(session)


def log_out(session: Session, params: Parameters) -> dict[str, Any]:
    """Forget who has logged on; ends the subscription made for the session, not those made by signature."""
    params.finish()
    session.logon = None
    session.subscriptions.end(of_session=True)
    return _status(session)


def subscribe(session: Session, params: Parameters) -> dict[str, int]:
    """Account events of who has logged on."""
    params.finish()
    if session.logon is None:
        raise ApiError(-1002, "You are not authorized to execute this request.", HTTPStatus.UNAUTHORIZED)
    return {"subscriptionId": session.subscriptions.begin(of_session=True)}


def subscribe_signed(session: Session, params: Parameters) -> dict[str, int]:
    """Account events of who signed the request."""
    params.finish()
    return {"subscriptionId": session.subscriptions.begin(of_session=False)}


def unsubscribe(session: Session, params: Parameters) -> dict[str, Any]:
    """No more account events of one subscription, or of all; -2036 when there is none."""
    number = params.integer("subscriptionId")
    params.finish()
    if not session.subscriptions.end(number):
        raise ApiError(-2036, "User Data Stream subscription not active.")
    return {}


def subscriptions(session: Session, params: Parameters) -> list[dict[str, int]]:
    """The active ones."""
    params.finish()
    return [{"subscriptionId": number} for number in session.subscriptions.ids]


def _status(session: Session) -> dict[str, Any]:
    logon = session.logon
    return {
        "apiKey": None if logon is None else logon.key.api_key,
        "authorizedSince": None if logon is None else logon.since_ms,
        "connectedSince": session.connected_ms,
        "returnRateLimits": session.limits,
        "serverTime": session.exchange.clock.now_ms(),
        "userDataStream": bool(session.subscriptions.ids),
    }


SESSION: dict[str, Method] = {
    "session.logon": Method(log_on, 2, signed=True),
    "session.status": Method(status, 2),
    "session.logout": Method(log_out, 2),
    "session.subscriptions": Method(subscriptions, 2),
    "userDataStream.subscribe": Method(subscribe, 2),
    "userDataStream.subscribe.signature": Method(subscribe_signed, 2, signed=True),
    "userDataStream.unsubscribe": Method(unsubscribe, 2),
}
