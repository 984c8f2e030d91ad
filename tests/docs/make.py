"""`make docs`: write the documents that are made from the code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from docs import keys, venues

FOLDER = Path(__file__).parents[2] / "docs"
PAGES: dict[str, Callable[[], str]] = {"keys.md": keys.page, "venues.md": venues.page}
"""File below ``docs/`` and what it must say."""


def stale(folder: Path = FOLDER) -> list[str]:
    """The pages that do not say what the code says, by name."""
    return [
        name
        for name, made in PAGES.items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != made()
    ]


def main() -> int:
    """Write what is stale."""
    for name in stale():
        (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
