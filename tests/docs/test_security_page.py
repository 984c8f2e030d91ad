"""``docs/security.md``: every test, command, file and number it names is there, and what is not defended is said."""

from __future__ import annotations

import re

import pytest

from architecture.checkers.source import ROOT
from docs.test_complete import commands
from storage.paths import Home
from storage.vault.keyring import SERVICE
from tui.cli.exits import Exit

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
FLAT = " ".join(PAGE.split()).replace("**", "")
RULES = [
    "T2",
    "T3a",
    "T3b",
    "T3c",
    "T3d",
    "T4",
    "T5a",
    "T5b",
    "T5c",
    "T5d",
    "T5e",
    "T5f",
    "T6",
    "T7a",
    "T7b",
    "T7c",
    "T8",
    "T9a",
    "T9b",
    "T9c",
    "T10",
    "T11",
    "T12",
    "T14",
]
NAMED = sorted(set(re.findall(r"`([a-z_/0-9]+\.py)::(\w+)`", PAGE)))


def rows() -> dict[str, str]:
    """Rule → its row of the table."""
    return {found[1]: found[0] for found in re.finditer(r"^\| (T\d+[a-f]?) \|.*$", PAGE, re.MULTILINE)}


def test_every_rule_of_the_design_names_what_proves_it() -> None:
    assert sorted(rows()) == sorted(RULES)
    assert [rule for rule, row in rows().items() if "::" not in row] == []


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_it_names_is_there(path: str, name: str) -> None:
    text = (ROOT / "tests" / path).read_text(encoding="utf-8")
    assert re.search(rf"^(async def {name}\(|def {name}\(|{name} = |class {name}\b)", text, re.MULTILINE)


@pytest.mark.parametrize(
    "words",
    [
        "code that runs as you",
        "root",
        "hostile terminal, tmux server or SSH host",
        "hostile dependency",
        "swap and hibernation images",
        "weak passphrase",
        "every copy of our state at once",
        "trader who is made to type",
        "A trade-only key is not harmless",
        "nothing against programs of the same login",
        "Environment variables are the weak way",
    ],
)
def test_what_is_not_defended_is_said_in_these_words(words: str) -> None:
    assert words in FLAT


def test_its_commands_exist() -> None:
    known = {*commands()}
    named = {found.strip() for found in re.findall(r"`(tradedesk(?: [a-z]+)+)", PAGE)}
    assert len(named) > 10
    assert sorted(each for each in named if not any(each == one or each.startswith(f"{one} ") for one in known)) == []


def test_its_places_and_codes_are_those_of_the_code() -> None:
    home = Home.below(ROOT)
    for path in (home.database, home.vault_anchor, home.settings_file, home.log):
        assert f"`{path.relative_to(ROOT)}" in PAGE
    assert f"`{SERVICE}`" in PAGE
    codes = (Exit.DAMAGED, Exit.TAMPERED, Exit.ROLLED_BACK)
    assert [int(code) for code in re.findall(r"\*\* \((\d+)\) \|", PAGE)] == [int(code) for code in codes]
    assert f"(exit code {int(Exit.TOO_OPEN)})" in FLAT
