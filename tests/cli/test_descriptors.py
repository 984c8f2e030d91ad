"""Secrets through descriptors: read to the end, closed, and refused in a sentence that repeats nothing of them."""

from __future__ import annotations

import os
import pty

import pytest

from support.vault_command import descriptors
from tui.cli.descriptors import MOST, read_descriptor
from tui.cli.exits import CommandFailed, Exit


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        ("correct horse", b"correct horse"),
        ("correct horse\n", b"correct horse"),
        ("two\nlines\n", b"two\nlines"),
        (" kept \n\n", b" kept \n"),
        ("ü".encode() * 8_000, "ü".encode() * 8_000),
    ],
    ids=["plain", "line", "lines", "blanks", "long"],
)
def test_everything_is_read_but_one_line_break_at_the_end(content: str | bytes, secret: bytes) -> None:
    with descriptors(content) as (number,), read_descriptor(number, "--secret-fd") as held:
        assert bytes(held.buffer) == secret
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(number)


@pytest.mark.parametrize(
    ("content", "told"),
    [("", "holds nothing"), ("\n", "holds nothing"), (b"x" * (MOST + 1), "more than 16,384 bytes")],
    ids=["empty", "line", "long"],
)
def test_what_can_be_no_secret_is_refused(content: str | bytes, told: str) -> None:
    with descriptors(content) as (number,), pytest.raises(CommandFailed, match=told) as refused:
        read_descriptor(number, "--secret-fd")
    assert refused.value.exit is Exit.USAGE


@pytest.mark.parametrize("number", [1, 2, -1])
def test_our_own_output_is_no_door(number: int) -> None:
    with pytest.raises(CommandFailed, match=f"--secret-fd {number} is where we write"):
        read_descriptor(number, "--secret-fd")


def test_a_descriptor_that_is_not_open_is_a_sentence() -> None:
    with descriptors("x") as (number,):
        os.close(number)
        with pytest.raises(CommandFailed, match=rf"cannot be read \(Bad file descriptor\).*{number}<FILE"):
            read_descriptor(number, "--secret-fd")


def test_a_terminal_is_no_descriptor_for_a_secret() -> None:
    master, slave = pty.openpty()
    try:
        with pytest.raises(CommandFailed, match="is a terminal, which shows what is typed"):
            read_descriptor(slave, "--passphrase-fd")
    finally:
        os.close(master)
