"""Documents made from the code say what the code says, and leave nothing out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from connectors import registry
from connectors.model.capabilities import Amend
from docs import keys, make, reliability, schema, simulator_page, venues
from simulator.figures import Figure
from simulator.tapes import TAPE
from support.shared import shared_path
from tui.commands.catalogue import COMMANDS
from tui.commands.command import Command, Context


class Somersault(Command):
    """A key that nobody has documented."""

    id, keys, words = "somersault", ("g shift+f1",), "turn over"
    contexts = (Context.LADDER,)


@pytest.mark.parametrize("name", sorted(make.PAGES))
def test_a_page_made_from_the_code_is_not_stale(name: str) -> None:
    if name == "simulator.md":
        shared_path(*TAPE)
    assert make.stale(names=[name]) == [], f"docs/{name} does not say what the code says: run make docs"


@pytest.mark.parametrize("name", sorted(make.CODE))
def test_code_made_from_other_code_is_not_stale(name: str) -> None:
    assert make.stale_code(names=[name]) == [], f"{name} is not what its source makes: run make docs"


def test_code_that_was_changed_by_hand_or_is_missing_is_stale(tmp_path: Path) -> None:
    name = "storage/database/audit_tables.py"
    assert make.stale_code(tmp_path, [name]) == [name]
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(schema.audit_tables().replace("Integer", "Text"), encoding="utf-8")
    assert make.stale_code(tmp_path, [name]) == [name]
    (tmp_path / name).write_text(schema.audit_tables(), encoding="utf-8")
    assert make.stale_code(tmp_path, [name]) == []


def test_a_page_that_is_missing_or_was_changed_by_hand_is_stale(tmp_path: Path) -> None:
    (tmp_path / "venues.md").write_text(venues.page(), encoding="utf-8")
    (tmp_path / "keys.md").write_text(keys.page() + "\nBy hand.\n", encoding="utf-8")
    (tmp_path / "reliability.md").write_text(reliability.page(), encoding="utf-8")
    quick = [name for name in make.PAGES if name != "simulator.md"]  # its figures take 13 s, and are made above
    assert make.stale(tmp_path, quick) == ["keys.md"]
    (tmp_path / "venues.md").unlink()
    assert make.stale(tmp_path, quick) == ["keys.md", "venues.md"]


def test_every_context_has_a_place_on_the_page_of_keys() -> None:
    assert set(keys.PLACES) == set(Context)


def test_a_key_that_is_added_to_the_desk_changes_the_page_of_keys() -> None:
    assert "| `gshift+f1` |" not in keys.page()
    assert "A key that nobody has documented." in keys.page((*COMMANDS, Somersault()))


def test_a_key_of_a_later_release_is_described_by_what_the_desk_answers() -> None:
    alert = next(each for each in COMMANDS if each.id == "alert.here")
    assert keys.meaning(alert).startswith("Answers: Price alerts come with a later release.")


def test_the_page_of_venues_has_a_column_and_hosts_for_every_registered_venue() -> None:
    page = venues.page()
    for venue in registry.venues():
        assert f" {venue} |" in page
        for place in venues.places(venue).values():
            assert all(host in page for host in (*place.rest, place.stream, place.ws_api))


def test_a_capability_that_is_declared_changes_the_page_of_venues(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = venues.capabilities("binance")
    monkeypatch.setattr(venues, "capabilities", lambda _venue: replace(declared, amend=Amend.MISSING))
    assert "| change an order | missing |" in venues.page()


def test_the_page_of_the_simulator_shows_the_middle_seed_and_the_least_and_most_of_the_ratios() -> None:
    seeds = [{"x": Figure(median, 4)} for median in (1, 3, 2)]
    rows = list(simulator_page.figure_table({"x": Figure(2, 2)}, seeds))
    assert rows[2] == "| x | 2 | 2 | 2 | 4 | 0.50 – 1.50 | 2.00 – 2.00 |"
    rows = list(simulator_page.figure_table({"x": Figure(1000, None)}, [{"x": Figure(1500, None)}]))
    assert rows[2] == "| x | 1,000 | – | 1,500 | – | 1.50 – 1.50 | – |"


def test_the_page_of_the_simulator_lists_every_option_fault_and_path() -> None:
    assert {"--symbols SYMBOLS", "--regime REGIME", "--control"} <= simulator_page.listed_options().keys()
    assert {"`gap`", "`restart`"} <= {row[0] for row in simulator_page.fault_rows()}
    assert "POST/GET/DELETE `order`" in "".join(simulator_page.surface())
