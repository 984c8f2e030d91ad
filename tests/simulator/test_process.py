"""The simulator as a process: its line, its ends, and what it refuses to start with."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from simulator.rig import Running, command, environment, refused, rest, running


def test_it_says_one_json_line_and_its_keys_are_new_each_run(tmp_path: Path) -> None:
    lines = []
    for _ in range(2):
        with running(tmp_path) as sim:
            lines.append(sim.line)
            assert sim.public("ping").status_code == 200
    assert set(lines[0]) == {"rest", "stream", "ws_api", "api_key", "api_secret", "instance"}
    assert lines[0]["rest"].startswith("http://127.0.0.1:")
    assert lines[0]["ws_api"].endswith("/ws-api/v3")
    assert all(line["api_key"].startswith("SIM") for line in lines)
    assert lines[0]["api_key"] != lines[1]["api_key"]
    assert lines[0]["api_secret"] != lines[1]["api_secret"]
    assert lines[0]["instance"] == lines[1]["instance"]
    with running(tmp_path / "elsewhere") as sim:
        assert sim.line["instance"] != lines[0]["instance"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_when_interrupted_even_with_a_stream_open(tmp_path: Path, number: signal.Signals) -> None:
    from websockets.sync.client import connect

    with running(tmp_path) as sim, connect(sim.line["stream"] + "/ws/btcusdt@trade", proxy=None) as stream:
        stream.recv(timeout=60)
        sim.process.send_signal(number)
        assert sim.process.wait(10) == 0


def test_an_interrupt_reaches_it_in_a_shells_background(tmp_path: Path) -> None:
    """A shell without job control starts background jobs with SIGINT ignored."""
    line = " ".join(command())
    script = f"{line} </dev/null >{tmp_path}/out & echo $!; wait"
    shell = subprocess.Popen(["sh", "-c", script], env=environment(tmp_path), stdout=subprocess.PIPE, text=True)
    assert shell.stdout is not None
    number = int(shell.stdout.readline())
    out = tmp_path / "out"
    while not out.exists() or not out.read_text():
        assert shell.poll() is None
    os.kill(number, signal.SIGINT)
    shell.wait(10)
    shell.stdout.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_with_a_parent_it_ends_when_the_pipe_does(tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("--with-parent"),
        env=environment(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert json.loads(process.stdout.readline())["rest"]
    assert process.poll() is None
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} on 127.0.0.1 cannot be used" in refused(tmp_path, "--port", str(port))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--market", "auction"), "Market auction is unknown"),
        (("--market", "tape"), "name it with --tape"),
        (("--market", "flow", "--tape", "x.gz"), "--tape needs --market tape"),
        (("--tape", "/nonexistent.gz"), "cannot be read (No such file or directory)"),
        (("--latency", "slow"), "Argument --latency: 'slow' is no range of ms such as 50:300; --help lists"),
        (("--bogus",), "Unrecognized arguments: --bogus; --help lists what there is."),
        (("--symbols", "21"), "21 symbols are not between 1 and 20"),
        (("--symbols", "0"), "0 symbols are not between 1 and 20"),
        (("--speed", "0"), "Speed 0 is not above 0"),
        (("--speed", "nan"), "Speed nan is not above 0"),
        (("--port", "70000"), "Port 70000 is not between 0 and 65535"),
        (("--market", "tape", "--tape", "/nonexistent.gz"), "cannot be read (No such file or directory)"),
        (("--limits", "/nonexistent.json"), "cannot be read (No such file or directory)"),
    ],
)
def test_words_that_make_no_sense_are_one_sentence(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    assert says in refused(tmp_path, *words)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no json", "does not hold rate limits"),
        ("[]", "holds no limit"),
        ('[{"rateLimitType":"ORDERS","interval":"FORTNIGHT","intervalNum":1,"limit":5}]', "1 FORTNIGHT"),
        ('[{"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1}]', "does not hold rate limits"),
    ],
)
def test_a_bad_limits_file_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "limits.json"
    path.write_text(text, encoding="utf-8")
    assert says in refused(tmp_path, "--limits", str(path))


SNAPSHOT = '2 {"lastUpdateId":5,"bids":[["100.00","1"]],"asks":[["100.01","1"]]}'


TRADE = '{"stream":"btcusdt@trade","data":{"e":"trade","s":"%s","t":1,"p":"%s","q":"1","T":1,"E":1,"m":true}}'


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "holds no snapshot"),
        ([SNAPSHOT], "holds no snapshot followed by"),
        (["nonsense"], "line 1 is not a time and a message"),
        ([SNAPSHOT, "3 " + TRADE % ("NOPEUSDT", "100")], "NOPEUSDT is not listed"),
        (["1 " + TRADE % ("BTCUSDT", "100"), SNAPSHOT, "3 " + TRADE % ("ETHUSDT", "1")], "BTCUSDT and ETHUSDT"),
        (["1 " + TRADE % ("BTCUSDT", "100"), SNAPSHOT, "3 " + TRADE % ("BTCUSDT", "1.001")], "the symbol's steps"),
        (["1 " + TRADE % ("BTCUSDT", "100"), SNAPSHOT, SNAPSHOT], "the one snapshot"),
    ],
)
def test_a_tape_that_is_none_is_one_sentence(tmp_path: Path, lines: list[str], says: str) -> None:
    path = tmp_path / "tape"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert says in refused(tmp_path, "--market", "tape", "--tape", str(path))


def test_a_tape_cut_short_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "tape.gz"
    path.write_bytes(gzip.compress(SNAPSHOT.encode() * 100)[:-20])
    assert "not a whole gzip file" in refused(tmp_path, "--market", "tape", "--tape", str(path))


def test_other_limits_are_published_and_enforced(tmp_path: Path) -> None:
    limits = [
        {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 50},
        {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 2},
    ]
    path = tmp_path / "limits.json"
    path.write_text(json.dumps({"rateLimits": limits}), encoding="utf-8")
    with running(tmp_path, "--limits", str(path)) as sim:
        assert sim.public("exchangeInfo").json()["rateLimits"] == limits
        for number in range(2):
            rest(sim, f"within-{number}")
        bid = Decimal("50000")
        params = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001"}
        over = sim.signed("POST", "order", **params, price=bid)
        assert (over.status_code, over.json()["code"]) == (429, -1015)
        assert int(over.headers["Retry-After"]) > 0
        throttled = until(sim, 429)
        assert throttled.json()["code"] == -1003
        assert 0 < int(throttled.headers["Retry-After"]) <= 60
        banned = until(sim, 418)
        assert "banned until" in banned.json()["msg"]


def until(sim: Running, status: int) -> httpx.Response:
    """Ask on until the exchange answers with a status (a new minute may begin meanwhile)."""
    answer = sim.public("exchangeInfo")
    for _ in range(40):
        if answer.status_code == status:
            return answer
        answer = sim.public("exchangeInfo")
    raise AssertionError(f"40 requests, and never {status}: {answer.text}")


def test_twenty_symbols_are_listed_and_all_of_them_move(tmp_path: Path) -> None:
    with running(tmp_path, "--symbols", "20") as sim:
        rows = sim.public("ticker/bookTicker").json()
        assert len(rows) == 20
        assert all(Decimal(row["bidPrice"]) < Decimal(row["askPrice"]) for row in rows)
        assert len(sim.public("ticker/24hr").json()) == 20
        for row in rows:
            assert len(sim.public("depth", symbol=row["symbol"], limit=5000).json()["bids"]) >= 200
