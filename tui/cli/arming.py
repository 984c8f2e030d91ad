"""The arm switch of the command line: an order with real money is sent only where its account was named once more."""

from __future__ import annotations

from connectors.model.connection import Connection
from connectors.model.ids import Mode
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit


async def arm(client: Client, connection: Connection, given: str | None) -> None:
    """See that an order is meant for this LIVE account: its label is typed, or was given beforehand.

    Args:
        client: Whose prompt is used.
        connection: Where the order would go.
        given: What was given with ``--arm``.

    Raises:
        CommandFailed: It was not, or is another label. Nothing was sent.
    """
    if connection.mode is not Mode.LIVE:
        return
    label = connection.label
    if given is None and not client.prompt.able:
        raise CommandFailed(
            f"{label} trades real money and is DISARMED. Nothing was sent. Say that it is meant: --arm {label}",
            Exit.USAGE,
        )
    typed = given
    if typed is None:
        typed = await client.prompt.line(f"{label} trades real money. Type {label} to send this order: ")
    if typed != label:
        raise CommandFailed(f"That is not {label}. Nothing was sent.", Exit.USAGE)
