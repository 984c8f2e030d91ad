"""Binance's market streams: one combined socket, frames decoded once and handed to whoever follows them."""

from __future__ import annotations

import json
import logging
import random
import ssl
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import unquote

import msgspec

from connectors.errors import Malformed
from connectors.ports.clock import Clock
from connectors.venues.binance import frames
from connectors.venues.binance.constants import VENUE
from connectors.wire.dialogue import USUAL, Link, Patience, SocketHealth
from connectors.wire.origins import Origin
from connectors.wire.socket import Socket
from connectors.wire.streams import BoardHeir, StreamBoard

Handler = Callable[[frames.MarketEvent, int], None]
"""(event, arrival in ns) → nothing."""


QUOTES = "@bookTicker"
"""Ends the names of streams whose events name no kind (facts §5.1)."""


class _Answer(msgspec.Struct, gc=False):
    """An answer to a control frame; every field is missing from an event."""

    id: int | None = None
    code: int | None = None
    error: msgspec.Raw | None = None


_frame = msgspec.json.Decoder(frames.StreamFrame)
_answer = msgspec.json.Decoder(_Answer)
_quote = msgspec.json.Decoder(frames.QuoteEvent)
_kind = msgspec.json.Decoder(frames.AnyEvent)
_any = msgspec.json.Decoder(frames.AnyFrame)
_log = logging.getLogger(__name__)


class _Control:
    """Control frames (facts §5.1)."""

    def subscribe(self, streams: Iterable[str], number: int) -> str:
        return json.dumps({"method": "SUBSCRIBE", "params": list(streams), "id": number})

    def unsubscribe(self, streams: Iterable[str], number: int) -> str:
        return json.dumps({"method": "UNSUBSCRIBE", "params": list(streams), "id": number})


class Following:
    """One follower's part in a stream."""

    def __init__(self, feed: Feed, stream: str, handler: Handler) -> None:
        self._feed = feed
        self._stream = stream
        self._handler = handler
        self._open = True

    async def close(self) -> None:
        """Stop; may be called twice."""
        if self._open:
            self._open = False
            self._feed.unfollow(self._stream, self._handler)


class Feed:
    """The market socket of one connection, as a dialogue of `connectors.wire.socket`.

    Args:
        origins: The stream endpoint, or several in order of preference.
        clock: Time.
        rng: Jitter.
        tls: Context for wss.
        on_health: Told of every change of the socket's health.
        patience: How long a socket may be quiet, and lives.
    """

    def __init__(
        self,
        origins: Origin | Sequence[Origin],
        clock: Clock,
        rng: random.Random,
        tls: ssl.SSLContext,
        on_health: Callable[[SocketHealth], None],
        patience: Patience = USUAL,
    ) -> None:
        self._clock = clock
        self._handlers: dict[str, list[Handler]] = {}
        self._board = StreamBoard(_Control(), clock, on_silent=self._silent)
        self.socket = Socket(
            origins, self, clock, rng, tls=tls, on_health=on_health, patience=patience, heirs=self._heir
        )
        self.on_open: list[Callable[[], None]] = []
        """Called when the socket is up (again)."""
        self.on_close: list[Callable[[], None]] = []
        """Called when it is gone."""
        self.on_malformed: list[Callable[[Malformed], None]] = []
        """Told of every frame that could not be read; ``operation`` is its stream, where that much could be read."""
        self.malformed = 0
        """How many there were."""
        self.started = False

    def follow(self, stream: str, handler: Handler) -> Following:
        """Hand every event of a stream to ``handler``, until the returned following is closed."""
        self._handlers.setdefault(stream, []).append(handler)
        self._board.add(stream)
        if not self.started:
            self.started = True
            self.socket.start()
        return Following(self, stream, handler)

    def unfollow(self, stream: str, handler: Handler) -> None:
        """Stop handing events of a stream to ``handler``."""
        handlers = self._handlers.get(stream, [])
        if handler in handlers:
            handlers.remove(handler)
            if not handlers:
                del self._handlers[stream]
            self._board.drop(stream)

    async def close(self) -> None:
        """Close the socket; may be called twice."""
        await self.socket.close()

    # --- the dialogue

    @property
    def expects_data(self) -> bool:
        """Whether silence would be a fault now."""
        return self._board.expects_data

    async def opened(self, link: Link) -> None:  # noqa: ARG002  # nothing is said before the streams are asked for
        """The socket is up: nothing needs saying before the first subscription."""
        for told in tuple(self.on_open):
            told()

    async def converse(self, link: Link) -> None:
        """Ask for the streams that are wanted, as long as the socket lives."""
        await self._board.converse(link)

    def closed(self, reason: str) -> None:
        """The socket is gone."""
        _log.info("%s market stream: %s", VENUE, reason)
        self._board.forget()
        for told in tuple(self.on_close):
            told()

    def frame(self, data: bytes, received_ns: int) -> None:
        """One frame; what cannot be read is reported and passed over, and the socket stays."""
        try:
            frame = _frame.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            self._odd(data, received_ns, str(problem))
            return
        event = frame.data
        if event is None:
            self._answered(frame, data)
        elif isinstance(event, frames.ShutdownEvent):
            _log.info("%s announces that it closes this market stream; another takes over", VENUE)
            self.socket.renew()
        else:
            self._hand_on(frame.stream, event, received_ns)

    def _hand_on(self, stream: str, event: frames.MarketEvent, received_ns: int) -> None:
        handlers = self._handlers.get(stream)
        if handlers is None and "%" in stream:
            # A name that is not ASCII may come back percent-encoded (facts §5.1).
            stream = unquote(stream)
            handlers = self._handlers.get(stream)
        self._board.heard(stream)
        try:
            for handler in tuple(handlers or ()):
                handler(event, received_ns)
        except Malformed as problem:
            self._malformed(stream, problem.sentence)

    def _heir(self) -> BoardHeir:
        return BoardHeir(self._board, _granted)

    def _answered(self, frame: frames.StreamFrame, data: bytes) -> None:
        if frame.error is not None or frame.code is not None:
            _log.warning("%s market stream refused a control frame: %s", VENUE, frame.msg or frame.error)
        elif frame.stream or frame.id is None:
            self._malformed(frame.stream, f"{len(data)} bytes without an event")

    def _odd(self, data: bytes, received_ns: int, problem: str) -> None:
        """A quote names no kind; an event of a kind this release does not know is normal; the rest is malformed."""
        try:
            stream = _any.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._malformed("", f"{len(data)} bytes: {problem}")
            return
        quote = kind = None
        try:
            if stream.stream.endswith(QUOTES):
                quote = _quote.decode(stream.data)
            else:
                kind = _kind.decode(stream.data).e
        except (msgspec.DecodeError, UnicodeDecodeError) as unreadable:
            problem = str(unreadable)
        if quote is not None:
            self._hand_on(stream.stream, quote, received_ns)
        elif kind and kind not in frames.STREAM_EVENTS:
            _log.debug("%s: passed over an event of %s: %s", VENUE, stream.stream, problem)
        else:
            self._malformed(stream.stream, problem)

    def _malformed(self, stream: str, problem: str) -> None:
        """Report and count what could not be read; whoever follows the stream has missed something."""
        self.malformed += 1
        told = Malformed(
            f"{VENUE} sent a market frame that is not its protocol.", venue=VENUE, operation=stream, text=problem
        )
        _log.warning("%s [%s]", told.sentence, problem)
        for listener in tuple(self.on_malformed):
            listener(told)

    def _silent(self, stream: str) -> None:
        _log.warning("%s: %s was subscribed twice and stays silent", VENUE, stream)


def _granted(data: bytes) -> tuple[int, bool] | None:
    """The control frame an answer is for and whether it was granted; None for an event (facts §5.1)."""
    try:
        frame = _answer.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return (frame.id, frame.error is None and frame.code is None) if frame.id is not None else None
