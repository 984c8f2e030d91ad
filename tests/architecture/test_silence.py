"""No failure goes unseen."""

from __future__ import annotations

import pytest

from architecture.checkers.silence import SUPERVISOR, broad_excepts, silent_handlers
from architecture.checkers.source import PACKAGES, Source, report, sources

EVERYTHING = [*PACKAGES, "tests"]


def test_nobody_but_the_supervisor_catches_everything_and_no_handler_drops_an_error_without_a_word() -> None:
    findings = []
    for source in sources(*EVERYTHING):
        findings += silent_handlers(source)
        if source.path != SUPERVISOR:
            findings += broad_excepts(source)
    assert not findings, report(findings)


@pytest.mark.parametrize(
    "handler",
    [
        "except: log()",
        "except Exception: log()",
        "except Exception as error: log(error)",
        "except (OSError, Exception): log()",
        "except builtins.Exception: log()",
        "except BaseException: log()",
        "except Exception:\n    log()\n    raise",
        "except BaseException as error:\n    raise error",
    ],
)
def test_a_handler_of_everything_is_named(handler: str) -> None:
    assert broad_excepts(Source("x.py", f"try:\n    work()\n{handler}"))


@pytest.mark.parametrize("call", ["suppress(Exception)", "contextlib.suppress(OSError, BaseException)"])
def test_suppressing_everything_is_named(call: str) -> None:
    assert broad_excepts(Source("x.py", f"with {call}:\n    work()"))


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    work()\nexcept OSError: log()",
        "try:\n    work()\nexcept BaseException:\n    undo()\n    raise",
        "with suppress(FileNotFoundError):\n    work()",
    ],
)
def test_naming_the_error_or_passing_it_on_is_fine(text: str) -> None:
    assert broad_excepts(Source("x.py", text)) == []


@pytest.mark.parametrize("body", ["pass", "...", '"""Nothing."""'])
def test_a_handler_that_does_nothing_is_named(body: str) -> None:
    assert silent_handlers(Source("x.py", f"try:\n    work()\nexcept OSError:\n    {body}"))


def test_a_handler_that_does_nothing_and_says_why_is_fine() -> None:
    text = "try:\n    work()\nexcept FileNotFoundError:\n    pass  # gone already: that is what was wanted"
    assert silent_handlers(Source("x.py", text)) == []
