"""Whole records as JSON text; decimals are JSON strings, so no digit passes through a float."""

from __future__ import annotations

import msgspec

from connectors.model.connection import Hosts
from connectors.model.order import Order

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_ORDER = msgspec.json.Decoder(Order)
_HOSTS = msgspec.json.Decoder(Hosts)
_WORDS = msgspec.json.Decoder(tuple[str, ...])


def encode(value: Order | Hosts | tuple[str, ...]) -> str:
    """Write a value of the model as JSON."""
    return _ENCODER.encode(value).decode()


def decode_order(record: str) -> Order:
    """Read an order; fields this release added get their defaults, fields it dropped are passed over.

    Raises:
        msgspec.MsgspecError: The text is no order.
    """
    return _ORDER.decode(record)


def decode_hosts(text: str) -> Hosts:
    """Read a connection's hosts.

    Raises:
        msgspec.MsgspecError: The text is none.
    """
    return _HOSTS.decode(text)


def decode_words(text: str) -> tuple[str, ...]:
    """Read a list of words.

    Raises:
        msgspec.MsgspecError: The text is none.
    """
    return _WORDS.decode(text)
