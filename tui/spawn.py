"""The one door through which other processes are started (SECURITY-SPEC §8).

The environment of a child is built from nothing: no key, no token and no proxy of the user's shell reaches it. Python
starts isolated (``-I``), so no path or hook of the environment is loaded either.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from io import BufferedReader

_PASSED = frozenset({"HOME", "LANG", "PATH", "TMPDIR", "TZ", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"})
_PASSED_PREFIXES = ("LC_", "TRADEDESK_")
_SESSION = frozenset({"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"})
"""How the login's own services are found, the system's keyring among them."""
_NEVER = ("KEY", "PASS", "SECRET", "TOKEN")
"""Parts of names that hold what no child is told this way, whatever they begin with."""


def child_environment(environ: Mapping[str, str], **more: str) -> dict[str, str]:
    """What a child may know: where things lie, how to write text, and our own settings.

    Args:
        environ: The environment of this process.
        more: Added, or set otherwise.
    """
    passed = {name: value for name, value in environ.items() if name in _PASSED or _ours(name)}
    return {**passed, **more}


def worker_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What the worker may know: as any child, and where it finds the keyring of its login.

    Args:
        environ: The environment of this process.
    """
    return child_environment(environ, **{name: environ[name] for name in _SESSION if name in environ})


def _ours(name: str) -> bool:
    return name.startswith(_PASSED_PREFIXES) and not any(part in name.upper() for part in _NEVER)


class Detached:
    """A process that outlives this one, in a session of its own: closing our terminal does not reach it."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], err: Path) -> None:
        """Start ``python -I`` with these words.

        Args:
            words: Arguments for the interpreter, such as ``-m tui worker``.
            environment: The child's whole environment.
            err: Where its standard error is appended; a private file that is there.
        """
        with err.open("ab") as sink:
            self._process = subprocess.Popen(
                [sys.executable, "-I", *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=sink,
                env=dict(environment),
                cwd="/",
                start_new_session=True,
            )
        # Somebody has to wait for it, or it would stay behind as a zombie for as long as the desk is open.
        threading.Thread(target=self._process.wait, name="reaper", daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()


class Held:
    """A process that ends with us, because we hold the other end of its input.

    It has a session of its own, so that ``^C`` in our terminal is ours to handle. A thread listens to it: that needs no
    event loop, so that it can be started before there is one.
    """

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], err: Path) -> None:
        """Start ``python -I`` with these words.

        Args:
            words: Arguments for the interpreter.
            environment: The child's whole environment.
            err: Where its standard error is appended; a private file that is there.
        """
        sink = os.open(err, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            self._err, self._err_from = err, os.fstat(sink).st_size
            self._process = subprocess.Popen(
                [sys.executable, "-I", *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                env=dict(environment),
                cwd="/",
                start_new_session=True,
            )
        finally:
            os.close(sink)
        self.first_line: Future[bytes] = Future()
        """What it said first, its end of line included; empty where it ended without a word."""
        self.exit_code: Future[int] = Future()
        """Negative for a signal."""
        threading.Thread(target=self._listen, name="held", daemon=True).start()

    def _listen(self) -> None:
        output = cast("BufferedReader", self._process.stdout)
        with output:
            self.first_line.set_result(output.readline())
            # It must never wait for somebody to read what it says later.
            while output.read1(4096):
                pass
        code = self._process.wait()
        self.end()
        self.exit_code.set_result(code)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def end(self) -> None:
        """Close its input: it writes down what it must and ends. May be called twice."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def kill(self) -> None:
        """End it at once; nothing where it has ended."""
        self._process.kill()

    def complaint(self) -> str:
        """What it wrote to its standard error."""
        return self._err.read_bytes()[self._err_from :].decode("utf-8", "replace").strip()


def answer_of(words: Sequence[str], timeout_s: float = 2.0) -> str | None:
    """What a tool on this machine says in one line; None where it is missing, fails or does not answer.

    Args:
        words: The tool and its arguments; never anything a user or a venue wrote.
        timeout_s: Seconds to wait.
    """
    try:
        done = subprocess.run(
            list(words), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
