"""What the archive that is replaced had traded: some venues tell fills only of an instrument that is named."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from connectors.model.ids import AccountId, InstrumentId
from connectors.ports.upkeep import Touched
from storage.backup.marks import RESTORED, restored

_QUESTIONS = (
    "SELECT DISTINCT account, instrument FROM orders",
    "SELECT DISTINCT account, instrument FROM fills",
    """
    SELECT DISTINCT
        json_extract(record, '$.account'),
        json_extract(record, '$.instrument.venue') || '.' || json_extract(record, '$.instrument.product')
            || ':' || json_extract(record, '$.instrument.symbol')
    FROM order_events
    """,
)
"""The newest orders may stand in the journal alone."""


def touched_in(connection: sqlite3.Connection) -> tuple[Touched, ...]:
    """Read an archive, of this release or an earlier one; what cannot be read of it is left out.

    What it has taken over itself from a restore that its venues were not asked about yet goes on with it.
    """
    found: defaultdict[AccountId, set[InstrumentId]] = defaultdict(set)
    for question in _QUESTIONS:
        for account, instrument in _pairs(connection, question):
            found[account].add(instrument)
    for touched in _carried(connection):
        found[touched.account].update(touched.instruments)
    return tuple(Touched(account, tuple(sorted(found[account]))) for account in sorted(found))


def _pairs(connection: sqlite3.Connection, question: str) -> Iterator[tuple[AccountId, InstrumentId]]:
    for account, instrument in _rows(connection, question):
        try:
            yield AccountId(UUID(str(account))), InstrumentId.parse(str(instrument))
        except ValueError:
            # It names no account or no instrument of ours: there is nothing to ask a venue for.
            continue


def _carried(connection: sqlite3.Connection) -> Iterable[Touched]:
    kept = {str(key): str(value) for key, value in _rows(connection, "SELECT key, value FROM settings")}
    mark = restored({RESTORED: kept.get(RESTORED, "")})
    return () if mark is None else mark.touched


def _rows(connection: sqlite3.Connection, question: str) -> list[tuple[object, object]]:
    try:
        return connection.execute(question).fetchall()
    except sqlite3.Error:
        # Damage may be why there is a restore: what the balances tell is asked for all the same.
        return []
