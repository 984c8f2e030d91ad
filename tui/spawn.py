"""The one door through which other processes are started (SECURITY-SPEC §8).

The environment of a child is built from nothing: no key, no token and no proxy of the user's shell reaches it. Python
starts isolated (``-I``), so no path or hook of the environment is loaded either.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

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


async def start_held(words: Sequence[str], environment: Mapping[str, str], err: Path) -> asyncio.subprocess.Process:
    """Start ``python -I`` with these words as a process that ends with us: we hold the other end of its input.

    Its output comes to us; it has a session of its own, so that ``^C`` in our terminal is ours to handle.

    Args:
        words: Arguments for the interpreter.
        environment: The child's whole environment.
        err: Where its standard error is appended; a private file that is there.
    """
    sink = os.open(err, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=sink,
            env=dict(environment),
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(sink)


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
