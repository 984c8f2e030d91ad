"""Parameters of one request: read once each, checked as they are read (§7.1: -1100 to -1130)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl

from connectors.simulator.entry.keys import Key
from connectors.simulator.protocol.errors import ApiError, empty, illegal, missing, too_precise, unneeded

AMOUNT = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
INTEGER = r"^[0-9]{1,20}$"
SYMBOL = r"^(?:[^\Wa-z]|[-.]){1,50}$"
"""Letters of any script but a to z: some symbols are not ASCII (§2.1)."""
CLIENT_ID = r"^[a-zA-Z0-9-_]{1,36}$"
_PLACES = 8
_UNIVERSAL = ("timestamp", "signature", "recvWindow", "apiKey")

Word = TypeVar("Word", bound=StrEnum)


class Parameters:
    """Named texts of a request. Amounts come out as Decimal, absent ones as None.

    Attributes:
        caller: The key it was signed with; None on a public request.
        address: Who is charged for it (§3.1); empty where nobody said.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.caller: Key | None = None
        self.address = ""
        self._values = dict(values)
        self._read = set(_UNIVERSAL)

    @classmethod
    def of(cls, query: str, body: str) -> Parameters:
        """From a query and a form body; the query wins on names they share (§2.1), twice in one is -1101."""
        found: dict[str, str] = {}
        for text in (body, query):
            pairs = parse_qsl(text, keep_blank_values=True)
            if len({name for name, _ in pairs}) != len(pairs):
                raise ApiError(-1101, "Duplicate values for a parameter detected.")
            found.update(pairs)
        return cls(found)

    def raw(self, name: str) -> str | None:
        """The text as sent."""
        self._read.add(name)
        return self._values.get(name)

    def text(self, name: str, pattern: str = r"^.+$") -> str | None:
        """A text that matches a pattern; -1105 when sent empty, -1100 when it does not match."""
        value = self.raw(name)
        if value is None:
            return None
        if not value:
            raise empty(name)
        if not re.match(pattern, value) or value.endswith("\n"):
            raise illegal(name, pattern)
        return value

    def amount(self, name: str) -> Decimal | None:
        """A positive decimal with at most eight places."""
        value = self.text(name, AMOUNT)
        if value is None:
            return None
        if "." in value and len(value.split(".")[1].rstrip("0")) > _PLACES:
            raise too_precise(name)
        return Decimal(value)

    def integer(self, name: str) -> int | None:
        """A whole number, not negative."""
        value = self.text(name, INTEGER)
        return None if value is None else int(value)

    def limit(self, default: int, most: int) -> int:
        """``limit``: larger ones are cut to the most there is (§4.2); 0 is refused."""
        value = self.integer("limit")
        if value == 0:
            raise ApiError(-1130, "Data sent for parameter 'limit' is not valid.")
        return default if value is None else min(value, most)

    def flag(self, name: str) -> bool:
        """``true`` or ``false``; false when absent."""
        value = self.text(name)
        if value not in {None, "true", "false"}:
            raise illegal(name, "^(true|false)$")
        return value == "true"

    def word(self, name: str, kind: type[Word], refused: ApiError) -> Word | None:
        """A word of an enumeration; another is refused with that word's own error."""
        value = self.raw(name)
        if value is None:
            return None
        if not value:
            raise empty(name)
        try:
            return kind(value)
        except ValueError:
            raise refused from None

    def need(self, *names: str) -> None:
        """-1102 for the first of these that was not sent."""
        for name in names:
            if not self._values.get(name):
                raise missing(name)

    def refuse(self, *names: str) -> None:
        """-1106 for the first of these that was sent."""
        for name in names:
            if name in self._values:
                raise unneeded(name)

    def finish(self, ignored: Iterable[str] = ()) -> None:
        """-1104 when something was sent that nobody read."""
        unread = set(self._values) - self._read - set(ignored)
        if unread:
            sent = len(self._values)
            raise ApiError(
                -1104,
                f"Not all sent parameters were read; read '{sent - len(unread)}' parameter(s) but was sent '{sent}'.",
            )


def required(value: str | None, name: str) -> str:
    """The value, or -1102."""
    if value is None:
        raise missing(name)
    return value
