"""What may be written down, as pure functions: by the names of values, by the looks of texts (SECURITY-SPEC §9)."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping

from connectors.errors import TradedeskError
from connectors.model.foreign import REDACTED, redact

DENIED_KEYS = (
    "*secret*", "*passphrase*", "*password*", "signature", "sign", "apikey", "api_key", "listenkey", "jwt", "token",
    "authorization", "cookie", "x-mbx-apikey", "x-bapi-*", "access-*", "cb-access-*", "kid", "privatekey",
    "95", "96", "553", "554", "925",
)  # fmt: skip
"""Names whose values are never written, in any case (the numbers are FIX tags)."""

ALLOWED_KEYS = frozenset({
    "accounts", "active", "asset", "batches", "by", "bytes", "client", "code", "count", "delta", "dropped", "epoch",
    "event", "exception", "fault", "fills", "generation", "instrument", "keys", "kind", "label", "level", "line",
    "list", "logger", "method", "mode", "name", "operation", "order", "orders", "origin", "outcome", "parameters",
    "part", "path", "pid", "proved", "reason", "request", "sentence", "seq", "slot", "state", "status", "step",
    "symbol", "task", "timestamp", "trading", "unwritten", "venue", "with_keys",
})  # fmt: skip
"""Names an event may have at all. What a line of ours logs has to stand here: a test reads the source for it."""


def denied(key: str) -> bool:
    """Whether the value of a name is never written."""
    low = key.lower()
    return any(fnmatch.fnmatchcase(low, pattern) for pattern in DENIED_KEYS)


def without_unlisted(event: Mapping[str, object]) -> dict[str, object]:
    """An event without what the allow-list does not name; only that something was left out remains, and its name."""
    kept = {key: value for key, value in event.items() if key in ALLOWED_KEYS}
    left = sorted(event.keys() - kept.keys())
    return {**kept, "left_out": left} if left else kept


def without_denied(value: object) -> object:
    """A value in which nothing stands under a denied name, however deep."""
    if isinstance(value, Mapping):
        return {str(key): REDACTED if denied(str(key)) else without_denied(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_denied(inner) for inner in value]
    return value


def without_patterns(value: object) -> object:
    """A value in which no text looks like a secret; bytes are not written at all."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return REDACTED
    if isinstance(value, Mapping):
        return {redact(str(key)): without_patterns(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_patterns(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int) else redact(str(value))


def without_foreign_words(exception: object) -> object:
    """Stacks of exceptions, of which only ours keep their words.

    What a library puts into an exception is often the value it failed over: the input of a validation, the parameters
    of a statement, an address with its query. Class, files and lines say where it was.

    Args:
        exception: What `structlog.tracebacks.ExceptionDictTransformer` makes.
    """
    if not isinstance(exception, list):
        return exception
    ours = _names_of_ours()
    for stack in exception:
        if stack.get("exc_type") not in ours:
            stack["exc_value"] = ""
        stack.pop("exc_notes", None)
        stack.pop("syntax_error", None)
        for inner in stack.get("exceptions") or ():
            without_foreign_words(inner)
    return exception


def _names_of_ours() -> set[str]:
    """Every error whose sentence was written by us."""
    found: set[str] = set()
    waiting: list[type[TradedeskError]] = [TradedeskError]
    while waiting:
        kind = waiting.pop()
        found.add(kind.__name__)
        waiting += kind.__subclasses__()
    return found
