"""What stands behind the desk, as far as the desk knows: a link to the worker, and who starts the processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from connectors.worker import api
from connectors.worker.secrets import RecoveryMade, SecretFrame

Push = api.Event | api.Picture
"""What a worker sends without being asked."""


class Link(Protocol):
    """What the desk needs of `connectors.worker.link.LinkClient`."""

    on_event: Callable[[Push], None] | None

    async def request(self, command: api.Command) -> api.Result:
        """Send a command and wait for its reply.

        Raises:
            WorkerGone: The link died before the reply.
        """
        ...

    def begin(self, command: api.Command) -> asyncio.Future[api.Result]:
        """Send a command now; the reply to come, as `request` returns and raises it."""
        ...

    async def hand(self, frame: SecretFrame) -> api.Result | RecoveryMade:
        """Hand over what was typed; the frame's buffers are overwritten once it has left.

        Raises:
            WorkerGone: The link died before the reply.
        """
        ...

    async def closed(self) -> None:
        """Wait until the link is gone."""
        ...

    async def close(self) -> None:
        """Leave."""
        ...


class Backstage(Protocol):
    """Starts and joins the processes behind the desk."""

    async def connect(self) -> Link:
        """Join the worker, starting one where none listens; greeted and ready for commands.

        Raises:
            TradedeskError: With the sentence for the user.
        """
        ...

    async def start_exchange(self, link: Link) -> None:
        """Start the embedded exchange and hand it to the worker; nothing to do where none is wanted or one is attached.

        Raises:
            TradedeskError: With the sentence for the user.
        """
        ...

    async def exchange_gone(self) -> str:
        """Wait until the embedded exchange has died; why, as a sentence. Never returns where there is none."""
        ...

    async def close(self) -> None:
        """End what was started here; the worker decides by itself when to go."""
        ...
