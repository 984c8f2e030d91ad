"""The HTTP and WebSocket libraries log addresses with signed queries and keys; they are told to keep quiet."""

from __future__ import annotations

import logging

_TALKATIVE = ("httpx", "httpcore", "websockets")


def silenced(name: str) -> logging.Logger:
    """Return the named logger, closed: it emits nothing and hands nothing on, whatever the root logger says."""
    logger = logging.getLogger(name)
    logger.handlers = [logging.NullHandler()]
    logger.propagate = False
    logger.setLevel(logging.CRITICAL + 1)
    return logger


def silence() -> None:
    """Close the loggers of every library that sees keys."""
    for name in _TALKATIVE:
        silenced(name)
    for name in tuple(logging.Logger.manager.loggerDict):
        if name.startswith(tuple(f"{talkative}." for talkative in _TALKATIVE)):
            silenced(name)
