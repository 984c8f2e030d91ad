"""The door through which processes start: an environment from nothing, nothing left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.until import until
from tui.spawn import Detached, Held, answer_of, child_environment, worker_environment

TELL = (
    "import os, sys, json; json.dump([sys.flags.isolated, os.getsid(0) == os.getpid(), sorted(os.environ)], sys.stderr)"
)


def test_a_child_knows_where_things_lie_and_nothing_else() -> None:
    shell = {
        "PATH": "/bin",
        "HOME": "/h",
        "LC_ALL": "C",
        "TRADEDESK_HOME": "/t",
        "BINANCE_API_SECRET": "canary",
        "HTTPS_PROXY": "http://proxy",
        "PYTHONPATH": "/evil",
        "SSLKEYLOGFILE": "/keys",
        "AWS_SECRET_ACCESS_KEY": "canary",
    }
    assert child_environment(shell, TRADEDESK_HOME="/u") == {
        "PATH": "/bin",
        "HOME": "/h",
        "LC_ALL": "C",
        "TRADEDESK_HOME": "/u",
    }


def test_the_worker_alone_is_told_where_the_keyring_of_the_login_is() -> None:
    shell = {"PATH": "/bin", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1/bus", "XDG_RUNTIME_DIR": "/run/user/1"}
    assert worker_environment({**shell, "PYTHON_KEYRING_BACKEND": "evil", "KEYRING_PROPERTY_X": "1"}) == shell
    assert child_environment(shell) == {"PATH": "/bin"}


def test_a_detached_process_is_isolated_in_a_session_of_its_own_and_its_words_are_kept(tmp_path: Path) -> None:
    err = tmp_path / "err"
    err.touch()
    process = Detached(["-c", TELL], {"PATH": "/bin"}, err)
    until(lambda: process.exit_code is not None, "the process ended")
    isolated, own_session, names = json.loads(err.read_text())
    assert (process.exit_code, isolated, own_session) == (0, 1, True)
    assert set(names) - {"PATH"} <= {"LC_CTYPE"}, "Python itself sets LC_CTYPE in the C locale"


HELD = """
import sys
print("first", flush=True)
print("x" * 1_000_000, flush=True)
print("sentence", file=sys.stderr, flush=True)
sys.stdin.read()
sys.exit(7)
"""


def test_a_held_process_ends_when_its_input_is_closed_and_never_waits_for_a_reader(tmp_path: Path) -> None:
    err = tmp_path / "err"
    err.write_text("of another\n")
    process = Held(["-c", HELD], {"PATH": "/bin"}, err)
    assert process.first_line.result(20) == b"first\n"
    until(lambda: process.complaint() == "sentence", "all was said")
    assert not process.exit_code.done()
    process.end()
    assert process.exit_code.result(20) == 7
    process.end()
    process.kill()


def test_a_held_process_that_ends_without_a_word_has_an_empty_first_line(tmp_path: Path) -> None:
    err = tmp_path / "err"
    err.touch()
    process = Held(["-c", ""], {"PATH": "/bin"}, err)
    assert process.first_line.result(20) == b""
    assert process.exit_code.result(20) == 0


@pytest.mark.parametrize(
    ("words", "said"), [(("echo", "10"), "10"), (("false",), None), (("no-such-tool",), None), (("sleep", "30"), None)]
)
def test_a_tool_that_does_not_answer_is_none(words: tuple[str, ...], said: str | None) -> None:
    assert answer_of(words, timeout_s=0.5) == said
