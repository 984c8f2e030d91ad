"""The empty room a new venue copies; its README is the numbered build order."""

from __future__ import annotations

from connectors.errors import Refused
from connectors.model.connection import Connection
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.venue import Connector
from connectors.venues._template.constants import VENUE


def create(
    connection: Connection,
    signer: Signer | None,  # noqa: ARG001  # the contract's, as all of them
    clock: Clock,  # noqa: ARG001
    trail: AuditTrail | None = None,  # noqa: ARG001
) -> Connector:
    """Make a connector without any I/O (`connectors.ports.venue.ConnectorFactory`).

    Raises:
        Refused: Always: an empty room has nothing behind its door.
    """
    raise Refused(f"{connection.label}: {VENUE} is the template of a venue and connects to nothing.", venue=VENUE)
