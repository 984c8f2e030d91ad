"""Whoever owns the keys: hands the worker what was typed, over whichever link."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import uuid6

from chaos.peers import Desk
from connectors.errors import Unavailable
from connectors.model.connection import Connection, Hosts, KeyKind, LinkState
from connectors.model.ids import AccountId, Mode
from connectors.model.order import OrderStatus
from connectors.model.vault import OpenedBy, VaultFacts, VaultState
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.venue import Connector
from connectors.venues.binance.connector import BinanceConnector
from connectors.worker import api
from connectors.worker.link import LinkClient
from connectors.worker.secrets import CreateVault, KeepKey, KeyText, OpenVault, RecoveryMade, SecretFrame, Typed
from support.simulator import Simulator
from support.vaults import PASSPHRASE
from worker.peer_exchange import PeerExchange


def typed(text: str = PASSPHRASE, by: OpenedBy = OpenedBy.PASSPHRASE) -> Typed:
    return Typed(by, bytearray(text, "utf-8"))


def on_testnet(venue: Simulator, label: str = "main") -> Connection:
    """The simulator as a testnet of the user's own."""
    return replace(
        venue.connection(keyed=False),
        account=AccountId(uuid6.uuid7()),
        label=label,
        mode=Mode.TESTNET,
        embedded=False,
        epoch_hint="",
    )


def key_of(venue: Simulator) -> KeyText:
    return KeyText(KeyKind.HMAC, venue.api_key, bytearray(venue.api_secret, "ascii"))


class Owner:
    """One client with hands."""

    def __init__(self, link: LinkClient) -> None:
        self.link = link

    async def hand(self, frame: SecretFrame) -> api.Result | RecoveryMade:
        return await self.link.hand(frame)

    async def facts(self) -> VaultFacts:
        facts = await self.link.request(api.GetVault())
        assert isinstance(facts, VaultFacts), facts
        return facts

    async def state(self) -> VaultState:
        return (await self.facts()).state

    async def create(self, passphrase: str = PASSPHRASE) -> None:
        made = await self.hand(CreateVault(bytearray(passphrase, "utf-8")))
        assert isinstance(made, api.VaultOpened), made

    async def open(self, passphrase: str = PASSPHRASE, by: OpenedBy = OpenedBy.PASSPHRASE) -> api.VaultOpened:
        opened = await self.hand(OpenVault(typed(passphrase, by)))
        assert isinstance(opened, api.VaultOpened), opened
        return opened

    async def keep(self, venue: Simulator, connection: Connection | None = None) -> api.KeyKept:
        kept = await self.hand(KeepKey(connection or on_testnet(venue), key_of(venue)))
        assert isinstance(kept, api.KeyKept), kept
        return kept

    async def refused(self, asked: SecretFrame | api.Command) -> api.Failure:
        """What is said to something that is not done."""
        if isinstance(asked, SecretFrame):
            answer: object = await self.link.hand(asked)
        else:
            answer = await self.link.request(asked)
        assert isinstance(answer, api.Failure), answer
        return answer

    async def listed(self) -> dict[str, tuple[Connection, LinkState, str]]:
        """By label: registration, state, reason."""
        told = await self.link.request(api.ListConnections())
        assert isinstance(told, api.ConnectionList)
        states = {status.account: (status.state, status.reason) for status in told.statuses}
        return {row.label: (row, *states.get(row.account, (LinkState.OFF, ""))) for row in told.connections}

    def desk(self, account: AccountId) -> Desk:
        return Desk(self.link, account)


class Away(BinanceConnector):
    """A venue that does not answer."""

    async def connect(self) -> None:
        raise Unavailable("The venue is away.")


def away(connection: Connection, signer: Signer | None, clock: Clock, trail: AuditTrail | None = None) -> Connector:
    """Makes connectors to a venue that does not answer."""
    return Away(connection, signer, clock, trail=trail)


NOWHERE = Hosts(("http://127.0.0.1:1",), "ws://127.0.0.1:1", "ws://127.0.0.1:1/ws-api/v3")


def key(letter: str = "A") -> KeyText:
    return KeyText(KeyKind.HMAC, letter * 64, bytearray(b"S" * 64))


def nowhere(label: str = "main", mode: Mode = Mode.TESTNET, *, active: bool = False) -> Connection:
    """A registration whose venue does not answer; kept switched off."""
    hosts = NOWHERE if mode is Mode.TESTNET else Hosts()
    return Connection(AccountId(uuid6.uuid7()), "binance", label, mode, hosts=hosts, active=active)


def rows(home: Path) -> list[tuple[str, bool, bool]]:
    """Label, marked as keyed, holding a key: as the file has it."""
    with closing(sqlite3.connect(home / "data" / "tradedesk.db")) as file:
        query = "SELECT label, keyed, enc_secret IS NOT NULL FROM exchange_connections ORDER BY label"
        return [(label, bool(keyed), bool(held)) for label, keyed, held in file.execute(query)]


async def kept(owner: Owner, connection: Connection, given: KeyText | None = None) -> api.KeyKept:
    answer = await owner.hand(KeepKey(connection, given or key()))
    assert isinstance(answer, api.KeyKept), answer
    return answer


async def whole(link: LinkClient) -> api.Picture:
    picture = await link.request(api.Attach())
    assert isinstance(picture, api.Picture)
    return picture


async def at_work(owner: Owner, venue: Simulator) -> AccountId:
    """A connection with an order that rests, a position, balances and a fill."""
    account = (await owner.keep(venue)).connection.account
    desk = owner.desk(account)
    ticket = desk.resting(await desk.low_price())
    assert isinstance(await owner.link.request(ticket), api.OrderAccepted)
    await desk.order_when(ticket.order_id, lambda found: found.status is OrderStatus.OPEN)
    await PeerExchange(venue).signed("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.001")
    return account
