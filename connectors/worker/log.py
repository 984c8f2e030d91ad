"""The log: one JSON object a line in a 0600 file, redacted before it is written; nothing goes to a terminal."""

from __future__ import annotations

import fnmatch
import logging
import os
import re
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

_MODE = 0o600
_FILE_BYTES = 5_000_000
_FILES_KEPT = 3
_REDACTED = "[redacted]"

DENIED_KEYS = (
    "*secret*", "*passphrase*", "*password*", "signature", "sign", "apikey", "api_key", "listenkey", "jwt", "token",
    "authorization", "cookie", "x-mbx-apikey", "x-bapi-*", "access-*", "cb-access-*", "kid", "privatekey",
    "95", "96", "553", "554", "925",
)  # fmt: skip
"""Names whose values are never written, in any case (SECURITY-SPEC §9; the numbers are FIX tags)."""

_PATTERNS = (
    re.compile(r"""(?i)((?:signature|api_?key|listenkey|sign|token|secret)["']?\s*[=:]\s*["']?)[^\s"'&,}]+"""),
    re.compile(r"(?i)(x-mbx-apikey:\s*)\S+"),
    re.compile(r"()eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"),
    re.compile(r"()-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----"),
    re.compile(r"()TDR1-[0-9A-Za-z-]+"),
    re.compile(r"()\b[A-Za-z0-9]{64}\b"),
)


def redact(text: str) -> str:
    """Take what looks like a key, a signature or a token out of a text."""
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<1>{_REDACTED}", text)
    return text


def _denied(key: str) -> bool:
    low = key.lower()
    return any(fnmatch.fnmatchcase(low, pattern) for pattern in DENIED_KEYS)


def _clean(value: object) -> object:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bytes):
        return _REDACTED
    if isinstance(value, dict):
        return {key: _REDACTED if _denied(str(key)) else _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int) else redact(str(value))


def redact_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: every key by its name, every text by its look."""
    return {key: _REDACTED if _denied(key) else _clean(value) for key, value in event.items()}


class _RedactingHandler(RotatingFileHandler):
    """Records of other libraries take the same road; a filter on a logger would miss its children."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING or record.name.startswith("tradedesk"):
            super().emit(record)

    def _open(self) -> Any:
        descriptor = os.open(
            self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, _MODE
        )
        return os.fdopen(descriptor, "a", encoding="utf-8")


def log_to(path: Path) -> None:
    """Send this process's log to a file, made 0600 where it is not there."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
        ),
        redact_event,
    ]
    handler = _RedactingHandler(path, maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logger() -> Any:
    """The worker's logger: ``logger().info("event_in_snake_case", key=value)``."""
    return structlog.stdlib.get_logger("tradedesk.worker")
