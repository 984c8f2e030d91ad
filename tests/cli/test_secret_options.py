"""No secret is ever an argument: an option named like one takes a descriptor or a file, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from tui.cli.app import app

_SECRET = re.compile(r"pass|secret|key|token", re.IGNORECASE)
_DOORS = ("-fd", "-file")
WITHOUT = ("desk", "demo", "simulator", "worker", "doctor", "backup", "restore")
"""Commands that never need an open vault."""


def commands(command: Any = None, path: str = "tradedesk") -> Iterator[tuple[str, Any]]:
    """Every command, whole path and object."""
    command = command or typer.main.get_command(app)
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, each in inner.items():
        yield from commands(each, f"{path} {name}")


def offends(option: Any) -> list[str]:
    """Names of an option or argument under which a secret could stand in the process list."""
    takes_nothing = getattr(option, "is_flag", False)
    names = [*option.opts, *option.secondary_opts]
    return [name for name in names if _SECRET.search(name) and not takes_nothing and not name.endswith(_DOORS)]


def test_no_command_takes_a_secret_as_an_argument() -> None:
    found = {path: names for path, command in commands() for one in command.params if (names := offends(one))}
    assert found == {}


def test_every_command_at_the_worker_takes_the_passphrase_through_a_descriptor() -> None:
    without = {path for path, command in commands() if not any("--passphrase-fd" in one.opts for one in command.params)}
    assert without == {f"tradedesk {name}" for name in WITHOUT}
    assert len(list(commands())) > 40


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("--api-key", True),
        ("--secret", True),
        ("--passphrase", True),
        ("--token", True),
        ("--key-kind", True),
        ("--secret-fd", False),
        ("--key-file", False),
        ("--signs-with", False),
    ],
)
def test_the_check_sees_an_option_that_would_take_one(name: str, bad: bool) -> None:
    wrong = typer.Typer()

    def one(value: str = typer.Option("", name)) -> None:
        """Take it."""

    wrong.command()(one)
    (option, *_) = typer.main.get_command(wrong).params
    assert bool(offends(option)) is bad
