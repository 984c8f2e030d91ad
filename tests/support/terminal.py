"""A real terminal for tests: a program in a tmux window of a given size, keys in, lines of text out.

Waiting is by condition, never by a fixed time: `Terminal.until` polls the screen until it says what is expected and
fails with the screen as it stands.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

POLL_SECONDS = 0.05
STARTS = 3


class Terminal:
    """One tmux server of its own (socket in ``folder``), one window."""

    def __init__(self, folder: Path, columns: int, rows: int, environment: Mapping[str, str]) -> None:
        self._socket = folder / f"tmux-{uuid.uuid4().hex[:8]}"
        self._size = (columns, rows)
        self._environment = {**os.environ, **environment, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        self._environment.pop("TMUX", None)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), "-f", "/dev/null", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"tmux {arguments[0]} failed: {done.stderr.strip()}")
        return done.stdout

    def start(self, *command: str) -> None:
        """Run ``command`` under a shell that stays, so that what it leaves behind can be seen."""
        columns, rows = self._size
        self._begin("new-session", "-d", "-x", str(columns), "-y", str(rows), "env PS1='$ ' sh")
        self._tmux("set-option", "-g", "escape-time", "10")
        self._tmux("set-option", "-g", "status", "off")
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))
        self.type(shlex.join(command) + "; echo exit=$?")
        self.press("Enter")

    def _begin(self, *arguments: str) -> None:
        """Start the server: on a busy machine a new one sometimes exits before it has read its first command."""
        for attempt in range(STARTS):
            try:
                self._tmux(*arguments)
                return
            except AssertionError:
                if attempt == STARTS - 1:
                    raise

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names, one by one, as a hand would: each reaches the program alone."""
        for key in keys:
            self._tmux("send-keys", key)

    def type(self, text: str) -> None:
        """Type literal text."""
        self._tmux("send-keys", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Drag the window to another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self) -> str:
        """What is on the screen now."""
        return self._tmux("capture-pane", "-p")

    def flag(self, name: str) -> str:
        """A tmux format value of the pane, such as ``cursor_flag`` or ``mouse_any_flag``."""
        return self._tmux("display-message", "-p", f"#{{{name}}}").strip()

    def until(self, expected: str | Callable[[str], bool], seconds: float = 60) -> str:
        """Wait until the screen matches a pattern (or satisfies a predicate) and return it.

        Raises:
            AssertionError: It did not in ``seconds``; the message holds the screen.
        """
        holds = expected if callable(expected) else re.compile(expected).search
        deadline = time.monotonic() + seconds
        while True:
            screen = self.screen()
            if holds(screen):
                return screen
            if time.monotonic() > deadline:
                raise AssertionError(f"the screen never showed {expected!r} in {seconds} s:\n{screen}")
            time.sleep(POLL_SECONDS)

    def shows(self, expected: str, seconds: float) -> bool:
        """Whether the screen matches a pattern within ``seconds``."""
        try:
            self.until(expected, seconds)
        except AssertionError:
            return False
        return True

    def close(self) -> None:
        """End the server and everything in it."""
        subprocess.run(["tmux", "-S", str(self._socket), "kill-server"], capture_output=True, timeout=20, check=False)
