"""Where one connection goes: the venue's own hosts of its mode, or those the user named, checked and bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.errors import Refused
from connectors.model.connection import Connection
from connectors.model.ids import Mode, Product
from connectors.venues.binance.constants import (
    KNOWN_HOSTS,
    LIVE_PUBLIC,
    PLACES,
    STREAM_PATH,
    VENUE,
    WS_API_PATH,
)
from connectors.wire.origins import Origin, guard, parse

_HTTP = ("https", "http")
_SOCKET = ("wss", "ws")


@dataclass(frozen=True, slots=True)
class Bound:
    """Origins a connection is bound to for its life."""

    rest: Sequence[Origin]
    stream: Origin
    ws_api: Origin | None
    """None for a keyless connection."""
    more_streams: Sequence[Origin] = ()
    more_ws_apis: Sequence[Origin] = ()

    @property
    def streams(self) -> Sequence[Origin]:
        """Every place of the market streams, in order of preference."""
        return (self.stream, *self.more_streams)

    @property
    def ws_apis(self) -> Sequence[Origin]:
        """Every place of the WebSocket API, in order of preference; none for a keyless connection."""
        return () if self.ws_api is None else (self.ws_api, *self.more_ws_apis)


def bind(connection: Connection, *, keyed: bool) -> Bound:
    """Choose and check the hosts of a connection.

    Raises:
        Refused: A product or mode this room does not have, a key where none may go, or a host that does not fit.
    """
    label, mode, hosts = connection.label, connection.mode, connection.hosts
    if set(connection.products) != {Product.SPOT}:
        raise Refused(f"{label}: this release trades spot on Binance, nothing else.", venue=VENUE)
    if keyed and mode is Mode.PAPER:
        raise Refused(f"{label}: a paper connection fills orders here and takes no key.", venue=VENUE)
    own = LIVE_PUBLIC if mode is Mode.LIVE and not keyed else PLACES.get(mode)
    rest = hosts.rest or (own.rest if own else ())
    stream = hosts.stream or (own.stream if own else "")
    ws_api = hosts.ws_api or (own.ws_api if own else "")
    more_streams = hosts.more_streams if hosts.stream or not own else own.more_streams
    more_ws_apis = hosts.more_ws_apis if hosts.ws_api or not own else own.more_ws_apis
    missing = [name for name, host in (("rest", rest), ("stream", stream)) if not host]
    if keyed and not ws_api:
        missing.append("ws-api")
    if missing:
        raise Refused(
            f"{label}: a {mode} connection has no hosts of its own. Name its {' and '.join(missing)} address."
        )
    bound = Bound(
        rest=tuple(_bare(parse(text, _HTTP), label) for text in rest),
        stream=_with_path(parse(stream, _SOCKET), STREAM_PATH),
        ws_api=_with_path(parse(ws_api, _SOCKET), WS_API_PATH) if keyed else None,
        more_streams=tuple(_with_path(parse(text, _SOCKET), STREAM_PATH) for text in more_streams),
        more_ws_apis=tuple(_with_path(parse(text, _SOCKET), WS_API_PATH) for text in more_ws_apis) if keyed else (),
    )
    for origin in (*bound.rest, *bound.streams, *bound.ws_apis):
        guard(origin, mode, KNOWN_HOSTS, keyed=keyed, label=label)
    return bound


def bound_origins(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Where this connection's key goes (`connectors.registry.bound_origins`): REST and WebSocket API, not streams.

    Raises:
        Refused: As `bind`.
    """
    bound = bind(connection, keyed=True)
    roles = [*_numbered("rest", bound.rest), *_numbered("ws_api", bound.ws_apis)]
    return tuple(sorted((role, str(Origin(at.scheme, at.host, at.port))) for role, at in roles))


def _numbered(role: str, places: Sequence[Origin]) -> list[tuple[str, Origin]]:
    return [(role if place == 0 else f"{role}_{place + 1}", origin) for place, origin in enumerate(places)]


def _bare(origin: Origin, label: str) -> Origin:
    """A REST origin, whose paths are the venue's table's and nobody else's."""
    if origin.path:
        raise Refused(
            f"{label}: {origin.host} is named with the path {origin.path!r}. Leave the path out.", venue=VENUE
        )
    return origin


def _with_path(origin: Origin, path: str) -> Origin:
    """The endpoint on an origin, which the user may have written with its path or without."""
    return origin if origin.path == path else Origin(origin.scheme, origin.host, origin.port, path)
