"""Binance spot. The room's README says what is native, what is emulated and what is missing."""

from __future__ import annotations

from connectors.model.connection import Connection
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.venue import Connector
from connectors.venues.binance.connector import BinanceConnector


def create(connection: Connection, signer: Signer | None, clock: Clock, trail: AuditTrail | None = None) -> Connector:
    """Make a connector without any I/O (`connectors.ports.venue.ConnectorFactory`).

    Raises:
        Refused: The connection's mode, hosts or credential do not fit Binance spot.
    """
    return BinanceConnector(connection, signer, clock, trail=trail)
