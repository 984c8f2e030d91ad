"""The door through which processes start: an environment from nothing, nothing left behind."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from support.until import until
from tui.spawn import Detached, answer_of, child_environment, start_held, worker_environment

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


async def test_a_held_process_ends_when_its_input_is_closed(tmp_path: Path) -> None:
    err = tmp_path / "err"
    err.touch()
    process = await start_held(["-c", "import sys; sys.stdin.read(); sys.exit(7)"], {"PATH": "/bin"}, err)
    assert process.returncode is None
    assert process.stdin is not None
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 20) == 7


@pytest.mark.parametrize(
    ("words", "said"), [(("echo", "10"), "10"), (("false",), None), (("no-such-tool",), None), (("sleep", "30"), None)]
)
def test_a_tool_that_does_not_answer_is_none(words: tuple[str, ...], said: str | None) -> None:
    assert answer_of(words, timeout_s=0.5) == said
