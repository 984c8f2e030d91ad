"""Which instruments an account ever touched, found by leaps through an index: one look an instrument, not one a row."""

from __future__ import annotations

from sqlalchemy import Connection

from connectors.model.ids import AccountId, InstrumentId

_NEXT_OF_ORDERS = "SELECT min(instrument) FROM orders WHERE account = ? AND instrument > ?"
_NEXT_EPOCH = "SELECT min(epoch) FROM fills WHERE account = ? AND epoch > ?"
_NEXT_OF_FILLS = "SELECT min(instrument) FROM fills WHERE account = ? AND epoch = ? AND instrument > ?"


def touched(connection: Connection, account: AccountId) -> set[InstrumentId]:
    """Instruments with an order in the checkpoint, or a fill, of an account."""
    owner = str(account)
    found = set(_leap(connection, _NEXT_OF_ORDERS, owner))
    for epoch in _leap(connection, _NEXT_EPOCH, owner):
        found.update(_leap(connection, _NEXT_OF_FILLS, owner, epoch))
    return {InstrumentId.parse(text) for text in found}


def _leap(connection: Connection, statement: str, *values: str) -> list[str]:
    found: list[str] = []
    # The empty text is an epoch too, and nothing is smaller.
    name = connection.exec_driver_sql(statement.replace(" > ?", " >= ?"), (*values, "")).scalar()
    while name is not None:
        found.append(name)
        name = connection.exec_driver_sql(statement, (*values, name)).scalar()
    return found
