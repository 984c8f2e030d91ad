"""What was done to whom, in order: one JSON object an entry, the newest ten thousand kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec

_KEPT = 10_000
_OWN = {"n", "t", "who", "kind"}
_ENCODE = msgspec.json.Encoder().encode


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened.

    Attributes:
        n: Its number, from 1 on; entries that were dropped leave a hole before the oldest.
        t: When, in ms, on the true clock, whatever a fault makes of the exchange's.
        who: ``venue``, or ``client`` for what a client noted here of what it saw.
        what: ``request``, ``handshake``, ``connection``, ``frame``, ``state``, ``armed``, ``disarmed`` or ``note``.
        fault: The armed fault that caused it; absent where the exchange just did its work.
        kind: That fault's kind.
        endpoint: The endpoint class.
        request: Method and path, or the WebSocket API's method.
        id: The WebSocket request's id.
        client_id: The client order id sent (of a cancel: of the order).
        accepted: Whether the exchange carried the request out.
        answered: Whether an answer was given.
        status: The answer's HTTP status (0 when there was none).
        code: The answer's refusal code.
        detail: Anything else, in words.
    """

    n: int
    t: int
    who: str
    what: str
    fault: str = ""
    kind: str = ""
    endpoint: str = ""
    request: str = ""
    id: int | str | None = None
    client_id: str = ""
    accepted: bool | None = None
    answered: bool | None = None
    status: int = 0
    code: int = 0
    detail: str = ""


class Journal:
    """All entries."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._count = 0
        self._told: Callable[[dict[str, Any]], None] | None = None

    def tell(self, told: Callable[[dict[str, Any]], None]) -> None:
        """Whom to tell, too, of every fault that strikes: its entry without number and time."""
        self._told = told

    def note(self, now_ms: int, what: str, *, who: str = "venue", **rest: Any) -> Entry:
        """Add an entry."""
        self._count += 1
        entry = Entry(self._count, now_ms, who, what, **rest)
        self._entries.append(entry)
        if self._told is not None and entry.fault:
            facts = msgspec.to_builtins(entry)
            self._told({name: value for name, value in facts.items() if name not in _OWN} | {"fault_kind": entry.kind})
        return entry

    def lines(self, after: int = 0) -> bytes:
        """Entries after a number, a JSON object a line."""
        return b"".join(_ENCODE(entry) + b"\n" for entry in self._entries if entry.n > after)

    def clear(self) -> None:
        """Forget the entries; their numbers go on."""
        self._entries.clear()
