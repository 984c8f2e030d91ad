"""Commands about keys for tests: secrets through descriptors, a human who types, a worker that answers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from connectors.model.vault import VaultFacts, VaultState
from connectors.worker import api
from connectors.worker.link import LinkClient
from connectors.worker.secrets import SecretFrame, wipe
from storage.paths import Home
from support.command import TIMEOUT_S, Command, Said
from tui.cli.client import Client


@contextmanager
def descriptors(*contents: str | bytes) -> Iterator[list[int]]:
    """Open descriptors that hold these, one each."""
    opened = []
    for content in contents:
        reader, writer = os.pipe()
        os.write(writer, content.encode() if isinstance(content, str) else content)
        os.close(writer)
        opened.append(reader)
    try:
        yield opened
    finally:
        for number in opened:
            try:
                os.close(number)
            except OSError:
                continue  # who read it has closed it


def run_with(tradedesk: Command, words: Sequence[str], *contents: str, **environ: str) -> Said:
    """Run a command with secrets: ``{0}``, ``{1}`` in its words are the descriptors that hold them."""
    with descriptors(*contents) as numbers:
        done = subprocess.run(
            [sys.executable, "-m", "tui", *(word.format(*numbers) for word in words)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            env={**tradedesk.environ, **environ},
            pass_fds=numbers,
        )
    return Said(done.returncode, done.stdout, done.stderr)


class Typist:
    """A human at a terminal who types these lines, in order.

    Attributes:
        asked: What was asked, hidden questions with a leading ``*``.
        shown: What was painted on the alternate screen, and whether it was left again.
    """

    def __init__(self, *lines: str | Callable[[Typist], str], able: bool = True, can_show: bool = True) -> None:
        self._lines = list(lines)
        self.able = able
        self.can_show = able and can_show
        self.asked: list[str] = []
        self.shown: list[list[str]] = []
        self.handed: list[bytearray] = []
        self.is_aside = False

    def _next(self, question: str) -> str:
        self.asked.append(question)
        assert self._lines, f"nobody expected {question!r}"
        line = self._lines.pop(0)
        return line if isinstance(line, str) else line(self)

    async def hidden(self, question: str) -> bytearray:
        typed = bytearray(self._next(f"*{question}"), "utf-8")
        self.handed.append(typed)
        return typed

    async def line(self, question: str) -> str:
        return self._next(question).strip()

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        self.is_aside = True
        try:
            yield
        finally:
            self.is_aside = False

    def paint(self, *lines: bytes | bytearray) -> None:
        assert self.is_aside
        self.shown.append([bytes(line).decode() for line in lines])

    @property
    def done(self) -> bool:
        """Whether everything was typed."""
        return not self._lines


Answer = object | Callable[[Any], object]


class Worker:
    """A worker that answers by class: with a value, or with what a function makes of the command or frame.

    Attributes:
        asked: Commands, in order.
        handed: Frames as they came, copies: the originals are overwritten.
    """

    def __init__(self, state: VaultState = VaultState.OPEN, **answers: Answer) -> None:
        self.state = state
        self.slots: tuple[Any, ...] = ()
        self.keyring = ""
        self.keyring_sentence = ""
        self.answers = answers
        self.asked: list[Any] = []
        self.handed: list[tuple[str, Any]] = []

    def names(self) -> list[str]:
        """Classes of everything that came."""
        return [type(one).__name__ for one in self.asked]

    async def request(self, command: api.Command) -> object:
        self.asked.append(command)
        if isinstance(command, api.GetVault):
            return VaultFacts(self.state, self.slots, self.keyring, self.keyring_sentence)
        return self._answer(command)

    async def hand(self, frame: SecretFrame) -> object:
        self.asked.append(frame)
        self.handed.append((type(frame).__name__, _copied(frame)))
        try:
            return self._answer(frame)
        finally:
            wipe(frame)

    def _answer(self, asked: object) -> object:
        answer = self.answers.get(type(asked).__name__, api.Done())
        return answer(asked) if callable(answer) else answer


def _copied(value: Any) -> Any:
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, tuple):
        return tuple(_copied(part) for part in value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _copied(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


class Here(Client):
    """A client whose worker is `Worker` and whose human is `Typist`."""

    def __init__(self, home: Path, worker: Worker, typist: Typist) -> None:
        super().__init__(Home.below(home), "test", typist)
        self.worker = worker
        self.typist = typist

    @property
    def link(self) -> LinkClient:
        return self.worker  # type: ignore[return-value]  # it answers what a command asks
