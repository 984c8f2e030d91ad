"""Tables of what was routed where, made from `storage.database.routing_rows` by ``make docs``; not to be edited.

The names, types and keys that statements need; indexes, constraints and defaults are in the classes.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table, Text

from storage.database.types import DecimalText, Nanos

_METADATA = MetaData()

ROUTING_SETTINGS = Table(
    "routing_settings",
    _METADATA,
    Column("scope", Text, primary_key=True),
    Column("policy", Text),
    Column("accounts", Text),
    Column("most_parts", Integer),
    Column("updated_ns", Nanos),
)

ROUTING_DECISIONS = Table(
    "routing_decisions",
    _METADATA,
    Column("id", Text, primary_key=True),
    Column("time_ns", Nanos),
    Column("policy", Text),
    Column("base", Text),
    Column("quote", Text),
    Column("side", Text),
    Column("quantity", DecimalText),
    Column("limit_price", DecimalText),
    Column("reason", Text),
    Column("candidates", Text),
)

ROUTING_PARTS = Table(
    "routing_parts",
    _METADATA,
    Column("decision_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("account", Text),
    Column("instrument", Text),
    Column("quantity", DecimalText),
    Column("order_id", Text),
    Column("filled", DecimalText),
    Column("cost", DecimalText),
    Column("outcome", Text),
    Column("outcome_ns", Nanos),
)
