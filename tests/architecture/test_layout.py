"""Where things stand, what they are called, and that they are finished."""

from __future__ import annotations

import subprocess

import pytest

from architecture.checkers.layout import (
    HTTPX_DOOR,
    httpx_elsewhere,
    meaningless_names,
    packages_below_tests,
    prints,
    strangers,
    unfinished,
)
from architecture.checkers.source import PACKAGES, ROOT, Source, report, sources

WRITES_TO_THE_TERMINAL = ("tui/cli/", "tui/__main__.py")


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """Every file of the checkout that git knows or would add."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in listing.stdout.splitlines() if (ROOT / line).exists()]


def test_the_top_level_holds_the_rooms_and_nothing_else(tracked: list[str]) -> None:
    findings = strangers(tracked)
    assert not findings, report(findings)


def test_every_module_says_by_its_name_what_is_inside(tracked: list[str]) -> None:
    findings = meaningless_names(tracked)
    assert not findings, report(findings)


def test_tests_hold_no_packages(tracked: list[str]) -> None:
    findings = packages_below_tests(tracked)
    assert not findings, report(findings)


def test_httpx_is_imported_through_one_door() -> None:
    findings = [finding for source in sources(*PACKAGES) for finding in httpx_elsewhere(source)]
    assert not findings, report(findings)


def test_nothing_is_left_unfinished() -> None:
    findings = [finding for source in sources(*PACKAGES, "tests") for finding in unfinished(source)]
    assert not findings, report(findings)


def test_library_code_prints_nothing() -> None:
    findings = [
        finding
        for source in sources(*PACKAGES)
        if not source.path.startswith(WRITES_TO_THE_TERMINAL)
        for finding in prints(source)
    ]
    assert not findings, report(findings)


def test_a_stranger_at_the_top_is_named() -> None:
    assert [f.path for f in strangers(["scripts/run.py", "tui/desk.py", "notes.txt"])] == ["notes.txt", "scripts"]


@pytest.mark.parametrize("path", ["tui/utils.py", "storage/common/x.py", "tests/support/helpers.py", "tui/manager.py"])
def test_a_name_that_says_nothing_is_named(path: str) -> None:
    assert meaningless_names([path])


def test_a_package_below_tests_is_named() -> None:
    assert packages_below_tests(["tests/tui/__init__.py", "tui/__init__.py"])[0].path == "tests/tui/__init__.py"


@pytest.mark.parametrize(
    "text", ["import httpx", "import httpx as h", "from httpx import Client", "def f():\n    import httpx._models"]
)
def test_httpx_elsewhere_is_named_and_at_its_door_is_not(text: str) -> None:
    assert httpx_elsewhere(Source("tui/desk.py", text))
    assert httpx_elsewhere(Source(HTTPX_DOOR, text)) == []


@pytest.mark.parametrize(
    "text", ["a = 1  # TO" + "DO: later", "a = 1  # pragma: no " + "cover", "raise NotImplemented" + "Error"]
)
def test_unfinished_work_is_named(text: str) -> None:
    assert unfinished(Source("x.py", text))


def test_an_operator_may_answer_that_it_does_not_know_the_other_side() -> None:
    assert unfinished(Source("x.py", "def __lt__(self, other):\n    return NotImplemented")) == []


def test_a_print_is_named() -> None:
    assert prints(Source("x.py", "def f():\n    print('x')"))
