"""Every table of the archive, typed once for Python and for SQLite; run ``make docs`` after a change here.

What runs uses `tables`, `audit_tables` and `routing_tables`, which are made from these classes: SQLModel and pydantic
would cost every start of the worker half a second, and the worker 15 MB for good. Only a migration loads them.

Instruments are written ``binance.spot:BTCUSDT`` and ids as their usual text, so that the file can be read without us.
An order's ``record`` is the whole `connectors.model.order.Order` as JSON: what it *was* must stay readable after
the class has grown. Nothing refers to a connection by a foreign key, because orders and fills outlive it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field

from storage.database import audit_rows, routing_rows
from storage.database.base import METADATA, Row
from storage.database.types import DecimalText, Nanos

__all__ = ["METADATA", "audit_rows", "routing_rows"]
"""The last two so that METADATA holds their tables too."""


class ConnectionRow(Row, table=True):
    """A registered connection. Hosts and keys of the embedded exchange are never here."""

    __tablename__ = "exchange_connections"

    id: str = Field(primary_key=True, sa_type=Text)
    venue: str = Field(sa_type=Text)
    label: str = Field(sa_type=Text, unique=True)
    mode: str = Field(sa_type=Text)
    products: str = Field(sa_type=Text)
    """JSON list."""
    hosts: str = Field(sa_type=Text)
    """JSON of `connectors.model.connection.Hosts`."""
    keyed: bool
    active: bool
    embedded: bool
    epoch: str | None = Field(default=None, sa_type=Text)
    created_ns: int = Field(sa_type=Nanos)
    updated_ns: int = Field(default=0, sa_type=Nanos, sa_column_kwargs={"server_default": text("0")})
    last_connected_ns: int | None = Field(default=None, sa_type=Nanos)
    auth_kind: str | None = Field(default=None, sa_type=Text)
    """What the key signs with; unset where there is none."""
    origins: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": text("'[]'")})
    """JSON list of [role, origin]: where the key may be sent, bound into its encryption. `hosts` is not."""
    flags: int = Field(default=0, sa_type=Integer, sa_column_kwargs={"server_default": text("0")})
    """What the user has accepted about the key, as `storage.vault.binding.Accepted`."""
    generation: int = Field(default=0, sa_type=Integer, sa_column_kwargs={"server_default": text("0")})
    """The vault's generation when it last wrote this row; 0 where it never did."""
    enc_api_key: bytes | None = Field(default=None, sa_type=LargeBinary)
    enc_secret: bytes | None = Field(default=None, sa_type=LargeBinary)
    enc_passphrase: bytes | None = Field(default=None, sa_type=LargeBinary)

    def __repr__(self) -> str:
        return f"ConnectionRow({self.id!r})"


class VaultHeaderRow(Row, table=True):
    """The vault's header and seal: one row, or none where no key was ever stored (storage/vault/FORMAT.md)."""

    __tablename__ = "vault_header"
    __table_args__: ClassVar[Any] = (CheckConstraint("id = 1", name="one"),)

    id: int | None = Field(default=None, primary_key=True)
    body: bytes = Field(sa_type=LargeBinary)
    seal: bytes = Field(sa_type=LargeBinary)

    def __repr__(self) -> str:
        return "VaultHeaderRow()"


class VaultSlotRow(Row, table=True):
    """One way to open the vault."""

    __tablename__ = "vault_slot"

    id: str = Field(primary_key=True, sa_type=Text)
    """32 hex digits."""
    body: bytes = Field(sa_type=LargeBinary)

    def __repr__(self) -> str:
        return f"VaultSlotRow({self.id!r})"


class VaultItemRow(Row, table=True):
    """One secret of the desk's own."""

    __tablename__ = "vault_item"

    name: str = Field(primary_key=True, sa_type=Text)
    generation: int = Field(sa_type=Integer)
    body: bytes = Field(sa_type=LargeBinary)

    def __repr__(self) -> str:
        return f"VaultItemRow({self.name!r})"


class OrderRow(Row, table=True):
    """Checkpoint: the newest revision of each order, as far as `JournalCheckpointRow` says; `OrderEventRow` has all."""

    __tablename__ = "orders"
    __table_args__ = (
        Index(None, "account", "instrument"),
        Index("ix_orders_working", "created_ns", sqlite_where=text("working")),
    )

    order_id: str = Field(primary_key=True, sa_type=Text)
    account: str = Field(sa_type=Text)
    instrument: str = Field(sa_type=Text)
    handle_number: int = Field(index=True, sa_type=Integer)
    """The 3 of ``k3``; 0 for a handle without a number."""
    working: bool
    """Whether the venue holds it, or may."""
    created_ns: int = Field(index=True, sa_type=Nanos)
    revision: int = Field(sa_type=Integer)
    number: int = Field(sa_type=Integer)
    """Journal entry that wrote it."""
    record: str = Field(sa_type=Text)


class OrderEventRow(Row, table=True):
    """The journal: every change of every order, numbered without a hole."""

    __tablename__ = "order_events"

    number: int = Field(primary_key=True, sa_type=Integer)
    time_ns: int = Field(sa_type=Nanos)
    kind: str = Field(sa_type=Text)
    order_id: str = Field(index=True, sa_type=Text)
    """Not a foreign key: the journal goes ahead, and `OrderRow` follows it."""
    revision: int = Field(sa_type=Integer)
    record: str = Field(sa_type=Text)


class JournalCheckpointRow(Row, table=True):
    """How far `OrderRow` has followed the journal: one row."""

    __tablename__ = "journal_checkpoint"
    __table_args__: ClassVar[Any] = (CheckConstraint("id = 1", name="one"),)

    id: int | None = Field(default=None, primary_key=True)
    number: int = Field(sa_type=Integer)
    """Number of the newest entry that is in it."""


class FillRow(Row, table=True):
    """Own executions, each once."""

    __tablename__ = "fills"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("account", "epoch", "instrument", "trade_id"),
        Index(None, "time_ns"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(sa_type=Text)
    epoch: str = Field(sa_type=Text)
    instrument: str = Field(sa_type=Text)
    trade_id: str = Field(sa_type=Text)
    order_id: str = Field(index=True, sa_type=Text)
    venue_order_id: str = Field(sa_type=Text)
    client_order_id: str | None = Field(default=None, sa_type=Text)
    side: str = Field(sa_type=Text)
    price: Decimal = Field(sa_type=DecimalText)
    quantity: Decimal = Field(sa_type=DecimalText)
    quote_quantity: Decimal = Field(sa_type=DecimalText)
    fee_asset: str | None = Field(default=None, sa_type=Text)
    fee: Decimal | None = Field(default=None, sa_type=DecimalText)
    maker: bool | None = None
    provisional: bool
    time_ns: int = Field(sa_type=Nanos)


class PositionRow(Row, table=True):
    """Newest position of each (account, instrument)."""

    __tablename__ = "positions"

    account: str = Field(primary_key=True, sa_type=Text)
    instrument: str = Field(primary_key=True, sa_type=Text)
    quantity: Decimal = Field(sa_type=DecimalText)
    cost: Decimal = Field(sa_type=DecimalText)
    realised: Decimal = Field(sa_type=DecimalText)
    fees_quote: Decimal = Field(sa_type=DecimalText)
    updated_ns: int = Field(sa_type=Nanos)


class PositionHistoryRow(Row, table=True):
    """What made a position what it is: the position after each change, and the change."""

    __tablename__ = "position_history"
    __table_args__ = (Index(None, "account", "instrument", "time_ns"),)

    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(sa_type=Text)
    instrument: str = Field(sa_type=Text)
    quantity: Decimal = Field(sa_type=DecimalText)
    cost: Decimal = Field(sa_type=DecimalText)
    realised: Decimal = Field(sa_type=DecimalText)
    fees_quote: Decimal = Field(sa_type=DecimalText)
    updated_ns: int = Field(sa_type=Nanos)
    change: str = Field(sa_type=Text)
    delta: Decimal = Field(sa_type=DecimalText)
    price: Decimal | None = Field(default=None, sa_type=DecimalText)
    realised_delta: Decimal = Field(sa_type=DecimalText)
    time_ns: int = Field(sa_type=Nanos)


class BalanceRow(Row, table=True):
    """Newest balances as the venue stated them."""

    __tablename__ = "balances"

    account: str = Field(primary_key=True, sa_type=Text)
    asset: str = Field(primary_key=True, sa_type=Text)
    free: Decimal = Field(sa_type=DecimalText)
    locked: Decimal = Field(sa_type=DecimalText)
    time_ns: int = Field(sa_type=Nanos)


class SettingRow(Row, table=True):
    """What the desk remembers by name, such as a HALT that must survive a restart."""

    __tablename__ = "settings"

    key: str = Field(primary_key=True, sa_type=Text)
    value: str = Field(sa_type=Text)
