"""Words that do not fit: the value and the limit in our own sentence, not the insides of a library."""

from __future__ import annotations

from dataclasses import replace

import pytest
import typer

from connectors.model.connection import LinkState
from connectors.model.ids import Mode
from connectors.worker import api
from support.pane_facts import order
from support.venue_desk import MAIN, connection, status
from tui.cli import usage, venues_words, words
from tui.cli.app import command_for
from tui.cli.exits import CommandFailed
from tui.cli.order_story import story_text


def refused(line: str) -> str:
    typed = line.split()
    with pytest.raises(typer.TyperException) as caught:
        command_for(typed).main(typed, prog_name="tradedesk", standalone_mode=False)
    return usage.sentence(caught.value, typed)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("fills --limit x", "--limit 'x' is no whole number. Write it like 50. See: tradedesk fills --help"),
        ("fills --limit 1.5", "--limit '1.5' is no whole number. Write it like 50. See: tradedesk fills --help"),
        (
            "order cancel k1 --timeout 0",
            "--timeout 0 is under 1, the least it takes. See: tradedesk order cancel --help",
        ),
        (
            "order cancel k1 --timeout 601",
            "--timeout 601 is above 600, the most it takes. See: tradedesk order cancel --help",
        ),
        ("fills --colour red", "No such option: --colour. See: tradedesk fills --help"),
        ("order place BUY 1 BTCUSDT -x", "No such option: -x. See: tradedesk order place --help"),
    ],
)
def test_the_value_is_held_against_its_limit(line: str, sentence: str) -> None:
    assert refused(line) == sentence


@pytest.mark.parametrize("size", ["-1", "-0.5", "-.5", "-1e5"])
def test_a_size_with_a_minus_is_told_as_a_size(size: str) -> None:
    said = refused(f"order place BUY {size} BTCUSDT --price 5")
    assert said.startswith(f"Size {size} is not above 0: a size has no sign, BUY or SELL says it. Nothing was sent.")
    assert "option" not in said


def test_what_is_typed_small_is_named_small() -> None:
    with pytest.raises(CommandFailed, match=r"There are: day, instrument\.$"):
        words.word("week", api.StatisticsBy, "--by", small=True)


def test_every_line_of_an_orders_way_has_a_name() -> None:
    story = api.OrderStory(order(3))
    assert all(line.strip() and not line.startswith(" ") for line in story_text(story).splitlines())


@pytest.mark.parametrize("state", [LinkState.DOWN, LinkState.RECONNECTING, LinkState.OFF])
def test_an_embedded_exchange_that_ended_with_its_holder_is_off_and_not_broken(state: LinkState) -> None:
    demo = replace(connection(MAIN, "demo", Mode.SIM), embedded=True)
    told = venues_words.as_it_is(demo, status(demo, state, reason="127.0.0.1 cannot be reached."))
    assert venues_words.state_words(demo, told) == "OFF"
    assert venues_words.reason_words(demo, told) == venues_words.NOT_RUNNING
    live = status(demo, LinkState.LIVE)
    assert venues_words.as_it_is(demo, live) is live
    venue = replace(demo, embedded=False)
    down = status(venue, state, reason="api.binance.com cannot be reached.")
    assert venues_words.as_it_is(venue, down) is down
