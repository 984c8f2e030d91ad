"""Venue name → lazily imported factory. A room is imported when its first connection is made, not before."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import cast
from urllib.parse import urlsplit

from connectors.errors import Refused
from connectors.model.capabilities import Capabilities
from connectors.model.connection import Connection, Hosts, KeyKind
from connectors.model.ids import Mode
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.venue import Connector, ConnectorFactory

_ROOMS = {"binance": "connectors.venues.binance"}


def venues() -> tuple[str, ...]:
    """Names of the registered venues, in alphabetical order."""
    return tuple(sorted(_ROOMS))


def capabilities(venue: str) -> Capabilities:
    """What a registered venue declares; no I/O.

    Raises:
        Refused: The venue is not registered.
    """
    return cast("Capabilities", importlib.import_module(f"{_room(venue)}.capabilities").CAPABILITIES)


def create(connection: Connection, signer: Signer | None, clock: Clock, trail: AuditTrail | None = None) -> Connector:
    """Make a connector for a registered connection; no I/O.

    Args:
        connection: The registration.
        signer: Its signer, or None for a keyless connection.
        clock: Source of time.
        trail: Takes down every exchange of a keyed connection; None where nothing is kept, as in a test.

    Raises:
        Refused: The venue is not registered, or the connection does not fit it.
    """
    factory = cast("ConnectorFactory", importlib.import_module(_room(connection.venue)).create)
    return factory(connection, signer, clock, trail)


def signer(venue: str, mode: Mode, kind: KeyKind, api_key: str, secret: bytes) -> Signer:
    """Make a signer from a credential in the form its venue wants (REQUIREMENTS A3, P2); no I/O.

    Args:
        venue: Registered venue name.
        mode: The mode the key belongs to.
        kind: What the key signs with.
        api_key: Its public half.
        secret: The shared secret of an HMAC key, else the private key as PEM.

    Raises:
        CredentialRefused: A field is missing or has the wrong form; it names the field, never the value.
        Refused: The venue is not registered.
    """
    room = importlib.import_module(f"{_room(venue)}.credentials")
    make = cast("Callable[[Mode, KeyKind, str, bytes], Signer]", room.signer)
    return make(mode, kind, api_key, secret)


def load(venue: str) -> None:
    """Import a venue's room now, which its first connection would do otherwise: for a thread that may take its time.

    Raises:
        Refused: The venue is not registered.
    """
    importlib.import_module(_room(venue))


def bound_origins(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Where a keyed connection's credentials may go: (role, origin), sorted, every place of the roles that carry them.

    A venue with several places for one role numbers them from the second on: ``rest``, ``rest_2``.

    Args:
        connection: The registration; no I/O.

    Raises:
        Refused: The venue is not registered, or the connection's hosts do not fit it.
    """
    room = importlib.import_module(f"{_room(connection.venue)}.places")
    return cast("tuple[tuple[str, str], ...]", room.bound_origins(connection))


def strange_hosts(connection: Connection) -> tuple[str, ...]:
    """Hosts to which a live connection sends its key and that its venue's room does not name, in their order.

    Raises:
        Refused: The venue is not registered, or the connection's hosts do not fit it.
    """
    if connection.mode is not Mode.LIVE or connection.hosts == Hosts():
        return ()
    own = set(_credentialed(replace(connection, hosts=Hosts())))
    return tuple(dict.fromkeys(host for host in _credentialed(connection) if host not in own))


def _credentialed(connection: Connection) -> list[str]:
    return [urlsplit(origin).hostname or "" for _role, origin in bound_origins(connection)]


def _room(venue: str) -> str:
    room = _ROOMS.get(venue)
    if room is None:
        known = ", ".join(venues())
        raise Refused(f"There is no venue {venue!r} in this release. It has: {known}.")
    return room
