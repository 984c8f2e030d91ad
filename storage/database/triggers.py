"""What guards the tables of the audit chain against accidents (SECURITY-SPEC §12)."""

from __future__ import annotations


def triggers(table: str) -> dict[str, str]:
    """Name → statement of the triggers that let a table only be added to.

    Against accidents, not against people. Retention drops them and makes them again, in its own transaction.
    """
    return {
        f"{table}_no_{what.lower()}": f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
        for what in ("UPDATE", "DELETE")
    }
