"""`make docs`: write the documents that are made from the code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from docs import keys, simulator_page, venues

FOLDER = Path(__file__).parents[2] / "docs"
PAGES: dict[str, Callable[[], str | None]] = {
    "keys.md": keys.page,
    "venues.md": venues.page,
    "simulator.md": simulator_page.page,
}
"""File below ``docs/`` and what it must say; None where that cannot be told here."""


def stale(folder: Path = FOLDER, names: Iterable[str] = PAGES) -> list[str]:
    """The pages that do not say what the code says, by name."""
    return [name for name in names if not (folder / name).exists() or _differs(folder / name, PAGES[name]())]


def _differs(file: Path, made: str | None) -> bool:
    return made is not None and file.read_text(encoding="utf-8") != made


def main() -> int:
    """Write what is stale."""
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
