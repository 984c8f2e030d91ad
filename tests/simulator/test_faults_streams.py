"""What a fault does to streams and handshakes, seen by a bare client."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus
from websockets.sync.client import ClientConnection

from simulator.faulty import Faulty
from simulator.faulty_sockets import SILENCE_S, Frame, account, ask, heard, is_silent, stream, until_silent, ws_api


def depths(socket: ClientConnection, count: int) -> list[tuple[int, int]]:
    return [(frame["U"], frame["u"]) for frame in (heard(socket)["data"] for _ in range(count))]


def steps(found: list[tuple[int, int]]) -> list[int]:
    """How far each event's first id is from the one that should follow: 0 where it follows."""
    return [first - (last + 1) for (_, last), (first, _) in pairwise(found)]


# --- depth


def test_depth_follows_on_until_an_event_is_left_out(venue: Faulty) -> None:
    with stream(venue) as socket:
        assert steps(depths(socket, 5)) == [0, 0, 0, 0]
        venue.arm("gap", "market_stream", after=1)
        found = steps(depths(socket, 6))
    assert [step > 0 for step in found].count(True) == 1
    assert min(found) == 0


def test_a_depth_event_comes_twice(venue: Faulty) -> None:
    with stream(venue) as socket:
        venue.arm("duplicate", "market_stream", times=1)
        found = depths(socket, 6)
    assert len(set(found)) == 5
    assert [one for one, other in pairwise(found) if one == other] != []


def test_a_depth_event_comes_after_its_successor(venue: Faulty) -> None:
    with stream(venue) as socket:
        venue.arm("reorder", "market_stream", after=1)
        found = depths(socket, 8)
    assert steps(sorted(found)) == [0] * 7
    swapped = [place for place, step in enumerate(steps(found)) if step]
    assert swapped
    assert found[swapped[0] + 1][0] > found[swapped[0] + 2][0]


def test_a_fault_of_one_symbol_leaves_the_other_alone(venue: Faulty) -> None:
    with stream(venue, "/stream?streams=btcusdt@depth@100ms/ethusdt@depth@100ms") as socket:
        venue.arm("gap", "market_stream", of="depthUpdate ETHUSDT", after=2)
        frames = [heard(socket)["data"] for _ in range(20)]
    found = {name: [(one["U"], one["u"]) for one in frames if one["s"] == name] for name in ("BTCUSDT", "ETHUSDT")}
    assert set(steps(found["BTCUSDT"])) == {0}
    assert max(steps(found["ETHUSDT"])) > 0


def test_late_frames_keep_their_order(venue: Faulty) -> None:
    with stream(venue) as socket:
        venue.arm("latency", "market_stream", low_ms=0, high_ms=400, for_ms=1_000, seed=2)
        assert set(steps(depths(socket, 15))) == {0}


# --- silence


@pytest.mark.parametrize("answered", [True, False])
def test_a_stream_falls_silent_with_its_socket_open(venue: Faulty, answered: bool) -> None:
    with stream(venue) as socket, stream(venue) as other:
        heard(socket)
        name = venue.arm("stall", "market_stream", pings=answered)
        before = until_silent(socket)
        assert socket.ping().wait(SILENCE_S) is answered
        assert venue.until_struck(name)["detail"] == "2 connections"
        with stream(venue) as new:
            heard(new)
        venue.disarm(name)
        after = heard(socket)["data"]
        assert after["U"] > before[-1]["data"]["u"] + 1 if before else after["U"] > 0
        heard(other)


def test_a_silence_that_lasts_falls_on_new_connections_too(venue: Faulty) -> None:
    venue.arm("stall", "market_stream", for_ms=60_000)
    with stream(venue) as socket:
        assert is_silent(socket)
        venue.disarm()
        assert heard(socket)["stream"] == "btcusdt@depth@100ms"


def test_a_peer_that_is_gone_answers_no_ping_and_no_close(venue: Faulty) -> None:
    with stream(venue) as socket:
        heard(socket)
        venue.arm("half_open", "market_stream")
        until_silent(socket)
        assert socket.ping().wait(SILENCE_S) is False
        begun = time.monotonic()
        socket.close()
        assert time.monotonic() - begun >= 0.2
        assert socket.close_code == 1006


# --- ends


@pytest.mark.parametrize(("how", "code"), [("close", 1001), ("fin", 1006), ("reset", 1006)])
def test_a_stream_is_dropped(venue: Faulty, how: str, code: int) -> None:
    with stream(venue) as socket, account(venue) as user:
        venue.arm("drop_stream", "market_stream", how=how)
        with pytest.raises(ConnectionClosed):
            until_silent(socket)
        assert socket.close_code == code
        ask(user, "ping")
        assert heard(user)["status"] == 200
    with stream(venue) as again:
        heard(again)


def test_streams_are_refused_for_as_long_as_they_are_dropped(venue: Faulty) -> None:
    venue.arm("drop_stream", "market_stream", for_ms=60_000)
    with pytest.raises((ConnectionError, InvalidMessage)), stream(venue):
        pytest.fail("it was let in")
    venue.disarm()
    with stream(venue) as again:
        heard(again)


def test_a_shutdown_is_announced_in_each_kind_of_frame_and_then_done(venue: Faulty) -> None:
    with (
        stream(venue, "/stream?streams=none@trade") as combined,
        stream(venue, "/ws/none@trade") as raw,
        ws_api(venue) as api,
    ):
        venue.arm("shutdown", close_after_ms=300)
        shapes = [heard(socket) for socket in (combined, raw, api)]
        assert shapes[0]["stream"] == "!serverShutdown"
        events = [shapes[0]["data"], shapes[1], shapes[2]["event"]]
        assert all(set(event) == {"e", "E"} and event["e"] == "serverShutdown" for event in events)
        for socket in (combined, raw, api):
            with pytest.raises(ConnectionClosed):
                heard(socket)
            assert socket.close_code == 1001


# --- handshakes


@pytest.mark.parametrize(
    ("kind", "fields", "status"),
    [
        ("html", {"status": 502}, 502),
        ("html", {"status": 403}, 403),
        ("error", {"status": 503}, 503),
        ("throttle", {"status": 429, "retry_after_s": 9}, 429),
        ("throttle", {"status": 418, "retry_after_s": 9}, 418),
    ],
)
@pytest.mark.parametrize("endpoint", ["market_stream", "ws_handshake"])
def test_a_handshake_is_refused(venue: Faulty, kind: str, fields: Frame, status: int, endpoint: str) -> None:
    name = venue.arm(kind, endpoint, **fields)
    opens = stream if endpoint == "market_stream" else ws_api
    with pytest.raises(InvalidStatus) as refused, opens(venue):
        pytest.fail("it was let in")
    assert refused.value.response.status_code == status
    if kind == "throttle":
        assert refused.value.response.headers["retry-after"] == "9"
    if kind == "html":
        assert refused.value.response.headers["content-type"] == "text/html"
    entry = venue.struck(name)[0]
    assert (entry["what"], entry["accepted"], entry["status"]) == ("handshake", False, status)
    with opens(venue):
        assert venue.struck(name) == [entry]


@pytest.mark.parametrize("kind", ["reset", "drop_answer"])
def test_a_handshake_ends_without_an_answer(venue: Faulty, kind: str) -> None:
    venue.arm(kind, "market_stream")
    with pytest.raises((ConnectionError, InvalidMessage)), stream(venue):
        pytest.fail("it was let in")
    with stream(venue) as again:
        heard(again)
