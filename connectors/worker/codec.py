"""Frames of the link: a 4-byte length, then msgpack ``[kind, id, tag, payload]``.

Tags are the names of the api's dataclasses. A frame is decoded by its tag into exactly one of them, so whatever does
not fit is refused at the door. The two events that carry one of several types (`Numbered`, `WatchPushed`) have the
inner type in their tag: ``Numbered.OrderChanged``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any, cast, get_args

import msgspec

from connectors.errors import Malformed
from connectors.model.book import BookTop
from connectors.model.candle import Candle
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from connectors.worker import api
from connectors.worker.secrets import RecoveryMade, SecretFrame

MAX_FRAME_BYTES = 16 * 1024 * 1024
"""Largest body of a frame: ten times the instrument list of the largest venue."""

LENGTH_BYTES = 4


class Kind(IntEnum):
    """What a frame is."""

    REQUEST = 0
    REPLY = 1
    PUSH = 2
    SECRET = 3


Push = api.Event | api.Picture
"""What the worker pushes: events of the three lanes, and a fresh picture for who fell behind the never-drop lane."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded frame; ``id`` joins a reply to its request and is 0 on a push."""

    kind: Kind
    id: int
    value: object


_COMMANDS = {kind.__name__: kind for kind in get_args(api.Command)}
_RESULTS = {kind.__name__: kind for kind in (*get_args(api.Result), RecoveryMade)}
_SECRETS = {kind.__name__: kind for kind in get_args(SecretFrame)}
_PUSHES = {kind.__name__: kind for kind in (*get_args(api.PaneEvent), api.Picture)}
_NUMBERED = {f"Numbered.{kind.__name__}": kind for kind in get_args(api.NumberedEvent)}
_WATCHED = {f"WatchPushed.{kind.__name__}": kind for kind in (BookTop, Trade, Candle, Ticker, Gap)}
_TAGS: dict[Kind, dict[str, type]] = {
    Kind.REQUEST: _COMMANDS,
    Kind.REPLY: _RESULTS,
    Kind.PUSH: {**_PUSHES, **_NUMBERED, **_WATCHED},
    Kind.SECRET: _SECRETS,
}

_ENCODER = msgspec.msgpack.Encoder()
_ENVELOPE = msgspec.msgpack.Decoder(tuple[int, int, str, msgspec.Raw])


def encode(kind: Kind, number: int, value: object) -> bytes:
    """Write one frame, its length first.

    Args:
        kind: What it is.
        number: Joins reply to request; 0 for a push.
        value: A dataclass of the api or of `connectors.worker.secrets`.

    Raises:
        Malformed: The value is larger than a frame may be.
    """
    tag, payload = _tagged(value)
    body = _ENCODER.encode((int(kind), number, tag, payload))
    if len(body) > MAX_FRAME_BYTES:
        raise Malformed(
            f"An answer of {len(body):,} bytes is above the link's limit of {MAX_FRAME_BYTES:,}. Ask for less."
        )
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def decode(body: bytes) -> Frame:
    """Read one frame's body.

    Raises:
        Malformed: It is not a frame of this protocol.
    """
    try:
        kind_number, number, tag, payload = _ENVELOPE.decode(body)
        kind = Kind(kind_number)
        value = _reader(kind, tag)(payload)
    except (msgspec.MsgspecError, ValueError, KeyError) as problem:
        # Only the class is told: a decoder's text may quote the payload, and one kind of payload is secret.
        fault = type(problem).__name__
    else:
        return Frame(kind, number, value)
    raise Malformed(f"A frame on the local link is not of this protocol ({fault}).", operation="link")


def _tagged(value: object) -> tuple[str, object]:
    if isinstance(value, api.Numbered):
        return f"Numbered.{type(value.event).__name__}", (value.number, value.event)
    if isinstance(value, api.WatchPushed):
        return f"WatchPushed.{type(value.item).__name__}", (value.watch, value.dropped, value.item)
    return type(value).__name__, value


@cache
def _reader(kind: Kind, tag: str) -> Callable[[msgspec.Raw], object]:
    """The decoder of a tag, made when first needed: compiling all of them would cost the start 50 ms."""
    inner = _TAGS[kind][tag]
    if tag in _NUMBERED:
        numbered = cast("Any", msgspec.msgpack.Decoder(tuple[int, inner]))  # type: ignore[valid-type]
        return lambda raw: api.Numbered(*numbered.decode(raw))
    if tag in _WATCHED:
        watched = cast("Any", msgspec.msgpack.Decoder(tuple[int, int, inner]))  # type: ignore[valid-type]

        def read(raw: msgspec.Raw) -> object:
            watch, dropped, item = watched.decode(raw)
            return api.WatchPushed(watch, item, dropped)

        return read
    return cast("Any", msgspec.msgpack.Decoder(inner)).decode  # type: ignore[no-any-return]
