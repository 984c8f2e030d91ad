"""The book against a recording of the real venue: another stream of it tells what the touch was.

Deltas come in batches of 100 ms, tickers at once. So the newest ticker at or before a delta's last id must be the
book's touch once that delta is applied; a ticker inside a batch cannot be compared with either side of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from connectors.model.book import BookState
from connectors.sync.book import BookMachine, Step
from connectors.sync.gap import Spans
from connectors.venues.binance.frames import DepthEvent, StreamFrame
from connectors.venues.binance.schemas import DepthSnapshot
from support.tape import Tape, tape

CHECKS = 3_449
"""Every delta of the recording after the snapshot, and the snapshot itself."""

EXACT_CHECKS = 564
"""Those at which the ticker carries the very id of the book."""


def deltas(recording: Tape) -> Iterator[DepthEvent]:
    decode = msgspec.json.Decoder(StreamFrame).decode
    for frame in recording.depth:
        event = decode(frame).data
        assert isinstance(event, DepthEvent)
        yield event


def played(recording: Tape) -> Iterator[BookMachine]:
    """The book after each input from the snapshot on."""
    book, shot = BookMachine(Spans()), msgspec.json.decode(recording.snapshot, type=DepthSnapshot)
    for number, event in enumerate(deltas(recording), start=1):
        step = book.delta(event.U, event.u, event.b, event.a)
        if number == recording.before_snapshot:
            step = book.snapshot(shot.last_update_id, shot.bids, shot.asks)
        if book.state is BookState.LIVE:
            assert step in {Step.APPLIED, Step.LIVE, Step.IGNORED}
            yield book


def test_the_touch_agrees_with_the_recorded_ticker_at_every_check() -> None:
    recording = tape()
    ids = [ticker.u for ticker in recording.tickers]
    assert ids == sorted(ids)
    checks = exact = differences = 0
    for book in played(recording):
        ticker = recording.tickers[bisect_right(ids, book.update_id) - 1]
        checks += 1
        exact += ticker.u == book.update_id
        differences += (book.bids.best(), book.asks.best()) != ((ticker.b, ticker.B), (ticker.a, ticker.A))
    assert (checks, exact, differences) == (CHECKS, EXACT_CHECKS, 0)


def test_the_recording_ends_where_its_description_says() -> None:
    *_, book = played(tape())
    assert book.update_id == 50093421584
    assert book.bids.best() == ("61685.99000000", "1.00870000")
    assert book.asks.best() == ("61686.00000000", "2.29327000")
