"""Which endpoint class a request belongs to, and which order it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import msgspec

from connectors.simulator.faults.fault import Endpoint
from connectors.simulator.rest.routes import ROUTES

_CREATES = ("/api/v3/order", "/api/v3/orderList", "/api/v3/sor/order")
_WS_ORDERS = (
    "order.place",
    "order.cancel",
    "order.amend.",
    "orderList.place",
    "orderList.cancel",
    "openOrders.cancelAll",
    "sor.order.place",
)
_WS_MAKES = ("order.place", "order.test", "order.cancelReplace", "order.amend.", "orderList.place", "sor.order.")
_WS_CANCELS = ("order.cancel", "orderList.cancel", "openOrders.cancelAll")
_WS_USER = ("userDataStream.", "session.")
_IDS = ("origClientOrderId", "newClientOrderId", "cancelOrigClientOrderId", "listClientOrderId", "orderId")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    endpoint: Endpoint
    name: str
    """Method and path, or the WebSocket API's method."""
    id: int | str | None = None
    client_id: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether it would make or change an order (order/test would, if it were none)."""
        return self.endpoint is Endpoint.CREATE or self.name.startswith(_WS_MAKES) or self.name.endswith("order/test")

    @property
    def cancels(self) -> bool:
        """Whether it would only cancel."""
        return self.endpoint in {Endpoint.CANCEL, Endpoint.CANCEL_ALL} or self.name in _WS_CANCELS


class Frame(msgspec.Struct):
    """What the gates read of a WebSocket API frame, either way."""

    id: Any = None
    method: str = ""
    params: Any = None
    status: int = 0
    error: Any = None
    event: Any = None


_FRAME = msgspec.json.Decoder(Frame)


def rest(method: str, path: str, query: str, body: str) -> Asked:
    """A REST request."""
    form = parse_qs(query) | parse_qs(body)
    values = {name: found[0] for name, found in form.items()}
    return Asked(_rest_class(method, path), f"{method} {path}", None, _order(values), values)


def frame(text: str) -> Frame | None:
    """A frame of the WebSocket API; None for what is none."""
    try:
        return _FRAME.decode(text)
    except msgspec.MsgspecError:
        return None


def asked(found: Frame) -> Asked:
    """A WebSocket API request."""
    method = found.method.removeprefix("v3/")
    if method.startswith(_WS_ORDERS):
        endpoint = Endpoint.WS_ORDER
    else:
        endpoint = Endpoint.USER_STREAM if method.startswith(_WS_USER) else Endpoint.WS_REQUEST
    given = found.params if isinstance(found.params, dict) else {}
    params = {name: str(value) for name, value in given.items()}
    answer_id = found.id if isinstance(found.id, (int, str)) else None
    return Asked(endpoint, method, answer_id, _order(params), params)


def code(body: bytes) -> int:
    """The refusal code of an answer; 0 when it has none."""
    try:
        return msgspec.json.decode(body, type=_Code).code
    except msgspec.MsgspecError:
        return 0


class _Code(msgspec.Struct):
    code: int = 0


def _rest_class(method: str, path: str) -> Endpoint:
    if method == "DELETE" and path in {"/api/v3/order", "/api/v3/orderList"}:
        return Endpoint.CANCEL
    if method == "DELETE" and path == "/api/v3/openOrders":
        return Endpoint.CANCEL_ALL
    if method in {"POST", "PUT"} and path.startswith(_CREATES) and not path.endswith("/test"):
        return Endpoint.CREATE
    route = ROUTES.get(path, {}).get(method)
    return Endpoint.QUERY if route is not None and route.signed else Endpoint.PUBLIC


def _order(values: dict[str, str]) -> str:
    return next((values[name] for name in _IDS if name in values), "")
