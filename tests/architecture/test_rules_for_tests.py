"""The rules for the tests themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from architecture.checkers.rules_for_tests import (
    empty_assertions,
    names_that_are_no_sentence,
    proofless_tests,
    unseeded_random,
    wall_clock_sleeps,
)
from architecture.checkers.source import Finding, Source, report, sources

Check = Callable[[Source], list[Finding]]

CHECKS: list[Check] = [
    wall_clock_sleeps,
    unseeded_random,
    proofless_tests,
    empty_assertions,
    names_that_are_no_sentence,
]


def test_no_test_breaks_the_rules_for_tests() -> None:
    """All of them in one pass: to parse the tests takes longer than to check them."""
    findings = [finding for source in sources("tests") for check in CHECKS for finding in check(source)]
    assert not findings, report(findings)


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (wall_clock_sleeps, "import time\ntime.sleep(0.1)"),
        (wall_clock_sleeps, "from time import sleep\nsleep(0.1)"),
        (wall_clock_sleeps, "import asyncio\nawait asyncio.sleep(1)"),
        (wall_clock_sleeps, "import asyncio\nawait asyncio.sleep(2.5)"),
        (unseeded_random, "import random\nrandom.random()"),
        (unseeded_random, "from random import choice\nchoice([1])"),
        (unseeded_random, "import random\nrandom.Random()"),
        (unseeded_random, "import random\nrandom.SystemRandom()"),
        (proofless_tests, "def test_a_desk_opens(): desk()"),
        (proofless_tests, "async def test_a_desk_opens(): assert True"),
        (proofless_tests, "class TestDesk:\n    def test_a_desk_opens(self): desk()"),
        (empty_assertions, "assert True"),
        (empty_assertions, "assert (price, 'message')"),
        (empty_assertions, "assert order.price == order.price"),
        (names_that_are_no_sentence, "def test_desk(): assert desk()"),
        (names_that_are_no_sentence, "def test_desk_2(): assert desk()"),
    ],
)
def test_a_broken_rule_is_named(check: Check, text: str) -> None:
    assert check(Source("tests/x.py", text))


def test_only_a_support_module_may_pause_while_it_polls() -> None:
    short, long = ("import time\nwhile waiting():\n    time.sleep(" + span for span in ("POLL_S)", "1)"))
    assert wall_clock_sleeps(Source("tests/support/x.py", short)) == []
    assert wall_clock_sleeps(Source("tests/support/x.py", long))
    assert wall_clock_sleeps(Source("tests/tui/x.py", short))


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (wall_clock_sleeps, "import asyncio\nawait asyncio.sleep(0)"),
        (wall_clock_sleeps, "await clock.sleep(30)"),
        (unseeded_random, "import random\nrandom.Random(7).random()"),
        (unseeded_random, "rng.random()"),
        (proofless_tests, "def test_a_desk_opens(): assert desk()"),
        (proofless_tests, "def test_a_desk_refuses():\n    with pytest.raises(ValueError): desk()"),
        (proofless_tests, "def test_a_desk_draws(): assert_lines(desk(), '')"),
        (proofless_tests, "def test_a_desk_hears(): hear_until(desk(), ready)"),
        (empty_assertions, "assert order.price == other.price"),
        (names_that_are_no_sentence, "def test_a_desk_opens(): assert desk()"),
    ],
)
def test_a_rule_that_is_kept_is_not_named(check: Check, text: str) -> None:
    assert check(Source("tests/x.py", text)) == []
