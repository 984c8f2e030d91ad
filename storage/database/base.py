"""What every table of the archive has in common."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import MetaData, Table
from sqlmodel import SQLModel

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Constraints have names from the first revision on: SQLite can drop only what has a name."""


class Row(SQLModel):
    """Base of all rows; rows never leave `storage.repositories`."""

    metadata: ClassVar[MetaData] = METADATA


def table_of(row: type[Row]) -> Table:
    """The table of a row class, for SQLAlchemy's Core."""
    return METADATA.tables[str(row.__tablename__)]
