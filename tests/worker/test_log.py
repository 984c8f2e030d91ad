"""The log: one JSON object a line, 0600, and nothing in it that opens an account."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from connectors.errors import Refused
from connectors.model.foreign import redact
from connectors.wire.signers import HmacSigner
from connectors.worker.log import log_to, logger
from connectors.worker.signers import Signers
from connectors.worker.supervise import Supervisor

SECRET = "aB3dE6gH9" * 7 + "z"
SIGNED = f"https://x/api?symbol=BTCUSDT&signature={'ab12' * 16}&timestamp=1"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    path = tmp_path / "worker.log"
    log_to(path)
    yield path
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_secrets_are_taken_out_by_their_names_and_by_their_looks(log: Path) -> None:
    logger().info("asked", sentence=SIGNED, status={"secret": "S", "Signature": "S", "deep": [SIGNED]}, line=7)
    logger().info("asked", reason=f"key {SECRET} and eyJhbGciOi.eyJzdWIiOi.c2ln and X-MBX-APIKEY: abc")
    text = log.read_text()
    assert "ab12ab12" not in text
    assert SECRET not in text
    assert "eyJhbGciOi" not in text
    assert ": abc" not in text
    first = json.loads(text.splitlines()[0])
    assert first["status"]["secret"] == first["status"]["Signature"] == "[redacted]"
    assert first["line"] == 7
    assert "symbol=BTCUSDT" in first["sentence"]


def test_a_name_that_is_not_listed_is_left_out_and_named(log: Path) -> None:
    logger().info("asked", api_key="K", plain="canary", label="b")
    told = json.loads(log.read_text())
    assert told["left_out"] == ["api_key", "plain"]
    assert told["label"] == "b"
    assert "canary" not in log.read_text()


PEM = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n"


@pytest.mark.parametrize(
    "text",
    [
        "GET /x?signature=CANARY&symbol=B",
        '{"signature": "CANARY"}',
        '{\\"apiKey\\":\\"CANARY\\"}',
        "listenKey=CANARY",
        "https://x/?token=CANARY#",
        "8=FIX.4.4\x0195=6\x0196=CANARY\x01553=u\x01554=CANARY\x01",
        "8=FIX.4.4|96=CANARY|10=1",
        "Authorization: Bearer CANARY",
        "eyJhbGciOi.CANARY.CANARY",
        f"{PEM}CANARY\n-----END PRIVATE KEY-----",
        f"{PEM}CANARY",
        "TDR1-CANA-RYCA",
        "tdr1 CANA RYCA",
        "CANARY" * 11,
        "x" + "CANARY" * 20,
    ],
)
def test_what_looks_like_a_secret_is_taken_out_of_any_text(text: str) -> None:
    assert "CANA" not in redact(f"before {text} after").upper().replace("[REDACTED]", "")


def test_the_words_of_foreign_exceptions_stay_out_and_ours_stay_in(log: Path) -> None:
    try:
        try:
            raise LookupError("canary-in-the-cause")
        except LookupError as cause:
            local = "canary-in-a-" + "local"
            problem = ValueError("canary-in-the-text", local)
            problem.add_note("canary-in-a-note")
            raise problem from cause
    except ValueError as failed:
        logger().error("fault", exc_info=failed)
        logging.getLogger("sqlalchemy.engine").error("failed", exc_info=failed)
    logger().error("fault", exc_info=Refused("The book is stale."))
    text = log.read_text()
    assert "canary" not in text
    assert "ValueError" in text
    assert "test_log.py" in text
    assert "The book is stale." in text


def test_a_library_is_written_without_the_values_it_speaks_of(log: Path) -> None:
    logging.getLogger("asyncio").error("Exception in callback send('canary')\nhandle: <Handle canary>")
    logging.getLogger("lib").warning("slow request to %s", "canary")
    logging.getLogger("connectors.venues.binance.gate").warning("%s waits", "BTCUSDT")
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert events == ["Exception in callback send", "slow request to", "BTCUSDT waits"]


def test_a_library_forced_to_debug_is_not_heard_below_warnings(log: Path) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    for name in ("tradedesk.x", "tradedeskish", "httpx2", "connectors.venues.binance.gate"):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).debug("from %s", name)
        logging.getLogger(name).info("from %s", name)
    assert {json.loads(line)["logger"] for line in log.read_text().splitlines()} == {"tradedesk.x"}


def test_a_record_that_cannot_be_written_says_nothing_of_its_values(
    log: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger().handlers[0].close()
    log.unlink()
    log.mkdir()
    logger().warning("lost", sentence="canary")
    log.rmdir()
    assert capfd.readouterr().err == ""


def test_a_full_file_makes_room_and_every_file_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.worker.log._FILE_BYTES", 400)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log_to(tmp_path / "worker.log")
    for number in range(20):
        logger().warning("again", line=number, sentence=SIGNED)
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["worker.log", "worker.log.1", "worker.log.2", "worker.log.3"]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert all("ab12ab12" not in path.read_text() for path in tmp_path.iterdir())


def test_the_file_is_private_and_each_line_is_one_object(log: Path) -> None:
    logger().info("one", text="two\nlines")
    logger().warning("another")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert [json.loads(line)["event"] for line in log.read_text().splitlines()] == ["one", "another"]


def test_other_libraries_are_heard_only_from_warnings_on_and_redacted_too(log: Path) -> None:
    logging.getLogger("a.library").info("HTTP Request: GET %s", SIGNED)
    logging.getLogger("a.library").warning("slow: %s", SIGNED)
    text = log.read_text()
    assert "HTTP Request" not in text
    assert "slow" in text
    assert "ab12ab12" not in text


def test_a_fault_is_recorded_with_its_code_and_without_the_values_around_it(log: Path) -> None:
    asyncio.run(a_fault(log))
    text = log.read_text()
    assert "RuntimeError" in text
    assert SECRET not in text


async def a_fault(log: Path) -> None:
    told: list[str] = []
    supervisor = Supervisor()
    supervisor.on_fault = told.append

    async def breaks() -> None:
        the_local = SECRET
        raise RuntimeError(f"it broke near signature={the_local}")

    ended: list[str] = []
    await supervisor.spawn("breaks", breaks(), ended.append)
    assert told == ended
    code = told[0].split("(")[1].split(")")[0]
    assert code in await asyncio.to_thread(log.read_text)
    assert supervisor.call("also", lambda: 1 // 0) is None
    assert len(told) == 2


def test_an_ordinary_text_is_left_as_it_is() -> None:
    text = "k3 BUY 0.0100 BTCUSDT at 61,800.00 is OPEN; order 01a1fcc3-750e-7f1f-a050-9217e0edb04a."
    assert redact(text) == text


def test_a_signer_signs_as_published_and_never_shows_its_secret() -> None:
    # Binance, "SIGNED endpoint examples", HMAC keys: the key and the signature are the documentation's own.
    signer = HmacSigner("vmPU", b"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j")
    text = (
        b"symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
        b"&recvWindow=5000&timestamp=1499827319559"
    )
    assert signer.sign(text) == "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
    signers = Signers()
    assert "NhqP" not in repr(signer) + repr(signers) + str(vars(type(signer)))
    with pytest.raises(TypeError, match="never copied"):
        signer.__reduce__()
