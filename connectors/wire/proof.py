"""Answers as they come, for whoever has to show them: a panic keeps them with the venue's own ids.

Whoever wants them sets a listener in its context; tasks it starts inherit it, so that what was asked for somebody
else is never among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

import uuid6

_IDS = ("x-mbx-uuid", "traceid", "x-bapi-traceid", "x-request-id", "cf-ray")
"""Headers in which venues name an answer, the venue's own before those of what stands before it."""

OURS = "ours-"
"""What an id of our own making begins with: the worker's log has it."""


class Reply(Protocol):
    """An answer, as the transport has it."""

    @property
    def status(self) -> int:
        """Of HTTP."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""
        ...

    @property
    def body(self) -> bytes:
        """Whole."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """One exchange that ended."""

    operation: str
    status: int | None
    """None where no answer came."""
    body: bytes
    left: bool
    """Whether bytes of the request may have left."""
    latency_ms: int
    request_id: str


_listener: ContextVar[Callable[[Answered], None] | None] = ContextVar("proof", default=None)


@contextmanager
def listening(listener: Callable[[Answered], None] | None) -> Iterator[None]:
    """Hear of every exchange that is begun in this context, or by a task that was started in it.

    Args:
        listener: Who hears; None: nobody does, whatever is heard around this.
    """
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def tell(operation: str, answer: Reply | None, *, left: bool, latency_ns: int) -> None:
    """Tell who listens, if anybody does."""
    listener = _listener.get()
    if listener is None:
        return
    status, headers, body = (None, {}, b"") if answer is None else (answer.status, answer.headers, answer.body)
    named = next((headers[name] for name in _IDS if headers.get(name)), "")
    request_id = named or f"{OURS}{uuid6.uuid7().hex[-12:]}"
    listener(Answered(operation, status, body, left, latency_ns // 1_000_000, request_id))
