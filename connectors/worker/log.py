"""The log: one JSON object a line in a 0600 file, redacted before it is written; nothing goes to a terminal.

Everything is done on the handler, so that no logger, ours or a library's, has another road into the file.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

from connectors.model.foreign import REDACTED
from connectors.worker import redaction

_MODE = 0o600
_FILE_BYTES = 5_000_000
_FILES_KEPT = 3
_TALKATIVE = "tradedesk"
"""Whose loggers are heard below WARNING: a list of who may, so that no renamed library slips through."""
_OURS = (_TALKATIVE, "connectors.", "storage.", "tui.")
_WORDS = re.compile(r"[\w ,.;'-]*")
_FRAMES = 20

_Event = MutableMapping[str, Any]


class _RedactingHandler(RotatingFileHandler):
    """The one road into the file; a filter on a logger would miss its children."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING or _of(record.name, _TALKATIVE):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """A record that cannot be written is lost; the usual way would print its values to standard error."""

    def _open(self) -> Any:
        descriptor = os.open(
            self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, _MODE
        )
        return os.fdopen(descriptor, "a", encoding="utf-8")


def _of(name: str, root: str) -> bool:
    return name == root or name.startswith(f"{root}.")


def _foreign(_logger: object, _method: str, event: _Event) -> _Event:
    """What a library says, without the values it says it of: its own words, up to where a value begins."""
    record = event["_record"]
    if event["_from_structlog"] or record.name.startswith(_OURS):
        return event
    found = _WORDS.match(str(record.msg))
    return {**event, "event": found[0].rstrip() if found else "", "logger": record.name}


def _exceptions(_logger: object, _method: str, event: _Event) -> _Event:
    if "exception" in event:
        event["exception"] = redaction.without_foreign_words(event["exception"])
    return event


def _allowed(_logger: object, _method: str, event: _Event) -> _Event:
    return redaction.without_unlisted(event)


def _named(_logger: object, _method: str, event: _Event) -> _Event:
    return {key: REDACTED if redaction.denied(key) else redaction.without_denied(event[key]) for key in event}


def _looking(_logger: object, _method: str, event: _Event) -> _Event:
    return {key: redaction.without_patterns(value) for key, value in event.items()}


def _formatter() -> logging.Formatter:
    """The order is SECURITY-SPEC's: stacks without locals, names allowed, names denied, looks, then JSON."""
    stamped: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=stamped,
        processors=[
            _foreign,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=_FRAMES, use_rich=False)
            ),
            _exceptions,
            _allowed,
            _named,
            _looking,
            structlog.processors.JSONRenderer(),
        ],
    )


def log_to(path: Path) -> None:
    """Send this process's log to a file, made 0600 where it is not there."""
    handler = _RedactingHandler(path, maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT)
    handler.setFormatter(_formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logger() -> Any:
    """The worker's logger: ``logger().info("event_in_snake_case", key=value)``.

    Each key has to stand in `connectors.worker.redaction.ALLOWED_KEYS`.
    """
    return structlog.stdlib.get_logger("tradedesk.worker")
