"""The vault's tables, and on each connection what its key is bound to and the encrypted key itself.

The table of the connections is made anew and filled from the old one: SQLite would put added columns behind the
constraints, and a renamed table keeps its quotes. A migration runs while the vault is locked and may do so, because
bindings and seal are computed from values, never from the layout.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEPT = "id, venue, label, mode, products, hosts, keyed, active, embedded, epoch, created_ns"


def upgrade() -> None:
    """Add the vault."""
    _set_aside()
    op.create_table("exchange_connections", *_first(), *_added(), *_constraints())
    op.execute(
        f"INSERT INTO exchange_connections ({_KEPT}, updated_ns)"  # noqa: S608  # names of ours
        f" SELECT {_KEPT}, created_ns FROM temp.kept_connections"
    )
    op.execute("DROP TABLE temp.kept_connections")
    op.create_table(
        "vault_header",
        sa.Column("id", sa.Integer(), nullable=False),
        _blob("body"),
        _blob("seal"),
        sa.PrimaryKeyConstraint("id", name="pk_vault_header"),
        sa.CheckConstraint("id = 1", name=op.f("ck_vault_header_one")),
    )
    op.create_table("vault_slot", _text("id"), _blob("body"), sa.PrimaryKeyConstraint("id", name="pk_vault_slot"))
    op.create_table(
        "vault_item",
        _text("name"),
        sa.Column("generation", sa.Integer(), nullable=False),
        _blob("body"),
        sa.PrimaryKeyConstraint("name", name="pk_vault_item"),
    )


def downgrade() -> None:
    """Drop the vault, and every key in it."""
    for table in ("vault_item", "vault_slot", "vault_header"):
        op.drop_table(table)
    _set_aside()
    op.create_table("exchange_connections", *_first(), *_constraints())
    op.execute(
        f"INSERT INTO exchange_connections ({_KEPT}) SELECT {_KEPT} FROM temp.kept_connections"  # noqa: S608
    )
    op.execute("DROP TABLE temp.kept_connections")


def _set_aside() -> None:
    op.execute(
        f"CREATE TEMP TABLE kept_connections AS SELECT {_KEPT} FROM exchange_connections"  # noqa: S608
    )
    op.drop_table("exchange_connections")


def _first() -> list[sa.Column[Any]]:
    """The columns of revision 0001."""
    return [
        *(_text(name) for name in ("id", "venue", "label", "mode", "products", "hosts")),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("keyed", "active", "embedded")),
        sa.Column("epoch", sa.Text(), nullable=True),
        sa.Column("created_ns", sa.BigInteger(), nullable=False),
    ]


def _added() -> list[sa.Column[Any]]:
    return [
        sa.Column("updated_ns", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_connected_ns", sa.BigInteger(), nullable=True),
        sa.Column("auth_kind", sa.Text(), nullable=True),
        sa.Column("origins", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("flags", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("generation", sa.Integer(), server_default=sa.text("0"), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("enc_api_key", "enc_secret", "enc_passphrase")),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name="pk_exchange_connections"),
        sa.UniqueConstraint("label", name="uq_exchange_connections_label"),
    ]


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _blob(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)
