"""What a fault answers in the exchange's place, over HTTP and over the WebSocket API."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec

from connectors.simulator.faults import codes
from connectors.simulator.faults.fault import Fault
from connectors.simulator.faults.kinds import Error, Html, Refuse, Throttle

_ENCODE = msgspec.json.Encoder().encode
_JSON = (b"content-type", b"application/json;charset=UTF-8")
_HTML = (b"content-type", b"text/html")
_CLOSED = -1016


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; ``code`` is 0 where it carries none."""

    status: int
    code: int
    text: str
    retry_after_s: int | None = None
    page: bool = False

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Its HTTP headers."""
        found = [_HTML if self.page else _JSON, (b"content-length", str(len(self.body)).encode())]
        if self.retry_after_s is not None:
            found.append((b"retry-after", str(self.retry_after_s).encode()))
        return found

    @property
    def body(self) -> bytes:
        """Its HTTP body."""
        return self.text.encode() if self.page else _ENCODE({"code": self.code, "msg": self.text})

    def frame(self, answer_id: int | str | None, now_ms: int) -> str:
        """The same over the WebSocket API (§1.5: retryAfter is an epoch in ms); a page is no frame of it at all."""
        if self.page:
            return self.text
        error: dict[str, Any] = {"code": self.code, "msg": self.text}
        if self.retry_after_s is not None:
            error["data"] = {"serverTime": now_ms, "retryAfter": now_ms + self.retry_after_s * 1000}
        return _ENCODE({"id": answer_id, "status": self.status, "error": error}).decode()


def answer(fault: Fault, now_ms: int) -> Answer:
    """What a fault says where it says something; a fault that closes the venue says -1016 (§7.1)."""
    if isinstance(fault, Html):
        return Answer(fault.status, 0, _page(fault.status), page=True)
    if isinstance(fault, Throttle):
        return _throttled(fault, now_ms)
    if isinstance(fault, Error):
        return Answer(fault.status, fault.code, codes.text(fault.code))
    if isinstance(fault, Refuse):
        text = codes.text(fault.code) if fault.text is None else fault.text
        return Answer(codes.status(fault.code) if fault.status is None else fault.status, fault.code, text)
    return Answer(codes.status(_CLOSED), _CLOSED, codes.text(_CLOSED))


def _throttled(fault: Throttle, now_ms: int) -> Answer:
    if fault.status == 418:  # noqa: PLR2004 - §3.1
        until = now_ms + fault.retry_after_s * 1000
        text = f"Way too much request weight used; IP banned until {until}."
    else:
        text = "Too much request weight used; current limit is 6000 request weight per 1 MINUTE."
    return Answer(fault.status, -1003, text, fault.retry_after_s)


def _page(status: int) -> str:
    title = f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else str(status)
    return f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
