"""Alembic's entry: migrates over the connection it is handed, inside that connection's transaction."""

from __future__ import annotations

from alembic import context

from storage.database.rows import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite alters little in place: tables are copied, and constraints are found by their names.
    render_as_batch=True,
)

with context.begin_transaction():
    context.run_migrations()
