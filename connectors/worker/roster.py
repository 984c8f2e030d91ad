"""The registered connections, and the one `Live` of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from connectors import registry
from connectors.engine.inputs import AccountDown
from connectors.errors import Refused, TradedeskError
from connectors.model.connection import Connection, ConnectionStatus, Hosts, KeyKind
from connectors.model.ids import AccountId, Mode
from connectors.model.instrument import Instrument
from connectors.worker import api
from connectors.worker.house import House
from connectors.worker.live import Live
from connectors.worker.log import logger
from connectors.worker.secrets import AttachEmbedded
from connectors.worker.signers import Signers

ALIVE_S = 1.0
"""An embedded exchange that does not answer within this is taken for gone."""


class Roster:
    """Adds, removes and finds connections."""

    def __init__(self, house: House, signers: Signers, publish: Callable[[api.NumberedEvent], None]) -> None:
        self._house = house
        self._signers = signers
        self._publish = publish
        self._lives: dict[AccountId, Live] = {}
        self._attaching = asyncio.Lock()
        self.refusal: Callable[[Connection], TradedeskError | None] = lambda _connection: None
        """Why a connection cannot be used now, if so: switched off, or its key is locked up."""
        self.dressed: Callable[[Connection], Connection] = lambda connection: connection
        """A connection as clients see it."""

    async def load(self) -> None:
        """Know the archive's connections; none is connected yet. What others left in the archive does not work here.

        Raises:
            ArchiveFailed: They cannot be read.
        """
        for connection in await self._house.keeper.ask(lambda archive: archive.connections.all()):
            self._lives[connection.account] = self._live(connection)
        state = self._house.executor.state
        working = {state.orders[order_id].account for order_id in state.live}
        held = {account for account, _ in state.positions}
        for account in (working | held) - self._lives.keys():
            self._leave(account)

    def all(self) -> tuple[Live, ...]:
        """Every connection, in the order of their making."""
        return tuple(self._lives.values())

    def get(self, account: AccountId) -> Live:
        """One connection.

        Raises:
            Refused: There is none of that account, it is switched off, or the embedded exchange is not attached.
            VaultLocked: Its key is locked up.
        """
        live = self._lives.get(account)
        if live is None:
            raise Refused("There is no such connection here. `tradedesk venues list` shows those there are.")
        if live.connection.embedded and self._signers.signer(account) is None:
            label = live.connection.label
            raise Refused(f"The exchange of {label} is not running. `tradedesk desk` or `tradedesk demo` starts it.")
        if (refusal := self.refusal(live.connection)) is not None:
            raise refusal
        return live

    def find(self, account: AccountId) -> Live | None:
        """One connection, whether it can be used now or not."""
        return self._lives.get(account)

    def pictured(self) -> tuple[tuple[Connection, ...], tuple[ConnectionStatus, ...]]:
        """Registrations, and the states of those that were ever opened."""
        lives = self.all()
        shown = tuple(live.status() for live in lives if live.was_opened or live.why_off)
        return tuple(self.dressed(live.connection) for live in lives), shown

    def told(self, account: AccountId) -> None:
        """A status changed."""
        live = self._lives.get(account)
        if live is not None:
            self._publish(api.ConnectionChanged(live.status(), self.dressed(live.connection)))

    async def add(self, connection: Connection) -> None:
        """Register a keyless connection.

        Raises:
            Refused: It has a key, a taken label, or does not fit its venue.
            ArchiveFailed: It cannot be written.
        """
        if connection.keyed or connection.embedded:
            raise Refused("A connection with a key is added together with its key, which the vault keeps.")
        if connection.mode is Mode.PAPER:
            raise Refused("Paper trading comes with a later release. Use mode live without a key, or the demo.")
        self._house.make_connector(connection, None, self._house.clock)
        if not connection.created_ns:
            connection = replace(connection, created_ns=self._house.clock.time_ns())
        await self._house.keeper.ask(lambda archive: archive.connections.add(connection))
        self._lives[connection.account] = self._live(connection)
        self.told(connection.account)

    async def remove(self, account: AccountId) -> None:
        """Forget a connection, and what worked there; the archive keeps its orders and fills.

        Raises:
            Refused: There is none.
            ArchiveFailed: The archive cannot be written.
        """
        live = self._lives.get(account)
        if live is None:
            raise Refused("There is no such connection here. `tradedesk venues list` shows those there are.")
        await self._house.keeper.ask(lambda archive: archive.connections.remove(account))
        self._lives.pop(account, None)
        self._signers.drop(account)
        await live.close()
        self._leave(account)
        self._publish(api.ConnectionChanged(live.status(), None))

    def _leave(self, account: AccountId) -> None:
        executor = self._house.executor
        executor.feed(AccountDown(account, executor.now(), removed=True))

    async def attach(self, secret: AttachEmbedded) -> None:
        """Use an embedded exchange: under its label's account, with this run's hosts and key, which are never stored.

        Raises:
            Refused: One is attached and alive, or the label belongs to another kind of connection.
            CredentialRefused: The key has not the form of its venue's.
            ArchiveFailed: A first one could not be registered.
        """
        async with self._attaching:
            live = await self._attached(secret)
        self._house.supervisor.spawn(f"attach-{live.connection.label}", _open(live))

    async def _attached(self, secret: AttachEmbedded) -> Live:
        wanted = secret.connection
        if wanted.mode is not Mode.SIM:
            raise Refused("Only a simulated exchange can be attached.")
        signer = registry.signer(wanted.venue, wanted.mode, KeyKind.HMAC, secret.api_key, secret.api_secret)
        before = next((live for live in self.all() if live.connection.label == wanted.label), None)
        if before is not None and not before.connection.embedded:
            raise Refused(f"The label {wanted.label} belongs to another connection. Rename that one first.")
        if before is not None and not self._is_successor(before, secret) and await _is_alive(before):
            raise Refused(f"{wanted.label} is attached already, to an exchange that answers.")
        if before is None:
            row = replace(wanted, hosts=Hosts(), created_ns=wanted.created_ns or self._house.clock.time_ns())
            await self._house.keeper.ask(lambda archive: archive.connections.add(row))
        else:
            row = before.connection
        connection = replace(wanted, account=row.account, created_ns=row.created_ns, keyed=True, embedded=True)
        self._signers.keep(connection.account, signer)
        live = self._live(connection)
        self._lives[connection.account] = live
        logger().info("embedded_attached", label=connection.label)
        if before is not None:
            await before.close()
        self.told(connection.account)
        return live

    def _live(self, connection: Connection) -> Live:
        """A connection with the key it has here, if any; clients are told of its instruments when they change."""
        account = connection.account
        live = Live(connection, self._signers.signer(account), self._house)
        refusal = self.refusal(connection)
        live.why_off = refusal.sentence if refusal is not None else ""

        def publish(changed: Sequence[Instrument]) -> None:
            for instrument in changed:
                self._publish(api.InstrumentChanged(account, instrument))

        live.on_instruments = publish
        return live

    async def renew(self, connection: Connection) -> Live:
        """Let a new `Live` take the place of a connection's, with what it is and the key it has from now on."""
        before = self._lives.get(connection.account)
        live = self._live(connection)
        self._lives[connection.account] = live
        if before is not None:
            await before.close()
        self.told(connection.account)
        return live

    def _is_successor(self, before: Live, secret: AttachEmbedded) -> bool:
        """Whether what answers at the old hosts can only be the new exchange: the same port with another key."""
        signer = self._signers.signer(before.connection.account)
        same_hosts = before.connection.hosts == secret.connection.hosts
        return same_hosts and signer is not None and signer.api_key != secret.api_key

    @property
    def holds_real_account(self) -> bool:
        """Whether a keyed connection outside SIM is in use: then the worker lives on without clients."""
        return any(
            live.connection.keyed and live.connection.mode is not Mode.SIM and live.follower is not None
            for live in self.all()
        )

    async def close(self) -> None:
        """Close every connection."""
        for live in self.all():
            await live.close()


async def _is_alive(live: Live) -> bool:
    connector = live.connector
    if connector is None:
        return False
    try:
        await asyncio.wait_for(connector.server_time_ns(), ALIVE_S)
    except (TradedeskError, TimeoutError):
        return False
    return True


async def _open(live: Live) -> None:
    try:
        await live.market()
    except TradedeskError as problem:
        logger().warning("attached_not_connected", label=live.connection.label, sentence=problem.sentence)
