"""`make docs`: write the documents that are made from the code, and the code that is made from other code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from docs import keys, reliability, schema, simulator_page, venues

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs"
PAGES: dict[str, Callable[[], str | None]] = {
    "keys.md": keys.page,
    "venues.md": venues.page,
    "simulator.md": simulator_page.page,
    "reliability.md": reliability.page,
}
"""File below ``docs/`` and what it must say; None where that cannot be told here."""

CODE: dict[str, Callable[[], str | None]] = {
    "storage/database/tables.py": schema.tables,
    "storage/database/audit_tables.py": schema.audit_tables,
    "storage/database/routing_tables.py": schema.routing_tables,
    "storage/database/fresh.sql": schema.fresh,
}
"""File of the house that is made, and what it must say."""


def stale(folder: Path = FOLDER, names: Iterable[str] = PAGES) -> list[str]:
    """The pages that do not say what the code says, by name."""
    return [name for name in names if not (folder / name).exists() or _differs(folder / name, PAGES[name]())]


def stale_code(root: Path = ROOT, names: Iterable[str] = CODE) -> list[str]:
    """The made files of the house that are not what they would be made now, by name."""
    return [name for name in names if not (root / name).exists() or _differs(root / name, CODE[name]())]


def _differs(file: Path, made: str | None) -> bool:
    return made is not None and file.read_text(encoding="utf-8") != made


def main() -> int:
    """Write what is stale."""
    for name in stale_code():
        (ROOT / name).write_text(CODE[name]() or "", encoding="utf-8")
        sys.stdout.write(f"{name}\n")
    for name in stale():
        made = PAGES[name]()
        if made is None:
            sys.stdout.write(f"docs/{name} cannot be made: set TRADEDESK_SHARED to the folder with the recording\n")
            continue
        (FOLDER / name).write_text(made, encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
