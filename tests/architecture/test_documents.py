"""What the documents point at is there: files, pictures, make targets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from architecture.checkers.source import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "connectors").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def dead_links(text: str, folder: Path) -> list[str]:
    """Every relative link or picture of a document that leads nowhere."""
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    return [link for link in links if not link.startswith(("http://", "https://")) and not (folder / link).exists()]


def unknown_targets(text: str, targets: set[str]) -> list[str]:
    """Every ``make`` target that a document names in code and the Makefile does not have."""
    code = re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", text, re.MULTILINE)
    return sorted({first or second for first, second in code} - targets)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_document_points_at_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert dead_links(text, document.parent) == []
    assert unknown_targets(text, TARGETS) == []


@pytest.mark.parametrize(
    "target", ["run", "test", "check", "bench", "soak", "mutants", "snapshots", "picture", "format"]
)
def test_the_makefile_has_the_targets_of_the_house(target: str) -> None:
    assert target in TARGETS


def test_a_dead_link_and_an_unknown_target_are_named(tmp_path: Path) -> None:
    (tmp_path / "here.md").touch()
    text = "[a](here.md#part) ![b](gone.svg) [c](https://example.com)\n`make run` and `make coffee`\nmake tea  # now"
    assert dead_links(text, tmp_path) == ["gone.svg"]
    assert unknown_targets(text, {"run"}) == ["coffee", "tea"]
