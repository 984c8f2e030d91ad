"""A command's place at the worker: joined, with the connection it is about, and everything closed at its end."""

from __future__ import annotations

import difflib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from connectors.errors import WorkerGone
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.ids import AccountId
from connectors.model.instrument import Instrument
from connectors.worker import api
from connectors.worker.link import LinkClient
from connectors.worker.secrets import KeepKey, SecretFrame, TryKey
from storage.paths import Home
from storage.settings import load_settings
from tui.cli.exits import CommandFailed, Exit, UnknownSymbol
from tui.cli.failures import of_failure
from tui.cli.prompt import Prompt, TerminalPrompt
from tui.embedded import LABEL
from tui.format.clean import clean
from tui.wiring import Backstage

_Result = TypeVar("_Result")

_NEAR = 3
_FEW = 6


class Client:
    """One command at the worker.

    Attributes:
        home: The desk's folders.
        prompt: Who can be asked.
    """

    def __init__(self, home: Home, name: str, prompt: Prompt | None = None, *, archive_too: bool = True) -> None:
        self.home = home
        self.prompt: Prompt = prompt or TerminalPrompt()
        self._name = name
        self._link: LinkClient | None = None
        self._backstage = Backstage(home, client=name, beside=False, archive_too=archive_too)
        self._opened = False

    @property
    def link(self) -> LinkClient:
        """The link to the worker."""
        if self._link is None:
            raise WorkerGone("The connector worker was not joined.")
        return self._link

    async def join(self) -> None:
        """Join the worker, starting one where none listens. Raises as `tui.wiring.connect_worker` does."""
        self._link = await self._backstage.connect()

    async def close(self) -> None:
        """Leave, and end the embedded exchange if this command started it."""
        await self._backstage.close()
        if self._link is not None:
            await self._link.close()

    async def ask(self, command: api.Command, kind: type[_Result]) -> _Result:
        """Send a command and take its answer; a locked vault is opened first, once, a covered one never.

        Args:
            command: What to do.
            kind: Class of the answer.

        Raises:
            CommandFailed: The worker or the venue refused, or answered something else.
            WorkerGone: The link died.
        """
        answer = await self.link.request(command)
        if isinstance(answer, api.Failure) and answer.kind is api.FailureKind.VAULT_LOCKED and not self._opened:
            # Nothing was done: a locked vault is found before anything is sent or written.
            await self.open_vault()
            answer = await self.link.request(command)
        return _of_kind(answer, kind, type(command).__name__)

    async def hand(self, frame: SecretFrame, kind: type[_Result]) -> _Result:
        """Hand over what was typed and take the answer. Its buffers are overwritten: it cannot be handed twice.

        Raises:
            CommandFailed, WorkerGone: As `ask`.
        """
        answer = await self.link.hand(frame)
        if isinstance(answer, api.Failure) and answer.kind is api.FailureKind.THROTTLED and not _is_tried(frame):
            # The vault waits after wrong guesses; no venue was asked.
            raise CommandFailed(answer.sentence, Exit.WRONG_SECRET)
        return _of_kind(answer, kind, type(frame).__name__)

    async def open_vault(self) -> None:
        """Open the vault if it is locked, with the passphrase that was given or, at a terminal, asked for once.

        Raises:
            CommandFailed: It was not opened, it is covered, or there is none.
        """
        from tui.cli import vault_opening

        self._opened = True
        await vault_opening.open_if_locked(self)

    async def connections(self) -> tuple[tuple[Connection, ConnectionStatus | None], ...]:
        """Registered connections, each with its state; None for one that was not opened."""
        listed = await self.ask(api.ListConnections(), api.ConnectionList)
        statuses = {status.account: status for status in listed.statuses}
        return tuple((connection, statuses.get(connection.account)) for connection in listed.connections)

    async def use(self, venue: str | None) -> Connection:
        """The connection of a label; the embedded exchange is started where it is meant and not there.

        The worker opens a connection when it is first asked for something.

        Args:
            venue: Its label; None for the default (TRADEDESK_VENUE, else ``demo``).

        Raises:
            CommandFailed: No such label.
        """
        label = venue or load_settings(self.home.settings_file, os.environ).venue
        if label == LABEL:
            await self._backstage.start_exchange(self.link)
        return await self.registered(label)

    async def use_account(self, account: AccountId) -> Connection:
        """The connection an order belongs to.

        Raises:
            CommandFailed: It was removed.
        """
        for connection, _status in await self.connections():
            if connection.account == account:
                return await self.use(connection.label)
        raise CommandFailed("The connection of this order was removed. Look at the venue itself.", Exit.USAGE)

    async def registered(self, label: str) -> Connection:
        """The connection of a label.

        Raises:
            CommandFailed: No such label.
        """
        listed = [connection for connection, _status in await self.connections()]
        for connection in listed:
            if connection.label == label:
                return connection
        if label == LABEL:
            raise CommandFailed(
                f"{LABEL} is the simulated market, which is registered when it is first opened: tradedesk {LABEL}",
                Exit.USAGE,
            )
        labels = sorted({connection.label for connection in listed} | {LABEL})
        raise CommandFailed(
            f"There is no connection {label!r}. There {'is' if len(labels) == 1 else 'are'}: {', '.join(labels)}."
            f" Add one: tradedesk venues add binance --label {label} --mode live",
            Exit.USAGE,
        )

    async def use_keyed(self, venue: str | None) -> Connection:
        """As `use`, for what needs a key.

        Raises:
            CommandFailed: No such label, or it has no key.
        """
        connection = await self.use(venue)
        if not connection.keyed:
            raise CommandFailed(
                f"{connection.label} has no key: market data only. Nothing was sent. Give it one: tradedesk venues key"
                f" {connection.label}"
            )
        return connection

    async def instrument(self, connection: Connection, symbol: str) -> Instrument:
        """The instrument of a symbol, in any case.

        Raises:
            UnknownSymbol: The venue has none; the sentence names the nearest.
        """
        try:
            found = (await self.ask(api.GetInstruments(connection.account, symbol), api.Instruments)).instruments
        except UnknownSymbol:
            found = ()
        if found:
            return found[0]
        everything = await self.ask(api.GetInstruments(connection.account), api.Instruments)
        names = [instrument.symbol for instrument in everything.instruments]
        raise UnknownSymbol(_has_no(connection.label, symbol, names))


@asynccontextmanager
async def joined(name: str, *, archive_too: bool = True) -> AsyncIterator[Client]:
    """A client for the length of a command; a worker that it has to start writes the archive, unless told not to."""
    client = Client(Home.find(os.environ), name, archive_too=archive_too)
    try:
        await client.join()
        yield client
    finally:
        await client.close()


def _of_kind(answer: object, kind: type[_Result], asked: str) -> _Result:
    if isinstance(answer, api.Failure):
        raise of_failure(answer)
    if not isinstance(answer, kind):
        raise CommandFailed(f"The worker answered {asked} with {type(answer).__name__}. Restart it and the desk.")
    return answer


def _is_tried(frame: SecretFrame) -> bool:
    """Whether a venue is asked about it."""
    return isinstance(frame, KeepKey | TryKey)


def _has_no(label: str, symbol: str, names: list[str]) -> str:
    near = difflib.get_close_matches(symbol.upper(), names, n=_NEAR, cutoff=0.6)
    if not near and len(names) <= _FEW:
        near = names
    told = f" It has {' and '.join(clean(name) for name in near)}." if near else f" It has {len(names):,} others."
    return f"{label} has no {clean(symbol)}.{told} All of them: tradedesk instruments --venue {label}"
