"""Venue name → lazily imported factory. A room is imported when its first connection is made, not before."""

from __future__ import annotations

import importlib
from typing import cast

from connectors.errors import Refused
from connectors.model.connection import Connection
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.venue import Connector, ConnectorFactory

_ROOMS = {"binance": "connectors.venues.binance"}


def venues() -> tuple[str, ...]:
    """Names of the registered venues, in alphabetical order."""
    return tuple(sorted(_ROOMS))


def create(connection: Connection, signer: Signer | None, clock: Clock) -> Connector:
    """Make a connector for a registered connection; no I/O.

    Args:
        connection: The registration.
        signer: Its signer, or None for a keyless connection.
        clock: Source of time.

    Raises:
        Refused: The venue is not registered, or the connection does not fit it.
    """
    room = _ROOMS.get(connection.venue)
    if room is None:
        known = ", ".join(venues())
        raise Refused(f"There is no venue {connection.venue!r} in this release. It has: {known}.")
    factory = cast("ConnectorFactory", importlib.import_module(room).create)
    return factory(connection, signer, clock)
