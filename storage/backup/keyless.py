"""What a copy without keys no longer has.

Beside `storage.vault.sqlite` the one place that touches ``vault_*`` and ``enc_*``: it reads none of them.
"""

from __future__ import annotations

import sqlite3

_ENCRYPTED = ("enc_api_key", "enc_secret", "enc_passphrase")
_TABLES = ("vault_header", "vault_slot", "vault_item")


def drop_keys(copy: sqlite3.Connection) -> None:
    """Empty the vault of a copy, and leave its connections without a key, as if none had ever been added.

    Args:
        copy: A connection to a file that nobody else has open. Freed bytes are overwritten where it is set so.
    """
    held = " OR ".join(f"{name} IS NOT NULL" for name in _ENCRYPTED)
    gone = ", ".join(f"{name} = NULL" for name in _ENCRYPTED)
    bare = f"keyed = 0, auth_kind = NULL, origins = '[]', flags = 0, generation = 0, {gone}"
    copy.execute("BEGIN IMMEDIATE")
    copy.execute(f"UPDATE exchange_connections SET {bare} WHERE {held}")  # noqa: S608  # names of ours
    for table in _TABLES:
        copy.execute(f"DELETE FROM {table}")  # noqa: S608  # names of ours
    copy.execute("COMMIT")
