"""Tables of the archive, made from `storage.database.rows` by ``make docs``; not to be edited.

The names, types and keys that statements need; indexes, constraints and defaults are in the classes.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, Table, Text

from storage.database.types import DecimalText, Nanos

_METADATA = MetaData()

CONNECTIONS = Table(
    "exchange_connections",
    _METADATA,
    Column("id", Text, primary_key=True),
    Column("venue", Text),
    Column("label", Text),
    Column("mode", Text),
    Column("products", Text),
    Column("hosts", Text),
    Column("keyed", Boolean),
    Column("active", Boolean),
    Column("embedded", Boolean),
    Column("epoch", Text),
    Column("created_ns", Nanos),
    Column("updated_ns", Nanos),
    Column("last_connected_ns", Nanos),
    Column("auth_kind", Text),
    Column("origins", Text),
    Column("flags", Integer),
    Column("generation", Integer),
    Column("enc_api_key", LargeBinary),
    Column("enc_secret", LargeBinary),
    Column("enc_passphrase", LargeBinary),
)

VAULT_HEADER = Table(
    "vault_header",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("body", LargeBinary),
    Column("seal", LargeBinary),
)

VAULT_SLOTS = Table(
    "vault_slot",
    _METADATA,
    Column("id", Text, primary_key=True),
    Column("body", LargeBinary),
)

VAULT_ITEMS = Table(
    "vault_item",
    _METADATA,
    Column("name", Text, primary_key=True),
    Column("generation", Integer),
    Column("body", LargeBinary),
)

ORDERS = Table(
    "orders",
    _METADATA,
    Column("order_id", Text, primary_key=True),
    Column("account", Text),
    Column("instrument", Text),
    Column("handle_number", Integer),
    Column("working", Boolean),
    Column("created_ns", Nanos),
    Column("revision", Integer),
    Column("number", Integer),
    Column("record", Text),
)

ORDER_EVENTS = Table(
    "order_events",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("time_ns", Nanos),
    Column("kind", Text),
    Column("order_id", Text),
    Column("revision", Integer),
    Column("record", Text),
)

JOURNAL_CHECKPOINT = Table(
    "journal_checkpoint",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("number", Integer),
)

FILLS = Table(
    "fills",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("account", Text),
    Column("epoch", Text),
    Column("instrument", Text),
    Column("trade_id", Text),
    Column("order_id", Text),
    Column("venue_order_id", Text),
    Column("client_order_id", Text),
    Column("side", Text),
    Column("price", DecimalText),
    Column("quantity", DecimalText),
    Column("quote_quantity", DecimalText),
    Column("fee_asset", Text),
    Column("fee", DecimalText),
    Column("maker", Boolean),
    Column("provisional", Boolean),
    Column("time_ns", Nanos),
)

POSITIONS = Table(
    "positions",
    _METADATA,
    Column("account", Text, primary_key=True),
    Column("instrument", Text, primary_key=True),
    Column("quantity", DecimalText),
    Column("cost", DecimalText),
    Column("realised", DecimalText),
    Column("fees_quote", DecimalText),
    Column("updated_ns", Nanos),
)

POSITION_HISTORY = Table(
    "position_history",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("account", Text),
    Column("instrument", Text),
    Column("quantity", DecimalText),
    Column("cost", DecimalText),
    Column("realised", DecimalText),
    Column("fees_quote", DecimalText),
    Column("updated_ns", Nanos),
    Column("change", Text),
    Column("delta", DecimalText),
    Column("price", DecimalText),
    Column("realised_delta", DecimalText),
    Column("time_ns", Nanos),
)

BALANCES = Table(
    "balances",
    _METADATA,
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("free", DecimalText),
    Column("locked", DecimalText),
    Column("time_ns", Nanos),
)

SETTINGS = Table(
    "settings",
    _METADATA,
    Column("key", Text, primary_key=True),
    Column("value", Text),
)
