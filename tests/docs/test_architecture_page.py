"""The page of the architecture names the rooms and modules that are there, and no others."""

from __future__ import annotations

import re
from pathlib import Path

from architecture.checkers.source import ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PACKAGES = ("connectors", "storage", "tui")
NOT_BUILT = {"wire/breaker.py", "wire/probe.py"}


def rooms() -> set[str]:
    """Folders one floor below the packages that hold code."""
    return {
        f"{package}/{folder.name}"
        for package in PACKAGES
        for folder in (ROOT / package).iterdir()
        if (folder / "__init__.py").exists()
    }


def named_rooms(text: str) -> set[str]:
    """Rooms in the first column of the table of rooms; a cell may name several below one folder."""
    found: set[str] = set()
    for cell in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE):
        for code in re.findall(r"`([^`]+)`", cell):
            first, *more = code.split()
            found.add(first)
            found.update(f"{Path(first).parent}/{each}" for each in more)
    return found


def modules(text: str) -> set[str]:
    """Modules that a text names by folder and file."""
    return set(re.findall(r"`([a-z_/]+/[a-z_]+\.py)`", text)) - NOT_BUILT


def found(module: str) -> bool:
    """Whether a module is there, below a package or below connectors."""
    return any((ROOT / place / module).exists() for place in ("", "connectors", "tests"))


def test_every_room_stands_on_the_page() -> None:
    named = named_rooms(PAGE)
    beside = {"storage/database", "storage/repositories", "connectors/venues"}
    assert sorted(rooms() - named - beside) == []


def test_every_module_the_page_names_is_there() -> None:
    assert len(modules(PAGE)) > 25
    assert [module for module in sorted(modules(PAGE)) if not found(module)] == []


def test_what_is_said_not_to_be_built_is_not() -> None:
    assert [module for module in NOT_BUILT if found(module)] == []
    assert all(f"`{module}`" in PAGE for module in NOT_BUILT)


def test_a_room_in_one_cell_with_others_is_read_and_a_lost_module_is_missed() -> None:
    assert named_rooms("| `tui/screens widgets` | drawn |") == {"tui/screens", "tui/widgets"}
    assert modules("`worker/lanes.py` and `worker/gone.py`") == {"worker/lanes.py", "worker/gone.py"}
    assert not found("worker/gone.py")
