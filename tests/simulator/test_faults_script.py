"""Fault scripts: what a line may say, and the sentence about one that says something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import httpx
import pytest

from connectors.simulator.faults import kinds
from connectors.simulator.faults.fault import Endpoint
from connectors.simulator.faults.kinds import Error, Latency
from connectors.simulator.faults.script import load
from connectors.simulator.options import RefusedError
from simulator.faulty import faulty
from simulator.rig import refused, running


def written(folder: Path, *lines: str) -> Path:
    path = folder / "faults.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_script_is_read_line_by_line(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "# calls first",
        "",
        '{"kind": "latency", "low_ms": 5, "high_ms": 9, "on": ["public"], "at_ms": 10, "for_ms": 20, "seed": 4}',
        '{"kind": "error", "status": 503, "accepted": true, "on": ["create"], "after": 3, "probability": 0.5}',
    )
    assert load(path) == [
        (3, Latency(low_ms=5, high_ms=9, on=(Endpoint.PUBLIC,), at_ms=10, for_ms=20, seed=4)),
        (4, Error(status=503, accepted=True, on=(Endpoint.CREATE,), after=3, probability=0.5)),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("no json", "JSON is malformed"),
        ('{"kind": "earthquake"}', "Invalid value 'earthquake'"),
        ('{"on": ["create"]}', "missing required field `kind`"),
        ('{"kind": "reset", "on": ["nowhere"]}', "Invalid enum value 'nowhere'"),
        ('{"kind": "reset", "speed": 9}', "unknown field `speed`"),
        ('{"kind": "gap", "on": ["create"]}', "gap cannot hit create; it hits market_stream"),
        ('{"kind": "maintenance", "on": ["create"]}', "it changes the whole venue"),
        ('{"kind": "reset", "probability": 0}', "probability 0 is not above 0 and at most 1"),
        ('{"kind": "reset", "after": -1}', "after -1 is not between 0 and 86400000"),
        ('{"kind": "latency", "low_ms": 9, "high_ms": 5}', "a latency of 9 to 5 ms is no range"),
        ('{"kind": "error", "status": 404}', "status 404 is no 5xx"),
        ('{"kind": "html", "status": 99}', "status 99 is none of an answer"),
        ('{"kind": "throttle", "accepted": true}', "never carried out"),
        ('{"kind": "throttle", "status": 430}', "Invalid enum value 430"),
        ('{"kind": "refuse", "code": 5}', "code 5 is not below 0"),
        ('{"kind": "refuse", "code": -1, "status": 200}', "status 200 refuses nothing"),
        ('{"kind": "clock", "shift_ms": 700000}', "a shift of 700000 ms is beyond 600000"),
        ('{"kind": "filters", "symbol": "BTCUSDT"}', "needs a tick or a step"),
        ('{"kind": "filters", "symbol": "BTCUSDT", "tick": "-1"}', "is not above 0"),
    ],
)
def test_a_line_that_makes_no_sense_is_one_sentence_naming_it(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(RefusedError, match="Line 2 of the fault script") as broken:
        load(written(tmp_path, '{"kind": "reset"}', line))
    text = str(broken.value)
    assert says in text
    assert text.endswith(".")
    assert "\n" not in text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"kind": "rest"}', "Line 1 of the fault script"),
        ('{"kind": "status", "symbol": "NOPE", "status": "HALT"}', "symbol NOPE is not listed; there are BTCUSDT"),
        ('{"kind": "filters", "symbol": "BTCUSDT", "tick": "0.015"}', "tick 0.015 is no multiple of 0.01"),
    ],
)
def test_the_simulator_does_not_start_on_a_script_that_makes_no_sense(tmp_path: Path, line: str, says: str) -> None:
    assert says in refused(tmp_path, "--faults", str(written(tmp_path, line)))


def test_a_script_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    assert "cannot be read (No such file or directory)" in refused(tmp_path, "--faults", str(tmp_path / "none"))


def test_a_script_runs_without_a_control_path(tmp_path: Path) -> None:
    path = written(tmp_path, '{"kind": "refuse", "code": -1008, "on": ["public"], "after": 1, "times": 2}')
    with running(tmp_path, "--faults", str(path)) as sim:
        assert [sim.public("ping").status_code for _ in range(5)] == [200, 400, 400, 200, 200]
        assert sim.http.get("/control/faults").status_code == 404
        assert sim.http.get("/control/keys").status_code == 404


def test_the_same_script_strikes_the_same_requests(tmp_path: Path) -> None:
    path = written(
        tmp_path, '{"kind": "html", "status": 502, "on": ["public"], "probability": 0.4, "seed": 11, "times": 99}'
    )
    runs = []
    for run in ("one", "two"):
        with faulty(tmp_path / run, "--faults", str(path)) as venue:
            runs.append([venue.sim.public("ping").status_code for _ in range(30)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 502}


def test_the_readme_has_every_kind_and_its_scripts_are_taken(tmp_path: Path) -> None:
    text = (Path(kinds.__file__).parent / "README.md").read_text(encoding="utf-8")
    script = text.partition("```json\n")[2].partition("```")[0]
    assert len(load(written(tmp_path, script))) == 3
    tags = {one.__struct_config__.tag for one in get_args(kinds.AnyFault)}
    assert {tag for tag in tags if f"`{tag}`" not in text} == set()
    assert {place for place in Endpoint if place.value not in text} == set()


def test_what_a_fault_did_is_in_the_access_log(tmp_path: Path) -> None:
    path, log = written(tmp_path, '{"kind": "reset", "on": ["create"]}'), tmp_path / "access.jsonl"
    with faulty(tmp_path, "--faults", str(path), "--access-log", str(log)) as venue:
        with pytest.raises(httpx.ReadError):
            venue.place("lost-1")
        rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    (struck,) = [row for row in rows if row["kind"] == "fault"]
    assert (struck["fault_kind"], struck["endpoint"], struck["client_id"]) == ("reset", "create", "lost-1")
    assert (struck["accepted"], struck["answered"]) == (False, False)
