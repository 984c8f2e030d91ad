"""The journal goes ahead of the orders' checkpoint: an intent is one row, and the checkpoint follows with a mark.

An entry therefore no longer refers to a row of ``orders`` by a foreign key. SQLite drops one only with its table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = "number, time_ns, kind, order_id, revision, record"


def upgrade() -> None:
    """Let the journal stand alone, and mark the checkpoint as level with it."""
    _remade(with_reference=False)
    op.create_table(
        "journal_checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_checkpoint"),
        sa.CheckConstraint("id = 1", name=op.f("ck_journal_checkpoint_one")),
    )
    op.execute("INSERT INTO journal_checkpoint (id, number) SELECT 1, coalesce(max(number), 0) FROM order_events")


def downgrade() -> None:
    """Tie each entry to its order again; an archive whose checkpoint is behind is refused by that."""
    op.drop_table("journal_checkpoint")
    _remade(with_reference=True)


def _remade(*, with_reference: bool) -> None:
    op.execute(
        f"CREATE TEMP TABLE kept_events AS SELECT {_COLUMNS} FROM order_events"  # noqa: S608  # names of ours
    )
    op.drop_table("order_events")
    reference = (
        [sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_order_events_order_id_orders")]
        if with_reference
        else []
    )
    op.create_table(
        "order_events",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("time_ns", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        *reference,
        sa.PrimaryKeyConstraint("number", name="pk_order_events"),
    )
    op.create_index("ix_order_events_order_id", "order_events", ["order_id"])
    op.execute(
        f"INSERT INTO order_events ({_COLUMNS}) SELECT {_COLUMNS} FROM temp.kept_events"  # noqa: S608
    )
    op.execute("DROP TABLE temp.kept_events")
