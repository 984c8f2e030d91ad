r"""What came in and what was answered, as JSON lines, for judges outside (``--access-log FILE``).

One line for each request, frame or connection as it arrives (``kind`` ``request``) and one for what it is answered
(``kind`` ``answer``), both with the same ``n``, which counts up from 1 over the run. What streams and the account push
unasked is not written. Lines are appended and flushed one by one. Fields, those that do not apply left out:

========== ======================================================================================================
``kind``   ``open`` and ``close`` of a WebSocket, ``request``, ``answer``; ``fault``: a fault struck (`faults.journal`)
``n``      number of the request
``t``      when it arrived or was answered: ns since the Unix epoch, by the machine's clock, not the exchange's
``via``    ``rest``, ``stream`` or ``ws-api``
``conn``   the connection: address and port of the client
``method`` HTTP method; the frame's ``method`` on a WebSocket; ``ping`` and ``pong`` for such frames, ``connect`` for a
           handshake that was turned away
``path``   path of a REST request or of a WebSocket's handshake, percent-decoded
``query``  the query as sent, its signature taken out; ``body`` likewise the form of a POST, PUT or DELETE
``params`` parameters of a WebSocket frame, its signature taken out
``id``     id of a WebSocket frame, repeated in its answer
``key``    the last four characters of the API key
``agent``  User-Agent; ``unit``: X-MBX-TIME-UNIT
``status`` HTTP status, or the answer's ``status`` on the WebSocket API; 200 for a control frame that was obeyed
``code``   the error's code where it was refused
``weight`` used weight of the address after it, by window: ``{"1M": 21}``
``orders`` order count of the account after it, by window: ``{"10S": 1, "1D": 4}``
``retry``  Retry-After in seconds
========== ======================================================================================================
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TextIO

import msgspec

from connectors.simulator.clock import arrival_ns
from connectors.simulator.entry.rate import RateLimits
from connectors.simulator.options import RefusedError

_ENCODE = msgspec.json.Encoder().encode
_SIGNATURE = re.compile(r"(^|&)signature=[^&]*")
_SHOWN = 4


class AccessLog:
    """Writes the log, or nothing where none is wanted.

    Raises:
        RefusedError: The file cannot be written.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._number = 0
        self._file: TextIO | None = None
        if path is None:
            return
        try:
            self._file = path.open("a", encoding="utf-8", buffering=1)
        except OSError as broken:
            raise RefusedError(
                f"The access log {path} cannot be written ({broken.strerror}); name another file with --access-log."
            ) from broken

    @property
    def wanted(self) -> bool:
        """Whether anything is written at all."""
        return self._file is not None

    def opened(self, via: str, conn: str, path: str, query: str) -> None:
        """A WebSocket was accepted."""
        self._write("open", via=via, conn=conn, path=path, query=without_signature(query))

    def closed(self, via: str, conn: str) -> None:
        """A WebSocket has ended."""
        self._write("close", via=via, conn=conn)

    def asked(self, via: str, conn: str, **facts: Any) -> int:
        """A request or frame arrived; returns its number."""
        self._number += 1
        self._write("request", n=self._number, via=via, conn=conn, **facts)
        return self._number

    def answered(self, number: int, via: str, conn: str, **facts: Any) -> None:
        """It was answered."""
        self._write("answer", n=number, via=via, conn=conn, **facts)

    def struck(self, facts: dict[str, Any]) -> None:
        """A fault struck; what it kept from the exchange has no other line here."""
        self._write("fault", **facts)

    def close(self) -> None:
        """Write nothing more."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, kind: str, **facts: Any) -> None:
        if self._file is not None:
            line = {"kind": kind, "t": arrival_ns()} | {
                name: one for name, one in facts.items() if one not in (None, "")
            }
            self._file.write(_ENCODE(line).decode() + "\n")


def counts(rate: RateLimits, address: str) -> dict[str, dict[str, int]]:
    """Weight and order counts as they stand, by window."""
    return {
        "weight": {window.limit.suffix: window.count for window in rate.address(address).weights},
        "orders": {window.limit.suffix: window.count for window in rate.orders},
    }


def shown(api_key: Any) -> str | None:
    """What of a key may be written down."""
    return str(api_key)[-_SHOWN:] if api_key else None


def without_signature(text: str) -> str:
    """A query or form without its signature."""
    return _SIGNATURE.sub("", text)
