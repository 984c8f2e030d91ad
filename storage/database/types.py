"""Column types that keep every digit and every nanosecond.

SQLModel maps Decimal to REAL on SQLite, which keeps 15 digits; and SQLite would compare such a text as a number if the
column had numeric affinity. So money is TEXT, and is added and ordered in Python.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

LARGEST_EXPONENT = 1_000
"""Powers of ten beyond which a value is no amount of money: written out, it would fill the file with zeros."""


def decimal_text(value: Decimal) -> str:
    """Write a decimal plainly: no exponent, its digits after the point kept, no negative zero.

    Raises:
        ValueError: It is not finite, or no amount of money has that size.
    """
    if not value.is_finite():
        raise ValueError(f"{value} is no amount")
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or max(abs(exponent), abs(value.adjusted())) > LARGEST_EXPONENT:
        raise ValueError(f"{value} has an exponent beyond {LARGEST_EXPONENT}")
    return format(value if value else abs(value), "f")


class DecimalText(TypeDecorator[Decimal]):
    """A Decimal as plain text; equal, and with the same digits after the point, when read back."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # the base's
        """Refuse whatever is not a finite Decimal: a float has lost its digits before it came here."""
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"{value!r} is a {type(value).__name__}, and money is Decimal")
        return decimal_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Read the text back, exactly."""
        return None if value is None else Decimal(value)


class Nanos(TypeDecorator[int]):
    """Whole ns since the Unix epoch, UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Refuse a float: at this size it counts in steps of 256 ns."""
        if value is not None and type(value) is not int:
            raise TypeError(f"{value!r} is a {type(value).__name__}, and a time is whole ns")
        return value
