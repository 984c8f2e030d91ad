"""venues add and key: what is asked in which order, what is refused, and what reaches the worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.key_house import MAIN, PAPER, RIGHTS, STEPS, a_worker
from connectors.model.connection import KeyKind
from connectors.model.rights import Acceptance
from connectors.model.vault import VaultState
from connectors.worker import api
from support.vault_command import Here, Typist, Worker, descriptors
from tui.cli import environment, given, venues_keys
from tui.cli.exits import CommandFailed, Exit
from tui.cli.key_parts import Doors
from tui.cli.venues_asked import Asked
from tui.cli.venues_consent import Consent


@pytest.fixture(autouse=True)
def _nothing_given() -> Iterator[None]:
    given.forget()
    environment.hold({})
    yield
    given.forget()
    environment.hold({})


def asked(mode: str = "testnet") -> Asked:
    return Asked("binance", "main", mode, "", "", "")


async def add(
    home: Path, worker: Worker, typist: Typist, doors: Doors | None = None, mode: str = "testnet", **consent: Any
) -> Here:
    client = Here(home, worker, typist)
    body = venues_keys.add(asked(mode), doors or Doors(), Consent(**consent), as_json=False)
    await body(client)
    assert typist.done
    return client


async def add_by_descriptor(home: Path, worker: Worker, mode: str = "testnet", **consent: Any) -> Here:
    with descriptors("id\nsecret") as (number,):
        return await add(home, worker, Typist(able=False), Doors(secret_fd=number), mode, **consent)


def frames(worker: Worker) -> list[str]:
    return [name for name, _frame in worker.handed]


async def test_at_a_terminal_the_key_is_asked_for_tried_and_kept(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = a_worker()
    await add(home, worker, Typist("id", "secret"))
    assert frames(worker) == ["TryKey", "KeepKey"]
    key = worker.handed[-1][1]["key"]
    assert (key["kind"], key["api_key"], key["secret"]) == (KeyKind.HMAC, "id", b"secret")
    connection = worker.handed[-1][1]["connection"]
    assert (connection["keyed"], connection["active"], connection["accepted"]) == (True, True, ())
    out = capsys.readouterr().out
    assert "main is registered: binance testnet, …f3a9, read, trade.\n" in out
    assert "!           This key has no list of addresses.\n" in out


async def test_without_a_key_it_stays_a_connection_for_market_data(home: Path) -> None:
    for typist, doors in ((Typist(""), Doors()), (Typist(), Doors(no_key=True)), (Typist(able=False), Doors())):
        worker = a_worker()
        await add(home, worker, typist, doors)
        assert worker.names() == ["AddConnection"]
        assert worker.asked[0].connection.keyed is False


async def test_a_key_that_fails_its_test_makes_no_vault_and_is_not_kept(home: Path) -> None:
    failing = api.KeyTried((("connect", True, "x"), ("account", False, "The key is refused [-2015].")), None)
    worker = a_worker(VaultState.NONE, TryKey=failing)
    with pytest.raises(CommandFailed, match=r"-2015.*Nothing was stored.*--off") as refused:
        await add_by_descriptor(home, worker)
    assert refused.value.exit is Exit.UNREACHABLE
    assert frames(worker) == ["TryKey"]
    worker = a_worker(TryKey=failing)
    await add_by_descriptor(home, worker, off=True)
    assert frames(worker) == ["KeepKey"]
    assert worker.handed[0][1]["connection"]["active"] is False


async def test_live_takes_one_typed_word(home: Path) -> None:
    worker = a_worker()
    await add(home, worker, Typist("id", "secret", "LIVE"), mode="live")
    assert frames(worker) == ["TryKey", "KeepKey"]
    worker = a_worker()
    with pytest.raises(CommandFailed, match=r"That is not LIVE\. Nothing was stored"):
        await add(home, worker, Typist("id", "secret", "live"), mode="live")
    assert frames(worker) == ["TryKey"]
    worker = a_worker()
    with pytest.raises(CommandFailed, match="--confirm-live") as refused:
        await add_by_descriptor(home, worker, "live")
    assert (refused.value.exit, frames(worker)) == (Exit.USAGE, [])
    worker = a_worker()
    await add_by_descriptor(home, worker, "live", live=True)
    assert frames(worker) == ["TryKey", "KeepKey"]


def needing(*needs: Acceptance) -> Any:
    """What the worker answers to a key that is kept only where these were accepted."""

    def keep(frame: Any) -> object:
        for needed in needs:
            if needed not in frame.connection.accepted:
                sentence = f"main: this key may {needed.value}."
                return api.Failure(api.FailureKind.ACCEPTANCE_NEEDED, sentence, needed.value)
        return api.KeyKept(frame.connection, STEPS, replace(RIGHTS, withdraw=True))

    return keep


async def test_a_key_that_may_withdraw_is_kept_only_with_its_label_typed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = a_worker(KeepKey=needing(Acceptance.WITHDRAWAL, Acceptance.UNKNOWN_RIGHTS))
    typist = Typist("id", "secret", "main", "main")
    await add(home, worker, typist)
    accepted = [frame["connection"]["accepted"] for name, frame in worker.handed if name == "KeepKey"]
    assert accepted[0] == (), "nothing is accepted that was not needed"
    assert accepted[-1] == (Acceptance.WITHDRAWAL, Acceptance.UNKNOWN_RIGHTS)
    told = capsys.readouterr()
    assert "main: this key may withdrawal." in told.err
    assert "can withdraw" in told.out
    worker = a_worker(KeepKey=needing(Acceptance.WITHDRAWAL))
    with pytest.raises(CommandFailed, match=r"That is not its label\. Nothing was stored"):
        await add(home, worker, Typist("id", "secret", "yes"))


@pytest.mark.parametrize(
    ("accept", "label", "kept"),
    [
        ((Acceptance.WITHDRAWAL,), "main", True),
        ((Acceptance.WITHDRAWAL,), "", False),
        ((Acceptance.WITHDRAWAL,), "other", False),
        ((Acceptance.UNKNOWN_RIGHTS,), "main", False),
        ((), "main", False),
    ],
)
async def test_a_script_accepts_by_word_and_label(
    home: Path, accept: tuple[Acceptance, ...], label: str, kept: bool
) -> None:
    worker = a_worker(KeepKey=needing(Acceptance.WITHDRAWAL))
    if kept:
        await add_by_descriptor(home, worker, accept=accept, accept_label=label)
        assert worker.handed[-1][1]["connection"]["accepted"] == accept
        return
    with pytest.raises(CommandFailed, match="--accept withdrawal --accept-label main") as refused:
        await add_by_descriptor(home, worker, accept=accept, accept_label=label)
    assert refused.value.exit is Exit.FAILED


async def test_the_first_key_makes_the_vault_and_offers_a_recovery_key(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = a_worker(VaultState.NONE)
    typist = Typist(
        "id", "secret", "correct horse", "wrong horse", "correct horse", "correct horse", "y", "", "BBBB", "JJJJ"
    )
    client = await add(home, worker, typist)
    assert frames(worker) == ["TryKey", "CreateVault", "MakeRecovery", "ConfirmRecovery", "KeepKey"]
    assert worker.handed[1][1]["passphrase"] == b"correct horse"
    assert worker.handed[2][1]["authority"]["secret"] == b"correct horse"
    assert worker.handed[3][1]["groups"] == (b"BBBB", b"JJJJ")
    assert any("These differ" in question for question in typist.asked)
    assert typist.asked[-2:] == ["*group 2: ", "*group 9: "]
    shown = [screen for screen in typist.shown if PAPER in screen]
    assert len(shown) == 1
    assert not client.typist.is_aside
    told = capsys.readouterr()
    assert PAPER not in told.out + told.err
    assert "Nobody can reset a passphrase" in told.err
    assert all(not any(typed) for typed in typist.handed), "everything typed hidden is overwritten"


async def test_a_made_passphrase_is_shown_once_and_typed_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worker = a_worker(VaultState.NONE)

    def it(typist: Typist) -> str:
        return next(screen[3] for screen in reversed(typist.shown) if len(screen) == 6)

    await add(home, worker, Typist("id", "secret", "", "", "", "", it, "n"))
    made = worker.handed[1][1]["passphrase"].decode()
    assert len(made) == 25
    told = capsys.readouterr()
    assert made not in told.out + told.err
    assert "tradedesk vault recovery" in told.err


async def test_a_script_makes_the_vault_with_what_it_was_given_or_not_at_all(home: Path) -> None:
    worker = a_worker(VaultState.NONE)
    with pytest.raises(CommandFailed, match=r"--passphrase-fd 3 3<FILE\. Nothing was stored") as refused:
        await add_by_descriptor(home, worker)
    assert (refused.value.exit, frames(worker)) == (Exit.LOCKED, ["TryKey"])
    environment.hold({"TRADEDESK_PASSPHRASE": "correct horse"})
    worker = a_worker(VaultState.NONE)
    await add_by_descriptor(home, worker)
    assert frames(worker) == ["TryKey", "CreateVault", "KeepKey"]


async def test_a_passphrase_that_is_refused_is_asked_for_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worker = a_worker(VaultState.NONE)
    make = worker.answers["CreateVault"]
    short = api.Failure(api.FailureKind.SECRET_REFUSED, "The new passphrase has 5 bytes.")
    worker.answers["CreateVault"] = lambda frame: short if len(frame.passphrase) == 5 else make(frame)  # type: ignore[operator]
    await add(home, worker, Typist("id", "secret", "short", "short", "long enough", "long enough", "n"))
    assert frames(worker).count("CreateVault") == 2
    assert "has 5 bytes" in capsys.readouterr().err


async def test_a_label_that_is_taken_is_told_before_anything_is_tried(home: Path) -> None:
    worker = a_worker(ListConnections=api.ConnectionList((MAIN,), ()))
    with pytest.raises(CommandFailed, match="tradedesk venues key main"):
        await add_by_descriptor(home, worker)
    assert frames(worker) == []


async def test_another_key_starts_without_what_was_accepted_about_the_old_one(home: Path) -> None:
    kept = replace(MAIN, accepted=(Acceptance.WITHDRAWAL,))
    worker = a_worker(ListConnections=api.ConnectionList((kept,), ()), KeepKey=needing(Acceptance.WITHDRAWAL))
    with descriptors("id\nsecret") as (number,):
        body = venues_keys.key("main", Doors(secret_fd=number), Consent(live=True), as_json=False)
        with pytest.raises(CommandFailed, match="--accept withdrawal --accept-label main"):
            await body(Here(home, worker, Typist(able=False)))
    assert worker.handed[-1][1]["connection"]["accepted"] == ()
    assert worker.handed[-1][1]["connection"]["account"] == MAIN.account


async def test_the_json_of_a_kept_key_holds_no_secret_and_no_whole_api_key(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = a_worker()
    with descriptors("canary-api-key-f3a9\ncanary-secret") as (number,):
        body = venues_keys.add(asked(), Doors(secret_fd=number), Consent(), as_json=True)
        await body(Here(home, worker, Typist(able=False)))
    told = capsys.readouterr()
    assert "canary" not in told.out + told.err
    said = json.loads(told.out)
    assert (said["key_tail"], said["rights"]["withdraw"], said["warnings"]) == ("f3a9", False, [])
    assert said["signs_with"] == "hmac"


async def test_a_file_that_was_read_may_be_deleted_now(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "key"
    path.write_text("id\nsecret")
    path.chmod(0o600)
    await add(home, a_worker(), Typist(), Doors(file=path))
    assert capsys.readouterr().err == f"The vault has its own copy: {path} may be deleted now.\n"
    environment.hold({"BINANCE_TESTNET_API_KEY": "id", "BINANCE_TESTNET_API_SECRET": "secret"})
    await add(home, a_worker(), Typist(), Doors(from_env=True))
    assert "BINANCE_TESTNET_API_KEY, BINANCE_TESTNET_API_SECRET may be unset now" in capsys.readouterr().err
