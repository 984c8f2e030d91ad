"""The control path: who may use it, what it answers, and that it is not there unless it was asked for."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from simulator.faulty import Faulty, faulty
from simulator.rig import Running


def test_without_being_asked_for_there_is_no_control_path(sim: Running) -> None:
    for path in ("/control/faults", "/control/log"):
        assert sim.http.get(path).status_code == 404
    assert sim.http.post("/control/faults", json={"kind": "reset"}).status_code == 404
    assert sim.public("ping").status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
def test_no_page_in_a_browser_gets_in(venue: Faulty, headers: dict[str, str]) -> None:
    answer = venue.sim.http.post("/control/faults", json={"kind": "maintenance"}, headers=headers)
    assert answer.status_code == 403
    assert venue.sim.public("ping").status_code == 200


def test_faults_are_armed_listed_and_taken_away(venue: Faulty) -> None:
    first = venue.arm("refuse", "query", code=-1008, times=5)
    second = venue.arm("reset", "create")
    venue.sim.signed("GET", "account")
    rows = venue.sim.http.get("/control/faults").json()
    assert rows["instance"] == venue.sim.line["instance"]
    assert [(row["id"], row["hits"], row["fault"]["kind"]) for row in rows["faults"]] == [
        (first, 1, "refuse"),
        (second, 0, "reset"),
    ]
    venue.disarm(first)
    assert venue.sim.signed("GET", "account").status_code == 200
    assert [row["id"] for row in venue.sim.http.get("/control/faults").json()["faults"]] == [second]


def test_several_faults_are_armed_at_once_or_none_of_them(venue: Faulty) -> None:
    good = {"kind": "reset", "on": ["create"]}
    answer = venue.sim.http.post("/control/faults", json=[good, {"kind": "status", "symbol": "NOPE", "status": "HALT"}])
    assert answer.status_code == 400
    assert "symbol NOPE is not listed" in answer.json()["error"]
    assert venue.sim.http.get("/control/faults").json()["faults"] == []
    answer = venue.sim.http.post("/control/faults", json=[good, good])
    assert len(answer.json()["armed"]) == 2


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "Input data was truncated"),
        (b"{", "Input data was truncated"),
        (b'{"kind": "nothing"}', "Invalid value 'nothing'"),
        (b'{"kind": "gap", "on": ["query"]}', "gap cannot hit query"),
    ],
)
def test_what_is_no_fault_is_refused_with_a_sentence(venue: Faulty, body: bytes, says: str) -> None:
    answer = venue.sim.http.post("/control/faults", content=body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]


@pytest.mark.parametrize(("method", "path"), [("PUT", "faults"), ("GET", "nothing"), ("PATCH", "log")])
def test_what_is_not_there_says_what_is(venue: Faulty, method: str, path: str) -> None:
    answer = venue.sim.http.request(method, f"/control/{path}")
    assert answer.status_code == 404
    assert "/control/faults" in answer.json()["error"]


def test_the_log_goes_on_from_a_number_and_can_be_forgotten(venue: Faulty) -> None:
    venue.sim.public("ping")
    last = venue.log()[-1]["n"]
    venue.sim.public("time")
    answer = venue.sim.http.get("/control/log", params={"after": last})
    (entry,) = [json.loads(line) for line in answer.text.splitlines()]
    assert (entry["n"], entry["request"]) == (last + 1, "GET /api/v3/time")
    assert answer.headers["content-type"] == "application/x-ndjson"
    venue.sim.http.delete("/control/log")
    assert venue.log() == []
    venue.sim.public("ping")
    assert [entry["n"] for entry in venue.log()] == [last + 2]


def test_a_client_notes_what_it_saw_beside_what_the_venue_did(venue: Faulty) -> None:
    venue.sim.public("ping")
    seen = {"endpoint": "public", "client_id": "c-1", "detail": "ok"}
    assert venue.sim.http.post("/control/log", json=seen).status_code == 200
    venue_s, client_s = venue.log()
    assert venue_s["who"] == "venue"
    assert (client_s["who"], client_s["what"], client_s["client_id"], client_s["detail"]) == (
        "client",
        "note",
        "c-1",
        "ok",
    )
    assert venue.sim.http.post("/control/log", json={"secret": "x"}).status_code == 400


def test_the_log_holds_no_secret(venue: Faulty) -> None:
    venue.place("plain")
    text = venue.sim.http.get("/control/log").text
    assert venue.sim.line["api_key"] not in text
    assert venue.sim.line["api_secret"] not in text
    assert "signature" not in text


def test_it_ends_cleanly_with_a_client_that_waits_for_an_answer(tmp_path: Path) -> None:
    """`running` looks at the exit code and at what is said on stderr."""
    with faulty(tmp_path) as venue:
        for kind in ("stall", "half_open"):
            name = venue.arm(kind, "public", of="/api/v3/ping")
            with pytest.raises(httpx.ReadTimeout):
                httpx.get(venue.sim.line["rest"] + "/api/v3/ping", timeout=0.3, trust_env=False)
            assert venue.struck(name)
        with httpx.Client(base_url=venue.sim.line["rest"], trust_env=False, timeout=0.3) as waiting:
            venue.arm("latency", "public", low_ms=30_000, of="/api/v3/ping")
            with pytest.raises(httpx.ReadTimeout):
                waiting.get("/api/v3/ping")
