"""Fees in assets that are neither base nor quote of their instrument, read from where the last reading ended."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import Connection

from connectors.model.ids import AccountId, Epoch, InstrumentId

_EXACT = decimal.Context(prec=1_000, traps=[decimal.Inexact, decimal.InvalidOperation])

_NEWEST = "SELECT max(id) FROM fills"
_AFTER = (
    "SELECT instrument, fee_asset, fee FROM fills"
    " WHERE id > ? AND id <= ? AND account = ? AND epoch = ? AND fee_asset IS NOT NULL"
)


def other_fees(
    connection: Connection,
    account: AccountId,
    epoch: Epoch,
    pairs: Mapping[InstrumentId, tuple[str, str]],
    after: int,
) -> tuple[Mapping[tuple[InstrumentId, str], Decimal], int]:
    """See `connectors.ports.archive.Fills.other_fees`."""
    newest = connection.exec_driver_sql(_NEWEST).scalar() or 0
    own = {str(instrument): (instrument, pair) for instrument, pair in pairs.items()}
    found: dict[tuple[InstrumentId, str], Decimal] = {}
    rows = connection.exec_driver_sql(_AFTER, (after, newest, str(account), epoch))
    for instrument, asset, amount in rows:
        known = own.get(instrument)
        if known is not None and asset not in known[1]:
            key = (known[0], asset)
            found[key] = _EXACT.add(found.get(key, Decimal(0)), Decimal(amount))
    return found, newest
