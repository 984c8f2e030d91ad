"""``docs/venues/binance.md`` says what the room declares and calls, cell by cell."""

from __future__ import annotations

import re

from architecture.checkers.source import ROOT
from connectors.errors import Unknown
from connectors.model.capabilities import Amend, Support
from connectors.model.change import CancelOutcome, CreateOutcome
from connectors.venues.binance.endpoints import ENDPOINTS
from docs import venues
from docs.venues import ROWS, capabilities

PAGE = (ROOT / "docs" / "venues" / "binance.md").read_text(encoding="utf-8")
WORDS = {each.value for kind in (Support, Amend) for each in kind}
ABOUT_ORDERS = ("order.", "orders.", "list.", "lists.")


def table(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    below = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def declared() -> dict[str, str]:
    """Every cell of the matrix that says how something is met."""
    found = {name: told(capabilities("binance")) for name, told in ROWS}
    return {name: how for name, how in found.items() if how in WORDS}


def calls() -> list[tuple[str, ...]]:
    """Every call about orders that the room makes."""
    return sorted(
        (
            each.operation,
            f"`{each.method} {each.path}`",
            str(each.weight),
            str(each.orders),
            "yes" if each.idempotent else "never",
        )
        for each in ENDPOINTS
        if each.operation.startswith(ABOUT_ORDERS)
    )


def test_every_cell_is_told_as_it_is_declared_and_no_other() -> None:
    told = {row[0]: row[1] for row in table(PAGE, "Native, emulated, missing")}
    assert len(told) > 30
    assert told == declared()


def test_every_call_is_told_with_its_weight_its_orders_and_whether_it_is_repeated() -> None:
    assert sorted(tuple(row) for row in table(PAGE, "Calls about orders")) == calls()


def test_what_is_said_to_be_missing_is_not_called() -> None:
    paths = " ".join(each.path for each in ENDPOINTS)
    for path in ("opo", "sor", "order/oco"):
        assert f"/{path}" not in paths


def test_every_outcome_of_a_replace_is_told() -> None:
    below = PAGE.partition("\n## When nobody answers\n")[2]
    for outcome in (*CancelOutcome, *CreateOutcome):
        assert re.search(rf"\b{outcome}\b", below)
    assert f"`{Unknown.__name__}`" in below


def test_a_cell_that_is_told_wrongly_is_noticed() -> None:
    wrong = PAGE.replace("| order LIMIT | native |", "| order LIMIT | missing |")
    told = {row[0]: row[1] for row in table(wrong, "Native, emulated, missing")}
    assert told != declared()


def test_the_matrix_of_all_venues_leads_here() -> None:
    assert "(venues/binance.md)" in venues.page()
