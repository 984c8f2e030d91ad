"""Orders, their journal, fills, positions, balances, connections and settings.

Column types are plain SQL here: a revision must mean the same after the classes of this release have changed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of the first release."""
    _connections()
    _orders()
    _fills()
    _positions()
    op.create_table("settings", _text("key"), _text("value"), _key("settings", "key"))


def downgrade() -> None:
    """Drop them all."""
    for table in (
        "settings",
        "balances",
        "position_history",
        "positions",
        "fills",
        "order_events",
        "orders",
        "exchange_connections",
    ):
        op.drop_table(table)


def _connections() -> None:
    op.create_table(
        "exchange_connections",
        _text("id"),
        _text("venue"),
        _text("label"),
        _text("mode"),
        _text("products"),
        _text("hosts"),
        _flag("keyed"),
        _flag("active"),
        _flag("embedded"),
        _text("epoch", nullable=True),
        _nanos("created_ns"),
        _key("exchange_connections", "id"),
        sa.UniqueConstraint("label", name="uq_exchange_connections_label"),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        _text("order_id"),
        _text("account"),
        _text("instrument"),
        _whole("handle_number"),
        _flag("working"),
        _nanos("created_ns"),
        _whole("revision"),
        _whole("number"),
        _text("record"),
        _key("orders", "order_id"),
    )
    op.create_index("ix_orders_account_instrument", "orders", ["account", "instrument"])
    op.create_index("ix_orders_created_ns", "orders", ["created_ns"])
    op.create_index("ix_orders_handle_number", "orders", ["handle_number"])
    op.create_index("ix_orders_working", "orders", ["created_ns"], sqlite_where=sa.text("working"))
    op.create_table(
        "order_events",
        _whole("number"),
        _nanos("time_ns"),
        _text("kind"),
        _text("order_id"),
        _whole("revision"),
        _text("record"),
        _key("order_events", "number"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_order_events_order_id_orders"),
    )
    op.create_index("ix_order_events_order_id", "order_events", ["order_id"])


def _fills() -> None:
    op.create_table(
        "fills",
        _whole("id"),
        _text("account"),
        _text("epoch"),
        _text("instrument"),
        _text("trade_id"),
        _text("order_id"),
        _text("venue_order_id"),
        _text("client_order_id", nullable=True),
        _text("side"),
        _text("price"),
        _text("quantity"),
        _text("quote_quantity"),
        _text("fee_asset", nullable=True),
        _text("fee", nullable=True),
        sa.Column("maker", sa.Boolean(), nullable=True),
        _flag("provisional"),
        _nanos("time_ns"),
        _key("fills", "id"),
        sa.UniqueConstraint(
            "account", "epoch", "instrument", "trade_id", name="uq_fills_account_epoch_instrument_trade_id"
        ),
    )
    op.create_index("ix_fills_order_id", "fills", ["order_id"])
    op.create_index("ix_fills_time_ns", "fills", ["time_ns"])


def _positions() -> None:
    state = ("quantity", "cost", "realised", "fees_quote")
    op.create_table(
        "positions",
        _text("account"),
        _text("instrument"),
        *(_text(name) for name in state),
        _nanos("updated_ns"),
        _key("positions", "account", "instrument"),
    )
    op.create_table(
        "position_history",
        _whole("id"),
        _text("account"),
        _text("instrument"),
        *(_text(name) for name in state),
        _nanos("updated_ns"),
        _text("change"),
        _text("delta"),
        _text("price", nullable=True),
        _text("realised_delta"),
        _nanos("time_ns"),
        _key("position_history", "id"),
    )
    op.create_index(
        "ix_position_history_account_instrument_time_ns", "position_history", ["account", "instrument", "time_ns"]
    )
    op.create_table(
        "balances",
        _text("account"),
        _text("asset"),
        _text("free"),
        _text("locked"),
        _nanos("time_ns"),
        _key("balances", "account", "asset"),
    )


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _nanos(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")
