"""Registered connections. The embedded exchange keeps its row and AccountId, never its hosts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping, delete, insert, select, update

from connectors.errors import Refused
from connectors.model.connection import Connection, Hosts, KeyKind
from connectors.model.ids import AccountId, Epoch, Mode, Product
from connectors.model.rights import Acceptance
from storage.database.engine import Database
from storage.database.tables import CONNECTIONS
from storage.repositories.records import decode_hosts, decode_words, encode

_KINDS = {kind.value: kind for kind in KeyKind}
_ACCEPTED = {1: Acceptance.WITHDRAWAL, 2: Acceptance.TRANSFER, 4: Acceptance.UNKNOWN_RIGHTS}
"""Bits of the flags; what they say is sealed, and believed once the vault is open."""


class ConnectionsRepository:
    """`connectors.ports.archive.Connections` over the archive's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[Connection]:
        """In the order of their making."""
        query = select(CONNECTIONS).order_by(CONNECTIONS.c.created_ns, CONNECTIONS.c.id)
        with self._database.read("connections.all") as connection:
            return [_connection(row) for row in connection.execute(query).mappings()]

    def add(self, connection: Connection) -> None:
        """Keep a new one.

        Raises:
            Refused: The label is taken.
        """
        hosts = Hosts() if connection.embedded else connection.hosts
        with self._database.write("connections.add") as database:
            taken = select(CONNECTIONS.c.venue, CONNECTIONS.c.mode).where(CONNECTIONS.c.label == connection.label)
            if (other := database.execute(taken).one_or_none()) is not None:
                raise Refused(
                    f"The label {connection.label!r} is taken by {other.venue} ({other.mode})."
                    f" Choose another, or remove that one: tradedesk venues remove {connection.label}",
                    venue=connection.venue,
                    operation="connections.add",
                )
            database.execute(
                insert(CONNECTIONS),
                {
                    "id": str(connection.account),
                    "venue": connection.venue,
                    "label": connection.label,
                    "mode": connection.mode.value,
                    "products": encode(tuple(product.value for product in connection.products)),
                    "hosts": encode(hosts),
                    "keyed": connection.keyed,
                    "active": connection.active,
                    "embedded": connection.embedded,
                    "created_ns": connection.created_ns,
                },
            )

    def update(self, connection: Connection) -> None:
        """Change hosts and whether it is switched on, and the label of one that has no key: else the vault has it.

        Raises:
            Refused: The label is taken, or there is no such connection.
        """
        columns, account = CONNECTIONS.c, str(connection.account)
        values = {"hosts": encode(connection.hosts), "active": connection.active}
        with self._database.write("connections.update") as database:
            sealed = database.execute(select(columns.auth_kind).where(columns.id == account)).one_or_none()
            if sealed is None:
                raise Refused("There is no such connection here. `tradedesk venues list` shows those there are.")
            if sealed.auth_kind is None:
                taken = select(columns.id).where(columns.label == connection.label, columns.id != account)
                if database.execute(taken).first() is not None:
                    raise Refused(f"The label {connection.label!r} is taken by another connection. Choose another.")
                values["label"] = connection.label
            database.execute(update(CONNECTIONS).where(columns.id == account).values(values))

    def remove(self, account: AccountId) -> None:
        """Forget one; its orders and fills stay."""
        with self._database.write("connections.remove") as database:
            database.execute(delete(CONNECTIONS).where(CONNECTIONS.c.id == str(account)))

    def set_connected(self, account: AccountId, time_ns: int) -> None:
        """Record when one was last connected; it carries no authority."""
        with self._database.write("connections.set_connected") as database:
            changed = update(CONNECTIONS).where(CONNECTIONS.c.id == str(account)).values(last_connected_ns=time_ns)
            database.execute(changed)

    def epoch(self, account: AccountId) -> Epoch | None:
        """The newest epoch seen on this account."""
        query = select(CONNECTIONS.c.epoch).where(CONNECTIONS.c.id == str(account))
        with self._database.read("connections.epoch") as database:
            found = database.scalar(query)
        return None if found is None else Epoch(found)

    def set_epoch(self, account: AccountId, epoch: Epoch) -> None:
        """Record a new epoch."""
        with self._database.write("connections.set_epoch") as database:
            database.execute(update(CONNECTIONS).where(CONNECTIONS.c.id == str(account)).values(epoch=epoch))


def _connection(row: RowMapping) -> Connection:
    return Connection(
        account=AccountId(UUID(row["id"])),
        venue=row["venue"],
        label=row["label"],
        mode=Mode(row["mode"]),
        products=tuple(Product(word) for word in decode_words(row["products"])),
        hosts=decode_hosts(row["hosts"]),
        keyed=row["keyed"],
        active=row["active"],
        created_ns=row["created_ns"],
        embedded=row["embedded"],
        key_kind=_KINDS.get(row["auth_kind"]),
        accepted=tuple(acceptance for bit, acceptance in _ACCEPTED.items() if row["flags"] & bit),
        last_connected_ns=row["last_connected_ns"],
    )
