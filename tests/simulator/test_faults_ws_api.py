"""What a fault does to the WebSocket API and to account events, seen by a bare client."""

from __future__ import annotations

import pytest
from websockets.exceptions import ConnectionClosedError

from simulator.faulty import Faulty
from simulator.faulty_sockets import account, ask, heard, is_silent, order, ws_api

# --- the WebSocket API


@pytest.mark.parametrize("kind", ["drop_answer", "reset"])
@pytest.mark.parametrize("accepted", [True, False])
def test_an_order_over_a_socket_ends_it_unanswered(venue: Faulty, kind: str, accepted: bool) -> None:
    name = venue.arm(kind, "ws_order", accepted=accepted)
    with ws_api(venue) as socket:
        ask(socket, "order.place", order(venue, "socket"))
        with pytest.raises(ConnectionClosedError):
            heard(socket)
    assert venue.open_ids() == ({"socket"} if accepted else set())
    entry = venue.struck(name)[0]
    assert (entry["client_id"], entry["accepted"], entry["answered"]) == ("socket", accepted, False)


@pytest.mark.parametrize("accepted", [True, False])
def test_an_order_over_a_socket_is_answered_5xx(venue: Faulty, accepted: bool) -> None:
    venue.arm("error", "ws_order", status=500, code=-1000, accepted=accepted)
    with ws_api(venue) as socket:
        ask(socket, "order.place", order(venue, "socket"), "abc")
        answer = heard(socket)
    assert (answer["id"], answer["status"], answer["error"]["code"]) == ("abc", 500, -1000)
    assert venue.open_ids() == ({"socket"} if accepted else set())


def test_a_throttled_order_over_a_socket_is_told_when_as_an_epoch(venue: Faulty) -> None:
    venue.arm("throttle", "ws_order", status=429, retry_after_s=5)
    with ws_api(venue) as socket:
        ask(socket, "order.place", order(venue, "socket"))
        answer = heard(socket)
        assert (answer["status"], answer["error"]["code"]) == (429, -1003)
        data = answer["error"]["data"]
        assert data["retryAfter"] - data["serverTime"] == 5_000
        ask(socket, "ping")
        assert heard(socket)["status"] == 200


def test_a_page_comes_over_a_socket(venue: Faulty) -> None:
    venue.arm("html", "ws_order", status=502)
    with ws_api(venue) as socket:
        ask(socket, "order.place", order(venue, "socket"))
        assert str(socket.recv(timeout=60)).startswith("<html>")


def test_an_order_over_a_socket_is_never_answered_while_others_are(venue: Faulty) -> None:
    venue.arm("stall", "ws_order", accepted=True)
    with ws_api(venue) as socket:
        ask(socket, "order.place", order(venue, "socket"), "1")
        ask(socket, "ping", answer_id="2")
        assert heard(socket)["id"] == "2"
        assert is_silent(socket)
    assert venue.open_ids() == {"socket"}


def test_an_order_s_answer_comes_late_while_others_do_not_wait(venue: Faulty) -> None:
    venue.arm("latency", "ws_order", low_ms=300, answer=True)
    with ws_api(venue) as socket:
        ask(socket, "order.place", order(venue, "socket"), "1")
        ask(socket, "ping", answer_id="2")
        assert [heard(socket)["id"] for _ in range(2)] == ["2", "1"]


# --- account events


def test_account_events_come_late_and_in_order(venue: Faulty) -> None:
    with account(venue) as socket:
        assert venue.place("prompt").status_code == 200
        prompt = [heard(socket)["event"] for _ in range(2)]
        venue.arm("late_events", "user_stream", low_ms=300, high_ms=500, seed=1)
        assert venue.place("late").status_code == 200
        ask(socket, "ping", answer_id="between")
        assert heard(socket)["id"] == "between"
        late = [heard(socket)["event"] for _ in range(2)]
    assert [event["e"] for event in prompt] == [event["e"] for event in late]
    assert late[0]["c"] == "late"


def test_account_events_are_missing(venue: Faulty) -> None:
    with account(venue) as socket:
        name = venue.arm("missing_events", "user_stream", events=["executionReport"])
        venue.place("unheard")
        assert heard(socket)["event"]["e"] == "outboundAccountPosition"
        venue.place("heard")
        assert heard(socket)["event"]["c"] == "heard"
    assert venue.open_ids() == {"unheard", "heard"}
    assert venue.struck(name)[0]["answered"] is False


def test_an_account_event_comes_twice(venue: Faulty) -> None:
    with account(venue) as socket:
        venue.arm("duplicate", "user_stream")
        venue.place("twice")
        events = [heard(socket)["event"] for _ in range(3)]
    assert events[0] == events[1]
    assert events[2]["e"] == "outboundAccountPosition"


def test_a_user_stream_falls_silent(venue: Faulty) -> None:
    with account(venue) as socket, ws_api(venue) as other:
        name = venue.arm("stall", "user_stream")
        venue.place("silent")
        assert is_silent(socket)
        ask(other, "ping")
        assert heard(other)["status"] == 200
        assert venue.until_struck(name)["detail"] == "1 connections"
        venue.disarm()
        venue.place("loud")
        assert heard(socket)["event"]["c"] == "loud"


def test_a_subscription_can_be_refused(venue: Faulty) -> None:
    venue.arm("refuse", "user_stream", code=-2015)
    with ws_api(venue) as socket:
        ask(socket, "userDataStream.subscribe.signature", venue.sim.ws_params())
        assert heard(socket)["error"]["code"] == -2015
