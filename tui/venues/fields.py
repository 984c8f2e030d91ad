"""The fields of the form of a connection: their names, what each takes, and what is wrong in one. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from connectors.model.connection import KeyKind
from connectors.model.ids import Mode

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
RESERVED = "demo"
"""The simulated market's label."""
MODES = (Mode.DEMO, Mode.TESTNET, Mode.LIVE)
"""Modes that can be registered, LIVE last: the cursor never begins on it."""
KINDS = (KeyKind.ED25519, KeyKind.HMAC, KeyKind.RSA, None)
"""What a key may sign with, the advised one first; None: no key, market data only."""
SHOWN = 4
_MASKED = 12
"""Length from which both ends of an API key may be shown."""


class Field(StrEnum):
    """The fields, top to bottom."""

    VENUE = "venue"
    MODE = "mode"
    LABEL = "label"
    KIND = "type"
    KEY = "key"
    SECRET = "secret"  # noqa: S105  # a field's name
    FILE = "or file"
    OPENS = "opens it"
    HOSTS = "hosts"
    REST = "rest"
    STREAM = "stream"
    WS_API = "ws api"
    ACCEPTED = "accepted"
    TEST = "test"


FIELDS = tuple(Field)
TEXTS = frozenset({Field.LABEL, Field.KEY, Field.FILE, Field.REST, Field.STREAM, Field.WS_API})
"""Fields that take ordinary text."""
HIDDEN = frozenset({Field.SECRET, Field.OPENS})
"""Fields that take a secret."""
OF_KEY = frozenset({Field.KEY, Field.SECRET, Field.FILE, Field.OPENS})
OF_HOSTS = frozenset({Field.REST, Field.STREAM, Field.WS_API})
STEPS = {Field.VENUE: 1, Field.MODE: 2, Field.LABEL: 3, Field.TEST: 5}
SCHEMES = {Field.REST: ("https", "http"), Field.STREAM: ("wss", "ws"), Field.WS_API: ("wss", "ws")}
LAST_STEP = 5


class Missing(Exception):
    """What is filled in makes no connection yet.

    Attributes:
        place: The field to mend.
    """

    def __init__(self, place: Field, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


def masked(api_key: str) -> str:
    """An API key as it may be shown: ``hF8s…tQ2p``, and nothing of one that is too short to have a middle."""
    text = "".join(api_key.split())
    if len(text) < _MASKED:
        return "•" * len(text)
    return f"{text[:SHOWN]}…{text[-SHOWN:]}"
