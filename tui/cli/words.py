"""What people type, read strictly: one sentence with the value and the remedy where it does not fit."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from tui.cli.exits import CommandFailed, Exit
from tui.format.clean import clean

_Word = TypeVar("_Word", bound=StrEnum)

_LONGEST = 60
_MICRO = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def amount(text: str, what: str) -> Decimal:
    """A positive number such as ``0.01``.

    Args:
        text: As typed.
        what: ``Size`` or ``Price``, for the sentence.

    Raises:
        CommandFailed: It is no number, or not above zero.
    """
    try:
        value = Decimal(text) if len(text) <= _LONGEST else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or "_" in text:
        raise CommandFailed(f"{what} {clean(text)!r} is no number. Write it with a point, such as 0.01.", Exit.USAGE)
    if value <= 0:
        raise CommandFailed(f"{what} {clean(text)} is not above 0. Nothing was sent.", Exit.USAGE)
    return value


def word(text: str, kinds: type[_Word], what: str, *, exactly: bool = False, small: bool = False) -> _Word:
    """One of the words of an enumeration.

    Args:
        text: As typed.
        kinds: The enumeration.
        what: For the sentence, such as ``Interval``.
        exactly: Upper and lower case differ (1m is a minute, 1M a month).
        small: Its words are typed small, and named so.

    Raises:
        CommandFailed: It is none of them.
    """
    for kind in kinds:
        if kind.value == text or (not exactly and kind.value.lower() == text.lower()):
            return kind
    choices = ", ".join(kind.value.lower() if small else kind.value for kind in kinds if kind.value != "UNKNOWN")
    raise CommandFailed(f"{what} {clean(text)!r} is unknown. There are: {choices}.", Exit.USAGE)


def instant(text: str | None, what: str) -> int | None:
    """A time in ISO 8601 as ns since the epoch; without a zone it is UTC.

    Raises:
        CommandFailed: It is no time.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandFailed(
            f"{what} {clean(text)!r} is no time. Write it like 2030-01-02T03:04:05Z.", Exit.USAGE
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    delta = moment - _EPOCH
    return ((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds) * _MICRO


def count(number: int, what: str, *, least: int = 1, most: int) -> int:
    """A whole number within bounds.

    Raises:
        CommandFailed: It is outside of them.
    """
    if not least <= number <= most:
        raise CommandFailed(f"{what} {number} is not between {least} and {most:,}.", Exit.USAGE)
    return number
